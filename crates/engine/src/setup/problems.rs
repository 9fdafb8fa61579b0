//! What is wrong with configuration texts.

use model::Cause;

/// One mistake in one text, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `flow`, `connection`, `object`, `values`, `alerts`, `function`.
    pub kind: String,
    pub name: String,
    /// Line and column, from 1.
    pub at: (usize, usize),
    pub cause: Cause,
    /// Warnings do not keep a text from being in force.
    pub is_warning: bool,
}
