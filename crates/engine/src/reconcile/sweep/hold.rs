//! A list of ids held against what is known: what is missing is wished for, what no list shows is asked for by its id.

use std::collections::{BTreeMap, BTreeSet};

use contract::connector::Found;
use contract::store::SweptRecord;
use model::record::RecordKey;

use super::super::Trouble;
use super::super::known::{Known, Who};
use super::super::listing::absent;
use super::super::spans::Span;
use super::pass::Pass;

/// Rows and ids asked of the store at once.
const AT_ONCE: usize = 500;
/// Records asked for by their ids at once.
const ASKED: usize = 200;

/// A part of an object that was listed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub span: Span,
    /// How many records are known in all.
    pub population: usize,
    /// Whether the object has no time of change: then its records are in no span, and the part is all of it.
    pub is_timeless: bool,
}

/// Holds what was listed of a part against what is known to be in it.
pub(super) async fn against(
    pass: &mut Pass<'_>,
    known: &mut Known,
    part: Part,
    listed: Vec<Found>,
) -> Result<(), Trouble> {
    let rows: Vec<i64> = match part.is_timeless {
        true => known.unplaced.iter().copied().collect(),
        false => known.within(part.span).filter_map(row_of).collect(),
    };
    let expected = records(pass, &rows).await?;
    pass.sweep.sum.there += listed.len() as u64;
    pass.sweep.sum.here += expected.len() as u64;
    let mut strange = Vec::new();
    for found in &listed {
        match expected.get(&found.id) {
            None => strange.push(found),
            Some(record) if is_behind(record.version, found.version) => pass.behind(&found.id),
            Some(_) => {}
        }
    }
    for strange in strange.chunks(AT_ONCE) {
        judge(pass, known, strange).await?;
    }
    let ids: BTreeSet<&str> = listed.iter().map(|found| found.id.as_str()).collect();
    let unlisted: Vec<&SweptRecord> =
        expected.values().filter(|record| !ids.contains(record.id.as_str())).collect();
    for unlisted in unlisted.chunks(ASKED) {
        ask_for(pass, unlisted, part).await?;
    }
    if part.is_timeless {
        known.unplaced.clear();
    }
    Ok(())
}

/// Asks for what is known without a version and was met in no list.
pub(super) async fn unplaced(pass: &mut Pass<'_>, known: &Known, population: usize) -> Result<(), Trouble> {
    let rows: Vec<i64> = known.unplaced.iter().copied().collect();
    for rows in rows.chunks(ASKED) {
        pass.heed_quota()?;
        let records = records(pass, rows).await?;
        let ids: Vec<String> = records.keys().cloned().collect();
        let found = pass.face.get(&ids).await?;
        pass.sweep.sum.here += records.len() as u64;
        pass.sweep.sum.there += found.len() as u64;
        for id in absent(&ids, &found) {
            absent_now(pass, &records[&id], population)?;
        }
    }
    Ok(())
}

/// What is listed and was not known to be in the part: not known at all, or at another version.
async fn judge(pass: &mut Pass<'_>, known: &mut Known, strange: &[&Found]) -> Result<(), Trouble> {
    let (connection, object) = pass.of().clone();
    let keys: Vec<RecordKey> =
        strange.iter().map(|found| RecordKey::new(&connection, &object, found.id.as_str())).collect();
    let records = pass.seams.store.find(&keys).await?;
    for (found, record) in strange.iter().zip(records) {
        let Some(record) = record else {
            pass.sweep.sum.missing += 1;
            pass.missed(found.id.clone());
            continue;
        };
        pass.findings.back.push(found.id.clone());
        if known.unplaced.remove(&record.id.0) {
            pass.sweep.sum.here += 1;
        }
        if is_behind(record.version, found.version) {
            pass.behind(&found.id);
        }
    }
    Ok(())
}

/// What no list showed: absent, in another place by now, or left out by a filter.
async fn ask_for(pass: &mut Pass<'_>, unlisted: &[&SweptRecord], part: Part) -> Result<(), Trouble> {
    pass.heed_quota()?;
    let ids: Vec<String> = unlisted.iter().map(|record| record.id.clone()).collect();
    let found = pass.face.get(&ids).await?;
    let absent = absent(&ids, &found);
    let found: BTreeMap<String, Option<i64>> =
        found.into_iter().map(|found| (found.id, found.version)).collect();
    for record in unlisted {
        let Some(version) = found.get(&record.id) else { continue };
        if part.is_timeless {
            // It is there. Where it is in a list cannot be told: it was changed since, or a filter leaves it out.
            pass.sweep.sum.there += 1;
            continue;
        }
        match version {
            Some(version) if !part.span.holds(*version) => {
                // It was changed since: it is counted where it is now, or not at all yet.
                if *version > pass.sweep.until.0 {
                    pass.sweep.sum.here -= 1;
                } else if is_behind(record.version, Some(*version)) {
                    pass.behind(&record.id);
                }
            }
            // What is there as it was, and in no list all the same, is not looked for again.
            _ => {
                pass.sweep.sum.here -= 1;
                pass.findings.left_out.push(record.id.clone());
            }
        }
    }
    let by_id: BTreeMap<&str, &SweptRecord> =
        unlisted.iter().map(|record| (record.id.as_str(), *record)).collect();
    for id in absent {
        absent_now(pass, by_id[id.as_str()], part.population)?;
    }
    Ok(())
}

/// Void records may go: nobody misses them.
fn absent_now(pass: &mut Pass<'_>, record: &SweptRecord, population: usize) -> Result<(), Trouble> {
    if record.void {
        pass.sweep.sum.here -= 1;
        pass.findings.left_out.push(record.id.clone());
        return Ok(());
    }
    pass.gone(record.id.clone(), population)
}

/// Whether a record is known at an older version than it has. A record never goes back: an older one there is no news.
fn is_behind(known: Option<i64>, there: Option<i64>) -> bool {
    there.is_some_and(|there| known.is_none_or(|known| known < there))
}

fn row_of(who: Who) -> Option<i64> {
    match who {
        Who::Row(row) => Some(row),
        Who::Seen(_) => None,
    }
}

/// Records by their ids.
async fn records(pass: &Pass<'_>, rows: &[i64]) -> Result<BTreeMap<String, SweptRecord>, Trouble> {
    let mut records = BTreeMap::new();
    for rows in rows.chunks(AT_ONCE) {
        let found = pass.seams.store.swept_rows(pass.of(), rows).await?;
        records.extend(found.into_iter().map(|record| (record.id.clone(), record)));
    }
    Ok(records)
}
