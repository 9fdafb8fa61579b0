//! Both systems: a CRM that has the pages and an ERP that takes batches, behind one connector and a network that
//! answers at once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use contract::connector::{
    Connector, Connectors, Done, Facts, Finding, Found, Limits, LookupAsk, ObjectFacts, Page, PageAsk,
    PlanAsk, Refusal, unsupported,
};
use contract::transport::{Answer, Call, Network, Transport, TransportError};
use contract::wire::Wire;
use model::connection::Connection;
use model::step::{Action, Step};
use model::{Map, Timestamp, Value, json};

use crate::given::{BATCH, PAGE};

#[derive(Clone, Default)]
pub struct Vendor {
    pages: Arc<Vec<Bytes>>,
    /// The ERP's documents by id.
    documents: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Vendor {
    pub fn new(pages: &[Bytes]) -> Vendor {
        Vendor { pages: Arc::new(pages.to_vec()), documents: Arc::default() }
    }

    fn found(&self, id: &str) -> Option<Found> {
        let documents = self.documents.lock().expect("nobody panics while it is held");
        Some(found(json::read(documents.get(id)?).ok()?, "FNumber", "FNumber"))
    }
}

fn found(record: Value<'_>, id: &str, number: &str) -> Found {
    let text = |name: &str| record.get(name).and_then(Value::plain).map(|text| text.into_owned());
    let (id, number) = (text(id).unwrap_or_default(), text(number));
    let body = match record.into_owned() {
        Value::Map(map) => map,
        _ => Map::new(),
    };
    Found { id, number, name: None, version: None, status: None, void: false, body, closed: None }
}

impl Connectors for Vendor {
    fn connector(&self, _: &str) -> Option<Arc<dyn Connector>> {
        Some(Arc::new(self.clone()))
    }

    fn secret_settings(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
}

impl Network for Vendor {
    fn transport(&self, _: &Connection) -> Arc<dyn Transport> {
        Arc::new(self.clone())
    }
}

#[async_trait]
impl Transport for Vendor {
    async fn send(&self, call: &Call) -> Result<Answer, TransportError> {
        let asked = call.url.rsplit('/').next().and_then(|page| page.parse::<usize>().ok());
        let page = asked.filter(|_| call.operation == "query").and_then(|page| self.pages.get(page));
        let body = page.cloned().unwrap_or_else(|| Bytes::from_static(b"{}"));
        Ok(Answer { status: 200, headers: Vec::new(), body })
    }
}

#[async_trait]
impl Connector for Vendor {
    fn name(&self) -> &str {
        "vendor"
    }

    fn facts(&self, _: &Connection) -> Facts {
        let second = Duration::from_secs(1);
        Facts {
            settle_window: second,
            overlap: second,
            within: second,
            page: PAGE,
            batch: BATCH,
            lookup: BATCH,
            limits: Limits { rates: Vec::new(), each_operation: false, at_once: 4, daily: None },
            notice_dedupe: false,
        }
    }

    fn object(&self, _: &Connection, _: &str) -> ObjectFacts {
        ObjectFacts {
            id: "_id".into(),
            number: Some("account_no".into()),
            name: None,
            version: None,
            by_time: true,
            statuses: Vec::new(),
            personal: Vec::new(),
        }
    }

    /// The whole history, and no change since.
    async fn page(&self, wire: &dyn Wire, ask: &PageAsk<'_>) -> Result<Page, Refusal> {
        if ask.from > Timestamp(0) {
            return Ok(Page { found: Vec::new(), next: None });
        }
        let page: usize = ask.after.and_then(|after| after.parse().ok()).unwrap_or(0);
        let answer = wire.send(Call::get("query", format!("http://crm/{page}"))).await?;
        let records = json::read_bytes(&answer.body).expect("the pages are JSON");
        let Value::List(records) = records else { unreachable!("the pages are lists") };
        let found = records.into_iter().map(|record| found(record, "_id", "account_no")).collect();
        let next = (page + 1 < self.pages.len()).then(|| (page + 1).to_string());
        Ok(Page { found, next })
    }

    async fn get(
        &self,
        wire: &dyn Wire,
        _: &str,
        ids: &[String],
        _: &[String],
    ) -> Result<Vec<Found>, Refusal> {
        wire.send(Call::post_json("get", "http://erp/get", ids.join(","))).await?;
        Ok(ids.iter().filter_map(|id| self.found(id)).collect())
    }

    /// Nobody else makes documents in this ERP, so a key is a document's id.
    async fn lookup(&self, wire: &dyn Wire, ask: &LookupAsk<'_>) -> Result<Vec<Vec<Found>>, Refusal> {
        wire.send(Call::post_json("lookup", "http://erp/lookup", ask.keys.concat().join(","))).await?;
        Ok(ask.keys.iter().map(|key| self.found(&key[0]).into_iter().collect()).collect())
    }

    fn plan(&self, ask: &PlanAsk<'_>) -> Result<Vec<Step>, Refusal> {
        let create = Step {
            action: Action::Create,
            object: ask.object.into(),
            id: None,
            number: None,
            document: json::write(&Value::Map(ask.create.borrow())),
            options: String::new(),
            row_of: None,
        };
        Ok(if ask.observed.is_none() { vec![create] } else { Vec::new() })
    }

    fn accomplished(&self, _: &Step, _: &Found) -> bool {
        true
    }

    async fn step(&self, wire: &dyn Wire, steps: &[Step]) -> Vec<Result<Done, Refusal>> {
        let documents: Vec<&str> = steps.iter().map(|step| &*step.document).collect();
        let body = format!("[{}]", documents.join(","));
        if let Err(refusal) = wire.send(Call::post_json("save", "http://erp/save", body)).await {
            return steps.iter().map(|_| Err(refusal.clone())).collect();
        }
        let mut kept = self.documents.lock().expect("nobody panics while it is held");
        let save = |step: &Step| {
            let document = json::read(&step.document).expect("documents are JSON");
            let id = document.get("FNumber").and_then(Value::plain).expect("it has a number").into_owned();
            kept.insert(id.clone(), step.document.clone());
            Ok(Done { id: Some(id.clone()), number: Some(id) })
        };
        steps.iter().map(save).collect()
    }

    async fn preview(&self, _: &dyn Wire, _: &[Step]) -> Result<Vec<(String, String)>, Refusal> {
        Ok(Vec::new())
    }

    async fn check(&self, _: &dyn Wire) -> Vec<Finding> {
        Vec::new()
    }

    async fn describe(
        &self,
        _: &dyn Wire,
        _: Option<&str>,
    ) -> Result<Vec<contract::connector::Description>, Refusal> {
        Err(unsupported("describe"))
    }
}
