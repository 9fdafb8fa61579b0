//! Bringing configuration texts into force: planned first, then all or none.
//!
//! A plan is made from what is in force and what is asked for, and says what would change and what that means. It is
//! carried out in one transaction, and only while nobody else changed the configuration since. Cursors are never
//! touched: what is read goes on where it stands.

mod effects;
mod filling;
mod history;
mod plan;
mod sealing;

use contract::store::{Applied, ConfigText, StoreError};

pub use plan::{Ask, Change, Plan, What, lint, plan};

use crate::seams::Seams;
use crate::setup::Problem;

/// What came of an apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// For each text in order; empty when nothing was applied.
    pub applied: Vec<Applied>,
    /// Errors keep everything out of force; warnings do not.
    pub problems: Vec<Problem>,
}

impl Outcome {
    pub fn is_refused(&self) -> bool {
        self.problems.iter().any(|problem| !problem.is_warning)
    }
}

/// Plans and carries out at once: checks the texts together with those in force and, when none has an error, stores
/// those that differ as new versions. Settings given as `{ env: NAME }` are looked up now and sealed; so are secrets
/// that stand in the text, which then no longer hold them.
pub async fn apply(
    seams: &Seams,
    texts: &[ConfigText],
    variable: &(dyn Fn(&str) -> Option<String> + Sync),
) -> Result<Outcome, StoreError> {
    let ask = Ask { texts, prune: false, environment: None, variable };
    let plan = plan(seams, &ask).await?;
    if plan.is_refused() {
        return Ok(Outcome { applied: Vec::new(), problems: plan.problems });
    }
    let applied = put_in_force(seams, &plan, texts).await?;
    Ok(Outcome { applied, problems: plan.problems })
}

/// Carries out a plan of these texts. Gives what became of each of them, in order.
///
/// # Errors
/// [`StoreError::Outdated`] when the configuration was changed since the plan was made. Nothing is stored then.
pub async fn put_in_force(
    seams: &Seams,
    plan: &Plan,
    texts: &[ConfigText],
) -> Result<Vec<Applied>, StoreError> {
    let stored = match plan.changes_nothing() && plan.change.history.is_empty() {
        true => Vec::new(),
        false => seams.store.apply(&plan.change, seams.clock.now()).await?,
    };
    let applied = texts.iter().map(|text| {
        let is_text =
            |given: &contract::store::GivenText| given.text.kind == text.kind && given.text.name == text.name;
        match plan.change.texts.iter().position(is_text).and_then(|at| stored.get(at)) {
            Some(applied) => *applied,
            None => Applied::Same { version: plan.version_of(text) },
        }
    });
    Ok(applied.collect())
}
