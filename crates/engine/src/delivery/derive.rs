//! Derived documents (下推): the parent is resolved like a reference; what it has already is asked before anything is
//! derived, so that what a lost answer made can be told from what was there
//! (`docs/decisions/0006-what-a-lost-derivation-made.md`).

use contract::connector::{Derived, Found, Refusal, unsupported};
use mapping::Need;
use model::Cause;
use model::attempt::CallRecord;
use model::intent::Intent;

use super::item::Item;
use super::resolve::Known;
use super::retries::after_refusal;
use crate::connection::Line;
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
        needs.extend(ids.lines.into_iter().map(|id| Need { reference: line, id, later: false }));
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
    let row = |line: &String| Some(known.linked(active, parent.line.as_ref()?, line)?.0.to_owned());
    item.derived = Some(Derived {
        object: derive.from.to_string(),
        id: id.to_owned(),
        number: number.map(str::to_owned),
        rule: derive.rule.clone(),
        rows: ids.lines.iter().filter_map(row).collect(),
        known: Vec::new(),
    });
    Ok(())
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
            Err(refusal) => {
                let now = seams.clock.now();
                item.note_refusal("derived", now, &refusal);
                let (retries, tries) = (&active.flow().retries, item.due.task.tries);
                item.end(after_refusal(&refusal, retries, tries, now, &*seams.chance));
            }
        }
    }
    calls
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
