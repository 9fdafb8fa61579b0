//! The arrow *resolve*: references become the ids and numbers of the other side; what is not there yet is pulled in.

use std::collections::{BTreeMap, BTreeSet};

use contract::store::StoreError;
use mapping::{Mapped, Need, Resolve};
use model::flow::{Reference, Wanted};
use model::link::{Link, LinkSide};
use model::record::RecordKey;
use model::task::State;
use model::{Hash, Map, Timestamp, Value};

use super::item::{Item, Verdict};
use super::people::{People, people, people_of};
use super::plan::void_agreement;
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// Maps each record with its references resolved. A record whose parent is missing waits for the parent's link; the
/// parents that must be pulled in are given back.
pub(crate) async fn resolve(
    seams: &Seams,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<Vec<Missing>, StoreError> {
    let people = people(seams, active, items).await?;
    let needs: Vec<Vec<Need>> = items
        .iter()
        .map(|item| match item.goes_on() && item.void.is_none() {
            true => active.compiled.needs(&item.record),
            false => Vec::new(),
        })
        .collect();
    let known = look_up(seams, active, &needs).await?;
    let mut missing = Vec::new();
    for (item, needs) in items.iter_mut().zip(&needs).filter(|(item, _)| item.goes_on()) {
        if let Some(transition) = &item.void {
            item.agreement = Some(void_agreement(transition));
            continue;
        }
        let absent = |need: &&Need| !known.has(active, need);
        if let Some(need) = needs.iter().filter(|need| !need.later).find(absent) {
            let side = side_of(active, need.reference, &need.id);
            missing.push(Missing { side: side.clone(), later: false });
            let waits = Verdict::new(State::Waiting).due(Timestamp(0)).awaiting(side);
            item.end(waits.tries(item.due.task.tries));
            continue;
        }
        if let Some(need) = needs.iter().filter(|need| need.later).find(absent) {
            let side = side_of(active, need.reference, &need.id);
            missing.push(Missing { side: side.clone(), later: true });
            item.later_missing = Some(side);
        }
        map(active, item, &known, &people);
    }
    Ok(missing)
}

/// A record that others refer to and that has no counterpart at the target yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Missing {
    pub side: LinkSide,
    pub later: bool,
}

fn map(active: &ActiveFlow, item: &mut Item, known: &Known, people: &People) {
    let resolve = people.beside(active, known.of(active));
    let Mapped { document, later, problems, .. } = active.compiled.map(&item.record, &resolve);
    if let Some((first, rest)) = problems.split_first() {
        let first = first.clone();
        let at = item.started;
        let rest = rest.to_vec();
        rest.into_iter().for_each(|cause| item.note("map", at, Some(cause), ""));
        item.fail(first);
        return;
    }
    let mut document = document.into_owned();
    let later = later.into_owned();
    item.key = key_values(active, &document);
    match item.linked_id().is_some() {
        true => later.into_iter().for_each(|(name, value)| document.set(name, value)),
        false => item.later = later,
    }
    item.agreement = Some(agreement(active, &document));
    item.document = document;
}

/// What an agreement is known by: the mapped document and the wanted status.
pub(super) fn agreement(active: &ActiveFlow, document: &Map) -> Hash {
    let status = active.flow().target.status.as_deref().unwrap_or_default();
    Hash::of_text(&format!("{}\u{1f}{status}", Hash::of_map(document)))
}

/// The values by which a create is recognised: the stamp; where the flow has none, what it is matched by.
fn key_values(active: &ActiveFlow, document: &Map) -> Vec<(String, String)> {
    let target = &active.flow().target;
    let fields: Vec<&String> = match &target.key {
        Some(key) if target.matching.contains(key) => target.matching.iter().collect(),
        Some(key) => vec![key],
        None => target.matching.iter().collect(),
    };
    let values = fields.iter().map(|field| Some(((*field).clone(), field_text(document, field)?)));
    values.collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// The plain value of a field; of a reference with one member, that member's.
pub(super) fn field_text(document: &Map, field: &str) -> Option<String> {
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

/// The links that the references of a bundle lead to.
struct Known(BTreeMap<LinkSide, Link>);

struct KnownOf<'k> {
    known: &'k Known,
    active: &'k ActiveFlow,
}

impl Known {
    fn of<'k>(&'k self, active: &'k ActiveFlow) -> KnownOf<'k> {
        KnownOf { known: self, active }
    }

    fn has(&self, active: &ActiveFlow, need: &Need) -> bool {
        self.of(active).reference(need.reference, &need.id).is_some()
    }
}

impl Resolve for KnownOf<'_> {
    fn reference(&self, reference: &Reference, id: &str) -> Option<Value<'static>> {
        let link = self.known.0.get(&side_of(self.active, reference, id))?;
        let text = match reference.want {
            Wanted::Id => link.target_id.clone(),
            Wanted::Number => link.target_number.clone().or_else(|| link.target_id.clone()),
        };
        text.map(Value::from)
    }
}

async fn look_up(seams: &Seams, active: &ActiveFlow, needs: &[Vec<Need<'_>>]) -> Result<Known, StoreError> {
    let sides: BTreeSet<LinkSide> =
        needs.iter().flatten().map(|need| side_of(active, need.reference, &need.id)).collect();
    let sides: Vec<LinkSide> = sides.into_iter().collect();
    let links = seams.links_of(&sides).await?;
    let filled = sides.into_iter().zip(links).filter_map(|(side, link)| Some((side, link?)));
    Ok(Known(filled.filter(|(_, link)| link.target_id.is_some()).collect()))
}

fn side_of(active: &ActiveFlow, reference: &Reference, id: &str) -> LinkSide {
    let flow = active.flow();
    LinkSide {
        source: RecordKey::new(&flow.source.connection, &reference.object, id),
        target_connection: flow.target.connection.clone(),
        target_object: reference.target.clone(),
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
