//! The parts that schemas are made of.

use serde_json::{Map, Value, json};

/// A placeholder: it may stand wherever a value does.
const PLACEHOLDER: &str = r"^\$\{[^}]+\}$";

/// A key of a map: its name, what it takes, and what it is for in Chinese and English.
pub type Key = (&'static str, Value, &'static str, &'static str);

/// A document of its own.
pub fn document(title: &str, body: Value) -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
    schema.insert("title".into(), json!(title));
    if let Value::Object(body) = body {
        schema.extend(body);
    }
    Value::Object(schema)
}

/// A map of these keys and no others.
pub fn map(keys: Vec<Key>, required: &[&str]) -> Value {
    let mut properties = Map::new();
    for (name, mut schema, zh, en) in keys {
        if let Value::Object(schema) = &mut schema
            && !zh.is_empty()
        {
            schema.insert("description".into(), json!(format!("{zh} / {en}")));
        }
        properties.insert(name.into(), schema);
    }
    let mut map = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    if !required.is_empty() {
        map["required"] = json!(required);
    }
    map
}

/// A map of any names to this.
pub fn names_to(schema: Value) -> Value {
    json!({ "type": "object", "additionalProperties": schema })
}

/// A text that is not empty. A number or truth without quotes is read as the text it was written with.
pub fn text() -> Value {
    json!({ "type": ["string", "number", "boolean"], "pattern": r"\S" })
}

pub fn texts() -> Value {
    json!({ "type": "array", "items": text() })
}

/// Exactly this word: the kind of a text.
pub fn exactly(word: &str) -> Value {
    json!({ "const": word })
}

/// One of these words.
pub fn one_of(words: &[&str]) -> Value {
    json!({ "anyOf": [{ "enum": words }, { "type": "string", "pattern": PLACEHOLDER }] })
}

pub fn flag() -> Value {
    json!({ "anyOf": [{ "type": "boolean" }, { "type": "string", "pattern": PLACEHOLDER }] })
}

/// `20s`, `5m`, `1h`.
pub fn duration() -> Value {
    json!({ "type": "string", "pattern": r"^([0-9]+(ms|s|m|h|d)|\$\{[^}]+\})$", "examples": ["20s", "6m", "1h"] })
}

/// A duration, or a word in its place.
pub fn duration_or(word: &str) -> Value {
    json!({ "anyOf": [duration(), { "const": word }] })
}

/// Any value.
pub fn any() -> Value {
    json!({})
}

pub fn any_map() -> Value {
    json!({ "type": "object" })
}

/// In Chinese and English, or one text for both.
pub fn title() -> Value {
    let both = map(vec![("zh", text(), "中文", "in Chinese"), ("en", text(), "英文", "in English")], &[]);
    let mut both = both;
    both["minProperties"] = json!(1);
    json!({ "anyOf": [text(), both] })
}

/// The keys that every text begins with.
pub fn head(kind: &str, named: &'static str, named_en: &'static str) -> Vec<Key> {
    vec![
        ("kind", exactly(kind), "文本的类别", "the kind of the text"),
        ("name", text(), named, named_en),
        ("title", title(), "显示的名称", "the name that people see"),
    ]
}
