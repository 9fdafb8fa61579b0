//! Carrying files: wave by wave, each item's next file, all of a wave at once.

use std::collections::{BTreeMap, VecDeque};

use contract::connector::{FileEntry, Refusal};
use contract::store::StoreError;
use model::Cause;
use model::attempt::CallRecord;
use model::task::State;

use super::places::{self, Place, Rows};
use super::wanted::{Known, Wanted};
use super::wave::{Next, send};
use crate::delivery::item::{Item, Verdict};
use crate::delivery::retries::after_refusal;
use crate::lane::Work;
use crate::setup::ActiveFlow;

/// What an item still has to bring.
pub(super) struct Load {
    /// Its place among the items.
    pub at: usize,
    pub known: Known,
    queue: VecDeque<Wanted>,
    /// What hangs at the places of the document, each asked for once.
    pub hung: BTreeMap<Place, Vec<FileEntry>>,
    /// Why files could not be carried.
    refused: Vec<Refusal>,
}

/// Brings over the files of all items; each gets a verdict unless the lease ends before. When the lane is to end, what is
/// still to be sent is left to its next round: many large files would keep everybody waiting.
pub(super) async fn carry(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<Vec<CallRecord>, StoreError> {
    let rows = Rows::of(work.seams, active, items).await?;
    let mut loads = loads(work, active, items).await?;
    let mut calls = Vec::new();
    while work.lease_is_good() {
        if work.is_closing() {
            leave(work, items);
            break;
        }
        let wave = next(work, active, items, &rows, &mut loads, &mut calls).await;
        if wave.is_empty() {
            end(work, active, items, &loads);
            break;
        }
        send(work, active, items, &mut loads, wave, &mut calls).await?;
    }
    work.note_spending(&active.source).await;
    work.note_spending(&active.target).await;
    Ok(calls)
}

fn leave(work: &Work<'_>, items: &mut [Item<'_>]) {
    let now = work.seams.clock.now();
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        let tries = item.due.task.tries;
        item.end(Verdict::new(State::Ready).due(now).tries(tries));
    }
}

async fn loads(work: &Work<'_>, active: &ActiveFlow, items: &[Item<'_>]) -> Result<Vec<Load>, StoreError> {
    let going: Vec<usize> = (0..items.len()).filter(|&at| items[at].goes_on()).collect();
    let asked: Vec<&Item> = going.iter().map(|&at| &items[at]).collect();
    let known = Known::of(work.seams, active, &asked).await?;
    let load = |(at, known): (usize, Known)| Load {
        at,
        queue: known.wanted(active, &items[at].record).into(),
        known,
        hung: BTreeMap::new(),
        refused: Vec::new(),
    };
    Ok(going.into_iter().zip(known).map(load).collect())
}

/// The next file of each item that can be sent. What cannot is noted, and the one after it is taken.
async fn next(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
    rows: &Rows,
    loads: &mut [Load],
    calls: &mut Vec<CallRecord>,
) -> Vec<Next> {
    let mut wave = Vec::new();
    for (n, load) in loads.iter_mut().enumerate() {
        let item = &mut items[load.at];
        while let Some(wanted) = item.goes_on().then(|| load.queue.pop_front()).flatten() {
            let link = item.link.as_ref().expect("files hang at linked documents");
            let place = match rows.place(active, link, &wanted) {
                Ok(place) => place,
                Err(refusal) => {
                    refuse(work, item, load, wanted, refusal);
                    continue;
                }
            };
            if !load.hung.contains_key(&place) {
                let (hung, made) = places::hung(active, &place).await;
                item.calls.extend(made.iter().map(|call| call.number));
                calls.extend(made);
                match hung {
                    Ok(hung) => load.hung.insert(place.clone(), hung),
                    Err(refusal) => {
                        refuse(work, item, load, wanted, refusal);
                        continue;
                    }
                };
            }
            wave.push(Next { load: n, wanted, place });
            break;
        }
    }
    wave
}

/// Notes a file that cannot be carried; the others go on.
pub(super) fn refuse(
    work: &Work<'_>,
    item: &mut Item<'_>,
    load: &mut Load,
    wanted: Wanted,
    refusal: Refusal,
) {
    let cause = told(item, &wanted.entry.name, &refusal.cause);
    item.note("attach", work.seams.clock.now(), Some(cause.clone()), "");
    load.refused.push(Refusal { cause, ..refusal });
}

/// Why a file was not carried, with its name and its record's.
pub(super) fn told(item: &Item, file: &str, cause: &Cause) -> Cause {
    let record = &item.due.record;
    let named = record.number.as_deref().unwrap_or(&record.key.id);
    Cause::new("engine.file_not_carried").with("file", file).with("record", named).because(cause)
}

/// Ends the items whose files have all been tried. What passes by itself is tried again before a person is asked.
fn end(work: &Work<'_>, active: &ActiveFlow, items: &mut [Item<'_>], loads: &[Load]) {
    let (retries, now) = (&active.flow().retries, work.seams.clock.now());
    for load in loads {
        let item = &mut items[load.at];
        if !item.goes_on() {
            continue;
        }
        let (revision, tries) = (item.revision(), item.due.task.tries);
        let verdicts: Vec<Verdict> = load
            .refused
            .iter()
            .map(|refusal| after_refusal(refusal, retries, tries, now, &*work.seams.chance))
            .collect();
        let again = verdicts.iter().find(|verdict| verdict.state != State::Failed);
        let verdict = again.or(verdicts.first()).cloned();
        item.end(verdict.unwrap_or_else(|| Verdict::new(State::Synced).done(revision)));
    }
}
