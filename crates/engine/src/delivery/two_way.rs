//! Flows that go both ways between two objects (双向同步): who changed what since both sides last agreed, field by field.
//!
//! Each flow of a pair has its own link, and each link keeps what both sides held when that flow was last through, as it
//! was read there ([`Sides`]). Of the two the later one counts, for each field by itself. From that follows:
//!
//! * What is read as we left it there is an echo, and carries nothing back, whatever was rounded or mapped on its way.
//! * What one side alone changed is carried, or left to the flow the other way.
//! * What both changed is a conflict, and decided as the flow says ([`model::flow::Conflict`]).
//! * What is written to and fro though nobody edits it is stopped ([`turns`]).
//!
//! Only one flow of a pair works on a record at a time, and none while a write of the other is not settled.

mod ask;
mod kept;
mod latest;
mod made_of;
mod rule;
mod sides;
mod turns;

use std::collections::BTreeSet;

use contract::connector::{Found, Refusal};
use contract::store::{StoreError, Take};
use model::link::LinkSide;
use model::record::RecordKey;
use model::task::{State, Task};
use model::{Cause, Hash, Map, TaskId, Timestamp, Value};

pub use self::ask::Asked;
pub(crate) use self::ask::asked_of;
pub(super) use self::kept::{as_it_was, heard, settled};
pub(crate) use self::kept::{turn_of, twins_at_rest};
use self::rule::Ruling;
pub(super) use self::sides::SIDES;
use self::sides::{Sides, alike};
use super::item::{Item, Verdict};
use super::retries::end_refused;
use crate::connection::Claimed;
use crate::reading::ObjectReading;
use crate::seams::Seams;
use crate::setup::{ActiveFlow, Setup, Twin};

/// Why a record waits: the flow the other way asks a person about it already.
pub(crate) const DECIDED_ELSEWHERE: &str = "engine.decided_elsewhere";
/// Why a record failed: both sides were edited, and a person decides.
pub(crate) const CONFLICT: &str = "engine.conflict";
/// Why a record failed: it was written to and fro.
const NEVER_AT_REST: &str = "engine.never_at_rest";
/// Why a record waits: a write of the flow the other way is not settled.
const UNSETTLED_THERE: &str = "engine.other_way_unsettled";
/// Why a record waits: somebody works on its document.
const BUSY: &str = "engine.document_busy";
/// Why a record waits: what was read of it is not what it is now.
const MOVED_ON: &str = "engine.source_moved_on";

/// The field of a choice that is about all of them.
pub(crate) const ALL: &str = "*";

const SOON: std::time::Duration = std::time::Duration::from_secs(1);
/// How long a write of the other flow that is not settled is waited for before it is looked again.
const UNSETTLED: std::time::Duration = std::time::Duration::from_secs(5);
/// How often it is looked whether a person has decided; a decision wakes the task at once.
const UNDECIDED: std::time::Duration = std::time::Duration::from_secs(600);

/// What is known of both sides of a record.
#[derive(Debug, Clone, Default)]
pub(crate) struct TwoWay {
    /// As the flow's own link keeps it.
    own: Sides,
    /// As the link of the flow the other way keeps it.
    other: Sides,
    /// Whether a write of that flow is open, or was and is not settled.
    is_open_there: bool,
    /// The source's version, as far as it was read for this.
    version: Option<i64>,
    /// What becomes of each twin, in the order of [`crate::setup::Twins::fields`]; empty until it was weighed.
    rulings: Vec<Ruling>,
    /// How many turns each twin has taken with this write.
    turns: Vec<u32>,
}

