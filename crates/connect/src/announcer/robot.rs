//! A robot in a DingTalk group (`protocols/dingtalk.md §10`).
//!
//! The document is short: `{content}` for `text`, `{title, text}` for `markdown`; `mobiles` and `users` are called by `@`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::connector::{Announcement, Bulletin, Notice, Refusal};
use contract::transport::Call;
use contract::wire::Wire;
use hmac::{Hmac, KeyInit, Mac};
use model::{AnswerClass, Cause, Map, Secret, Timestamp, Value, json};
use sha2::Sha256;
use url::form_urlencoded;

use super::answer;
use crate::Manifest;

/// The fields that a document may have.
pub(super) const FIELDS: &[(&str, &str)] = &[
    ("content", "内容(text)"),
    ("title", "标题(markdown)"),
    ("text", "内容(markdown)"),
    ("mobiles", "@ 的手机号"),
    ("users", "@ 的用户 id"),
];

/// Most bytes of a text, well within the 20,000 of a message.
const LONGEST: usize = 15_000;

/// Where the robot is, and the secret by which calls are signed, where it has one.
pub(super) struct Address<'w> {
    base: String,
    token: &'w Secret,
    sign: Option<&'w Secret>,
}

pub(super) fn address<'w>(manifest: &Manifest, wire: &'w dyn Wire) -> Result<Address<'w>, Refusal> {
    let connection = wire.connection();
    let missing = || {
        let cause = Cause::new("announcer.setting_missing").with("setting", "access_token");
        Refusal::new(AnswerClass::Config, cause)
    };
    let default = manifest.settings().iter().find(|setting| setting.name == "base_url");
    let base = connection.setting("base_url").or(default.and_then(|setting| setting.default.as_deref()));
    Ok(Address {
        base: base.unwrap_or_default().trim_end_matches('/').to_owned(),
        token: connection.secret("access_token").ok_or_else(missing)?,
        sign: connection.secret("sign_secret").filter(|secret| !secret.reveal().is_empty()),
    })
}

impl Address<'_> {
    fn url(&self, now: Timestamp) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("access_token", self.token.reveal());
        if let Some(secret) = self.sign {
            query.append_pair("timestamp", &now.0.to_string());
            query.append_pair("sign", &sign(secret.reveal(), now));
        }
        format!("{}/robot/send?{}", self.base, query.finish())
    }
}

/// The signature of a call at that time: `base64(HmacSHA256(secret, timestamp + "\n" + secret))`.
fn sign(secret: &str, now: Timestamp) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(format!("{}\n{secret}", now.0).as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

pub(super) async fn send(
    manifest: &Manifest,
    wire: &dyn Wire,
    notice: &Notice<'_>,
) -> Result<String, Refusal> {
    let address = address(manifest, wire)?;
    let (now, body) = (wire.clock().now(), json::write(&Value::Map(body(notice)?)));
    let call = Call::post_json("robot/send", address.url(now), body).hiding(address.token.reveal());
    let call = match address.sign {
        Some(secret) => call.hiding(secret.reveal()).hiding(&sign(secret.reveal(), now)),
        None => call,
    };
    let answer = wire.send(call).await?;
    if answer.status != 200 {
        return Err(answer::refused(answer.status));
    }
    let told = json::read_bytes(&answer.body).ok();
    let text = |name: &str| told.as_ref().and_then(|told| told.get(name)?.plain()).unwrap_or_default();
    match &*text("errcode") {
        "0" => Ok("sent".into()),
        "" => Err(Refusal::new(AnswerClass::Unknown, Cause::new("announcer.unreadable"))),
        code => {
            let other = || (AnswerClass::Config, Cause::new("announcer.robot_refuses").with("code", code));
            let (class, cause) = manifest.error(code).unwrap_or_else(other);
            Err(Refusal::new(class, cause.with("message", text("errmsg"))))
        }
    }
}

fn body<'n>(notice: &'n Notice<'_>) -> Result<Map<'n>, Refusal> {
    let wanted = |name: &str| match notice.document.get(name).filter(|value| !value.is_blank()) {
        Some(value) => Ok(value.borrow()),
        None => Err(Refusal::from(Cause::new("announcer.part_missing").with("part", name))),
    };
    let mut block = Map::new();
    match notice.object {
        "text" => block.push("content", wanted("content")?),
        "markdown" => {
            block.push("title", wanted("title")?);
            block.push("text", wanted("text")?);
        }
        other => {
            let cause = Cause::new("announcer.kind").with("kind", other);
            return Err(Refusal::new(AnswerClass::Config, cause));
        }
    }
    let mut at = Map::new();
    for (name, part) in [("atMobiles", "mobiles"), ("atUserIds", "users")] {
        match notice.document.get(part).filter(|value| !value.is_blank()) {
            Some(Value::List(list)) => at.push(name, Value::List(list.iter().map(Value::borrow).collect())),
            Some(one) => at.push(name, Value::List(vec![one.borrow()])),
            None => {}
        }
    }
    let mut body = Map::new();
    body.push("msgtype", notice.object);
    body.push(notice.object, Value::Map(block));
    body.push("at", Value::Map(at));
    Ok(body)
}

pub(super) fn announcement(bulletin: &Bulletin<'_>) -> Announcement {
    let list = |texts: &[String]| Value::List(texts.iter().cloned().map(Value::from).collect());
    let mut document = Map::new();
    document.push("content", bulletin.text_within(LONGEST));
    document.push("mobiles", list(bulletin.mobiles));
    document.push("users", list(bulletin.users));
    Announcement { object: "text", document }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector of `protocols/dingtalk.md §10`.
    #[test]
    fn a_call_is_signed_as_the_vendor_does() {
        let signature = sign("SEC000000000000000000000", Timestamp(1_577_262_236_757));
        assert_eq!(signature, "xOJIB8eNoYWeLy26EMZOlc2RjOJbtPv9HYjm+E3uALU=");
    }
}
