//! Creates of others that may not show yet: no flow makes the same document beside them, nor does a caller beside a flow's.

use std::time::Duration;

use contract::connector::{Done, Refusal};
use contract::store::{OpenIntent, StoreError};
use contract::transport::LONGEST_CALL;
use model::attempt::CallRecord;
use model::step::{Action, Step};
use model::{AnswerClass, Cause, TaskId, Timestamp};

use super::item::{Item, Verdict};
use super::observe::{read_targets, ways_to_match};
use super::resolve::field_text;
use super::retries::end_refused;
use crate::connection::{Key, Line, Sent, Whose};
use crate::lane::Work;
use crate::setup::{ActiveFlow, Setup};

/// How soon a record looks again whether the other create shows.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// How long at most others wait for one that derived from their parent and does not come to bring it on.
const UNFINISHED: Duration = Duration::from_secs(600);

/// The keys by which the document of an item may be known, each once: what it is recognised by, and what it is looked for
/// by. What is derived is known by its parent.
pub(super) fn keys(active: &ActiveFlow, item: &Item) -> Vec<Key> {
    if let Some(parent) = &item.derived {
        return vec![parent.key()];
    }
    let way = |by: Vec<String>| -> Option<Key> {
        by.into_iter().map(|field| field_text(&item.document, &field).map(|text| (field, text))).collect()
    };
    let mut keys: Vec<Key> = Vec::new();
    let ways = ways_to_match(active).into_iter().filter_map(way);
    for key in std::iter::once(item.key.clone()).chain(ways).filter(|key| !key.is_empty()) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// Whether somebody else's create with one of these keys is not answered.
pub(super) fn is_in_doubt(line: &Line, object: &str, item: &Item, now: Timestamp) -> bool {
    line.doubts.is_unanswered(object, &item.keys, Whose::Task(item.due.task.id), now)
}

/// Whether a create that was open when the store was asked may still have made the document without showing it. One of a
/// flow that is in force is open until it is resolved; nobody looks for those of another, and they settle by themselves.
pub(crate) fn may_show(
    intent: &OpenIntent,
    object: &str,
    setup: &Setup,
    line: &Line,
    now: Timestamp,
) -> bool {
    let is_looked_for = setup.flows.contains_key(&intent.flow);
    // Its call may have begun long after it was stored, by a node that is gone.
    let settled = intent.sent + LONGEST_CALL + line.facts.settle_window;
    intent.object == object && (is_looked_for || now < settled)
}

/// Lets those wait that are about to look for their document while a create with the same key is open: one of another
/// record or flow, of this process or of one before it.
pub(super) async fn wait_for_open(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<(), StoreError> {
    let is_asked = |item: &Item| item.goes_on() && item.derived.is_none() && !item.keys.is_empty();
    let asked: Vec<(usize, Key)> = (items.iter().enumerate())
        .filter(|(_, item)| is_asked(item))
        .flat_map(|(at, item)| item.keys.iter().map(move |key| (at, key.clone())))
        .collect();
    if asked.is_empty() {
        return Ok(());
    }
    let (places, keys): (Vec<usize>, Vec<Key>) = asked.into_iter().unzip();
    let open = work.seams.store.open_intents(&work.lease().lane, &keys).await?;
    let now = work.seams.clock.now();
    let object = active.flow().target.object.as_str();
    for (at, open) in places.into_iter().zip(open) {
        let item = &mut items[at];
        let own = item.due.task.id;
        let is_other = |intent: &OpenIntent| {
            intent.task != own && may_show(intent, object, work.setup, &active.target, now)
        };
        if item.goes_on() && open.iter().any(is_other) {
            wait(item, now);
        }
    }
    Ok(())
}

fn wait(item: &mut Item, now: Timestamp) {
    let cause = Cause::new("engine.document_busy");
    item.end(Verdict::put_back(now + LOOK_AGAIN, item.due.task.tries, cause));
}

/// Reads what a caller made a moment ago with the key of an item for which nothing was found: searches may show it later.
/// Gives the calls made.
pub(super) async fn observe_made(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Vec<CallRecord> {
    let now = work.seams.clock.now();
    let object = active.flow().target.object.as_str();
    let mut made: Vec<(usize, String)> = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if !item.goes_on() || item.derived.is_some() || item.linked_id().is_some() || item.observed.is_some()
        {
            continue;
        }
        let known = |key| active.target.doubts.made(object, key, now);
        let for_caller = item.keys.iter().filter_map(known).find(|(_, whose)| *whose == Whose::Caller);
        made.extend(for_caller.map(|(id, _)| (at, id)));
    }
    if made.is_empty() {
        return Vec::new();
    }
    let ids: Vec<String> = made.iter().map(|(_, id)| id.clone()).collect();
    let read = read_targets(active, &ids).await;
    for (at, id) in made {
        let item = &mut items[at];
        item.calls.extend(read.calls.iter().map(|call| call.number));
        item.hear(&read.log, now);
        match &read.outcome {
            Err(refusal) => {
                end_refused(work.seams, active, item, "get", refusal);
            }
            Ok(found) => match found.get(&id) {
                Some(found) => item.observed = Some(found.clone()),
                None => wait(item, now),
            },
        }
    }
    read.calls
}

/// Notes what became of a create, for others that are about to make the same document.
pub(super) fn note(line: &Line, item: &Item, step: &Step, outcome: &Result<Done, Refusal>, now: Timestamp) {
    if let (Action::Derive, Ok(_), Some(parent)) = (&step.action, outcome, item.keys.first()) {
        return note_derived(line, &step.object, parent, item.due.task.id, now);
    }
    if step.action != Action::Create || step.row_of.is_some() || item.keys.is_empty() {
        return;
    }
    let sent = match outcome {
        Ok(Done { id: Some(id), .. }) => Sent::Made(id.clone()),
        Ok(_) => Sent::Unanswered,
        Err(refusal) if refusal.class == AnswerClass::Unknown => Sent::Unanswered,
        Err(_) => return,
    };
    let doubt = (sent, Whose::Task(item.due.task.id));
    line.doubts.note(&step.object, &item.keys, doubt, now + line.facts.settle_window, now);
}

/// Notes what a task derived and has to bring on, for others that are about to derive from the same parent.
pub(super) fn note_derived(line: &Line, object: &str, parent: &Key, task: TaskId, now: Timestamp) {
    line.doubts.leave_unfinished(object, parent, task, now + UNFINISHED, now);
}
