//! Two servers on one PostgreSQL: what one leaves that is killed the other takes over.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use store::{Address, PassingSchema};

use super::Place;
use super::qiao::{Running, eventually, example, files, get_json, post_json, server};

/// A quiet machine needs a tenth of it.
const LIMIT: Duration = Duration::from_secs(60);
/// What the promise says, and what a busy machine of two processors may need to do the rest.
const TAKEN_OVER: Duration = Duration::from_secs(10 + 10);

fn serve(place: &Place, name: &str) -> Running {
    Running::start(place.command(&["serve", "--listen", "127.0.0.1:0", "--json", "--node", name]))
}

fn nodes(place: &Place) -> Vec<Value> {
    let ran = place.run(&["nodes", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    serde_json::from_str::<Value>(ran.out.trim())
        .expect("one line of JSON")
        .as_array()
        .expect("a list")
        .clone()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "other processes are waited for by the machine's clock")]
fn a_second_node_takes_over_what_a_killed_one_worked_on() {
    let url = server();
    let name = format!("nodes_{}", std::process::id());
    let _schema = PassingSchema::make(&Address::new(&url).expect("an address"), &name).expect("a schema");
    let mut place = Place::new();
    let mark = if url.contains('?') { '&' } else { '?' };
    place.set("QIAO_DATABASE", &format!("{url}{mark}options=-csearch_path%3D{name}"));
    let arguments = ["sandbox", "--listen", "127.0.0.1:0", "--customers", "2", "--json"];
    let sandbox = Running::start(place.command(&arguments));
    place.set_systems(&sandbox.line["systems"]);
    let base = sandbox.line["systems"]["fxiaoke"]["base_url"].as_str().expect("a text");
    let address = base.trim_start_matches("http://").trim_end_matches("/fxiaoke").to_owned();
    for file in files(&example()) {
        let text = std::fs::read_to_string(&file).expect("a text");
        let relative =
            file.strip_prefix(example()).expect("below it").to_str().expect("plain paths").to_owned();
        place.write(&format!("texts/{relative}"), &text.replace("within: 6m", "within: 1s"));
    }
    let ran = place.run(&["apply", "texts", "--yes"]);
    assert_eq!(ran.code, 0, "{ran:?}");

    let mut first = serve(&place, "北京一号");
    eventually(LIMIT, || nodes(&place).iter().any(|node| node["groups"] == 1));
    let _second = serve(&place, "北京二号");
    eventually(LIMIT, || nodes(&place).len() == 2);
    let names: Vec<Value> = nodes(&place).iter().map(|node| node["node"].clone()).collect();
    assert_eq!(names, ["北京一号", "北京二号"]);

    let customers = |name: &str| {
        let all = get_json(&address, "/_sandbox/kingdee-k3cloud/BD_Customer");
        all.as_array().expect("a list").iter().filter(|one| one["FName"] == name).count()
    };
    let save = |name: &str| {
        post_json(&address, "/_sandbox/fxiaoke/AccountObj", &json!({ "name": name, "tel": "021-55550000" }));
    };
    save("第一家公司");
    eventually(LIMIT, || customers("第一家公司") == 1);
    first.child.kill().expect("it runs");
    let killed = Instant::now();
    save("第二家公司");
    eventually(LIMIT, || customers("第二家公司") == 1);
    let passed = killed.elapsed();
    assert!(passed < TAKEN_OVER, "{passed:?}");
    assert_eq!(customers("第一家公司"), 1);
    let alive: Vec<(Value, Value)> =
        nodes(&place).iter().map(|node| (node["node"].clone(), node["alive"].clone())).collect();
    assert_eq!(alive, [(json!("北京一号"), json!(false)), (json!("北京二号"), json!(true))]);
}
