//! Messages to people in Fxiaoke (企信): texts and cards (`protocols/fxiaoke.md §6`).
//!
//! The document names the receivers by `users` (open user ids, such as a record's `owner`), `mobiles` or `employees`
//! (employee numbers); each of them one text or a list. For `text` there is `content`; for `composite` there are `title`,
//! `content`, `form` (a list of `label` and `value`), `remark`, `link` (with `title` and either `url` or the `object` and
//! `id` of a record of the CRM). After a message has been accepted nothing more is told about it.

use contract::connector::{Announcement, Bulletin, Notice, Refusal};
use model::{AnswerClass, Cause, Map, Value, json};

use super::call::{Kind, Session};
use super::path;
use super::person;

/// Most receivers of one message (§6).
const MOST_RECEIVERS: usize = 500;

/// Sends the notice; the vendor's trace id stands for it.
pub(super) async fn notify(session: Session<'_>, notice: &Notice<'_>) -> Result<String, Refusal> {
    let content = content(notice)?;
    let mobiles = texts(notice.document.get("mobiles"));
    let session = mobiles.iter().fold(session, |session, mobile| session.hiding(mobile));
    let users = receivers(&session, notice, &mobiles).await?;
    let mut body = Map::with_capacity(3);
    body.push("toUser", users.into_iter().map(Value::from).collect::<Vec<_>>());
    body.push("msgType", notice.object);
    body.push(notice.object, content);
    let answer = session.plain(path::MESSAGE_SEND, Kind::Write, body).await?;
    Ok(answer.get("traceId").and_then(Value::plain).unwrap_or_default().into_owned())
}

/// The notice by which people are told of alerts.
pub(super) fn announcement(bulletin: &Bulletin<'_>) -> Announcement {
    let list = |texts: &[String]| Value::List(texts.iter().cloned().map(Value::from).collect());
    let mut document = Map::with_capacity(3);
    document.push("users", list(bulletin.users));
    document.push("mobiles", list(bulletin.mobiles));
    document.push("content", bulletin.text.to_owned());
    Announcement { object: "text", document }
}

async fn receivers(
    session: &Session<'_>,
    notice: &Notice<'_>,
    mobiles: &[String],
) -> Result<Vec<String>, Refusal> {
    let mut users = texts(notice.document.get("users"));
    for mobile in mobiles {
        match person::by_mobile(session, mobile).await? {
            Some(user) if !users.contains(&user) => users.push(user),
            Some(_) => {}
            None => {
                return Err(rejected(Cause::new("fxiaoke.receiver_unknown").with("ending", ending(mobile))));
            }
        }
    }
    for number in texts(notice.document.get("employees")) {
        match person::lookup(session, &number).await? {
            Some(user) if !users.contains(&user) => users.push(user),
            Some(_) => {}
            None => {
                return Err(rejected(Cause::new("fxiaoke.employee_unknown").with("number", number)));
            }
        }
    }
    match users.len() {
        0 => Err(rejected(Cause::new("fxiaoke.no_receivers"))),
        1..=MOST_RECEIVERS => Ok(users),
        count => Err(rejected(
            Cause::new("fxiaoke.too_many_receivers").with("count", count).with("most", MOST_RECEIVERS),
        )),
    }
}

fn content<'n>(notice: &'n Notice<'_>) -> Result<Map<'n>, Refusal> {
    let document = notice.document;
    let wanted = |name: &'static str| match document.get(name).filter(|value| !value.is_blank()) {
        Some(value) => Ok(value.borrow()),
        None => Err(rejected(Cause::new("fxiaoke.message_part").with("part", name))),
    };
    match notice.object {
        "text" => Ok(single("content", wanted("content")?)),
        "composite" => {
            let mut card = single("head", single("title", wanted("title")?).into());
            card.push("first", single("content", wanted("content")?));
            if let Some(form) = document.get("form").filter(|form| !form.is_blank()) {
                card.push("form", form.borrow());
            }
            if let Some(remark) = document.get("remark").filter(|remark| !remark.is_blank()) {
                card.push("remark", single("content", remark.borrow()));
            }
            if let Some(link) = document.get("link").filter(|link| !link.is_blank()) {
                card.push("link", address(link));
            }
            Ok(card)
        }
        other => {
            Err(Refusal::new(AnswerClass::Config, Cause::new("fxiaoke.message_kind").with("kind", other)))
        }
    }
}

/// A link to a record of the CRM opens it in the app (§6).
fn address<'v>(link: &'v Value<'_>) -> Value<'v> {
    let (Some(object), Some(id)) = (link.get("object"), link.get("id")) else { return link.borrow() };
    let mut record = Map::with_capacity(2);
    record.push("objDescApiName", object.borrow());
    record.push("objDataId", id.borrow());
    let mut shown = Map::with_capacity(2);
    shown.push("title", link.get("title").map_or(Value::Null, Value::borrow));
    shown.push("url", format!("fs://CRM/udobj?{}", json::write(&Value::Map(record))));
    shown.into()
}

fn single<'v>(name: &'static str, value: Value<'v>) -> Map<'v> {
    let mut map = Map::with_capacity(1);
    map.push(name, value);
    map
}

/// One text or a list of them.
fn texts(value: Option<&Value>) -> Vec<String> {
    let members = match value {
        Some(Value::List(list)) => list.iter().collect(),
        Some(value) => vec![value],
        None => Vec::new(),
    };
    let plain = members.into_iter().filter_map(Value::plain);
    plain.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

/// As much of a mobile number as may be shown.
fn ending(mobile: &str) -> String {
    let characters: Vec<char> = mobile.chars().collect();
    characters[characters.len().saturating_sub(4)..].iter().collect()
}

fn rejected(cause: Cause) -> Refusal {
    Refusal::new(AnswerClass::Rejected, cause)
}
