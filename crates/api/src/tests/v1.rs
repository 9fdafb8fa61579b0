//! The API for machines, over a real connection and a store in memory.

use std::sync::Arc;

use async_trait::async_trait;
use contract::store::{Incoming, Ingest, Raise, Reading, Settlement, SettlementBatch, Store};
use contract::transport::{Answer, Call, TransportError};
use contract::{Chance, Clock, Network, Transport};
use engine::access::hash_of;
use engine::desk::Desk;
use engine::{Engine, Options, Seams};
use functions::Scripts;
use model::access::{AccessToken, Grant};
use model::connection::Connection;
use model::task::{Kind, State};
use model::{Catalogue, Cause, Hash, Timestamp};
use store::{Key, Sqlite};

use super::*;

pub(super) const NOW: Timestamp = Timestamp(1_780_000_000_000);

struct StandingClock;

#[async_trait]
impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        NOW
    }

    async fn sleep_until(&self, _: Timestamp) {
        std::future::pending().await
    }
}

struct NoChance;

impl Chance for NoChance {
    fn next(&self) -> u64 {
        0
    }
}

struct NoNetwork;

impl Network for NoNetwork {
    fn transport(&self, _: &Connection) -> Arc<dyn Transport> {
        Arc::new(NoNetwork)
    }
}

#[async_trait]
impl Transport for NoNetwork {
    async fn send(&self, _: &Call) -> Result<Answer, TransportError> {
        Err(TransportError::NotSent { host: "nowhere".into(), reason: "unknown_host".into() })
    }
}

fn seams() -> Seams {
    let clock = Arc::new(StandingClock);
    let mut catalogue = Catalogue::default();
    catalogue.add(engine::sentences());
    Seams {
        store: Arc::new(Sqlite::memory(Key::new([7; 32])).unwrap()),
        clock: clock.clone(),
        chance: Arc::new(NoChance),
        network: Arc::new(NoNetwork),
        connectors: Arc::new(connect::registry(None).unwrap_or_else(|_| panic!("they are right"))),
        functions: Arc::new(Scripts::inline(clock)),
        catalogue: Arc::new(catalogue),
    }
}

fn desk_over(seams: Seams) -> Arc<Desk> {
    Arc::new(Engine::new(seams, Options { owner: "甲".into(), reads: false }).desk())
}

/// A desk with nothing on it.
pub(super) fn desk() -> Arc<Desk> {
    desk_over(seams())
}

fn incoming(id: &str) -> Incoming {
    Incoming {
        id: id.into(),
        number: Some(format!("KH-{id}")),
        name: Some(format!("深圳智联{id}")),
        version: Some(1),
        void: false,
        hash: Hash::of_text(id),
        body: "{}".into(),
        part_of: None,
        open: None,
        receipt: None,
        merged_onto: None,
    }
}

/// Accounts whose tasks failed for one reason, and tokens that may look and repair.
async fn stalled(store: &dyn Store, many: usize) {
    let raise = Raise { flow: "customers-to-erp".into(), kind: Kind::Deliver, lane: "erp".into() };
    let ingest = Ingest {
        connection: "crm".into(),
        object: "AccountObj".into(),
        reading: Reading::Poll,
        at: NOW,
        incoming: (1..=many).map(|n| incoming(&n.to_string())).collect(),
        absent: Vec::new(),
        raise: vec![raise],
        cursor: None,
        based_on: None,
        under: None,
        calls: Vec::new(),
    };
    store.ingest(ingest).await.unwrap();
    let lease = store.lease(&"erp".into(), "甲", NOW, Timestamp(i64::MAX)).await.unwrap().unwrap();
    let due = store.due(&"erp".into(), NOW, many, &[]).await.unwrap();
    let cause = Cause::new("mapping.required").with("field", "FName");
    let failed = due.iter().map(|due| Settlement {
        state: State::Failed,
        cause: Some(cause.clone()),
        ..Settlement::of(&due.task, due.record.revision, NOW)
    });
    let batch = SettlementBatch { at: NOW, settlements: failed.collect(), calls: Vec::new() };
    store.settle(&lease, batch).await.unwrap();
    for (name, grants) in [("looks", vec![Grant::Read]), ("repairs", vec![Grant::Read, Grant::Repair])] {
        let (hash, connections) = (hash_of(name), Vec::new());
        let token = AccessToken { name: name.into(), connections, grants, hash, made: NOW, until: None };
        assert!(store.keep_access(&token).await.unwrap());
    }
}

