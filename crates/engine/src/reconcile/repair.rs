//! From a difference to its repair, each reviewed before it is done: bring over, take back, adopt. All go the ways that
//! records go anyway (a delivery by the flow, or by the one that goes the other way), so that nothing is written that a
//! delivery would not write, and nothing is made twice. None voids or deletes.

use std::sync::Arc;

use contract::connector::Refusal;
use contract::store::{Adoption, Choice, Decision, DifferenceFilter, StoreError, Take};
use model::audit::AuditEntry;
use model::link::Link;
use model::reconciliation::{Difference, Kind, State};
use model::record::{Record, RecordKey};
use model::{Cause, DifferenceId};

use crate::by_hand::{self, ByHandError, Which};
use crate::delivery::{ALL, turn_of};
use crate::engine::can_be_asked;
use crate::preview::{Preview, Supposed, preview_supposing, read_records};
use crate::reading::ObjectReading;
use crate::seams::Seams;
use crate::setup::{ActiveFlow, Setup};

/// Why a difference cannot be repaired so.
#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("{}", .0.code)]
    Cannot(Cause),
}

impl From<ByHandError> for RepairError {
    fn from(error: ByHandError) -> RepairError {
        match error {
            ByHandError::Store(error) => error.into(),
            ByHandError::Refused(refusal) => refusal.into(),
        }
    }
}

/// Where a repair is done.
#[derive(Clone, Copy)]
pub struct Desk<'d> {
    pub seams: &'d Seams,
    pub setup: &'d Setup,
    /// Whether it is only shown what would be done.
    pub only_looks: bool,
    /// Who does it, for the audit log.
    pub by: &'d str,
}

/// Brings the record over once more (以来源为准): the target gets what the source says. Where its document is gone it is
/// made again, once the target was asked and does not have it. Gives what is done, call by call.
///
/// # Errors
/// [`RepairError::Cannot`] where there is nothing to bring, or a write is open.
pub async fn bring_over(desk: &Desk<'_>, difference: &Difference) -> Result<Vec<Preview>, RepairError> {
    let flow = flow_of(desk, difference)?;
    let source = difference.found.source.as_ref().filter(|_| difference.found.kind != Kind::OnlyThere);
    let Some(source) = source else { return Err(cannot("reconcile.nothing_to_bring")) };
    let records = records(desk, flow, &source.id).await?;
    let link = link_of(desk, flow, &source.id).await?;
    let target = link.as_ref().and_then(|link| link.target_id.clone());
    let gone = match target {
        Some(target) if !is_there(desk, flow, &target).await? => Some(target),
        _ => None,
    };
    let supposed = if gone.is_some() { Supposed::Unlinked } else { Supposed::NothingAgreed };
    let preview = preview_supposing(desk.seams, desk.setup, flow, records, &supposed).await?;
    if desk.only_looks {
        return Ok(preview);
    }
    match (link, gone) {
        (Some(link), Some(target)) => unlink(desk, &link, &target).await?,
        (Some(link), None) => distrust(desk, flow, &link).await?,
        (None, _) => {}
    }
    run(desk, flow, &source.id).await?;
    under_repair(desk, &[difference.id], "bring_over").await?;
    Ok(preview)
}

/// Takes what the target holds back to the source (以目标为准), by the flow that goes the other way.
///
/// # Errors
/// [`RepairError::Cannot`] where no flow goes the other way, or there is nothing to take.
pub async fn take_back(desk: &Desk<'_>, difference: &Difference) -> Result<Vec<Preview>, RepairError> {
    let flow = flow_of(desk, difference)?;
    let Some(back) = way_back(desk.setup, flow) else { return Err(cannot("reconcile.no_way_back")) };
    let Some(target) = &difference.found.target else { return Err(cannot("reconcile.nothing_to_take")) };
    let records = records(desk, back, &target.id).await?;
    let forth = match &difference.found.source {
        Some(source) => link_of(desk, flow, &source.id).await?,
        None => None,
    };
    let link = link_of(desk, back, &target.id).await?;
    // Where the source's record is gone, what either link leads to is no more.
    let former = link.as_ref().and_then(|link| link.target_id.clone());
    let former = former.or_else(|| difference.found.source.as_ref().map(|source| source.id.clone()));
    let gone = match former {
        Some(id) if !is_there(desk, back, &id).await? => Some(id),
        _ => None,
    };
    let supposed =
        if gone.is_some() { Supposed::Unlinked } else { taken_from(link.as_ref(), forth.as_ref()) };
    let preview = preview_supposing(desk.seams, desk.setup, back, records, &supposed).await?;
    if desk.only_looks {
        return Ok(preview);
    }
    match (&gone, &link) {
        (Some(id), Some(link)) if link.target_id.is_some() => unlink(desk, link, id).await?,
        (None, Some(link)) => distrust(desk, back, link).await?,
        _ => {}
    }
    if let (Some(_), Some(forth)) = (&gone, forth.as_ref().filter(|forth| forth.target_id.is_some())) {
        unlink(desk, forth, &target.id).await?;
    }
    run(desk, back, &target.id).await?;
    under_repair(desk, &[difference.id], "take_back").await?;
    Ok(preview)
}

