//! An ERP with a gateway of its own, reached by functions: an older system pushes partners in a form of its own, which
//! become customers of that ERP.

mod gateway;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use contract::Clock;
use contract::store::{ConfigText, Store, TaskFilter};
use engine::access::hash_of;
use engine::connection::TokenBox;
use engine::preview::preview;
use engine::pushes::Push;
use engine::setup::Setup;
use engine::{Engine, Options, Seams};
use model::access::{AccessToken, Grant};
use model::record::RecordKey;
use model::{Catalogue, Cause, ReceiptId};
use sim::{Dice, SimClock};
use store::{Key, Sqlite};
use tokio::sync::watch;

use gateway::Gateway;

const PARTNER: &str = "kind: object\nconnection: wms\nname: Partner\ncode: HZ\nid: no\nnumber: no\nfunctions: { parse: functions/parse.js }\n\
    fields:\n  - { name: no, type: text }\n  - { name: name, type: text }\n  - { name: phone, label: 负责人电话, type: text, personal: true }\n";
const CUSTOMER: &str = "kind: object\nconnection: erp\nname: customer\nid: custId\nnumber: custNo\nversion: rowVersion\n\
    functions:\n  request: functions/sign.js\n  answer: { create: functions/created.js, update: functions/read.js, \
    queryMasterBatch: functions/read.js, queryMasterById: functions/read.js }\n\
    fields:\n  - { name: custId, type: text }\n  - { name: custNo, type: text }\n  - { name: custName, type: text }\n  \
    - { name: tel, type: text }\n  - { name: rowVersion, type: number }\n";
const FLOW: &str = "kind: flow\nname: partners\nsource: { connection: wms, object: Partner }\n\
    target: { connection: erp, object: customer, key: custNo, match: [custNo] }\n\
    map:\n  custNo: no\n  custName: name\n  tel: phone\n";
const PARSE: &str = "function main(input, qiao) {
  const all = qiao.xml.parse(input.body, { lists: ['伙伴'] }).推送.伙伴;
  return all.map((one) => ({ id: one.编号, masterFieldVal: { no: one.编号, name: one.名称, phone: one.电话 } }));
}
";
pub const SIGN: &str = "async function main(input, qiao) {
  const nonce = (await qiao.http('nonce')).json();
  const body = qiao.json.stringify({ head: { op: input.operation, nonce }, data: input.data });
  qiao.log('已签名', input.operation, input.headers.token);
  return {
    path: 'entry', body,
    headers: { sign: qiao.crypto.md5(body + input.headers.token, 'hex'), token: null },
  };
}
";
pub const READ: &str = "function main(input, qiao) {
  const answer = qiao.json.parse(input.body);
  return { ok: answer.resultCode === 'S', code: answer.resultCode, message: answer.resultMsg, data: answer.payload };
}
";

pub struct World {
    pub seams: Seams,
    clock: Arc<SimClock>,
    gateway: Gateway,
}

impl World {
    /// With these functions in place of those that sign and that read the answer to a create.
    pub async fn new(sign: &str, created: &str) -> World {
        let clock = Arc::new(SimClock::begin());
        let gateway = Gateway::new(clock.clone());
        let seams = Seams {
            store: Arc::new(Sqlite::memory(Key::new([7; 32])).unwrap()),
            clock: clock.clone(),
            chance: Arc::new(Dice::new(7)),
            network: Arc::new(gateway.clone()),
            connectors: Arc::new(connect::registry(None).unwrap()),
            functions: Arc::new(functions::Scripts::inline(clock.clone())),
            catalogue: Arc::new(Catalogue::default()),
        };
        let world = World { seams, clock, gateway };
        world.apply(sign, created).await;
        let token = AccessToken {
            name: "仓库".into(),
            connections: vec!["wms".into()],
            grants: vec![Grant::Push],
            hash: hash_of("wms"),
            made: world.clock.now(),
            until: None,
        };
        assert!(world.store().keep_access(&token).await.unwrap());
        world
    }

