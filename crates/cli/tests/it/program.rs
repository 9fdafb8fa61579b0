//! The program as it runs: exit codes, sentences in both languages, and data that stays whole.

mod arguments;
mod disk;
mod hosts;
mod journey;
mod kills;
mod qiao;
mod servers;
mod texts;

pub use qiao::Place;