/// Reads what the links keep, for items whose target is known and that did not ask yet.
pub(super) async fn know(
    seams: &Seams,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<(), StoreError> {
    if active.twins.is_none() {
        return Ok(());
    }
    let is_asked = |item: &Item| item.goes_on() && item.void.is_none() && item.two_way.is_none();
    let asked: Vec<(usize, LinkSide)> = (items.iter().enumerate())
        .filter(|(_, item)| is_asked(item))
        .filter_map(|(at, item)| Some((at, back_side(active, item.known_target()?))))
        .collect();
    let sides: Vec<LinkSide> = asked.iter().map(|(_, side)| side.clone()).collect();
    let links = seams.links_of(&sides).await?;
    for ((at, _), link) in asked.into_iter().zip(links) {
        let item = &mut items[at];
        // One that is only reserved is of a create that is on its way. The link of a document that stands for another
        // record by now says nothing of this one.
        let is_reserved = link.as_ref().is_some_and(|link| link.target_id.is_none());
        let link = link.filter(|link| link.target_id.as_deref() == Some(&*item.record_key().id));
        item.read_agreement();
        item.two_way = Some(TwoWay {
            own: Sides::of(item.link.as_ref()),
            other: Sides::of(link.as_ref()),
            is_open_there: is_reserved || link.is_some_and(|link| link.agreed.mapped.is_none()),
            ..TwoWay::default()
        });
    }
    Ok(())
}

/// The source side of the link of the flow the other way.
fn back_side(active: &ActiveFlow, target: &str) -> LinkSide {
    let source = &active.flow().source;
    LinkSide {
        source: target_key(active, target),
        target_connection: source.connection.clone(),
        target_object: Some(source.object.clone()),
    }
}

fn target_key(active: &ActiveFlow, id: &str) -> RecordKey {
    let target = &active.flow().target;
    RecordKey::new(&target.connection, &target.object, id)
}

/// Whether the twins of a record are as they were when both sides last agreed.
pub(super) fn rests(active: &ActiveFlow, item: &Item) -> bool {
    let Some(twins) = &active.twins else { return true };
    let Some(two_way) = &item.two_way else { return false };
    twins.fields.iter().all(|twin| two_way.moved(item, twin, &item.record) == Some(false))
}

/// Claims the pair that each record is one side of, so that the flow the other way does not work on it meanwhile. Those
/// that it works on now are put back.
pub(super) fn claim(active: &ActiveFlow, items: &mut [Item<'_>], now: Timestamp) -> Option<Claimed> {
    active.twins.as_ref()?;
    let flow = active.flow();
    let here = (&flow.source.connection, &flow.source.object);
    let there = (&flow.target.connection, &flow.target.object);
    // Both flows of a pair come to the same side.
    let (line, object, is_here) = match here <= there {
        true => (&active.source, here.1, true),
        false => (&active.target, there.1, false),
    };
    let mut claimed = line.claims.holder();
    let other = if is_here { there.1 } else { here.1 };
    let name = format!("{object} ⇄ {other}");
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        let id = if is_here { Some(&*item.record_key().id) } else { item.known_target() };
        let is_free = id.is_none_or(|id| claimed.claim_id(&name, id));
        if !is_free {
            let cause = Cause::new(BUSY);
            item.end(Verdict::put_back(now + SOON, item.due.task.tries, cause));
        }
    }
    Some(claimed)
}

/// Decides for each twin of each item whose target was observed. Those that a person must decide, that wait for the flow
/// the other way, or that come to no rest end here.
pub(crate) async fn weigh(
    seams: &Seams,
    setup: &Setup,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<(), StoreError> {
    let Some(twins) = &active.twins else { return Ok(()) };
    know(seams, active, items).await?;
    let all_ours = all_ours(seams, items).await?;
    rule_all(seams, active, items, &all_ours);
    let carrying = |item: &Item| item.two_way.as_ref().is_some_and(TwoWay::decides_something);
    let deciding: Vec<usize> = (0..items.len())
        .filter(|&at| items[at].goes_on() && items[at].observed.is_some() && carrying(&items[at]))
        .collect();
    if deciding.is_empty() {
        return Ok(());
    }
    let others = tasks_back(seams, setup, active, items, &deciding).await?;
    let now = seams.clock.now();
    for (&at, other) in deciding.iter().zip(&others) {
        let is_open = items[at].two_way.as_ref().is_some_and(|two_way| two_way.is_open_there);
        let is_unsettled = other.as_ref().is_some_and(|task| match task.state {
            State::Unknown => true,
            State::Ready | State::Retrying => is_open,
            State::Waiting => is_open && !waits_for_others(task),
            _ => false,
        });
        if is_unsettled {
            let cause = Cause::new(UNSETTLED_THERE).with("flow", &twins.other);
            items[at].end(Verdict::put_back(now + UNSETTLED, items[at].due.task.tries, cause));
        }
    }
    read_sources(seams, setup, active, items, &deciding).await?;
    rule_all(seams, active, items, &all_ours);
    ask::decide(seams, active, items, &deciding, &others).await?;
    for &at in &deciding {
        turns::stop_what_never_rests(active, &mut items[at], now);
    }
    Ok(())
}

/// The tasks for which a person said that the source is right in all, as both sides stand: by a repair.
async fn all_ours(seams: &Seams, items: &[Item<'_>]) -> Result<BTreeSet<TaskId>, StoreError> {
    let is_distrusted =
        |item: &&Item| item.goes_on() && item.link.as_ref().is_some_and(|link| link.agreed.mapped.is_none());
    let asked: Vec<&Item> = items.iter().filter(is_distrusted).collect();
    if asked.is_empty() {
        return Ok(BTreeSet::new());
    }
    let tasks: Vec<TaskId> = asked.iter().map(|item| item.due.task.id).collect();
    let chosen = seams.store.choices(&tasks).await?;
    let is_meant = |item: &&&Item| {
        let turn = item.link.as_ref().map(turn_of).unwrap_or_default();
        let is_it = |choice: &contract::store::Choice| {
            choice.task == item.due.task.id
                && choice.field == ALL
                && choice.take == Take::Source
                && choice.of == turn
        };
        chosen.iter().any(is_it)
    };
    Ok(asked.iter().filter(is_meant).map(|item| item.due.task.id).collect())
}

/// Decides for each twin of each item by what is known so far.
fn rule_all(seams: &Seams, active: &ActiveFlow, items: &mut [Item<'_>], all_ours: &BTreeSet<TaskId>) {
    for item in items.iter_mut().filter(|item| item.goes_on() && item.void.is_none()) {
        let Some((two_way, observed)) = item.two_way.as_ref().zip(item.observed.as_ref()) else { continue };
        let rulings = match all_ours.contains(&item.due.task.id) {
            true => rule::all_ours(active, item, observed),
            false => rule::rulings(seams, active, item, two_way, observed),
        };
        if let Some(two_way) = &mut item.two_way {
            two_way.rulings = rulings;
        }
    }
}

/// Whether a task waits for this flow, for a person, or for what may never come: to wait for it would be to wait for ever.
fn waits_for_others(task: &Task) -> bool {
    let code = task.cause.as_ref().map(|cause| &*cause.code).unwrap_or_default();
    [DECIDED_ELSEWHERE, UNSETTLED_THERE].contains(&code)
        || ["engine.parent", "engine.waits"].iter().any(|begin| code.starts_with(begin))
}

/// The delivery of the record at the other side by the flow the other way, for each of these items.
async fn tasks_back(
    seams: &Seams,
    setup: &Setup,
    active: &ActiveFlow,
    items: &[Item<'_>],
    deciding: &[usize],
) -> Result<Vec<Option<Task>>, StoreError> {
    let ids = deciding.iter().map(|&at| items[at].known_target().unwrap_or_default());
    let keys: Vec<RecordKey> = ids.map(|id| target_key(active, id)).collect();
    tasks_of_records(seams, setup, active, &keys).await
}

/// The deliveries of these records of the target by the flow the other way, in order.
pub(crate) async fn tasks_of_records(
    seams: &Seams,
    setup: &Setup,
    active: &ActiveFlow,
    keys: &[RecordKey],
) -> Result<Vec<Option<Task>>, StoreError> {
    let back = active.twins.as_ref().and_then(|twins| setup.flows.get(&twins.other));
    let Some(back) = back else { return Ok(vec![None; keys.len()]) };
    let records = seams.store.find(keys).await?;
    let raise = back.raise();
    let known: Vec<_> = records.iter().flatten().map(|record| record.id).collect();
    if known.is_empty() {
        return Ok(vec![None; keys.len()]);
    }
    let of: Vec<_> = known.iter().map(|record| (raise.flow.clone(), *record, raise.kind)).collect();
    let mut tasks = seams.store.tasks_of(&of).await?.into_iter();
    Ok(records.into_iter().map(|record| record.and_then(|_| tasks.next().flatten())).collect())
}

/// Reads the records at their source once more: the stored one may be from before a write of the flow the other way, and
/// what it says then is no edit. What is newer is taken in, and the record goes on with that.
async fn read_sources(
    seams: &Seams,
    setup: &Setup,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
    deciding: &[usize],
) -> Result<(), StoreError> {
    let source = &active.flow().source;
    let Some(reading) = ObjectReading::of(setup, &source.connection, &source.object) else {
        return Ok(());
    };
    // Who only looks stores nothing.
    let is_asked = |at: &usize| items[*at].goes_on() && !items[*at].only_looks;
    let asking: Vec<usize> = deciding.iter().copied().filter(is_asked).collect();
    let mut moved_on = Vec::new();
    for asked in asking.chunks(reading.line.facts.lookup.max(1)) {
        let ids: Vec<String> = asked.iter().map(|&at| items[at].record_key().id.clone()).collect();
        match reading.read_now(&ids).await {
            Err(refusal) => end_all(seams, active, items, asked, &refusal),
            Ok(found) => {
                for &at in asked {
                    let item = &mut items[at];
                    let Some(found) = found.iter().find(|found| found.id == item.record_key().id) else {
                        continue;
                    };
                    match is_newer(active, item, found) {
                        true => {
                            moved_on.push(found.clone());
                            let due = seams.clock.now() + SOON;
                            let cause = Cause::new(MOVED_ON).with("revision", item.revision());
                            item.end(Verdict::put_back(due, item.due.task.tries, cause));
                        }
                        false => {
                            if let Some(two_way) = &mut item.two_way {
                                two_way.version = found.version.max(item.due.record.version);
                            }
                        }
                    }
                }
            }
        }
    }
    crate::by_hand::take_in_anew(seams, &reading, moved_on).await
}

fn end_all(seams: &Seams, active: &ActiveFlow, items: &mut [Item<'_>], asked: &[usize], refusal: &Refusal) {
    for &at in asked {
        end_refused(seams, active, &mut items[at], "read_source", refusal);
    }
}

/// Whether what was found differs from the stored record where the twins read it, and is not from before it. It is taken in
/// once for each version that is stored: a system that answers both ways must not be asked for ever.
fn is_newer(active: &ActiveFlow, item: &Item, found: &Found) -> bool {
    let is_older = found.version.zip(item.due.record.version).is_some_and(|(found, known)| found < known);
    let fields = active.twins.iter().flat_map(|twins| &twins.fields);
    let names = fields.flat_map(|twin| twin.here.iter().chain(&twin.with));
    let differs = |name: &String| {
        let nothing = Value::Null;
        let stored = item.record.get(name).unwrap_or(&nothing);
        found.body.get(name).is_some_and(|found| !alike(found, stored))
    };
    // What was taken in and is still as it was: the system answers both ways.
    let revision = item.revision().to_string();
    let was_taken_in = item.waited_for(MOVED_ON)
        && item.due.task.cause.as_ref().is_some_and(|cause| cause.param("revision") == Some(&*revision));
    !is_older && !was_taken_in && names.into_iter().any(differs)
}

impl TwoWay {
    /// Whether something is agreed on anew, which must not be by what was read too long ago.
    fn decides_something(&self) -> bool {
        self.rulings.iter().any(|ruling| !matches!(ruling, Ruling::Rest | Ruling::Leave))
    }

    /// What the source held when both sides last agreed, of those fields that both flows carry.
    fn here(&self, field: &str) -> Option<&Value<'static>> {
        sides::later(self.own.here.get(field), self.other.there.get(field))
    }

    /// What the target held when both sides last agreed.
    fn there(&self, field: &str) -> Option<&Value<'static>> {
        sides::later(self.own.there.get(field), self.other.here.get(field))
    }

    /// Whether the flow the other way left a field to this one, in which both sides say something else, and it was not
    /// carried since.
    fn owes(&self, there: &str) -> bool {
        let carried = self.own.there.get(there).map(|(turn, _)| *turn);
        self.other.owed.get(there).is_some_and(|owed| carried.is_none_or(|carried| carried < *owed))
    }

    /// Whether the source changed a twin since; `None` where nothing is known of that.
    fn moved(&self, item: &Item, twin: &Twin, record: &Value) -> Option<bool> {
        let nothing = Value::Null;
        let now = |name: &String| record.get(name).unwrap_or(&nothing);
        if self.owes(&twin.there) {
            return Some(true);
        }
        let known: Option<Vec<bool>> =
            twin.here.iter().map(|name| Some(!alike(now(name), self.here(name)?))).collect();
        if let Some(known) = known {
            let apart =
                |name: &String| self.own.here.get(name).is_some_and(|(_, before)| !alike(now(name), before));
            return Some(known.contains(&true) || twin.with.iter().any(apart));
        }
        if self.own.first.contains(&twin.there) {
            return Some(true);
        }
        // From before both sides were kept: what was agreed on is what was mapped then.
        let agreed = item.agreed.as_ref()?.fields.get(&twin.there)?;
        Some(Hash::of(agreed) != Hash::of(item.document.get(&twin.there).unwrap_or(&nothing)))
    }

    /// Whether the target changed a twin since.
    fn turned(&self, item: &Item, twin: &Twin, observed: &Found) -> Option<bool> {
        let Some(now) = observed.body.get(&twin.there) else { return Some(false) };
        if let Some(before) = self.there(&twin.there) {
            return Some(!alike(now, before));
        }
        let agreed = item.agreed.as_ref()?.fields.get(&twin.there)?;
        Some(!super::read_back::holds(now, agreed))
    }
}

/// Of the changed fields those that are written: of the twins only what is carried.
pub(super) fn carried(active: &ActiveFlow, item: &Item, changed: Vec<String>) -> Vec<String> {
    let Some((twins, two_way)) = active.twins.as_ref().zip(weighed(item)) else { return changed };
    let rulings = twins.fields.iter().zip(&two_way.rulings);
    let carried = rulings.filter(|(_, ruling)| matches!(ruling, Ruling::Carry)).map(|(twin, _)| &twin.there);
    let rest = changed.into_iter().filter(|field| !twins.writes(field));
    rest.chain(carried.filter(|field| item.document.get(field).is_some()).cloned()).collect()
}

fn weighed<'i>(item: &'i Item) -> Option<&'i TwoWay> {
    item.two_way.as_ref().filter(|two_way| !two_way.rulings.is_empty())
}

/// Puts what the target holds in the place of what is not carried: a system that is sent whole documents must not lose what
/// was edited there.
pub(crate) fn keep_theirs(active: &ActiveFlow, items: &mut [Item<'_>]) {
    let Some(twins) = &active.twins else { return };
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        let Some(two_way) = weighed(item) else { continue };
        let kept = twins.fields.iter().zip(&two_way.rulings);
        let kept: Vec<&str> = kept
            .filter(|(_, ruling)| !matches!(ruling, Ruling::Carry))
            .map(|(twin, _)| &*twin.there)
            .collect();
        for field in kept {
            let theirs = item.observed.as_ref().and_then(|observed| observed.body.get(field));
            match theirs.zip(item.document.get(field)) {
                Some((theirs, ours)) => {
                    let kept = shaped(ours, theirs);
                    item.document.set(field.to_owned(), kept);
                }
                None => {
                    item.document.remove(field);
                }
            }
        }
    }
}

/// What the target holds, with the members that the flow writes.
fn shaped(ours: &Value, theirs: &Value) -> Value<'static> {
    match (ours, theirs) {
        (Value::Map(ours), Value::Map(theirs)) => {
            let members = ours
                .iter()
                .filter_map(|(name, ours)| Some((name.to_owned().into(), shaped(ours, theirs.get(name)?))));
            Value::Map(members.collect::<Map>())
        }
        _ => theirs.clone().into_owned(),
    }
}
