//! Functions (自定义函数): small JavaScript texts at the hooks of a record's way, run by QuickJS under limits.
//!
//! [`Scripts`] implements the seam [`contract::functions::Functions`]; `docs/guides/functions.md` is for those who write
//! the texts. What holds:
//!
//! * A script meets nothing of an earlier call: its text is run anew in a closure of its own, and everything that is
//!   shared between calls is frozen (`prelude/`).
//! * It ends: processor time by the interrupt handler ([`budget`]), memory by the engine, waiting by the clock of the
//!   caller ([`scripts`]), and what none of these reaches by a watchdog that gives the thread up ([`crew`]).
//! * It has no clock, no chance and no network of its own.
//!
//! This protects from mistakes, not from attackers: whoever writes functions is an administrator. Nothing here knows
//! storage or vendors.

mod budget;
mod clocks;
mod crew;
mod fault;
mod input;
mod native;
mod output;
mod reading;
mod reply;
mod scripts;
mod sentences;
mod session;
mod shared;
mod shelf;

pub use crew::Threads;
pub use scripts::Scripts;
pub use sentences::sentences;
