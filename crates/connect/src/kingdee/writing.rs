//! Writing: steps carried out, in as few calls as the system allows, with one outcome for each.

mod allocate;
mod derive;
mod groups;
mod later;
mod save;
mod status;

use contract::connector::{Done, Refusal, unsupported};
use model::step::{Action, Step};
use model::{AnswerClass, Cause, Map, Value, json};

use super::answer::{self, Fault, Status};
use super::call::Api;
use super::form::Form;
use super::metadata::Forms;
use super::plan::{ALLOCATE, ASYNC, FROM, GONE, GROUPS, KNOWN, OF, OPERATION, TO};

pub use derive::{derived, derived_rows};

/// How one step went.
pub type Outcome = Result<Done, Refusal>;

/// What a step is carried out with.
pub struct Writer<'w> {
    pub api: &'w Api<'w>,
    pub forms: &'w Forms,
    /// What is known beforehand of the steps' form.
    pub preset: Option<Form>,
}

impl Writer<'_> {
    /// Carries out steps of one action on one object.
    pub async fn carry_out(&self, steps: &[Step]) -> Vec<Outcome> {
        let Some(first) = steps.first() else { return Vec::new() };
        match &first.action {
            Action::Create | Action::Update => self.save(steps).await,
            Action::Transition(operation) if operation == ALLOCATE => self.allocate(steps).await,
            Action::Transition(operation) => self.change_status(operation, steps).await,
            Action::Delete => self.change_status("Delete", steps).await,
            Action::Derive => self.derive(steps).await,
            Action::Notify | Action::Attach => steps.iter().map(|_| Err(unsupported("notify"))).collect(),
        }
    }

    /// The calls that [`Writer::carry_out`] would make: operation and body. A save that removes rows is shown as it was
    /// planned; before it goes out it is completed with the rows that are there by then.
    pub fn preview(&self, steps: &[Step]) -> Vec<(String, String)> {
        let of_one_action = steps.chunk_by(|one, other| one.action == other.action);
        let requests = of_one_action.flat_map(|steps| match &steps[0].action {
            Action::Create | Action::Update => self.save_requests(steps),
            Action::Transition(operation) if operation == ALLOCATE => {
                steps.iter().map(|step| self.allocation_shown(step)).collect()
            }
            Action::Transition(operation) => self.status_requests(operation, steps),
            Action::Delete => self.status_requests("Delete", steps),
            Action::Derive => steps.iter().map(|step| self.push(step)).collect(),
            Action::Notify | Action::Attach => Vec::new(),
        });
        requests.map(|request| (request.operation.to_owned(), request.body)).collect()
    }

    /// The steps' form as it is known without a call.
    fn form(&self, object: &str) -> Form {
        let known = self.forms.known(self.api, object).map(|form| (*form).clone());
        known.or_else(|| self.preset.clone()).unwrap_or_else(|| Form::bill(object))
    }
}

/// The options of a step: the members of the call's `data`, and what is for the connector.
struct StepOptions {
    data: Map<'static>,
    is_draft: bool,
    /// Taken at once and asked after.
    is_async: bool,
    /// Groups that the document names are made first.
    makes_groups: bool,
    gone: Map<'static>,
}

impl StepOptions {
    fn can_share(&self) -> bool {
        !self.is_draft && self.gone.is_empty()
    }

    fn of(step: &Step) -> StepOptions {
        let read = json::read(&step.options).ok().map(Value::into_owned);
        let mut data = match read {
            Some(Value::Map(options)) => options,
            _ => Map::new(),
        };
        let is_draft = data.remove(OPERATION).is_some_and(|operation| operation.as_text() == Some("Draft"));
        let mut is_set = |name: &str| data.remove(name).is_some();
        let (is_async, makes_groups) = (is_set(ASYNC), is_set(GROUPS));
        for own in [FROM, KNOWN, OF, TO] {
            is_set(own);
        }
        let gone = match data.remove(GONE) {
            Some(Value::Map(gone)) => gone,
            _ => Map::new(),
        };
        StepOptions { data, is_draft, is_async, makes_groups, gone }
    }
}

/// Whether a failure is of the whole call and not of one document: the first document's place in it says nothing then.
fn is_of_call(status: &Status) -> bool {
    status.entities.is_empty() && matches!(status.code, 2 | 3 | 5 | 7 | 8 | 14 | 15)
}

/// The refusal of one document of a call.
fn refused(api: &Api<'_>, step: &Step, status: &Status, fault: Option<&Fault>) -> Refusal {
    let mut refusal = answer::refusal(api.manifest, status, fault);
    if step.action == Action::Create && refusal.cause.code == "kingdee.duplicate" {
        // Perhaps it is our own document, from an earlier call whose answer was lost: it has to be looked up.
        refusal.class = AnswerClass::Unknown;
    }
    let document = step.number.as_deref().or(step.id.as_deref()).unwrap_or_default();
    Refusal::new(refusal.class, refusal.cause.with("object", &step.object).with("number", document))
}

/// The answer is a proper one and says nothing of this document.
fn silent(step: &Step) -> Refusal {
    let document = step.number.as_deref().or(step.id.as_deref()).unwrap_or_default();
    let cause = Cause::new("kingdee.silent").with("object", &step.object).with("number", document);
    Refusal::new(AnswerClass::Unknown, cause)
}