/// Nothing is agreed any more: what the flow's source says is right, also in what both flows of a pair carry.
async fn distrust(desk: &Desk<'_>, flow: &ActiveFlow, link: &Link) -> Result<(), StoreError> {
    let store = &desk.seams.store;
    store.distrust(link.id).await?;
    if flow.twins.is_none() {
        return Ok(());
    }
    let record = store.find(std::slice::from_ref(&link.source)).await?.into_iter().flatten().next();
    let Some(record) = record else { return Ok(()) };
    let raise = flow.raise();
    let tasks = store.tasks_of(&[(raise.flow, record.id, raise.kind)]).await?;
    let at = desk.seams.clock.now();
    let choice = |task: model::task::Task| Choice {
        task: task.id,
        field: ALL.to_owned(),
        take: Take::Source,
        of: turn_of(link),
        at,
    };
    let choices: Vec<Choice> = tasks.into_iter().flatten().map(choice).collect();
    store.choose(&choices).await
}

/// The record that the document is written back to: as the flow back has linked it, else as the flow forth has.
fn taken_from(link: Option<&Link>, forth: Option<&Link>) -> Supposed {
    match (link.is_some_and(|link| link.target_id.is_some()), forth) {
        (false, Some(forth)) => Supposed::LeadsTo(forth.source.id.clone()),
        _ => Supposed::NothingAgreed,
    }
}

/// Links a record and a document that both exist (认领). `with` is the id of the one that the difference does not name:
/// of the target for what is only here, of the source for what is only there. The document then gets what the source
/// says, which the preview shows.
///
/// # Errors
/// [`RepairError::Cannot`] where one of them is linked already or not there.
pub async fn adopt(
    desk: &Desk<'_>,
    difference: &Difference,
    with: &str,
) -> Result<Vec<Preview>, RepairError> {
    let flow = flow_of(desk, difference)?;
    let found = &difference.found;
    let (source, target) = match (found.kind, &found.source, &found.target) {
        (Kind::OnlyHere, Some(source), _) => (source.id.clone(), with.to_owned()),
        (Kind::OnlyThere, None, Some(target)) => (with.to_owned(), target.id.clone()),
        _ => return Err(cannot("reconcile.nothing_to_adopt")),
    };
    let number = match read_there(desk, flow, &target).await? {
        Some(found) => found.number,
        None => return Err(RepairError::Cannot(Cause::new("reconcile.gone_there").with("id", &target))),
    };
    if link_of(desk, flow, &source).await?.is_some_and(|link| link.target_id.is_some()) {
        return Err(cannot("reconcile.linked_already"));
    }
    let records = records(desk, flow, &source).await?;
    let supposed = Supposed::LeadsTo(target.clone());
    let preview = preview_supposing(desk.seams, desk.setup, flow, records, &supposed).await?;
    if desk.only_looks {
        return Ok(preview);
    }
    let to = &flow.flow().target;
    let adoption = Adoption {
        source: key(flow, &source),
        target: (to.connection.clone(), to.object.clone()),
        target_id: target.clone(),
        target_number: number,
    };
    if !desk.seams.store.adopt(&adoption, desk.seams.clock.now()).await? {
        return Err(cannot("reconcile.linked_already"));
    }
    run(desk, flow, &source).await?;
    let both = about(desk, difference, &[&source, &target]).await?;
    under_repair(desk, &both, "adopt").await?;
    Ok(preview)
}

/// Lets differences stay as they are, for that reason, until either side changes; how many.
pub async fn ignore(seams: &Seams, ids: &[DifferenceId], reason: &str, by: &str) -> Result<u64, StoreError> {
    let what = Cause::new("audit.difference_ignored").with("reason", reason);
    decide(seams, ids, &Decision::Ignore(reason.to_owned()), what, by).await
}

/// Opens differences again that were ignored; how many.
pub async fn reopen(seams: &Seams, ids: &[DifferenceId], by: &str) -> Result<u64, StoreError> {
    decide(seams, ids, &Decision::Reopen, Cause::new("audit.difference_reopened"), by).await
}

/// Notes what is decided about differences, and who decided it.
async fn decide(
    seams: &Seams,
    ids: &[DifferenceId],
    decision: &Decision,
    what: Cause,
    by: &str,
) -> Result<u64, StoreError> {
    let at = seams.clock.now();
    let count = seams.store.decide(ids, decision, at).await?;
    if count > 0 {
        let entry = |id: &DifferenceId| AuditEntry {
            at,
            by: by.to_owned(),
            what: what.clone().with("difference", id),
            about: AuditEntry::about_difference(*id),
        };
        seams.store.note(&ids.iter().map(entry).collect::<Vec<_>>()).await?;
    }
    Ok(count)
}