    async fn apply(&self, sign: &str, created: &str) {
        let erp = "kind: connection\nname: erp\nconnector: standard-erp\ntitle: { zh: 账务, en: Ledger }\n\
             settings: { base_url: \"http://gateway\", token: { env: ERP_TOKEN } }\n";
        let wms = "kind: connection\nname: wms\nconnector: standard-erp\ntitle: { zh: 仓库, en: WMS }\n";
        self.apply_texts(&[
            ("connection", "erp", erp),
            ("connection", "wms", wms),
            ("object", "wms/Partner", PARTNER),
            ("object", "erp/customer", CUSTOMER),
            ("function", "functions/parse.js", PARSE),
            ("function", "functions/sign.js", sign),
            ("function", "functions/created.js", created),
            ("function", "functions/read.js", READ),
            ("flow", "partners", FLOW),
        ])
        .await;
    }

    pub async fn apply_texts(&self, texts: &[(&str, &str, &str)]) {
        let token = self.gateway.erp().token.clone();
        let text = |(kind, name, text): &(&str, &str, &str)| ConfigText {
            kind: (*kind).into(),
            name: (*name).into(),
            text: (*text).into(),
        };
        let texts: Vec<ConfigText> = texts.iter().map(text).collect();
        let outcome = engine::apply::apply(&self.seams, &texts, &|_| Some(token.clone())).await.unwrap();
        assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    }

    pub fn store(&self) -> &dyn Store {
        &*self.seams.store
    }

    fn engine(&self) -> Engine {
        Engine::new(self.seams.clone(), Options { owner: "甲".into(), reads: true })
    }

    /// The older system pushes partners: number and name of each.
    async fn push(&self, partners: &[(&str, &str)]) {
        let one = |(no, name): &(&str, &str)| {
            format!("<伙伴><编号>{no}</编号><名称>{name}</名称><电话>0571-88001234</电话></伙伴>")
        };
        let body = format!("<推送>{}</推送>", partners.iter().map(one).collect::<String>());
        self.push_one("HZ", None, false, &body).await;
    }

    /// It pushes a body.
    pub async fn push_one(&self, code: &str, id: Option<&str>, void: bool, body: &str) -> ReceiptId {
        let push = Push {
            tenant: "default",
            data_center: None,
            code,
            id,
            void,
            content_type: None,
            body: body.to_owned().into(),
        };
        let (engine, from) = (self.engine(), IpAddr::from([10, 9, 8, 7]));
        let pushes = engine.pushes();
        pushes.admit("wms", from).await.unwrap().take(push).await.unwrap()
    }

    pub async fn run(&self, seconds: u64) {
        let engine = self.engine();
        let (stop, stopped) = watch::channel(false);
        let until = self.clock.now() + Duration::from_secs(seconds);
        let stopping = async {
            self.clock.sleep_until(until).await;
            stop.send_replace(true);
        };
        let (ended, ()) = tokio::join!(engine.run(stopped), stopping);
        ended.unwrap();
    }

    /// Source id, state and cause of each task.
    async fn standing(&self) -> Vec<(String, &'static str, Option<Cause>)> {
        let mut tasks = self.store().tasks(&TaskFilter::default()).await.unwrap();
        tasks.sort_by(|one, other| one.source_id.cmp(&other.source_id));
        let told =
            |line: contract::store::TaskLine| (line.source_id, line.task.state.name(), line.task.cause);
        tasks.into_iter().map(told).collect()
    }

    async fn states(&self) -> Vec<String> {
        let code = |cause: Option<Cause>| cause.map(|cause| format!(" {}", cause.code)).unwrap_or_default();
        let told = |(id, state, cause)| format!("{id} {state}{}", code(cause));
        self.standing().await.into_iter().map(told).collect()
    }

