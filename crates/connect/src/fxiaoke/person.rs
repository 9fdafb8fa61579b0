//! People: by mobile number from the address book, by employee number from the CRM's staff list
//! (`protocols/fxiaoke.md §5`).

use contract::connector::Refusal;
use model::{AnswerClass, Map, Value};

use super::call::{Kind, Session};
use super::path::{self, Act};
use super::query::Query;
use super::settings::Style;

/// The staff list as a CRM object; it needs a sharing rule of its own even for administrators (`§2.2`).
const STAFF: &str = "PersonnelObj";
const USER_ID: &str = "user_id";

/// "openUserId not found" (`§3`), which of a call that names a mobile number can only mean that number.
const UNKNOWN_USER: &str = "fxiaoke.20012";

/// The id of the person known by this mobile number or, failing that, by this employee number; in the form that fields
/// for people have in the connection's style: open user ids in the old one, employee numbers in the new one (`§4.3`).
pub(super) async fn lookup(session: &Session<'_>, by: &str) -> Result<Option<String>, Refusal> {
    if is_mobile(by) {
        let found = match session.settings.style {
            Style::Token => by_mobile(session, by).await?,
            Style::OAuth => in_staff(session, "phone", by).await?,
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    in_staff(session, "employee_number", by).await
}

/// The address book's answer for a mobile number: an open user id in the old style. What it answers for a number that
/// nobody has is not documented: an empty list and a refusal both mean that.
pub(super) async fn by_mobile(session: &Session<'_>, mobile: &str) -> Result<Option<String>, Refusal> {
    let mut body = Map::new();
    body.push("mobile", mobile);
    match session.plain(path::USER_BY_MOBILE, Kind::Read, body).await {
        Ok(answer) => Ok(first_employee(&answer)),
        Err(refusal) if refusal.class == AnswerClass::Rejected => Ok(None),
        Err(refusal) if refusal.cause.code == UNKNOWN_USER => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// The employee's number for a mobile number, from the staff list. Asked before the operator is known, on behalf of
/// the first administrator; for the new style, which wants numbers.
pub(super) async fn number_by_mobile(session: &Session<'_>, mobile: &str) -> Result<Option<String>, Refusal> {
    let fields = [USER_ID.to_owned()];
    let query = Query::of(STAFF, &fields).equals("phone", mobile).limit(1);
    Ok(first_of_staff(&session.plain(Act::Query.path(STAFF), Kind::Read, query.body()).await?))
}

async fn in_staff(session: &Session<'_>, field: &str, value: &str) -> Result<Option<String>, Refusal> {
    let fields = [USER_ID.to_owned()];
    let query = Query::of(STAFF, &fields).equals(field, value).limit(1);
    Ok(first_of_staff(&session.crm(Act::Query.path(STAFF), Kind::Read, query.body()).await?))
}

fn first_of_staff(answer: &Map) -> Option<String> {
    let rows = answer.get("data")?.get("dataList")?.as_list()?;
    id_in(rows.first()?.get(USER_ID)?)
}

/// The first of `empList` who is at work; `status` is `NORMAL` for those (`§5`).
fn first_employee(answer: &Map) -> Option<String> {
    let at_work = |employee: &&Value| {
        employee
            .get("status")
            .and_then(Value::as_text)
            .is_none_or(|status| status.eq_ignore_ascii_case("NORMAL"))
    };
    let employee = answer.get("empList")?.as_list()?.iter().find(at_work)?;
    id_in(employee.get("openUserId")?)
}

/// An id, given as text, number or list of one.
fn id_in(value: &Value) -> Option<String> {
    match value {
        Value::List(list) => list.first().and_then(id_in),
        other => other.plain().map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()),
    }
}

/// Eleven digits, perhaps with a country code in front.
fn is_mobile(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    digits.len() >= 11 && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}