pub(super) struct Server {
    pub(super) address: std::net::SocketAddr,
    pub(super) seams: Seams,
    _running: tokio::task::JoinSet<()>,
}

impl Server {
    pub(super) async fn start(stalled: usize) -> Server {
        let seams = seams();
        self::stalled(&*seams.store, stalled).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let face = Face { desk: desk_over(seams.clone()), ..face(false) };
        let mut running = tokio::task::JoinSet::new();
        running.spawn(serve(listener, face, Bounds::default(), std::future::pending()));
        Server { address, seams, _running: running }
    }

    /// The status and the body of an answer.
    pub(super) async fn ask(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: &str,
    ) -> (u16, serde_json::Value) {
        let length = body.len();
        let request = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nHost: qiao\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        (status, serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}")))
    }

    pub(super) async fn get(&self, path: &str) -> serde_json::Value {
        let (status, body) = self.ask("GET", path, "looks", "").await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }
}

#[tokio::test]
async fn tasks_are_found_gathered_and_told() {
    let server = Server::start(3).await;
    let page = server.get("/tasks?state=failed&limit=2").await;
    assert_eq!(page["tasks"].as_array().unwrap().len(), 2);
    let next = page["next"].as_i64().unwrap();
    let rest = server.get(&format!("/tasks?state=failed&limit=2&after={next}")).await;
    assert_eq!((rest["tasks"].as_array().unwrap().len(), &rest["next"]), (1, &serde_json::Value::Null));
    assert_eq!(rest["tasks"][0]["number"], "KH-3");
    let found = server.get("/tasks?text=%E6%99%BA%E8%81%942").await;
    assert_eq!((found["tasks"].as_array().unwrap().len(), &found["tasks"][0]["source_id"]), (1, &"2".into()));
    let causes = server.get("/tasks/causes").await;
    assert_eq!((&causes[0]["tasks"], &causes[0]["code"]), (&3.into(), &"mapping.required".into()));
    assert_eq!(causes[0]["field"], "FName");
    let story = server.get(&format!("/tasks/{}", found["tasks"][0]["id"])).await;
    assert_eq!((&story["number"], &story["tasks"][0]["task"]["state"]), (&"KH-2".into(), &"failed".into()));
    assert_eq!(server.get("/trace?text=KH-1").await[0]["name"], "深圳智联1");
}

