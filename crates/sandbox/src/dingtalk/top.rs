//! The old door of 淘宝开放平台 (TOP), as the published Python client uses it: `POST /router/rest` with the operation in
//! `method`, the token in `session` and everything else beside them, in the query or as a form.
//!
//! It opens the same operations as `/topapi`, and the three older names for sending notices. The answer is wrapped in
//! a member named after the method; a call that reaches no operation is answered by the platform itself with an
//! `error_response` (22 for the method, 27 for the session).

use serde_json::{Map, Value, json};

use super::DingTalk;
use super::answer::{Answer, Refusal};
use super::parameters::Parameters;
use super::route::Topapi;
use crate::exact;
use crate::stand_in::{Moment, Reply, Request};

pub const PATH: &str = "/router/rest";

const OLDER: &str = "dingtalk.corp.message.corpconversation.";

/// The operation that a call to this door names.
pub fn operation(call: &Request) -> Option<Topapi> {
    match call.path.as_str() {
        PATH => named(Parameters::of_form(call).members.get("method")?.as_str()?),
        _ => None,
    }
}

fn named(method: &str) -> Option<Topapi> {
    match method.strip_prefix(OLDER) {
        Some("asyncsend") => Some(Topapi::Send),
        Some("getsendprogress") => Some(Topapi::Progress),
        Some("getsendresult") => Some(Topapi::Result),
        Some(_) => None,
        None => Topapi::of(&path_of(method)?),
    }
}

/// `/topapi/v2/user/get` for `dingtalk.oapi.v2.user.get`.
fn path_of(method: &str) -> Option<String> {
    Some(format!("/topapi/{}", method.strip_prefix("dingtalk.oapi.")?.replace('.', "/")))
}

impl DingTalk {
    /// One call through this door.
    pub fn top(&mut self, call: &Request, moment: &mut Moment) -> Reply {
        let mut parameters = Parameters::of_form(call);
        let text =
            |name: &str| parameters.members.get(name).and_then(Value::as_str).unwrap_or_default().to_string();
        let (method, session) = (text("method"), text("session"));
        let Some(operation) = named(&method) else {
            return error(22, "不合法ApiName");
        };
        if !self.token.is_valid(&session, moment.now_ms) {
            return error(27, "Invalid session");
        }
        let is_older = method.starts_with(OLDER);
        if is_older && operation == Topapi::Send {
            join_message(&mut parameters);
        }
        let path = path_of(&method).unwrap_or_else(|| method.clone());
        let answer = self.operate(operation, &path, &parameters, moment);
        let wrapper = format!("{}_response", method.replace('.', "_"));
        Reply::json(200, &json!({ wrapper: wrapped(answer, is_older) }))
    }
}

/// The older call carries the kind and the block of a message apart.
fn join_message(parameters: &mut Parameters) {
    let kind = parameters.members.get("msgtype").and_then(Value::as_str).unwrap_or_default().to_string();
    let block = parameters.members.get("msgcontent").and_then(Value::as_str).unwrap_or_default();
    let block = exact::read(block.as_bytes()).unwrap_or(Value::Null);
    parameters.members.insert("msg".into(), json!({ "msgtype": kind, kind: block }));
}

fn wrapped(answer: Answer, is_older: bool) -> Value {
    match answer {
        Ok(members) if is_older => {
            let mut result = Map::from_iter([
                ("ding_open_errcode".to_string(), json!(0)),
                ("success".to_string(), json!(true)),
            ]);
            result.extend(members);
            json!({ "result": result })
        }
        Ok(members) => {
            let mut body =
                Map::from_iter([("errcode".to_string(), json!(0)), ("errmsg".to_string(), json!("ok"))]);
            body.extend(members);
            Value::Object(body)
        }
        Err(refusal) => {
            let (code, message) = told(refusal);
            match is_older {
                true => {
                    json!({ "result": { "ding_open_errcode": code, "success": false, "error_msg": message } })
                }
                false => json!({ "errcode": code, "errmsg": message }),
            }
        }
    }
}

fn told(refusal: Refusal) -> (i64, String) {
    match refusal {
        Refusal::Gateway { code, message } => (code.parse().unwrap_or(88), message),
        Refusal::Business { code, message } => (code, message),
        Refusal::UnknownApi { name } => (22, name),
        Refusal::Modern { message, .. } => (-1, message),
    }
}

fn error(code: i64, message: &str) -> Reply {
    Reply::json(200, &json!({ "error_response": { "code": code, "msg": message, "sub_msg": message } }))
}
