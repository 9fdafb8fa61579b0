//! The API description generated from an object (生成 API): what the ERP's programmer must implement, and what he can call,
//! with this object's real fields, samples and `curl` lines that work as pasted (`protocols/standard-erp.md §5`).
//!
//! The same object and addresses always give the same text. Names of fields are other people's: whatever they hold stays
//! text, in JSON, in Markdown, in HTML and in a shell.

mod addresses;
mod calls;
mod curl;
mod html;
mod markdown;
mod openapi;
mod page;
mod sample;
mod types;
mod wire;
mod written;

use model::Lang;
use model::object::Object;

pub use addresses::{Addresses, Erp, Format, Ours, Paths, Success};

/// An OpenAPI 3.1 document as JSON.
pub fn openapi(object: &Object, addresses: &Addresses, lang: Lang) -> String {
    openapi::write(object, addresses, lang)
}

/// A page for people as Markdown.
pub fn markdown(object: &Object, addresses: &Addresses, lang: Lang) -> String {
    markdown::write(&page::of(object, addresses, lang))
}

/// The same page as HTML that stands by itself: it asks nobody for anything, runs no script, and can be printed.
pub fn html(object: &Object, addresses: &Addresses, lang: Lang) -> String {
    html::write(&page::of(object, addresses, lang), lang)
}

#[cfg(test)]
mod tests;
