//! The environment in force: which of the environments among the texts fills their placeholders.

use std::collections::BTreeMap;

use contract::store::ConfigText;
use mapping::{EnvironmentText, NoFiles, Text};
use model::Cause;

use super::Problem;

/// The kind of the text that says what was chosen at an apply; it is no file.
pub(crate) const CHOICE: &str = "choice";
const ENVIRONMENT: &str = "environment";

/// The text that chooses an environment.
pub(crate) fn choice(environment: &str) -> ConfigText {
    ConfigText { kind: CHOICE.into(), name: ENVIRONMENT.into(), text: environment.into() }
}

/// The environments of a set of texts.
pub struct Environments<'t> {
    texts: &'t [(ConfigText, i64)],
    /// Each with the text that it was read from.
    read: Vec<(&'t ConfigText, EnvironmentText)>,
}

impl<'t> Environments<'t> {
    /// Those that can be read. What is wrong with one is told where all texts are.
    pub fn of(texts: &'t [(ConfigText, i64)]) -> Environments<'t> {
        let environment = |(text, _): &'t (ConfigText, i64)| match mapping::read(&text.text, &NoFiles) {
            Ok(Text::Environment(environment)) => Some((text, environment)),
            _ => None,
        };
        let read = texts.iter().filter(|(text, _)| text.kind == ENVIRONMENT).filter_map(environment);
        Environments { texts, read: read.collect() }
    }

    /// The name that was chosen, whether there is such an environment or not.
    pub fn chosen_name(&self) -> Option<&'t str> {
        let choice = self.texts.iter().find(|(text, _)| text.kind == CHOICE && text.name == ENVIRONMENT);
        choice.map(|(text, _)| text.text.as_str())
    }

    pub fn named(&self, name: &str) -> Option<&EnvironmentText> {
        self.read.iter().map(|(_, environment)| environment).find(|environment| environment.name == name)
    }

    pub fn chosen(&self) -> Option<&EnvironmentText> {
        self.named(self.chosen_name()?)
    }

    /// What is wrong with the choice, and what is doubtful in the environments: values that nothing uses, and
    /// placeholders that another environment than the chosen one has no value for.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let used = self.used();
        let mut problems = Vec::new();
        if let Some(name) = self.chosen_name().filter(|_| self.chosen().is_none()) {
            let known: Vec<&str> = self.read.iter().map(|(_, known)| known.name.as_str()).collect();
            let cause = Cause::new("config.unknown_environment").with("environment", name);
            let problem = problem(CHOICE, ENVIRONMENT, (1, 1), cause.with("known", known.join(", ")));
            problems.push(Problem { is_warning: false, ..problem });
        }
        for (text, environment) in &self.read {
            for (name, at) in environment.names().filter(|(name, _)| !used.contains_key(*name)) {
                let cause = Cause::new("config.unused_value").with("name", name);
                problems.push(problem(
                    &text.kind,
                    &text.name,
                    at,
                    cause.with("environment", &environment.name),
                ));
            }
            if self.chosen_name() == Some(environment.name.as_str()) {
                continue;
            }
            for (name, by) in used.iter().filter(|(name, _)| environment.get(name).is_none()) {
                let cause = Cause::new("config.value_elsewhere").with("name", name).with("by", by);
                problems.push(problem(
                    &text.kind,
                    &text.name,
                    (1, 1),
                    cause.with("environment", &environment.name),
                ));
            }
        }
        problems
    }

    /// The placeholders that texts use, each with the first text that does.
    fn used(&self) -> BTreeMap<String, String> {
        let mut used = BTreeMap::new();
        for (text, _) in self.texts.iter().filter(|(text, _)| takes_placeholders(&text.kind)) {
            for (name, _) in mapping::placeholders(&text.text) {
                used.entry(name).or_insert_with(|| format!("{}/{}", text.kind, text.name));
            }
        }
        used
    }
}

/// Whether texts of this kind are filled. What looks like a placeholder in a function is JavaScript's own.
pub(crate) fn takes_placeholders(kind: &str) -> bool {
    !matches!(kind, CHOICE | ENVIRONMENT | "function")
}

fn problem(kind: &str, name: &str, at: (usize, usize), cause: Cause) -> Problem {
    Problem { kind: kind.into(), name: name.into(), at, cause, is_warning: true }
}
