//! A shop that sends to the webhook of a flow: from its call to a document in the stand-in of an ERP.

use std::time::Duration;

use super::qiao::{Place, Ran, Running, ask, eventually, get_json};

const SHOP: &str = "\
kind: connection
name: shop
connector: webhook
title: { zh: 网店, en: Shop }
settings: { hook_secret: { env: SHOP_SECRET } }
";

const ERP: &str = "\
kind: connection
name: erp
connector: standard-erp
title: { zh: 自研 ERP, en: Home-grown ERP }
settings: { base_url: { env: ANY_ERP_BASE_URL }, token: { env: ANY_ERP_TOKEN } }
";

const MEMBER: &str = "\
kind: object
connection: shop
name: Member
id: member_id
number: member_no
fields:
  - { name: member_id, type: text }
  - { name: member_no, label: 会员号, type: text }
  - { name: 姓名, type: text }
  - { name: address, type: text }
";

const CUSTOMER: &str = "\
kind: object
connection: erp
name: customer
id: custId
number: custNo
display: custName
version: rowVersion
fields:
  - { name: custId, type: text }
  - { name: custNo, type: text }
  - { name: custName, type: text }
  - { name: custType, type: text }
  - { name: city, type: text }
  - { name: rowVersion, type: number }
";

const FLOW: &str = "\
kind: flow
name: 会员
title: { zh: 会员 → ERP 客户, en: Members to the ERP }
source:
  connection: shop
  object: Member
  hook:
    event: X-Event-Id
    only: { at: $/event, is: [member.created, member.updated] }
    records: /data/member
    id: /uid
    number: /no
target: { connection: erp, object: customer, key: custNo, match: [custNo] }
map:
  custNo: { from: member_no, required: true }
  custName: 姓名
  custType: { value: \"01\" }
  city: address.city
";

const BODY: &str = r#"{"event":"member.created","data":{"member":{"uid":9007199254740993,"no":"HY-20261130-1","姓名":"上海测试会员","address":{"city":"上海"}}}}"#;

fn place() -> Place {
    let mut place = Place::new();
    place.set("SHOP_SECRET", "geheim-from-the-shop");
    for (file, text) in [
        ("texts/connections/shop.yaml", SHOP),
        ("texts/connections/erp.yaml", ERP),
        ("texts/objects/shop/Member.yaml", MEMBER),
        ("texts/objects/erp/customer.yaml", CUSTOMER),
        ("texts/flows/会员.yaml", FLOW),
    ] {
        place.write(file, text);
    }
    place
}

fn json(ran: &Ran) -> serde_json::Value {
    serde_json::from_str(ran.out.trim()).unwrap_or_else(|_| panic!("{ran:?}"))
}

fn send(address: &str, secret: &str, event: &str, body: &str) -> String {
    let head = format!(
        "POST /hook/%E4%BC%9A%E5%91%98 HTTP/1.1\r\nHost: qiao\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Authorization: Bearer {secret}\r\nX-Event-Id: {event}"
    );
    ask(address, &format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()))
}

