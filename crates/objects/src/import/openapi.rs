//! An object from an OpenAPI 3.0 or 3.1 document, in JSON or YAML: a named schema, or the body of a named operation.
//!
//! References are followed inside the document only; one that leads back into itself is left out, with a note.

mod document;
mod fields;
mod resolve;

use model::{Cause, Value, json};

use crate::draft::{Drafted, Naming};
use crate::yaml;
use document::Document;

/// What of the document the object is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The only schema there is.
    Only,
    /// A schema by its name.
    Schema(String),
    /// The request body of an operation, by its `operationId` or as `POST /orders`.
    Operation(String),
}

/// Drafts an object from the document.
///
/// # Errors
/// A document that cannot be read, one that is no OpenAPI 3, a name it does not have (the cause lists those it has),
/// references that leave it, and a schema that is no object with properties.
pub fn import(naming: &Naming, bytes: &[u8], wanted: &Wanted) -> Result<Drafted, Cause> {
    let root = read(bytes)?;
    let document = Document::of(&root)?;
    let schema = document.find(wanted)?;
    fields::draft(naming, &document, schema)
}

fn read(bytes: &[u8]) -> Result<Value<'_>, Cause> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Cause::new("charset.wrong").with("charset", "UTF-8"))?
        .trim_start_matches('\u{feff}');
    if !text.trim_start().starts_with('{') {
        return yaml::read(text);
    }
    json::read(text).map_err(|error| {
        Cause::new("objects.bad_json")
            .with("line", error.line)
            .with("column", error.column)
            .with("reason", &error.kind)
            .with("sample", 1)
    })
}

#[cfg(test)]
mod tests;
