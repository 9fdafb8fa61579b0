//! What must hold for any bytes that come from outside: one function for each fuzz target, which panics where it does
//! not hold.
//!
//! `cargo xtask long --only fuzz` runs the targets one after another; the seeds are in `corpus-seed/<target>/`. A
//! function gives `None` for an input that says nothing to it, so that the fuzzer does not keep it.

mod answers;
mod event;
mod expression;
mod flow;
mod hook;
mod json;
mod manifest;
mod push;
mod words;
mod xml;

pub use answers::{dingtalk_answer, fxiaoke_answer, kingdee_answer, standard_erp_answer};
pub use event::event;
pub use expression::expression;
pub use flow::flow_file;
pub use hook::hook_body;
pub use json::json;
pub use manifest::manifest;
pub use push::push;
pub use xml::xml;

/// What the fuzzer is told of an input.
pub fn corpus(meant_something: Option<()>) -> libfuzzer_sys::Corpus {
    match meant_something {
        Some(()) => libfuzzer_sys::Corpus::Keep,
        None => libfuzzer_sys::Corpus::Reject,
    }
}
