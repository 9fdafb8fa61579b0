//! A file whose answer was lost, or whose sending was cut short by a crash, is looked for where it should hang until the
//! settle window has passed. Only when every look said that it is not there, it is sent again.

use contract::store::{FileChange, IntentChange, StoreError};
use model::attempt::CallRecord;
use model::intent::Intent;
use model::link::FileLink;
use model::task::State;
use model::{Cause, LinkId, Timestamp};

use super::intent::{self, Hanging};
use super::places;
use crate::delivery::item::{Item, Verdict};
use crate::delivery::retries::next_look;
use crate::lane::Work;
use crate::setup::ActiveFlow;

/// Looks into the open intents; every item that has one gets a verdict.
pub(super) async fn resolve_open(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<Vec<CallRecord>, StoreError> {
    let mut calls = Vec::new();
    let links: Vec<LinkId> =
        items.iter().filter_map(|item| item.due.intent.as_ref()).map(|intent| intent.link).collect();
    let ours = if links.is_empty() { Vec::new() } else { work.seams.store.files(&links).await? };
    let with_intent = items.iter_mut().filter_map(|item| Some((item.due.intent.as_ref()?, item)));
    for ((intent, item), ours) in with_intent.zip(ours) {
        let now = work.seams.clock.now();
        let verdict = match Hanging::read(intent) {
            Some(hanging) => {
                let (hung, made) = places::hung(active, &hanging.place).await;
                item.calls.extend(made.iter().map(|call| call.number));
                calls.extend(made);
                match hung {
                    Ok(hung) => match hanging.found(&hung, &ours) {
                        Some(found) => {
                            item.note(
                                "attach",
                                now,
                                None,
                                format!("{}: {}", hanging.file.name, found.handle),
                            );
                            let file = FileLink { target: found.handle.clone(), ..hanging.file };
                            item.files = Some(FileChange { link: intent.link, files: vec![file] });
                            ready(item, now).tries(0)
                        }
                        None => absent(work, active, item, intent),
                    },
                    Err(refusal) => still_unknown(work, item, intent, refusal.cause),
                }
            }
            // Nothing says what went out: a person looks.
            None => Verdict::new(State::Failed).because(Cause::new("engine.may_exist")),
        };
        item.end(verdict);
    }
    Ok(calls)
}

fn absent(work: &Work<'_>, active: &ActiveFlow, item: &mut Item, intent: &Intent) -> Verdict {
    let now = work.seams.clock.now();
    if !intent::is_over(intent) || now < work.sent(intent.sent) + active.target.facts.settle_window {
        let said = item.due.task.cause.clone().filter(|_| item.due.task.state == State::Unknown);
        let said = said.unwrap_or_else(|| Cause::new("engine.answer_lost"));
        return still_unknown(work, item, intent, said);
    }
    item.note("files", now, None, "–");
    ready(item, now)
}

/// What is left is taken up in the next round.
fn ready(item: &Item, now: Timestamp) -> Verdict {
    Verdict::new(State::Ready).due(now).tries(item.due.task.tries)
}

/// Looked for again. After a crash nobody knows how long the sending went on: the window begins with the first look, or
/// when the last call of an owner before must be over.
fn still_unknown(work: &Work<'_>, item: &Item, intent: &Intent, cause: Cause) -> Verdict {
    let now = work.seams.clock.now();
    let over = now.max(work.lease().others_until);
    let (due, change) = match intent::is_over(intent) {
        true => (next_look(intent.sent, now), IntentChange::Keep),
        false => (next_look(now, now), IntentChange::Replace(Box::new(intent::over(intent.clone(), over)))),
    };
    let verdict = Verdict::new(State::Unknown).because(cause).due(due).tries(item.due.task.tries);
    Verdict { intent: change, ..verdict }
}
