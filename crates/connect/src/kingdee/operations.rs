//! Operations beside the contract's: View, the list of account sets, and looking up people.

use contract::connector::Refusal;
use model::{AnswerClass, Cause, Map, Value, json};

use super::answer::{self, Nature};
use super::call::{Api, Request};
use super::query::{Query, filter};

/// One account set (账套) of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSet {
    pub id: String,
    pub number: String,
    pub name: String,
}

/// The account sets that the server has; it tells them to anybody (`protocols/kingdee.md §2.5`).
///
/// # Errors
/// What the server answered.
pub async fn account_sets(api: &Api<'_>) -> Result<Vec<AccountSet>, Refusal> {
    let reply = api.account_sets().await?;
    let value = reply.value()?;
    let list = value
        .as_list()
        .ok_or_else(|| Refusal::new(AnswerClass::Transient, Cause::new("kingdee.not_rows")))?;
    let text =
        |set: &Value, name: &str| set.get(name).and_then(Value::plain).unwrap_or_default().into_owned();
    let sets = list.iter().map(|set| AccountSet {
        id: text(set, "Id"),
        number: text(set, "Number"),
        name: text(set, "Name"),
    });
    Ok(sets.collect())
}

/// One document by its id, as the system's own objects name its fields (`protocols/kingdee.md §3.3`). `None` when it
/// does not exist.
///
/// # Errors
/// What the server answered.
pub async fn view(api: &Api<'_>, form: &str, id: &str) -> Result<Option<Map<'static>>, Refusal> {
    let mut data = Map::new();
    data.push("CreateOrgId", 0);
    data.push("Number", "");
    data.push("Id", id);
    let body = api.form_body(form, None, &json::write(&Value::Map(data)));
    let reply = api.call(&Request { operation: "View", body, nature: Nature::Read }).await?;
    let value = reply.value()?;
    if let Some(status) = answer::failed(&value) {
        let refusal = answer::refusal(api.manifest, &status, None);
        let is_absent = status.code == 10 || refusal.cause.code == "kingdee.not_found";
        return if is_absent { Ok(None) } else { Err(refusal) };
    }
    let object = value.get("Result").and_then(|result| result.get("Result"));
    Ok(object.and_then(Value::as_map).map(|object| object.borrow().into_owned()))
}

/// A field of a viewed object in the shape of a write. Its name there is mostly the key without `F`; a reference is an
/// object with its number, a text in several languages a list of them.
pub fn viewed_field(object: &Map, key: &str) -> Option<Value<'static>> {
    let bare = key.strip_prefix(['F', 'f']).unwrap_or(key);
    let find = |name: &str| object.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let value = find(key).or_else(|| find(bare))?;
    Some(match value {
        Value::Map(reference) => {
            let number = reference.get("Number").or_else(|| reference.get("FNumber"));
            let mut shaped = Map::with_capacity(1);
            shaped.push("FNumber", number.map_or(Value::text(""), |number| number.borrow().into_owned()));
            Value::Map(shaped)
        }
        Value::List(texts) => texts
            .iter()
            .find(|text| text.get("Key").and_then(Value::plain).as_deref() == Some("2052"))
            .or(texts.first())
            .and_then(|text| text.get("Value"))
            .map_or(Value::Null, |text| text.borrow().into_owned()),
        Value::Text(text) if text.trim().is_empty() => Value::text(""),
        other => other.borrow().into_owned(),
    })
}

/// The staff number of the person with this mobile or staff number.
///
/// # Errors
/// `kingdee.person_ambiguous` when several have it, else what the server answered.
pub async fn person(api: &Api<'_>, by: &str) -> Result<Option<String>, Refusal> {
    let form = &api.settings.person_object;
    let by = by.trim();
    let is = |field: &str| format!("{field} = {}", filter::literal(by));
    let condition =
        filter::all([&*filter::any([&*is("FMobile"), &*is("FStaffNumber")]), "FForbidStatus = 'A'"]);
    let keys = ["FStaffNumber".to_owned()];
    let query = Query { form, keys: &keys, filter: &condition, order: "FStaffNumber ASC", limit: 10 };
    let rows = query.rows(api).await?;
    let mut numbers: Vec<String> =
        rows.iter().filter_map(|row| row.first()?.plain()).map(|n| n.trim().to_owned()).collect();
    numbers.dedup();
    match numbers.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only.clone())),
        several => {
            let cause = Cause::new("kingdee.person_ambiguous").with("numbers", several.join(", "));
            Err(Refusal::new(AnswerClass::Rejected, cause))
        }
    }
}
