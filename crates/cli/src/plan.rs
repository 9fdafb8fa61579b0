//! A plan as people and programs see it, asked about, and carried out.

use contract::store::{Applied, ConfigText, EnvironmentVersion};
use engine::Seams;
use engine::apply::{self, Ask, Change, Plan, What};
use engine::setup::Problem;
use model::Cause;
use serde_json::{Value, json};

use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::texts::TextFile;
use crate::texts::difference::{self, Line};

/// Whether a plan is carried out, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// A person at the terminal is asked. Where nobody can be asked, what takes nothing out of force is carried out.
    Ask,
    /// Said beforehand.
    Given,
    /// Only to be looked at.
    DryRun,
}

impl Consent {
    pub fn of(yes: bool, dry_run: bool) -> Consent {
        match (dry_run, yes) {
            (true, _) => Consent::DryRun,
            (false, true) => Consent::Given,
            (false, false) => Consent::Ask,
        }
    }
}

/// Plans, shows the plan, asks, and carries it out.
pub async fn carry_out(
    screen: &Screen,
    seams: &Seams,
    ask: &Ask<'_>,
    files: &[TextFile],
    consent: Consent,
) -> Outcome {
    let plan = apply::plan(seams, ask).await?;
    let told = Telling { screen, files };
    told.problems(&plan.problems);
    if plan.is_refused() {
        screen.result(&told.json(&plan, &[], ask.texts));
        let count = plan.problems.iter().filter(|problem| !problem.is_warning).count();
        return Err(Failure::configuration(Cause::new("cli.text.problems").with("count", count)));
    }
    told.plan(&plan);
    if consent == Consent::DryRun {
        screen.result(&told.json(&plan, &[], ask.texts));
        return Ok(Exit::Ok);
    }
    if !plan.changes_nothing() && !is_consented(screen, &plan, consent).await? {
        screen.line(screen.words("没有生效任何内容。", "Nothing was put in force."));
        return Ok(Exit::Finding);
    }
    let applied = apply::put_in_force(seams, &plan, ask.texts).await?;
    screen.result(&told.json(&plan, &applied, ask.texts));
    told.applied(ask.texts, &applied);
    Ok(Exit::Ok)
}

async fn is_consented(screen: &Screen, plan: &Plan, consent: Consent) -> Result<bool, Failure> {
    if consent == Consent::Given {
        return Ok(true);
    }
    if screen.can_ask() {
        return Ok(screen.confirms(screen.words("生效?", "Put it in force?")).await);
    }
    match plan.removals() {
        0 => Ok(true),
        count => Err(Failure::new(Exit::Usage, Cause::new("cli.unconfirmed").with("count", count))),
    }
}

/// Telling a plan of texts that came from files.
pub struct Telling<'a> {
    pub screen: &'a Screen,
    pub files: &'a [TextFile],
}

