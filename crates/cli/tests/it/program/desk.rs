//! The repair desk as its users have it: what stands still is gathered, mended once, and let run again.

use std::time::Duration;

use serde_json::Value;

use super::Place;
use super::journey::stage;
use super::qiao::{Running, ask, eventually, example, files};

/// A quiet machine needs a tenth of it.
const LIMIT: Duration = Duration::from_secs(60);

/// Puts the example in force with an organisation that the ERP does or does not have.
fn apply(place: &Place, folder: &str, organisation: &str) {
    let example = example();
    for file in files(&example) {
        let text = std::fs::read_to_string(&file).expect("a text");
        let relative = file.strip_prefix(&example).expect("below it").to_str().expect("plain paths");
        let own = format!("FCreateOrgId.FNumber: {{ value: \"{organisation}\" }}");
        let text = text.replace("FCreateOrgId.FNumber: { value: \"100\" }", &own);
        place.write(&format!("{folder}/{relative}"), &text);
    }
    let ran = place.run(&["apply", folder, "--yes"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

fn json(place: &Place, arguments: &[&str]) -> Value {
    let ran = place.run(&[arguments, &["--json"]].concat());
    serde_json::from_str(ran.out.trim()).unwrap_or_else(|_| panic!("{arguments:?}: {ran:?}"))
}

fn count(place: &Place, arguments: &[&str]) -> usize {
    json(place, &[&["tasks", "list"], arguments].concat()).as_array().map_or(0, Vec::len)
}

fn failed(place: &Place) -> usize {
    count(place, &["--flow", "customers-to-erp", "--kind", "deliver", "--state", "failed"])
}

/// What the server answers to a machine.
fn api(server: &Running, token: &str, path: &str) -> String {
    let address = server.line["listening"].as_str().expect("an address");
    ask(
        address,
        &format!(
            "GET /api/v1{path} HTTP/1.1\r\nHost: qiao\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
        ),
    )
}

#[test]
fn what_stands_still_is_gathered_mended_once_and_run_again() {
    let (_sandbox, _, place) = stage();
    apply(&place, "broken", "999");
    let server = place.serve();
    eventually(LIMIT, || failed(&place) > 2);
    let mut before = failed(&place);
    eventually(LIMIT, || {
        let now = failed(&place);
        std::mem::replace(&mut before, now) == now
    });
    let groups = json(&place, &["tasks", "causes", "--state", "failed", "--kind", "deliver"]);
    assert_eq!(groups.as_array().map(Vec::len), Some(1), "one mistake is one group: {groups}");
    assert_eq!(groups[0]["tasks"], before);
    let code = groups[0]["code"].as_str().expect("a code").to_owned();
    let room = format!("{}.", code.split('.').next().expect("a room"));
    place.says(
        &["tasks", "causes", "--state", "failed", "--kind", "deliver"],
        0,
        &["个任务", "customers-to-erp", "--cause"],
        &["tasks", "customers-to-erp", "--cause"],
    );
    let task = groups[0]["first"].to_string();
    place.says(&["tasks", "show", &task], 0, &["来源", "customers-to-erp"], &["source", "customers-to-erp"]);
    place.says(&["tasks", "show", "999999"], 1, &["999999"], &["999999"]);
    place.says(&["tasks", "retry"], 2, &["没有说明是哪些任务"], &["not said which tasks"]);
    let look = json(&place, &["tasks", "retry", "--cause", &room, "--dry-run"]);
    assert_eq!(look["tasks"].as_array().map(Vec::len), Some(before), "{look}");
    assert_eq!(failed(&place), before, "looking does nothing");
    // One of them is nobody's business until it changes.
    let aside =
        json(&place, &["tasks", "ignore", &task, "--reason", "测试客户", "--until-changed", "--by", "王芳"]);
    assert_eq!(aside["ignored"], 1);
    place.says(&["audit", &format!("task:{task}")], 0, &["王芳", "测试客户"], &["王芳", "测试客户"]);
    // The mistake is mended in one place, and all that is left runs again as a job.
    apply(&place, "mended", "100");
    let asked =
        json(&place, &["tasks", "retry", "--flow", "customers-to-erp", "--read", "source", "--by", "王芳"]);
    let job = asked["job"].to_string();
    eventually(LIMIT, || json(&place, &["jobs", "show", &job])["state"] == "done");
    eventually(LIMIT, || failed(&place) == 0);
    assert_eq!(count(&place, &["--state", "ignored"]), 1);
    place.says(
        &["jobs", "list"],
        0,
        &["重试 customers-to-erp", "已完成"],
        &["retry customers-to-erp", "done"],
    );
    place.says(&["jobs", "stop", &job], 1, &["已完成"], &["is done"]);
    // A machine sees the same, with a token that lets it.
    let made = json(&place, &["token", "make", "监控", "--may", "read"]);
    let token = made["token"].as_str().expect("a token");
    let told = api(&server, token, "/tasks?state=ignored");
    assert!(told.starts_with("HTTP/1.1 200") && told.contains("\"until_changed\":true"), "{told}");
    assert!(api(&server, "nobody", "/tasks").starts_with("HTTP/1.1 401"));
    place.says(
        &["token", "make", "仓库", "--may", "push"],
        2,
        &["没有说明令牌用于哪个连接"],
        &["not said which connection"],
    );
    assert_eq!(server.interrupt(), Some(0));
}

#[test]
fn history_is_loaded_as_a_job_and_its_mistakes_are_told() {
    let (_sandbox, _, place) = stage();
    let server = place.serve();
    eventually(LIMIT, || count(&place, &["--flow", "customers-to-erp", "--state", "synced"]) >= 20);
    let asked = json(&place, &["history", "customers-to-erp", "--linked", "--by", "王芳"]);
    let job = asked["job"].to_string();
    eventually(LIMIT, || {
        let job = json(&place, &["jobs", "show", &job]);
        job["state"] == "done" && job["moved"].as_u64().is_some_and(|moved| moved >= 12)
    });
    place.says(&["history", "customers-to-erp"], 2, &["没有说明要同步哪些"], &["not said which records"]);
    place.says(&["history", "nothing", "--linked"], 3, &["没有集成流“nothing”"], &["no flow \"nothing\""]);
    place.says(
        &["history", "customers-to-erp", "--from", "gestern"],
        2,
        &["不是日期或时间"],
        &["no date or time"],
    );
    let asked = json(&place, &["history", "customers-to-erp", "--where", "life_status == \"normal\""]);
    let job = asked["job"].to_string();
    eventually(LIMIT, || {
        let job = json(&place, &["jobs", "show", &job]);
        job["state"] == "done" && job["moved"].as_u64().is_some_and(|moved| moved >= 12)
    });
    let wrong = place.run(&["history", "customers-to-erp", "--where", "life_status =="]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
    assert_eq!(server.interrupt(), Some(0));
}

#[test]
fn a_stored_copy_is_corrected_with_a_reason_and_the_story_says_so() {
    let (_sandbox, _, place) = stage();
    let server = place.serve();
    let synced = ["--flow", "customers-to-erp", "--kind", "deliver", "--state", "synced"];
    eventually(LIMIT, || count(&place, &synced) >= 12);
    let tasks = json(&place, &[&["tasks", "list"], &synced[..]].concat());
    let task = tasks[0]["id"].to_string();
    let edit = |set: &str| {
        place.run(&["tasks", "edit", &task, "--set", set, "--reason", "来源名称有误", "--by", "王芳"])
    };
    assert_eq!(edit("name=手工改的名称").code, 0);
    place.says(
        &["tasks", "show", &task],
        0,
        &["手工修改过", "王芳", "来源名称有误"],
        &["edited by hand", "王芳", "来源名称有误"],
    );
    place.says(
        &["tasks", "edit", &task, "--set", "nmae=错", "--reason", "错"],
        2,
        &["是不是“name”"],
        &["Did you mean “name”"],
    );
    place.says(&["tasks", "close", &task, "--reason", " "], 2, &["没有写原因"], &["No reason"]);
    let look = json(&place, &["tasks", "retry", &task, "--dry-run", "--mapping", "original"]);
    assert_eq!(look["previews"][0]["mapping"], "original", "{look}");
    assert_eq!(server.interrupt(), Some(0));
}
