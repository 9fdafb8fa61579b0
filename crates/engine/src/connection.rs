//! Connections at run time: the only way from the engine to a system.
//!
//! A [`Line`] is one connection with what limits and watches it: limiter, breaker, ledger. Every operation on it gets a
//! wire of its own, so that the calls it made are known.

mod breaker;
mod ledger;
mod limiter;
mod masking;
mod tokens;
mod wire;

use std::sync::Arc;

use contract::Connector;
use contract::connector::{Facts, Refusal};
use model::connection::Connection;
use model::{AnswerClass, ConnectionName};

pub use breaker::{Admission, Breaker};
pub use ledger::Ledger;
pub use limiter::Limiter;
pub use tokens::TokenBox;
pub use wire::ConnectionWire;

use crate::seams::Seams;

/// One connection at run time, shared by the reader of its objects and the lane towards it.
pub struct Line {
    pub connection: Connection,
    pub connector: Arc<dyn Connector>,
    pub facts: Facts,
    pub breaker: Breaker,
    limiter: Limiter,
    ledger: Ledger,
    tokens: Arc<TokenBox>,
    seams: Seams,
}

impl Line {
    pub fn new(
        connection: Connection,
        connector: Arc<dyn Connector>,
        tokens: Arc<TokenBox>,
        seams: Seams,
    ) -> Arc<Line> {
        Arc::new_cyclic(|_| {
            let mut line = Line {
                facts: Facts::none(),
                breaker: Breaker::default(),
                limiter: Limiter::default(),
                ledger: Ledger::default(),
                connection,
                connector,
                tokens,
                seams,
            };
            line.facts = line.connector.facts(&ConnectionWire::new(&line));
            line.limiter = Limiter::new(&line.facts.limits);
            line.ledger = Ledger::new(line.facts.limits.daily);
            line
        })
    }

    pub fn name(&self) -> &ConnectionName {
        &self.connection.name
    }

    /// A wire for one operation.
    pub fn wire(&self) -> ConnectionWire<'_> {
        ConnectionWire::new(self)
    }

    /// Tells the breaker how an operation went.
    pub fn went<T>(&self, outcome: &Result<T, Refusal>) {
        let class = outcome.as_ref().err().map(|refusal| refusal.class);
        self.went_as(class);
    }

    /// Tells the breaker that an operation went well (`None`) or how it was refused.
    pub fn went_as(&self, class: Option<AnswerClass>) {
        self.breaker.note(class, self.seams.clock.now());
    }

    /// Stores what the ledger counted since the last time.
    pub async fn store_spending(&self) -> Result<(), contract::store::StoreError> {
        self.ledger.store(self.name(), &*self.seams.store, self.seams.clock.now()).await
    }
}
