//! Bringing configuration texts into force, all or none.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::store::{Applied, ConfigChange, ConfigText, Cursor, Ingest, Reading, StoreError, Walk};
use mapping::{ConnectionText, Files, SettingValue, Text};
use model::{Cause, ConnectionName, ObjectName, Secret, Timestamp};

use crate::connection::TokenBox;
use crate::reading::ObjectReading;
use crate::seams::Seams;
use crate::setup::{Problem, SEALED, Setup, sealed_name};

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

/// Checks the texts together with those in force and, when none has an error, stores those that differ as new
/// versions. Settings given as `{ env: NAME }` are looked up now and sealed; so are secrets that stand in the text,
/// which then no longer hold them.
pub async fn apply(
    seams: &Seams,
    texts: &[ConfigText],
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Outcome, StoreError> {
    let problems = lint(seams, texts).await?;
    let mut outcome = Outcome { applied: Vec::new(), problems };
    if outcome.is_refused() {
        return Ok(outcome);
    }
    let mut sealed = Vec::new();
    let mut stored = Vec::with_capacity(texts.len());
    for text in texts {
        match seal(seams, text, env, &mut sealed) {
            Ok(text) => stored.push(text),
            Err(problem) => outcome.problems.push(problem),
        }
    }
    if outcome.is_refused() {
        return Ok(outcome);
    }
    let before = fields_read(seams).await?;
    let change = ConfigChange { secrets: sealed, ..ConfigChange::of(&stored) };
    outcome.applied = seams.store.apply(&change, seams.clock.now()).await?;
    raise_history(seams, &stored, &before).await?;
    Ok(outcome)
}

/// What is wrong with the texts, seen together with those in force; and what would be wrong with those in force because
/// of them.
pub async fn lint(seams: &Seams, texts: &[ConfigText]) -> Result<Vec<Problem>, StoreError> {
    let tokens = Arc::new(TokenBox::new(seams.store.clone()));
    let current = seams.store.current().await?;
    let mut all: Vec<_> = current.into_iter().map(|text| (text.text, text.version)).collect();
    let before = Setup::of(seams, &tokens, &all, None).await?.problems;
    all.retain(|(known, _)| !texts.iter().any(|text| text.kind == known.kind && text.name == known.name));
    all.extend(texts.iter().map(|text| (text.clone(), 0)));
    let setup = Setup::of(seams, &tokens, &all, None).await?;
    let is_given =
        |problem: &Problem| texts.iter().any(|text| text.kind == problem.kind && text.name == problem.name);
    let is_new = |problem: &Problem| !before.contains(problem);
    Ok(setup.problems.into_iter().filter(|problem| is_given(problem) || is_new(problem)).collect())
}

/// The text as it is stored: without secrets.
fn seal(
    seams: &Seams,
    text: &ConfigText,
    env: &dyn Fn(&str) -> Option<String>,
    sealed: &mut Vec<(String, Secret)>,
) -> Result<ConfigText, Problem> {
    if text.kind != "connection" {
        return Ok(text.clone());
    }
    let Ok(Text::Connection(connection)) = mapping::read(&text.text, &NoFiles) else {
        return Ok(text.clone());
    };
    let secret_names = seams.connectors.secret_settings(&connection.connector);
    let mut stored = text.clone();
    for (name, value) in &connection.settings {
        match value {
            SettingValue::Env(variable) => match env(variable) {
                Some(value) => sealed.push((sealed_name(&connection.name, name), Secret::new(value))),
                None => return Err(unset(&connection, name, variable)),
            },
            SettingValue::Text(value) if value != SEALED && secret_names.contains(name) => {
                sealed.push((sealed_name(&connection.name, name), Secret::new(value.as_str())));
                stored.text =
                    without(&stored.text, name, value).ok_or_else(|| cannot_seal(&connection, name))?;
            }
            SettingValue::Text(_) => {}
        }
    }
    Ok(stored)
}

struct NoFiles;

impl Files for NoFiles {
    fn load(&self, _: &str) -> Option<String> {
        None
    }
}

/// The text with the setting's value replaced by the word that it is sealed.
fn without(text: &str, name: &str, value: &str) -> Option<String> {
    let mut found = false;
    let line = |line: &str| {
        let is_setting =
            line.trim_start().strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with(':'));
        match (is_setting, line.find(':')) {
            (true, Some(colon)) if line[colon..].contains(value) => {
                found = true;
                format!("{}: {SEALED:?}", &line[..colon])
            }
            _ => line.to_owned(),
        }
    };
    let lines: Vec<String> = text.lines().map(line).collect();
    let sealed = lines.join("\n") + "\n";
    (found && !sealed.contains(value)).then_some(sealed)
}