impl Telling<'_> {
    /// Each problem with its file, line and column.
    pub fn problems(&self, problems: &[Problem]) {
        for problem in problems {
            let severity = match problem.is_warning {
                true => self.screen.words("警告", "warning"),
                false => self.screen.words("错误", "error"),
            };
            let (place, line) = self.place(problem);
            self.screen.line(format!(
                "{place}:{line}:{}: {severity}: {}",
                problem.at.1,
                self.screen.sentence(&problem.cause)
            ));
        }
    }

    /// A problem for programs.
    pub fn problem_json(&self, problem: &Problem) -> Value {
        let (place, line) = self.place(problem);
        json!({
            "file": place, "kind": problem.kind, "name": problem.name,
            "line": line, "column": problem.at.1, "warning": problem.is_warning,
            "cause": self.screen.cause_json(&problem.cause),
        })
    }

    /// The file and line that a problem is in; the kind and name of a text that is not from a file.
    fn place(&self, problem: &Problem) -> (String, usize) {
        let is_text = |file: &&TextFile| file.text.kind == problem.kind && file.text.name == problem.name;
        match self.files.iter().find(is_text) {
            Some(file) => (file.path.display().to_string(), file.lines_before + problem.at.0),
            None => (format!("{}/{}", problem.kind, problem.name), problem.at.0),
        }
    }

    fn plan(&self, plan: &Plan) {
        self.environment(&plan.environment);
        if plan.changes_nothing() {
            self.screen.line(self.screen.words("没有变化。", "Nothing changes."));
        }
        plan.changes.iter().for_each(|change| self.change(change));
        self.stays(&plan.changes);
        if !plan.effects.is_empty() {
            self.screen.line(self.screen.words("这意味着:", "What it means:"));
        }
        for effect in &plan.effects {
            self.screen.line(format!("  · {}", self.screen.sentence(effect)));
        }
    }

    fn environment(&self, (before, after): &(Option<EnvironmentVersion>, Option<EnvironmentVersion>)) {
        let Some(after) = after else { return };
        let shown = |one: &EnvironmentVersion| {
            format!("{} ({} {})", one.name, self.screen.words("版本", "version"), one.version)
        };
        let word = self.screen.words("环境", "environment");
        self.screen.line(match before.as_ref().filter(|before| *before != after) {
            Some(before) => format!("{word}: {} → {}", shown(before), shown(after)),
            None => format!("{word}: {}", shown(after)),
        });
    }

    fn change(&self, change: &Change) {
        let (mark, zh, en) = match change.what {
            What::New => ("+", "(新增)", "(new)"),
            What::Changed => ("~", "(更新)", "(changed)"),
            What::Filled => ("~", "(文本未变,环境的值变了)", "(same text, other values of the environment)"),
            What::Removed => ("-", "(移除)", "(removed)"),
            What::Same | What::Stays => return,
        };
        self.screen.line(format!("{mark} {} {}  {}", change.kind, change.name, self.screen.words(zh, en)));
        for line in lines(change) {
            match line {
                Line::Removed(line) => self.screen.line(format!("    - {line}")),
                Line::Added(line) => self.screen.line(format!("    + {line}")),
            }
        }
    }

    fn stays(&self, changes: &[Change]) {
        let stays = changes.iter().filter(|change| change.what == What::Stays);
        let names: Vec<String> = stays.map(|change| format!("{} {}", change.kind, change.name)).collect();
        if names.is_empty() {
            return;
        }
        let names = names.join(", ");
        self.screen.line(self.screen.words(
            &format!("不在其中、继续有效:{names}"),
            &format!("not among them, and stays in force: {names}"),
        ));
    }

    fn applied(&self, texts: &[ConfigText], applied: &[Applied]) {
        for (text, applied) in texts.iter().zip(applied) {
            let (what, version) = match applied {
                Applied::Made { version } => (self.screen.words("新增", "new"), version),
                Applied::Changed { version } => (self.screen.words("更新", "changed"), version),
                Applied::Same { version } => (self.screen.words("未变", "same"), version),
            };
            let word = self.screen.words("版本", "version");
            self.screen.line(format!("{what}  {} {}  ({word} {version})", text.kind, text.name));
        }
    }

    fn json(&self, plan: &Plan, applied: &[Applied], texts: &[ConfigText]) -> Value {
        let environment = plan.environment.1.as_ref();
        json!({
            "environment": environment.map(|one| json!({ "name": one.name, "version": one.version })),
            "changes": plan.changes.iter().map(change_json).collect::<Vec<_>>(),
            "effects": plan.effects.iter().map(|cause| self.screen.cause_json(cause)).collect::<Vec<_>>(),
            "problems": plan.problems.iter().map(|problem| self.problem_json(problem)).collect::<Vec<_>>(),
            "applied": texts.iter().zip(applied).map(applied_json).collect::<Vec<_>>(),
        })
    }
}

/// The lines of a text that change; none of a new one, which is in its file.
fn lines(change: &Change) -> Vec<Line> {
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => difference::lines(&before.text.text, after),
        _ => Vec::new(),
    }
}

fn change_json(change: &Change) -> Value {
    let what = match change.what {
        What::New => "new",
        What::Changed => "changed",
        What::Filled => "filled",
        What::Same => "same",
        What::Removed => "removed",
        What::Stays => "stays",
    };
    let (removed, added) = difference::apart(lines(change));
    json!({
        "kind": change.kind, "name": change.name, "what": what,
        "version": change.before.as_ref().map(|before| before.version),
        "removed": removed, "added": added,
    })
}

fn applied_json((text, applied): (&ConfigText, &Applied)) -> Value {
    let (what, version) = match applied {
        Applied::Made { version } => ("new", version),
        Applied::Changed { version } => ("changed", version),
        Applied::Same { version } => ("same", version),
    };
    json!({ "kind": text.kind, "name": text.name, "what": what, "version": version })
}
