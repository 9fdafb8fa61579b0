//! Derived documents (下推): the parent is resolved like a reference; what it has already is asked before anything is
//! derived, so that what a lost answer made can be told from what was there
//! (`docs/decisions/0006-what-a-lost-derivation-made.md`).

use std::time::Duration;

use contract::connector::{Derived, Found, Refusal, unsupported};
use contract::store::{Linked, OpenIntent, StoreError};
use mapping::{Need, ParentIds};
use model::Cause;
use model::attempt::CallRecord;
use model::intent::Intent;

use super::item::{Item, Verdict};
use super::resolve::{Known, referent};
use super::retries::end_refused;
use crate::connection::Line;
use crate::lane::Work;
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// The needs of a record and, before its document exists, those of deriving it: the parent and its lines.
pub(super) fn with_parent<'a>(
    active: &'a ActiveFlow,
    item: &Item,
    mut needs: Vec<Need<'a>>,
) -> Vec<Need<'a>> {
    let Some(parent) = active.parent.as_ref().filter(|_| item.linked_id().is_none()) else { return needs };
    let Some(ids) = active.compiled.parent(&item.record) else { return needs };
    needs.push(Need { reference: &parent.record, id: ids.id, later: false });
    if let Some(line) = &parent.line {
        needs.extend(ids.lines.into_iter().flatten().map(|id| Need { reference: line, id, later: false }));
    }
    needs
}

/// What the document is to be derived from, when it does not exist yet. Everything that is needed is known here.
pub(super) fn derive(active: &ActiveFlow, item: &mut Item, known: &Known) -> Result<(), Cause> {
    let (Some(parent), Some(derive)) = (&active.parent, &active.flow().target.derive) else { return Ok(()) };
    if item.linked_id().is_some() {
        return Ok(());
    }
    let nameless = || Cause::new("engine.no_parent_named").with("field", &derive.by);
    let ids = active.compiled.parent(&item.record).ok_or_else(nameless)?;
    let (id, number) = known.linked(active, &parent.record, &ids.id).ok_or_else(nameless)?;
    let row = |line: &str| Some(known.linked(active, parent.line.as_ref()?, line)?.0.to_owned());
    let rows: Vec<String> = ids.taken().filter_map(row).collect();
    // Without a row the whole parent would be taken, which nobody asked for.
    if let Some(lines) = derive.lines.as_ref().filter(|_| rows.is_empty()) {
        return Err(Cause::new("engine.no_parent_named").with("field", &lines.by));
    }
    item.derived = Some(Derived {
        object: derive.from.to_string(),
        id: id.to_owned(),
        number: number.map(str::to_owned),
        rule: derive.rule.clone(),
        rows,
        known: Vec::new(),
    });
    Ok(())
}

/// How soon a record looks again whether its siblings are done.
const SIBLING: Duration = Duration::from_secs(5);

/// Lets those wait that are about to derive from a parent while it is not known what a sibling derived from it: a
/// system may show that to nobody for a while, and then it would be taken for theirs. A sibling of a flow that is not in
/// force holds nobody up: nobody looks for what it made.
pub(super) async fn wait_for_siblings(work: &Work<'_>, items: &mut [Item<'_>]) -> Result<(), StoreError> {
    let derives = |item: &Item| item.goes_on() && item.linked_id().is_none() && item.due.intent.is_none();
    let about_to: Vec<(usize, Derived)> = (items.iter().enumerate())
        .filter_map(|(at, item)| Some((at, item.derived.clone().filter(|_| derives(item))?)))
        .collect();
    if about_to.is_empty() {
        return Ok(());
    }
    let keys: Vec<_> = about_to.iter().map(|(_, parent)| parent.key()).collect();
    let siblings = work.seams.store.open_intents(&work.lease().lane, &keys).await?;
    let is_looked_for = |sibling: &OpenIntent| work.setup.flows.contains_key(&sibling.flow);
    let soon = work.seams.clock.now() + SIBLING;
    for ((at, parent), siblings) in about_to.iter().zip(siblings) {
        if siblings.iter().any(is_looked_for) {
            let item = &mut items[*at];
            item.end(Verdict::put_back(soon, item.due.task.tries, sibling_unknown(parent)));
        }
    }
    Ok(())
}

fn sibling_unknown(parent: &Derived) -> Cause {
    let number = parent.number.as_ref().unwrap_or(&parent.id);
    Cause::new("engine.sibling_unknown").with("object", &parent.object).with("parent", number)
}

