//! The files that a record says it has: what its fields of files hold, as it was read. What a value says of files only its
//! connector knows.

use model::flow::{FileField, FileRule, From};
use model::{Path, Value};

use crate::compile::Compiled;
use crate::expression::Scope;
use crate::map::rule::found;
use crate::route::{Found, Route};

/// One rule about files, ready to run.
#[derive(Debug)]
pub(crate) struct FileOrigin {
    pub rule: FileRule,
    field: Route,
    /// The list of the source and the field that tells its lines apart, where the files hang at rows.
    lines: Option<(Route, Route)>,
}

/// What a field of files holds.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldFiles<'r> {
    pub rule: &'r FileRule,
    /// The line's id at the source, where the files hang at a row.
    pub line: Option<String>,
    pub value: &'r Value<'r>,
}

impl FileOrigin {
    pub fn of(rule: &FileRule, map: &[model::flow::Entry]) -> Option<FileOrigin> {
        let lines = match &rule.from.list {
            None => None,
            Some(from) => Some(map.iter().find_map(|entry| match &entry.from {
                From::Lines { list, id: Some(id), .. }
                    if list == from && Some(&entry.to) == rule.to.list.as_ref() =>
                {
                    Some((Route::new(list, false), Route::new(id, true)))
                }
                _ => None,
            })?),
        };
        let field = Path::parse(&rule.from.field)?;
        Some(FileOrigin { rule: rule.clone(), field: Route::new(&field, lines.is_some()), lines })
    }

    /// The field of the record that is read; of rows both the list and, dotted, the field in it.
    pub fn reads(&self) -> Vec<String> {
        let FileField { list, field } = &self.rule.from;
        match list {
            None => vec![field.clone()],
            Some(list) => vec![list.first().to_owned(), self.rule.from.to_string()],
        }
    }
}

impl Compiled {
    /// The rules about files, in the order of the flow.
    pub fn file_rules(&self) -> impl Iterator<Item = &FileRule> {
        self.files.iter().map(|origin| &origin.rule)
    }

    /// What the record's fields of files hold, in the order of the flow and of its lines. Fields and lines without a value
    /// are left out.
    pub fn files<'r>(&'r self, record: &'r Value<'r>) -> Vec<HeldFiles<'r>> {
        let mut held = Vec::new();
        for origin in &self.files {
            let mut take = |line: Option<String>, scope: Scope<'r>| {
                if let Found::Value(value) = origin.field.find(scope)
                    && !value.is_blank()
                {
                    held.push(HeldFiles { rule: &origin.rule, line, value });
                }
            };
            let Some((list, id)) = &origin.lines else {
                take(None, Scope { record, line: None });
                continue;
            };
            let Found::Value(Value::List(lines)) = list.find(Scope { record, line: None }) else { continue };
            for (n, line) in lines.iter().enumerate() {
                let scope = Scope { record, line: Some((line, n + 1)) };
                let id = found(id, scope).and_then(|id| id.plain().map(|id| id.trim().to_owned()));
                if let Some(id) = id.filter(|id| !id.is_empty()) {
                    take(Some(id), scope);
                }
            }
        }
        held
    }
}
