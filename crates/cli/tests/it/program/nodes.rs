//! Several servers on one PostgreSQL: what one leaves that is killed the other takes over, whatever the clocks of their
//! machines say.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use store::{Address, PassingSchema};

use super::Place;
use super::qiao::{Running, eventually, example, files, get_json, post_json, server};

/// A quiet machine needs a tenth of it.
pub const LIMIT: Duration = Duration::from_secs(60);
/// What the promise says, and what a busy machine of two processors may need to do the rest.
const TAKEN_OVER: Duration = Duration::from_secs(10 + 10);

/// A company whose flows are kept in a schema of their own, and the sandbox of its systems.
pub struct Company {
    pub place: Place,
    /// Where the sandbox is reached.
    address: String,
    _sandbox: Running,
    /// Removed last.
    _schema: PassingSchema,
}

impl Company {
    pub fn open(name: &str) -> Company {
        let name = format!("{name}_{}", std::process::id());
        let schema =
            PassingSchema::make(&Address::new(&server()).expect("an address"), &name).expect("a schema");
        let mut place = Place::new();
        place.set("QIAO_DATABASE", &database(&server(), &name));
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
        Company { place, address, _sandbox: sandbox, _schema: schema }
    }

    /// The command of a server of that name.
    pub fn server(&self, name: &str) -> Command {
        self.place.command(&["serve", "--listen", "127.0.0.1:0", "--json", "--node", name])
    }

    pub fn nodes(&self) -> Vec<Value> {
        list(&self.place, &["nodes", "--json"])
    }

    /// The names of those that are alive, each with how many groups it works on.
    pub fn alive(&self) -> Vec<(String, u64)> {
        let alive = self.nodes().into_iter().filter(|node| node["alive"] == true);
        let told = |node: Value| {
            (
                node["node"].as_str().unwrap_or_default().to_owned(),
                node["groups"].as_u64().unwrap_or_default(),
            )
        };
        alive.map(told).collect()
    }

    /// Somebody makes a customer in the CRM: its id.
    pub fn save(&self, name: &str) -> String {
        let fields = json!({ "name": name, "tel": "021-55550000" });
        let made = post_json(&self.address, "/_sandbox/fxiaoke/AccountObj", &fields);
        let id = ["dataId", "data_id", "_id"].iter().find_map(|name| made[*name].as_str());
        id.unwrap_or_else(|| panic!("{made}")).to_owned()
    }

    /// How many customers of that name the ERP has.
    pub fn customers(&self, name: &str) -> usize {
        let all = get_json(&self.address, "/_sandbox/kingdee-k3cloud/BD_Customer");
        all.as_array().expect("a list").iter().filter(|one| one["FName"] == name).count()
    }
}

/// What a command lists.
pub fn list(place: &Place, arguments: &[&str]) -> Vec<Value> {
    let ran = place.run(arguments);
    assert_eq!(ran.code, 0, "{ran:?}");
    let value: Value = serde_json::from_str(ran.out.trim()).expect("one line of JSON");
    value.as_array().expect("a list").clone()
}

/// The address of that schema.
pub fn database(url: &str, schema: &str) -> String {
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}options=-csearch_path%3D{schema}")
}

#[test]
#[expect(clippy::disallowed_methods, reason = "other processes are waited for by the machine's clock")]
fn a_second_node_takes_over_what_a_killed_one_worked_on() {
    let company = Company::open("nodes");
    let mut first = Running::start(company.server("北京一号"));
    eventually(LIMIT, || company.nodes().iter().any(|node| node["groups"] == 1));
    let _second = Running::start(company.server("北京二号"));
    eventually(LIMIT, || company.nodes().len() == 2);
    let names: Vec<Value> = company.nodes().iter().map(|node| node["node"].clone()).collect();
    assert_eq!(names, ["北京一号", "北京二号"]);

    company.save("第一家公司");
    eventually(LIMIT, || company.customers("第一家公司") == 1);
    first.child.kill().expect("it runs");
    let killed = Instant::now();
    company.save("第二家公司");
    eventually(LIMIT, || company.customers("第二家公司") == 1);
    let passed = killed.elapsed();
    assert!(passed < TAKEN_OVER, "{passed:?}");
    assert_eq!(company.customers("第一家公司"), 1);
    let alive: Vec<(Value, Value)> =
        company.nodes().iter().map(|node| (node["node"].clone(), node["alive"].clone())).collect();
    assert_eq!(alive, [(json!("北京一号"), json!(false)), (json!("北京二号"), json!(true))]);
}
