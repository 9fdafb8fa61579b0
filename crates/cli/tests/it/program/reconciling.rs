//! Reconciliations (对账) as they run: what somebody changed in the ERP is told, exported, ignored and mended.

use std::time::Duration;

use serde_json::Value;

use super::Place;
use super::journey::{newcomer, stage};
use super::qiao::{ask, eventually, get_json};

const FLOW: &str = "customers-to-erp";

fn json(place: &Place, arguments: &[&str]) -> (i32, Value) {
    let ran = place.run(arguments);
    let value = serde_json::from_str(ran.out.trim()).unwrap_or_else(|_| panic!("{arguments:?}: {ran:?}"));
    (ran.code, value)
}

/// The flow takes nothing for in flight, so that the test need not wait.
fn without_grace(place: &Place) {
    let folder = place.path("texts");
    let folder = folder.to_str().expect("plain paths");
    assert_eq!(place.run(&["export", folder]).code, 0);
    let path = format!("texts/flows/{FLOW}.yaml");
    let text = std::fs::read_to_string(place.path(&path)).expect("the flow is exported");
    place.write(&path, &format!("{}\nreconcile: {{ grace: 0s, only_there: ignore }}\n", text.trim_end()));
    let ran = place.run(&["apply", folder]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// Whether nothing of the flow is on its way, write-backs included.
fn rests(place: &Place) -> bool {
    let states = "ready,waiting,retrying,unknown";
    let (_, tasks) = json(place, &["tasks", "list", "--flow", FLOW, "--state", states, "--json"]);
    tasks.as_array().is_some_and(Vec::is_empty)
}

fn name_in_erp(address: &str, number: &str) -> String {
    let there = get_json(address, "/_sandbox/kingdee-k3cloud/BD_Customer");
    let one = there.as_array().expect("a list").iter().find(|one| one["FNumber"] == number);
    one.and_then(|one| one["FName"].as_str()).unwrap_or_default().to_owned()
}

#[test]
fn what_somebody_changed_is_told_exported_and_brought_over_again() {
    let (_sandbox, address, place) = stage();
    without_grace(&place);
    let (id, number) = newcomer(&address);
    assert_eq!(place.run(&["flow", "run", FLOW, &id]).code, 0);
    let server = place.serve();
    eventually(Duration::from_secs(60), || !name_in_erp(&address, &number).is_empty());
    let name = name_in_erp(&address, &number);
    eventually(Duration::from_secs(60), || rests(&place));
    server.interrupt();

    let body = r#"{"FName":"别人改的名称"}"#;
    let path = format!("/_sandbox/kingdee-k3cloud/BD_Customer/{number}");
    let length = body.len();
    ask(
        &address,
        &format!(
            "POST {path} HTTP/1.1\r\nHost: qiao\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        ),
    );
    assert_eq!(name_in_erp(&address, &number), "别人改的名称");
    // Systems count in whole seconds: what was changed in this one is seen in the next.
    eventually(Duration::from_secs(30), || {
        let (code, runs) = json(&place, &["reconcile", FLOW, "--json"]);
        assert_eq!(runs[0]["state"], "done", "{runs}");
        code == 1 && runs[0]["differs"] == 1
    });
    let (_, listed) = json(&place, &["reconcile", "list", "--kind", "differs", "--json"]);
    let field = &listed[0]["fields"][0];
    assert_eq!((&field["field"], &field["there"]), (&"FName".into(), &"\"别人改的名称\"".into()), "{listed}");
    let told = format!("D{}", listed[0]["id"]);
    place.says(
        &["reconcile", "show", &told],
        0,
        &["FName", "来龙去脉: qiao trace"],
        &["its story: qiao trace"],
    );
    for file in ["差异.csv", "差异.xlsx"] {
        let ran = place.run(&["reconcile", "list", "--export", file]);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(std::fs::metadata(place.path(file)).expect("it is written").len() > 100);
    }
    assert!(std::fs::read_to_string(place.path("差异.csv")).expect("it is text").contains("别人改的名称"));

    let ignore = ["reconcile", "repair", "ignore", &told, "--reason", "客户要求"];
    place.says(&ignore, 0, &["已忽略 1 条"], &["1 differences may stay"]);
    assert_eq!(json(&place, &["reconcile", FLOW, "--json"]).0, 0, "what is ignored is no finding");
    place.says(&["reconcile", "show", &told], 0, &["客户要求"], &["客户要求"]);
    assert_eq!(place.run(&["reconcile", "repair", "reopen", &told]).code, 0);

    let bring = ["reconcile", "repair", "bring-over", &told, "--dry-run"];
    place.says(&bring, 0, &["没有写入", "别人改的名称"], &["nothing was written", "别人改的名称"]);
    assert_eq!(name_in_erp(&address, &number), "别人改的名称");
    assert_eq!(place.run(&bring[..4]).code, 0);
    let _server = place.serve();
    eventually(Duration::from_secs(60), || name_in_erp(&address, &number) == name);
}

/// A machine at the server's API.
struct Machine {
    address: String,
    token: String,
}

impl Machine {
    fn call(&self, method: &str, path: &str, body: &str) -> Value {
        let (token, length) = (&self.token, body.len());
        let answer = ask(
            &self.address,
            &format!(
                "{method} /api/v1{path} HTTP/1.1\r\nHost: qiao\r\nAuthorization: Bearer {token}\r\n\
                 Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
            ),
        );
        assert!(answer.starts_with("HTTP/1.1 200 "), "{method} {path} {body}: {answer}");
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        serde_json::from_str(body).unwrap_or_else(|_| panic!("{path}: {answer}"))
    }

    /// What is asked for as a job, once it is done.
    fn done(&self, path: &str, body: &str) -> Value {
        let job = self.call("POST", path, body)["job"].as_i64().expect("it is a job");
        eventually(Duration::from_secs(60), || {
            let job = self.call("GET", &format!("/jobs/{job}"), "");
            assert_ne!(job["state"], "failed", "{job}");
            job["state"] == "done"
        });
        self.call("GET", &format!("/jobs/{job}"), "")
    }
}

#[test]
fn a_machine_reconciles_repairs_and_sweeps_through_the_api() {
    let (_sandbox, address, place) = stage();
    without_grace(&place);
    let (id, number) = newcomer(&address);
    assert_eq!(place.run(&["flow", "run", FLOW, &id]).code, 0);
    let (_, made) = json(&place, &["token", "make", "值班机器人", "--may", "read,repair", "--json"]);
    let server = place.serve();
    let machine = Machine {
        address: server.line["listening"].as_str().expect("it says where").to_owned(),
        token: made["token"].as_str().expect("it is shown once").to_owned(),
    };
    let rests = || {
        let open = machine.call("GET", "/tasks?state=ready,waiting,retrying,unknown", "");
        !name_in_erp(&address, &number).is_empty() && open["tasks"].as_array().is_some_and(Vec::is_empty)
    };
    eventually(Duration::from_secs(60), rests);
    let name = name_in_erp(&address, &number);
    let path = format!("/_sandbox/kingdee-k3cloud/BD_Customer/{number}");
    super::qiao::post_json(&address, &path, &serde_json::json!({ "FName": "别人改的名称" }));
    // Systems count in whole seconds: what was changed in this one is seen in the next.
    let asked = format!(r#"{{"flow":"{FLOW}"}}"#);
    let differs = || machine.call("GET", &format!("/differences?flow={FLOW}&kind=differs&state=open"), "");
    eventually(Duration::from_secs(60), || {
        machine.done("/reconciliations", &asked);
        differs()["differences"].as_array().is_some_and(|found| !found.is_empty())
    });
    let difference = differs()["differences"][0].clone();
    assert_eq!(difference["fields"][0]["there"], "\"别人改的名称\"", "{difference}");
    let repair = |more: &str| {
        let body = format!(r#"{{"differences":[{}],"how":"bring_over"{more}}}"#, difference["difference"]);
        machine.call("POST", "/differences/repair", &body)
    };
    let looked = repair(r#","dry_run":true"#);
    assert_eq!((&looked[0]["done"], &looked[0]["cause"]), (&false.into(), &Value::Null), "{looked}");
    assert!(looked[0]["previews"][0]["calls"].as_array().is_some_and(|calls| !calls.is_empty()), "{looked}");
    assert_eq!(name_in_erp(&address, &number), "别人改的名称", "nothing was written");
    assert_eq!(repair("")[0]["done"], true);
    eventually(Duration::from_secs(60), || name_in_erp(&address, &number) == name);
    let ran = machine.done("/reconciliations", &asked);
    let run = machine.call("GET", &format!("/reconciliations/{}", ran["run"]), "");
    assert_eq!((&run["state"], &run["differs"]), (&"done".into(), &0.into()), "{run}");
    let swept = machine.done("/sweeps", r#"{"object":"crm/AccountObj","deep":true}"#);
    let sweep = machine.call("GET", &format!("/sweeps/{}", swept["run"]), "");
    assert_eq!((&sweep["state"], &sweep["deep"]), (&"done".into(), &true.into()), "{sweep}");
    assert_eq!(server.interrupt(), Some(0));
}

#[test]
fn the_ids_of_an_object_are_swept_and_counted() {
    let (_sandbox, address, place) = stage();
    let object = "crm/AccountObj";
    place.says(&["reconcile", "ids", object], 4, &["还没有读取过"], &["was never read yet"]);
    let server = place.serve();
    let accounts = get_json(&address, "/_sandbox/fxiaoke/AccountObj");
    let accounts: Vec<&str> =
        accounts.as_array().expect("a list").iter().filter_map(|one| one["account_no"].as_str()).collect();
    assert_eq!(accounts.len(), 12);
    let all_there = || accounts.iter().all(|number| !name_in_erp(&address, number).is_empty());
    eventually(Duration::from_secs(60), || all_there() && rests(&place));
    server.interrupt();
    // Each was written back a moment ago, and what is newer than ten minutes is still on its way: nothing is counted yet,
    // and nothing is amiss.
    let (code, swept) = json(&place, &["reconcile", "ids", object, "--json"]);
    assert_eq!(code, 0, "{swept}");
    let counts = ["there", "missing", "behind", "gone"].map(|name| swept[0][name].as_u64());
    assert_eq!((counts, &swept[0]["state"]), ([Some(0); 4], &"done".into()), "{swept}");
    place.says(
        &["reconcile", "ids", "--deep", "crm"],
        0,
        &["来源 0 条"],
        &["0 there, 0 here, 0 missing, 0 gone"],
    );
    let (_, runs) = json(&place, &["reconcile", "ids", "runs", object, "--json"]);
    assert_eq!(runs.as_array().map(Vec::len), Some(3), "deep in either language: {runs}");
    assert_eq!((&runs[0]["deep"], &runs[2]["deep"]), (&true.into(), &false.into()));
    place.says(&["reconcile", "ids", "gone", object], 0, &["发现于"], &["why it may rest"]);
    let rest = ["reconcile", "ids", "rest", object, "--all", "--reason", "已核对"];
    place.says(&rest, 1, &["0 条不再提示"], &["0 records may rest"]);
}

#[test]
fn what_cannot_be_reconciled_is_said() {
    let (_sandbox, _, place) = stage();
    place.says(&["reconcile", "ids", "crm/Nothing"], 3, &["没有集成流读取“crm/Nothing”"], &["No flow reads"]);
    place.says(&["reconcile", "ids", "gone", "crm"], 2, &["“crm”不对"], &["\"crm\""]);
    place.says(&["reconcile", "nothing"], 3, &["没有集成流“nothing”"], &["no flow \"nothing\""]);
    place.says(&["reconcile", "--export", "差异.pdf"], 2, &[".csv 或 .xlsx"], &[".csv or .xlsx"]);
    place.says(&["reconcile", "show", "D99"], 1, &["D99"], &["D99"]);
    place.says(&["reconcile", "show", "二"], 2, &["二"], &["二"]);
    place.says(&["reconcile", "repair", "bring-over", "D99"], 1, &["D99"], &["D99"]);
}
