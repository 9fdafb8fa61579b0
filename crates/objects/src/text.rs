//! An object as the text that people read, correct, keep in git and apply (`kind: object`).
//!
//! The same object is always the same text. Chinese stays as it is; what YAML could take for something else is quoted.

use std::fmt::Write;

use model::object::{CallHooks, Choice, Field, FieldKind, Object, ObjectHooks, Part, Push};

/// The text of the object, with a line end at its end.
pub fn write(object: &Object) -> String {
    let mut out = String::from("kind: object\n");
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(out, "{key}: {value}");
    };
    let name = object.name.as_str();
    line("connection", &scalar(object.connection.as_str()));
    line("name", &scalar(name));
    if object.code != name {
        line("code", &scalar(&object.code));
    }
    line("title", &both(&object.title_zh, &object.title_en));
    if let Part::Lines(list) = &object.part {
        line("split", &scalar(list));
    }
    line("id", &scalar(&object.id));
    for (key, field) in
        [("number", &object.number), ("display", &object.display), ("version", &object.version)]
    {
        if let Some(field) = field {
            line(key, &scalar(field));
        }
    }
    line("push", if object.push == Push::Partial { "partial" } else { "full" });
    if let Some((field, value)) = &object.void {
        let _ = writeln!(out, "void: {{ field: {}, value: {} }}", scalar(field), scalar(value));
    }
    fields(&mut out, "", &object.fields);
    if !object.details.is_empty() {
        out.push_str("details:\n");
    }
    for detail in &object.details {
        let _ = writeln!(out, "  - name: {}", scalar(&detail.name));
        let _ = writeln!(out, "    title: {}", both(&detail.title_zh, &detail.title_en));
        if let Some(id) = &detail.id {
            let _ = writeln!(out, "    id: {}", scalar(id));
        }
        fields(&mut out, "    ", &detail.fields);
    }
    out.push_str(&functions(&object.hooks));
    out
}

fn functions(hooks: &ObjectHooks) -> String {
    let mut out = String::new();
    if let Some(parse) = &hooks.parse {
        let _ = writeln!(out, "  parse: {}", scalar(parse));
    }
    for (name, calls) in [("request", &hooks.request), ("answer", &hooks.answer)] {
        let first = calls.iter().next().map(|(_, path)| path).unwrap_or_default();
        if calls.is_empty() {
            continue;
        }
        if *calls == CallHooks::every(first) {
            let _ = writeln!(out, "  {name}: {}", scalar(first));
            continue;
        }
        let _ = writeln!(out, "  {name}:");
        for (call, path) in calls.iter() {
            let _ = writeln!(out, "    {call}: {}", scalar(path));
        }
    }
    if out.is_empty() { out } else { format!("functions:\n{out}") }
}

fn fields(out: &mut String, indent: &str, fields: &[Field]) {
    let _ = writeln!(out, "{indent}fields:");
    for field in fields {
        let mut members = vec![
            ("name", scalar(&field.name)),
            ("label", label(field)),
            ("type", field.kind.name().to_owned()),
        ];
        for (key, _) in
            [("required", field.required), ("personal", field.personal)].iter().filter(|(_, is)| *is)
        {
            members.push((*key, "true".into()));
        }
        if let Some(length) = field.max_length {
            members.push(("max_length", length.to_string()));
        }
        match &field.kind {
            FieldKind::Decimal { scale } => members.push(("scale", scale.to_string())),
            FieldKind::Reference(object) | FieldKind::MasterDetail(object) => {
                members.push(("object", scalar(object.as_str())));
            }
            _ => {}
        }
        let members: Vec<String> = members.iter().map(|(key, value)| format!("{key}: {value}")).collect();
        match &field.kind {
            FieldKind::Select(choices) | FieldKind::MultiSelect(choices) if !choices.is_empty() => {
                let between = format!("\n{indent}    ");
                let _ = writeln!(out, "{indent}  - {}", members.join(&between));
                let _ = writeln!(out, "{indent}    options:");
                for Choice { value, label } in choices {
                    let label = if label.trim().is_empty() { value } else { label };
                    let _ = writeln!(out, "{indent}      {}: {}", key(value), scalar(label));
                }
            }
            _ => {
                let _ = writeln!(out, "{indent}  - {{ {} }}", members.join(", "));
            }
        }
    }
}

fn label(field: &Field) -> String {
    match field.label_zh == field.label_en {
        true => scalar(&field.label_zh),
        false => both(&field.label_zh, &field.label_en),
    }
}

fn both(zh: &str, en: &str) -> String {
    format!("{{ zh: {}, en: {} }}", scalar(zh), scalar(en))
}

/// A text as YAML: plain where nothing could be taken for anything else, in double quotes otherwise.
///
/// `${` would be the begin of a placeholder, and `$${` is how a plain one is written; names have no placeholders.
fn scalar(text: &str) -> String {
    key(&text.replace("${", "$${"))
}

fn key(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // The reader takes these for ends of lines, or not at all.
            c if c.is_control()
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') =>
            {
                let _ = match u32::from(c) {
                    code @ 0..=0xff => write!(out, "\\x{code:02x}"),
                    code => write!(out, "\\u{code:04x}"),
                };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn is_plain(text: &str) -> bool {
    const WORDS: &[&str] = &["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let is_first = |c: char| c.is_alphabetic() || c == '_';
    let is_next = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let mut letters = text.chars();
    letters.next().is_some_and(is_first)
        && letters.all(is_next)
        && !WORDS.contains(&text.to_lowercase().as_str())
}

#[cfg(test)]
mod tests;
