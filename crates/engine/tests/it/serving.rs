//! A connection used through us as an ERP: what is told, what is written, and what is said when it is not.

use std::time::Duration;

use engine::access::hash_of;
use engine::serving::{Asked, Caller, How, NotServed, Serving, Window};
use engine::{Engine, Options};
use model::access::{AccessToken, Grant};
use model::audit::AuditEntry;
use model::record::RecordKey;
use model::{AnswerClass, Timestamp, Value, json};

use contract::connector::PushRules;
use tokio::sync::watch;

use crate::world::{CONNECTION, World};

pub const FLOW: &str = "kind: flow\nname: a\ntitle: { zh: 甲, en: A }\n\
    source: { connection: box, object: account, within: 5s, fields: [rows] }\n\
    target: { connection: box, object: customer, key: no, match: [no] }\nmap:\n  no: { from: no, required: true }\n  \
    name: name\n";

pub const HUB: Caller<'static> = Caller { token: "hub", connection: "box" };

pub struct Platform {
    pub world: World,
    pub engine: Engine,
    pub serving: Serving,
}

impl Platform {
    pub async fn new() -> Platform {
        Platform::with(FLOW).await
    }

    pub async fn with(flow: &str) -> Platform {
        let world = World::new();
        let other = CONNECTION.replace("name: box", "name: other");
        let texts = [("connection", "box", CONNECTION), ("connection", "other", &other), ("flow", "a", flow)];
        assert!(!world.apply(&texts).await.is_refused());
        for (name, secret, grant, connection) in [
            ("平台", "hub", Grant::Use, "box"),
            ("仓库", "wms", Grant::Push, "box"),
            ("别处", "far", Grant::Use, "other"),
            ("旧账套", "old", Grant::Use, "gone"),
        ] {
            let token = AccessToken {
                name: name.into(),
                connections: vec![connection.into()],
                grants: vec![grant],
                hash: hash_of(secret),
                made: world.now(),
                until: None,
            };
            assert!(world.store().keep_access(&token).await.unwrap());
        }
        let engine = Engine::new(world.seams.clone(), Options { owner: "甲".into(), reads: true });
        let serving = engine.serving();
        Platform { world, engine, serving }
    }

    /// The engine anew, as after a restart of its process.
    pub fn restart(&mut self) {
        self.engine = Engine::new(self.world.seams.clone(), Options { owner: "乙".into(), reads: true });
        self.serving = self.engine.serving();
    }

    /// The engine beside which the callers are served runs for so long.
    pub async fn run(&self, seconds: u64) {
        let (stop, stopped) = watch::channel(false);
        let until = self.world.now() + Duration::from_secs(seconds);
        let stopping = async {
            self.world.seams.clock.sleep_until(until).await;
            stop.send_replace(true);
        };
        let (ended, ()) = tokio::join!(self.engine.run(stopped), stopping);
        ended.unwrap();
    }

    pub async fn write(&self, how: How, body: &str) -> Result<String, NotServed> {
        self.ask(HUB, how, Asked::read(body.as_bytes()).unwrap()).await
    }

    pub async fn ask(&self, caller: Caller<'_>, how: How, asked: Asked) -> Result<String, NotServed> {
        let written = self.serving.write(caller, how, asked).await?;
        let rows = written.details.iter().map(|(list, ids)| {
            let ids: Vec<&str> = ids.iter().map(|id| id.as_deref().unwrap_or("?")).collect();
            format!(" {list}={}", ids.join(","))
        });
        Ok(format!("{}{}", written.id, rows.collect::<String>()))
    }

    pub fn writes(&self) -> usize {
        self.world.desk().writes.len()
    }
}

pub fn class(outcome: Result<String, NotServed>) -> AnswerClass {
    match outcome {
        Err(NotServed::Refused { refusal, .. }) => refusal.class,
        other => panic!("{other:?}"),
    }
}

fn window(object: &str, from: Timestamp, to: Timestamp) -> Window {
    Window { object: object.into(), from, to, offset: 0, limit: 10 }
}

