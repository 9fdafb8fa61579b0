//! Connections at run time: the only way from the engine to a system.
//!
//! A [`Line`] is one connection with what limits and watches it: limiter, breaker, ledger. Every operation on it gets a
//! wire of its own, so that the calls it made are known.

mod breaker;
mod claims;
mod doubts;
mod ledger;
mod limiter;
mod masking;
mod names;
mod skew;
mod tokens;
mod wire;

use std::sync::{Arc, Mutex, PoisonError, Weak};

use contract::connector::{Facts, ObjectFacts, Refusal};
use contract::transport::Certificate;
use contract::{Connector, Transport};
use model::connection::Connection;
use model::{AnswerClass, ConnectionName, Timestamp};

pub use breaker::{Admission, Breaker};
pub(crate) use claims::{Claimed, Claims};
pub(crate) use doubts::{Doubts, Key, Sent, Whose};
pub use ledger::Ledger;
pub use limiter::Limiter;
pub(crate) use masking::{is_personal, masked, masked_value};
pub use tokens::TokenBox;
pub use wire::{ConnectionWire, Logged};

use self::limiter::Caller;
use self::names::Names;
use self::skew::Skew;
use crate::functions::CallFunctions;
use crate::lane::Brakes;
use crate::seams::Seams;

/// One connection at run time, shared by the reader of its objects and the lane towards it.
pub struct Line {
    pub connection: Connection,
    pub connector: Arc<dyn Connector>,
    pub facts: Facts,
    pub breaker: Breaker,
    pub(crate) claims: Claims,
    /// The breakers of the flows that write to it, while this process works on its lane.
    brakes: Mutex<Option<Arc<Brakes>>>,
    pub(crate) doubts: Doubts,
    /// By how much its clock is off.
    pub(crate) skew: Arc<Skew>,
    limiter: Limiter,
    ledger: Ledger,
    names: Names,
    transport: Arc<dyn Transport>,
    tokens: Arc<TokenBox>,
    seams: Seams,
    /// What builds its requests and reads its answers, beside the connector.
    pub functions: CallFunctions,
    /// This line, for functions that call its system.
    own: Weak<Line>,
}

impl Line {
    /// A line, in place of another of the same name where there was one: what is being written over that one, and was lately, it heeds.
    pub fn new(
        connection: Connection,
        connector: Arc<dyn Connector>,
        tokens: Arc<TokenBox>,
        seams: Seams,
        functions: CallFunctions,
        before: Option<&Line>,
    ) -> Arc<Line> {
        let facts = connector.facts(&connection);
        Arc::new_cyclic(|own| Line {
            breaker: Breaker::default(),
            claims: before.map(|before| before.claims.clone()).unwrap_or_default(),
            brakes: Mutex::default(),
            doubts: before.map(|before| before.doubts.clone()).unwrap_or_default(),
            skew: before.map(|before| before.skew.clone()).unwrap_or_default(),
            limiter: Limiter::new(&facts.limits),
            ledger: Ledger::new(facts.limits.daily),
            names: Names::default(),
            transport: seams.network.transport(&connection),
            facts,
            connection,
            connector,
            tokens,
            seams,
            functions,
            own: own.clone(),
        })
    }

    pub fn name(&self) -> &ConnectionName {
        &self.connection.name
    }

    /// What holds for one of its objects.
    pub fn object(&self, object: &str) -> ObjectFacts {
        self.connector.object(&self.connection, object)
    }

    /// A wire for one operation on an object; what it records masks the object's personal fields.
    pub fn wire(&self, object: &str) -> ConnectionWire<'_> {
        self.wire_of(Caller::Work, object)
    }

    /// As [`Line::wire`], for reading on schedule: it leaves some of the system's limits to the lane.
    pub fn reading_wire(&self, object: &str) -> ConnectionWire<'_> {
        self.wire_of(Caller::Reading, object)
    }

    /// As [`Line::reading_wire`], for sweeps: it leaves half of the system's limits to all others.
    pub fn sweeping_wire(&self, object: &str) -> ConnectionWire<'_> {
        self.wire_of(Caller::Sweeping, object)
    }

    fn wire_of(&self, caller: Caller, object: &str) -> ConnectionWire<'_> {
        ConnectionWire::new(self, caller, self.object(object).personal)
    }

    /// Tells the breaker how an operation went.
    pub fn went<T>(&self, outcome: &Result<T, Refusal>) {
        let class = outcome.as_ref().err().map(|refusal| match refusal.class {
            // The system answers: it is as if the data were wrong.
            AnswerClass::Transient if self.connector.is_of_record(&refusal.cause) => AnswerClass::Rejected,
            class => class,
        });
        self.breaker.note(class, self.seams.clock.now());
    }

    /// The breakers of the flows that write to it; `None` where another process works on its lane.
    pub(crate) fn brakes(&self) -> Option<Arc<Brakes>> {
        self.brakes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Begins or ends the work on its lane.
    pub(crate) fn set_brakes(&self, brakes: Option<Arc<Brakes>>) {
        *self.brakes.lock().unwrap_or_else(PoisonError::into_inner) = brakes;
    }

    /// How many calls are spent today, and how many may be.
    pub(crate) fn spent(&self, now: Timestamp) -> Option<(u64, u64)> {
        self.ledger.spent(now)
    }

    /// The certificates of its hosts, each as it was seen last since this process began.
    pub(crate) fn certificates(&self) -> Vec<Certificate> {
        self.transport.certificates()
    }

    /// As [`Line::store_spending`]; what cannot be stored now is stored with the next.
    pub async fn tell_spending(&self) {
        if let Err(error) = self.store_spending().await {
            tracing::warn!(%error, connection = %self.name(), "calls spent could not be stored");
        }
    }

    /// Stores what the ledger counted since the last time.
    pub async fn store_spending(&self) -> Result<(), contract::store::StoreError> {
        self.ledger.store(self.name(), &*self.seams.store, self.seams.clock.now()).await
    }
}
