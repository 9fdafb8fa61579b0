//! The people and departments of the organisation, as far as the app may see them (`protocols/dingtalk.md` §5).

use std::collections::{BTreeMap, VecDeque};

use contract::connector::{PeopleAsk, Person, Refusal};
use model::binding::Kind;
use model::{Map, Secret, Value};

use super::account::Account;
use super::answer::Effect;

/// The root of the departments.
const ROOT: &str = "1";
/// Most members of one page.
const PAGE: i64 = 100;
/// Up to so many people are asked for one by one.
const FEW: usize = 20;

/// Lists who is asked for; of departments and of many people perhaps more.
pub(super) async fn people(account: &Account<'_>, ask: &PeopleAsk<'_>) -> Result<Vec<Person>, Refusal> {
    match (ask.kind, ask.ids) {
        (Kind::Department, _) => departments(account).await,
        (Kind::Person, Some(ids)) if ids.len() <= FEW => one_by_one(account, ids).await,
        (Kind::Person, _) => everybody(account).await,
    }
}

/// All departments below the root: an answer names direct children only.
async fn departments(account: &Account<'_>) -> Result<Vec<Person>, Refusal> {
    let mut found: BTreeMap<String, Person> = BTreeMap::new();
    let mut open = VecDeque::from([ROOT.to_owned()]);
    while let Some(above) = open.pop_front() {
        let body = Value::Map(one("dept_id", number(&above)));
        let answer = account
            .ask("department/listsub", "topapi/v2/department/listsub", &body, Effect::Read, &[])
            .await?;
        for row in answer.get("result").and_then(Value::as_list).unwrap_or_default() {
            let Some(id) = text(row, "dept_id") else { continue };
            let department = department(row, &id);
            if found.insert(id.clone(), department).is_none() {
                open.push_back(id);
            }
        }
    }
    Ok(found.into_values().collect())
}

fn department(row: &Value, id: &str) -> Person {
    Person {
        id: id.to_owned(),
        number: None,
        name: text(row, "name").unwrap_or_default(),
        mobile: None,
        employee_number: None,
        active: true,
    }
}

/// The members of every department, the root's own among them; whoever is in several comes once.
async fn everybody(account: &Account<'_>) -> Result<Vec<Person>, Refusal> {
    let mut people = BTreeMap::new();
    let below = departments(account).await?.into_iter().map(|department| department.id);
    for department in std::iter::once(ROOT.to_owned()).chain(below) {
        let mut cursor = Some(0);
        while let Some(at) = cursor {
            let (members, next) = page(account, &department, at).await?;
            people.extend(members.into_iter().map(|person| (person.id.clone(), person)));
            cursor = next.filter(|next| *next > at);
        }
    }
    Ok(people.into_values().collect())
}

async fn page(
    account: &Account<'_>,
    department: &str,
    at: i64,
) -> Result<(Vec<Person>, Option<i64>), Refusal> {
    let mut body = one("dept_id", number(department));
    body.push("cursor", at);
    body.push("size", PAGE);
    let answer =
        account.ask("user/list", "topapi/v2/user/list", &Value::Map(body), Effect::Read, &[]).await?;
    let result = answer.get("result");
    let list = result.and_then(|result| result.get("list")).and_then(Value::as_list).unwrap_or_default();
    let next = result.and_then(|result| result.get("next_cursor")).and_then(Value::plain);
    Ok((list.iter().filter_map(member).collect(), next.and_then(|next| next.parse().ok())))
}

/// Those of these ids that the app may see: who is refused as data or settings is not there for us.
async fn one_by_one(account: &Account<'_>, ids: &[String]) -> Result<Vec<Person>, Refusal> {
    let mut people = Vec::with_capacity(ids.len());
    for id in ids {
        let body = Value::Map(one("userid", Value::text(id.as_str())));
        match account.ask("user/get", "topapi/v2/user/get", &body, Effect::Read, &[]).await {
            Ok(answer) => people.extend(answer.get("result").and_then(member)),
            Err(refusal) if is_not_there(&refusal) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(people)
}

/// 60121 and 33012: nobody has it; 50002: outside the app's visible range.
fn is_not_there(refusal: &Refusal) -> bool {
    matches!(refusal.cause.param("code"), Some("60121" | "33012" | "50002"))
}

/// A member as listed; fields that the app has no scope for are absent.
fn member(row: &Value) -> Option<Person> {
    Some(Person {
        id: text(row, "userid")?,
        number: None,
        name: text(row, "name").unwrap_or_default(),
        mobile: text(row, "mobile").map(Secret::new),
        employee_number: text(row, "job_number"),
        active: true,
    })
}

fn one<'a>(name: &'static str, value: Value<'a>) -> Map<'a> {
    let mut body = Map::new();
    body.push(name, value);
    body
}

fn number(id: &str) -> Value<'static> {
    model::Number::parse(id.to_owned()).map_or_else(|| Value::from(id.to_owned()), Value::Number)
}

fn text(row: &Value, name: &str) -> Option<String> {
    let text = row.get(name)?.plain()?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}