fn unset(connection: &ConnectionText, setting: &str, variable: &str) -> Problem {
    let cause = Cause::new("config.variable_not_set")
        .with("connection", &connection.name)
        .with("setting", setting)
        .with("variable", variable);
    problem(connection, cause)
}

fn cannot_seal(connection: &ConnectionText, setting: &str) -> Problem {
    let cause =
        Cause::new("config.cannot_seal").with("connection", &connection.name).with("setting", setting);
    problem(connection, cause)
}

fn problem(connection: &ConnectionText, cause: Cause) -> Problem {
    Problem { kind: "connection".into(), name: connection.name.clone(), at: (1, 1), cause, is_warning: false }
}

/// The fields that are read of each object.
type FieldsRead = BTreeMap<(ConnectionName, ObjectName), Vec<String>>;

async fn fields_read(seams: &Seams) -> Result<FieldsRead, StoreError> {
    let tokens = Arc::new(TokenBox::new(seams.store.clone()));
    let setup = Setup::load(seams, &tokens, None).await?;
    let read = setup.objects_read().into_iter().filter_map(|(connection, object)| {
        let reading = ObjectReading::of(&setup, &connection, &object)?;
        Some(((connection, object), reading.fields))
    });
    Ok(read.collect())
}

/// Flows with history take what was read before them too: given again they miss nothing, should an apply have been
/// interrupted. Where a flow needs fields that were not read before, what existed is read once more.
async fn raise_history(seams: &Seams, texts: &[ConfigText], before: &FieldsRead) -> Result<(), StoreError> {
    let is_given = |name: &str| texts.iter().any(|text| text.kind == "flow" && text.name == name);
    let tokens = Arc::new(TokenBox::new(seams.store.clone()));
    let setup = Setup::load(seams, &tokens, None).await?;
    for active in setup.flows.values().filter(|active| is_given(active.name().as_str())) {
        let source = &active.flow().source;
        if !source.history {
            continue;
        }
        let (raise, now) = (active.raise(), seams.clock.now());
        seams.store.raise(&source.connection, &source.object, &[], &raise, false, now).await?;
        let known = before.get(&(source.connection.clone(), source.object.clone()));
        let reading = ObjectReading::of(&setup, &source.connection, &source.object);
        if let (Some(known), Some(reading)) = (known, reading)
            && reading.fields.iter().any(|field| !known.contains(field))
        {
            read_again(seams, &reading).await?;
        }
    }
    Ok(())
}

/// Lets the history of an object be read from its beginning.
async fn read_again(seams: &Seams, reading: &ObjectReading) -> Result<(), StoreError> {
    let now = seams.clock.now();
    let cursor = Cursor { from: Timestamp(0), to: now, after: None, finished: false };
    let ingest = Ingest {
        connection: reading.line.name().clone(),
        object: reading.object.clone(),
        reading: Reading::History,
        at: now,
        incoming: Vec::new(),
        absent: Vec::new(),
        raise: Vec::new(),
        cursor: Some((Walk::History, cursor)),
        calls: Vec::new(),
    };
    seams.store.ingest(ingest).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_leaves_the_text_and_nothing_else_does() {
        let text = "kind: connection\nsettings:\n  app_id: A\n  app_secret: \"s3cr3t\" # 应用密钥\n";
        let sealed = without(text, "app_secret", "s3cr3t").unwrap();
        assert_eq!(sealed, "kind: connection\nsettings:\n  app_id: A\n  app_secret: \"(sealed)\"\n");
    }

    #[test]
    fn a_secret_that_stands_elsewhere_too_is_not_sealed_by_half() {
        assert_eq!(without("app_secret: abc\nnote: abc\n", "app_secret", "abc"), None);
        assert_eq!(without("app_secret: >\n  abc\n", "app_secret", "abc"), None);
    }
}