/// Asks what was derived from the parents already, for the items that are about to derive. Gives the calls made.
pub(super) async fn know_derived(
    seams: &Seams,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Vec<CallRecord> {
    let mut calls = Vec::new();
    for item in items.iter_mut().filter(|item| item.goes_on() && item.observed.is_none()) {
        let Some(derived) = item.derived.clone() else { continue };
        let object = active.flow().target.object.as_str();
        let (found, made) = ask(active, &active.target, object, &derived).await;
        item.calls.extend(made.iter().map(|call| call.number));
        calls.extend(made);
        match found {
            Ok(found) => {
                let known = found.into_iter().map(|found| found.id).collect();
                item.derived = Some(Derived { known, ..derived });
            }
            // A system that cannot tell still derives; only a lost answer is a person's then.
            Err(refusal) if refusal.cause.code == "connector.unsupported" => {}
            Err(refusal) => end_refused(seams, active, item, "derived", &refusal),
        }
    }
    calls
}

/// Looks which rows were derived for the lines of documents that have just been made: those that come from the rows of
/// the parent that the lines name. Without it nobody could tell one row of a product from another. Asked until there is
/// an agreement. Gives the calls made.
pub(super) async fn know_rows(
    seams: &Seams,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<Vec<CallRecord>, StoreError> {
    let Some(line) = active.parent.as_ref().and_then(|parent| parent.line.as_ref()) else {
        return Ok(Vec::new());
    };
    let object = active.flow().target.object.as_str();
    let asks = |item: &Item| item.goes_on() && item.agreed.is_none() && item.observed.is_some();
    let named: Vec<Option<ParentIds>> =
        items.iter().map(|item| asks(item).then(|| active.compiled.parent(&item.record)).flatten()).collect();
    let lines = named.iter().flatten().flat_map(|ids| ids.taken());
    let known = seams.other_sides(lines.map(|id| referent(active, line, id)).collect()).await?;
    let mut calls = Vec::new();
    for (item, ids) in items.iter_mut().zip(named) {
        let Some((found, ids)) = item.observed.as_ref().zip(ids) else { continue };
        let list = ids.list.clone().unwrap_or_default();
        let Some(at) = item.lines.iter().position(|lines| lines.list == list) else { continue };
        let wire = active.target.wire(object);
        let told = active.target.connector.derived_rows(&wire, object, &found.id, &list).await;
        active.target.went(&told);
        let made = wire.take_calls();
        item.calls.extend(made.iter().map(|call| call.number));
        calls.extend(made);
        match told {
            Ok(rows) => {
                let row = |id: &String| match known.get(&referent(active, line, id))? {
                    Linked::One { id, .. } => Some(id.as_str()),
                    Linked::Nothing | Linked::Several => None,
                };
                let parents: Vec<Option<&str>> =
                    ids.lines.iter().map(|id| id.as_ref().and_then(row)).collect();
                let all_known = ids.taken().count() == parents.iter().flatten().count();
                item.lines[at].derived(&parents, rows, all_known);
            }
            // A system that cannot tell leaves it to the order of the rows.
            Err(refusal) if refusal.cause.code == "connector.unsupported" => {}
            Err(refusal) => end_refused(seams, active, item, "derived_rows", &refusal),
        }
    }
    Ok(calls)
}

/// What a derivation whose answer was lost made; the error says why that is not known.
pub(super) async fn made_by(
    active: &ActiveFlow,
    line: &Line,
    intent: &Intent,
) -> (Result<Vec<Found>, Refusal>, Vec<CallRecord>) {
    let Some((object, id)) = intent.key.first().cloned() else {
        return (Err(unsupported("derived")), Vec::new());
    };
    let parent = Derived { object, id, number: None, rule: None, rows: Vec::new(), known: Vec::new() };
    let (found, calls) = ask(active, line, &intent.step.object, &parent).await;
    let is_made = |found: &Found| line.connector.accomplished(&intent.step, found);
    (found.map(|found| found.into_iter().filter(is_made).collect()), calls)
}

async fn ask(
    active: &ActiveFlow,
    line: &Line,
    object: &str,
    parent: &Derived,
) -> (Result<Vec<Found>, Refusal>, Vec<CallRecord>) {
    let wire = line.wire(object);
    let found = line.connector.derived(&wire, object, parent, active.compiled.target_fields()).await;
    line.went(&found);
    (found, wire.take_calls())
}
