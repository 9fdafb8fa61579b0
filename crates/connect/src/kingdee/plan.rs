//! Plans: the steps from the status that is observed to the one that is wanted (`protocols/kingdee.md §6`).
//!
//! A document goes Z draft → A saved → B submitted → C audited; D (重新审核) is a saved one that was audited before. Only
//! Z, A and D can be edited: a submitted document is taken back first and an audited one un-audited, and both are
//! brought back to where they were at least, so that a correction of ours never leaves a document weaker than people
//! made it. The wanted status is a lower bound for the same reason.

mod closing;
mod derivation;
mod edits;
mod lines;
mod options;
mod voiding;

use contract::connector::{Found, PlanAsk};
use model::step::{Action, Step};
use model::{Cause, Map, Value, json};

use super::form::Form;
use super::query::fold::id_value;
use closing::Closing;
use options::Policy;

pub use derivation::{FROM, OF};
pub use edits::remaining;
pub use options::{ALLOCATE, ASYNC, GONE, GROUPS, KNOWN, OPERATION, Options, TO};

/// The words of wanted statuses, from the weakest to the strongest.
pub const STATUSES: [&str; 4] = ["draft", "saved", "submitted", "audited"];

/// How far a document has come. `D` is as far as `A`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Draft,
    Saved,
    Submitted,
    Audited,
}

impl Level {
    /// The level of an observed status; `None` for forms without statuses.
    pub fn observed(found: &Found) -> Option<Level> {
        found.status.as_deref().map(|word| Level::of(word).unwrap_or(Level::Saved))
    }

    fn of(word: &str) -> Option<Level> {
        Some(match word {
            "draft" => Level::Draft,
            "saved" | "reaudit" => Level::Saved,
            "submitted" => Level::Submitted,
            "audited" => Level::Audited,
            _ => return None,
        })
    }
}

/// The steps for one document; none when nothing is to be done.
///
/// # Errors
/// Causes in `kingdee.…`: an option or status that does not exist, an audited, closed or forbidden document where the
/// flow refuses to touch such, lines that cannot be matched safely.
pub fn plan(form: &Form, ask: &PlanAsk<'_>) -> Result<Vec<Step>, Cause> {
    let options = Options::of(ask.options)?;
    let closing = Closing::of(form, ask)?;
    let planner = Planner { form, ask, options, wanted: wanted(form, ask.status)?, closing };
    match (ask.void, ask.observed, ask.derived) {
        (Some(_), None, _) => Ok(Vec::new()),
        (Some(operation), Some(observed), _) => planner.voiding(operation, observed),
        (None, None, Some(parent)) => Ok(vec![planner.deriving(parent)]),
        (None, None, None) => Ok(planner.creating()),
        (None, Some(observed), _) => planner.updating(observed),
    }
}

fn wanted(form: &Form, status: Option<&str>) -> Result<Option<Level>, Cause> {
    let Some(word) = status else { return Ok(None) };
    let unknown =
        || Cause::new("kingdee.status_unknown").with("status", word).with("known", STATUSES.join(", "));
    let level = Level::of(word).filter(|_| STATUSES.contains(&word)).ok_or_else(unknown)?;
    match (level, &form.status) {
        (Level::Submitted | Level::Audited, None) => {
            Err(Cause::new("kingdee.status_none").with("object", &form.object).with("status", word))
        }
        _ => Ok(Some(level)),
    }
}

struct Planner<'p> {
    form: &'p Form,
    ask: &'p PlanAsk<'p>,
    options: Options,
    wanted: Option<Level>,
    closing: Closing<'p>,
}

