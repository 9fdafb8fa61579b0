//! What any ERP pushes in the standard form (`protocols/standard-erp.md §3`): what its sender is told at once and what is
//! made of it afterwards agree, and whatever becomes a record is whole.

use std::sync::{Arc, LazyLock};

use connect::exchanges::connection;
use contract::Connector;
use contract::connector::PushedBill;
use mapping::{NoFiles, Text};
use model::connection::Connection;
use model::{Value, json};

const OBJECTS: [&str; 2] = [
    "kind: object\nconnection: test\nname: Order\nid: orderId\nnumber: orderNo\nversion: changedAt\nfields:\n  \
     - { name: orderId, type: text }\n  - { name: orderNo, type: text }\n  - { name: changedAt, type: datetime }\n\
     details:\n  - { name: lines, id: lineId, fields: [{ name: lineId, type: text }] }\n",
    "kind: object\nconnection: test\nname: Line\ncode: Order\nsplit: lines\nid: lineId\nfields:\n  \
     - { name: lineId, type: text }\n",
];

static CONNECTED: LazyLock<(Arc<dyn Connector>, Connection)> = LazyLock::new(|| {
    let registry = connect::registry(None).unwrap_or_else(|_| panic!("the built-in connectors are right"));
    let connector = contract::Connectors::connector(&registry, "standard-erp").expect("it is built in");
    let mut connected = connection("standard-erp", &[("void_field", "state"), ("void_value", "x")], &[]);
    connected.objects = OBJECTS
        .iter()
        .map(|text| match mapping::read(text, &NoFiles) {
            Ok(Text::Object(object)) => Arc::new(object),
            other => panic!("no object: {other:?}"),
        })
        .collect();
    (connector, connected)
});

/// # Panics
/// When what the sender was told is not what comes of it, or a record is not whole.
pub fn push(input: &[u8]) -> Option<()> {
    let (flags, body) = input.split_first()?;
    let (connector, connected) = &*CONNECTED;
    let is_taken = connector.check_push(body).is_ok();
    let Ok(content) = json::read_bytes(body) else {
        assert!(!is_taken, "what is no JSON was taken");
        return Some(());
    };
    let (void, id) = (flags & 1 == 1, (flags & 2 == 2).then_some("7001"));
    let bill = PushedBill { code: "Order", id, void, content: Some(content) };
    match connector.pushed(connected, bill) {
        Err(cause) => {
            let told = ["erp.push_not_standard", "erp.push_other_id", "erp.no_id", "erp.no_master"];
            assert!(told.contains(&&*cause.code), "{cause:?}");
            assert!(is_taken || cause.code == "erp.push_not_standard", "{cause:?}");
        }
        Ok(records) => {
            assert!(is_taken, "what was refused became records");
            for record in records {
                assert!(!record.found.id.trim().is_empty() && (record.found.void || !void));
                let whole = Value::Map(record.found.body);
                let written = json::write(&whole);
                assert_eq!(json::read(&written).expect("what we wrote is JSON"), whole);
            }
        }
    }
    Some(())
}
