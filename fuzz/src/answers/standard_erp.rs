//! An ERP of the standard protocol (`protocols/standard-erp.md §1, §2`), whose answers may be JSON, XML or text.

use std::sync::{Arc, LazyLock};

use connect::exchanges::connection;
use mapping::{NoFiles, Text};
use model::connection::Connection;
use model::step::{Action, Step};
use model::{Map, Value, charset, json, xml};

use super::Vendor;

const OBJECT: &str = "kind: object
connection: test
name: Order
id: orderId
number: orderNo
version: changedAt
fields:
  - { name: orderId, type: text }
  - { name: orderNo, type: text }
  - { name: amount, type: decimal, scale: 2 }
  - { name: changedAt, type: datetime }
details:
  - { name: lines, id: lineId, fields: [{ name: lineId, type: text }, { name: qty, type: decimal, scale: 2 }] }
";

pub static VENDOR: LazyLock<Vendor> = LazyLock::new(|| Vendor {
    connector: "standard-erp",
    connection: connected(),
    // It signs nobody in: this stands for whatever it is asked first, where an input does not say otherwise.
    signed_in: r#"{"code":"0","data":null}"#,
    object: "Order",
    fields: &["amount", "lines"],
    by: &["orderNo"],
    notice: ("text", "{}"),
    steps,
    is_write: |operation| matches!(operation, "create" | "update"),
    reads,
    says_done: |answer| answer.get("code").and_then(Value::plain).is_some_and(|code| code.trim() == "0"),
    may_be_done_already: |_| false,
});

fn connected() -> Connection {
    let settings =
        [("base_url", "https://erp.example.com/api"), ("void_field", "state"), ("void_value", "cancelled")];
    let mut connection = connection("standard-erp", &settings, &[("token", "t0ken-0123456789")]);
    match mapping::read(OBJECT, &NoFiles) {
        Ok(Text::Object(object)) => connection.objects = vec![Arc::new(object)],
        other => panic!("no object: {other:?}"),
    }
    connection
}

fn steps(word: &str) -> Option<Vec<Step>> {
    let step = |action, id: Option<&str>, document: &str| Step {
        action,
        object: "Order".into(),
        id: id.map(str::to_owned),
        number: Some("XSDD-1".into()),
        document: document.to_owned(),
        options: String::new(),
        row_of: None,
    };
    Some(match word {
        "create" => vec![step(Action::Create, None, r#"{"orderNo":"XSDD-1","lines":[{"qty":"2.50"}]}"#)],
        "update" => {
            vec![step(Action::Update, Some("7001"), r#"{"amount":"5.00","lines":[{"lineId":"L1","qty":3}]}"#)]
        }
        "void" => vec![step(Action::Update, Some("7001"), r#"{"state":"cancelled"}"#)],
        _ => return None,
    })
}

/// In whatever charset and form it says it in. Of lines only the code is looked for.
fn reads(body: &[u8]) -> Option<Value<'static>> {
    if let Ok(Value::Map(document)) = xml::read(body, None) {
        return document.into_iter().next().map(|(_, value)| value);
    }
    let text = charset::decode(body, None).ok()?;
    if let Ok(value) = json::read(&text) {
        return Some(value.into_owned());
    }
    let mut lines = Map::new();
    for (name, value) in text.lines().filter_map(|line| line.split_once('=')) {
        lines.set(name.trim().to_owned(), value.to_owned());
    }
    (!lines.is_empty()).then_some(Value::Map(lines))
}