/// The flow that goes the other way between the same two objects.
pub fn way_back<'s>(setup: &'s Setup, flow: &ActiveFlow) -> Option<&'s Arc<ActiveFlow>> {
    let (source, target) = (&flow.flow().source, &flow.flow().target);
    setup.flows.values().find(|other| {
        let (from, to) = (&other.flow().source, &other.flow().target);
        from.connection == target.connection
            && from.object == target.object
            && to.connection == source.connection
            && to.object == source.object
            && other.flow().mode == model::flow::Mode::Document
    })
}

fn flow_of<'d>(desk: &Desk<'d>, difference: &Difference) -> Result<&'d Arc<ActiveFlow>, RepairError> {
    desk.setup.flows.get(&difference.flow).ok_or_else(|| {
        RepairError::Cannot(Cause::new("reconcile.flow_not_in_force").with("flow", &difference.flow))
    })
}

fn cannot(code: &'static str) -> RepairError {
    RepairError::Cannot(Cause::new(code))
}

fn key(flow: &ActiveFlow, id: &str) -> RecordKey {
    let source = &flow.flow().source;
    RecordKey::new(&source.connection, &source.object, id)
}

async fn link_of(desk: &Desk<'_>, flow: &ActiveFlow, id: &str) -> Result<Option<Link>, StoreError> {
    Ok(desk.seams.store.by_source(&[flow.link_side(&key(flow, id))]).await?.pop().flatten())
}

/// The record as its source has it now; as it is stored, where the source cannot be asked.
async fn records(desk: &Desk<'_>, flow: &Arc<ActiveFlow>, id: &str) -> Result<Vec<Record>, RepairError> {
    let source = &flow.flow().source;
    let reading = ObjectReading::of(desk.setup, &source.connection, &source.object);
    let records = match reading.filter(|reading| can_be_asked(&reading.line)) {
        Some(reading) => read_records(flow, &reading, &[id.to_owned()]).await?,
        None => desk.seams.store.find(&[key(flow, id)]).await?.into_iter().flatten().collect(),
    };
    match records.is_empty() {
        true => Err(RepairError::Cannot(Cause::new("reconcile.gone_here").with("id", id))),
        false => Ok(records),
    }
}

/// The target's document, asked for now.
async fn read_there(
    desk: &Desk<'_>,
    flow: &ActiveFlow,
    id: &str,
) -> Result<Option<contract::connector::Found>, RepairError> {
    let face = super::face::Face::there(desk.seams, flow);
    Ok(face.get(&[id.to_owned()]).await?.into_iter().find(|found| found.id == id))
}

async fn is_there(desk: &Desk<'_>, flow: &ActiveFlow, id: &str) -> Result<bool, RepairError> {
    Ok(read_there(desk, flow, id).await?.is_some())
}

async fn unlink(desk: &Desk<'_>, link: &Link, target: &str) -> Result<(), RepairError> {
    match desk.seams.store.unlink(link.id, target).await? {
        true => Ok(()),
        false => Err(cannot("reconcile.write_open")),
    }
}

/// Lets the flow run for the record, though nothing changed.
async fn run(desk: &Desk<'_>, flow: &ActiveFlow, id: &str) -> Result<(), RepairError> {
    let (seams, source) = (desk.seams, &flow.flow().source);
    if can_be_asked(&flow.source) {
        by_hand::run(seams, desk.setup, flow, Which::Ids(vec![id.to_owned()])).await?;
        return Ok(());
    }
    let (raise, now) = (flow.raise(), seams.clock.now());
    seams.store.raise(&source.connection, &source.object, &[id.to_owned()], &raise, true, now).await?;
    Ok(())
}

async fn under_repair(desk: &Desk<'_>, ids: &[DifferenceId], how: &'static str) -> Result<(), StoreError> {
    let what = Cause::new("audit.difference_repaired").with("how", how);
    decide(desk.seams, ids, &Decision::Repair, what, desk.by).await?;
    Ok(())
}

/// The difference with its counterparts: those of the flow that are about one of these ids.
async fn about(
    desk: &Desk<'_>,
    difference: &Difference,
    ids: &[&String],
) -> Result<Vec<DifferenceId>, StoreError> {
    let mut filter = DifferenceFilter {
        flow: Some(difference.flow.clone()),
        states: vec![State::Open, State::Ignored],
        limit: 1_000,
        ..DifferenceFilter::default()
    };
    let mut all = vec![difference.id];
    loop {
        let page = desk.seams.store.differences(&filter).await?;
        let Some(last) = page.last() else { return Ok(all) };
        filter.after = Some(last.id);
        let is_about = |one: &&Difference| {
            one.found.kind != Kind::Differs
                && ids.iter().any(|id| **id == one.found.key())
                && one.id != difference.id
        };
        all.extend(page.iter().filter(is_about).map(|one| one.id));
    }
}
