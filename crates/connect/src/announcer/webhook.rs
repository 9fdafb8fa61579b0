//! Any address that takes JSON: the document is its body. With a secret it is signed by the scheme of Standard Webhooks
//! (standardwebhooks.com, "Signature scheme"), for which there are libraries in most languages.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::connector::{Announcement, Bulletin, Notice, Refusal};
use contract::transport::Call;
use contract::wire::Wire;
use hmac::{Hmac, KeyInit, Mac};
use model::{AnswerClass, Cause, Map, Value, json};
use sha2::Sha256;

use super::answer;

/// What stands before a secret that is base64.
const STANDARD_SECRET: &str = "whsec_";

pub(super) fn address(wire: &dyn Wire) -> Result<&str, Refusal> {
    wire.connection().setting("url").ok_or_else(|| {
        let cause = Cause::new("announcer.setting_missing").with("setting", "url");
        Refusal::new(AnswerClass::Config, cause)
    })
}

pub(super) async fn send(wire: &dyn Wire, notice: &Notice<'_>) -> Result<String, Refusal> {
    let body = json::write(&Value::Map(notice.document.borrow()));
    let id = format!("msg_{:016x}{:016x}", wire.chance().next(), wire.chance().next());
    let mut call = Call::post_json("post", address(wire)?, body.clone());
    call = call.with_header("webhook-id", id.clone());
    let seconds = wire.clock().now().0.div_euclid(1000);
    call = call.with_header("webhook-timestamp", seconds.to_string());
    let secret = wire.connection().secret("secret").map(|secret| secret.reveal());
    if let Some(secret) = secret.filter(|secret| !secret.is_empty()) {
        let signature = sign(secret, &id, seconds, &body)
            .ok_or_else(|| Refusal::new(AnswerClass::Config, Cause::new("announcer.bad_secret")))?;
        call = call.with_header("webhook-signature", format!("v1,{signature}")).hiding(secret);
    }
    let answer = wire.send(call).await?;
    match answer.status {
        200..=299 => Ok(id),
        status => Err(answer::refused(status)),
    }
}

/// `base64(HmacSHA256(secret, id.timestamp.body))`; `None` for a secret that is said to be base64 and is not.
fn sign(secret: &str, id: &str, seconds: i64, body: &str) -> Option<String> {
    let key = match secret.strip_prefix(STANDARD_SECRET) {
        Some(key) => STANDARD.decode(key).ok()?,
        None => secret.as_bytes().to_vec(),
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    Some(STANDARD.encode(mac.finalize().into_bytes()))
}

/// What programs read, and the text for people beside it.
pub(super) fn announcement(bulletin: &Bulletin<'_>) -> Announcement {
    let mut document = match json::read(bulletin.body).map(Value::into_owned) {
        Ok(Value::Map(map)) => map,
        _ => Map::new(),
    };
    document.set("text", bulletin.text.to_owned());
    Announcement { object: "json", document }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// github.com/standard-webhooks, the test vector of its libraries.
    #[test]
    fn a_call_is_signed_by_the_standard() {
        let signature = sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signature.as_deref(), Some("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        assert_eq!(sign("whsec_不是", "msg_1", 0, "{}"), None);
    }
}
