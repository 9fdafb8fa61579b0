//! JSON Schemas of the texts people write, for editors: what a key is for, what it takes, and what is no key.
//!
//! They say what can be said of a text by itself; `qiao flow lint` says the rest (names that must exist, expressions,
//! what a quoted path means). Tests hold them to the reader: every key it knows is in them and no other, every example
//! validates, and what they refuse it refuses. Draft 7, which editors speak best.

mod alerts;
mod connection;
mod flow;
mod hook;
mod object;
mod texts;
mod words;

use serde_json::Value;

/// The kinds of texts there are schemas of, each with where such files stand.
pub const KINDS: [(&str, &str); 7] = [
    ("flow", "flows/*.yaml"),
    ("connection", "connections/*.yaml"),
    ("object", "objects/*/*.yaml"),
    ("values", "values/*.yaml"),
    ("environment", "environments/*.yaml"),
    ("alerts", "alerts.yaml"),
    ("tests", "tests/*.yaml"),
];

/// The schema of a kind of texts.
pub fn of(kind: &str) -> Option<Value> {
    match kind {
        "flow" => Some(flow::schema()),
        "connection" => Some(connection::schema()),
        "object" => Some(object::schema()),
        "values" => Some(texts::values()),
        "environment" => Some(texts::environment()),
        "alerts" => Some(alerts::schema()),
        "tests" => Some(texts::tests()),
        _ => None,
    }
}

/// The file of a schema, as it is printed and stored.
pub fn text(schema: &Value) -> String {
    let pretty = serde_json::to_string_pretty(schema).expect("a schema is plain JSON");
    pretty + "\n"
}
