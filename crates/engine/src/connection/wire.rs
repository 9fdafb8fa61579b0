//! The wire of one operation: calls through ledger and limiter, recorded and masked.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use contract::connector::Refusal;
use contract::functions::{Level, Output, Work};
use contract::transport::{Answer, Call, Carries, LONGEST_CALL, TransportError};
use contract::wire::{Tokens, Wire};
use contract::{Chance, Clock};
use model::attempt::CallRecord;
use model::connection::Connection;
use model::{AnswerClass, Cause, Timestamp};

use super::Line;
use super::limiter::Caller;
use super::masking::{masked, masked_url, writings};
use crate::functions;

/// Numbers calls within this process; joins calls to attempts in one settlement.
static NEXT_CALL: AtomicU64 = AtomicU64::new(1);

/// One operation's way to its system, and the record of the calls it made.
pub struct ConnectionWire<'l> {
    line: &'l Line,
    personal: Vec<String>,
    calls: Mutex<Vec<Made>>,
    of_functions: Mutex<OfFunctions>,
    /// Whether its functions may ask no system.
    only_looks: bool,
    caller: Caller,
    /// Until when calls may start, where that is bounded.
    until: Option<&'l (dyn Fn() -> Timestamp + Sync)>,
}

/// What functions did that were run for an operation.
#[derive(Default)]
struct OfFunctions {
    calls: Vec<CallRecord>,
    log: Vec<Logged>,
}

/// A line that a function logged, masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    pub hook: &'static str,
    /// With its level before it.
    pub text: String,
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
        ConnectionWire {
            line,
            personal,
            calls: Mutex::default(),
            of_functions: Mutex::default(),
            only_looks: false,
            caller,
            until: None,
        }
    }

    /// The same wire, for those who only look what would be sent: functions run, and ask no system.
    pub fn only_looking(mut self) -> ConnectionWire<'l> {
        self.only_looks = true;
        self
    }

    /// The same wire, for writes: a call starts only before then, however long it waited for its turn. Whoever asked may own
    /// the lane no longer after that.
    pub fn within(mut self, until: &'l (dyn Fn() -> Timestamp + Sync)) -> ConnectionWire<'l> {
        self.until = Some(until);
        self
    }

    /// The calls made so far, masked; they are given once.
    pub fn take_calls(&self) -> Vec<CallRecord> {
        let mut calls: Vec<CallRecord> = self.take().iter().map(|made| self.recorded(made)).collect();
        calls.append(&mut locked(&self.of_functions).calls);
        calls.sort_by_key(|call| call.number);
        calls
    }

    /// What functions logged so far, in order; it is given once.
    pub fn take_log(&self) -> Vec<Logged> {
        std::mem::take(&mut locked(&self.of_functions).log)
    }

    /// How many calls were made so far, of those that were not taken.
    pub fn calls_made(&self) -> u64 {
        self.calls.lock().unwrap_or_else(std::sync::PoisonError::into_inner).len() as u64
    }

    /// Of the calls made so far those that were not answered with 200, masked; all of them are forgotten.
    pub fn take_refused_calls(&self) -> Vec<CallRecord> {
        let made = self.take();
        let refused = made.iter().filter(|made| made.status() != Some(200)).map(|made| self.recorded(made));
        let of_functions = std::mem::take(&mut locked(&self.of_functions).calls);
        refused.chain(of_functions.into_iter().filter(|call| call.status != Some(200))).collect()
    }

    fn take(&self) -> Vec<Made> {
        std::mem::take(&mut *locked(&self.calls))
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
        locked(&self.calls).push(made);
    }

    /// The writings of the connection's secrets. Shorter ones cannot be told from other texts; calls that hold one name it.
    fn secrets(&self) -> Vec<String> {
        let ours = self.line.connection.secrets.iter().map(|(_, secret)| secret.reveal());
        ours.filter(|secret| secret.len() >= 4).flat_map(writings).collect()
    }

    fn recorded(&self, made: &Made) -> CallRecord {
        let call = &made.call;
        let mut secrets = self.secrets();
        secrets.extend(call.secrets.iter().flat_map(|secret| writings(secret)));
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
            url: masked_url(&call.url, &secrets, &self.personal),
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
        let call = Call { timeout: call.timeout.min(LONGEST_CALL), ..call };
        let _permit = line.limiter.admit(self.caller, call.operation, self.clock()).await;
        let sent = self.clock().now();
        if self.until.is_some_and(|until| until() <= sent) {
            return Err(Refusal::new(AnswerClass::Transient, Cause::new("engine.lease_short")));
        }
        line.ledger.count(call.operation, sent).map_err(|free_at| {
            let cause = Cause::new("connection.quota_spent").with("connection", line.name());
            Refusal::new(AnswerClass::Throttled(Some(free_at)), cause)
        })?;
        let outcome = line.transport.send(&call).await;
        if let Ok(answer) = &outcome {
            line.skew.note(answer, sent, self.clock().now().since(sent));
        }
        self.note(call, sent, &outcome);
        outcome.map_err(refusal)
    }

    async fn function(&self, path: &str, object: &str, work: Work<'_>) -> Result<Output, Refusal> {
        let (line, hook) = (self.line, work.hook().name());
        let Some(function) = line.functions.get(path) else {
            let cause = Cause::new("engine.function_absent").with("name", path);
            return Err(Refusal::new(AnswerClass::Config, cause));
        };
        let reached = line.own.upgrade().filter(|_| !self.only_looks);
        let reach = line.functions.reach(line.name(), object, reached);
        let about = [("connection", line.name().as_str()), ("object", object)];
        let told = functions::call(&line.seams, &reach, function, &about, work).await;
        let secrets = self.secrets();
        let logged = |(level, text): &(Level, String)| {
            let text = masked(text.as_bytes(), &secrets, &self.personal);
            Logged { hook, text: format!("{}: {text}", level.name()) }
        };
        let mut kept = locked(&self.of_functions);
        kept.log.extend(told.log.iter().map(logged));
        kept.calls.extend(told.calls);
        drop(kept);
        told.output.map_err(|fault| match fault.class {
            // A call of a function whose answer was lost is no write of ours to be looked for.
            AnswerClass::Unknown => Refusal::new(AnswerClass::Transient, fault.cause),
            class => Refusal::new(class, fault.cause),
        })
    }

    fn tokens(&self) -> &dyn Tokens {
        &*self.line.tokens
    }
}

fn locked<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
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
