//! What an answer means: HTTP 200 and `errcode` (§1), errcode 88 with the real code inside (§3).

use std::time::Duration;

use contract::connector::Refusal;
use contract::transport::Answer;
use model::{AnswerClass, Cause, Value, json};

use super::account::Account;

/// Whether a call that was carried out without our knowing matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Read,
    /// People may have got something.
    Send,
}

impl Effect {
    /// The refusal of a call that got no answer: a question whose answer was lost may simply be asked again.
    pub(super) fn without_answer(self, refusal: Refusal) -> Refusal {
        match (self, refusal.class) {
            (Effect::Read, AnswerClass::Unknown) => Refusal::new(AnswerClass::Transient, refusal.cause),
            _ => refusal,
        }
    }
}

/// How long the gateway blocks an address (§3).
const BAN: Duration = Duration::from_secs(300);

/// The answer's body when it is a success.
pub(super) fn judge(
    account: &Account<'_>,
    answer: &Answer,
    effect: Effect,
) -> Result<Value<'static>, Refusal> {
    let body = json::read_bytes(&answer.body).ok().filter(|body| body.as_map().is_some());
    let code = body.as_ref().and_then(|body| body.get("errcode")).and_then(Value::plain);
    match (body.as_ref(), code.as_deref()) {
        (Some(body), Some("0")) => Ok(body.clone().into_owned()),
        (Some(body), Some(code)) => Err(refused(account, body, code)),
        (Some(body), None) if is_ban(body) => Err(banned(account)),
        _ => Err(unreadable(answer.status, effect)),
    }
}

/// An errcode other than 0. The gateway wraps its own refusals in 88 and names the real code in `sub_code`.
fn refused(account: &Account<'_>, body: &Value<'_>, code: &str) -> Refusal {
    let text = |name: &str| body.get(name).and_then(Value::plain).unwrap_or_default().into_owned();
    let (code, message) = match code {
        "88" => (text("sub_code"), text("sub_msg")),
        code => (code.to_owned(), text("errmsg")),
    };
    let (class, cause) = account
        .manifest
        .error(&code)
        .unwrap_or_else(|| (AnswerClass::Rejected, Cause::new("dingtalk.other").with("code", &code)));
    Refusal::new(until(account, class, &code), cause.with("message", message))
}

/// When a limit that DingTalk names ends (§3).
fn until(account: &Account<'_>, class: AnswerClass, code: &str) -> AnswerClass {
    let wait = match code {
        "90018" => Duration::from_secs(1),
        "90002" | "41047" => Duration::from_secs(60),
        _ => return class,
    };
    match class {
        AnswerClass::Throttled(_) => AnswerClass::Throttled(Some(account.wire.clock().now() + wait)),
        class => class,
    }
}

/// `{"status":1111,"wait":5,"source":"x5","punish":"deny"}`: the gateway turned the call away.
fn is_ban(body: &Value<'_>) -> bool {
    body.get("punish").and_then(Value::as_text) == Some("deny")
}

fn banned(account: &Account<'_>) -> Refusal {
    let until = account.wire.clock().now() + BAN;
    Refusal::new(AnswerClass::Throttled(Some(until)), Cause::new("dingtalk.banned"))
}

/// HTML, broken JSON, or JSON without an errcode. A status of 3xx or 4xx is no answer of DingTalk's, which answers 200
/// always (§1): the address is wrong, and nothing was carried out.
fn unreadable(status: u16, effect: Effect) -> Refusal {
    let (class, code) = match (status, effect) {
        (429, _) => (AnswerClass::Throttled(None), "dingtalk.not_dingtalk"),
        (300..500, _) => (AnswerClass::Config, "dingtalk.not_dingtalk"),
        (_, Effect::Read) => (AnswerClass::Transient, "dingtalk.unreadable_read"),
        (_, Effect::Send) => (AnswerClass::Unknown, "dingtalk.unreadable"),
    };
    Refusal::new(class, Cause::new(code).with("status", status))
}
