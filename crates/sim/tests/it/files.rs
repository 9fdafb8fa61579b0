//! Files between the stand-ins of both vendors, through the connectors and the engine: both ways, in parts, under faults.

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

const THERE: &str = "
files:
  - { from: contract__c, to: attachments, limit: 12 MB }
";

const BACK: &str = "kind: flow
name: back
title: { zh: 金蝶客户 → 客户, en: Customers back }
source: { connection: erp, object: BD_Customer, within: 60s, history: true, open: \"true\", reread: 60s }
target: { connection: crm, object: AccountObj, match: [account_no], create: never }
map:
  account_no: FNumber
files:
  - { from: attachments, to: photos__c }
";

/// What becomes of the next calls of an operation.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    /// Carried out, and not answered.
    Lost,
    /// Never carried out, and not answered.
    Swallowed,
    /// The answer ends in the middle.
    Cut,
}

/// The stand-ins, and what is in the way to them.
struct Way {
    sandbox: Mutex<Sandbox>,
    fates: Mutex<Vec<(&'static str, Fate)>>,
    /// Operation, and bytes of the body, of each call.
    calls: Mutex<Vec<(&'static str, usize)>>,
    clock: Arc<SimClock>,
}

struct World {
    seams: Seams,
    way: Arc<Way>,
}

impl World {
    /// One customer, and these texts beside the customers' flow there.
    async fn new(back: bool) -> World {
        let clock = Arc::new(SimClock::begin());
        let setting = Setting { seed: 7, customers: 1, now_ms: BEGINNING.0 };
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
        let seams = Seams {
            store: Arc::new(Sqlite::memory(Key::new([7; 32])).unwrap()),
            clock,
            chance: Arc::new(Dice::new(7)),
            network: Arc::new(Wires(way.clone())),
            connectors: Arc::new(registry),
            catalogue: Arc::new(catalogue),
        };
        let world = World { seams, way };
        world.configure(back).await;
        world
    }

    async fn configure(&self, back: bool) {
        let there = include_str!("../../flows/customers.yaml").to_owned() + THERE;
        let mut texts = vec![
            ("connection", "crm", include_str!("../../flows/crm.yaml").to_owned()),
            ("connection", "erp", include_str!("../../flows/erp.yaml").to_owned()),
            ("flow", "customers", there),
        ];
        if back {
            texts.push(("flow", "back", BACK.to_owned()));
        }
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

    async fn run(&self, seconds: u64) {
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

    fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        let now = self.seams.clock.now().0;
        let mut sandbox = self.way.sandbox.lock().unwrap();
        let reply = sandbox.control(now, method, &format!("/_sandbox/{path}"), body.to_string().as_bytes());
        serde_json::from_slice(&reply.body).unwrap_or_default()
    }

    fn read(&self, path: &str) -> Value {
        self.control("GET", path, &json!({}))
    }

    /// The one customer in the CRM.
    fn account(&self) -> Value {
        self.read("fxiaoke/AccountObj")[0].clone()
    }

    /// A salesperson adds a file to the customer: its content, or its length.
    fn attach_in_crm(&self, name: &str, content: Value) {
        let mut file = json!({ "name": name });
        let member = if content.is_string() { "content" } else { "bytes" };
        file[member] = content;
        let path = self.control("POST", "fxiaoke/files", &file)["path"].clone();
        let account = self.account();
        let mut entries = account["contract__c"].as_array().cloned().unwrap_or_default();
        entries.push(json!({ "name": name, "path": path }));
        let id = account["_id"].as_str().unwrap().to_owned();
        let changed =
            self.control("POST", &format!("fxiaoke/AccountObj/{id}"), &json!({ "contract__c": entries }));
        assert_eq!(changed["error"], Value::Null, "{changed}");
    }

    /// Names and sizes of what hangs at documents in the ERP.
    fn in_erp(&self) -> Vec<(String, u64)> {
        let hung = self.read("kingdee-k3cloud/BOS_Attachment");
        let shown = |file: &Value| {
            let text = |name: &str| file[name].as_str().map_or_else(|| file[name].to_string(), str::to_owned);
            (text("FAttachmentName"), text("FAttachmentSize").parse().unwrap())
        };
        hung.as_array().unwrap().iter().map(shown).collect()
    }

    fn fate(&self, operation: &'static str, fates: &[Fate]) {
        self.way.fates.lock().unwrap().extend(fates.iter().map(|fate| (operation, *fate)));
    }

    /// Kind and state of the tasks of a flow, with the sentence of their cause.
    async fn tasks(&self, flow: &str) -> Vec<String> {
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

const PART: usize = 4 << 20;

#[tokio::test(start_paused = true)]
async fn a_scan_in_the_crm_hangs_at_the_customer_in_the_erp_in_parts() {
    let world = World::new(false).await;
    world.attach_in_crm("合同.pdf", json!(9_000_000));
    world.attach_in_crm("开户证明.txt", json!("证明正文"));
    world.run(120).await;
    assert_eq!(world.in_erp(), [("合同.pdf".into(), 9_000_000), ("开户证明.txt".into(), 12)]);
    let files = world.read("kingdee-k3cloud/files");
    let text = files.as_array().unwrap().iter().find(|file| file["name"] == "开户证明.txt").unwrap();
    assert_eq!(text["text"], "证明正文");
    let calls = world.way.calls.lock().unwrap().clone();
    let parts: Vec<usize> = calls
        .iter()
        .filter(|(operation, _)| *operation == "AttachmentUpload")
        .map(|(_, bytes)| *bytes)
        .collect();
    assert_eq!(parts.len(), 4, "three parts and one");
    assert!(parts.iter().all(|bytes| *bytes < PART * 4 / 3 + 2000), "{parts:?}");
    // Nothing goes twice, whatever changes.
    world.attach_in_crm("补充协议.txt", json!("补充"));
    world.run(120).await;
    assert_eq!(world.in_erp().len(), 3);
    let sent = world.way.calls.lock().unwrap().iter().filter(|(name, _)| *name == "AttachmentUpload").count();
    assert_eq!(sent, 5);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_lost_at_the_last_part_makes_no_second_file() {
    for (fate, at) in [(Fate::Lost, 0), (Fate::Lost, 1), (Fate::Swallowed, 0), (Fate::Swallowed, 1)] {
        let world = World::new(false).await;
        world.run(60).await;
        world.attach_in_crm("合同.pdf", json!(PART + 1));
        // Of two parts the first or the last.
        world.way.skip("AttachmentUpload", at, fate);
        world.run(900).await;
        assert_eq!(world.in_erp(), [("合同.pdf".into(), PART as u64 + 1)], "{fate:?} at part {at}");
        assert_eq!(world.tasks("customers").await.last().unwrap(), "files synced", "{fate:?} at part {at}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_download_that_is_cut_off_is_begun_anew() {
    let world = World::new(false).await;
    world.fate("/media/download", &[Fate::Cut]);
    world.attach_in_crm("合同.txt", json!("合同正文"));
    world.run(200).await;
    assert_eq!(world.in_erp(), [("合同.txt".into(), 12)]);
    assert_eq!(world.tasks("customers").await.last().unwrap(), "files synced");
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_too_large_is_told_with_its_name_and_record() {
    let world = World::new(false).await;
    world.attach_in_crm("全景图.tif", json!((12 << 20) + 1));
    world.attach_in_crm("合同.txt", json!("合同正文"));
    world.run(120).await;
    assert_eq!(world.in_erp(), [("合同.txt".into(), 12)]);
    let number = world.account()["account_no"].as_str().unwrap().to_owned();
    let failed = format!(
        "“{number}”的附件“全景图.tif”没有传过去：附件“全景图.tif”超过了 12582912 字节的上限，没有传送。"
    );
    let tasks = world.tasks("customers").await;
    assert!(tasks.contains(&"deliver synced".to_owned()), "{tasks:?}");
    assert!(tasks.contains(&format!("files failed {failed}")), "{tasks:?}");
}

#[tokio::test(start_paused = true)]
async fn a_picture_in_the_erp_comes_back_to_the_crm_once_and_what_came_from_there_does_not() {
    for fate in [None, Some(Fate::Lost), Some(Fate::Swallowed)] {
        let world = World::new(true).await;
        world.attach_in_crm("合同.txt", json!("合同正文"));
        world.run(120).await;
        assert_eq!(world.in_erp().len(), 1);
        let number = world.account()["account_no"].as_str().unwrap().to_owned();
        if let Some(fate) = fate {
            world.fate("/cgi/crm/v2/data/update", &[fate]);
        }
        let picture = json!({ "name": "门头.png", "bytes": 300_000 });
        let hung = world.control("POST", &format!("kingdee-k3cloud/BD_Customer/{number}/attach"), &picture);
        assert!(hung["id"].is_string(), "{hung}");
        world.run(900).await;
        let photos = world.account()["photos__c"].clone();
        let photos = photos.as_array().unwrap();
        assert_eq!(photos.len(), 1, "{fate:?}: {photos:?}");
        assert_eq!((&photos[0]["ext"], &photos[0]["isImage"]), (&json!("png"), &json!(true)), "{fate:?}");
        assert_eq!(world.in_erp().len(), 2, "{fate:?}");
        assert_eq!(world.tasks("back").await.last().unwrap(), "files synced", "{fate:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_content_stands_in_the_records_of_calls() {
    let world = World::new(false).await;
    world.attach_in_crm("证明.txt", json!("绝密的正文"));
    world.run(120).await;
    assert_eq!(world.in_erp().len(), 1);
    let account = world.account()["account_no"].as_str().unwrap().to_owned();
    let story = format!("{:?}", world.seams.store.trace(&account, 5).await.unwrap());
    assert!(story.contains("AttachmentUpload") && story.contains("证明.txt"), "{story}");
    let content = "57ud5a+G55qE5q2j5paH";
    assert!(!story.contains("绝密的正文") && !story.contains(content), "{story}");
}

impl Way {
    /// Lets so many calls of the operation pass, and then one meets its fate.
    fn skip(&self, operation: &'static str, passing: usize, fate: Fate) {
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
