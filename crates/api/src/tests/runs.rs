//! The API for machines, where both sides are compared: reconciliations, differences and sweeps.

use contract::store::{
    Beginning, ConfigText, Findings, Progress, Store, SweepBeginning, SweepFindings, SweepProgress, Turn,
};
use model::job::Progress as JobProgress;
use model::reconciliation::{FieldDifference, Found, Kind, Known, Origin, Place, Run, RunState, Sum};
use model::sweep::{Sweep, SweepPlace, SweepSum};
use model::{Cause, Hash, JobId, Timestamp};
use serde_json::{Value, json};

use super::v1::{NOW, Server};

const FLOW: &str = "kind: flow\nname: partners\nsource: { connection: crm, object: Partner }\n\
    target: { connection: erp, object: customer, key: no, match: [no] }\nmap:\n  no: no\n  name: name\n";

/// A server with a flow of documents in force.
async fn server() -> Server {
    let server = Server::start(0).await;
    let text =
        |kind: &str, name: &str, text: String| ConfigText { kind: kind.into(), name: name.into(), text };
    let mut texts = vec![text("flow", "partners", FLOW.into())];
    for (connection, object) in [("crm", "Partner"), ("erp", "customer")] {
        let settings = "settings: { base_url: \"http://gateway\", token: { env: TOKEN } }";
        texts.push(text(
            "connection",
            connection,
            format!("kind: connection\nname: {connection}\nconnector: standard-erp\ntitle: {{ zh: 甲, en: A }}\n{settings}\n"),
        ));
        texts.push(text(
            "object",
            &format!("{connection}/{object}"),
            format!(
                "kind: object\nconnection: {connection}\nname: {object}\nid: id\nnumber: no\nfields:\n  \
                 - {{ name: id, type: text }}\n  - {{ name: no, type: text }}\n  - {{ name: name, type: text }}\n"
            ),
        ));
    }
    let outcome = engine::apply::apply(&server.seams, &texts, &|_| Some("geheim".into())).await.unwrap();
    assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    server
}

async fn begun(store: &dyn Store) -> Run {
    let beginning = Beginning {
        flow: "partners".into(),
        deep: false,
        since: None,
        until: NOW,
        is_until_asked: false,
        owner: "甲".into(),
        now: NOW,
        stale: Timestamp(0),
    };
    store.take_up_run(&beginning).await.unwrap().unwrap()
}

fn differs(id: &str) -> Found {
    let known = |id: String| Some(Known { id, number: None, name: Some("桥梁公司".into()) });
    Found {
        origin: Origin::There,
        kind: Kind::Differs,
        source: known(format!("A{id}")),
        target: known(id.to_owned()),
        fields: vec![FieldDifference {
            field: "name".into(),
            here: Some("\"桥梁公司\"".into()),
            there: None,
        }],
        cause: None,
        standing: Hash::of_text(id),
    }
}

/// A run that found so many differences.
async fn found(store: &dyn Store, differences: usize) -> Run {
    let run = begun(store).await;
    let progress = Progress {
        run: run.id,
        owner: "甲".into(),
        flow: run.flow.clone(),
        state: RunState::Running,
        place: Place { at: 7, ..Place::default() },
        sum: Sum { differs: differences as u64, read_there: 40, ..Sum::default() },
        cause: None,
        now: NOW,
    };
    let differences = (1..=differences).map(|n| differs(&n.to_string())).collect();
    store.get_on(&progress, &Findings { differences, ..Findings::default() }).await.unwrap();
    run
}

async fn swept(store: &dyn Store, gone: &[&str]) -> Sweep {
    let beginning = SweepBeginning {
        of: ("crm".into(), "Partner".into()),
        deep: true,
        until: NOW,
        owner: "甲".into(),
        now: NOW,
        stale: Timestamp(0),
    };
    let sweep = store.take_up_sweep(&beginning).await.unwrap().unwrap();
    let progress = SweepProgress {
        sweep: sweep.id,
        of: sweep.of.clone(),
        owner: "甲".into(),
        state: RunState::Running,
        place: SweepPlace::default(),
        sum: SweepSum { there: 12, gone: gone.len() as u64, ..SweepSum::default() },
        cause: None,
        now: NOW,
    };
    let gone = gone.iter().map(|id| (*id).to_owned()).collect();
    store.get_on_with_sweep(&progress, &SweepFindings { gone, ..SweepFindings::default() }).await.unwrap();
    sweep
}

