//! Reading the rows of many masters at once: `IN` on the field that holds the master's id, page after page by keyset
//! (`protocols/fxiaoke.md §4.4`).

use std::collections::BTreeMap;

use contract::connector::{Found, Refusal};
use model::{Map, Value};

use super::super::call::Session;
use super::super::query::{MOST, Query, unreadable};
use super::super::record;
use super::masters::Masters;
use super::{DETAILS, Wants};

/// Puts the wanted rows into the records, under `details` and their object. Rows stand in the order of their ids, each
/// with its `_id` first; voided and deleted ones are left out.
pub(in super::super) async fn add_rows(
    session: &Session<'_>,
    masters: &Masters,
    object: &str,
    wants: &Wants,
    mut found: Vec<Found>,
) -> Result<Vec<Found>, Refusal> {
    if found.is_empty() || wants.rows.is_empty() {
        return Ok(found);
    }
    let mut ids: Vec<String> = found.iter().map(|master| master.id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    for (detail, fields) in &wants.rows {
        let by = masters.field(session, object, detail).await?;
        let rows = rows_of(session, detail, &by, &ids, fields).await?;
        for master in &mut found {
            let rows = rows.get(&master.id).cloned().unwrap_or_default();
            put(&mut master.body, detail, rows);
        }
    }
    Ok(found)
}

/// As [`add_rows`], for the hits of a look-up.
pub(in super::super) async fn add_rows_to_hits(
    session: &Session<'_>,
    masters: &Masters,
    object: &str,
    wants: &Wants,
    hits: Vec<Vec<Found>>,
) -> Result<Vec<Vec<Found>>, Refusal> {
    let lengths: Vec<usize> = hits.iter().map(Vec::len).collect();
    let all = hits.into_iter().flatten().collect();
    let mut all = add_rows(session, masters, object, wants, all).await?.into_iter();
    Ok(lengths.into_iter().map(|length| all.by_ref().take(length).collect()).collect())
}

fn put(body: &mut Map<'static>, detail: &str, rows: Vec<Value<'static>>) {
    if !matches!(body.get(DETAILS), Some(Value::Map(_))) {
        body.set(DETAILS, Map::new());
    }
    if let Some(Value::Map(details)) = body.get_mut(DETAILS) {
        details.set(detail.to_owned(), rows);
    }
}

async fn rows_of(
    session: &Session<'_>,
    detail: &str,
    by: &str,
    masters: &[String],
    fields: &[String],
) -> Result<BTreeMap<String, Vec<Value<'static>>>, Refusal> {
    let projection = projection(session, detail, by, fields);
    let mut by_master: BTreeMap<String, Vec<Value<'static>>> = BTreeMap::new();
    for masters in masters.chunks(MOST) {
        let query = Query::of(detail, &projection);
        let query = match masters {
            [master] => query.equals(by, master),
            several => query.filter(by, "IN", several),
        };
        for row in query.run_all(session).await? {
            if record::is_void(&row) {
                continue;
            }
            let master = row.get(by).and_then(Value::plain).map(|id| id.into_owned());
            let (Some(master), Some(row)) = (master, shaped(row, fields)) else {
                return Err(unreadable(detail));
            };
            by_master.entry(master).or_default().push(Value::Map(row));
        }
    }
    Ok(by_master)
}

/// Empty asks for all fields.
fn projection(session: &Session<'_>, detail: &str, by: &str, fields: &[String]) -> Vec<String> {
    if fields.is_empty() {
        return Vec::new();
    }
    let mut all = record::projection(&session.manifest.object(detail), fields);
    if !all.iter().any(|field| field == by) {
        all.push(by.to_owned());
    }
    all
}

/// The row with its id first and what was asked for after it; `None` without an id.
fn shaped(mut row: Map<'static>, fields: &[String]) -> Option<Map<'static>> {
    let id = row.remove(record::ID).filter(|id| !id.is_blank())?;
    let mut shaped = Map::with_capacity(row.len() + 1);
    shaped.push(record::ID, id);
    let is_wanted = |name: &str| match fields.is_empty() {
        true => record::companion_of(name).is_none(),
        false => fields.iter().any(|field| field == name),
    };
    row.into_iter().filter(|(name, _)| is_wanted(name)).for_each(|(name, value)| shaped.push(name, value));
    Some(shaped)
}
