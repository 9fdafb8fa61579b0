//! Explaining the files that travel with a record.

use model::Value;
use model::flow::FileRule;

use super::{Explained, Outcome, Outlined, Told};
use crate::compile::Compiled;

/// What each field of files of the record holds; of rows once for each line that has some.
pub(super) fn explain(compiled: &Compiled, record: &Value) -> Vec<Explained> {
    let mut entries = Vec::new();
    let held = compiled.files(record);
    for rule in compiled.file_rules() {
        let of_rule: Vec<_> = held.iter().filter(|held| std::ptr::eq(held.rule, rule)).collect();
        let entry = |field: String, source: Option<Value<'static>>| Explained {
            field,
            from: told(rule),
            outcome: source.clone().map_or(Outcome::Absent, Outcome::Value),
            source,
            later: false,
            at: rule.at,
        };
        if of_rule.is_empty() {
            entries.push(entry(rule.to.to_string(), None));
        }
        for held in of_rule {
            let field = match (&rule.to.list, &held.line) {
                (Some(list), Some(line)) => format!("{list}[{line}].{}", rule.to.field),
                _ => rule.to.to_string(),
            };
            entries.push(entry(field, Some(held.value.clone().into_owned())));
        }
    }
    entries
}

/// The rules by themselves.
pub(super) fn outline(compiled: &Compiled) -> impl Iterator<Item = Outlined> {
    compiled.file_rules().map(|rule| Outlined {
        field: rule.to.to_string(),
        from: told(rule),
        required: false,
        send_empty: false,
        later: false,
        conversions: Vec::new(),
        constant: None,
        at: rule.at,
    })
}

fn told(rule: &FileRule) -> Told {
    Told::Files { path: rule.from.to_string(), limit: rule.limit }
}

/// As a flow writes it: `20 MB`.
pub(super) fn size(bytes: u64) -> String {
    let units = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")];
    let unit = units.into_iter().find(|(unit, _)| bytes.is_multiple_of(*unit));
    unit.map_or_else(|| format!("{bytes} B"), |(unit, name)| format!("{} {name}", bytes / unit))
}
