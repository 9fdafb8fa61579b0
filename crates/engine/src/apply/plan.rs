//! What an apply would do: text by text, and what that means.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::functions::Function;
use contract::store::{ConfigChange, ConfigText, EnvironmentVersion, GivenText, StoreError, TextVersion};
use model::{AnswerClass, Cause};

use super::sealing::Sealing;
use super::{effects, filling, history};
use crate::connection::TokenBox;
use crate::seams::Seams;
use crate::setup::{CHOICE, Problem, Setup, choice};

/// What is asked for: a set of texts to be put in force.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    pub texts: &'a [ConfigText],
    /// Whether what is in force and not among the texts is taken out.
    pub prune: bool,
    /// The environment to be in force from now on; `None` leaves the one that is.
    pub environment: Option<&'a str>,
    /// The value of an environment variable.
    pub variable: &'a (dyn Fn(&str) -> Option<String> + Sync),
}

/// What becomes of one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    New,
    Changed,
    /// As it was written, but filled with other values.
    Filled,
    Same,
    Removed,
    /// In force, not among what is given, and left alone.
    Stays,
}

/// One text in a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub kind: String,
    pub name: String,
    pub what: What,
    /// What is in force, and what will be; secrets are in neither.
    pub before: Option<TextVersion>,
    pub after: Option<String>,
}

/// What an apply would do.
pub struct Plan {
    /// The texts that are given, in order; then what else would change or stays.
    pub changes: Vec<Change>,
    /// Errors keep everything out of force; warnings do not.
    pub problems: Vec<Problem>,
    /// What it means, in the order in which people should read it.
    pub effects: Vec<Cause>,
    /// The environment in force before and afterwards.
    pub environment: (Option<EnvironmentVersion>, Option<EnvironmentVersion>),
    pub(super) change: ConfigChange,
}

impl Plan {
    pub fn is_refused(&self) -> bool {
        self.problems.iter().any(|problem| !problem.is_warning)
    }

    /// Whether nothing would change: not a text, not a secret.
    pub fn changes_nothing(&self) -> bool {
        let rests = |change: &Change| matches!(change.what, What::Same | What::Stays);
        let choice = self.change.texts.iter().any(|given| given.text.kind == CHOICE);
        self.changes.iter().all(rests) && self.change.secrets.is_empty() && !choice
    }

    /// The version of a text in force; 0 for one that is not.
    pub(super) fn version_of(&self, text: &ConfigText) -> i64 {
        let named = |change: &&Change| names(text, &change.kind, &change.name);
        let before = self.changes.iter().find(named).and_then(|change| change.before.as_ref());
        before.map_or(0, |before| before.version)
    }

    /// How many texts are taken out of force.
    pub fn removals(&self) -> usize {
        self.change.remove.len()
    }
}

/// The texts in force and those that would be, each with its version (0 where it has none yet).
pub(super) struct Sides {
    pub current: Vec<TextVersion>,
    pub before: Vec<(ConfigText, i64)>,
    pub after: Vec<(ConfigText, i64)>,
    pub removed: Vec<(String, String)>,
}

impl Sides {
    fn of(current: Vec<TextVersion>, ask: &Ask) -> Sides {
        let mut given: Vec<ConfigText> = ask.texts.to_vec();
        given.extend(ask.environment.map(choice));
        let is_given = |text: &ConfigText| given.iter().any(|given| is_same(given, text));
        let removed = current.iter().map(|known| &known.text);
        let removed = removed.filter(|text| ask.prune && text.kind != CHOICE && !is_given(text));
        let removed: Vec<(String, String)> =
            removed.map(|text| (text.kind.clone(), text.name.clone())).collect();
        let before: Vec<(ConfigText, i64)> =
            current.iter().map(|known| (known.text.clone(), known.version)).collect();
        let is_removed = |text: &ConfigText| removed.iter().any(|(kind, name)| names(text, kind, name));
        let stays = |(text, _): &&(ConfigText, i64)| !is_given(text) && !is_removed(text);
        let mut after: Vec<(ConfigText, i64)> = before.iter().filter(stays).cloned().collect();
        after.extend(given.iter().map(|text| (text.clone(), 0)));
        Sides { current, before, after, removed }
    }

    pub fn known(&self, text: &ConfigText) -> Option<&TextVersion> {
        self.current.iter().find(|known| is_same(&known.text, text))
    }
}

fn is_same(one: &ConfigText, other: &ConfigText) -> bool {
    names(one, &other.kind, &other.name)
}

fn names(text: &ConfigText, kind: &str, name: &str) -> bool {
    text.kind == kind && text.name == name
}

/// What is wrong with the texts, seen together with those in force; and what would be wrong with those in force because
/// of them.
pub async fn lint(
    seams: &Seams,
    texts: &[ConfigText],
    environment: Option<&str>,
) -> Result<Vec<Problem>, StoreError> {
    let ask = Ask { texts, prune: false, environment, variable: &|_| None };
    let sides = Sides::of(seams.store.current().await?, &ask);
    let (before, after) = setups(seams, &sides).await?;
    let mut problems = problems(&before, after.problems, texts);
    problems.extend(wrong_functions(seams, texts).await);
    Ok(problems)
}

