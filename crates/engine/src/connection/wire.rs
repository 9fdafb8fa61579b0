//! The wire of one operation: calls through ledger and limiter, recorded and masked.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use contract::connector::Refusal;
use contract::transport::{Answer, Call, Carries, TransportError};
use contract::wire::{Tokens, Wire};
use contract::{Chance, Clock};
use model::attempt::CallRecord;
use model::connection::Connection;
use model::{AnswerClass, Cause, Timestamp};

use super::Line;
use super::limiter::Caller;
use super::masking::{masked, masked_url, writings};

/// Numbers calls within this process; joins calls to attempts in one settlement.
static NEXT_CALL: AtomicU64 = AtomicU64::new(1);

/// One operation's way to its system, and the record of the calls it made.
pub struct ConnectionWire<'l> {
    line: &'l Line,
    personal: Vec<String>,
    calls: Mutex<Vec<Made>>,
    caller: Caller,
    /// Until when calls may last, where that is bounded.
    until: Option<&'l (dyn Fn() -> Timestamp + Sync)>,
}

/// A call that was made. It is masked once somebody keeps it, which for most that read nobody does.
struct Made {
    number: u64,
    call: Call,
    sent: Timestamp,
    took_ms: u64,
    outcome: Result<Answer, String>,
    /// Bytes of a file that went either way; they are not kept.
    carried: usize,
}

impl Made {
    /// The content of a file is no part of the record, and many parts of one may be on the way.
    fn let_files_go(&mut self) {
        match (&self.call.carries, &mut self.outcome) {
            (Carries::FileUp(_), _) => self.carried = std::mem::take(&mut self.call.body).len(),
            (Carries::FileDown, Ok(answer)) => self.carried = std::mem::take(&mut answer.body).len(),
            _ => {}
        }
    }

    fn status(&self) -> Option<u16> {
        self.outcome.as_ref().ok().map(|answer| answer.status)
    }
}

impl<'l> ConnectionWire<'l> {
    pub(super) fn new(line: &'l Line, caller: Caller, personal: Vec<String>) -> ConnectionWire<'l> {
        ConnectionWire { line, personal, calls: Mutex::default(), caller, until: None }
    }

    /// The same wire, for writes: a call starts only while its time limit ends before then, however long it waited for its
    /// turn. Whoever asked may own the lane no longer after that.
    pub fn within(mut self, until: &'l (dyn Fn() -> Timestamp + Sync)) -> ConnectionWire<'l> {
        self.until = Some(until);
        self
    }

    /// The calls made so far, masked; they are given once.
    pub fn take_calls(&self) -> Vec<CallRecord> {
        self.take().iter().map(|made| self.recorded(made)).collect()
    }

    /// How many calls were made so far, of those that were not taken.
    pub fn calls_made(&self) -> u64 {
        self.calls.lock().unwrap_or_else(std::sync::PoisonError::into_inner).len() as u64
    }

    /// Of the calls made so far those that were not answered with 200, masked; all of them are forgotten.
    pub fn take_refused_calls(&self) -> Vec<CallRecord> {
        let made = self.take();
        made.iter().filter(|made| made.status() != Some(200)).map(|made| self.recorded(made)).collect()
    }

    fn take(&self) -> Vec<Made> {
        std::mem::take(&mut *self.calls.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    fn note(&self, call: Call, sent: Timestamp, outcome: &Result<Answer, TransportError>) {
        let mut made = Made {
            number: NEXT_CALL.fetch_add(1, Ordering::Relaxed),
            call,
            sent,
            took_ms: self.clock().now().since(sent).as_millis() as u64,
            outcome: outcome.clone().map_err(|error| error.to_string()),
            carried: 0,
        };
        made.let_files_go();
        self.calls.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(made);
    }

    fn recorded(&self, made: &Made) -> CallRecord {
        // Shorter ones cannot be told from other texts; calls that hold one name it.
        let ours = self.line.connection.secrets.iter().map(|(_, secret)| secret.reveal());
        let ours = ours.filter(|secret| secret.len() >= 4);
        let call = &made.call;
        let secrets: Vec<String> =
            ours.chain(call.secrets.iter().map(String::as_str)).flat_map(writings).collect();
        let masked = |text: &[u8]| masked(text, &secrets, &self.personal);
        let request = match &call.carries {
            Carries::FileUp(shown) => format!("{} … ({} bytes)", masked(shown.as_bytes()), made.carried),
            Carries::Nothing | Carries::FileDown => masked(&call.body),
        };
        let response = match &made.outcome {
            Ok(_) if call.carries == Carries::FileDown => format!("… ({} bytes)", made.carried),
            Ok(answer) => masked(&answer.body),
            Err(error) => error.clone(),
        };
        CallRecord {
            number: made.number,
            connection: self.line.name().clone(),
            operation: call.operation.to_owned(),
            method: call.method.to_owned(),
            url: masked_url(&call.url, &secrets),
            sent: made.sent,
            took_ms: made.took_ms,
            status: made.status(),
            request,
            response,
        }
    }
}

#[async_trait]
impl Wire for ConnectionWire<'_> {
    fn connection(&self) -> &Connection {
        &self.line.connection
    }

    fn clock(&self) -> &dyn Clock {
        &*self.line.seams.clock
    }

    fn chance(&self) -> &dyn Chance {
        &*self.line.seams.chance
    }

    async fn send(&self, call: Call) -> Result<Answer, Refusal> {
        let line = self.line;
        let _permit = line.limiter.admit(self.caller, call.operation, self.clock()).await;
        let sent = self.clock().now();
        if self.until.is_some_and(|until| until() < sent + call.timeout) {
            return Err(Refusal::new(AnswerClass::Transient, Cause::new("engine.lease_short")));
        }
        line.ledger.count(call.operation, sent).map_err(|free_at| {
            let cause = Cause::new("connection.quota_spent").with("connection", line.name());
            Refusal::new(AnswerClass::Throttled(Some(free_at)), cause)
        })?;
        let outcome = line.transport.send(&call).await;
        self.note(call, sent, &outcome);
        outcome.map_err(refusal)
    }

    fn tokens(&self) -> &dyn Tokens {
        &*self.line.tokens
    }
}

/// What the lack of an answer means (see [`Wire::send`]).
fn refusal(error: TransportError) -> Refusal {
    let class = match error {
        TransportError::Forbidden { .. } | TransportError::Certificate { .. } => AnswerClass::Config,
        TransportError::NotSent { .. } => AnswerClass::Transient,
        TransportError::TimedOut { .. } | TransportError::Broken { .. } | TransportError::TooLarge { .. } => {
            AnswerClass::Unknown
        }
    };
    Refusal::new(class, error.cause())
}
