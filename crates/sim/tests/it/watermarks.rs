//! The named bugs of cursors (轮询位点) that others shipped, each as a test that fails when the mechanism against it is
//! weakened: real connectors, the vendors' stand-ins, and one clock that moves while everything waits.
//!
//! What is tested is reading: that every row of a source is known here as it is there. The flows carry nothing over.

mod boundary;
mod coarse;
mod deleted;
mod dying;
mod edits;
mod late;
mod nonsense;
mod shifting;
mod skew;
mod sweeps;
mod sweeps_left;
mod way;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use contract::store::{ConfigChange, ConfigText, Cursor, Walk};
use engine::{Engine, Options, Seams};
use model::record::{Record, RecordKey};
use model::{Catalogue, Timestamp};
use sandbox::faults::Faults;
use sandbox::{Sandbox, Setting};
use serde_json::{Value, json};
use sim::{BEGINNING, Dice, SimClock};
use store::{Key, Sqlite};
use tokio::sync::{Notify, watch};

use way::{Way, Wires};

/// Systems whose rows are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Fxiaoke,
    Kingdee,
    StandardErp,
}

pub const SOURCES: [Source; 3] = [Source::Fxiaoke, Source::Kingdee, Source::StandardErp];

const CRM: &str = include_str!("../../flows/crm.yaml");
const ERP: &str = include_str!("../../flows/erp.yaml");
const HOME: &str = "kind: connection\nname: home\nconnector: standard-erp\ntitle: { zh: 自研, en: Home-grown }\n\
    settings: { base_url: \"http://sandbox/standard-erp\", token: { env: HOME_TOKEN }, absent_code: 2006 }\n";
const CUSTOMER: &str = "kind: object\nconnection: home\nname: customer\nid: custId\nnumber: custNo\ndisplay: custName\n\
    version: lastModified\nfields:\n  - { name: custId, type: text }\n  - { name: custNo, type: text }\n  \
    - { name: custName, type: text }\n  - { name: lastModified, type: datetime }\n";

impl Source {
    pub fn system(self) -> &'static str {
        match self {
            Source::Fxiaoke => "fxiaoke",
            Source::Kingdee => "kingdee-k3cloud",
            Source::StandardErp => "standard-erp",
        }
    }

    pub fn connection(self) -> &'static str {
        match self {
            Source::Fxiaoke => "crm",
            Source::Kingdee => "erp",
            Source::StandardErp => "home",
        }
    }

    pub fn object(self) -> &'static str {
        match self {
            Source::Fxiaoke => "AccountObj",
            Source::Kingdee => "BD_Customer",
            Source::StandardErp => "customer",
        }
    }

    /// The field with the name, which people change.
    fn name(self) -> &'static str {
        match self {
            Source::Fxiaoke => "name",
            Source::Kingdee => "FName",
            Source::StandardErp => "custName",
        }
    }

    fn id(self) -> &'static str {
        match self {
            Source::Fxiaoke => "_id",
            Source::Kingdee | Source::StandardErp => "id",
        }
    }

    /// How far back a read begins before the end of the last one, as its manifest says.
    pub fn overlap(self) -> Duration {
        Duration::from_secs(if self == Source::StandardErp { 120 } else { 300 })
    }

    /// The operation that gives a page.
    pub fn paging(self) -> &'static str {
        match self {
            Source::Fxiaoke => "/cgi/crm/v2/data/query",
            Source::Kingdee => "ExecuteBillQuery",
            Source::StandardErp => "queryMasterBatch",
        }
    }

    /// A flow that reads every row, and carries none over.
    pub fn flow(self, more: &str) -> String {
        let (to, target, field) = match self {
            Source::StandardErp => ("erp", "BD_Customer", "FName"),
            _ => ("home", "customer", "custName"),
        };
        let within = if more.contains("within") { "" } else { ", within: 60s" };
        // A sweep would find what a cursor missed.
        let sweep = if more.contains("sweep") { "" } else { ", sweep: never" };
        format!(
            "kind: flow\nname: rows\nsource: {{ connection: {}, object: {}, fields: [{name}]{within}{sweep}{more} }}\n\
             target: {{ connection: {to}, object: {target}, key: {field} }}\n\
             scope: {name} == \"谁也不叫这个\"\nmap:\n  {field}: {name}\n",
            self.connection(),
            self.object(),
            name = self.name(),
        )
    }

    fn new_row(self, number: usize) -> Value {
        let name = format!("新客户{number:05}");
        match self {
            Source::Fxiaoke => json!({ "name": name }),
            Source::Kingdee => json!({
                "FName": name, "FNumber": format!("XK{number:05}"), "FCreateOrgId": { "FNumber": "100" },
                "FUseOrgId": { "FNumber": "100" }, "FTRADINGCURRID": { "FNumber": "PRE001" },
            }),
            Source::StandardErp => json!({ "custName": name, "custNo": format!("XK{number:05}") }),
        }
    }
}