#[tokio::test]
async fn tasks_are_let_run_again_and_set_aside_and_it_is_noted_who_did_it() {
    let server = Server::start(3).await;
    let (status, done) = server.ask("POST", "/tasks/retry", "repairs", r#"{"which":{"text":"KH-1"}}"#).await;
    assert_eq!((status, &done["done"]), (200, &1.into()), "{done}");
    let body = r#"{"which":{"cause":"mapping."},"reason":"测试客户","until_changed":true}"#;
    let (status, done) = server.ask("POST", "/tasks/ignore", "repairs", body).await;
    assert_eq!((status, &done["done"]), (200, &2.into()), "{done}");
    let aside = server.get("/tasks?state=ignored").await;
    assert_eq!(
        (aside["tasks"].as_array().unwrap().len(), &aside["tasks"][0]["until_changed"]),
        (2, &true.into())
    );
    let audit = server.get("/audit").await;
    let by: Vec<&str> = audit.as_array().unwrap().iter().filter_map(|entry| entry["by"].as_str()).collect();
    assert_eq!(by, ["repairs"; 3]);
    assert!(audit[0]["what"]["zh"]["what"].as_str().unwrap().contains("测试客户"), "{audit}");
}

#[tokio::test]
async fn what_is_to_be_read_first_is_a_job_that_can_be_steered() {
    let server = Server::start(1).await;
    let body = r#"{"which":{"flow":"customers-to-erp"},"read":"source"}"#;
    let (status, asked) = server.ask("POST", "/tasks/retry", "repairs", body).await;
    assert_eq!(status, 200, "{asked}");
    let job = asked["job"].as_i64().unwrap();
    assert_eq!(server.get(&format!("/jobs/{job}")).await["state"], "running");
    let (status, paused) = server.ask("POST", &format!("/jobs/{job}/pause"), "repairs", "").await;
    assert_eq!((status, &paused["state"]), (200, &"paused".into()));
    let (status, again) = server.ask("POST", &format!("/jobs/{job}/pause"), "repairs", "").await;
    assert_eq!((status, &again["code"]), (409, &"desk.job_stands".into()));
    assert_eq!(server.ask("POST", &format!("/jobs/{job}/stop"), "repairs", "").await.0, 200);
    assert_eq!(server.get("/jobs").await[0]["state"], "stopped");
    let (status, missing) =
        server.ask("POST", "/history", "repairs", r#"{"flow":"没有","linked":true}"#).await;
    assert_eq!((status, &missing["code"]), (404, &"desk.missing".into()));
}

#[tokio::test]
async fn whoever_may_not_or_says_something_wrong_hears_why_and_nothing_is_done() {
    let server = Server::start(2).await;
    let all = r#"{"which":{"state":"failed"}}"#;
    for (method, path, token, body, status, code) in [
        ("GET", "/tasks", "nobody", "", 401, "desk.token"),
        ("GET", "/tasks", "", "", 401, "desk.token"),
        ("POST", "/tasks/retry", "looks", all, 401, "desk.token"),
        ("POST", "/tasks/ignore", "looks", all, 401, "desk.token"),
        ("POST", "/tasks/retry", "repairs", r#"{"which":{}}"#, 400, "desk.wrong"),
        ("POST", "/tasks/retry", "repairs", r#"{"which":{"states":"failed"}}"#, 400, "desk.wrong"),
        ("POST", "/tasks/retry", "repairs", "{", 400, "desk.wrong"),
        ("POST", "/tasks/ignore", "repairs", all, 400, "desk.wrong"),
        ("GET", "/tasks?state=kaputt", "looks", "", 400, "desk.wrong"),
        ("GET", "/tasks?limit=viele", "looks", "", 400, "desk.wrong"),
        ("GET", "/tasks/999", "looks", "", 404, "desk.missing"),
        ("GET", "/tasks/abc", "nobody", "", 401, "desk.token"),
        ("GET", "/tasks/abc", "looks", "", 400, "desk.wrong"),
        ("GET", "/tasks/99999999999999999999", "looks", "", 400, "desk.wrong"),
        ("GET", "/tasks/%ff", "looks", "", 400, "desk.wrong"),
        ("GET", "/tasks/abc/conflict", "looks", "", 400, "desk.wrong"),
        ("GET", "/tasks/abc/preview", "repairs", "", 400, "desk.wrong"),
        ("GET", "/jobs/abc", "looks", "", 400, "desk.wrong"),
        ("POST", "/jobs/abc/pause", "repairs", "", 400, "desk.wrong"),
        ("GET", "/jobs/999", "looks", "", 404, "desk.missing"),
        ("GET", "/tasks/999/conflict", "looks", "", 404, "desk.missing"),
        ("POST", "/tasks/1/decide", "looks", r#"{"take":"source","reason":"核实过"}"#, 401, "desk.token"),
        ("POST", "/tasks/1/decide", "repairs", r#"{"take":"both","reason":"核实过"}"#, 400, "desk.wrong"),
        ("POST", "/tasks/1/decide", "repairs", r#"{"take":"target","reason":" "}"#, 400, "desk.wrong"),
        (
            "POST",
            "/tasks/1/decide",
            "repairs",
            r#"{"take":"target","reason":"核实过"}"#,
            409,
            "desk.nothing_asked",
        ),
        ("GET", "/trace?text=%20", "looks", "", 400, "desk.wrong"),
        ("POST", "/tasks/close", "looks", all, 401, "desk.token"),
        (
            "POST",
            "/tasks/close",
            "repairs",
            r#"{"which":{"state":"failed"},"reason":" "}"#,
            400,
            "desk.wrong",
        ),
        ("POST", "/tasks/1/edit", "repairs", r#"{"set":[],"reason":"改"}"#, 400, "desk.wrong"),
        (
            "POST",
            "/tasks/1/edit",
            "repairs",
            r#"{"set":[{"path":"name","json":"1"}],"reason":"改"}"#,
            409,
            "engine.flow_not_in_force",
        ),
        ("POST", "/history", "repairs", r#"{"flow":"a","where":"no =="}"#, 404, "desk.missing"),
        ("GET", "/tasks/999/preview", "repairs", "", 404, "desk.missing"),
        ("GET", "/nowhere/at/all", "looks", "", 404, "desk.missing"),
        ("GET", "", "looks", "", 404, "desk.missing"),
        ("DELETE", "/tasks", "looks", "", 405, "desk.not_so"),
    ] {
        let (told, problem) = server.ask(method, path, token, body).await;
        assert_eq!((told, problem["code"].as_str()), (status, Some(code)), "{method} {path} {body}");
        for lang in ["zh", "en"] {
            assert!(!problem[lang]["what"].as_str().unwrap().contains("desk."), "{problem}");
        }
    }
    let counts = server.seams.store.counts().await.unwrap();
    assert_eq!(
        counts.iter().map(|count| (count.state, count.tasks)).collect::<Vec<_>>(),
        [(State::Failed, 2)]
    );
}

#[tokio::test]
async fn the_description_names_every_address_that_there_is() {
    let server = Server::start(0).await;
    let description = server.get("/openapi.json").await;
    let paths = description["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 31, "{:?}", paths.keys().collect::<Vec<_>>());
    for (path, item) in paths {
        for method in item.as_object().unwrap().keys().filter(|key| ["get", "post"].contains(&key.as_str())) {
            let numbered = ["{task}", "{job}", "{run}", "{difference}", "{sweep}"];
            let asked = numbered.iter().fold(path.clone(), |path, place| path.replace(place, "1"));
            let asked = asked.strip_prefix("/api/v1").unwrap();
            let (status, _) = server.ask(&method.to_uppercase(), asked, "nobody", "{}").await;
            assert_eq!(status, 401, "{method} {path} is there, and is guarded");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_with_the_reason() {
    let server = Server::start(1).await;
    let reason = "长".repeat(400_000);
    let body = format!(r#"{{"which":{{"state":"failed"}},"reason":"{reason}"}}"#);
    let (status, problem) = server.ask("POST", "/tasks/close", "repairs", &body).await;
    assert_eq!((status, &problem["code"]), (413, &"desk.too_large".into()), "{problem}");
    assert_eq!(server.get("/tasks?state=failed").await["tasks"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn tasks_are_closed_as_done_elsewhere() {
    let server = Server::start(2).await;
    let body = r#"{"which":{"text":"KH-1"},"reason":"已在 ERP 手工建档"}"#;
    let (status, done) = server.ask("POST", "/tasks/close", "repairs", body).await;
    assert_eq!((status, &done["done"]), (200, &1.into()), "{done}");
    let closed = server.get("/tasks?state=closed").await;
    assert_eq!(
        (closed["tasks"].as_array().unwrap().len(), &closed["tasks"][0]["number"]),
        (1, &"KH-1".into())
    );
    let audit = server.get("/audit").await;
    assert!(audit[0]["what"]["zh"]["what"].as_str().unwrap().contains("已在 ERP 手工建档"), "{audit}");
}

#[tokio::test]
async fn a_story_tells_what_was_done_to_its_documents() {
    let server = Server::start(1).await;
    let what = Cause::new("audit.served_write")
        .with("operation", "update")
        .with("object", "AccountObj")
        .with("id", "1")
        .with("outcome", "ok");
    let about = "record:crm/AccountObj/1".to_owned();
    let entry = model::audit::AuditEntry { at: NOW, by: "集成平台".into(), what, about };
    let done = contract::store::Audited { entry, calls: Vec::new() };
    server.seams.store.note_done(&done).await.unwrap();
    let story = server.get("/trace?text=KH-1").await;
    assert_eq!(
        (&story[0]["done"][0]["by"], &story[0]["edited"]),
        (&"集成平台".into(), &false.into()),
        "{story}"
    );
    let task = server.get("/tasks").await["tasks"][0]["id"].clone();
    assert_eq!(server.get(&format!("/tasks/{task}")).await["done"][0]["by"], "集成平台");
}
