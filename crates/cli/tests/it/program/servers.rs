//! Servers that start, meet each other, and stop.

use std::process::Stdio;

use super::Place;
use super::qiao::{Running, get};

#[test]
fn a_server_answers_operators_and_stops_cleanly() {
    let place = Place::new();
    let server = place.serve();
    let address = server.line["listening"].as_str().expect("it says where").to_owned();
    assert!(get(&address, "/healthz").starts_with("HTTP/1.1 200"));
    assert!(get(&address, "/readyz").starts_with("HTTP/1.1 200"));
    assert!(get(&address, "/metrics").contains("qiao_open_wishes 0"));
    let port = address.rsplit_once(':').expect("with its port").1;
    place.says(&["nodes"], 0, &[port, "运行中"], &[port, "alive"]);
    assert_eq!(server.interrupt(), Some(0));
    place.says(&["tasks", "list"], 0, &[], &[]);
}

#[test]
fn a_port_in_use_is_named_with_what_to_do() {
    let place = Place::new();
    let server = place.serve();
    let address = server.line["listening"].as_str().expect("it says where").to_owned();
    let other = Place::new();
    other.says(
        &["serve", "--listen", &address],
        5,
        &[&address, "已被其他程序占用", "--listen"],
        &[&address, "already in use", "--listen"],
    );
    assert!(!other.data().exists(), "nothing is made before the port is known to be free");
}

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let place = Place::new();
    let server = place.serve();
    place.says(&["serve", "--listen", "127.0.0.1:0"], 5, &["数据库"], &["database"]);
    assert_eq!(server.interrupt(), Some(0));
}

#[test]
fn a_sandbox_says_one_line_with_what_each_connection_needs() {
    let place = Place::new();
    for separate in [false, true] {
        let mut arguments = vec!["sandbox", "--listen", "127.0.0.1:0", "--customers", "3", "--json"];
        arguments.extend(separate.then_some("--separate-ports"));
        let mut command = place.command(&arguments);
        command.stderr(Stdio::null());
        let sandbox = Running::start(command);
        for (system, names) in [
            ("fxiaoke", &["base_url", "app_id", "app_secret", "permanent_code", "admin_mobile"][..]),
            (
                "kingdee-k3cloud",
                &[
                    "base_url",
                    "acct_id",
                    "username",
                    "password",
                    "app_id",
                    "app_secret",
                    "lcid",
                    "org_number",
                ],
            ),
            ("dingtalk", &["base_url", "api_base_url", "app_key", "app_secret", "agent_id"]),
        ] {
            for name in names {
                assert!(
                    !sandbox.line["systems"][system][*name].is_null(),
                    "{system}.{name}: {}",
                    sandbox.line
                );
            }
        }
        let erp = sandbox.line["systems"]["kingdee-k3cloud"]["base_url"].as_str().expect("a text");
        assert!(erp.ends_with("/k3cloud"), "{erp}");
        assert_eq!(sandbox.interrupt(), Some(0));
    }
}

#[test]
fn faults_that_are_none_are_told() {
    let place = Place::new();
    let file = place.write("faults.yaml", "answer_lots: 5\n");
    place.says(
        &["sandbox", "--listen", "127.0.0.1:0", "--faults", file.to_str().expect("plain paths")],
        3,
        &["answer_lots", "sandbox.md"],
        &["answer_lots", "sandbox.md"],
    );
}
