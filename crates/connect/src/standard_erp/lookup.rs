//! Finding records: by their id with a call for each, by other fields in a walk over what changed.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::connector::{Found, LookupAsk, Refusal};
use model::object::{Object, Part};
use model::{AnswerClass, Cause, Number, Timestamp, Value};

use super::call::Api;
use super::page;
use super::record;
use super::request::Ask;
use super::window::Span;

const DAY: i64 = 86_400_000;
/// How far the end of a look-up lies ahead: a clock that goes ahead of ours stamps what is new with a time to come.
const AHEAD: Duration = Duration::from_secs(86_400);
/// Records on a page of a look-up.
const PAGE: usize = 100;
/// A look-up over more records is refused rather than asked for again and again.
const MOST: usize = 100_000;

/// The records of these ids that exist.
pub(super) async fn get(
    api: &Api<'_>,
    object: &Object,
    ids: &[String],
    fields: &[String],
) -> Result<Vec<Found>, Refusal> {
    let mut all = Vec::with_capacity(ids.len());
    match &object.part {
        Part::Bill => {
            for id in ids {
                all.extend(by_id(api, object, id).await?);
            }
        }
        // A line cannot be asked for by its id.
        Part::Lines(_) => {
            let by = std::slice::from_ref(&object.id);
            let keys: Vec<Vec<String>> = ids.iter().map(|id| vec![id.clone()]).collect();
            all.extend(in_window(api, object, by, &keys).await?.into_iter().flatten());
        }
    }
    Ok(all.into_iter().map(|found| record::keep(&api.settings, object, fields, found)).collect())
}

/// For each key, in order, every record that has it.
pub(super) async fn lookup(
    api: &Api<'_>,
    object: &Object,
    ask: &LookupAsk<'_>,
) -> Result<Vec<Vec<Found>>, Refusal> {
    let is_by_id = object.part == Part::Bill && *ask.by == [object.id.clone()];
    let hits = match is_by_id {
        true => {
            let mut hits = Vec::with_capacity(ask.keys.len());
            for key in ask.keys {
                hits.push(by_id(api, object, key.first().map(String::as_str).unwrap_or_default()).await?);
            }
            hits
        }
        false => in_window(api, object, ask.by, ask.keys).await?,
    };
    let keep = |found| record::keep(&api.settings, object, ask.fields, found);
    Ok(hits.into_iter().map(|hits| hits.into_iter().map(keep).collect()).collect())
}

/// The record of that id, as a list of none or one. What comes with another id is not it.
async fn by_id(api: &Api<'_>, object: &Object, id: &str) -> Result<Vec<Found>, Refusal> {
    let Some(data) = api.ask(object, &Ask::ById(id)).await? else { return Ok(Vec::new()) };
    if ["dataList", "masterDataId"].iter().any(|name| data.get(name).is_some()) {
        // The answer to something else: it does not say that there is none.
        let cause = Cause::new("erp.no_master").with("object", &object.name);
        return Err(Refusal::new(AnswerClass::Transient, cause));
    }
    if data.get("masterFieldVal").is_none_or(Value::is_blank) {
        return Ok(Vec::new());
    }
    let found = record::found(&api.settings.records, object, &data)?;
    Ok(found.into_iter().filter(|found| found.id == id.trim()).collect())
}

async fn in_window(
    api: &Api<'_>,
    object: &Object,
    by: &[String],
    keys: &[Vec<String>],
) -> Result<Vec<Vec<Found>>, Refusal> {
    let now = api.now();
    let from = api.settings.lookup_days.map_or(0, |days| now.0 - days * DAY);
    let window = Span { from: Timestamp(from), to: now + AHEAD };
    let mut places: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
    for (place, key) in keys.iter().enumerate() {
        places.entry(key.iter().map(|text| canonical(text)).collect()).or_default().push(place);
    }
    let mut hits: Vec<BTreeMap<String, Found>> = vec![BTreeMap::new(); keys.len()];
    let mut seen = 0;
    page::walk(api, object, window, PAGE, &mut |found| {
        seen += found.len();
        for found in found {
            let Some(key) = key_of(&found, by) else { continue };
            for place in places.get(&key).into_iter().flatten() {
                hits[*place].insert(found.id.clone(), found.clone());
            }
        }
        seen <= MOST
    })
    .await?;
    if seen > MOST {
        let cause = Cause::new("erp.lookup_long").with("object", &object.name).with("most", MOST);
        return Err(Refusal::new(AnswerClass::Config, cause));
    }
    Ok(hits.into_iter().map(|hits| hits.into_values().collect()).collect())
}

/// What the record holds in these fields; `None` where one says nothing.
fn key_of(found: &Found, by: &[String]) -> Option<Vec<String>> {
    let body = Value::Map(found.body.borrow());
    by.iter().map(|field| record::text_at(&body, field).map(|text| canonical(&text))).collect()
}

/// A key in the one writing that its value has.
fn canonical(text: &str) -> String {
    let text = text.trim();
    Number::parse(text.to_owned()).map_or_else(|| text.to_owned(), |number| number.canonical())
}
