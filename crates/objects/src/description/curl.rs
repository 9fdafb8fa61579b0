//! A call as a line for bash that works as pasted, whatever its names and values hold.

use super::calls::{Call, Header};

/// Takes lines that end in a backslash; every value stands in single quotes, but a token that is a variable.
pub(super) fn line(call: &Call) -> String {
    let mut parts = vec![match call.query.is_empty() {
        true => format!("curl --request {} {}", call.method, quoted(&call.url())),
        false => format!("curl --get {}", quoted(&call.url())),
    }];
    parts.extend(call.headers.iter().map(|header| format!("--header {}", header_text(header))));
    for (name, value) in &call.query {
        parts.push(format!("--data-urlencode {}", quoted(&format!("{name}={value}"))));
    }
    if call.method == "POST" {
        parts.push(format!("--data-raw {}", quoted(call.body.as_deref().unwrap_or_default())));
    }
    parts.join(" \\\n  ")
}

fn header_text(header: &Header) -> String {
    match is_variable(&header.value) {
        // Inside double quotes the shell puts the value in; the name needs quotes of its own where it is unusual.
        true if is_simple(&header.name) => format!("\"{}: {}\"", header.name, header.value),
        true => format!("{}\"{}\"", quoted(&format!("{}: ", header.name)), header.value),
        false => quoted(&format!("{}: {}", header.name, header.value)),
    }
}

/// `$TOKEN`
pub(super) fn is_variable(text: &str) -> bool {
    let name = text.strip_prefix('$').unwrap_or_default();
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_simple(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// In single quotes nothing means anything to bash; a single quote itself stands outside of them.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
