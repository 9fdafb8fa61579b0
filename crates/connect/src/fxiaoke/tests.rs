//! Tests of the connector: on a scripted wire where the calls matter, on a small CRM where what is read matters.

mod answers;
mod crm;
mod describing;
mod details;
mod events;
mod facts;
mod messages;
mod planning;
mod reading;
mod sign_in;
mod writing;

use std::sync::{Arc, LazyLock};

use contract::Connector;
use contract::transport::Call;
use model::{Map, Value, json};

use crate::exchanges::{ScriptedWire, connection};
use crate::manifest::Manifest;

const SECRETS: [(&str, &str); 2] = [("app_secret", "s3cr3t-s3cr3t"), ("permanent_code", "PERMANENT")];

/// The answer to a sign-in in the old style, with the whole life before it.
const TOKEN: &str = r#"{"errorCode":0,"errorMessage":"success","corpAccessToken":"TOKEN-1","corpId":"FSCID_1","expiresIn":7200}"#;

/// The answer to a query that found nothing.
const NOTHING: &str = r#"{"traceId":"E-O.demo.1000-1","errorCode":0,"errorMessage":"OK","data":{"dataList":[],"total":0,"offset":0,"limit":100}}"#;

fn fxiaoke() -> Arc<dyn Connector> {
    static CONNECTOR: LazyLock<Arc<dyn Connector>> =
        LazyLock::new(|| (super::BUILT_IN.connector)(manifest()));
    CONNECTOR.clone()
}

fn manifest() -> Arc<Manifest> {
    Arc::new(Manifest::built_in(super::BUILT_IN.manifest))
}

/// A connection in the old style whose operator is known, with these settings besides.
fn wire(settings: &[(&str, &str)]) -> ScriptedWire {
    let mut all = vec![("app_id", "FSAID_1"), ("operator", "FSUID_OP")];
    all.retain(|(name, _)| !settings.iter().any(|(other, _)| other == name));
    all.extend(settings);
    ScriptedWire::new(connection("fxiaoke", &all, &SECRETS))
}

/// A wire that has signed in with the first call.
fn signed_in(settings: &[(&str, &str)]) -> ScriptedWire {
    wire(settings).answering(TOKEN)
}

fn map(text: &str) -> Map<'static> {
    match json::read(text).unwrap().into_owned() {
        Value::Map(map) => map,
        other => panic!("no map: {other:?}"),
    }
}

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

/// The paths called, in order.
fn paths(wire: &ScriptedWire) -> Vec<String> {
    wire.sent().iter().map(|call| path(call).to_owned()).collect()
}

fn path(call: &Call) -> &str {
    call.url.strip_prefix("https://open.fxiaoke.com").unwrap_or(&call.url)
}

fn body(call: &Call) -> Map<'_> {
    match json::read_bytes(&call.body).unwrap() {
        Value::Map(map) => map,
        other => panic!("no map: {other:?}"),
    }
}

/// The text of a member of the body's `data`.
fn inner(call: &Call) -> String {
    json::write(body(call).get("data").expect("a body with data"))
}

#[track_caller]
fn no_problems(wire: &ScriptedWire) {
    assert_eq!(wire.problems(), Vec::new());
}