    async fn replay_all(&self) {
        let tasks = self.store().tasks(&TaskFilter::default()).await.unwrap();
        let ids: Vec<_> = tasks.iter().map(|line| line.task.id).collect();
        self.store().replay(&ids, self.clock.now()).await.unwrap();
    }

    fn creates(&self) -> usize {
        self.gateway.erp().passed.iter().filter(|operation| *operation == "create").count()
    }
}

#[tokio::test(start_paused = true)]
async fn a_foreign_push_becomes_a_signed_create_and_then_an_update_of_the_same_customer() {
    let world = World::new(SIGN, READ).await;
    world.push(&[("HZ-1", "桥梁公司"), ("HZ-2", "商店")]).await;
    world.run(60).await;
    assert_eq!(world.states().await, ["HZ-1 synced", "HZ-2 synced"]);
    assert_eq!(world.gateway.customers("HZ-1"), ["桥梁公司"]);
    world.push(&[("HZ-1", "桥梁集团")]).await;
    world.run(60).await;
    assert_eq!(world.gateway.customers("HZ-1"), ["桥梁集团"]);
    assert_eq!((world.creates(), world.gateway.erp().turned_away), (2, 0));

    let story = world.store().trace("HZ-1", 1).await.unwrap().remove(0);
    let (mut steps, mut calls) = (Vec::new(), Vec::new());
    for seen in story.tasks.iter().flat_map(|task| &task.attempts) {
        steps.extend(seen.attempt.steps.iter().map(|step| format!("{} {}", step.name, step.note)));
        calls.extend(seen.calls.iter().map(|call| format!("{call:?}")));
    }
    assert!(steps.contains(&"request info: 已签名 create ***".to_owned()), "{steps:?}");
    assert!(calls.iter().any(|call| call.contains("http://gateway/nonce")), "{calls:?}");
    assert!(calls.iter().any(|call| call.contains("桥梁公司")), "{calls:?}");
    let token = world.gateway.erp().token.clone();
    for shown in steps.iter().chain(&calls) {
        assert!(!shown.contains(&token) && !shown.contains("88001234"), "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_whose_answer_cannot_be_read_is_looked_up_and_never_sent_twice() {
    let broken = "function main(input) {\n  return input.body.没有.这个;\n}\n";
    let world = World::new(SIGN, broken).await;
    world.push(&[("HZ-1", "桥梁公司")]).await;
    world.run(1).await;
    let (_, state, cause) = world.standing().await.remove(0);
    let cause = cause.unwrap();
    assert_eq!((state, &*cause.code, cause.param("cause.line")), ("unknown", "erp.answer_unread", Some("2")));
    world.run(600).await;
    assert_eq!(world.states().await, ["HZ-1 synced"]);
    assert_eq!((world.creates(), world.gateway.customers("HZ-1").len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn where_nothing_was_made_a_person_hears_of_the_function_and_nothing_is_sent_again() {
    let loops = "function main(input) {\n  for (;;) {}\n}\n";
    let world = World::new(SIGN, loops).await;
    world.gateway.erp().disliked = "黑名单公司";
    world.push(&[("HZ-1", "黑名单公司")]).await;
    world.run(3_600).await;
    let (_, state, cause) = world.standing().await.remove(0);
    let cause = cause.unwrap();
    assert_eq!((state, &*cause.code, cause.param("cause.line")), ("failed", "erp.answer_unread", Some("1")));
    assert_eq!(world.creates(), 1);

    world.apply(SIGN, READ).await;
    world.replay_all().await;
    world.run(60).await;
    let (_, state, cause) = world.standing().await.remove(0);
    let cause = cause.unwrap();
    assert_eq!(
        (state, &*cause.code, cause.param("message")),
        ("failed", "erp.refused", Some("客户名称不合规"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_look_that_failed_does_not_make_what_was_answered_be_sent_again() {
    let broken = "function main(input) {\n  return input.body.没有.这个;\n}\n";
    let world = World::new(SIGN, broken).await;
    world.gateway.erp().disliked = "黑名单公司";
    world.push(&[("HZ-1", "黑名单公司")]).await;
    world.run(1).await;
    world.apply_texts(&[("function", "functions/read.js", broken)]).await;
    world.run(120).await;
    assert_eq!(world.states().await, ["HZ-1 unknown erp.answer_unread"]);
    let story = world.store().trace("HZ-1", 1).await.unwrap().remove(0);
    let attempts = story.tasks.iter().flat_map(|task| &task.attempts);
    let mut looks = attempts.flat_map(|seen| &seen.attempt.steps).filter(|step| step.name == "lookup");
    assert!(looks.any(|look| look.cause.as_ref().is_some_and(|cause| cause.code == "function.threw")));
    world.apply_texts(&[("function", "functions/read.js", READ)]).await;
    world.run(3_600).await;
    assert_eq!(world.states().await, ["HZ-1 failed erp.answer_unread"]);
    assert_eq!(world.creates(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_cannot_be_built_fails_its_record_alone_until_it_is_mended() {
    let picky = SIGN.replacen(
        "{\n",
        "{\n  if (input.data.masterFieldVal?.custName === '商店') throw new Error('不发');\n  \
         if (input.data.masterFieldVal?.custName === '黑洞') for (;;) {}\n",
        1,
    );
    let world = World::new(&picky, READ).await;
    world.push(&[("HZ-1", "桥梁公司"), ("HZ-2", "商店"), ("HZ-3", "黑洞")]).await;
    world.run(60).await;
    let wanted = ["HZ-1 synced", "HZ-2 failed function.threw", "HZ-3 failed function.too_slow"];
    assert_eq!(world.states().await, wanted);
    let (_, _, cause) = world.standing().await.remove(1);
    assert_eq!(cause.unwrap().param("line"), Some("2"));
    world.apply(SIGN, READ).await;
    world.replay_all().await;
    world.run(60).await;
    assert_eq!(world.states().await, ["HZ-1 synced", "HZ-2 synced", "HZ-3 synced"]);
    assert_eq!(world.creates(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_preview_shows_what_a_function_builds_and_sends_nothing() {
    let fetched = "(await qiao.http('nonce')).json()";
    let quiet = SIGN.replace(fetched, &format!("input.operation === 'create' ? '试算' : {fetched}"));
    let world = World::new(&quiet, READ).await;
    world.push(&[("HZ-1", "桥梁公司")]).await;
    world.run(5).await;
    let tokens = Arc::new(TokenBox::new(world.seams.store.clone()));
    let setup = Setup::load(&world.seams, &tokens, None).await.unwrap();
    let key = RecordKey::new(&"wms".into(), &"Partner".into(), "HZ-1");
    let record = world.store().find(&[key]).await.unwrap().remove(0).unwrap();
    let flow = &setup.flows[&"partners".into()];
    let turned_away = world.gateway.erp().turned_away;
    let seen = preview(&world.seams, &setup, flow, vec![record.clone()]).await.unwrap().remove(0);
    let (operation, body) = seen.calls.first().cloned().unwrap_or_default();
    assert_eq!(operation, "create", "{:?}", seen.ends);
    assert!(body.starts_with(r#"{"head":{"op":"create","nonce":"试算"}"#), "{body}");
    assert_eq!(world.gateway.erp().turned_away, turned_away, "nothing was sent");

    world.apply(SIGN, READ).await;
    let setup = Setup::load(&world.seams, &tokens, None).await.unwrap();
    let flow = &setup.flows[&"partners".into()];
    let seen = preview(&world.seams, &setup, flow, vec![record]).await.unwrap().remove(0);
    let inner = seen.ends.unwrap().1.unwrap().inner().unwrap().code;
    assert_eq!((inner.as_ref(), seen.calls.len(), world.creates()), ("engine.function_only_looks", 0, 0));
}
