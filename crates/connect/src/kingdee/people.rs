//! Staff and departments (`protocols/kingdee.md §6`): who they are, and by which number documents refer to them.
//!
//! Sales documents refer to a salesperson (业务员, `BD_Saler`) and not to the employee behind it. Its number is often,
//! but not always, the staff number; so it is read along, and where somebody is one it is their number. A version or
//! account set that does not show salespeople leaves the staff number.

use std::collections::BTreeMap;

use contract::connector::{PeopleAsk, Person, Refusal};
use model::binding::Kind;
use model::{AnswerClass, Secret, Value};

use super::call::Api;
use super::query::{Query, Row, filter};

/// The page size that every version takes.
const ROWS: usize = 2000;
const NOT_FORBIDDEN: &str = "A";

/// All staff, or all departments: they are few, and one query brings two thousand.
///
/// # Errors
/// What the server answered.
pub async fn people(api: &Api<'_>, ask: &PeopleAsk<'_>) -> Result<Vec<Person>, Refusal> {
    match ask.kind {
        Kind::Department => departments(api).await,
        Kind::Person => staff(api).await,
    }
}

async fn departments(api: &Api<'_>) -> Result<Vec<Person>, Refusal> {
    let rows = all_rows(api, "BD_Department", &["FDEPTID", "FNumber", "FName", "FForbidStatus"]).await?;
    let department = |row: &Row| {
        Some(Person {
            id: text(row, 0)?,
            number: text(row, 1),
            name: text(row, 2).unwrap_or_default(),
            mobile: None,
            employee_number: None,
            active: text(row, 3).is_none_or(|status| status == NOT_FORBIDDEN),
        })
    };
    Ok(rows.iter().filter_map(department).collect())
}

async fn staff(api: &Api<'_>) -> Result<Vec<Person>, Refusal> {
    let form = &api.settings.person_object;
    let keys = ["FID", "FStaffNumber", "FName", "FMobile", "FForbidStatus"];
    let rows = all_rows(api, form, &keys).await?;
    let salespeople = salespeople(api).await?;
    let person = |row: &Row| {
        let staff_number = text(row, 1);
        let seller = staff_number.as_ref().and_then(|number| salespeople.get(number)).cloned();
        Some(Person {
            id: text(row, 0)?,
            number: seller.or_else(|| staff_number.clone()),
            name: text(row, 2).unwrap_or_default(),
            mobile: text(row, 3).map(Secret::new),
            employee_number: staff_number,
            active: text(row, 4).is_none_or(|status| status == NOT_FORBIDDEN),
        })
    };
    Ok(rows.iter().filter_map(person).collect())
}

/// The salesperson's number for each staff number; of several, for several organisations, the first.
async fn salespeople(api: &Api<'_>) -> Result<BTreeMap<String, String>, Refusal> {
    let rows = match all_rows(api, "BD_Saler", &["FID", "FNumber", "FStaffId.FStaffNumber"]).await {
        Ok(rows) => rows,
        Err(refusal) if matches!(refusal.class, AnswerClass::Config | AnswerClass::Rejected) => Vec::new(),
        Err(refusal) => return Err(refusal),
    };
    let mut numbers = BTreeMap::new();
    for row in &rows {
        if let (Some(number), Some(staff_number)) = (text(row, 1), text(row, 2)) {
            numbers.entry(staff_number).or_insert(number);
        }
    }
    Ok(numbers)
}

/// All rows of a form, page by page under a keyset of its id, which is the first key.
async fn all_rows(api: &Api<'_>, form: &str, keys: &[&str]) -> Result<Vec<Row>, Refusal> {
    let id = keys.first().copied().unwrap_or_default();
    let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
    let order = format!("{id} ASC");
    let mut all: Vec<Row> = Vec::new();
    let mut after = String::new();
    loop {
        let query = Query { form, keys: &keys, filter: &after, order: &order, limit: ROWS };
        let rows = query.rows(api).await?;
        let is_full = rows.len() >= ROWS;
        all.extend(rows);
        let last = all
            .last()
            .and_then(|row| text(row, 0))
            .map(|last| format!("{id} > {}", filter::id_literal(&last)));
        match last.filter(|last| is_full && *last != after) {
            Some(last) => after = last,
            None => return Ok(all),
        }
    }
}

fn text(row: &Row, at: usize) -> Option<String> {
    let text = row.get(at).and_then(Value::plain)?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}
