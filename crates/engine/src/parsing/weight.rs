//! How much records weigh in memory and in a transaction: about the bytes of their content.

use contract::connector::PushedRecord;
use model::{Map, Value};

/// What each name and value costs beside its text.
const EACH: usize = 16;

pub(super) fn weight(records: &[PushedRecord]) -> usize {
    records.iter().map(|record| EACH + record.found.id.len() + of_map(&record.found.body)).sum()
}

fn of_map(map: &Map<'_>) -> usize {
    map.iter().map(|(name, value)| name.len() + of_value(value)).sum()
}

fn of_value(value: &Value<'_>) -> usize {
    let content = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::Text(text) => text.len(),
        Value::List(list) => list.iter().map(of_value).sum(),
        Value::Map(map) => of_map(map),
    };
    EACH + content
}
