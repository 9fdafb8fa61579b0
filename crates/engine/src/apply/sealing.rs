//! Taking secrets out of connection texts, and looking up what variables hold.

use std::collections::BTreeMap;

use contract::store::{ConfigText, StoreError};
use mapping::{ConnectionText, EnvironmentText, Files, SettingValue, Text};
use model::{Cause, Secret};

use super::plan::Sides;
use crate::seams::Seams;
use crate::setup::{Environments, Problem, SEALED, sealed_name};

/// What sealing a set of texts comes to.
#[derive(Default)]
pub(super) struct Sealed {
    /// Connections' texts as they are stored, by name: without secrets.
    pub texts: BTreeMap<String, String>,
    /// Those that differ from what is sealed.
    pub secrets: Vec<(String, Secret)>,
    pub problems: Vec<Problem>,
    /// Which settings change, never to what.
    pub effects: Vec<Cause>,
}

impl Sealed {
    /// Says of a connection that is there already which of its settings change.
    fn tell(&mut self, wanted: &ConnectionText, known: Option<&ConnectionText>, changed: &[String]) {
        if known.is_some() && !changed.is_empty() {
            let cause = Cause::new("plan.connection_changed").with("connection", &wanted.name);
            self.effects.push(cause.with("settings", changed.join(", ")));
        }
    }
}

const VARIABLE_KEPT: &str = "config.variable_kept";

fn setting<'c>(connection: &'c ConnectionText, name: &str) -> Option<&'c SettingValue> {
    connection.settings.iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

pub(super) struct Sealing<'a> {
    pub seams: &'a Seams,
    pub sides: &'a Sides,
    pub variable: &'a (dyn Fn(&str) -> Option<String> + Sync),
}

/// A text's surroundings: the environment alone.
struct Around<'e>(Option<&'e EnvironmentText>);

impl Files for Around<'_> {
    fn load(&self, _: &str) -> Option<String> {
        None
    }

    fn environment(&self) -> Option<&EnvironmentText> {
        self.0
    }
}

fn connection(text: &ConfigText, environment: Option<&EnvironmentText>) -> Option<ConnectionText> {
    match mapping::read(&text.text, &Around(environment)) {
        Ok(Text::Connection(connection)) => Some(connection),
        _ => None,
    }
}

impl Sealing<'_> {
    /// Looks at the connections that are given, and at those in force whose placeholders come to something else.
    pub async fn all(&self, given: &[ConfigText]) -> Result<Sealed, StoreError> {
        let (before, after) = (Environments::of(&self.sides.before), Environments::of(&self.sides.after));
        let mut sealed = Sealed::default();
        for (text, _) in self.sides.after.iter().filter(|(text, _)| text.kind == "connection") {
            let Some(wanted) = connection(text, after.chosen()) else { continue };
            let known = self.sides.known(text).and_then(|known| connection(&known.text, before.chosen()));
            let is_given = given.iter().any(|given| given.kind == text.kind && given.name == text.name);
            if is_given || known.as_ref() != Some(&wanted) {
                self.one(text, &wanted, known.as_ref(), &mut sealed).await?;
            }
        }
        Ok(sealed)
    }

    async fn one(
        &self,
        text: &ConfigText,
        wanted: &ConnectionText,
        known: Option<&ConnectionText>,
        sealed: &mut Sealed,
    ) -> Result<(), StoreError> {
        let secret_names = self.seams.connectors.secret_settings(&wanted.connector);
        let (mut stored, mut changed) = (text.text.clone(), Vec::new());
        for (name, value) in &wanted.settings {
            let secret = match value {
                SettingValue::Env(variable) => match (self.variable)(variable) {
                    Some(value) => Secret::new(value),
                    None => {
                        let cause = self.unset(wanted, known, name, variable).await?;
                        let is_warning = cause.code == VARIABLE_KEPT;
                        sealed.problems.push(Problem { is_warning, ..problem(text, name, cause) });
                        continue;
                    }
                },
                SettingValue::Text(value) if value != SEALED && secret_names.contains(name) => {
                    match without(&stored, name, value) {
                        Some(text) => stored = text,
                        None => {
                            sealed.problems.push(problem(text, name, cannot_seal(wanted, name, &text.text)))
                        }
                    }
                    Secret::new(value.as_str())
                }
                SettingValue::Text(_) => {
                    let moved = known.is_some_and(|known| setting(known, name) != Some(value));
                    changed.extend(moved.then(|| name.clone()));
                    continue;
                }
            };
            let sealed_as = sealed_name(&wanted.name, name);
            if self.seams.store.recall_secret(&sealed_as).await?.as_ref() != Some(&secret) {
                sealed.secrets.push((sealed_as, secret));
                changed.push(name.clone());
            }
        }
        sealed.tell(wanted, known, &changed);
        sealed.texts.insert(wanted.name.clone(), stored);
        Ok(())
    }

    /// A variable that is not set: what was sealed from the same variable before is kept; else it is an error.
    async fn unset(
        &self,
        wanted: &ConnectionText,
        known: Option<&ConnectionText>,
        setting: &str,
        variable: &str,
    ) -> Result<Cause, StoreError> {
        let is_the_same = match known.and_then(|known| self::setting(known, setting)) {
            Some(SettingValue::Env(before)) => before == variable,
            Some(SettingValue::Text(before)) => before == SEALED,
            None => false,
        };
        let kept = self.seams.store.recall_secret(&sealed_name(&wanted.name, setting)).await?;
        let code = if is_the_same && kept.is_some() { VARIABLE_KEPT } else { "config.variable_not_set" };
        let cause = Cause::new(code).with("connection", &wanted.name);
        Ok(cause.with("setting", setting).with("variable", variable))
    }
}

/// The text with the setting's value replaced by the word that it is sealed.
fn without(text: &str, name: &str, value: &str) -> Option<String> {
    let mut found = false;
    let line = |line: &str| match (says(line, name), line.find(':')) {
        (true, Some(colon)) if line[colon..].contains(value) => {
            found = true;
            format!("{}: {SEALED:?}", &line[..colon])
        }
        _ => line.to_owned(),
    };
    let lines: Vec<String> = text.lines().map(line).collect();
    let sealed = lines.join("\n") + "\n";
    (found && !sealed.contains(value)).then_some(sealed)
}

/// Whether a line begins with that setting.
fn says(line: &str, setting: &str) -> bool {
    line.trim_start().strip_prefix(setting).is_some_and(|rest| rest.trim_start().starts_with(':'))
}

fn cannot_seal(connection: &ConnectionText, setting: &str, text: &str) -> Cause {
    let code = match text.contains("${") {
        true => "config.secret_in_environment",
        false => "config.cannot_seal",
    };
    Cause::new(code).with("connection", &connection.name).with("setting", setting)
}

/// An error where the setting stands in the text.
fn problem(text: &ConfigText, setting: &str, cause: Cause) -> Problem {
    let line = text.text.lines().enumerate().find(|(_, line)| says(line, setting));
    let column = |line: &str| line.chars().take_while(|char| char.is_whitespace()).count() + 1;
    let at = line.map_or((1, 1), |(above, line)| (above + 1, column(line)));
    Problem { kind: text.kind.clone(), name: text.name.clone(), at, cause, is_warning: false }
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
