//! A server whose PostgreSQL goes away, starts again, and stalls, while it works.

mod way;

use std::time::Duration;

use serde_json::{Value, json};

use super::nodes::{Company, LIMIT, list};
use super::pushing::{CONNECTION, OBJECT, json, push};
use super::qiao::{Running, eventually, get};
use way::{Manner, Way};

/// A company that is pushed to, too, and the token that lets.
fn company(name: &str) -> (Company, String) {
    let company = Company::open(name);
    for (file, text) in [("connections/wms", CONNECTION), ("objects/wms/SaleOrder", OBJECT)] {
        let text = text.replace("name: erp", "name: wms").replace("connection: erp", "connection: wms");
        company.place.write(&format!("texts/{file}.yaml"), &text);
    }
    let ran = company.place.run(&["apply", "texts", "--yes"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = company.place.run(&["token", "make", "仓库", "--connection", "wms", "--json"]);
    let token = json(&ran)["token"].as_str().expect("it is shown once").to_owned();
    (company, token)
}

/// A server that reaches its database over that way.
fn serve(company: &Company, way: &Way, name: &str) -> (Running, String) {
    let mut command = company.server(name);
    let direct = company.place.variable("QIAO_DATABASE").expect("it is set");
    command.env("QIAO_DATABASE", way.instead_of(&direct));
    let server = Running::start(command);
    let address = server.line["listening"].as_str().expect("it says where").to_owned();
    (server, address)
}

fn push_one(address: &str, token: &str, n: usize) -> String {
    let body = format!(r#"{{"masterFieldVal":{{"billNo":"销-{n}","custName":"商店","rev":1}}}}"#);
    push(address, &format!("token: {token}\r\nid: {n}\r\n"), &body)
}

fn is_taken(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 200 ") && answer.contains("s106240000")
}

fn is_put_off(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 503 ") && answer.to_ascii_lowercase().contains("retry-after")
}

fn receipts(company: &Company) -> Vec<Value> {
    list(&company.place, &["receipts", "list", "--json"])
}

#[test]
fn a_database_that_goes_away_and_starts_again_loses_nothing_and_doubles_nothing() {
    let (company, token) = company("restarts");
    let way = Way::to_server();
    let (mut server, address) = serve(&company, &way, "独立");
    company.save("重启之前的公司");
    eventually(LIMIT, || company.customers("重启之前的公司") == 1);
    assert!(is_taken(&push_one(&address, &token, 1)));

    for (round, manner) in [Manner::Cut, Manner::Starting, Manner::Cut].into_iter().enumerate() {
        way.set(manner);
        company.save(&format!("重启之中的公司{round}"));
        eventually(LIMIT, || is_put_off(&push_one(&address, &token, 100 + round)));
        eventually(LIMIT, || get(&address, "/readyz").starts_with("HTTP/1.1 503 "));
        assert!(get(&address, "/healthz").starts_with("HTTP/1.1 200 "), "the process is well");
        // It tries by itself, again and again.
        let tried = way.tries();
        eventually(LIMIT, || way.tries() >= tried + 3);
        way.set(Manner::Passes);
        eventually(LIMIT, || is_taken(&push_one(&address, &token, 2 + round)));
        eventually(LIMIT, || get(&address, "/readyz").starts_with("HTTP/1.1 200 "));
        let name = format!("重启之中的公司{round}");
        eventually(LIMIT, || company.customers(&name) == 1);
    }
    company.save("重启之后的公司");
    eventually(LIMIT, || company.customers("重启之后的公司") == 1);
    assert!(server.child.try_wait().expect("the child is ours").is_none(), "it went on by itself");

    // Each that was taken is there, and none that was put off.
    eventually(LIMIT, || receipts(&company).iter().all(|receipt| receipt["state"] == "parsed"));
    let mut ids: Vec<String> = receipts(&company)
        .iter()
        .map(|receipt| receipt["id"].as_str().unwrap_or_default().to_owned())
        .collect();
    ids.sort();
    assert_eq!(ids, ["1", "2", "3", "4"]);
    for name in ["重启之前的公司", "重启之中的公司0", "重启之中的公司1", "重启之中的公司2", "重启之后的公司"]
    {
        assert_eq!(company.customers(name), 1, "{name}");
    }
    let open = json(&company.place.run(&["tasks", "list", "--state", "failed", "--json"]));
    assert_eq!(open, json!([]));
}

#[test]
fn a_node_whose_database_stalls_is_stood_in_for_and_takes_nothing_up_again_that_another_does() {
    let (company, token) = company("stalls");
    let way = Way::to_server();
    let (_first, address) = serve(&company, &way, "卡住的");
    eventually(LIMIT, || company.alive() == [("卡住的".to_owned(), 2)]);
    let _second = Running::start(company.server("另一台"));
    eventually(LIMIT, || company.alive().len() == 2);
    company.save("之前的公司");
    eventually(LIMIT, || company.customers("之前的公司") == 1);

    way.set(Manner::Stalls);
    company.save("卡住时的公司");
    // Nobody knows what becomes of this one until its answer comes.
    let pushing = std::thread::spawn({
        let (address, token) = (address.clone(), token.clone());
        move || push_one(&address, &token, 1)
    });
    eventually(LIMIT, || way.is_holding());
    let is_silent = || company.nodes().iter().any(|node| node["node"] == "卡住的" && node["alive"] == false);
    eventually(LIMIT, is_silent);
    eventually(LIMIT, || company.customers("卡住时的公司") == 1);
    way.set(Manner::Passes);
    let answer = pushing.join().expect("it is answered");
    assert!(is_taken(&answer) || is_put_off(&answer), "{answer}");
    eventually(LIMIT, || company.alive().len() == 2);
    company.save("之后的公司");
    eventually(LIMIT, || company.customers("之后的公司") == 1);
    eventually(LIMIT, || is_taken(&push_one(&address, &token, 2)));
    for name in ["之前的公司", "卡住时的公司", "之后的公司"] {
        assert_eq!(company.customers(name), 1, "{name}");
    }
    let kept = 1 + usize::from(is_taken(&answer));
    eventually(Duration::from_secs(20), || receipts(&company).len() == kept);
}
