//! A company at work with the flows of `examples/order-to-cash`: nothing goes wrong but what people enter.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use contract::store::{ConfigText, TaskFilter, TaskLine};
use contract::transport::{Answer, Call, TransportError};
use contract::{Clock, Network, Transport};
use engine::{Engine, Options, Seams};
use model::connection::Connection;
use model::{Catalogue, Cause, Lang};
use sandbox::faults::Faults;
use sandbox::{Outcome, Sandbox, Setting};
use serde_json::{Value, json};
use sim::{BEGINNING, Dice, SimClock, answer_of, request_of};
use store::{Key, Sqlite};
use tokio::sync::watch;

pub struct Desk {
    pub seams: Seams,
    sandbox: Arc<Mutex<Sandbox>>,
}

impl Desk {
    /// The company with these flows of the example in force, each text edited where an edit names it.
    pub async fn open(flows: &[&str], edits: &[(&str, &str, &str)]) -> Desk {
        let clock = Arc::new(SimClock::begin());
        let setting = Setting { seed: 7, customers: 6, now_ms: BEGINNING.0 };
        let sandbox = Arc::new(Mutex::new(Sandbox::new(&setting)));
        let registry = connect::registry(None).expect("the built-in connectors are whole");
        let mut catalogue = Catalogue::default();
        catalogue.add(registry.sentences());
        catalogue.add(mapping::sentences());
        catalogue.add(engine::sentences());
        let seams = Seams {
            store: Arc::new(Sqlite::memory(Key::new([7; 32])).expect("a store in memory")),
            network: Arc::new(Wires { sandbox: sandbox.clone(), clock: clock.clone() }),
            functions: Arc::new(functions::Scripts::inline(clock.clone())),
            clock,
            chance: Arc::new(Dice::new(7)),
            connectors: Arc::new(registry),
            catalogue: Arc::new(catalogue),
        };
        let desk = Desk { seams, sandbox };
        desk.configure(flows, edits).await;
        sim::people::bind(&desk.seams, || true).await.expect("nothing goes wrong yet");
        desk
    }

