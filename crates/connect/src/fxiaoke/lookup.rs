//! Records by the values of their fields.
//!
//! One query asks for up to a hundred keys: `IN` on each field (`protocols/fxiaoke.md §4.4`), which for keys of
//! several fields finds more than was asked for; the rows are then given to the keys that they really have. Voided
//! rows are asked for apart, for the keys that nothing was found for, as in [`super::page`].

use contract::connector::{Found, LookupAsk, ObjectFacts, Refusal};
use model::Value;

use super::alike::canonical;
use super::call::Session;
use super::page;
use super::query::{MOST, Query};
use super::record::{self, LIFE_STATUS};
use super::settings::Voided;

/// For each key, in order, every record that has it.
pub(super) async fn lookup(
    session: &Session<'_>,
    facts: &ObjectFacts,
    ask: &LookupAsk<'_>,
) -> Result<Vec<Vec<Found>>, Refusal> {
    let fields = fields_to_read(ask);
    let search = Search { session, facts, ask, projection: record::projection(facts, &fields), fields };
    let mut hits = Vec::with_capacity(ask.keys.len());
    for keys in ask.keys.chunks(MOST) {
        let wanted: Vec<&[String]> = keys.iter().map(Vec::as_slice).collect();
        let mut found = search.by_key(search.query(&wanted), &wanted).await?;
        let missed: Vec<usize> = (0..keys.len()).filter(|n| found[*n].is_empty()).collect();
        if !missed.is_empty() && session.settings.voided == Voided::Asked {
            let wanted: Vec<&[String]> = missed.iter().map(|n| keys[*n].as_slice()).collect();
            let query = search.query(&wanted).equals(LIFE_STATUS, "invalid");
            let void = search.by_key(query, &wanted).await?;
            missed.into_iter().zip(void).for_each(|(n, records)| found[n] = records);
        }
        hits.append(&mut found);
    }
    Ok(hits)
}

/// One look-up under way.
struct Search<'s> {
    session: &'s Session<'s>,
    facts: &'s ObjectFacts,
    ask: &'s LookupAsk<'s>,
    fields: Vec<String>,
    projection: Vec<String>,
}

impl Search<'_> {
    /// The query that finds every record with one of the keys, and perhaps more.
    fn query(&self, keys: &[&[String]]) -> Query<'_> {
        let mut query = Query::of(self.ask.object, &self.projection);
        for (n, field) in self.ask.by.iter().enumerate() {
            let mut values: Vec<String> = keys.iter().filter_map(|key| key.get(n).cloned()).collect();
            values.sort_unstable();
            values.dedup();
            query = match values.as_slice() {
                [value] => query.equals(field, value),
                values => query.filter(field, "IN", values),
            };
        }
        query
    }

    /// Runs a query to its end; its rows by key.
    async fn by_key(&self, query: Query<'_>, keys: &[&[String]]) -> Result<Vec<Vec<Found>>, Refusal> {
        let rows = query.run_all(self.session).await?;
        let found = page::found(self.ask.object, self.facts, &self.fields, rows)?;
        let having =
            |key: &&[String]| found.iter().filter(|record| has(record, self.ask.by, key)).cloned().collect();
        Ok(keys.iter().map(having).collect())
    }
}

/// The fields asked for, with those of the key; all when none are asked for.
fn fields_to_read(ask: &LookupAsk<'_>) -> Vec<String> {
    if ask.fields.is_empty() {
        return Vec::new();
    }
    let mut fields = ask.fields.to_vec();
    for field in ask.by {
        if !fields.contains(field) {
            fields.push(field.clone());
        }
    }
    fields
}

/// Whether the record has the key: every field equal, decimals by value, a list by one of its members.
fn has(record: &Found, by: &[String], key: &[String]) -> bool {
    by.iter().zip(key).all(|(field, wanted)| {
        let wanted = Value::text(wanted.as_str());
        let equals = |value: &Value| match (canonical(value), canonical(&wanted)) {
            (Some(one), Some(other)) => one.trim() == other.trim(),
            _ => false,
        };
        match record.body.get(field) {
            Some(Value::List(members)) => members.iter().any(equals),
            Some(value) => equals(value),
            None => false,
        }
    })
}
