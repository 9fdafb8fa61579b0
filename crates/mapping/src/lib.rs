//! The mapping engine: reads the texts of flows, connections and value maps, finds what is wrong with them, explains
//! them, and brings records into the shape of their target.
//!
//! It is pure: no I/O (files come through [`Files`]), no time, no connectors, no storage. From text to document:
//!
//! 1. [`read`] a text; every mistake is a [`Finding`] with its line and column.
//! 2. [`compile`] the flow with the value maps it names.
//! 3. For each record ask [`Compiled::scope`], gather [`Compiled::needs`], resolve them, and [`Compiled::map`].
//! 4. [`Compiled::create_document`] fills the packet of a create.
//!
//! For people there are [`lint`], [`Compiled::explain`] and [`Compiled::run_sample`].
//!
//! Plain paths and constants never enter the expression engine, and values are borrowed wherever they pass through.

mod compile;
mod condition;
mod convert;
mod dates;
mod described;
mod explain;
mod expression;
mod files;
mod finding;
mod functions;
mod map;
mod origins;
mod placeholder;
mod route;
mod sample;
mod text;
mod words;
mod yaml;

pub use compile::{Compiled, DetailList, ParentIds, ReferenceUse, compile};
pub use condition::Condition;
pub use explain::{Explained, Explanation, Outcome, Outline, Outlined, Told};
pub use expression::check_expression;
pub use files::HeldFiles;
pub use finding::{Finding, Place, Severity, nearest};
pub use functions::{FunctionDoc, functions, reference as functions_reference};
pub use map::{LineIds, Mapped, Met, Missing, Need, Resolve};
pub use origins::FieldOrigin;
pub use placeholder::{filled_for_show, placeholders};
pub use sample::{Difference, Expected, Sample, SampleFunctions, SampleOutcome, samples};
pub use text::{
    ConnectionText, EnvironmentText, EnvironmentValue, Files, NoFiles, SettingValue, Text, ValuesText, lint,
    read,
};
pub use words::{phrases, sentences};
pub use yaml::split;
