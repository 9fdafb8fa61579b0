//! From a task to its settlement: scope → map → resolve → plan → deliver → settle.
//!
//! A [`Bundle`] takes some due tasks of one flow along these arrows together, so that systems which take batches get
//! batches. Each arrow is one module here, in this order; whatever ends a task's way on an arrow is its [`Verdict`].
//! The preview walks the same arrows and stops before *deliver*.

mod agreement;
mod bundle;
mod circles;
mod deliver;
mod derive;
mod doubts;
mod files;
mod hooks;
mod item;
mod lines;
mod notices;
mod observe;
mod parents;
mod people;
mod plan;
mod prepare;
mod read_back;
mod resolve;
mod retries;
mod settle;
mod taken;
mod two_way;
mod unknown;
mod voided;
mod write_back;

pub(crate) use agreement::Agreement;
pub(crate) use bundle::{Bundle, shape, work};
pub(crate) use circles::records as records_of;
pub(crate) use doubts::may_show;
pub(crate) use files::{Wanted, would_bring};
pub(crate) use hooks::Hooks;
pub(crate) use item::Item;
pub(crate) use lines::know as know_lines;
pub(crate) use observe::{find_mirrored, observe, ways_to_match};
pub(crate) use parents::tell_parents;
pub(crate) use plan::{plan, projection};
pub(crate) use prepare::prepare;
pub(crate) use read_back::{differences, holds};
pub(crate) use resolve::{field_text, key_fields, looked_at, referent, resolve};
pub use two_way::Asked;
pub(crate) use two_way::{
    ALL, CONFLICT, DECIDED_ELSEWHERE, asked_of, keep_theirs, tasks_of_records, turn_of, twins_at_rest, weigh,
};
pub(crate) use voided::pass_over_unfound;
pub(crate) use write_back::written_back;
