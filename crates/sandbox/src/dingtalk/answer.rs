//! The shapes of answers and errors in both families (`protocols/dingtalk.md` §1, §2.4, §3).

use serde_json::{Map, Value, json};

use crate::stand_in::{Chance, Reply};

/// Why a call is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// By the gateway of the old family: wrapped in `errcode` 88.
    Gateway { code: &'static str, message: String },
    /// By the interface itself: a bare `errcode`.
    Business { code: i64, message: String },
    /// `errcode` 22: no such interface below `/topapi`.
    UnknownApi { name: String },
    /// By the new family, with an HTTP status.
    Modern { status: u16, code: &'static str, message: String },
}

/// The members of a successful answer besides `errcode` and `request_id`, or a refusal.
pub type Answer = Result<Map<String, Value>, Refusal>;

/// The members of a `json!({…})`, for [`Answer`].
pub fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

impl Refusal {
    pub fn business(code: i64, message: impl Into<String>) -> Refusal {
        Refusal::Business { code, message: message.into() }
    }

    pub fn gateway(code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal::Gateway { code, message: message.into() }
    }

    pub fn modern(status: u16, code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal::Modern { status, code, message: message.into() }
    }

    /// A parameter is missing (40035).
    pub fn missing(name: &str) -> Refusal {
        Refusal::business(40035, format!("缺少参数 {name}"))
    }

    /// A parameter has a value that is not allowed (40035).
    pub fn illegal(name: &str) -> Refusal {
        Refusal::business(40035, format!("不合法的参数 {name}"))
    }

    pub fn no_such_user() -> Refusal {
        Refusal::business(60121, "找不到该用户")
    }

    /// A path outside both families.
    pub fn unknown_path() -> Refusal {
        Refusal::business(404, "请求的URI地址不存在")
    }

    fn body(self, chance: &mut Chance) -> (u16, Value) {
        match self {
            Refusal::Gateway { code, message } => {
                let wrapped = format!("ding talk error[subcode={code},submsg={message}]");
                let body = json!({ "errcode": 88, "sub_code": code, "sub_msg": message, "errmsg": wrapped,
                    "request_id": request_id(chance) });
                (200, body)
            }
            Refusal::Business { code: code @ (404 | 40096), message } => {
                (200, json!({ "errcode": code, "errmsg": message }))
            }
            Refusal::Business { code, message } => {
                (200, json!({ "errcode": code, "errmsg": message, "request_id": request_id(chance) }))
            }
            Refusal::UnknownApi { name } => {
                let message = format!("不合法ApiName，ApiName = {name}");
                let wrapped = format!("Invalid method[submsg={message}]");
                let body = json!({ "errcode": 22, "sub_msg": message, "errmsg": wrapped,
                    "request_id": request_id(chance) });
                (200, body)
            }
            Refusal::Modern { status, code, message } => {
                (status, json!({ "requestid": request_uuid(chance), "code": code, "message": message }))
            }
        }
    }
}

/// The reply of the old family: always HTTP 200.
pub fn old(answer: Answer, chance: &mut Chance) -> Reply {
    match answer {
        Ok(members) => {
            let mut body = Map::new();
            body.insert("errcode".into(), json!(0));
            body.insert("errmsg".into(), json!("ok"));
            body.extend(members);
            body.insert("request_id".into(), json!(request_id(chance)));
            Reply::json(200, &Value::Object(body))
        }
        Err(refusal) => refused(refusal, chance),
    }
}

/// The reply of the new family: the members alone.
pub fn modern(answer: Answer, chance: &mut Chance) -> Reply {
    match answer {
        Ok(members) => Reply::json(200, &Value::Object(members)),
        Err(refusal) => refused(refusal, chance),
    }
}

/// The reply of a token call of the old family: without `request_id`.
pub fn token(answer: Answer, chance: &mut Chance) -> Reply {
    match answer {
        Ok(members) => Reply::json(200, &Value::Object(members)),
        Err(Refusal::Business { code, message }) => {
            Reply::json(200, &json!({ "errcode": code, "errmsg": message }))
        }
        Err(refusal) => refused(refusal, chance),
    }
}

fn refused(refusal: Refusal, chance: &mut Chance) -> Reply {
    let (status, body) = refusal.body(chance);
    Reply::json(status, &body)
}

/// The code of a refusing reply: `errcode`, or `88.40014`, or the `code` of the new family.
pub fn refusal_code(reply: &Reply) -> Option<String> {
    let text = String::from_utf8_lossy(&reply.body[..reply.body.len().min(256)]);
    let after = |name: &str| -> Option<String> {
        let (_, rest) = text.split_once(&format!("\"{name}\":"))?;
        Some(rest.trim_start_matches('"').chars().take_while(|c| !matches!(c, ',' | '"' | '}')).collect())
    };
    if reply.status != 200 {
        return after("code").or_else(|| Some(reply.status.to_string()));
    }
    match after("errcode")?.as_str() {
        "0" => None,
        "88" => Some(format!("88.{}", after("sub_code").unwrap_or_default())),
        code => Some(code.into()),
    }
}

/// Such as `16l4ew3d47pdp`.
fn request_id(chance: &mut Chance) -> String {
    const ALPHABET: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    (0..13).map(|_| char::from(*chance.pick(ALPHABET))).collect()
}

/// Such as `D4C6…` of the new family: an upper-case UUID.
pub fn request_uuid(chance: &mut Chance) -> String {
    let hex = chance.hex(32).to_uppercase();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