async fn setups(seams: &Seams, sides: &Sides) -> Result<(Setup, Setup), StoreError> {
    let tokens = Arc::new(TokenBox::new(seams.store.clone()));
    let before = Setup::of(seams, &tokens, &sides.before, None).await?;
    let after = Setup::of(seams, &tokens, &sides.after, None).await?;
    Ok((before, after))
}

fn problems(before: &Setup, after: Vec<Problem>, texts: &[ConfigText]) -> Vec<Problem> {
    let is_given = |problem: &Problem| texts.iter().any(|text| names(text, &problem.kind, &problem.name));
    let is_new = |problem: &Problem| !before.problems.contains(problem);
    after.into_iter().filter(|problem| is_given(problem) || is_new(problem)).collect()
}

/// The mistakes of the functions among the texts: what cannot be run at all.
async fn wrong_functions(seams: &Seams, texts: &[ConfigText]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for text in texts.iter().filter(|text| text.kind == "function") {
        let faults = seams.functions.lint(&Function::new(text.name.as_str(), text.text.as_str())).await;
        // Where nobody had time to look, nothing is known to be wrong.
        for fault in faults.into_iter().filter(|fault| fault.class != AnswerClass::Transient) {
            problems.push(Problem {
                kind: text.kind.clone(),
                name: text.name.clone(),
                at: fault.place.map_or((1, 1), |place| (place.line as usize, place.column as usize)),
                cause: fault.cause,
                is_warning: false,
            });
        }
    }
    problems
}

/// What an apply of these texts would do. Nothing is stored.
pub async fn plan(seams: &Seams, ask: &Ask<'_>) -> Result<Plan, StoreError> {
    let generation = seams.store.generation().await?;
    let sides = Sides::of(seams.store.current().await?, ask);
    let (before, mut after) = setups(seams, &sides).await?;
    let mut problems = problems(&before, std::mem::take(&mut after.problems), ask.texts);
    problems.extend(wrong_functions(seams, ask.texts).await);
    let sealing = Sealing { seams, sides: &sides, variable: ask.variable };
    let sealed = sealing.all(ask.texts).await?;
    problems.extend(sealed.problems);
    let environments = filling::stamps(seams, &sides).await?;
    let mut change = ConfigChange {
        based_on: Some(generation),
        texts: Vec::new(),
        remove: sides.removed.clone(),
        secrets: sealed.secrets,
        history: history::of(&before, &after, ask.texts),
        wake: after.flows.keys().filter(|name| !before.flows.contains_key(name)).cloned().collect(),
    };
    let changes = changes(&sides, ask, &sealed.texts, &environments.stamps, &mut change);
    let effects = match problems.iter().any(|problem| !problem.is_warning) {
        true => Vec::new(),
        false => {
            let told = effects::Told { seams, before: &before, after: &after, changes: &changes };
            let mut effects = told.all().await?;
            effects.extend(sealed.effects);
            effects
        }
    };
    let environment = (environments.before, environments.after);
    Ok(Plan { changes, problems, effects, environment, change })
}

/// Text by text, what happens; what is to be stored goes to the change.
fn changes(
    sides: &Sides,
    ask: &Ask,
    stored: &BTreeMap<String, String>,
    stamps: &BTreeMap<(String, String), EnvironmentVersion>,
    change: &mut ConfigChange,
) -> Vec<Change> {
    let mut changes = Vec::new();
    let is_given = |text: &ConfigText| ask.texts.iter().any(|given| is_same(given, text));
    let (given, others): (Vec<&ConfigText>, Vec<&ConfigText>) =
        sides.after.iter().map(|(text, _)| text).partition(|text| is_given(text));
    for text in given.into_iter().chain(others) {
        let mut text = text.clone();
        if let Some(sealed) = stored.get(&text.name).filter(|_| text.kind == "connection") {
            text.text = sealed.clone();
        }
        let environment = stamps.get(&(text.kind.clone(), text.name.clone())).cloned();
        let before = sides.known(&text).cloned();
        let what = match &before {
            None => What::New,
            Some(known) if known.text != text => What::Changed,
            Some(known) if known.environment != environment => What::Filled,
            Some(_) if is_given(&text) => What::Same,
            Some(_) => What::Stays,
        };
        changes.push(Change::of(&text, what, before));
        if !matches!(what, What::Same | What::Stays) {
            change.texts.push(GivenText { text, environment });
        }
    }
    let removed = sides
        .current
        .iter()
        .filter(|known| sides.removed.iter().any(|(kind, name)| names(&known.text, kind, name)));
    changes.extend(removed.map(|known| Change::of(&known.text, What::Removed, Some(known.clone()))));
    changes.retain(|change| change.kind != CHOICE);
    changes
}

impl Change {
    fn of(text: &ConfigText, what: What, before: Option<TextVersion>) -> Change {
        let after = (what != What::Removed).then(|| text.text.clone());
        Change { kind: text.kind.clone(), name: text.name.clone(), what, before, after }
    }
}
