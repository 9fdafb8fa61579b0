//! Sending a notice: `asyncsend_v2` (§4.1).
//!
//! The document is either as the vendor has it, `{userid_list, msg: {msgtype, text: {content}}}`, or short:
//! `{mobiles, text}`, `{mobiles, title, markdown}`, `{userid_list, oa: {…}}`. Everything that can be known to be wrong is
//! told before anything is sent.

mod message;
mod receivers;

use contract::connector::{Announcement, Bulletin, Notice, Refusal};
use contract::wire::Wire;
use model::step::Step;
use model::{AnswerClass, Cause, Map, Number, Value, json};

use super::account::Account;
use super::answer::Effect;
use super::kinds::{self, Kind};
use super::receipt;
use crate::Manifest;
use receivers::Receivers;

const PATH: &str = "topapi/message/corpconversation/asyncsend_v2";

/// A notice that can be sent.
struct Ready {
    agent: Option<i64>,
    receivers: Receivers,
    /// `{msgtype, <kind>: {…}}`.
    msg: Map<'static>,
}

/// Sends the notice; gives its receipt.
pub(super) async fn send(account: &Account<'_>, notice: &Notice<'_>) -> Result<String, Refusal> {
    let rejected = |cause| Refusal::new(AnswerClass::Rejected, cause);
    let mut ready = Ready::of(notice.object, notice.document).map_err(rejected)?;
    ready.receivers.find_mobiles(account).await?;
    ready.receivers.check(&ready.msg).map_err(rejected)?;
    let agent = ready.agent.unwrap_or(account.agent_id);
    let answer = account.ask("asyncsend_v2", PATH, &ready.body(agent), Effect::Send, &[]).await?;
    match answer.get("task_id").and_then(Value::plain) {
        Some(task) => Ok(receipt::name(account, &task, agent)),
        None => Err(Refusal::new(AnswerClass::Unknown, Cause::new("dingtalk.no_task_id"))),
    }
}

/// Most bytes of a text that tells of alerts: what is around it, and its line ends as JSON, has to fit into the limit of a
/// message (§4.1).
const LONGEST_ALERT: usize = 1_600;

/// The notice by which people are told of alerts; everybody who may see the app where nobody is named.
pub(super) fn announcement(bulletin: &Bulletin<'_>) -> Announcement {
    let list = |texts: &[String]| Value::List(texts.iter().cloned().map(Value::from).collect());
    let mut document = Map::new();
    if !bulletin.users.is_empty() {
        document.push("userid_list", list(bulletin.users));
    }
    if !bulletin.mobiles.is_empty() {
        document.push("mobiles", list(bulletin.mobiles));
    }
    if bulletin.users.is_empty() && bulletin.mobiles.is_empty() {
        document.push("to_all_user", true);
    }
    document.push("text", bulletin.text_within(LONGEST_ALERT));
    Announcement { object: "text", document }
}

/// The call that a notice would make. Mobile numbers are not looked up; they stand where the userid will be.
pub(super) fn preview(manifest: &Manifest, wire: &dyn Wire, step: &Step) -> (String, String) {
    let Ok(Value::Map(document)) = json::read(&step.document) else {
        return (PATH.into(), step.document.clone());
    };
    match Ready::of(&step.object, &document) {
        Ok(mut ready) => {
            ready.receivers.stand_in();
            let agent = Account::of(manifest, wire).map_or(0, |account| account.agent_id);
            (PATH.into(), json::write(&ready.body(ready.agent.unwrap_or(agent))))
        }
        Err(cause) => (PATH.into(), format!("{}: {:?}", cause.code, cause.params)),
    }
}

impl Ready {
    fn of(object: &str, document: &Map<'_>) -> Result<Ready, Cause> {
        let kind = kinds::kind(object).ok_or_else(|| kinds::unknown(object))?;
        known(kind, document)?;
        Ok(Ready {
            agent: agent(document)?,
            receivers: Receivers::of(document)?,
            msg: message::of(kind, document)?,
        })
    }

    fn body(&self, agent: i64) -> Value<'static> {
        let mut body = Map::new();
        body.push("agent_id", agent);
        self.receivers.put_into(&mut body);
        body.push("msg", Value::Map(self.msg.clone()));
        Value::Map(body)
    }
}

/// Every field of the document must be one that means something: a mistyped one would be left out silently.
fn known(kind: &Kind, document: &Map<'_>) -> Result<(), Cause> {
    let fields = kinds::RECEIVERS.iter().chain(kind.fields).map(|part| part.first());
    let known: Vec<&str> = fields.chain(["msg", kind.name]).collect();
    let unknown = document.iter().map(|(name, _)| name).find(|name| !known.contains(name));
    unknown.map_or(Ok(()), |name| Err(unknown_field(name, &known)))
}

/// The cause for a field that there is not.
fn unknown_field(name: &str, known: &[&str]) -> Cause {
    let cause = match crate::nearest::nearest(name, known.iter().copied()) {
        Some(meant) => Cause::new("dingtalk.field_meant").with("meant", meant),
        None => Cause::new("dingtalk.field_unknown").with("known", known.join(", ")),
    };
    cause.with("field", name)
}

/// The agent id that the document names: at the top, where the vendor has it, or inside `msg`, where other platforms'
/// forms put it.
fn agent(document: &Map<'_>) -> Result<Option<i64>, Cause> {
    let inside = document.get("msg").and_then(|msg| msg.get("agent_id"));
    let Some(value) = document.get("agent_id").or(inside).filter(|value| !value.is_blank()) else {
        return Ok(None);
    };
    let number = value.plain().and_then(|text| Number::parse(text.trim().to_owned())?.as_i64());
    let bad = || Cause::new("dingtalk.bad_agent_id").with("agent_id", value.plain().unwrap_or_default());
    number.map(Some).ok_or_else(bad)
}