async fn post(server: &Server, path: &str, body: Value) -> Value {
    let (status, answer) = server.ask("POST", path, "repairs", &body.to_string()).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

#[tokio::test]
async fn a_flow_is_reconciled_as_a_job_and_stopped_with_it() {
    let server = server().await;
    let asked = post(&server, "/reconciliations", json!({ "flow": "partners", "deep": true })).await;
    let job = asked["job"].as_i64().unwrap();
    let told = server.get(&format!("/jobs/{job}")).await;
    assert_eq!(
        (&told["work"]["reconcile"]["flow"], &told["run"]),
        (&"partners".into(), &Value::Null),
        "{told}"
    );

    let run = found(&*server.seams.store, 2).await;
    let progress = JobProgress { place: Some(run.id.to_string()), ..JobProgress::default() };
    assert!(server.seams.store.advance_job(JobId(job), &progress, Turn::GoesOn, NOW).await.unwrap());
    assert_eq!(server.get(&format!("/jobs/{job}")).await["run"], run.id.0);
    let listed = server.get("/reconciliations?flow=partners").await;
    assert_eq!((listed[0]["run"].as_i64(), &listed[0]["state"]), (Some(run.id.0), &"running".into()));
    let told = server.get(&format!("/reconciliations/{}", run.id)).await;
    assert_eq!(
        (&told["stage"], &told["read_there"], &told["differs"]),
        (&"again".into(), &40.into(), &2.into())
    );
    assert_eq!(told["differences"], json!([{ "kind": "differs", "state": "open", "count": 2 }]));

    let stopped = post(&server, &format!("/reconciliations/{}/stop", run.id), json!({})).await;
    assert_eq!(
        (&stopped["state"], &stopped["cause"]["code"]),
        (&"incomplete".into(), &"reconcile.stopped".into())
    );
    assert!(stopped["ended"].is_string(), "{stopped}");
    assert_eq!(server.get(&format!("/jobs/{job}")).await["state"], "stopped", "and its job with it");
    let (status, again) =
        server.ask("POST", &format!("/reconciliations/{}/stop", run.id), "repairs", "").await;
    assert_eq!((status, &again["code"]), (409, &"desk.run_ended".into()));
    let audit = server.get("/audit").await;
    let what: Vec<&str> =
        audit.as_array().unwrap().iter().filter_map(|entry| entry["what"]["code"].as_str()).collect();
    assert_eq!(what, ["audit.run_stopped", "audit.job_steered", "audit.job_asked"]);
}

#[tokio::test]
async fn differences_come_page_by_page_and_are_decided_with_a_name() {
    let server = server().await;
    found(&*server.seams.store, 5).await;
    let page = server.get("/differences?flow=partners&kind=differs&state=open&limit=3").await;
    assert_eq!(page["differences"].as_array().unwrap().len(), 3);
    let rest = server.get(&format!("/differences?limit=3&after={}", page["next"])).await;
    assert_eq!((rest["differences"].as_array().unwrap().len(), &rest["next"]), (2, &Value::Null));
    let first = &page["differences"][0];
    let id = first["difference"].as_i64().unwrap();
    assert_eq!((&first["source"]["id"], &first["fields"][0]["here"]), (&"A1".into(), &"\"桥梁公司\"".into()));
    assert_eq!(&server.get(&format!("/differences/{id}")).await, first);

    let body = json!({ "differences": [id, id + 1], "reason": "按目标为准" });
    assert_eq!(post(&server, "/differences/ignore", body).await["done"], 2);
    let ignored = server.get("/differences?state=ignored").await;
    assert_eq!(ignored["differences"][0]["reason"], "按目标为准");
    assert_eq!(post(&server, "/differences/reopen", json!({ "differences": [id] })).await["done"], 1);
    let about = server.get(&format!("/audit?about=difference:{id}")).await;
    let told: Vec<(&str, &str)> = about
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| Some((entry["by"].as_str()?, entry["what"]["code"].as_str()?)))
        .collect();
    assert_eq!(told, [("repairs", "audit.difference_reopened"), ("repairs", "audit.difference_ignored")]);
}

#[tokio::test]
async fn each_repair_stands_by_itself_and_says_why_it_was_not_done() {
    let server = server().await;
    found(&*server.seams.store, 1).await;
    let id = server.get("/differences").await["differences"][0]["difference"].clone();
    let body = json!({ "differences": [999, id], "how": "take_back" });
    let told = post(&server, "/differences/repair", body).await;
    let codes: Vec<&Value> = told.as_array().unwrap().iter().map(|one| &one["cause"]["code"]).collect();
    assert_eq!(codes, ["desk.missing", "reconcile.no_way_back"]);
    // Nobody answers at that address: what the systems refuse is told, too.
    let body = json!({ "differences": [id], "how": "bring_over", "dry_run": true });
    let told = post(&server, "/differences/repair", body).await;
    assert_eq!(told[0]["done"], false);
    assert!(told[0]["cause"]["zh"]["what"].as_str().is_some_and(|what| !what.is_empty()), "{told}");
    assert_eq!(server.get("/differences").await["differences"][0]["state"], "open");
}

