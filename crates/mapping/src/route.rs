//! Source paths, split when the flow is compiled.

use model::{Path, Value};

use crate::expression::Scope;

/// Where a value is in the record, its line, or beside them.
#[derive(Debug)]
pub(crate) struct Route {
    start: Start,
    steps: Box<[Step]>,
    written: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// The line where there is one, else the record.
    Near,
    /// The record, from a line: `$.name`, `record.name`.
    Record,
    LineNumber,
}

#[derive(Debug)]
struct Step {
    name: Box<str>,
    /// The position, where the name is one.
    index: Option<usize>,
}

/// What a route leads to.
pub(crate) enum Found<'r> {
    Nothing,
    Value(&'r Value<'r>),
    LineNumber(usize),
}

impl Route {
    pub fn new(path: &Path, in_lines: bool) -> Route {
        let is_record = matches!(path.first(), "$" | "record");
        let start = match path.as_str() {
            "line_number" if in_lines => Start::LineNumber,
            _ if is_record => Start::Record,
            _ => Start::Near,
        };
        let step = |name: &str| Step { name: name.into(), index: name.parse().ok() };
        let steps = path.segments().skip(usize::from(is_record)).map(step).collect();
        Route { start, steps, written: path.as_str().to_owned() }
    }

    /// As it stands in the flow.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The field of the record that it reads; `None` where it reads the line, or the record as a whole.
    pub fn record_field(&self, in_lines: bool) -> Option<&str> {
        let of_record = self.start == Start::Record || (self.start == Start::Near && !in_lines);
        self.steps.first().filter(|_| of_record).map(|step| &*step.name)
    }

    /// The field of the line that it reads; `None` where it reads the record.
    pub fn line_field(&self, in_lines: bool) -> Option<&str> {
        let of_line = self.start == Start::Near && in_lines;
        self.steps.first().filter(|_| of_line).map(|step| &*step.name)
    }

    /// What it reads below that field.
    pub fn below(&self) -> Option<&str> {
        self.steps.get(1).map(|step| &*step.name)
    }

    pub fn find<'r>(&self, scope: Scope<'r>) -> Found<'r> {
        let start = match (self.start, scope.line) {
            (Start::LineNumber, Some((_, number))) => return Found::LineNumber(number),
            (Start::Near, Some((line, _))) => line,
            _ => scope.record,
        };
        let found = self.steps.iter().try_fold(start, |value, step| match value {
            Value::Map(map) => map.get(&step.name),
            Value::List(list) => list.get(step.index?),
            _ => None,
        });
        found.map_or(Found::Nothing, Found::Value)
    }
}
