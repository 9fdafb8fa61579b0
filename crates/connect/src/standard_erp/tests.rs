//! Tests of the connector: on a small ERP where what is read matters, on a scripted wire where single calls do.

mod answers;
mod erp;
mod pushing;
mod reading;

use std::sync::{Arc, LazyLock};

use contract::Connector;
use contract::connector::{Done, Refusal};
use mapping::{NoFiles, Text};
use model::connection::Connection;
use model::object::Object;
use model::step::{Action, Step};

use crate::exchanges::{ScriptedWire, connection};
use crate::manifest::Manifest;

const OBJECT: &str = "kind: object\nconnection: test\nname: Order\nid: id\nnumber: no\nversion: changed\nfields:\n  \
                      - { name: id, type: text }\n  - { name: no, type: text }\n  - { name: changed, type: datetime }\n\
                      details:\n  - { name: lines, id: lineId, fields: [{ name: lineId, type: text }] }\n";
const LINE: &str = "kind: object\nconnection: test\nname: Line\ncode: Order\nsplit: lines\nid: lineId\nfields:\n  \
                    - { name: lineId, type: text }\n";

fn erp() -> Arc<dyn Connector> {
    static CONNECTOR: LazyLock<Arc<dyn Connector>> = LazyLock::new(|| {
        let manifest = Manifest::built_in(super::BUILT_IN.manifest);
        (super::BUILT_IN.connector)(Arc::new(manifest))
    });
    CONNECTOR.clone()
}

fn object(text: &str) -> Arc<Object> {
    match mapping::read(text, &NoFiles) {
        Ok(Text::Object(object)) => Arc::new(object),
        other => panic!("no object: {other:?}"),
    }
}

fn connected(settings: &[(&str, &str)]) -> Connection {
    let mut all = vec![("base_url", "http://erp.example.com/api")];
    all.extend(settings);
    let mut connection = connection("standard-erp", &all, &[("token", "t0ken-t0ken")]);
    connection.objects = vec![object(OBJECT), object(LINE)];
    connection
}

fn wire(settings: &[(&str, &str)]) -> ScriptedWire {
    ScriptedWire::new(connected(settings))
}

fn step(action: Action, document: &str) -> Step {
    Step {
        action,
        object: "Order".into(),
        id: None,
        number: None,
        document: document.into(),
        options: String::new(),
        row_of: None,
    }
}

async fn created(wire: &ScriptedWire) -> Result<Done, Refusal> {
    erp().step(wire, &[step(Action::Create, r#"{"no":"XSDD-1"}"#)]).await.remove(0)
}
