//! The program as it runs: exit codes, sentences in both languages, and data that stays whole.

mod alerts;
mod arguments;
mod clocks;
mod crowd;
mod database;
mod describing;
mod desk;
mod disk;
mod environments;
mod functions;
mod hostile;
mod hosts;
mod journey;
mod keeping;
mod kills;
mod moving;
mod nodes;
mod objects;
mod pushing;
mod qiao;
mod reconciling;
mod samples;
mod servers;
mod story;
mod texts;
mod versions;
mod webhooks;

pub use qiao::Place;
