//! An ERP that pushes: with a token, to the original's address; kept before it is answered, whatever happens then.

use std::time::Duration;

use super::qiao::{Place, Ran, Running, ask, eventually};

pub const CONNECTION: &str = "\
kind: connection
name: erp
connector: standard-erp
title: { zh: 自研 ERP, en: Home-grown ERP }
settings: { tenant_ids: \"82313\" }
";

pub const OBJECT: &str = "\
kind: object
connection: erp
name: SaleOrder
code: SAL_Order
id: billId
number: billNo
display: custName
version: rev
fields:
  - { name: billId, type: text }
  - { name: billNo, label: 单号, type: text }
  - { name: custName, label: 客户, type: text }
  - { name: rev, type: number }
details:
  - { name: entries, title: 明细, id: entryId, fields: [{ name: entryId, type: text }] }
";

/// A place where an ERP may push, and the token that lets it.
pub fn place() -> (Place, String) {
    let place = Place::new();
    place.write("texts/connections/erp.yaml", CONNECTION);
    place.write("texts/objects/erp/SaleOrder.yaml", OBJECT);
    let ran = place.run(&["apply", "texts"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = place.run(&["token", "make", "仓库", "--connection", "erp", "--json"]);
    let token = json(&ran)["token"].as_str().expect("it is shown once").to_owned();
    assert_eq!(token.len(), "qiao_".len() + 64);
    (place, token)
}

pub fn json(ran: &Ran) -> serde_json::Value {
    serde_json::from_str(ran.out.trim()).unwrap_or_else(|_| panic!("{ran:?}"))
}

pub fn push(address: &str, headers: &str, body: &str) -> String {
    ask(address, &push_text(headers, body))
}

/// A push as it goes over the wire.
pub fn push_text(headers: &str, body: &str) -> String {
    let head = "POST /erp/syncdata/open/objdata/syncpush HTTP/1.1\r\nHost: qiao\r\nConnection: close\r\n\
                tenantId: 82313\r\nobjectApiName: SAL_Order\r\nversion: v1\r\nContent-Type: application/json";
    format!("{head}\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len())
}

fn receipt_of(answer: &str) -> String {
    let line = answer.lines().find_map(|line| line.strip_prefix("x-qiao-receipt: "));
    line.unwrap_or_else(|| panic!("no receipt: {answer}")).trim().to_owned()
}

#[test]
fn what_was_answered_with_success_outlives_the_server() {
    let (place, token) = place();
    let mut server = place.serve();
    let address = server.line["listening"].as_str().expect("it says where").to_owned();
    let body = r#"{"objAPIName":"SAL_Order","masterFieldVal":{"billNo":"销-1","custName":"商店","rev":7},
        "detailFieldVals":{"entries":[{"entryId":"1"}]}}"#;
    let answer = push(&address, &format!("token: {token}\r\nid: 100\r\n"), body);
    server.child.kill().expect("the child is ours");
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains(r#"{"errCode":"s106240000""#), "{answer}");
    let receipt = receipt_of(&answer);
    drop(server);
    let server = place.serve();
    let parsed = || json(&place.run(&["receipts", "show", &receipt, "--json"]))["state"] == "parsed";
    eventually(Duration::from_secs(20), parsed);
    place.says(
        &["trace", &receipt],
        0,
        &["已解析", "销-1", "erp/SaleOrder/100"],
        &["parsed", "erp/SaleOrder/100"],
    );
    place.says(&["trace", "销-1"], 0, &["推送", &receipt], &["pushed", &receipt]);
    let raw = place.run(&["receipts", "show", &receipt, "--body"]);
    assert_eq!(raw.out, body, "as it came, byte for byte");
    assert_eq!(server.interrupt(), Some(0));
}

#[test]
fn on_a_full_disk_nothing_of_a_push_is_kept_and_once_there_is_room_it_is_taken() {
    let (place, token) = place();
    let headers = format!("token: {token}\r\nid: 100\r\n");
    let large =
        format!(r#"{{"masterFieldVal":{{"billNo":"销-1","rev":1,"custName":"{}"}}}}"#, "商".repeat(600_000));
    let full = "serve --listen 127.0.0.1:0 --json";
    let server = Running::start(place.command_on_a_full_disk(400, full));
    let address = server.line["listening"].as_str().expect("it says where").to_owned();
    let answer = push(&address, &headers, &large);
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("s306240009"), "{answer}");
    assert!(answer.to_ascii_lowercase().contains("retry-after"), "{answer}");
    assert_eq!(json(&place.run(&["receipts", "list", "--json"])), serde_json::json!([]));
    server.empty_the_disk();
    let taken = || push(&address, &headers, &large).contains("s106240000");
    eventually(Duration::from_secs(20), taken);
    let receipts = || json(&place.run(&["receipts", "list", "--json"]));
    eventually(Duration::from_secs(20), || receipts()[0]["state"] == "parsed");
    assert_eq!(receipts().as_array().map(Vec::len), Some(1), "what was refused is not there beside it");
    assert_eq!(server.interrupt(), Some(0));
}

#[test]
fn whoever_may_not_push_is_told_so_and_leaves_nothing() {
    let (place, token) = place();
    let server = place.serve();
    let address = server.line["listening"].as_str().expect("it says where").to_owned();
    for (headers, body, code) in [
        ("id: 1\r\n".to_owned(), "{}", "s306240001"),
        ("token: 错\r\nid: 1\r\n".to_owned(), "{}", "s306240001"),
        (format!("token: {token}\r\nid: 1\r\n"), "<不是 JSON>", "s306240006"),
        (format!("token: {token}\r\nid: 1\r\ntoken: {token}\r\n"), "{}", "s306240007"),
    ] {
        let answer = push(&address, &headers, body);
        assert!(answer.contains(code), "{headers}: {answer}");
    }
    assert_eq!(json(&place.run(&["receipts", "list", "--json"])), serde_json::json!([]));
    assert!(place.run(&["token", "revoke", "仓库"]).out.contains("已收回"));
    place.says(&["token", "revoke", "仓库"], 1, &["没有名为 仓库"], &["no token named 仓库"]);
    let refused = || push(&address, &format!("token: {token}\r\nid: 1\r\n"), "{}").contains("s306240001");
    eventually(Duration::from_secs(10), refused);
}

#[test]
fn a_token_issued_elsewhere_is_typed_in_and_never_shown() {
    let (mut place, _) = place();
    place.set("ERP_TOKEN", "geheim-from-elsewhere");
    place.says(
        &["token", "make", "erp", "--connection", "erp", "--existing", "NO_SUCH"],
        2,
        &["NO_SUCH", "8"],
        &["NO_SUCH", "8"],
    );
    let make =
        ["token", "make", "erp", "--connection", "erp", "--existing", "ERP_TOKEN", "--until", "2999-12-31"];
    let ran = place.run(&make);
    assert_eq!((ran.code, ran.out.contains("geheim")), (0, false), "{ran:?}");
    place.says(&make, 2, &["已有名为 erp 的令牌"], &["a token named erp"]);
    place.says(&["token", "make", "x", "--connection", "nirgends"], 3, &["nirgends"], &["nirgends"]);
    let listed = place.run(&["token", "list"]);
    assert!(listed.out.contains("2999-12-31") || listed.out.contains("3000-01-01"), "{listed:?}");
    let server = place.serve();
    let address = server.line["listening"].as_str().expect("it says where").to_owned();
    let answer = push(&address, "token: geheim-from-elsewhere\r\nid: 1\r\noperationType: 3\r\n", "");
    assert!(answer.contains("s106240000"), "{answer}");
    for file in super::qiao::files(&place.data()) {
        let bytes = std::fs::read(&file).expect("it can be read");
        let is_in = bytes.windows(13).any(|part| part == b"from-elsewher");
        assert!(!is_in, "the token stands in {}", file.display());
    }
}
