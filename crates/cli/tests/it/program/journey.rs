//! What an integrator does, from a check to the story of a customer, against the stand-ins.

use std::time::Duration;

use serde_json::Value;

use super::Place;
use super::qiao::{Running, eventually, example, get_json};

const ERP: &str = "/_sandbox/kingdee-k3cloud/BD_Customer";

/// A sandbox, and a place with the example in force.
pub fn stage() -> (Running, String, Place) {
    let mut place = Place::new();
    let sandbox =
        Running::start(place.command(&["sandbox", "--listen", "127.0.0.1:0", "--customers", "12", "--json"]));
    place.set_systems(&sandbox.line["systems"]);
    let base = sandbox.line["systems"]["fxiaoke"]["base_url"].as_str().expect("a text");
    let address = base.trim_start_matches("http://").trim_end_matches("/fxiaoke").to_owned();
    let ran = place.run(&["apply", example().to_str().expect("plain paths")]);
    assert_eq!(ran.code, 0, "{ran:?}");
    (sandbox, address, place)
}

/// A customer of the CRM that the ERP does not have yet: id and number.
pub fn newcomer(address: &str) -> (String, String) {
    let there = get_json(address, ERP);
    let has = |number: &Value| {
        there.as_array().expect("a list").iter().any(|customer| customer["FNumber"] == *number)
    };
    let accounts = get_json(address, "/_sandbox/fxiaoke/AccountObj");
    let account = accounts.as_array().expect("a list").iter().find(|account| !has(&account["account_no"]));
    let account = account.expect("not every customer is in the ERP");
    let text = |name: &str| account[name].as_str().expect("a text").to_owned();
    (text("_id"), text("account_no"))
}

fn count(address: &str) -> usize {
    get_json(address, ERP).as_array().map_or(0, Vec::len)
}

#[test]
fn a_connection_is_checked_and_described() {
    let (_sandbox, _, place) = stage();
    place.says(&["connection", "check"], 0, &["crm (fxiaoke)", "✓"], &["erp (kingdee-k3cloud)", "✓"]);
    place.says(&["connection", "describe", "erp", "BD_Customer"], 0, &["FName", "客户名称"], &["FName"]);
    place.says(&["connection", "describe", "oa"], 3, &["没有连接“oa”"], &["no connection \"oa\""]);
    place.says(&["doctor"], 0, &["每条数据只写一次"], &["one document per record"]);
}

#[test]
fn a_plan_shows_the_exact_calls_and_sends_nothing() {
    let (_sandbox, address, place) = stage();
    let (id, number) = newcomer(&address);
    let before = count(&address);
    let ran = place.run(&["flow", "plan", "customers-to-erp", &id, "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let plan: Value = serde_json::from_str(ran.out.trim()).expect("one line of JSON");
    let operations: Vec<&str> = plan[0]["calls"]
        .as_array()
        .expect("calls")
        .iter()
        .filter_map(|call| call["operation"].as_str())
        .collect();
    assert_eq!(operations, ["Save", "Submit", "Audit"]);
    assert!(plan[0]["calls"][0]["body"].as_str().expect("a body").contains(&number), "{plan}");
    let is_name = |change: &&Value| change["field"] == "FName" && change["before"].is_null();
    assert!(plan[0]["changes"].as_array().expect("changes").iter().any(|change| is_name(&change)), "{plan}");
    assert_eq!(count(&address), before);
    place.says(&["flow", "plan", "customers-to-erp", "niemand"], 1, &["niemand"], &["niemand"]);
    place.says(&["flow", "plan", "nothing", &id], 3, &["没有集成流“nothing”"], &["no flow \"nothing\""]);
}

#[test]
fn a_customer_run_by_hand_is_there_once_and_has_a_story() {
    let (_sandbox, address, place) = stage();
    let (id, number) = newcomer(&address);
    place.says(&["flow", "run", "customers-to-erp", &id], 0, &["已读取 1 条"], &["1 records were read"]);
    let server = place.serve();
    eventually(Duration::from_secs(60), || {
        let told = place.run(&["trace", &number, "--json"]).out;
        serde_json::from_str::<Value>(told.trim()).is_ok_and(|told| {
            let story = &told["stories"][0];
            let tasks = story["tasks"].as_array().cloned().unwrap_or_default();
            tasks.len() == 2 && tasks.iter().all(|task| task["state"] == "synced")
        })
    });
    let there = get_json(&address, ERP);
    let same =
        there.as_array().expect("a list").iter().filter(|customer| customer["FNumber"] == number.as_str());
    assert_eq!(same.count(), 1);
    place.says(&["trace", &number], 0, &[&number, "来源", "对应", "Audit"], &["source", "linked", "Audit"]);
    place.says(
        &["trace", "KH999999"],
        1,
        &["没有编号、id 或名称为“KH999999”的数据"],
        &["Nothing has the number"],
    );
    assert_eq!(server.interrupt(), Some(0));
}

#[test]
fn people_are_matched_bound_listed_and_forgotten() {
    let (_sandbox, _, place) = stage();
    let matching = ["binding", "match", "--from", "crm", "--to", "erp"];
    place.says(
        &matching,
        0,
        &["手机号+工号", "****", "--apply"],
        &["mobile+employee number", "****", "--apply"],
    );
    let json = |arguments: &[&str]| -> Value {
        let ran = place.run(&[arguments, &["--json"]].concat());
        assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
        serde_json::from_str(ran.out.trim()).expect("one line of JSON")
    };
    let proposed = json(&matching)["proposals"].as_array().expect("a list").clone();
    assert!(
        !proposed.is_empty()
            && proposed[0]["one"]["mobile"].as_str().is_some_and(|mobile| mobile.contains('*'))
    );
    assert_eq!(json(&["binding", "list"]), Value::Array(Vec::new()), "proposing binds nobody");
    json(&[&matching[..], &["--apply"]].concat());
    let bound = json(&["binding", "list", "crm", "erp"]);
    assert_eq!(bound.as_array().map(Vec::len), Some(proposed.len()));
    let user = bound[0]["one"]["id"].as_str().expect("an id").to_owned();
    place.says(&["binding", "set", "crm", &user, "erp", "S099"], 0, &["已绑定", "S099"], &["bound:", "S099"]);
    assert_eq!(json(&["binding", "remove", "crm", &user, "erp"])["removed"], 1);
    place.says(&["binding", "remove", "crm", &user, "erp"], 1, &["0 个绑定"], &["0 bindings"]);
    place.says(&["binding", "set", "crm", &user, "oa", "1"], 3, &["没有连接“oa”"], &["no connection \"oa\""]);
    let file = place.write("people.csv", "连接,编号,对方连接,对方编码\ncrm,1,erp,\n");
    let file = file.to_str().expect("plain paths");
    place.says(&["binding", "import", file], 3, &["第 2 行", "other_id"], &["Line 2", "other_id"]);
}