    async fn configure(&self, flows: &[&str], edits: &[(&str, &str, &str)]) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/order-to-cash");
        let read = |path: String| std::fs::read_to_string(folder.join(&path)).expect(&path);
        let mut texts = Vec::new();
        let mut give = |kind: &str, name: &str, path: String| {
            let edited = edits.iter().filter(|(of, ..)| *of == name);
            let edit = |text: String, (_, from, to): &(&str, &str, &str)| {
                assert!(text.contains(*from), "{name} says {from}");
                text.replace(*from, to)
            };
            // The samples beside a flow are for those who edit it.
            let whole =
                read(path).lines().filter(|line| !line.starts_with("tests:")).collect::<Vec<_>>().join("\n");
            let text = edited.fold(whole, edit);
            texts.push(ConfigText { kind: kind.into(), name: name.into(), text });
        };
        for connection in ["crm", "erp"] {
            give("connection", connection, format!("connections/{connection}.yaml"));
        }
        for values in ["customer-type", "unit", "settle-type"] {
            give("values", values, format!("values/{values}.yaml"));
        }
        for packet in ["packets/customer.json", "packets/product.json"] {
            give("packet", packet, packet.to_owned());
        }
        for flow in flows {
            give("flow", flow, format!("flows/{flow}.yaml"));
        }
        let given = self.settings();
        let outcome = engine::apply::apply(&self.seams, &texts, &|name| given.get(name).cloned()).await;
        let outcome = outcome.expect("the store answers");
        assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    }

    fn settings(&self) -> BTreeMap<String, String> {
        let bases =
            [("fxiaoke", "http://sandbox/fxiaoke"), ("kingdee-k3cloud", "http://sandbox/kingdee-k3cloud")];
        let bases = bases.map(|(system, base)| (system.to_owned(), base.to_owned()));
        let connections = self.vendor().connections(&bases.into_iter().collect());
        let mut values = BTreeMap::new();
        for (system, prefix) in [("fxiaoke", "CRM"), ("kingdee-k3cloud", "ERP")] {
            let settings = connections["systems"][system].as_object().cloned().unwrap_or_default();
            for (name, value) in settings {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                values.insert(format!("{prefix}_{}", name.to_uppercase()), text);
            }
        }
        values
    }

    fn vendor(&self) -> MutexGuard<'_, Sandbox> {
        self.sandbox.lock().unwrap()
    }

    /// A fact of a vendor's that nobody is sure of takes that value.
    pub fn switch(&self, system: &str, name: &str, value: &str) {
        assert!(self.vendor().set_switch(system, name, value), "{system} {name} {value}");
    }

    /// What goes wrong at a vendor's from now on.
    pub fn faults(&self, system: &str, faults: Faults) {
        assert!(self.vendor().set_faults(Some(system), faults), "{system}");
    }

    /// What the settings form of a connection to that system needs.
    pub fn settings_of(&self, system: &str) -> Value {
        let bases = BTreeMap::from([(system.to_owned(), format!("http://sandbox/{system}"))]);
        self.vendor().connections(&bases)["systems"][system].clone()
    }

    /// What somebody sees at a vendor's screen.
    pub fn read(&self, path: &str) -> Value {
        self.screen("GET", path, &Value::Null)
    }

    /// What somebody does at a vendor's screen; the vendor takes it.
    pub fn edit(&self, path: &str, body: &Value) -> Value {
        let answer = self.screen("POST", path, body);
        assert!(answer.get("error").is_none(), "{path} {body}: {answer}");
        answer
    }

    /// What somebody does at a vendor's screen, whether the vendor takes it or not.
    pub fn screen(&self, method: &str, path: &str, body: &Value) -> Value {
        let now = self.seams.clock.now().0;
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let reply = self.vendor().control(now, method, &format!("/_sandbox/{path}"), body.as_bytes());
        serde_json::from_slice(&reply.body).unwrap_or(json!(null))
    }

    /// A record of the CRM made at its screen: its id.
    pub fn make(&self, object: &str, fields: &Value) -> String {
        let made = self.edit(&format!("fxiaoke/{object}"), fields);
        let id = ["dataId", "data_id", "_id"].iter().find_map(|name| made[*name].as_str());
        id.unwrap_or_else(|| panic!("{made}")).to_owned()
    }

    pub async fn run(&self, minutes: u64) {
        let engine = Engine::new(self.seams.clone(), Options { owner: "甲".into(), reads: true });
        let (stop, stopped) = watch::channel(false);
        let until = self.seams.clock.now() + Duration::from_secs(60 * minutes);
        let stopping = async {
            self.seams.clock.sleep_until(until).await;
            stop.send_replace(true);
        };
        let (ended, ()) = tokio::join!(engine.run(stopped), stopping);
        ended.expect("the store answers");
    }

    /// The flow's task for a record of that id.
    pub async fn task(&self, flow: &str, id: &str) -> TaskLine {
        let filter = TaskFilter { flow: Some(flow.into()), limit: 10_000, ..TaskFilter::default() };
        let tasks = self.seams.store.tasks(&filter).await.expect("the store answers");
        let of = |line: &TaskLine| line.source_id == id && line.task.kind == model::task::Kind::Deliver;
        tasks.into_iter().find(of).unwrap_or_else(|| panic!("{flow} has a task for {id}"))
    }

    /// State and code of the flow's task for a record.
    pub async fn standing(&self, flow: &str, id: &str) -> String {
        let task = self.task(flow, id).await.task;
        let code = task.cause.as_ref().map(|cause| cause.code.to_string()).unwrap_or_default();
        format!("{} {code}", task.state.name()).trim_end().to_owned()
    }

    /// What people read of why a record is not there, in both languages: each names these, is whole and says what to do.
    pub async fn told(&self, flow: &str, id: &str, names: &[&str]) -> String {
        let cause = self.task(flow, id).await.task.cause.expect("it says why");
        let of = |lang| {
            let rendered = self.seams.catalogue.render(&cause, lang);
            let (text, remedy) = (rendered.what, rendered.remedy);
            let whole = format!("{text} {remedy}");
            assert!(!whole.contains(['{', '}']) && !text.contains(&*cause.code), "{whole}");
            assert!(!remedy.is_empty(), "it says what to do: {text}");
            for name in names {
                assert!(whole.contains(name), "it names {name}: {whole}");
            }
            whole
        };
        is_chinese(&of(Lang::Zh), &cause);
        format!("{}\n{}", of(Lang::Zh), of(Lang::En))
    }

    /// The documents of the ERP's form with that value in a field.
    pub fn documents(&self, form: &str, field: &str, value: &str) -> Vec<Value> {
        let all = self.read(&format!("kingdee-k3cloud/{form}"));
        let all = all.as_array().cloned().unwrap_or_default();
        all.into_iter().filter(|document| document[field].as_str() == Some(value)).collect()
    }
}

fn is_chinese(text: &str, cause: &Cause) {
    assert!(text.chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c)), "{}: {text}", cause.code);
}

/// Calls go straight into the stand-ins, which answer at once.
#[derive(Clone)]
struct Wires {
    sandbox: Arc<Mutex<Sandbox>>,
    clock: Arc<dyn Clock>,
}

impl Network for Wires {
    fn transport(&self, _: &Connection) -> Arc<dyn Transport> {
        Arc::new(self.clone())
    }
}

#[async_trait]
impl Transport for Wires {
    async fn send(&self, call: &Call) -> Result<Answer, TransportError> {
        let outcome = self.sandbox.lock().unwrap().call(self.clock.now().0, &request_of(call));
        match outcome {
            Outcome::Answered { reply, .. } => Ok(answer_of(reply)),
            other => panic!("no fault is on: {other:?}"),
        }
    }
}
