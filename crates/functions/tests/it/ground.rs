//! What the tests stand on: a clock that is moved by hand, chance that counts, and a host that answers from tables.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use contract::functions::{
    Call, Denied, Fault, Function, Functions, Host, HttpReply, HttpRequest, Level, Limits, LinkQuestion,
    Linked, Output, Ran, Surroundings, Work,
};
use contract::{Chance, Clock};
use functions::Scripts;
use model::{AnswerClass, Cause, Map, Timestamp, Value, json};

/// 2026-06-01 09:12:44 in Shanghai.
pub const NOW: Timestamp = Timestamp(1_780_276_364_000);

/// Stands still. Who waits for a time that never comes waits for ever.
pub struct Still;

#[async_trait]
impl Clock for Still {
    fn now(&self) -> Timestamp {
        NOW
    }

    async fn sleep_until(&self, at: Timestamp) {
        if at > NOW {
            std::future::pending::<()>().await;
        }
    }
}

/// Counts up from a seed.
pub struct Counting(pub AtomicU64);

impl Chance for Counting {
    fn next(&self) -> u64 {
        self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)
    }
}

/// Answers from tables, and remembers.
#[derive(Default)]
pub struct Tables {
    pub replies: BTreeMap<String, (u16, String)>,
    pub links: BTreeMap<String, String>,
    pub requests: Mutex<Vec<HttpRequest>>,
    pub log: Mutex<Vec<String>>,
}

#[async_trait]
impl Host for Tables {
    async fn http(&self, request: HttpRequest) -> Result<HttpReply, Denied> {
        let reply = self.replies.get(&request.url).cloned();
        let url = request.url.clone();
        self.requests.lock().unwrap().push(request);
        // Others go on meanwhile.
        tokio::task::yield_now().await;
        match reply {
            Some((status, text)) => Ok(HttpReply {
                status,
                headers: vec![("Content-Type".into(), "application/json; charset=utf-8".into())],
                body: text.into(),
            }),
            None => Err(Denied {
                cause: Cause::new("transport.forbidden").with("host", url).with("reason", "not_listed"),
                class: AnswerClass::Config,
            }),
        }
    }

    async fn links(&self, questions: Vec<LinkQuestion>) -> Result<Vec<Linked>, Denied> {
        let answer = |question: &LinkQuestion| match self.links.get(&question.known).map(String::as_str) {
            None => Linked::Nothing,
            Some("several") => Linked::Several,
            Some(id) => {
                Linked::One { id: id.into(), number: question.by_number.then(|| question.known.clone()) }
            }
        };
        Ok(questions.iter().map(answer).collect())
    }

    fn value_map(&self, name: &str, option: &str) -> Result<Option<Value<'static>>, Denied> {
        match name {
            "unit" => Ok((option == "件").then(|| Value::from("Pcs"))),
            _ => Err(Denied { cause: Cause::new("mapping.unknown_values"), class: AnswerClass::Config }),
        }
    }

    fn log(&self, level: Level, text: &str) {
        self.log.lock().unwrap().push(format!("{} {text}", level.name()));
    }
}

/// A runtime and a host for one test.
pub struct Ground {
    pub scripts: Scripts,
    pub host: Arc<Tables>,
    pub chance: Arc<Counting>,
    pub limits: Limits,
}

impl Ground {
    pub fn inline() -> Ground {
        Ground::of(Scripts::inline(Arc::new(Still)))
    }

    pub fn of(scripts: Scripts) -> Ground {
        Ground {
            scripts,
            host: Arc::new(Tables::default()),
            chance: Arc::new(Counting(AtomicU64::new(7))),
            limits: Limits::default(),
        }
    }

    pub fn around(&self) -> Surroundings {
        Surroundings { host: self.host.clone(), chance: self.chance.clone() }
    }

    pub async fn ran(&self, text: &str, work: Work<'_>) -> Ran {
        let function = Function::new("functions/试.js", text);
        let about = Map::new();
        let call =
            Call { function: &function, work, about: &about, limits: self.limits, now: NOW, measure: true };
        self.scripts.call(call, self.around()).await
    }

    /// Calls it before mapping with this record, and gives the record back as JSON.
    pub async fn record(&self, text: &str, record: &str) -> Result<String, Fault> {
        let record = json::read(record).expect("the test's record is JSON");
        let record = record.as_map().expect("a record is a map");
        let ran = self.ran(text, Work::BeforeMapping { record }).await;
        ran.output.map(|output| json::write(&Value::Map(output.into_map().expect("a record"))))
    }

    /// What an expression gives, as JSON.
    pub async fn value(&self, expression: &str) -> Result<String, Fault> {
        let text =
            format!("async function main(input, qiao) {{\n  return {{ v: await ({expression}) }};\n}}");
        let json = self.record(&text, "{}").await?;
        Ok(json.strip_prefix("{\"v\":").and_then(|rest| rest.strip_suffix('}')).unwrap_or(&json).to_owned())
    }

    /// The code that a body of `main` fails with.
    pub async fn code(&self, body: &str) -> String {
        match self.record(&format!("function main(input, qiao) {{\n{body}\n}}"), "{}").await {
            Ok(json) => json,
            Err(fault) => fault.cause.code.into_owned(),
        }
    }
}

pub fn records(ran: Ran) -> Vec<contract::functions::StandardRecord> {
    match ran.output {
        Ok(Output::Records(records)) => records,
        other => panic!("no records: {other:?}"),
    }
}
