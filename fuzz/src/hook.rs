//! What anybody sends to a webhook: reading it ends in a value or a cause, the records that pointers find in it are whole,
//! and a pointer is written as it was read.

use std::sync::LazyLock;

use engine::webhooks::{content, picked};
use mapping::{NoFiles, Text};
use model::hook::{Hook, Pointer};
use model::{Value, json};

const HOOKS: [&str; 3] = [
    "{}",
    "{ records: /data/订单, id: /order/id, number: /no, version: $/rev, void: { at: /state, is: [作废] } }",
    "{ records: $/a, id: $/a/0/id, only: { at: $/type, is: paid } }",
];

static FLOWS: LazyLock<Vec<Hook>> = LazyLock::new(|| HOOKS.iter().map(|text| hook(text)).collect());

fn hook(text: &str) -> Hook {
    let text = format!(
        "kind: flow\nname: a\nsource: {{ connection: c, object: o, hook: {text} }}\n\
         target: {{ connection: d, object: p, key: no }}\nmap: {{ no: no }}\n"
    );
    match mapping::read(&text, &NoFiles) {
        Ok(Text::Flow(flow)) => flow.source.hook.expect("it has one"),
        other => panic!("no flow: {other:?}"),
    }
}

const KINDS: [Option<&str>; 5] = [
    None,
    Some("application/json; charset=gb18030"),
    Some("application/x-www-form-urlencoded"),
    Some("application/x-www-form-urlencoded; charset=gbk"),
    Some("text/xml"),
];

/// The first byte says which flow and which content type, the first line behind it is a pointer, the rest the body.
///
/// # Panics
/// When a record is not whole, or a pointer is not written as it was read.
pub fn hook_body(input: &[u8]) -> Option<()> {
    let (choice, rest) = input.split_first()?;
    let (line, body) = rest.split_at(rest.iter().position(|byte| *byte == b'\n')?);
    let kind = KINDS[usize::from(*choice) % KINDS.len()];
    let hook = &FLOWS[usize::from(*choice) / KINDS.len() % FLOWS.len()];
    let body = content(kind, &body[1..]).ok()?;
    if let Some(pointer) = std::str::from_utf8(line).ok().and_then(Pointer::parse) {
        let again = Pointer::parse(&pointer.to_string()).expect("what we wrote is a pointer");
        assert_eq!(again, pointer);
        let found = pointer.text(&body, &body);
        assert!(found.is_none_or(|text| !text.trim().is_empty()));
    }
    match picked(hook, "id", &body) {
        Err(cause) => {
            assert!(["hook.no_records", "hook.not_record", "hook.no_id"].contains(&&*cause.code), "{cause:?}")
        }
        Ok(picks) => {
            for pick in picks {
                assert!(!pick.id.trim().is_empty());
                let whole = Value::Map(pick.fields);
                let written = json::write(&whole);
                assert_eq!(json::read(&written).expect("what we wrote is JSON"), whole);
            }
        }
    }
    Some(())
}
