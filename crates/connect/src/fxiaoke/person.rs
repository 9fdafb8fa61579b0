//! People: by mobile number from the address book, by employee number from the CRM's staff list
//! (`protocols/fxiaoke.md §5`).

use contract::connector::Refusal;
use model::{Map, Value};

use super::call::{Kind, Session};
use super::path::{self, Act};
use super::query::Query;

/// The staff list as a CRM object; it needs a sharing rule of its own even for administrators (`§2.2`).
const STAFF: &str = "PersonnelObj";

/// The id of the person known by this mobile number or, failing that, by this employee number.
pub(super) async fn lookup(session: &Session<'_>, by: &str) -> Result<Option<String>, Refusal> {
    if is_mobile(by)
        && let Some(id) = by_mobile(session, by).await?
    {
        return Ok(Some(id));
    }
    in_staff(session, "employee_number", by).await
}

/// The address book's answer for a mobile number: an open user id in the old style.
pub(super) async fn by_mobile(session: &Session<'_>, mobile: &str) -> Result<Option<String>, Refusal> {
    let mut body = Map::new();
    body.push("mobile", mobile);
    let answer = session.plain(path::USER_BY_MOBILE, Kind::Read, body).await?;
    Ok(first_employee(&answer))
}

/// The user id of the one in the staff list whose field has this value.
pub(super) async fn in_staff(
    session: &Session<'_>,
    field: &str,
    value: &str,
) -> Result<Option<String>, Refusal> {
    let fields = ["user_id".to_owned()];
    let query = Query::of(STAFF, &fields).equals(field, value).limit(1);
    let answer = session.plain(Act::Query.path(STAFF), Kind::Read, query.body()).await?;
    let row = answer.get("data").and_then(|page| page.get("dataList")).and_then(Value::as_list);
    Ok(row.and_then(|rows| id_in(rows.first()?.get("user_id")?)))
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
