//! The seam of functions (自定义函数): small scripts that an administrator writes where configuration ends.
//!
//! The engine calls a function at a [`Hook`] with a [`Work`]; the runtime gives back what the hook asks for as an
//! [`Output`], or a [`Fault`] that names file, line and column. A function fails its record alone: whatever it does,
//! the call ends, within its [`Limits`], and the next call meets nothing that it left behind.
//!
//! What a script may ask the world for is [`Host`]; it has no other door.
//!
//! # How values cross
//!
//! | of ours | in the script | back |
//! |---|---|---|
//! | null | `null` | null; `undefined` as a member is absence, in a list null |
//! | true, false | the same | the same |
//! | a whole number of up to 15 digits, written plainly (`-12`, `0`) | a number | a whole number below 2^53 |
//! | any other number (`12.50`, `1e3`, 16 digits and more) | a **text** of exactly these characters (`"12.50"`) | stays the text; who needs a number at the target converts it in the mapping |
//! | – | a number with a fraction that was computed (`2.5`) | its shortest text, when it has at most 15 digits; else refused, since a float has been at work (`0.1 + 0.2`) |
//! | – | `NaN`, `Infinity`, numbers from 2^53, BigInt | refused, with the path |
//! | text | a text | a text; a lone surrogate is refused |
//! | list, map | an array, an object, in the same order; names of whole numbers come first in an object, as JavaScript has it | the same |
//! | – | `Date` | its text, as JSON writes it |
//! | – | functions, symbols | absent; `Map` and `Set` are refused |
//!
//! So no business number passes through `f64` unless the script itself computes with one, and that is found.

mod call;
mod fault;
mod host;
mod output;

use std::sync::Arc;

use async_trait::async_trait;

use crate::Chance;

pub use call::{Call, Function, Hook, Limits, Planned, Work};
pub use fault::{Fault, Place};
pub use host::{Denied, Host, HttpReply, HttpRequest, Level, LinkQuestion, Linked};
pub use output::{BuiltRequest, Output, Ran, ReadAnswer, Spent, StandardRecord};

/// Runs functions.
///
/// The engine calls it from its lanes and readers, many at once. The future may be dropped at any point: the script
/// then ends by its limits, and nothing of it is kept. A call never blocks the thread that polls it, unless the
/// implementation was made to run inline.
#[async_trait]
pub trait Functions: Send + Sync {
    /// Runs a function once. Its log went to the host by the time this returns, also when it failed.
    async fn call(&self, call: Call<'_>, around: Surroundings) -> Ran;

    /// What is wrong with a text, without calling its function: a mistake in its syntax, no `main`. Its top level runs,
    /// under the usual limits and without a host. Empty when nothing is wrong.
    async fn lint(&self, function: &Function) -> Vec<Fault>;
}

/// What a call may reach.
#[derive(Clone)]
pub struct Surroundings {
    pub host: Arc<dyn Host>,
    /// Where `Math.random()` and `qiao.uuid()` come from.
    pub chance: Arc<dyn Chance>,
}
