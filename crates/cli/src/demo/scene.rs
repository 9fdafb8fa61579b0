//! What an example brings to its demo: what is in the stand-ins, what people do in them on the way, and whether both
//! sides agree in the end.
//!
//! A scene speaks to the stand-ins from inside and knows the business of its example by itself: nothing of the engine,
//! the mapping or the example's texts takes part in its verdict.

mod any_erp;
mod customers;
mod first;
mod lines;
mod order_to_cash;
mod verdict;

use async_trait::async_trait;

pub use verdict::Verdict;

use super::Plan;
use super::asking::Asking;
use crate::exit::Failure;

/// One example on stage.
#[async_trait]
pub trait Scene: Send {
    /// Sets the stand-ins as the scene wants to find them, before the server starts.
    async fn prepare(&mut self, asking: &Asking) -> Result<(), Failure>;

    /// Whether its documents name people, who are bound by rule before the server starts.
    fn names_people(&self) -> bool {
        false
    }

    /// The stand-in of the ERP on stage, whose calls are counted.
    fn erp(&self) -> &'static str {
        "kingdee-k3cloud"
    }

    /// The connection whose system pushes to the server, if one does.
    fn pusher(&self) -> Option<&'static str> {
        None
    }

    /// Tells the system that pushes where to. Called after each start of the server, which then has another port.
    async fn open(&mut self, _asking: &Asking, _door: &Door) -> Result<(), Failure> {
        Ok(())
    }

    /// Does the next thing that people do. Called about twice a second until it says that all is done.
    async fn act(&mut self, asking: &Asking) -> Result<Act, Failure>;

    /// Reads both sides whole and compares them.
    async fn compare(&self, asking: &Asking) -> Result<Comparison, Failure>;
}

/// Where the server takes what is pushed, and the token for it.
#[derive(Clone, PartialEq, Eq)]
pub struct Door {
    pub url: String,
    pub token: String,
}

/// What came of asking a scene for its next act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Something was done, or waits for what is still on its way.
    More,
    /// Nothing is left to do.
    Done,
}

/// Both sides beside each other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    pub verdict: Verdict,
    /// Customers in force at the source.
    pub customers: usize,
    /// A record that makes a good story.
    pub example: Option<Example>,
}

/// A record to look at when the demo has come to rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    pub number: String,
    /// The flow that carried it.
    pub flow: &'static str,
    /// Where the stand-in of the ERP shows it, below `/_sandbox`.
    pub shown_at: &'static str,
}

type Make = fn(&Plan) -> Box<dyn Scene>;

/// The scenes, by the names of their examples.
const SCENES: &[(&str, Make)] = &[
    ("any-erp", |plan| Box::new(any_erp::AnyErp::new(plan))),
    ("first", |plan| Box::new(first::First::new(plan))),
    ("order-to-cash", |plan| Box::new(order_to_cash::OrderToCash::new(plan))),
];

/// The scene of an example, if it has one.
pub fn of(plan: &Plan) -> Option<Box<dyn Scene>> {
    SCENES.iter().find(|(name, _)| *name == plan.example).map(|(_, make)| make(plan))
}

/// The names of the examples that can be shown.
pub fn names() -> Vec<&'static str> {
    SCENES.iter().map(|(name, _)| *name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;

    #[test]
    fn every_scene_has_its_example() {
        for name in names() {
            assert!(examples::find(name).is_ok(), "{name}");
        }
    }
}