/// A company in which one system is read.
pub struct Book {
    pub source: Source,
    pub seams: Seams,
    way: Arc<Way>,
    made: Mutex<usize>,
}

impl Book {
    /// With a flow over rows from now on, and the engine run once, so that there is a cursor.
    pub async fn open(source: Source) -> Book {
        let book = Book::with(source, 5, "").await;
        book.run(70).await;
        book
    }

    /// A company with so many rows of several seconds, all from before the flow is read first, and longer ago than reads go
    /// back by themselves: what the walk over them misses is not read again.
    pub async fn before(source: Source, rows: usize) -> (Book, Vec<String>) {
        let book = Book::with(source, 5, ", history: true, within: 1h").await;
        let mut made = Vec::with_capacity(rows);
        for row in 0..rows {
            made.push(book.make());
            if row % 500 == 499 {
                book.rest(Duration::from_secs(1)).await;
            }
        }
        book.rest(source.overlap() * 2).await;
        (book, made)
    }

    /// With so many customers in each system, and a flow with more below its source.
    pub async fn with(source: Source, customers: usize, more: &str) -> Book {
        let clock = Arc::new(SimClock::begin());
        let setting = Setting { seed: 7, customers, now_ms: BEGINNING.0 };
        let way = Arc::new(Way {
            sandbox: Mutex::new(Sandbox::new(&setting)),
            clock: clock.clone(),
            calls: Mutex::default(),
            meanwhile: Mutex::default(),
            hangs: Mutex::default(),
            hung: Notify::new(),
            left_out: Mutex::default(),
        });
        let seams = Seams {
            store: Arc::new(Sqlite::memory(Key::new([7; 32])).unwrap()),
            functions: Arc::new(functions::Scripts::inline(clock.clone())),
            clock,
            chance: Arc::new(Dice::new(7)),
            network: Arc::new(Wires(way.clone())),
            connectors: Arc::new(connect::registry(None).unwrap()),
            catalogue: Arc::new(Catalogue::default()),
        };
        let book = Book { source, seams, way, made: Mutex::new(0) };
        book.publish(&source.flow(more)).await;
        book
    }

    /// Puts the flow in force, with the connections beside it.
    pub async fn publish(&self, flow: &str) {
        let texts = [
            ("connection", "crm", CRM),
            ("connection", "erp", ERP),
            ("connection", "home", HOME),
            ("object", "home/customer", CUSTOMER),
            ("flow", "rows", flow),
        ];
        let text = |(kind, name, text): (&str, &str, &str)| ConfigText {
            kind: kind.into(),
            name: name.into(),
            text: text.into(),
        };
        let given = {
            let bases = ["fxiaoke", "kingdee-k3cloud", "standard-erp"]
                .map(|system| (system.to_owned(), format!("http://sandbox/{system}")));
            self.vendor().connections(&bases.into_iter().collect::<BTreeMap<_, _>>())
        };
        let variable = |name: &str| {
            let (prefix, setting) = name.split_once('_')?;
            let system = match prefix {
                "CRM" => "fxiaoke",
                "ERP" => "kingdee-k3cloud",
                _ => "standard-erp",
            };
            let value = &given["systems"][system][setting.to_lowercase()];
            Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        };
        let outcome = engine::apply::apply(&self.seams, &texts.map(text), &variable).await.unwrap();
        assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    }

