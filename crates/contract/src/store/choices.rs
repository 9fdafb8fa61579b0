//! What people chose where a field was edited on both sides.

use async_trait::async_trait;
use model::{TaskId, Timestamp};

use super::StoreError;

#[async_trait]
pub trait Choices: Send + Sync {
    /// Keeps what was chosen, all in one transaction; a new choice about a field of a task takes the place of the old one.
    async fn choose(&self, choices: &[Choice]) -> Result<(), StoreError>;

    /// What was chosen for these tasks, by task and field.
    async fn choices(&self, tasks: &[TaskId]) -> Result<Vec<Choice>, StoreError>;
}

/// The side that a person takes for right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    Source,
    Target,
}

impl Take {
    pub fn name(self) -> &'static str {
        match self {
            Take::Source => "source",
            Take::Target => "target",
        }
    }

    pub fn of_name(name: &str) -> Option<Take> {
        [Take::Source, Take::Target].into_iter().find(|take| take.name() == name)
    }
}

/// What a person chose for one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub task: TaskId,
    /// The target's field.
    pub field: String,
    pub take: Take,
    /// The values that it is about: once they are others, it says nothing.
    pub of: String,
    pub at: Timestamp,
}
