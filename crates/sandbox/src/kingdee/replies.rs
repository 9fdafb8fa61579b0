//! Replies as the web server sends them: JSON, its own pages, and the refusals of bodies that reach no operation
//! (`protocols/kingdee.md §1, §4`).

use model::{Map, Value, json};

use super::arguments::{Malformed, plain};
use super::fault::object;
use crate::stand_in::Reply;

/// A body as the interface answers it.
pub fn answer(body: &Value) -> Reply {
    Reply::text(200, "application/json; charset=utf-8", json::write(body))
}

/// A page of the web server.
pub fn page(status: u16, title: &str) -> Reply {
    let html = format!(
        "<!DOCTYPE html>\r\n<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>服务器错误</h1>\
         <h2>{title}</h2></body>\r\n</html>\r\n"
    );
    Reply::text(status, "text/html", html)
}

/// The platform's own answer for a service that it does not know, a misspelt one included: the prefix that the
/// published clients look for, and a serialised exception (§3.4, §4).
pub fn unknown_service(service: &str) -> Reply {
    let error = object([
        ("_httpCode", 500.into()),
        ("ClassName", "System.NullReferenceException".into()),
        ("Message", format!("未将对象引用设置到对象的实例。服务：{service}").into()),
        ("InnerExWrapper", Value::Null),
        ("StackTraceString", Value::Null),
    ]);
    Reply::text(
        200,
        "text/plain; charset=utf-8",
        format!("response_error:{}", json::write(&Value::Map(error))),
    )
}

/// The answers to bodies that never reach an operation (§1).
pub fn refuse_body(malformed: &Malformed) -> Reply {
    let body = match malformed {
        Malformed::NotJson(message) => {
            let error = object([
                ("errorTitle", "金蝶温馨提示: 应用服务器发生错误，请联系系统管理员检修！".into()),
                ("errorInfo", (*message).into()),
            ]);
            Value::Map(action("ShowErrMsg", error))
        }
        Malformed::Suspicious => {
            let message = "请求参数存在可疑数据,当前请求已经被拦截规则[caller_in_less_Point_Bracket]阻止!";
            let confirm = object([
                ("title", "".into()),
                ("msg", message.into()),
                ("option", 0.into()),
                ("msgType", 0.into()),
            ]);
            Value::List(vec![Value::Map(action("showConfirm", confirm))])
        }
    };
    Reply::text(200, "text/plain; charset=utf-8", json::write(&body))
}

fn action(name: &'static str, parameters: Map<'static>) -> Map<'static> {
    object([("actionname", name.into()), ("params", Value::List(vec![parameters.into()]))])
}

/// The code with which a reply refuses its call: `MsgCode`, `LoginResultType`, or what the web server said.
pub fn refusal(reply: &Reply) -> Option<String> {
    if reply.status >= 400 {
        return Some(reply.status.to_string());
    }
    let body = json::read_bytes(&reply.body).ok();
    let Some(mut value) = body.as_ref() else { return Some("no JSON".into()) };
    while let Value::List(list) = value {
        let [one] = list.as_slice() else { return None };
        value = one;
    }
    if value.get("actionname").is_some() {
        return Some("refused".into());
    }
    if let Some(result) = value.get("LoginResultType") {
        let result = plain(Some(result));
        return (!matches!(result.as_str(), "1" | "-5")).then(|| format!("login {result}"));
    }
    let status = value.get("Result")?.get("ResponseStatus")?;
    let failed = status.get("IsSuccess") == Some(&Value::Bool(false));
    failed.then(|| format!("MsgCode {}", plain(status.get("MsgCode"))))
}
