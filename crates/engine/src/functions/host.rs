//! What a function may ask for while it runs, and who answers: the store, the value maps, and the guarded transport.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use contract::functions::{Denied, Host, HttpReply, HttpRequest, Level, LinkQuestion, Linked};
use contract::store::{self, StoreError};
use contract::transport::{Call, Carries};
use contract::wire::Wire;
use model::attempt::CallRecord;
use model::link::{KnownBy, Referent};
use model::record::RecordKey;
use model::{AnswerClass, Cause, ConnectionName, ObjectName, Value};

use super::Reach;
use crate::connection::Line;
use crate::seams::Seams;

/// The operation under which calls of functions are recorded and counted.
const OPERATION: &str = "function";

/// Longest that a call may take, and most bytes of its answer.
const LONGEST: Duration = Duration::from_secs(30);
const MOST_BYTES: usize = 16 << 20;

/// What a function may send.
const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

/// Answers one call, and keeps what it said and did.
pub(super) struct Reached {
    seams: Seams,
    reach: Reach,
    calls: Mutex<Vec<CallRecord>>,
    log: Mutex<Vec<(Level, String)>>,
}

impl Reached {
    pub fn new(seams: Seams, reach: Reach) -> Reached {
        Reached { seams, reach, calls: Mutex::default(), log: Mutex::default() }
    }

    /// The calls so far; they are given once.
    pub fn take_calls(&self) -> Vec<CallRecord> {
        std::mem::take(&mut *locked(&self.calls))
    }

    /// The lines so far; they are given once.
    pub fn take_log(&self) -> Vec<(Level, String)> {
        std::mem::take(&mut *locked(&self.log))
    }

    /// The whole address: a path is one below the connection's own.
    fn url(line: &Line, asked: &str) -> Result<String, Denied> {
        if asked.starts_with("http://") || asked.starts_with("https://") {
            return Ok(asked.to_owned());
        }
        let connection = &line.connection;
        match connection.setting("base_url") {
            Some(base) => Ok(format!("{}/{}", base.trim_end_matches('/'), asked.trim_start_matches('/'))),
            None => {
                Err(denied(Cause::new("engine.function_no_address").with("connection", &connection.name)))
            }
        }
    }

    /// What stands at the other side of each, at one connection.
    async fn at(&self, there: &ConnectionName, asked: &[&LinkQuestion]) -> Result<Vec<Linked>, Denied> {
        let referents: Vec<Referent> = asked.iter().map(|question| self.referent(there, question)).collect();
        let answers = self.seams.store.other_sides(&referents).await.map_err(|error| not_now(&error))?;
        Ok(answers.into_iter().map(told).collect())
    }

    fn referent(&self, there: &ConnectionName, question: &LinkQuestion) -> Referent {
        let (here, there) = match question.backwards {
            true => (there, &self.reach.here),
            false => (&self.reach.here, there),
        };
        Referent {
            of: RecordKey::new(here, &ObjectName::new(question.object.as_str()), question.known.as_str()),
            by: if question.by_number { KnownBy::Number } else { KnownBy::Id },
            connection: there.clone(),
            object: question.target.as_deref().map(ObjectName::new),
        }
    }
}

#[async_trait]
impl Host for Reached {
    async fn http(&self, request: HttpRequest) -> Result<HttpReply, Denied> {
        let only_looks = || denied(Cause::new("engine.function_only_looks"));
        let line = self.reach.line.as_deref().ok_or_else(only_looks)?;
        let method = METHODS
            .iter()
            .find(|method| **method == request.method)
            .ok_or_else(|| denied(Cause::new("engine.function_method").with("method", &request.method)))?;
        let asked = request.timeout_ms.map_or(LONGEST, Duration::from_millis);
        let call = Call {
            operation: OPERATION,
            method,
            url: Reached::url(line, &request.url)?,
            headers: request.headers,
            body: request.body,
            timeout: asked.min(LONGEST),
            max_bytes: MOST_BYTES,
            secrets: Vec::new(),
            carries: Carries::Nothing,
            mail: None,
        };
        let wire = line.wire(&self.reach.object);
        let answer = wire.send(call).await;
        locked(&self.calls).extend(wire.take_calls());
        let answer = answer.map_err(|refusal| Denied { cause: refusal.cause, class: refusal.class })?;
        Ok(HttpReply { status: answer.status, headers: answer.headers, body: answer.body })
    }

    async fn links(&self, questions: Vec<LinkQuestion>) -> Result<Vec<Linked>, Denied> {
        let mut answers = vec![Linked::Nothing; questions.len()];
        for there in &self.reach.there {
            let open = |(at, answer): (usize, &Linked)| (*answer == Linked::Nothing).then_some(at);
            let open: Vec<usize> = answers.iter().enumerate().filter_map(open).collect();
            let asked: Vec<&LinkQuestion> = open.iter().filter_map(|at| questions.get(*at)).collect();
            if asked.is_empty() {
                break;
            }
            for (at, found) in open.into_iter().zip(self.at(there, &asked).await?) {
                answers[at] = found;
            }
        }
        Ok(answers)
    }

    fn value_map(&self, name: &str, option: &str) -> Result<Option<Value<'static>>, Denied> {
        match self.reach.values.get(name) {
            Some(map) => Ok(map.sent(option).cloned()),
            None => Err(denied(Cause::new("engine.function_no_values").with("values", name))),
        }
    }

    fn log(&self, level: Level, text: &str) {
        locked(&self.log).push((level, text.to_owned()));
    }
}

fn told(linked: store::Linked) -> Linked {
    match linked {
        store::Linked::Nothing => Linked::Nothing,
        store::Linked::One { id, number } => Linked::One { id, number },
        store::Linked::Several => Linked::Several,
    }
}

/// What the function asks for in vain until it, or the configuration, is mended.
fn denied(cause: Cause) -> Denied {
    Denied { cause, class: AnswerClass::Rejected }
}

fn not_now(error: &StoreError) -> Denied {
    tracing::error!(%error, "links cannot be looked up for a function");
    Denied { cause: Cause::new("engine.function_store"), class: AnswerClass::Transient }
}

fn locked<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}
