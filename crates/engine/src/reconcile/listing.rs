//! A list of one side held against what is known: what is strange is read and judged, what is missing is asked for.

use std::collections::{BTreeMap, BTreeSet};

use contract::connector::Found;
use contract::store::Paired;
use model::reconciliation::Side;

use super::face::Face;
use super::known::{Known, Who};
use super::pass::Pass;
use super::spans::Span;
use super::{Trouble, gone, here, there};

/// Documents without a known version that are asked for at once.
const AT_ONCE: usize = 200;

/// Pairs by the id that the side knows them by.
pub(super) type Pairs = BTreeMap<String, Paired>;

/// Holds the documents of a span against those that are known to be in it. Whole ones are judged, all of them; of others
/// only those that are not known at the version they have, once they were read.
pub(super) async fn hold_against(
    pass: &mut Pass<'_>,
    face: &Face<'_>,
    known: &mut Known,
    span: Span,
    documents: Vec<Found>,
    (is_whole, population): (bool, usize),
) -> Result<(), Trouble> {
    let side = face.side;
    let (mut rows, mut expected) = (Vec::new(), BTreeMap::new());
    for who in known.within(span) {
        match who {
            Who::Row(row) => rows.push(row),
            Who::Seen(place) => {
                let id = known.seen_id(place);
                expected.insert(id.to_owned(), known.sightings.get(id).copied().flatten());
            }
        }
    }
    let pairs: Pairs = pass
        .pairs_of_rows(side, &rows)
        .await?
        .into_iter()
        .flatten()
        .filter_map(|pair| keyed(side, pair))
        .collect();
    expected.extend(pairs.iter().map(|(id, pair)| (id.clone(), version_of(side, pair))));
    let listed: BTreeSet<&str> = documents.iter().map(|found| found.id.as_str()).collect();
    let missing: Vec<String> = expected.keys().filter(|id| !listed.contains(id.as_str())).cloned().collect();
    let is_known = |found: &Found| {
        found.version.is_some() && expected.get(&found.id).is_some_and(|version| *version == found.version)
    };
    let mut asked = missing.clone();
    if !is_whole {
        asked.extend(documents.iter().filter(|found| !is_known(found)).map(|found| found.id.clone()));
    }
    let got = face.get(&asked).await?;
    let absent = absent(&missing, &got);
    // What is there as it was, and in no list all the same (a filter leaves it out), is not looked for again.
    let missing: BTreeSet<&str> = missing.iter().map(String::as_str).collect();
    let is_left_out = |found: &&Found| {
        missing.contains(found.id.as_str()) && found.version.is_some_and(|version| span.holds(version))
    };
    let left_out: Vec<String> = got.iter().filter(is_left_out).map(|found| found.id.clone()).collect();
    let judged = match is_whole {
        true => documents.into_iter().chain(got).collect(),
        false => got,
    };
    settle(pass, face, known, judged, absent, pairs, population).await?;
    left_out.iter().for_each(|id| pass.sight(side, id, None));
    Ok(())
}

/// Asks for documents that no list showed and that are known without a version.
pub(super) async fn ask_for_unplaced(
    pass: &mut Pass<'_>,
    face: &Face<'_>,
    known: &mut Known,
    population: usize,
) -> Result<(), Trouble> {
    let rows: Vec<i64> = known.unplaced.iter().copied().collect();
    for rows in rows.chunks(AT_ONCE) {
        let pairs = pass.pairs_of_rows(face.side, rows).await?;
        let pairs: Pairs = pairs.into_iter().flatten().filter_map(|pair| keyed(face.side, pair)).collect();
        let ids: Vec<String> = pairs.keys().cloned().collect();
        let got = face.get(&ids).await?;
        let absent = absent(&ids, &got);
        settle(pass, face, known, got, absent, pairs, population).await?;
        pass.save_much().await?;
    }
    Ok(())
}

async fn settle(
    pass: &mut Pass<'_>,
    face: &Face<'_>,
    known: &mut Known,
    judged: Vec<Found>,
    absent: Vec<String>,
    mut pairs: Pairs,
    population: usize,
) -> Result<(), Trouble> {
    let others: Vec<String> = judged
        .iter()
        .map(|found| &found.id)
        .chain(&absent)
        .filter(|id| !pairs.contains_key(*id))
        .cloned()
        .collect();
    pairs.extend(pairs_of(pass, face.side, &others).await?);
    match face.side {
        Side::Here => here::judge(pass, face, Some(known), judged, &pairs).await?,
        Side::There => there::judge(pass, Some(known), judged, &pairs).await?,
    }
    gone::gone(pass, face.side, &absent, &pairs, Some(population)).await
}

/// Pairs by ids of one side, as far as there are any.
pub(super) async fn pairs_of(pass: &Pass<'_>, side: Side, ids: &[String]) -> Result<Pairs, Trouble> {
    let pairs = match side {
        Side::Here => pass.pairs_of_sources(ids).await?,
        Side::There => pass.pairs_of_targets(ids).await?,
    };
    Ok(ids.iter().cloned().zip(pairs).filter_map(|(id, pair)| Some((id, pair?))).collect())
}

/// What was asked for and did not come.
pub(super) fn absent(asked: &[String], got: &[Found]) -> Vec<String> {
    let got: BTreeSet<&str> = got.iter().map(|found| found.id.as_str()).collect();
    asked.iter().filter(|id| !got.contains(id.as_str())).cloned().collect()
}

fn keyed(side: Side, pair: Paired) -> Option<(String, Paired)> {
    let id = match side {
        Side::Here => pair.record.as_ref()?.key.id.clone(),
        Side::There => pair.link.as_ref()?.target_id.clone()?,
    };
    Some((id, pair))
}

fn version_of(side: Side, pair: &Paired) -> Option<i64> {
    match side {
        Side::Here => pair.record.as_ref()?.version,
        Side::There => pair.link.as_ref()?.agreed.version,
    }
}
