//! A script's questions to the host, and the answers as the script sees them.

use std::sync::Arc;

use contract::functions::{Denied, Host, HttpReply, HttpRequest, LinkQuestion};
use model::{AnswerClass, Cause, Map, Value, json};

use crate::input::headers_value;
use crate::native::{decode_body, linked_value};
use crate::output::{headers, unmarked};
use crate::shared::{Ask, Shared};

/// What goes back into the script: JSON, or why not.
pub(crate) type Answer = (u32, Result<String, Denied>);

/// Puts one question to the host.
pub(crate) async fn answered(ask: Ask, host: Arc<dyn Host>, shared: Shared) -> Answer {
    let answer = match ask.kind.as_str() {
        "http" => http(&ask.question, &*host, &shared).await,
        _ => link(&ask.question, &*host).await,
    };
    (ask.number, answer)
}

fn refused(cause: Cause) -> Denied {
    Denied { cause, class: AnswerClass::Rejected }
}

fn read(question: &str) -> Result<Map<'static>, Denied> {
    match json::read(question).map(Value::into_owned) {
        Ok(Value::Map(map)) => Ok(map),
        _ => Err(refused(Cause::new("function.bad_question"))),
    }
}

fn text(map: &mut Map<'static>, name: &str) -> Option<String> {
    map.remove(name)?.plain().map(|text| text.into_owned())
}

async fn http(question: &str, host: &dyn Host, shared: &Shared) -> Result<String, Denied> {
    let mut map = read(question)?;
    let timeout = text(&mut map, "timeout");
    let timeout_ms = match timeout.map(|timeout| timeout.parse::<u64>()) {
        None => None,
        Some(Ok(timeout)) => Some(timeout),
        Some(Err(_)) => return Err(refused(Cause::new("function.bad_count"))),
    };
    let request = HttpRequest {
        method: text(&mut map, "method").unwrap_or_default(),
        url: text(&mut map, "url").unwrap_or_default(),
        headers: headers("headers", map.remove("headers").unwrap_or_default()).map_err(refused)?,
        body: text(&mut map, "body").map(|body| unmarked(&body)).unwrap_or_default(),
        timeout_ms,
    };
    let HttpReply { status, headers, body } = host.http(request).await?;
    let content_type = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let mut reply = Map::with_capacity(4);
    reply.push("status", i64::from(status));
    reply.push("headers", headers_value(&headers));
    reply.push("text", decode_body(&body, content_type.map(|(_, value)| value.as_str())));
    reply.push("bytes", shared.hold(body) as i64);
    Ok(json::write(&Value::Map(reply)))
}

async fn link(question: &str, host: &dyn Host) -> Result<String, Denied> {
    let mut map = read(question)?;
    let asked = LinkQuestion {
        object: text(&mut map, "object").unwrap_or_default(),
        known: text(&mut map, "known").unwrap_or_default(),
        by_number: map.get("by").and_then(Value::as_text) == Some("number"),
        target: text(&mut map, "target"),
        backwards: map.get("backwards") == Some(&Value::Bool(true)),
    };
    let known = asked.known.clone();
    let answers = host.links(vec![asked]).await?;
    let found = answers.into_iter().next().unwrap_or(contract::functions::Linked::Nothing);
    let value = linked_value(&found).map_err(|cause| refused(cause.with("known", known)))?;
    Ok(json::write(&value))
}
