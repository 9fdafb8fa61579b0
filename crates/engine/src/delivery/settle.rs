//! The arrow *settle*: verdicts become settlements, each with its attempt, in one transaction for the bundle.

use contract::store::{IntentChange, LinkChange, Raise, Settled, Settlement, SettlementBatch, StoreError};
use model::attempt::{Attempt, CallRecord};
use model::task::{Kind, State};

use super::item::{Item, Verdict};
use super::taken::end_as_taken;
use crate::lane::Work;
use crate::setup::ActiveFlow;

/// Stores what became of the items. A task whose target turned out to be another record's is settled again as failed.
/// Items without a verdict are left as they are: their intents are open.
pub(super) async fn settle(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
    calls: Vec<CallRecord>,
) -> Result<(), StoreError> {
    // Files that cannot go must not keep back the flow's documents.
    let documents = items.iter().filter(|item| item.due.task.kind != Kind::Files);
    let verdicts = documents.filter_map(|item| item.verdict.as_ref());
    verdicts.for_each(|verdict| work.note_flow(active.name(), verdict.class));
    let settled = store(work, active, items, calls).await?;
    let derives = active.flow().target.derive.is_some();
    let mut again = false;
    let ended = items.iter_mut().filter(|item| item.verdict.is_some());
    for (item, settled) in ended.zip(settled) {
        let rests = match settled {
            Settled::Done => item.verdict.take().is_some_and(|verdict| verdict.state.rests()),
            Settled::Taken(other) => {
                end_as_taken(work.seams, item, &other).await?;
                again = true;
                true
            }
        };
        if rests && derives {
            active.target.doubts.finish(item.due.task.id, work.seams.clock.now());
        }
    }
    if again {
        store(work, active, items, Vec::new()).await?;
    }
    Ok(())
}

async fn store(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &[Item<'_>],
    calls: Vec<CallRecord>,
) -> Result<Vec<Settled>, StoreError> {
    let at = work.seams.clock.now();
    let settlements: Vec<Settlement> =
        items.iter().filter_map(|item| settlement(work, active, item, at)).collect();
    if settlements.is_empty() && calls.is_empty() {
        return Ok(Vec::new());
    }
    let raised: Vec<Raise> = settlements.iter().flat_map(|settlement| settlement.raise.clone()).collect();
    let batch = SettlementBatch { at, settlements, calls };
    let settled = work.seams.store.settle(&work.lease(), batch).await?;
    raised.iter().for_each(|raise| work.signals.wake_lane(&raise.lane));
    Ok(settled)
}

fn settlement(work: &Work<'_>, active: &ActiveFlow, item: &Item, at: model::Timestamp) -> Option<Settlement> {
    let verdict = item.verdict.as_ref()?;
    let attempt = verdict.is_attempt.then(|| Attempt {
        started: item.started,
        ended: at,
        flow_version: active.version,
        revision: item.revision(),
        state: verdict.state,
        cause: verdict.cause.clone(),
        steps: item.steps_taken.clone(),
    });
    Some(Settlement {
        task: item.due.task.id,
        revision: item.revision(),
        state: verdict.state,
        cause: verdict.cause.clone(),
        due: verdict.due.max(at),
        tries: verdict.tries,
        done: verdict.done,
        intent: intent_change(item, verdict),
        link: verdict.link.clone(),
        files: item.files.clone(),
        awaits: verdict.awaits.clone(),
        attempt,
        calls: if verdict.is_attempt { item.calls.clone() } else { Vec::new() },
        raise: write_back(work, active, item, verdict)
            .into_iter()
            .chain(moved(work, active, item))
            .chain(files(active, item))
            .collect(),
    })
}

/// An intent is closed by whatever ends the try, unless it is to be looked into or there is none.
fn intent_change(item: &Item, verdict: &Verdict) -> IntentChange {
    match item.due.intent.is_some() || item.link_id.is_some() {
        true => verdict.intent.clone(),
        false => IntentChange::Keep,
    }
}

/// Raised again, a task goes along with its flow to the lane that it was pointed to.
fn moved(work: &Work<'_>, active: &ActiveFlow, item: &Item) -> Option<Raise> {
    let is_delivery = item.due.task.kind == Kind::Deliver;
    work.elsewhere(active).filter(|_| is_delivery).map(|_| active.raise())
}

/// The task that brings the files which the document has not.
fn files(active: &ActiveFlow, item: &Item) -> Option<Raise> {
    item.wants_files.then(|| Raise { kind: Kind::Files, ..active.raise() })
}

/// The write-back that a final state asks for, when what it would write changed.
fn write_back(work: &Work<'_>, active: &ActiveFlow, item: &Item, verdict: &Verdict) -> Option<Raise> {
    if item.due.task.kind != Kind::Deliver || !matches!(verdict.state, State::Synced | State::Failed) {
        return None;
    }
    let raise = active.write_back()?;
    let outcome = super::write_back::Outcome {
        state: verdict.state,
        cause: verdict.cause.as_ref(),
        target_id: item.target_id.as_deref().or(item.linked_id()),
        target_number: item
            .target_number
            .as_deref()
            .or(item.link.as_ref().and_then(|link| link.target_number.as_deref())),
    };
    let written = item.link.as_ref().and_then(|link| link.agreed.written_back);
    let wanted = model::Hash::of_map(&super::written_back(active, &outcome, &work.seams.catalogue));
    (written != Some(wanted)).then_some(raise)
}

/// Fills the links of items whose target was found, before anything is written to it. Whoever finds that the target is
/// another record's fails; one that is void has no document then.
pub(super) async fn adopt(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<(), StoreError> {
    let at = work.seams.clock.now();
    let adopting: Vec<usize> = (0..items.len())
        .filter(|&index| {
            let item = &items[index];
            item.goes_on() && item.linked_id().is_none() && item.observed.is_some()
        })
        .collect();
    if adopting.is_empty() {
        return Ok(());
    }
    let settlements = adopting.iter().map(|&index| adoption(active, &items[index], at)).collect();
    let batch = SettlementBatch { at, settlements, calls: Vec::new() };
    let settled = work.seams.store.settle(&work.lease(), batch).await?;
    for (index, settled) in adopting.into_iter().zip(settled) {
        let item = &mut items[index];
        match settled {
            Settled::Done => item.filled = true,
            Settled::Taken(other) => end_as_taken(work.seams, item, &other).await?,
        }
    }
    Ok(())
}

fn adoption(active: &ActiveFlow, item: &Item, at: model::Timestamp) -> Settlement {
    let observed = item.observed.as_ref().expect("an adopted item was observed");
    Settlement {
        link: Some(LinkChange {
            link: super::plan::link_of(active, item),
            fill: Some((observed.id.clone(), observed.number.clone())),
            agreed: None,
            lines: Vec::new(),
        }),
        ..item.round(at)
    }
}