#[test]
fn what_a_shop_sends_becomes_a_document_in_the_erp() {
    let mut place = place();
    let sandbox = Running::start(place.command(&["sandbox", "--listen", "127.0.0.1:0", "--json"]));
    let system = sandbox.line["systems"]["standard-erp"].clone();
    let text = |name: &str| system[name].as_str().unwrap_or_else(|| panic!("{system}")).to_owned();
    place.set("ANY_ERP_BASE_URL", &text("base_url"));
    place.set("ANY_ERP_TOKEN", &text("token"));
    let ran = place.run(&["flow", "lint", "texts"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = place.run(&["apply", "texts"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    place.says(&["connection", "check", "shop"], 0, &["shop (webhook)"], &["shop (webhook)"]);
    let mut server = place.serve();
    let address = server.line["listening"].as_str().expect("it says where").to_owned();
    for (secret, body) in [("geheim-else", BODY), ("", BODY)] {
        let answer = send(&address, secret, "e-0", body);
        assert!(answer.starts_with("HTTP/1.1 401 ") && answer.contains("unproven"), "{answer}");
    }
    assert_eq!(json(&place.run(&["receipts", "list", "--json"])), serde_json::json!([]));
    let answer = send(&address, "geheim-from-the-shop", "e-1", BODY);
    server.child.kill().expect("the child is ours");
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains(r#"{"code":"kept""#), "{answer}");
    drop(server);
    // What was answered outlives the server, and what is sent again does nothing.
    let server = place.serve();
    let address = server.line["listening"].as_str().expect("it says where").to_owned();
    let again = send(&address, "geheim-from-the-shop", "e-1", BODY);
    let receipt = |answer: &str| {
        answer.split("\"receipt\":\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned)
    };
    assert!(receipt(&answer).is_some() && receipt(&answer) == receipt(&again), "{again}");
    let erp = text("base_url").trim_start_matches("http://").split('/').next().expect("a host").to_owned();
    let made = || {
        let all = get_json(&erp, "/_sandbox/standard-erp/customer");
        let customers = all.as_array().expect("a list").iter();
        customers.filter(|customer| customer["custNo"] == "HY-20261130-1").count()
    };
    eventually(Duration::from_secs(30), || made() > 0);
    assert_eq!(made(), 1);
    let receipt = receipt(&answer).expect("it has one");
    place.says(&["trace", "HY-20261130-1"], 0, &[&receipt, "已同步"], &[&receipt, "synced"]);
    place.says(&["receipts", "show", &receipt], 0, &["/hook/会员", "hook_secret"], &["/hook/会员"]);
    assert_eq!(place.run(&["receipts", "show", &receipt, "--body"]).out, BODY, "byte for byte");
    assert_eq!(server.interrupt(), Some(0));
}

#[test]
fn what_is_missing_of_a_webhook_is_told_by_the_lint() {
    let place = place();
    place.write(
        "texts/connections/shop.yaml",
        &SHOP.replace("settings: { hook_secret: { env: SHOP_SECRET } }\n", ""),
    );
    place.says(&["flow", "lint", "texts"], 1, &["hook_secret", "shop"], &["hook_secret", "shop"]);
    place.write("texts/connections/shop.yaml", SHOP);
    place.write("texts/flows/会员.yaml", &FLOW.replace("/uid", "uid"));
    place.says(&["flow", "lint", "texts"], 1, &["“uid”不是 JSON 指针"], &["“uid” is no JSON pointer"]);
}

#[test]
fn receipts_of_a_connection_that_is_gone_are_told_and_wait_for_it() {
    let mut place = place();
    place.set("ANY_ERP_BASE_URL", "http://127.0.0.1:9/erp");
    place.set("ANY_ERP_TOKEN", "t");
    assert_eq!(place.run(&["apply", "texts"]).code, 0);
    let server = place.serve();
    let address = server.line["listening"].as_str().expect("it says where").to_owned();
    let answer = send(&address, "geheim-from-the-shop", "e-1", "{");
    assert!(answer.contains("\"kept\""), "what cannot be parsed is kept, too: {answer}");
    let state = || json(&place.run(&["receipts", "list", "--json"]))[0]["state"].clone();
    eventually(Duration::from_secs(20), || state() == "failed");
    place.says(&["receipts", "list"], 0, &["不是 JSON"], &["is no JSON"]);
    assert_eq!(server.interrupt(), Some(0));
    for gone in ["texts/connections/shop.yaml", "texts/objects/shop/Member.yaml", "texts/flows/会员.yaml"] {
        std::fs::remove_file(place.path(gone)).expect("it is there");
    }
    let ran = place.run(&["apply", "texts", "--prune", "--yes"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(place.run(&["receipts", "parse", "R1"]).code, 0);
    assert_eq!(state(), "waiting");
    place.says(&["receipts", "list"], 0, &["没有人解析"], &["Parsed by nobody"]);
    let ran = place.run(&["doctor"]);
    assert!(ran.out.contains("没有人解析"), "{ran:?}");
    assert_eq!(place.run(&["receipts", "ignore", "R1"]).code, 0);
    let ran = place.run(&["doctor"]);
    assert!(!ran.out.contains("没有人解析"), "{ran:?}");
}