    /// Takes the flow out of force, as when somebody disables it.
    pub async fn withdraw(&self) {
        let change = ConfigChange { remove: vec![("flow".into(), "rows".into())], ..ConfigChange::of(&[]) };
        self.seams.store.apply(&change, self.now()).await.unwrap();
    }

    pub fn now(&self) -> Timestamp {
        self.seams.clock.now()
    }

    fn vendor(&self) -> MutexGuard<'_, Sandbox> {
        self.way.sandbox.lock().unwrap()
    }

    fn engine(&self) -> Engine {
        Engine::new(self.seams.clone(), Options { owner: "甲".into(), reads: true })
    }

    pub async fn run(&self, seconds: u64) {
        let engine = self.engine();
        let (stop, stopped) = watch::channel(false);
        let until = self.now() + Duration::from_secs(seconds);
        let stopping = async {
            self.seams.clock.sleep_until(until).await;
            stop.send_replace(true);
        };
        let (ended, ()) = tokio::join!(engine.run(stopped), stopping);
        ended.unwrap();
    }

    /// The engine runs until a call of the operation is not answered, behind so many that were, and dies then.
    pub async fn run_until_it_dies(&self, operation: &'static str, answered: usize) {
        *self.way.hangs.lock().unwrap() = Some((operation, answered));
        let engine = self.engine();
        let (_stop, stopped) = watch::channel(false);
        tokio::select! {
            ended = engine.run(stopped) => panic!("nobody stopped it: {ended:?}"),
            () = self.way.hung.notified() => {}
        }
        *self.way.hangs.lock().unwrap() = None;
    }

    /// A deep sweep runs until a call of the operation is not answered, behind so many that were, and dies then. Whether it
    /// did.
    pub async fn swept_until_it_dies(&self, operation: &'static str, answered: usize) -> bool {
        *self.way.hangs.lock().unwrap() = Some((operation, answered));
        let died = tokio::select! {
            _ = self.swept(true, false) => false,
            () = self.way.hung.notified() => true,
        };
        *self.way.hangs.lock().unwrap() = None;
        died
    }

    /// Pages leave out so many of their first rows from now on.
    pub fn shorten(&self, by: usize) {
        *self.way.left_out.lock().unwrap() = by;
    }

    pub async fn rest(&self, how_long: Duration) {
        self.seams.clock.sleep_until(self.now() + how_long).await;
    }

    /// The vendor's clock is so far ahead of ours, or behind it, from now on.
    pub fn skew(&self, ms: i64) {
        let faults = Faults { clock_skew_ms: ms, ..Faults::default() };
        assert!(self.vendor().set_faults(Some(self.source.system()), faults));
    }

    /// The vendor answers everything with nonsense from now on, or nothing any more.
    pub fn babble(&self, is_on: bool) {
        let faults = Faults { nonsense: if is_on { 1_000_000 } else { 0 }, ..Faults::default() };
        assert!(self.vendor().set_faults(Some(self.source.system()), faults));
    }

    /// A row that stands there now, and says that it was changed so many milliseconds ago (or, below zero, will be).
    pub fn commit(&self, ms_ago: i64) -> String {
        self.skew(-ms_ago);
        let id = self.make();
        self.skew(0);
        id
    }

    /// Somebody makes a row at the vendor's screen: its id.
    pub fn make(&self) -> String {
        let mut made = self.made.lock().unwrap();
        *made += 1;
        make(&mut self.vendor(), self.source, self.now().0, *made)
    }

    /// Something is done at the vendor's before a call of the operation goes out, behind so many.
    pub fn meanwhile(
        &self,
        operation: &'static str,
        behind: usize,
        act: impl FnOnce(&mut Sandbox, i64) + Send + 'static,
    ) {
        self.way.meanwhile.lock().unwrap().push((operation, behind, Box::new(act)));
    }

    /// The calls that asked for a page.
    pub fn pages(&self) -> usize {
        let calls = self.way.calls.lock().unwrap();
        calls.iter().filter(|(operation, _)| *operation == self.source.paging()).count()
    }

    pub fn forget_calls(&self) {
        self.way.calls.lock().unwrap().clear();
    }

    pub async fn cursor(&self) -> Cursor {
        let (connection, object) = (self.source.connection().into(), self.source.object().into());
        self.seams.store.cursor(&connection, &object, Walk::Changes).await.unwrap().expect("it was read")
    }

    /// The rows of the source: name by id.
    pub fn there(&self) -> BTreeMap<String, String> {
        rows(&mut self.vendor(), self.source, self.now().0)
    }

    /// The rows that were made here, and not with the company.
    pub fn made_here(&self) -> Vec<String> {
        self.there().into_iter().filter(|(_, name)| name.starts_with("新客户")).map(|(id, _)| id).collect()
    }

    pub async fn record(&self, id: &str) -> Option<Record> {
        let key = RecordKey::new(&self.source.connection().into(), &self.source.object().into(), id);
        self.seams.store.find(&[key]).await.unwrap().remove(0)
    }

    /// Those of the ids whose rows are not known here as they are there.
    pub async fn unseen<'i>(&self, ids: impl IntoIterator<Item = &'i String>) -> BTreeSet<String> {
        let there = self.there();
        let mut unseen = BTreeSet::new();
        for id in ids {
            let known = match self.record(id).await {
                Some(record) => {
                    let body: Value = serde_json::from_str(&record.body).unwrap();
                    body[self.source.name()].as_str().map(|name| name.trim().to_owned())
                }
                None => None,
            };
            if known.as_ref() != there.get(id) {
                unseen.insert(id.clone());
            }
        }
        unseen
    }

    /// Every one of these rows is known here as it is there.
    pub async fn has_seen<'i>(&self, ids: impl IntoIterator<Item = &'i String>, how: &str) {
        let (unseen, there) = (self.unseen(ids).await, self.there());
        let mut told = Vec::new();
        for id in &unseen {
            let known = self.record(id).await.map(|record| (record.version, record.body));
            told.push(format!("{id} {:?}, known as {known:?}", there.get(id)));
        }
        assert!(unseen.is_empty(), "{:?}, {how}: {} rows were missed: {told:#?}", self.source, unseen.len());
    }
}

