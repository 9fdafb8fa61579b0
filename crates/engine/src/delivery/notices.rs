//! `mode: notify`: people are told, at most once for each key, and it is seen whether they got it.
//!
//! The key is the record and the hash of what is told. Its link is reserved before the notice goes out and filled with
//! the receipt when it was accepted; a notice that was accepted is then followed until people have it.

use contract::connector::{Notice, Receipt, Refusal};
use contract::store::{LinkChange, LinkRef, Opening, StoreError};
use model::attempt::CallRecord;
use model::flow::{Keep, Mode};
use model::intent::Intent;
use model::link::{Agreed, LinkSide};
use model::record::RecordKey;
use model::step::{Action, Step};
use model::task::State;
use model::{AnswerClass, Cause, Hash, LinkId, Timestamp, Value, json};

use super::item::{Item, Verdict};
use super::retries::{after_lost_answer, after_refusal};
use super::settle::settle;
use crate::lane::Work;
use crate::setup::ActiveFlow;

/// How often a receipt is asked for, and how long.
const RECEIPT_PAUSE: std::time::Duration = std::time::Duration::from_secs(3);
const MOST_LOOKS: u32 = 12;
/// Vendors of this market count days in China's time, which has no summer time.
const CHINA_MS: i64 = 8 * 3_600_000;
const DAY_MS: i64 = 86_400_000;

/// Takes prepared and mapped notice tasks all the way.
pub(super) async fn run(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
    mut calls: Vec<CallRecord>,
) -> Result<(), StoreError> {
    look_into_lost(work, active, items);
    find_links(work, active, items).await?;
    leave_known(items);
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        if let Some(receipt) = accepted(item) {
            calls.extend(follow(work, active, item, &receipt).await);
        }
    }
    open(work, active, items).await?;
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        if !work.lease_is_good() {
            // Somebody else may own the lane by now: the intents stay and are looked into.
            break;
        }
        calls.extend(send(work, active, item).await);
    }
    work.note_spending(&active.target).await;
    items.iter_mut().for_each(give_up);
    settle(work, active, items, calls).await
}

/// The revision that is told next: each in turn, or the newest only.
pub(super) fn next_revision(active: &ActiveFlow, item: &Item) -> i64 {
    let task = &item.due.task;
    match active.flow().mode {
        Mode::Notify { keep: Keep::Every } => (task.done + 1).min(task.want),
        _ => item.due.record.revision,
    }
}

/// A notice whose answer was lost is sent again only where the system drops a repetition the same day.
fn look_into_lost(work: &Work<'_>, active: &ActiveFlow, items: &mut [Item<'_>]) {
    let now = work.seams.clock.now();
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        let Some(intent) = &item.due.intent else { continue };
        let same_day = day_of(intent.sent) == day_of(now);
        if !(active.target.facts.notice_dedupe && same_day) {
            item.fail_in_doubt(intent.link, Cause::new("engine.notice_perhaps_sent"));
        }
    }
}

/// Ends what people have got, and what they may have got.
fn leave_known(items: &mut [Item<'_>]) {
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        let is_received = item.link.as_ref().is_some_and(|link| link.agreed.target == Some(received()));
        if is_received {
            item.end(Verdict::new(State::Synced).done(item.revision()));
        } else if let Some(link) = item.in_doubt().filter(|_| item.due.intent.is_none()) {
            item.fail_in_doubt(link, Cause::new("engine.notice_perhaps_sent"));
        }
    }
}

/// A notice that failed is behind us too: the next change is told, and this one again only when a person says so.
fn give_up(item: &mut Item<'_>) {
    let revision = item.revision();
    if let Some(failed) = item.verdict.as_mut().filter(|verdict| verdict.state == State::Failed) {
        failed.done = Some(revision);
    }
}

fn day_of(at: Timestamp) -> i64 {
    (at.0 + CHINA_MS).div_euclid(DAY_MS)
}

/// The record and what is told of it, as the source side of the notice's link.
fn notice_key(item: &Item) -> RecordKey {
    let key = item.record_key();
    let told = Hash::of_map(&item.document);
    RecordKey::new(&key.connection, &key.object, format!("{}#{told}", key.id))
}

async fn find_links(work: &Work<'_>, active: &ActiveFlow, items: &mut [Item<'_>]) -> Result<(), StoreError> {
    let side = |item: &Item| LinkSide {
        source: notice_key(item),
        target_connection: active.flow().target.connection.clone(),
        target_object: Some(active.flow().target.object.clone()),
    };
    let sides: Vec<LinkSide> = items.iter().map(side).collect();
    let links = work.seams.links_of(&sides).await?;
    for (item, link) in items.iter_mut().zip(links) {
        item.link = link;
    }
    Ok(())
}

/// The receipt of a notice that was accepted and not missed.
fn accepted(item: &Item) -> Option<String> {
    let link = item.link.as_ref()?;
    (link.agreed.target != Some(missed())).then(|| link.target_id.clone()).flatten()
}

/// Marks on the link that people got the notice: its receipt is not asked for again, vendors forget them.
fn received() -> Hash {
    Hash::of_text("received")
}

/// Marks on the link that nobody got the notice, so that a person's replay sends it again.
fn missed() -> Hash {
    Hash::of_text("missed")
}

