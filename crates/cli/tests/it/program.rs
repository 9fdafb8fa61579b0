//! The program as it runs: exit codes, sentences in both languages, and data that stays whole.

mod arguments;
mod describing;
mod disk;
mod environments;
mod functions;
mod hosts;
mod journey;
mod kills;
mod objects;
mod pushing;
mod qiao;
mod reconciling;
mod samples;
mod servers;
mod story;
mod texts;
mod versions;

pub use qiao::Place;