/// Somebody makes a row: its id.
pub fn make(sandbox: &mut Sandbox, source: Source, now: i64, number: usize) -> String {
    let path = format!("{}/{}", source.system(), source.object());
    let made = control(sandbox, now, "POST", &path, &source.new_row(number));
    let id = ["dataId", "data_id", "_id", "id"].iter().find_map(|name| made.get(*name));
    text(id.unwrap_or_else(|| panic!("{made}")))
}

/// Somebody changes the name of a row.
pub fn touch(sandbox: &mut Sandbox, source: Source, now: i64, id: &str, name: &str) {
    let path = format!("{}/{}/{id}", source.system(), source.object());
    control(sandbox, now, "POST", &path, &json!({ source.name(): name }));
}

/// Somebody deletes a row for good.
pub fn delete(sandbox: &mut Sandbox, source: Source, now: i64, id: &str) {
    let path = format!("{}/{}/{id}", source.system(), source.object());
    let actions: &[&str] = match source {
        Source::Fxiaoke => &["invalid", "delete"],
        Source::Kingdee | Source::StandardErp => &["delete"],
    };
    for action in actions {
        control(sandbox, now, "POST", &format!("{path}/{action}"), &json!({}));
    }
}

/// Name by id.
pub fn rows(sandbox: &mut Sandbox, source: Source, now: i64) -> BTreeMap<String, String> {
    let path = format!("{}/{}", source.system(), source.object());
    let all = control(sandbox, now, "GET", &path, &Value::Null);
    let row = |row: &Value| (text(&row[source.id()]), text(&row[source.name()]));
    all.as_array().expect("a table").iter().map(row).collect()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned())
}

fn control(sandbox: &mut Sandbox, now: i64, method: &str, path: &str, body: &Value) -> Value {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let reply = sandbox.control(now, method, &format!("/_sandbox/{path}"), body.as_bytes());
    let answer: Value = serde_json::from_slice(&reply.body).unwrap();
    assert!(answer.get("error").is_none(), "{method} {path} {body}: {answer}");
    answer
}