#[tokio::test(start_paused = true)]
async fn only_a_token_that_lists_the_connection_uses_it() {
    let platform = Platform::new().await;
    for (token, connection, wanted) in [
        ("hub", "box", Ok(())),
        ("", "box", Err(NotServed::Token)),
        ("hubb", "box", Err(NotServed::Token)),
        ("wms", "box", Err(NotServed::Token)),
        ("far", "box", Err(NotServed::Token)),
        ("hub", "other", Err(NotServed::Token)),
        ("hub", "账套二", Err(NotServed::Token)),
        ("old", "gone", Err(NotServed::Connection("gone".into()))),
    ] {
        let caller = Caller { token, connection };
        assert_eq!(platform.serving.admit(caller).await, wanted, "{token} {connection}");
        if let Err(wanted) = wanted {
            let asked = Asked::read(r#"{"objAPIName":"bill","masterFieldVal":{}}"#.as_bytes()).unwrap();
            assert_eq!(platform.serving.write(caller, How::Create, asked).await, Err(wanted.clone()));
            let span = window("account", Timestamp(0), Timestamp(1));
            assert_eq!(platform.serving.changed(caller, span).await, Err(wanted.clone()));
            assert_eq!(platform.serving.record(caller, "account", "1").await, Err(wanted));
        }
    }
    assert_eq!(platform.writes(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_document_is_created_with_its_rows_and_told_by_their_ids() {
    let platform = Platform::new().await;
    let body = r#"{"objAPIName":"bill","masterFieldVal":{"no":"SO-1","金额":12.30},
        "detailFieldVals":{"rows":[{"品名":"桥墩"},{"品名":"桥面"}]}}"#;
    assert_eq!(platform.write(How::Create, body).await.unwrap(), "T1 rows=R010,R011");
    let held = platform.world.desk().table("bill").concat();
    assert!(held.contains(r#""金额":12.30"#) && held.contains("桥面"), "{held}");
}

#[tokio::test(start_paused = true)]
async fn a_document_is_updated_by_its_id_where_it_differs() {
    let platform = Platform::new().await;
    platform.world.save("customer", "C1", r#"{"no":"K1","name":"旧名"}"#);
    let update = |id: &str| format!(r#"{{"objAPIName":"customer","masterFieldVal":{{{id}"name":"新名"}}}}"#);
    assert_eq!(platform.write(How::Update, &update(r#""_id":"C1","#)).await.unwrap(), "C1");
    assert_eq!(platform.world.desk().table("customer"), [r#"{"no":"K1","name":"新名"}"#]);
    let gone = platform.write(How::Update, &update(r#""_id":"C9","#)).await;
    assert_eq!(gone, Err(NotServed::Record("C9".into())));
    let nameless = platform.write(How::Update, &update("")).await.unwrap_err();
    assert_eq!(nameless.cause().code, "serving.no_id");
    assert_eq!(platform.writes(), 1, "neither wrote anything");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_says_what_is_known_of_the_write_and_nothing_is_repeated() {
    let platform = Platform::new().await;
    let body = r#"{"objAPIName":"customer","masterFieldVal":{"no":"K1"}}"#;
    for wanted in [AnswerClass::Rejected, AnswerClass::Transient, AnswerClass::Unknown] {
        platform.world.desk().refusals.insert("customer".into(), [wanted].into());
        assert_eq!(class(platform.write(How::Create, body).await), wanted);
    }
    assert_eq!(platform.writes(), 1, "the one whose answer was lost, once");
}

#[tokio::test(start_paused = true)]
async fn what_was_written_in_part_is_told_by_its_id() {
    let platform = Platform::new().await;
    platform.world.save("customer", "C1", r#"{"no":"K1","name":"旧名"}"#);
    {
        let mut desk = platform.world.desk();
        desk.tables.get_mut("customer").unwrap().get_mut("C1").unwrap().status = Some("audited".into());
        desk.answers.insert("customer".into(), [None, Some(AnswerClass::Rejected)].into());
    }
    let body = r#"{"objAPIName":"customer","masterFieldVal":{"_id":"C1","name":"新名"}}"#;
    let refused = platform.write(How::Update, body).await.unwrap_err();
    let cause = refused.cause();
    assert_eq!(
        (&*cause.code, cause.param("id"), cause.param("cause")),
        ("serving.partly", Some("C1"), Some("box.refused"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_system_that_fails_is_left_alone_for_a_while() {
    let platform = Platform::new().await;
    let body = r#"{"objAPIName":"customer","masterFieldVal":{"no":"K1"}}"#;
    platform.world.desk().refusals.insert("customer".into(), [AnswerClass::Transient; 5].into());
    for _ in 0..5 {
        assert_eq!(class(platform.write(How::Create, body).await), AnswerClass::Transient);
    }
    let paused = platform.write(How::Create, body).await.unwrap_err();
    assert_eq!(paused.cause().code, "serving.paused");
    platform.world.seams.clock.sleep_until(platform.world.now() + std::time::Duration::from_secs(6)).await;
    assert_eq!(platform.write(How::Create, body).await.unwrap(), "T1", "it resumes by itself");
}

#[tokio::test(start_paused = true)]
async fn what_changed_in_a_window_is_told_from_the_store() {
    let platform = Platform::new().await;
    let begun = platform.world.now();
    platform.world.save("account", "1", r#"{"no":"K1","name":"上海测试公司","rows":[{"品名":"桥"}]}"#);
    platform.world.save("account", "2", r#"{"no":"K2","name":"北京测试公司"}"#);
    platform.world.run(12).await;
    platform.world.void("account", "2");
    platform.world.run(12).await;
    let page = platform.serving.changed(HUB, window("account", begun, platform.world.now())).await.unwrap();
    assert_eq!(page.total, 2);
    let master = |at: usize| json::write(&Value::Map(page.records[at].master.clone()));
    assert_eq!(master(0), r#"{"no":"K1","name":"上海测试公司"}"#);
    assert_eq!((&*page.records[0].details[0].0, page.records[0].void), ("rows", false));
    assert_eq!(
        (page.records[1].details.len(), page.records[1].void),
        (0, true),
        "the one that changed last comes last"
    );
    let second = Window { offset: 1, limit: 1, ..window("account", begun, platform.world.now()) };
    assert_eq!(platform.serving.changed(HUB, second).await.unwrap().records, page.records[1..]);
    let gets = platform.world.desk().gets.len();
    let before = platform.serving.changed(HUB, window("account", Timestamp(0), Timestamp(1))).await.unwrap();
    assert_eq!((before.total, platform.world.desk().gets.len()), (0, gets));
    for (asked, code) in [
        (window("nothing", begun, begun), "serving.no_object"),
        (window("account", begun, Timestamp(0)), "serving.parameter"),
        (Window { limit: 0, ..window("account", begun, begun) }, "serving.parameter"),
        (Window { limit: 2001, ..window("account", begun, begun) }, "serving.parameter"),
    ] {
        assert_eq!(platform.serving.changed(HUB, asked).await.unwrap_err().cause().code, code);
    }
}

#[tokio::test(start_paused = true)]
async fn a_record_comes_from_the_store_or_else_from_the_system() {
    let platform = Platform::new().await;
    platform.world.save("account", "1", r#"{"no":"K1","name":"已读入"}"#);
    platform.world.run(12).await;
    platform.world.save("account", "1", r#"{"no":"K1","name":"之后"}"#);
    platform.world.save("account", "2", r#"{"no":"K2","name":"未读入"}"#);
    let named = async |id: &str| {
        let shown = platform.serving.record(HUB, "account", id).await?;
        Ok::<_, NotServed>(shown.master.get("name").and_then(Value::as_text).unwrap_or_default().to_owned())
    };
    assert_eq!(named("1").await.unwrap(), "已读入");
    assert_eq!(named("2").await.unwrap(), "未读入");
    assert_eq!(named("3").await, Err(NotServed::Record("3".into())));
    platform.world.desk().pushes = Some(PushRules::default());
    let asked = platform.world.desk().gets.len();
    assert_eq!(named("2").await, Err(NotServed::Record("2".into())), "nobody can be asked");
    assert_eq!(platform.world.desk().gets.len(), asked);
}

#[tokio::test(start_paused = true)]
async fn no_connection_has_the_name_of_the_receive_protocol() {
    let world = World::new();
    let text = CONNECTION.replace("name: box", "name: syncdata");
    let outcome = world.apply(&[("connection", "syncdata", &text)]).await;
    assert!(outcome.is_refused());
    assert_eq!(outcome.problems[0].cause.code, "config.reserved_connection");
}

pub const CUSTOMER: &str = r#"{"objAPIName":"customer","masterFieldVal":{"no":"K1","name":"上海测试公司"}}"#;

#[tokio::test(start_paused = true)]
async fn a_create_that_comes_again_finds_what_the_first_made() {
    let platform = Platform::new().await;
    assert_eq!(platform.write(How::Create, CUSTOMER).await.unwrap(), "T1");
    assert_eq!(platform.write(How::Create, CUSTOMER).await.unwrap(), "T1");
    assert_eq!(platform.writes(), 1);
    let other = platform.write(How::Create, &CUSTOMER.replace("上海", "北京")).await.unwrap_err();
    let cause = other.cause();
    assert_eq!(
        (&*cause.code, cause.param("id"), cause.param("fields")),
        ("serving.exists", Some("T1"), Some("name"))
    );
    // By another key they are two.
    let by_name = Asked {
        key: Some("name".into()),
        ..Asked::read(CUSTOMER.replace("上海", "北京").as_bytes()).unwrap()
    };
    assert_eq!(platform.ask(HUB, How::Create, by_name).await.unwrap(), "T2");
    let nothing = Asked { key: Some("税号".into()), ..Asked::read(CUSTOMER.as_bytes()).unwrap() };
    let refused = platform.ask(HUB, How::Create, nothing).await.unwrap_err();
    assert_eq!(refused.cause().param("name"), Some("key"));
    let twice = platform.write(How::Create, CUSTOMER).await.unwrap_err();
    assert_eq!((class(Err(twice.clone())), &*twice.cause().code), (AnswerClass::Rejected, "serving.several"));
    assert_eq!(platform.writes(), 2, "none of these wrote anything");
}

#[tokio::test(start_paused = true)]
async fn the_wanted_status_is_reached_and_a_create_that_stopped_half_way_is_brought_on() {
    let platform = Platform::new().await;
    let audited = || Asked { status: Some("audited".into()), ..Asked::read(CUSTOMER.as_bytes()).unwrap() };
    let status = || platform.world.desk().tables["customer"]["T1"].status.clone();
    assert_eq!(platform.write(How::Create, CUSTOMER).await.unwrap(), "T1");
    assert_eq!(status(), None, "saved, and no more");
    platform.world.desk().refusals.insert("customer".into(), [AnswerClass::Rejected].into());
    let refused = platform.ask(HUB, How::Create, audited()).await;
    assert_eq!((class(refused), status()), (AnswerClass::Rejected, None));
    assert_eq!(platform.ask(HUB, How::Create, audited()).await.unwrap(), "T1");
    assert_eq!(status().as_deref(), Some("audited"));
    let writes: Vec<String> = platform.world.desk().writes.iter().map(|(what, ..)| what.clone()).collect();
    assert_eq!(writes, ["create", "audit"]);
}

#[tokio::test(start_paused = true)]
async fn a_create_whose_answer_was_lost_is_not_sent_again_while_it_may_still_show() {
    let platform = Platform::new().await;
    let settle = platform.world.setup().await.lines[&"box".into()].facts.settle_window;
    assert!(settle > Duration::ZERO);
    {
        let mut desk = platform.world.desk();
        desk.refusals.insert("customer".into(), [AnswerClass::Unknown].into());
        desk.loses_writes = true;
    }
    assert_eq!(class(platform.write(How::Create, CUSTOMER).await), AnswerClass::Unknown);
    let again = platform.write(How::Create, CUSTOMER).await.unwrap_err();
    assert_eq!(again.cause().code, "serving.in_doubt");
    let other = CUSTOMER.replace("K1", "K2");
    assert_eq!(platform.write(How::Create, &other).await.unwrap(), "T1", "another document is in no doubt");
    platform.world.seams.clock.sleep_until(platform.world.now() + settle).await;
    assert_eq!(platform.write(How::Create, CUSTOMER).await.unwrap(), "T2");
    assert_eq!(platform.writes(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_flow_and_callers_write_one_document_one_after_the_other() {
    let platform = Platform::new().await;
    platform.world.save("account", "1", r#"{"no":"K1","name":"上海测试公司"}"#);
    platform.world.desk().hangs_after = Some(1);
    {
        let first = platform.write(How::Create, CUSTOMER);
        let others = async {
            platform.run(12).await;
            assert_eq!(platform.world.standing().await, ["a 1 waiting engine.document_busy"]);
            let busy = platform.write(How::Create, CUSTOMER).await.unwrap_err();
            assert_eq!(
                (&*busy.cause().code, class(Err(busy.clone()))),
                ("engine.document_busy", AnswerClass::Transient)
            );
        };
        tokio::select! {
            biased;
            ended = first => panic!("nobody answers it: {ended:?}"),
            () = others => {}
        }
    }
    assert_eq!(platform.writes(), 1, "neither the flow nor the second caller wrote beside it");
    platform.world.desk().hangs_after = None;
    platform.run(12).await;
    assert_eq!(platform.world.standing().await, ["a 1 synced"]);
    assert_eq!(platform.world.desk().table("customer").len(), 1);
    // And by its id, once it is linked.
    platform.world.desk().hangs_after = Some(platform.writes() + 1);
    let update = r#"{"objAPIName":"customer","masterFieldVal":{"_id":"T1","备注":"平台写的"}}"#;
    tokio::select! {
        biased;
        ended = platform.write(How::Update, update) => panic!("nobody answers it: {ended:?}"),
        () = async {
            platform.world.save("account", "1", r#"{"no":"K1","name":"改了名"}"#);
            platform.run(12).await;
        } => {}
    }
    assert_eq!(platform.world.standing().await, ["a 1 waiting engine.document_busy"]);
    platform.world.desk().hangs_after = None;
    platform.run(12).await;
    assert_eq!(platform.world.desk().table("customer"), [r#"{"no":"K1","name":"改了名","备注":"平台写的"}"#]);
}

#[tokio::test(start_paused = true)]
async fn callers_and_flows_share_a_connections_breaker() {
    let platform =
        Platform::with(&FLOW.replace("target: { connection: box", "target: { connection: other")).await;
    platform.world.save("account", "1", r#"{"no":"K1","name":"上海测试公司"}"#);
    platform.world.desk().refusals.insert("customer".into(), [AnswerClass::Transient; 5].into());
    let far = Caller { token: "far", connection: "other" };
    for _ in 0..5 {
        let outcome = platform.ask(far, How::Create, Asked::read(CUSTOMER.as_bytes()).unwrap()).await;
        assert_eq!(class(outcome), AnswerClass::Transient);
    }
    platform.run(3).await;
    assert_eq!((platform.world.tasks().await.len(), platform.writes()), (1, 0), "it was read, and rests");
    platform.run(20).await;
    assert_eq!((platform.world.standing().await, platform.writes()), (vec!["a 1 synced".to_owned()], 1));
}

#[tokio::test(start_paused = true)]
async fn what_a_caller_wrote_is_noted_under_the_name_of_its_token() {
    let platform = Platform::new().await;
    let id = platform
        .write(How::Create, r#"{"objAPIName":"bill","masterFieldVal":{"no":"D1","name":"商店"}}"#)
        .await
        .unwrap();
    let change = format!(r#"{{"objAPIName":"bill","masterFieldVal":{{"_id":"{id}","name":"桥"}}}}"#);
    platform.world.desk().refusals.insert("bill".into(), [AnswerClass::Rejected].into());
    assert_eq!(class(platform.write(How::Update, &change).await), AnswerClass::Rejected);
    assert!(
        platform.write(How::Update, r#"{"objAPIName":"bill","masterFieldVal":{"name":"桥"}}"#).await.is_err()
    );
    let about = AuditEntry::about_record(&RecordKey::new(&"box".into(), &"bill".into(), id.as_str()));
    let done = platform.world.store().done_to(&about, 10).await.unwrap();
    let told: Vec<String> = done
        .iter()
        .map(|done| {
            let what = &done.entry.what;
            let param = |name| what.param(name).unwrap_or_default();
            format!("{} {} {} {} {}", done.entry.by, what.code, param("how"), param("id"), param("outcome"))
        })
        .collect();
    let refused = done[0].entry.what.inner().unwrap().code;
    assert_eq!(
        told,
        [
            format!("平台 audit.served_failed update {id} {refused}"),
            format!("平台 audit.served_write create {id} done"),
        ]
    );
    let all = platform.world.store().audit_log(None, 10).await.unwrap();
    assert_eq!(all.len(), 2, "what was never sent leaves nothing: {all:?}");
}
