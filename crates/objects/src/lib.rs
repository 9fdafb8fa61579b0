//! Describing objects of systems that cannot tell by themselves what their records are like (ERP 对象管理), and the API
//! description that is generated from such an object (生成 API).
//!
//! It is pure: bytes in, values and texts out; no files, no time, no connectors, no storage.
//!
//! 1. A draft of an [`Object`](model::object::Object) comes from samples ([`infer`]), from an OpenAPI document
//!    ([`import::openapi`]) or from a spreadsheet ([`import::sheet`]), with [`notes`](Drafted::notes) on what was guessed.
//! 2. [`text::write`] writes it as the text that people correct and apply.
//! 3. [`description`] tells the ERP's programmer which calls to implement and which to make.
//!
//! Beside it, [`tables`] writes texts as files for spreadsheets: the libraries for those live here.

pub mod description;
mod draft;
pub mod import;
pub mod infer;
mod pretty;
mod sentences;
pub mod tables;
pub mod text;
mod words;
mod xml;
mod yaml;

pub use draft::{Drafted, Naming};
pub use sentences::sentences;
