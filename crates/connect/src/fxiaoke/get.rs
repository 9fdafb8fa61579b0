//! Records by id.
//!
//! Many ids are read in one query, `_id IN …` (`protocols/fxiaoke.md §4.4`): calls cost money. A few ids, and those that
//! the query does not show, are read by `data/get` (`§4.5`), which does not lag behind a write as a search may; so
//! whoever looks what became of a write sees its record as it is. What that call answers for an id that does not exist
//! is not documented; a refusal that no query contradicts means that.

use std::collections::BTreeSet;

use contract::connector::{Found, ObjectFacts, Refusal};
use model::{AnswerClass, Map, Value};

use super::call::{Kind, Session};
use super::page;
use super::path::Act;
use super::query::{MOST, Query, unreadable};
use super::record::{self, LIFE_STATUS};
use super::settings::Voided;

/// Up to so many ids are read one by one.
const FEW: usize = 5;

/// The records of these ids that exist.
pub(super) async fn get(
    session: &Session<'_>,
    facts: &ObjectFacts,
    object: &str,
    ids: &[String],
    fields: &[String],
) -> Result<Vec<Found>, Refusal> {
    if ids.len() <= FEW {
        return one_by_one(session, facts, object, ids, fields).await;
    }
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(MOST) {
        let shown = queried(session, facts, object, ids, fields).await?;
        for id in absent(ids, &shown) {
            found.extend(single(session, facts, object, &id, fields).await?);
        }
        found.extend(shown);
    }
    Ok(found)
}

async fn one_by_one(
    session: &Session<'_>,
    facts: &ObjectFacts,
    object: &str,
    ids: &[String],
    fields: &[String],
) -> Result<Vec<Found>, Refusal> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(single(session, facts, object, id, fields).await?);
    }
    let missing = absent(ids, &found);
    if !missing.is_empty() {
        found.extend(queried(session, facts, object, &missing, fields).await?);
    }
    Ok(found)
}

/// By query: as the CRM shows them, then the voided ones among those it did not show.
async fn queried(
    session: &Session<'_>,
    facts: &ObjectFacts,
    object: &str,
    ids: &[String],
    fields: &[String],
) -> Result<Vec<Found>, Refusal> {
    let wanted = record::projection(facts, fields);
    let query = |ids: &[String]| Query::of(object, &wanted).filter(record::ID, "IN", ids);
    let rows = query(ids).run_all(session).await?;
    let mut found = page::found(object, facts, fields, rows)?;
    let missing = absent(ids, &found);
    if !missing.is_empty() && session.settings.voided == Voided::Asked {
        let rows = query(&missing).equals(LIFE_STATUS, "invalid").run_all(session).await?;
        found.extend(page::found(object, facts, fields, rows)?);
    }
    match found.iter().all(|found| ids.contains(&found.id)) {
        true => Ok(found),
        false => Err(unreadable(object)),
    }
}

/// By `data/get`; `None` when the vendor says that there is no such record.
async fn single(
    session: &Session<'_>,
    facts: &ObjectFacts,
    object: &str,
    id: &str,
    fields: &[String],
) -> Result<Option<Found>, Refusal> {
    let mut inner = Map::with_capacity(2);
    inner.push("dataObjectApiName", object);
    inner.push("objectDataId", id);
    let mut body = Map::with_capacity(1);
    body.push("data", inner);
    match session.crm(Act::Get.path(object), Kind::Read, body).await {
        Ok(mut answer) => match answer.remove("data") {
            // What has no id, or another's, is the answer to something else.
            Some(Value::Map(row)) if !row.is_empty() => match record::found(facts, fields, row) {
                Some(found) if found.id == id => Ok(Some(found)),
                _ => Err(unreadable(object)),
            },
            _ => Ok(None),
        },
        Err(refusal) if refusal.class == AnswerClass::Rejected => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// The ids that are not among the found.
fn absent(ids: &[String], found: &[Found]) -> Vec<String> {
    let known: BTreeSet<&str> = found.iter().map(|found| &*found.id).collect();
    ids.iter().filter(|id| !known.contains(id.as_str())).cloned().collect()
}
