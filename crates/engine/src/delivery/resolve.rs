//! The arrow *resolve*: references become the ids and numbers of the other side; what is not there yet is pulled in.

use std::collections::BTreeMap;

use contract::store::{Awaited, Linked, StoreError};
use mapping::{Mapped, Need, Resolve};
use model::attempt::CallRecord;
use model::flow::{Reference, Target, Wanted, WhenMissing};
use model::link::Referent;
use model::record::RecordKey;
use model::task::State;
use model::{Cause, Hash, Map, Timestamp, Value};

use super::derive::{derive, with_parent};
use super::hooks;
use super::item::{Item, Verdict};
use super::lines::ItemLines;
use super::people::{People, people, people_of};
use super::plan::void_agreement;
use super::voided::sought;
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// What resolving came to.
pub(crate) struct Resolved {
    /// What is not linked yet and must be pulled in.
    pub missing: Vec<Referent>,
    /// The calls made.
    pub calls: Vec<CallRecord>,
}

/// Maps each record with its references resolved, by links from either side. A record that refers to what is not linked
/// yet waits for that link.
pub(crate) async fn resolve(
    seams: &Seams,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<Resolved, StoreError> {
    let (people, mut calls) = people(seams, active, items).await?;
    let needs: Vec<Vec<Need>> = items
        .iter()
        .map(|item| match item.goes_on() {
            true if item.void.is_none() => with_parent(active, item, active.compiled.needs(&item.record)),
            // What it refers to may be part of what it is looked for by; nothing is waited for.
            true if item.linked_id().is_none() => active.compiled.needs(&item.record),
            _ => Vec::new(),
        })
        .collect();
    let known = look_up(seams, active, &needs).await?;
    let mut missing = Vec::new();
    for (item, needs) in items.iter_mut().zip(&needs).filter(|(item, _)| item.goes_on()) {
        if let Some(transition) = &item.void {
            item.agreement = Some(void_agreement(transition));
            if item.linked_id().is_none() {
                let resolve = people.beside(active, known.of(active));
                let document = sought(active, &active.compiled.map(&item.record, &resolve).document);
                item.key = key_values(active, &document);
                item.document = document;
            }
            continue;
        }
        if let Some(verdict) = hindered(active, item, needs, &known) {
            missing.extend(awaited_link(&verdict));
            item.end(verdict);
            continue;
        }
        if let Some(need) = needs.iter().filter(|need| need.later).find(|need| !known.has(active, need)) {
            let awaited = referent(active, need.reference, &need.id);
            missing.push(awaited.clone());
            item.later_missing = Some(awaited);
        }
        map(active, item, &known, &people);
    }
    calls.extend(hooks::after_mapping(seams, active, items).await);
    Ok(Resolved { missing, calls })
}

/// The link that is waited for.
fn awaited_link(verdict: &Verdict) -> Option<Referent> {
    match &verdict.awaits {
        Some(Awaited::Link(referent)) if verdict.state == State::Waiting => Some(referent.clone()),
        _ => None,
    }
}

/// What keeps a record from being mapped at all: a number that several have, something that must be there and is not.
fn hindered(active: &ActiveFlow, item: &Item, needs: &[Need<'_>], known: &Known) -> Option<Verdict> {
    let asked = |need: &Need| referent(active, need.reference, &need.id);
    let mut absent = needs.iter().filter(|need| !need.later && !known.has(active, need)).peekable();
    let first = *absent.peek()?;
    if let Some(need) = needs.iter().find(|need| known.0.get(&asked(need)) == Some(&Linked::Several)) {
        let cause = Cause::new("engine.number_not_unique")
            .with("object", &need.reference.object)
            .with("number", &need.id);
        return Some(Verdict::new(State::Failed).because(cause));
    }
    match absent.find(|need| need.reference.missing == WhenMissing::Skip) {
        Some(need) => {
            let cause = Cause::new("engine.nothing_to_refer_to")
                .with("object", &need.reference.object)
                .with("id", &need.id);
            let skipped = Verdict::new(State::Skipped).because(cause).done(item.revision());
            Some(skipped.awaiting(asked(need)))
        }
        None => {
            let waits = Verdict::new(State::Waiting).due(Timestamp(0)).awaiting(asked(first));
            Some(waits.tries(item.due.task.tries))
        }
    }
}

fn map(active: &ActiveFlow, item: &mut Item, known: &Known, people: &People) {
    let resolve = people.beside(active, known.of(active));
    let Mapped { document, later, lines, problems, .. } = active.compiled.map(&item.record, &resolve);
    if let Some((first, rest)) = problems.split_first() {
        let first = first.clone();
        let at = item.started;
        let rest = rest.to_vec();
        rest.into_iter().for_each(|cause| item.note("map", at, Some(cause), ""));
        item.fail(first);
        return;
    }
    item.lines = lines.into_iter().map(ItemLines::of).collect();
    let mut document = document.into_owned();
    let later = later.into_owned();
    item.key = key_values(active, &document);
    match item.linked_id().is_some() {
        true => later.into_iter().for_each(|(name, value)| document.set(name, value)),
        false => item.later = later,
    }
    match active.compiled.closed(&item.record) {
        Ok(closed) => item.closed = closed,
        Err(cause) => return item.fail(cause),
    }
    if let Err(cause) = derive(active, item, known) {
        return item.fail(cause);
    }
    item.document = document;
    item.agreement = Some(agreement(active, item));
}

/// What an agreement is known by: the mapped document, the wanted status, whether it is closed, and which lines they are that stand in it.
pub(super) fn agreement(active: &ActiveFlow, item: &Item) -> Hash {
    let status = active.flow().target.status.as_deref().unwrap_or_default();
    // What both flows of a pair carry is compared with both sides, field by field.
    let alone = active.twins.as_ref().map(|twins| {
        let fields = item.document.iter().filter(|(name, _)| !twins.writes(name));
        Hash::of_map(&fields.map(|(name, value)| (name.into(), value.borrow())).collect::<Map>())
    });
    let mut text = format!("{}\u{1f}{status}", alone.unwrap_or_else(|| Hash::of_map(&item.document)));
    if let Some(closed) = item.closed {
        text.push_str(if closed { "\u{1f}closed" } else { "\u{1f}open" });
    }
    for lines in &item.lines {
        text.extend(["\u{1f}", &lines.list]);
        lines.ids.iter().for_each(|id| text.extend(["\u{1f}", id]));
    }
    Hash::of_text(&text)
}

/// The values by which a create is recognised: the stamp; where the flow has none, what it is matched by.
pub(super) fn key_values(active: &ActiveFlow, document: &Map) -> Vec<(String, String)> {
    let fields = key_fields(&active.flow().target);
    let values = fields.iter().map(|field| Some(((*field).clone(), field_text(document, field)?)));
    values.collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// The fields that make a create of the flow recognisable.
pub(crate) fn key_fields(target: &Target) -> Vec<&String> {
    match &target.key {
        Some(key) if target.matching.contains(key) => target.matching.iter().collect(),
        Some(key) => vec![key],
        None => target.matching.iter().collect(),
    }
}

/// The plain value of a field; of a reference with one member, that member's.
pub(crate) fn field_text(document: &Map, field: &str) -> Option<String> {
    let path = model::Path::parse(field)?;
    let mut value = document.get(path.first())?;
    for segment in path.segments().skip(1) {
        value = value.get(segment)?;
    }
    if let Some(map) = value.as_map() {
        let mut members = map.iter();
        let only = members.next().filter(|_| map.len() == 1)?;
        value = only.1;
    }
    contract::connector::key_text(value)
}

/// What stands at the other side of what the references of a bundle refer to.
pub(super) struct Known(BTreeMap<Referent, Linked>);

struct KnownOf<'k> {
    known: &'k Known,
    active: &'k ActiveFlow,
}

impl Known {
    fn of<'k>(&'k self, active: &'k ActiveFlow) -> KnownOf<'k> {
        KnownOf { known: self, active }
    }

    /// What stands there for it.
    pub fn linked(
        &self,
        active: &ActiveFlow,
        reference: &Reference,
        id: &str,
    ) -> Option<(&str, Option<&str>)> {
        match self.0.get(&referent(active, reference, id))? {
            Linked::One { id, number } => Some((id, number.as_deref())),
            Linked::Nothing | Linked::Several => None,
        }
    }

    fn has(&self, active: &ActiveFlow, need: &Need) -> bool {
        matches!(self.0.get(&referent(active, need.reference, &need.id)), Some(Linked::One { .. }))
    }
}

impl Resolve for KnownOf<'_> {
    fn reference(&self, reference: &Reference, id: &str) -> Option<Value<'static>> {
        match self.known.0.get(&referent(self.active, reference, id))? {
            Linked::One { id, number } => Some(Value::from(match reference.want {
                Wanted::Id => id.clone(),
                Wanted::Number => number.clone().unwrap_or_else(|| id.clone()),
            })),
            Linked::Nothing | Linked::Several => None,
        }
    }
}

async fn look_up(seams: &Seams, active: &ActiveFlow, needs: &[Vec<Need<'_>>]) -> Result<Known, StoreError> {
    let asked = needs.iter().flatten().map(|need| referent(active, need.reference, &need.id));
    seams.other_sides(asked.collect()).await.map(Known)
}

/// What a reference of the flow refers to, to be looked for at the target.
pub(crate) fn referent(active: &ActiveFlow, reference: &Reference, id: &str) -> Referent {
    let flow = active.flow();
    Referent {
        of: RecordKey::new(&flow.source.connection, &reference.object, id),
        by: reference.by.clone(),
        connection: flow.target.connection.clone(),
        object: reference.target.clone(),
    }
}

/// Looks at a record with all that it refers to as it stands now; nothing waits, and nothing is pulled in.
pub(crate) async fn looked_at<T>(
    seams: &Seams,
    active: &ActiveFlow,
    record: &Value<'_>,
    look: impl FnOnce(&dyn Resolve) -> T,
) -> Result<T, StoreError> {
    let known = look_up(seams, active, &[active.compiled.needs(record)]).await?;
    let people = people_of(seams, active, record).await?;
    Ok(look(&people.beside(active, known.of(active))))
}
