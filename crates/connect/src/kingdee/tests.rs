//! Tests of the connector on a scripted wire: the calls it makes and what it makes of the answers.

mod deriving;
mod describing;
mod files;
mod masters;
mod paging;
mod reading;
mod writing;

use std::sync::Arc;

use contract::Connector;
use model::{Map, Value, json};

use crate::exchanges::{ScriptedWire, connection};
use crate::manifest::Manifest;

const SIGNED_IN: &str = r#"{"LoginResultType":1,"KDSVCSessionId":"2c6dfa6c-039b","Context":{"SessionId":"n3xfizba4et0","STimeZone":{"OffsetTicks":288000000000}}}"#;

fn kingdee() -> Arc<dyn Connector> {
    let manifest = Arc::new(Manifest::built_in(super::BUILT_IN.manifest));
    (super::BUILT_IN.connector)(manifest)
}

/// A wire that is asked to sign in first.
fn wire(settings: &[(&str, &str)]) -> ScriptedWire {
    let mut all = vec![
        ("base_url", "https://erp.example.com/k3cloud"),
        ("acct_id", "6501f2c7a2b0a1"),
        ("username", "zhangsan"),
    ];
    all.extend(settings);
    ScriptedWire::new(connection("kingdee-k3cloud", &all, &[("password", "p@ss")])).answering(SIGNED_IN)
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn map(text: &str) -> Map<'static> {
    match json::read(text).unwrap().into_owned() {
        Value::Map(map) => map,
        _ => panic!("{text} is no map"),
    }
}

/// The operations called after the sign-in, with their bodies.
fn calls(wire: &ScriptedWire) -> Vec<(&'static str, String)> {
    let body = |call: &contract::transport::Call| String::from_utf8(call.body.to_vec()).unwrap();
    wire.sent()
        .iter()
        .filter(|call| call.operation != "ValidateUser")
        .map(|call| (call.operation, body(call)))
        .collect()
}

/// One member of the data of each call.
fn data(wire: &ScriptedWire, name: &str) -> Vec<String> {
    let member = |(_, body): &(&str, String)| {
        let body = json::read(body).unwrap();
        let value = body.get("data").and_then(|data| data.get(name)).unwrap_or(&Value::Null);
        value.plain().map_or_else(|| json::write(value), |text| text.into_owned())
    };
    calls(wire).iter().map(member).collect()
}

fn failure(code: i64, message: &str) -> String {
    format!(
        r#"{{"Result":{{"ResponseStatus":{{"ErrorCode":500,"IsSuccess":false,"Errors":[{{"FieldName":null,"Message":"{message}","DIndex":0}}],"SuccessEntitys":[],"SuccessMessages":[],"MsgCode":{code}}}}}}}"#
    )
}
