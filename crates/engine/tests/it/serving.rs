//! A connection used through us as an ERP: what is told, what is written, and what is said when it is not.

use engine::access::hash_of;
use engine::serving::{Asked, Caller, How, NotServed, Serving, Window};
use engine::{Engine, Options};
use model::access::{AccessToken, Grant};
use model::{AnswerClass, Timestamp, Value, json};

use contract::connector::PushRules;

use crate::world::{CONNECTION, World};

const FLOW: &str = "kind: flow\nname: a\ntitle: { zh: 甲, en: A }\n\
    source: { connection: box, object: account, within: 5s, fields: [rows] }\n\
    target: { connection: box, object: customer, key: no, match: [no] }\nmap:\n  no: { from: no, required: true }\n  \
    name: name\n";

const HUB: Caller<'static> = Caller { token: "hub", connection: "box" };

struct Platform {
    world: World,
    serving: Serving,
}

impl Platform {
    async fn new() -> Platform {
        let world = World::with(&[("a", FLOW)]).await;
        let other = CONNECTION.replace("name: box", "name: other");
        assert!(!world.apply(&[("connection", "other", &other)]).await.is_refused());
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
        let serving = Engine::new(world.seams.clone(), Options { owner: "甲".into(), reads: true }).serving();
        Platform { world, serving }
    }

    async fn write(&self, how: How, body: &str) -> Result<String, NotServed> {
        let written = self.serving.write(HUB, how, Asked::read(body.as_bytes()).unwrap()).await?;
        let rows = written.details.iter().map(|(list, ids)| {
            let ids: Vec<&str> = ids.iter().map(|id| id.as_deref().unwrap_or("?")).collect();
            format!(" {list}={}", ids.join(","))
        });
        Ok(format!("{}{}", written.id, rows.collect::<String>()))
    }

    fn writes(&self) -> usize {
        self.world.desk().writes.len()
    }
}

fn class(outcome: Result<String, NotServed>) -> AnswerClass {
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
    let no_connection = |name: &str| NotServed::Connection(name.into());
    for (token, connection, wanted) in [
        ("hub", "box", Ok(())),
        ("", "box", Err(NotServed::Token)),
        ("hubb", "box", Err(NotServed::Token)),
        ("wms", "box", Err(NotServed::Token)),
        ("far", "box", Err(NotServed::Token)),
        ("hub", "other", Err(NotServed::Token)),
        ("hub", "账套二", Err(no_connection("账套二"))),
        ("old", "gone", Err(no_connection("gone"))),
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