async fn follow(work: &Work<'_>, active: &ActiveFlow, item: &mut Item<'_>, receipt: &str) -> Vec<CallRecord> {
    let line = &active.target;
    let wire = line.wire(active.flow().target.object.as_str());
    let outcome = line.connector.receipt(&wire, receipt).await;
    line.went(&outcome);
    let calls = wire.take_calls();
    item.calls.extend(calls.iter().map(|call| call.number));
    let now = work.seams.clock.now();
    let tries = item.due.task.tries;
    let link = item.link.as_ref().map(|link| LinkRef::Known(link.id));
    match outcome {
        Ok(Receipt::Received) => {
            item.note("receipt", now, None, receipt);
            let verdict = Verdict::new(State::Synced).done(item.revision());
            item.end(Verdict { link: link.map(|link| marked(link, received())), ..verdict });
        }
        Ok(Receipt::Pending) if tries < MOST_LOOKS => {
            item.end(awaiting_receipt(now + RECEIPT_PAUSE * (1 << tries.min(8)), tries + 1));
        }
        Ok(Receipt::Pending) => item.fail(Cause::new("engine.notice_pending").with("receipt", receipt)),
        Ok(Receipt::Missed(cause)) => {
            item.note("receipt", now, Some(cause.clone()), receipt);
            let change = link.map(|link| marked(link, missed()));
            item.end(Verdict { link: change, ..Verdict::new(State::Failed).because(cause) });
        }
        Err(refusal) => {
            item.note_refusal("receipt", now, &refusal);
            let retries = &active.flow().retries;
            item.end(after_refusal(&refusal, retries, tries, now, &*work.seams.chance));
        }
    }
    calls
}

fn marked(link: LinkRef, mark: Hash) -> LinkChange {
    LinkChange {
        link,
        fill: None,
        agreed: Some(Agreed { target: Some(mark), ..Agreed::default() }),
        lines: Vec::new(),
    }
}

fn awaiting_receipt(due: Timestamp, tries: u32) -> Verdict {
    let cause = Cause::new("engine.waits_for_receipt");
    Verdict { is_attempt: tries <= 1, ..Verdict::new(State::Waiting).because(cause).due(due).tries(tries) }
}

async fn open(work: &Work<'_>, active: &ActiveFlow, items: &mut [Item<'_>]) -> Result<(), StoreError> {
    let flow = active.flow();
    let opening = |item: &Item| Opening {
        intent: Intent {
            task: item.due.task.id,
            link: LinkId(0),
            step: Step {
                action: Action::Notify,
                object: flow.target.object.to_string(),
                id: None,
                number: None,
                document: json::write(&Value::Map(item.document.borrow())),
                options: String::new(),
                row_of: None,
            },
            key: Vec::new(),
            revision: item.revision(),
            sent: work.seams.clock.now(),
        },
        source: notice_key(item),
        target_connection: flow.target.connection.clone(),
        target_object: flow.target.object.clone(),
        may_hold: None,
    };
    let openings: Vec<Opening> = items.iter().filter(|item| item.goes_on()).map(opening).collect();
    if openings.is_empty() {
        return Ok(());
    }
    let opened = work.seams.store.open(&work.lease(), openings).await?;
    for (item, opened) in items.iter_mut().filter(|item| item.goes_on()).zip(opened) {
        item.link_id = Some(opened.link);
    }
    Ok(())
}

async fn send(work: &Work<'_>, active: &ActiveFlow, item: &mut Item<'_>) -> Vec<CallRecord> {
    let line = &active.target;
    let object = active.flow().target.object.as_str();
    let lease = || work.lease().until;
    let wire = line.wire(object).within(&lease);
    let outcome = line.connector.notify(&wire, &Notice { object, document: &item.document }).await;
    line.went(&outcome);
    let calls = wire.take_calls();
    item.calls.extend(calls.iter().map(|call| call.number));
    let now = work.seams.clock.now();
    match outcome {
        Ok(receipt) => {
            item.note("notify", now, None, &receipt);
            let verdict = sent(item, receipt, now);
            item.end(verdict);
        }
        Err(refusal) => {
            let verdict = refused(work, active, item, &refusal, now);
            item.end(verdict);
        }
    }
    calls
}

fn sent(item: &Item, receipt: String, now: Timestamp) -> Verdict {
    let agreed = Agreed { target: Some(Hash::of_text("accepted")), ..Agreed::default() };
    let change = item.link_id.map(|id| LinkChange {
        link: LinkRef::Known(id),
        fill: Some((receipt, None)),
        agreed: Some(agreed),
        lines: Vec::new(),
    });
    Verdict { link: change, ..awaiting_receipt(now + RECEIPT_PAUSE, 0) }
}

fn refused(
    work: &Work<'_>,
    active: &ActiveFlow,
    item: &mut Item,
    refusal: &Refusal,
    now: Timestamp,
) -> Verdict {
    item.note_refusal("notify", now, refusal);
    let tries = item.due.task.tries;
    match refusal.class {
        AnswerClass::Unknown => after_lost_answer(refusal.cause.clone(), tries, now),
        _ => after_refusal(refusal, &active.flow().retries, tries, now, &*work.seams.chance),
    }
}
