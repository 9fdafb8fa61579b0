//! The simulator: engine, store, connectors and stand-ins under one clock and one seed.
//!
//! A [`run`] draws a company, the unknown facts of the vendors' protocols, faults and edits from its seed; it drops the
//! engine at random points and opens another on the same store. Then the faults stop, and the [`law`] must hold:
//! everything comes to rest in bounded time, both sides agree, nothing is lost, nothing exists twice, no version went
//! back. The same seed gives the same history, to the last call: its [`Report::trace`] says so.

pub mod backlog;
mod business;
mod calls;
mod cents;
mod chance;
mod clock;
mod customers;
mod dispatch;
mod ground;
mod law;
mod ledgers;
mod network;
mod nodes;
mod order_to_cash;
mod partners;
pub mod people;
mod points;
mod reconciled;
pub mod replay;
mod run;
mod screens;
mod store;
mod story;
mod trace;
mod world;

pub use business::{Business, Pace};
pub use chance::Dice;
pub use clock::{BEGINNING, SimClock};
pub use ground::Ground;
pub use ledgers::Compared;
pub use network::{answer_of, request_of};
pub use run::{Report, run, run_of, run_telling};
pub use world::Setting;
