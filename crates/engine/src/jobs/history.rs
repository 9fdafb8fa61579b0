//! History loads (历史数据同步): records from before, brought in slice by slice. Cursors are not touched, and live changes
//! are not held up: the next slice waits until the flow has little left to do.

use contract::store::StoreError;
use model::job::{History, Progress};
use model::{Cause, FlowName, RecordId, Timestamp};

use super::tasks::ready;
use super::{NotDone, Slice, admitted, matching};
use crate::by_hand::{self, Named, Which};
use crate::reading::ObjectReading;
use crate::seams::Seams;
use crate::setup::{ActiveFlow, Setup};

/// Records of a slice that are asked for by their ids.
const SLICE: usize = 200;

/// While so many tasks of the flow are ready no more are added to them.
const MOST_READY: u64 = 400;

/// Brings the next records in. `is_stuck`: what is ready has not become less for long, and waiting for it helps nobody.
pub(super) async fn load(
    seams: &Seams,
    setup: &Setup,
    flow: &FlowName,
    which: &History,
    before: Progress,
    is_stuck: bool,
) -> Result<Slice, NotDone> {
    let gone = || NotDone::Broken(Cause::new("engine.flow_not_in_force").with("flow", flow));
    let active = setup.flows.get(flow).ok_or_else(gone)?;
    let source = &active.flow().source;
    let reading = ObjectReading::of(setup, &source.connection, &source.object).ok_or_else(gone)?;
    let ready = ready(&seams.store.counts().await?, flow);
    if ready >= MOST_READY && !is_stuck {
        return Ok(Slice::Later { flow: flow.clone(), ready });
    }
    admitted(seams, &reading.line)?;
    match which {
        History::Changed { from, to } => {
            changed(seams, active, &reading, (Timestamp(*from), Timestamp(*to)), before).await
        }
        History::Ids(ids) => named(seams, setup, active, ids, before).await,
        History::Linked => linked(seams, setup, active, before).await,
        History::Matching { condition, from, to } => {
            let span = (condition.as_str(), Timestamp(*from), Timestamp(*to));
            matching::page(seams, active, &reading, span, before).await
        }
    }
}

/// A page of what changed in the span.
async fn changed(
    seams: &Seams,
    flow: &ActiveFlow,
    reading: &ObjectReading,
    (from, to): (Timestamp, Timestamp),
    before: Progress,
) -> Result<Slice, NotDone> {
    let page = reading.page_now(&by_hand::span(reading, from, to, before.place.as_deref())).await?;
    let (found, next) = (page.found.len() as u64, page.next);
    by_hand::take_in(seams, flow, reading, page.found, Named::ByRule).await?;
    let goes_on = next.is_some();
    let progress =
        Progress { seen: before.seen + found, moved: before.moved + found, of: before.of, place: next };
    Ok(if goes_on { Slice::Further(progress) } else { Slice::Ended(progress) })
}

async fn named(
    seams: &Seams,
    setup: &Setup,
    flow: &ActiveFlow,
    ids: &[String],
    before: Progress,
) -> Result<Slice, NotDone> {
    let from = before.place.as_ref().and_then(|place| place.parse().ok()).unwrap_or(0);
    let slice: Vec<String> = ids.iter().skip(from).take(SLICE).cloned().collect();
    let (to, seen) = (from + slice.len(), slice.len() as u64);
    let read = by_hand::run(seams, setup, flow, Which::Ids(slice)).await?;
    let progress = Progress {
        seen: before.seen + seen,
        moved: before.moved + read.len() as u64,
        of: Some(ids.len() as u64),
        place: Some(to.to_string()),
    };
    Ok(if to < ids.len() { Slice::Further(progress) } else { Slice::Ended(progress) })
}

/// The next records that have a link: read again and brought over again.
async fn linked(seams: &Seams, setup: &Setup, flow: &ActiveFlow, before: Progress) -> Result<Slice, NotDone> {
    let after = before.place.as_ref().and_then(|place| place.parse().ok()).unwrap_or(0);
    let (ids, next) = with_links(seams, flow, RecordId(after)).await?;
    let seen = ids.len() as u64;
    let read = match ids.is_empty() {
        true => Vec::new(),
        false => by_hand::run_for(seams, setup, flow, Which::Ids(ids), Named::ByRule).await?,
    };
    let progress = Progress {
        seen: before.seen + seen,
        moved: before.moved + read.len() as u64,
        of: before.of,
        place: next.map(|next| next.0.to_string()),
    };
    Ok(if next.is_some() { Slice::Further(progress) } else { Slice::Ended(progress) })
}

/// Of the next stored records of the flow's source those that are linked, and where to go on.
async fn with_links(
    seams: &Seams,
    flow: &ActiveFlow,
    after: RecordId,
) -> Result<(Vec<String>, Option<RecordId>), StoreError> {
    let source = &flow.flow().source;
    let records = seams.store.stored(&source.connection, &source.object, after, SLICE).await?;
    let next = records.last().filter(|_| records.len() == SLICE).map(|record| record.id);
    let sides: Vec<_> = records.iter().map(|record| flow.link_side(&record.key)).collect();
    let links = seams.links_of(&sides).await?;
    let is_linked = links.iter().map(|link| link.as_ref().is_some_and(|link| link.target_id.is_some()));
    let ids = records.into_iter().zip(is_linked).filter(|(_, is_linked)| *is_linked);
    Ok((ids.map(|(record, _)| record.key.id).collect(), next))
}