impl Planner<'_> {
    fn creating(&self) -> Vec<Step> {
        let number = self.form.number.as_deref().and_then(|field| self.ask.create.get(field)?.plain());
        let number = number.map(|number| number.trim().to_owned()).filter(|number| !number.is_empty());
        let mut options = self.options.save(&[], self.form.number.as_deref(), false);
        if self.wanted == Some(Level::Draft) {
            options.push(OPERATION, "Draft");
        }
        let create = Step {
            action: Action::Create,
            object: self.form.object.clone(),
            id: None,
            number: number.clone(),
            document: json::write(&Value::Map(self.ask.create.borrow())),
            options: json::write(&Value::Map(options)),
            row_of: None,
        };
        let mut steps = vec![create];
        if let Some(wanted) = self.wanted {
            self.raise(&mut steps, Level::Saved, wanted, None, number.as_deref());
        }
        if let Some(operation) = self.closing.at_last() {
            steps.push(self.step_at(transition(operation), None, number.as_deref()));
        }
        steps.extend(self.allocating(None, number.as_deref()));
        steps
    }

    fn updating(&self, observed: &Found) -> Result<Vec<Step>, Cause> {
        let mut steps = Vec::new();
        let edits = edits::edits(self.form, self.ask, observed, &self.options)?;
        let level = Level::observed(observed);
        if observed.void {
            steps.push(self.enabling(observed)?);
        }
        if let Some(operation) = self.closing.at_first(observed, !edits.is_empty(), &self.options)? {
            steps.push(self.transition(operation, observed));
        }
        let mut reached = level;
        if !edits.is_empty() {
            self.open(&mut steps, observed)?;
            let stays_draft = level.max(self.wanted) == Some(Level::Draft);
            let saves = edits.in_order();
            steps.extend(saves.map(|step| if stays_draft { drafted(step) } else { step }));
            reached = level.map(|level| if stays_draft { level } else { Level::Saved });
        }
        if let (Some(reached), Some(goal)) = (reached, level.max(self.wanted)) {
            if reached == Level::Draft && goal == Level::Saved {
                steps.push(self.bare_save(observed));
            }
            self.raise(&mut steps, reached, goal, Some(&observed.id), observed.number.as_deref());
        }
        if let Some(operation) = self.closing.again(observed, &steps) {
            steps.push(self.transition(operation, observed));
        }
        steps.extend(self.allocating(Some(&observed.id), observed.number.as_deref()));
        Ok(steps)
    }

    /// Gives the record to further organisations (分配), last of all; what they have already is not given again.
    fn allocating(&self, id: Option<&str>, number: Option<&str>) -> Option<Step> {
        let options = self.options.allocation(self.wanted == Some(Level::Audited))?;
        Some(Step { options, ..self.step_at(transition(ALLOCATE), id, number) })
    }

    /// Makes a document editable.
    fn open(&self, steps: &mut Vec<Step>, observed: &Found) -> Result<(), Cause> {
        match Level::observed(observed) {
            Some(Level::Audited) if self.options.on_audited == Policy::Refuse => {
                Err(Cause::new("kingdee.audited").with("number", shown(observed)))
            }
            Some(Level::Audited) => {
                steps.push(self.transition("UnAudit", observed));
                Ok(())
            }
            Some(Level::Submitted) => {
                steps.push(self.transition("CancelAssign", observed));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A record that was voided and is back.
    fn enabling(&self, observed: &Found) -> Result<Step, Cause> {
        if self.options.on_forbidden == Policy::Refuse {
            return Err(Cause::new("kingdee.forbidden").with("number", shown(observed)));
        }
        let operation = if self.form.forbidden.is_some() { "Enable" } else { "UnCancel" };
        Ok(self.transition(operation, observed))
    }

    /// Submits and audits as far as is wanted.
    fn raise(&self, steps: &mut Vec<Step>, from: Level, to: Level, id: Option<&str>, number: Option<&str>) {
        for (operation, level) in [("Submit", Level::Submitted), ("Audit", Level::Audited)] {
            if from < level && to >= level {
                steps.push(self.step_at(transition(operation), id, number));
            }
        }
    }

    /// A save that changes nothing but the status: Z → A.
    fn bare_save(&self, observed: &Found) -> Step {
        let mut document = Map::new();
        document.push(self.form.id.clone(), id_value(&observed.id));
        let options = self.options.save(&[], self.form.number.as_deref(), false);
        Step {
            document: json::write(&Value::Map(document)),
            options: json::write(&Value::Map(options)),
            ..self.step_on(Action::Update, observed)
        }
    }

    fn transition(&self, operation: &str, observed: &Found) -> Step {
        self.step_on(transition(operation), observed)
    }

    fn step_on(&self, action: Action, observed: &Found) -> Step {
        self.step_at(action, Some(&observed.id), observed.number.as_deref())
    }

    /// A step without a document, by id or number.
    fn step_at(&self, action: Action, id: Option<&str>, number: Option<&str>) -> Step {
        Step {
            action,
            object: self.form.object.clone(),
            id: id.map(str::to_owned),
            number: number.map(str::to_owned),
            document: String::new(),
            options: self.options.transition(),
            row_of: None,
        }
    }
}

fn transition(operation: &str) -> Action {
    Action::Transition(operation.to_owned())
}

/// The same save, kept a draft.
fn drafted(step: Step) -> Step {
    let options = match json::read(&step.options) {
        Ok(Value::Map(mut options)) => {
            options.set(OPERATION, "Draft");
            json::write(&Value::Map(options))
        }
        _ => step.options.clone(),
    };
    Step { options, ..step }
}

fn shown(observed: &Found) -> &str {
    observed.number.as_deref().unwrap_or(&observed.id)
}

#[cfg(test)]
mod tests;
