//! A wire that answers from a script.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use super::outputs::text_of;
use async_trait::async_trait;
use bytes::Bytes;
use contract::connector::Refusal;
use contract::transport::{Answer, Call};
use contract::wire::{Token, Tokens, Wire};
use contract::{Chance, Clock};
use model::connection::Connection;
use model::{AnswerClass, Cause, Secret, Timestamp, Value, json};

/// 2026-06-01T00:00:00Z, when every script begins unless it says otherwise.
const BEGIN: Timestamp = Timestamp(1_780_272_000_000);

/// One call that is expected, and what comes back.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// `None` expects any.
    pub method: Option<String>,
    /// The whole address; `None` expects any. A `*` stands for any text.
    pub url: Option<String>,
    /// These headers, among others.
    pub headers: Vec<(String, String)>,
    /// JSON is compared as values, so that order and spaces do not count; anything else as text. `None` expects any.
    pub body: Option<Value<'static>>,
    pub reply: Reply,
}

/// What comes back.
#[derive(Debug, Clone)]
pub enum Reply {
    Answer(Answer),
    /// No answer: refused as the engine's wire would refuse it.
    Refused(Refusal),
}

/// A connection for tests from its settings and secrets.
pub fn connection(connector: &str, settings: &[(&str, &str)], secrets: &[(&str, &str)]) -> Connection {
    Connection {
        name: "test".into(),
        connector: connector.into(),
        title_zh: "测试".into(),
        title_en: "Test".into(),
        settings: settings.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect(),
        secrets: secrets.iter().map(|(n, v)| ((*n).into(), Secret::new(*v))).collect(),
        hosts: Vec::new(),
        objects: Vec::new(),
    }
}

/// One connection whose calls are answered from a script, in order.
pub struct ScriptedWire {
    connection: Connection,
    clock: StandingClock,
    chance: SeededChance,
    tokens: MemoryTokens,
    script: Mutex<VecDeque<Exchange>>,
    sent: Mutex<Vec<Call>>,
    problems: Mutex<Vec<Cause>>,
}

impl ScriptedWire {
    pub fn new(connection: Connection) -> ScriptedWire {
        ScriptedWire {
            connection,
            clock: StandingClock(AtomicI64::new(BEGIN.0)),
            chance: SeededChance(AtomicU64::new(1)),
            tokens: MemoryTokens::default(),
            script: Mutex::default(),
            sent: Mutex::default(),
            problems: Mutex::default(),
        }
    }

    /// Sets the clock.
    pub fn at(self, now: Timestamp) -> ScriptedWire {
        self.clock.0.store(now.0, Ordering::Relaxed);
        self
    }

    /// Adds to the script.
    pub fn expect(self, exchange: Exchange) -> ScriptedWire {
        lock(&self.script).push_back(exchange);
        self
    }

    /// Adds an answer with HTTP status 200 to whatever call comes next.
    pub fn answering(self, body: &str) -> ScriptedWire {
        self.expect(Exchange::any(Reply::ok(body)))
    }

    /// Adds to the script that whatever call comes next gets no answer.
    pub fn refusing(self, class: AnswerClass, code: &'static str) -> ScriptedWire {
        self.expect(Exchange::any(Reply::Refused(Refusal::new(class, Cause::new(code)))))
    }

    /// The calls made so far.
    pub fn sent(&self) -> Vec<Call> {
        lock(&self.sent).clone()
    }

    /// Lets time pass.
    pub fn advance(&self, by: std::time::Duration) {
        let now = self.clock.now() + by;
        self.clock.0.store(now.0, Ordering::Relaxed);
    }

    /// What did not go by the script: calls that were not expected or were expected otherwise, and answers that nobody
    /// came for.
    pub fn problems(&self) -> Vec<Cause> {
        let mut problems = lock(&self.problems).clone();
        problems.extend(
            lock(&self.script)
                .iter()
                .map(|exchange| Cause::new("exchanges.not_called").with("call", exchange.method_and_url())),
        );
        problems
    }

