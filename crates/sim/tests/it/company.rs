//! A company whose calls may come to grief: the stand-ins of both vendors, and what becomes of the calls on their way.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use contract::store::{ConfigText, TaskFilter};
use contract::transport::{Answer, Call, TransportError};
use contract::{Clock, Network, Transport};
use engine::{Engine, Options, Seams};
use model::connection::Connection;
use model::{Catalogue, Lang};
use sandbox::{Outcome, Sandbox, Setting};
use serde_json::{Value, json};
use sim::{BEGINNING, Dice, SimClock, answer_of, request_of};
use store::{Key, Sqlite};
use tokio::sync::watch;

/// What becomes of the next calls of an operation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fate {
    /// Carried out, and not answered.
    Lost,
    /// Never carried out, and not answered.
    Swallowed,
    /// The answer ends in the middle.
    Cut,
}

/// The stand-ins, and what is in the way to them.
pub struct Way {
    sandbox: Mutex<Sandbox>,
    fates: Mutex<Vec<(&'static str, Fate)>>,
    /// Operation, and bytes of the body, of each call.
    pub calls: Mutex<Vec<(&'static str, usize)>>,
    clock: Arc<SimClock>,
}

pub struct Company {
    pub seams: Seams,
    pub way: Arc<Way>,
}

impl Company {
    /// With so many customers and these texts in force: kind, name, text.
    pub async fn open(customers: usize, texts: Vec<(&str, &str, String)>) -> Company {
        let clock = Arc::new(SimClock::begin());
        let setting = Setting { seed: 7, customers, now_ms: BEGINNING.0 };
        let way = Arc::new(Way {
            sandbox: Mutex::new(Sandbox::new(&setting)),
            fates: Mutex::default(),
            calls: Mutex::default(),
            clock: clock.clone(),
        });
        let mut catalogue = Catalogue::default();
        catalogue.add(engine::sentences());
        catalogue.add(connect::sentences());
        let registry = connect::registry(None).unwrap();
        catalogue.add(registry.sentences());
        let seams = Seams {
            store: Arc::new(Sqlite::memory(Key::new([7; 32])).unwrap()),
            functions: Arc::new(functions::Scripts::inline(clock.clone())),
            clock,
            chance: Arc::new(Dice::new(7)),
            network: Arc::new(Wires(way.clone())),
            connectors: Arc::new(registry),
            catalogue: Arc::new(catalogue),
        };
        let company = Company { seams, way };
        company.apply(texts).await;
        company
    }

    /// Puts texts in force.
    pub async fn apply(&self, texts: Vec<(&str, &str, String)>) {
        let texts: Vec<ConfigText> = texts
            .into_iter()
            .map(|(kind, name, text)| ConfigText { kind: kind.into(), name: name.into(), text })
            .collect();
        let given = {
            let bases = ["fxiaoke", "kingdee-k3cloud"]
                .map(|system| (system.to_owned(), format!("http://sandbox/{system}")));
            self.way.sandbox.lock().unwrap().connections(&bases.into_iter().collect())
        };
        let variable = |name: &str| {
            let (prefix, setting) = name.split_once('_')?;
            let system = if prefix == "CRM" { "fxiaoke" } else { "kingdee-k3cloud" };
            let value = &given["systems"][system][setting.to_lowercase()];
            Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        };
        let outcome = engine::apply::apply(&self.seams, &texts, &variable).await.unwrap();
        assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    }

    pub async fn run(&self, seconds: u64) {
        let engine = Engine::new(self.seams.clone(), Options { owner: "甲".into(), reads: true });
        let (stop, stopped) = watch::channel(false);
        let until = self.seams.clock.now() + Duration::from_secs(seconds);
        let stopping = async {
            self.seams.clock.sleep_until(until).await;
            stop.send_replace(true);
        };
        let (ended, ()) = tokio::join!(engine.run(stopped), stopping);
        ended.unwrap();
    }

    pub fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        let now = self.seams.clock.now().0;
        let mut sandbox = self.way.sandbox.lock().unwrap();
        let reply = sandbox.control(now, method, &format!("/_sandbox/{path}"), body.to_string().as_bytes());
        serde_json::from_slice(&reply.body).unwrap_or_default()
    }

    /// What somebody sees at a vendor's screen.
    pub fn read(&self, path: &str) -> Value {
        self.control("GET", path, &json!({}))
    }

    /// What somebody does at a vendor's screen; the vendor takes it.
    pub fn edit(&self, path: &str, body: &Value) -> Value {
        let answer = self.control("POST", path, body);
        assert!(answer["error"].is_null(), "{path} {body}: {answer}");
        answer
    }

    /// The next calls of an operation meet these fates.
    pub fn fate(&self, operation: &'static str, fates: &[Fate]) {
        self.way.fates.lock().unwrap().extend(fates.iter().map(|fate| (operation, *fate)));
    }

    /// How often an operation was called.
    pub fn calls_of(&self, operation: &str) -> usize {
        self.way.calls.lock().unwrap().iter().filter(|(name, _)| *name == operation).count()
    }

    /// Kind and state of the tasks of a flow, with the sentence of their cause.
    pub async fn tasks(&self, flow: &str) -> Vec<String> {
        let filter = TaskFilter { flow: Some(flow.into()), ..TaskFilter::default() };
        let lines = self.seams.store.tasks(&filter).await.unwrap();
        let tell = |line: &contract::store::TaskLine| {
            let cause = line.task.cause.as_ref();
            let cause =
                cause.map(|cause| self.seams.catalogue.render(cause, Lang::Zh).what).unwrap_or_default();
            format!("{} {} {cause}", line.task.kind.name(), line.task.state.name()).trim_end().to_owned()
        };
        lines.iter().map(tell).collect()
    }
}

impl Way {
    /// Lets so many calls of the operation pass, and then one meets its fate.
    pub fn skip(&self, operation: &'static str, passing: usize, fate: Fate) {
        let mut fates = self.fates.lock().unwrap();
        fates.extend((0..passing).map(|_| ("pass", fate)));
        fates.push((operation, fate));
    }

    fn fate_of(&self, operation: &str) -> Option<Fate> {
        let mut fates = self.fates.lock().unwrap();
        let last = fates.last().map(|(named, _)| *named)?;
        if fates[0].0 == "pass" && last == operation {
            fates.remove(0);
            return None;
        }
        let at = fates.iter().position(|(named, _)| *named == operation)?;
        Some(fates.remove(at).1)
    }
}

struct Wires(Arc<Way>);

impl Network for Wires {
    fn transport(&self, _: &Connection) -> Arc<dyn Transport> {
        Arc::new(Wires(self.0.clone()))
    }
}

#[async_trait]
impl Transport for Wires {
    async fn send(&self, call: &Call) -> Result<Answer, TransportError> {
        let way = &self.0;
        way.calls.lock().unwrap().push((call.operation, call.body.len()));
        let broken = || TransportError::Broken { host: "sandbox".into(), reason: "connection closed".into() };
        let fate = way.fate_of(call.operation);
        if fate == Some(Fate::Swallowed) {
            return Err(broken());
        }
        let outcome = way.sandbox.lock().unwrap().call(way.clock.now().0, &request_of(call));
        let (Outcome::Answered { reply, after_ms } | Outcome::Refused { reply, after_ms }) = outcome else {
            return Err(broken());
        };
        way.clock.sleep_until(way.clock.now() + Duration::from_millis(after_ms)).await;
        match fate {
            Some(_) => Err(broken()),
            None => Ok(answer_of(reply)),
        }
    }
}
