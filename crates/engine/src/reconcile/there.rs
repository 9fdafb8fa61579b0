//! The target: its documents are compared with what both sides last agreed on.

use std::collections::BTreeMap;

use contract::connector::Found;
use contract::store::{Linked, Paired, StoreError};
use model::link::{KnownBy, Link, Referent};
use model::reconciliation::{FieldDifference, Found as Difference, Kind, Known as Named, Origin, Side};
use model::record::RecordKey;
use model::task::State;
use model::{Hash, Timestamp};

use super::face::Face;
use super::known::Known;
use super::listing::{Pairs, absent, pairs_of};
use super::pass::Pass;
use super::spans::Span;
use super::{Trouble, compare, gone};
use crate::delivery::{Agreement, projection, twins_at_rest};

/// Differences that are looked at again at once.
const AT_ONCE: usize = 200;

pub(super) fn face<'p>(pass: &Pass<'p>) -> Face<'p> {
    Face::there(pass.seams, pass.flow)
}

/// What of the target is looked at.
pub(super) fn bounds(pass: &Pass<'_>) -> Option<Span> {
    Span::between(pass.run.since.unwrap_or_default(), pass.run.until)
}

/// Looks again at what differed. Documents that stood for no record are found again by the lists, unless they are
/// linked by now.
pub(super) async fn again(pass: &mut Pass<'_>, face: &Face<'_>) -> Result<(), Trouble> {
    let mut ids: Vec<String> = Vec::new();
    let mut alone: Vec<String> = Vec::new();
    for difference in pass.differences(Origin::There).await? {
        let id = difference.found.key().to_owned();
        match difference.found.kind {
            Kind::OnlyThere => alone.push(id),
            Kind::OnlyHere | Kind::Differs => ids.push(id),
        }
    }
    let linked = pairs_of(pass, Side::There, &alone).await?;
    ids.extend(linked.into_keys());
    for ids in ids.chunks(AT_ONCE) {
        let found = face.get(ids).await?;
        let absent = absent(ids, &found);
        let pairs = pairs_of(pass, Side::There, ids).await?;
        judge(pass, None, found, &pairs).await?;
        gone::gone(pass, Side::There, &absent, &pairs, None).await?;
        pass.count_calls(face);
        pass.save().await?;
    }
    Ok(())
}

/// Judges documents of the target, whole as they were read. Each counts as met where what is known is given.
pub(super) async fn judge(
    pass: &mut Pass<'_>,
    mut known: Option<&mut Known>,
    documents: Vec<Found>,
    pairs: &Pairs,
) -> Result<(), Trouble> {
    pass.run.sum.read_there += documents.len() as u64;
    let mut alone = Vec::new();
    for found in documents {
        let Some((pair, link)) = pairs.get(&found.id).and_then(|pair| Some((pair, pair.link.as_ref()?)))
        else {
            alone.push(found);
            continue;
        };
        if let Some(known) = known.as_deref_mut() {
            known.unplaced.remove(&link.id.0);
        }
        if is_past(pass, found.version) {
            let is_sighted = known.as_ref().is_none_or(|known| known.sightings.contains_key(&found.id));
            paired(pass, pair, link, &found, is_sighted).await?;
        }
    }
    unpaired(pass, known.as_deref(), alone).await
}

/// Whether it did not change within the grace.
pub(super) fn is_past(pass: &Pass<'_>, version: Option<i64>) -> bool {
    version.is_none_or(|version| version <= pass.run.until.0)
}

/// Whether nothing is on the way for a pair.
pub(super) fn rests(pair: &Paired) -> bool {
    pair.task.as_ref().is_none_or(|task| task.state.rests() && (task.state != State::Synced || task.is_done))
}

async fn paired(
    pass: &mut Pass<'_>,
    pair: &Paired,
    link: &Link,
    found: &Found,
    is_sighted: bool,
) -> Result<(), Trouble> {
    // What was written while it was read is newer than what was read.
    let is_overtaken =
        link.agreed.version.is_some_and(|agreed| found.version.is_some_and(|seen| seen < agreed));
    if !rests(pair) || is_overtaken {
        return Ok(());
    }
    let fields = match (is_brought_over(pair), Agreement::of(Some(link))) {
        (true, Some(agreed)) => compare::compare(pass.flow, &agreed.fields, found),
        _ => Vec::new(),
    };
    let fields = without_agreed(pass, link, found, fields).await?;
    if !fields.is_empty() && was_just_settled(pass, pair).await? {
        return Ok(());
    }
    if let Some(version) = found.version.filter(|version| link.agreed.version != Some(*version)) {
        pass.seen_there(link.id, version);
    }
    if is_sighted {
        pass.forget(Side::There, &found.id);
    }
    match fields.is_empty() {
        true => pass.agrees(Origin::There, &found.id),
        false => pass.differs(Difference {
            origin: Origin::There,
            kind: Kind::Differs,
            source: source_of(pair, link),
            target: Some(named(found)),
            fields,
            cause: None,
            standing: standing(pass, pair, found),
        }),
    }
    Ok(())
}