    fn problem(&self, cause: Cause) {
        lock(&self.problems).push(cause);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Exchange {
    /// Expects any call.
    pub fn any(reply: Reply) -> Exchange {
        Exchange { method: None, url: None, headers: Vec::new(), body: None, reply }
    }

    fn method_and_url(&self) -> String {
        format!("{} {}", self.method.as_deref().unwrap_or("*"), self.url.as_deref().unwrap_or("*"))
    }

    /// How the call differs from what is expected.
    fn differs(&self, call: &Call) -> Option<Cause> {
        let other = |part: &str, expected: &str, got: &str| {
            Cause::new("exchanges.differs")
                .with("call", self.method_and_url())
                .with("part", part)
                .with("expected", expected)
                .with("got", got)
        };
        if let Some(method) = self.method.as_deref().filter(|method| *method != call.method) {
            return Some(other("method", method, call.method));
        }
        if let Some(url) = self.url.as_deref().filter(|url| !fits(url, &call.url)) {
            return Some(other("url", url, &call.url));
        }
        for (name, value) in &self.headers {
            let got =
                call.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str());
            if !got.is_some_and(|got| fits(value, got)) {
                return Some(other(name, value, got.unwrap_or_default()));
            }
        }
        let expected = self.body.as_ref()?;
        let text = String::from_utf8_lossy(&call.body);
        (!same_body(expected, &text)).then(|| other("body", &text_of(expected), &text))
    }
}

impl Reply {
    /// An answer with HTTP status 200.
    pub fn ok(body: &str) -> Reply {
        Reply::status(200, body)
    }

    pub fn status(status: u16, body: &str) -> Reply {
        Reply::Answer(Answer { status, headers: Vec::new(), body: Bytes::copy_from_slice(body.as_bytes()) })
    }
}

/// Whether the text is the pattern, in which `*` stands for any text.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let Some((beginning, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(text) = text.strip_prefix(beginning) else { return false };
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    ends.into_iter().any(|at| fits(rest, &text[at..]))
}

fn same_body(expected: &Value, text: &str) -> bool {
    match expected {
        Value::Text(expected) => fits(expected, text),
        expected => json::read(text).is_ok_and(|got| alike(expected, &got)),
    }
}

/// Whether two values are the same: numbers by value, maps in any order, texts with `*` for any text.
fn alike(expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (Value::Number(one), Value::Number(other)) => one.canonical() == other.canonical(),
        (Value::Text(pattern), Value::Text(text)) => fits(pattern, text),
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
        }
        (Value::Map(one), Value::Map(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, value)| other.get(name).is_some_and(|got| alike(value, got)))
        }
        (one, other) => one == other,
    }
}

#[async_trait]
impl Wire for ScriptedWire {
    fn connection(&self) -> &Connection {
        &self.connection
    }

    fn clock(&self) -> &dyn Clock {
        &self.clock
    }

    fn chance(&self) -> &dyn Chance {
        &self.chance
    }

    async fn send(&self, call: Call) -> Result<Answer, Refusal> {
        lock(&self.sent).push(call.clone());
        let Some(exchange) = lock(&self.script).pop_front() else {
            let cause =
                Cause::new("exchanges.unexpected").with("call", format!("{} {}", call.method, call.url));
            self.problem(cause.clone());
            return Err(Refusal::new(AnswerClass::Config, cause));
        };
        if let Some(cause) = exchange.differs(&call) {
            self.problem(cause);
        }
        match exchange.reply {
            Reply::Answer(answer) => Ok(answer),
            Reply::Refused(refusal) => Err(refusal),
        }
    }

    fn tokens(&self) -> &dyn Tokens {
        &self.tokens
    }
}

/// A clock that moves only when somebody waits for it or the test lets time pass.
struct StandingClock(AtomicI64);

#[async_trait]
impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }

    async fn sleep_until(&self, at: Timestamp) {
        self.0.fetch_max(at.0, Ordering::Relaxed);
    }
}

/// SplitMix64.
struct SeededChance(AtomicU64);

impl Chance for SeededChance {
    fn next(&self) -> u64 {
        let state = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// Tokens in memory.
#[derive(Default)]
struct MemoryTokens {
    kept: Mutex<BTreeMap<String, Token>>,
    renewing: std::sync::Arc<tokio::sync::Mutex<()>>,
}

#[async_trait]
impl Tokens for MemoryTokens {
    async fn recall(&self, scope: &str) -> Option<Token> {
        lock(&self.kept).get(scope).cloned()
    }

    async fn keep(&self, scope: &str, token: Token) {
        lock(&self.kept).insert(scope.to_owned(), token);
    }

    async fn forget(&self, scope: &str, token: &Token) {
        let mut kept = lock(&self.kept);
        if kept.get(scope).is_some_and(|current| current.secret == token.secret) {
            kept.remove(scope);
        }
    }

    async fn single_flight(&self, _scope: &str) -> Box<dyn Send> {
        Box::new(self.renewing.clone().lock_owned().await)
    }
}