#[tokio::test]
async fn an_object_is_swept_as_a_job_and_what_is_gone_may_rest() {
    let server = server().await;
    let asked = post(&server, "/sweeps", json!({ "object": "crm/Partner", "deep": true })).await;
    let job = server.get(&format!("/jobs/{}", asked["job"])).await;
    assert_eq!(job["work"]["sweep"]["object"], "Partner", "{job}");
    let sweep = swept(&*server.seams.store, &["A1", "A2", "A3"]).await;
    let told = server.get(&format!("/sweeps/{}", sweep.id)).await;
    assert_eq!((&told["there"], &told["gone"], &told["deep"]), (&12.into(), &3.into(), &true.into()));
    assert_eq!(server.get("/sweeps?object=crm/Partner").await[0]["sweep"], sweep.id.0);
    assert_eq!(server.get("/sweeps?object=erp/customer").await, json!([]));

    let page = server.get("/sweeps/gone?object=crm/Partner&limit=2").await;
    assert_eq!((page["gone"].as_array().unwrap().len(), &page["next"]), (2, &"A2".into()));
    let body = json!({ "object": "crm/Partner", "ids": ["A1"], "reason": "客户已注销" });
    assert_eq!(post(&server, "/sweeps/rest", body).await["done"], 1);
    assert_eq!(server.get("/sweeps/gone?object=crm/Partner").await["gone"][0]["reason"], "客户已注销");
    let body = json!({ "object": "crm/Partner", "all": true, "reason": "核对过" });
    assert_eq!(post(&server, "/sweeps/rest", body).await["done"], 3);

    let stopped = post(&server, &format!("/sweeps/{}/stop", sweep.id), json!({})).await;
    assert_eq!(
        (&stopped["state"], &stopped["cause"]["code"]),
        (&"incomplete".into(), &"sweep.stopped".into())
    );
    let (status, again) = server.ask("POST", &format!("/sweeps/{}/stop", sweep.id), "repairs", "").await;
    assert_eq!((status, &again["code"]), (409, &"desk.run_ended".into()));
}

#[tokio::test]
async fn whoever_may_not_compare_or_says_something_wrong_hears_why() {
    let server = server().await;
    let many = json!({ "differences": (0..51).collect::<Vec<_>>(), "how": "bring_over" }).to_string();
    for (method, path, token, body, status, code) in [
        ("GET", "/reconciliations", "nobody", "", 401, "desk.token"),
        ("POST", "/reconciliations", "looks", r#"{"flow":"partners"}"#, 401, "desk.token"),
        ("POST", "/reconciliations", "repairs", r#"{"flow":"没有"}"#, 404, "desk.missing"),
        ("POST", "/reconciliations", "repairs", r#"{"flow":"partners","tief":true}"#, 400, "desk.wrong"),
        (
            "POST",
            "/reconciliations",
            "repairs",
            r#"{"flow":"partners","since":2,"until":1}"#,
            400,
            "desk.wrong",
        ),
        ("GET", "/reconciliations/999", "looks", "", 404, "desk.missing"),
        ("GET", "/reconciliations/abc", "looks", "", 400, "desk.wrong"),
        ("POST", "/reconciliations/999/stop", "repairs", "", 404, "desk.missing"),
        ("POST", "/reconciliations/999/stop", "looks", "", 401, "desk.token"),
        ("GET", "/differences?state=kaputt", "looks", "", 400, "desk.wrong"),
        ("GET", "/differences?kind=kaputt", "looks", "", 400, "desk.wrong"),
        ("GET", "/differences/999", "looks", "", 404, "desk.missing"),
        ("POST", "/differences/repair", "looks", &many, 401, "desk.token"),
        ("POST", "/differences/repair", "repairs", &many, 400, "desk.wrong"),
        (
            "POST",
            "/differences/repair",
            "repairs",
            r#"{"differences":[],"how":"bring_over"}"#,
            400,
            "desk.wrong",
        ),
        ("POST", "/differences/repair", "repairs", r#"{"differences":[1],"how":"adopt"}"#, 400, "desk.wrong"),
        (
            "POST",
            "/differences/repair",
            "repairs",
            r#"{"differences":[1,2],"how":"adopt","with":"A1"}"#,
            400,
            "desk.wrong",
        ),
        ("POST", "/differences/repair", "repairs", r#"{"differences":[1],"how":"void"}"#, 400, "desk.wrong"),
        ("POST", "/differences/ignore", "repairs", r#"{"differences":[1],"reason":" "}"#, 400, "desk.wrong"),
        ("POST", "/differences/reopen", "repairs", r#"{"differences":[]}"#, 400, "desk.wrong"),
        ("POST", "/sweeps", "repairs", r#"{"object":"crm"}"#, 400, "desk.wrong"),
        ("POST", "/sweeps", "repairs", r#"{"object":"erp/customer"}"#, 404, "desk.missing"),
        ("GET", "/sweeps/gone", "looks", "", 400, "desk.wrong"),
        ("GET", "/sweeps/abc", "looks", "", 400, "desk.wrong"),
        (
            "POST",
            "/sweeps/rest",
            "repairs",
            r#"{"object":"crm/Partner","reason":"核对过"}"#,
            400,
            "desk.wrong",
        ),
        (
            "POST",
            "/sweeps/rest",
            "repairs",
            r#"{"object":"crm/Partner","all":true,"reason":""}"#,
            400,
            "desk.wrong",
        ),
    ] {
        let (told, problem) = server.ask(method, path, token, body).await;
        assert_eq!((told, problem["code"].as_str()), (status, Some(code)), "{method} {path} {body}");
    }
    let what = Cause::new("audit.job_asked");
    let audit = server.get("/audit").await;
    assert!(!audit.to_string().contains(&*what.code), "nothing was begun: {audit}");
}
