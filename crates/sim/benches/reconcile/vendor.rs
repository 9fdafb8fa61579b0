//! Both systems: tables of documents in a database of their own, behind one connector. The CRM gives a hundred on a page,
//! the ERP two thousand.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use contract::connector::{
    Connector, Connectors, CountAsk, Description, Facts, Finding, Found, Limits, ObjectFacts, Page, PageAsk,
    Refusal, unsupported,
};
use contract::transport::{Answer, Call, Network, Transport, TransportError};
use contract::wire::Wire;
use model::connection::Connection;
use model::step::Step;
use model::{Map, Value, json};
use rusqlite::{Row, params};

#[derive(Clone)]
pub struct Vendor(Arc<Mutex<rusqlite::Connection>>);

impl Vendor {
    pub fn new(path: &Path) -> Vendor {
        let sql = rusqlite::Connection::open(path).expect("a new file");
        sql.execute_batch(
            "pragma synchronous = off;
             create table document (object text, id text, version integer, body text, primary key (object, id)) without rowid;
             create index document_version on document (object, version)",
        )
        .expect("a new file");
        Vendor(Arc::new(Mutex::new(sql)))
    }

    pub fn change(&self, change: impl FnOnce(&rusqlite::Connection)) {
        let sql = self.0.lock().expect("nobody panics while it is held");
        sql.execute_batch("begin").expect("it is open");
        change(&sql);
        sql.execute_batch("commit").expect("the disk has room");
    }

    /// A call that carries nothing: it is counted as any other.
    async fn call(&self, wire: &dyn Wire, operation: &'static str) -> Result<(), Refusal> {
        wire.send(Call::get(operation, format!("http://vendor/{operation}"))).await.map(|_| ())
    }
}

/// As it was read, with those fields that were asked for.
fn found(row: &Row, fields: Option<&[String]>) -> Found {
    let body: String = row.get(2).expect("a text");
    let mut body = match json::read(&body).expect("it is JSON").into_owned() {
        Value::Map(map) => map,
        _ => Map::new(),
    };
    if let Some(fields) = fields {
        let kept =
            body.into_iter().filter(|(name, _)| name == "_id" || fields.iter().any(|field| field == name));
        body = kept.collect();
    }
    let version = row.get(1).expect("a number");
    Found {
        id: row.get(0).expect("a text"),
        number: None,
        name: None,
        version: Some(version),
        status: None,
        void: false,
        body,
        closed: None,
    }
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
    async fn send(&self, _: &Call) -> Result<Answer, TransportError> {
        Ok(Answer { status: 200, headers: Vec::new(), body: Bytes::from_static(b"{}") })
    }
}

#[async_trait]
impl Connector for Vendor {
    fn name(&self) -> &str {
        "vendor"
    }

    fn facts(&self, connection: &Connection) -> Facts {
        let second = Duration::from_secs(1);
        Facts {
            settle_window: second,
            overlap: second,
            within: second,
            page: if connection.name.as_str() == "crm" { 100 } else { 2_000 },
            batch: 1,
            lookup: 100,
            limits: Limits { rates: Vec::new(), each_operation: false, at_once: 4, daily: None },
            notice_dedupe: false,
        }
    }

    fn object(&self, _: &Connection, _: &str) -> ObjectFacts {
        ObjectFacts {
            id: "_id".into(),
            number: None,
            name: None,
            version: None,
            by_time: true,
            statuses: Vec::new(),
            personal: Vec::new(),
        }
    }

    async fn page(&self, wire: &dyn Wire, ask: &PageAsk<'_>) -> Result<Page, Refusal> {
        self.call(wire, "page").await?;
        let sql = self.0.lock().expect("nobody panics while it is held");
        let mut find = sql
            .prepare_cached(
                "select id, version, body from document indexed by document_version
                 where object = ?1 and version between ?2 and ?3 and id > ?4 order by id limit ?5",
            )
            .expect("a statement");
        let (after, size) = (ask.after.unwrap_or_default(), ask.size as i64);
        let rows = find.query_map(params![ask.object, ask.from.0, ask.to.0, after, size], |row| {
            Ok(found(row, Some(ask.fields)))
        });
        let found: Vec<Found> = rows.expect("an answer").map(|found| found.expect("a row")).collect();
        let next = found.last().filter(|_| found.len() == ask.size).map(|last| last.id.clone());
        Ok(Page { found, next })
    }

    async fn get(
        &self,
        wire: &dyn Wire,
        object: &str,
        ids: &[String],
        _: &[String],
    ) -> Result<Vec<Found>, Refusal> {
        self.call(wire, "get").await?;
        let sql = self.0.lock().expect("nobody panics while it is held");
        let mut find = sql
            .prepare_cached("select id, version, body from document where object = ?1 and id = ?2")
            .expect("a statement");
        let one = |id: &String| find.query_row(params![object, id], |row| Ok(found(row, None))).ok();
        Ok(ids.iter().filter_map(one).collect())
    }

    async fn count(&self, wire: &dyn Wire, ask: &CountAsk<'_>) -> Result<u64, Refusal> {
        self.call(wire, "count").await?;
        let sql = self.0.lock().expect("nobody panics while it is held");
        let mut count = sql
            .prepare_cached("select count(*) from document where object = ?1 and version between ?2 and ?3")
            .expect("a statement");
        let counted: i64 =
            count.query_row(params![ask.object, ask.from.0, ask.to.0], |row| row.get(0)).expect("an answer");
        Ok(counted as u64)
    }

    fn accomplished(&self, _: &Step, _: &Found) -> bool {
        true
    }

    async fn preview(&self, _: &dyn Wire, _: &[Step]) -> Result<Vec<(String, String)>, Refusal> {
        Ok(Vec::new())
    }

    async fn check(&self, _: &dyn Wire) -> Vec<Finding> {
        Vec::new()
    }

    async fn describe(&self, _: &dyn Wire, _: Option<&str>) -> Result<Vec<Description>, Refusal> {
        Err(unsupported("describe"))
    }
}
