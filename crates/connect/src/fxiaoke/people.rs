//! The people and departments of the tenant (`protocols/fxiaoke.md §5`), with ids in the form that fields for people
//! have in the connection's style: open user ids in the old one, employee numbers in the new one (`§4.3`).

use contract::connector::{PeopleAsk, Person, Refusal};
use model::binding::Kind as Bound;
use model::{AnswerClass, Map, Secret, Value};

use super::call::{Kind, Session};
use super::path;
use super::query::{MOST, Query};
use super::settings::Style;

/// The department that is the whole company.
const WHOLE_COMPANY: &str = "999999";
/// Up to so many people are asked for one by one.
const FEW: usize = 5;
/// The staff list as a CRM object; it needs a sharing rule of its own even for administrators (`§2.2`).
const STAFF: &str = "PersonnelObj";
const STAFF_FIELDS: [&str; 5] = ["user_id", "name", "phone", "employee_number", "status"];

/// Lists who is asked for; in the new style and for departments perhaps more than those.
pub(super) async fn people(session: &Session<'_>, ask: &PeopleAsk<'_>) -> Result<Vec<Person>, Refusal> {
    match (ask.kind, session.settings.style, ask.ids) {
        (Bound::Department, _, _) => departments(session).await,
        (Bound::Person, Style::OAuth, ids) => staff(session, ids).await,
        (Bound::Person, Style::Token, Some(ids)) if ids.len() <= FEW => one_by_one(session, ids).await,
        (Bound::Person, Style::Token, _) => address_book(session).await,
    }
}

async fn departments(session: &Session<'_>) -> Result<Vec<Person>, Refusal> {
    let answer = session.plain(path::DEPARTMENT_LIST, Kind::Read, Map::new()).await?;
    let department = |row: &Value| {
        Some(Person {
            id: text(row, "id")?,
            number: None,
            name: text(row, "name").unwrap_or_default(),
            mobile: None,
            employee_number: None,
            active: !is_true(row.get("isStop")),
        })
    };
    Ok(rows(&answer, "departments").iter().filter_map(department).collect())
}

/// Everybody, in one answer.
async fn address_book(session: &Session<'_>) -> Result<Vec<Person>, Refusal> {
    let mut body = Map::new();
    body.push("departmentId", WHOLE_COMPANY);
    body.push("fetchChild", true);
    let answer = session.plain(path::USER_LIST, Kind::Read, body).await?;
    Ok(rows(&answer, "userList").iter().filter_map(user).collect())
}

/// Those of these open user ids that the app may see. What is refused as data is somebody who is not there.
async fn one_by_one(session: &Session<'_>, ids: &[String]) -> Result<Vec<Person>, Refusal> {
    let mut people = Vec::with_capacity(ids.len());
    for id in ids {
        let mut body = Map::new();
        body.push("openUserId", id.as_str());
        match session.plain(path::USER_GET, Kind::Read, body).await {
            Ok(answer) => people.extend(user(&Value::Map(answer))),
            Err(refusal) if matches!(refusal.class, AnswerClass::Rejected | AnswerClass::Config) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(people)
}

fn user(row: &Value) -> Option<Person> {
    Some(Person {
        id: text(row, "openUserId")?,
        number: None,
        name: text(row, "name").unwrap_or_default(),
        mobile: text(row, "mobile").map(Secret::new),
        employee_number: text(row, "employeeNumber"),
        active: !is_true(row.get("isStop")),
    })
}

async fn staff(session: &Session<'_>, ids: Option<&[String]>) -> Result<Vec<Person>, Refusal> {
    let fields = STAFF_FIELDS.map(str::to_owned);
    let query = Query::of(STAFF, &fields);
    let rows = match ids {
        None => query.run_all(session).await?,
        Some(ids) => {
            let mut rows = Vec::new();
            for ids in ids.chunks(MOST) {
                rows.extend(query.clone().filter("user_id", "IN", ids).run_all(session).await?);
            }
            rows
        }
    };
    Ok(rows.into_iter().filter_map(|row| employee(&Value::Map(row))).collect())
}

fn employee(row: &Value) -> Option<Person> {
    Some(Person {
        id: text(row, "user_id")?,
        number: None,
        name: text(row, "name").unwrap_or_default(),
        mobile: text(row, "phone").map(Secret::new),
        employee_number: text(row, "employee_number"),
        active: text(row, "status").is_none_or(|status| status == "0"),
    })
}

fn rows<'a>(answer: &'a Map<'static>, name: &str) -> &'a [Value<'static>] {
    answer.get(name).and_then(Value::as_list).unwrap_or_default()
}

/// A member as text; of a list its first.
fn text(row: &Value, name: &str) -> Option<String> {
    let value = match row.get(name)? {
        Value::List(list) => list.first()?,
        value => value,
    };
    value.plain().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn is_true(value: Option<&Value>) -> bool {
    value.and_then(Value::plain).is_some_and(|text| text == "true" || text == "1")
}