/// Whether the flow keeps the pair in agreement: what it does not carry any more is left as it is.
fn is_brought_over(pair: &Paired) -> bool {
    let stands = pair.record.as_ref().is_none_or(|record| !record.void);
    stands && pair.task.as_ref().is_none_or(|task| task.state == State::Synced)
}

/// Whether the pair was written or looked at within the grace, so that the system may not show it yet.
pub(super) async fn was_just_settled(pass: &Pass<'_>, pair: &Paired) -> Result<bool, StoreError> {
    let Some(task) = &pair.task else { return Ok(false) };
    let last = pass.seams.store.attempts(task.id, 1).await?;
    let grace: Timestamp = pass.run.started - pass.flow.flow().reconcile.grace;
    Ok(last.first().is_some_and(|line| line.attempt.ended > grace))
}

/// Documents that no link of the flow leads to.
async fn unpaired(pass: &mut Pass<'_>, known: Option<&Known>, documents: Vec<Found>) -> Result<(), Trouble> {
    let documents: Vec<Found> = documents.into_iter().filter(|found| is_past(pass, found.version)).collect();
    if documents.is_empty() {
        return Ok(());
    }
    let carried_here = carried_here(pass, &documents).await?;
    for found in documents {
        let is_noted = known.is_some_and(|known| known.sightings.get(&found.id) == Some(&found.version));
        if !is_noted && found.version.is_some() {
            pass.sight(Side::There, &found.id, found.version);
        }
        let is_reported = pass.flow.flow().reconcile.reports_only_there;
        if found.void || !is_reported || carried_here.contains_key(&found.id) {
            pass.agrees(Origin::There, &found.id);
            continue;
        }
        let standing = Hash::of_map(&projection(pass.flow, &found.body));
        pass.differs(Difference {
            origin: Origin::There,
            kind: Kind::OnlyThere,
            source: None,
            target: Some(named(&found)),
            fields: Vec::new(),
            cause: None,
            standing,
        });
    }
    Ok(())
}

/// Without the fields that stand as the flow the other way agreed on them later than this one.
async fn without_agreed(
    pass: &Pass<'_>,
    link: &Link,
    found: &Found,
    mut fields: Vec<FieldDifference>,
) -> Result<Vec<FieldDifference>, Trouble> {
    if !fields.is_empty() && pass.flow.twins.is_some() {
        let agreed = twins_at_rest(pass.seams, pass.flow, link, found).await?;
        let field_of = |path: &str| path.split(['.', '[']).next().unwrap_or(path).to_owned();
        fields.retain(|difference| !agreed.contains(&field_of(&difference.field)));
    }
    Ok(fields)
}

/// Those that a flow the other way carries to the source: that one's reconciliation compares them.
async fn carried_here(pass: &Pass<'_>, documents: &[Found]) -> Result<BTreeMap<String, Linked>, StoreError> {
    if !pass.flow.is_mirrored {
        return Ok(BTreeMap::new());
    }
    let ((connection, object), (target, target_object)) = (&pass.pair.source, &pass.pair.target);
    let referent = |found: &Found| Referent {
        of: RecordKey::new(target, target_object, found.id.as_str()),
        by: KnownBy::Id,
        connection: connection.clone(),
        object: Some(object.clone()),
    };
    let linked = pass.seams.other_sides(documents.iter().map(referent).collect()).await?;
    let is_linked = |linked: &Linked| matches!(linked, Linked::One { .. });
    Ok(linked
        .into_iter()
        .filter(|(_, linked)| is_linked(linked))
        .map(|(of, linked)| (of.of.id, linked))
        .collect())
}

pub(super) fn named(found: &Found) -> Named {
    Named { id: found.id.clone(), number: found.number.clone(), name: found.name.clone() }
}

/// The source of a pair as people know it.
pub(super) fn source_of(pair: &Paired, link: &Link) -> Option<Named> {
    Some(match &pair.record {
        Some(record) => {
            Named { id: record.key.id.clone(), number: record.number.clone(), name: record.name.clone() }
        }
        None => Named { id: link.source.id.clone(), number: None, name: None },
    })
}

/// Of both sides as they are: what a decision to ignore holds for.
fn standing(pass: &Pass<'_>, pair: &Paired, found: &Found) -> Hash {
    let source = pair.record.as_ref().map_or(Hash(0), |record| record.hash);
    let status = found.status.as_deref().unwrap_or_default();
    let target = Hash::of_map(&projection(pass.flow, &found.body));
    Hash::of_text(&format!("{source}\u{1f}{target}\u{1f}{status}\u{1f}{}", found.void))
}
