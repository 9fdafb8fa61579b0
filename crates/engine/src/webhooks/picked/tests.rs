//! The records in bodies of all kinds.

use model::json;

use super::*;

fn hook(text: &str) -> Hook {
    let text = format!(
        "kind: flow\nname: 订单\nsource: {{ connection: shop, object: Order, hook: {text} }}\n\
         target: {{ connection: erp, object: Bill, key: no }}\nmap: {{ no: no }}\n"
    );
    match mapping::read(&text, &mapping::NoFiles) {
        Ok(mapping::Text::Flow(flow)) => flow.source.hook.expect("it has one"),
        other => panic!("{text}: {other:?}"),
    }
}

/// `id number version void`, or the code and where it failed.
fn told(text: &str, body: &str) -> Vec<String> {
    let body = json::read(body).unwrap();
    match picked(&hook(text), "id", &body) {
        Ok(picks) => (picks.iter())
            .map(|pick| {
                let parts = [Some(pick.id.as_str()), pick.number.as_deref(), pick.version.as_deref()];
                let void = if pick.void { "void" } else { "" };
                let parts: Vec<&str> = parts.into_iter().flatten().chain([void]).collect();
                parts.join(" ").trim_end().to_owned()
            })
            .collect(),
        Err(cause) => vec![format!("{} {:?}", cause.code, cause.param("pointer").or(cause.param("number")))],
    }
}

#[test]
fn records_are_found_where_the_flow_says() {
    const BATCH: &str = r#"{"type":"paid","data":{"订单":[{"order":{"id":9007199254740993},"no":"销-1","at":"2026-06-01","state":"作废"},
        {"order":{"id":"B"},"state":"open"}]}}"#;
    for (hook, body, expected) in [
        ("{}", r#"{"id":" 1 ","a":2}"#, vec!["1"]),
        ("{}", r#"[{"id":1},{"id":2}]"#, vec!["1", "2"]),
        ("{}", "[]", vec![]),
        (
            "{ records: /data/订单, id: /order/id, number: /no, version: /at, void: { at: /state, is: [作废, deleted] } }",
            BATCH,
            vec!["9007199254740993 销-1 2026-06-01 void", "B"],
        ),
        ("{ records: $/data, id: $/type }", BATCH, vec!["paid"]),
        ("{ records: /data/订单, id: /order/id, only: { at: /state, is: open } }", BATCH, vec!["B"]),
        (
            "{ records: /data/订单, id: /order/id, only: { at: $/type, is: paid } }",
            BATCH,
            vec!["9007199254740993", "B"],
        ),
        ("{ records: /data/订单, id: /order/id, only: { at: $/type, is: refund } }", BATCH, vec![]),
        ("{ records: /data/发票, only: { at: $/type, is: refund } }", BATCH, vec![]),
        (
            "{ records: /data/发票, only: { at: $/type, is: paid } }",
            BATCH,
            vec!["hook.no_records Some(\"/data/发票\")"],
        ),
        ("{ void: { at: /deleted, is: true } }", r#"{"id":1,"deleted":true}"#, vec!["1 void"]),
        ("{}", r#"{"ID":1}"#, vec!["hook.no_id Some(\"/id\")"]),
        ("{}", r#"{"id":" "}"#, vec!["hook.no_id Some(\"/id\")"]),
        ("{}", r#"{"id":{"a":1}}"#, vec!["hook.no_id Some(\"/id\")"]),
        ("{}", r#"[{"id":1},2]"#, vec!["hook.not_record Some(\"2\")"]),
        ("{}", "null", vec!["hook.no_records Some(\"$\")"]),
        ("{ records: /data }", r#"{"data":null}"#, vec!["hook.no_records Some(\"/data\")"]),
    ] {
        assert_eq!(told(hook, body), expected, "{hook} {body}");
    }
}
