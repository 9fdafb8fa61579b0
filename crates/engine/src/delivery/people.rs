//! People and departments on the arrow *resolve*: who is bound is sent as the other system knows them. For who is not
//! the record waits, and goes on by itself in the moment in which the binding is made.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use contract::store::{Awaited, StoreError};
use mapping::{Met, Resolve};
use model::attempt::CallRecord;
use model::binding::{BindingSide, Kind, Party};
use model::flow::{Counterpart, Reference, Wanted};
use model::task::State;
use model::{Cause, Value};

use super::item::{Item, Verdict};
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// The binding wakes the record at once; this is only for a flow whose text changed, so that it needs none any more.
const LOOK_AGAIN: Duration = Duration::from_secs(3_600);

/// Whom the records of a bundle name, as the other systems know them.
pub(super) struct People(BTreeMap<BindingSide, Party>);

/// Resolves people by their bindings, and all else as before.
pub(super) struct Beside<'p, R> {
    people: &'p People,
    active: &'p ActiveFlow,
    links: R,
}

impl<R: Resolve> Resolve for Beside<'_, R> {
    fn reference(&self, reference: &Reference, id: &str) -> Option<Value<'static>> {
        self.links.reference(reference, id)
    }

    fn counterpart(&self, counterpart: &Counterpart, id: &str) -> Option<Value<'static>> {
        self.people.sent(self.active, counterpart, id)
    }
}

impl People {
    /// These people beside what resolves references.
    pub fn beside<'p, R: Resolve>(&'p self, active: &'p ActiveFlow, links: R) -> Beside<'p, R> {
        Beside { people: self, active, links }
    }

    /// What is sent for who has this id or number at the flow's source.
    fn sent(&self, active: &ActiveFlow, counterpart: &Counterpart, id: &str) -> Option<Value<'static>> {
        let party = self.0.get(&side(active, counterpart, id))?;
        let text = match counterpart.want {
            Wanted::Id => party.id.clone(),
            Wanted::Number => party.number.clone().unwrap_or_else(|| party.id.clone()),
        };
        Some(Value::from(text))
    }
}

/// Looks up whom the records name, all of the bundle in one go, and lets those records wait that name somebody who is
/// not bound.
pub(super) async fn people(
    seams: &Seams,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<(People, Vec<CallRecord>), StoreError> {
    let goes_on = |item: &Item| item.goes_on() && item.void.is_none();
    let met: Vec<Vec<Met>> = items
        .iter()
        .map(|item| if goes_on(item) { active.compiled.people(&item.record) } else { Vec::new() })
        .collect();
    let known = look_up(seams, active, &met).await?;
    let unbound: Vec<Option<BindingSide>> = met.iter().map(|met| unbound(active, met, &known)).collect();
    let calls = learn_names(active, items, &unbound).await;
    for (item, side) in items.iter_mut().zip(unbound) {
        if let Some(side) = side {
            wait(active, item, side);
        }
    }
    Ok((known, calls))
}

/// Whom a record names, for somebody who only looks: nobody is asked, and nothing waits.
pub(super) async fn people_of(
    seams: &Seams,
    active: &ActiveFlow,
    record: &Value<'_>,
) -> Result<People, StoreError> {
    look_up(seams, active, &[active.compiled.people(record)]).await
}

async fn look_up(seams: &Seams, active: &ActiveFlow, met: &[Vec<Met<'_>>]) -> Result<People, StoreError> {
    let sides: BTreeSet<BindingSide> =
        met.iter().flatten().map(|met| side(active, met.counterpart, &met.id)).collect();
    let sides: Vec<BindingSide> = sides.into_iter().collect();
    if sides.is_empty() {
        return Ok(People(BTreeMap::new()));
    }
    let bound = seams.store.bound(&sides).await?;
    Ok(People(sides.into_iter().zip(bound).filter_map(|(side, party)| Some((side, party?))).collect()))
}

/// The first of a record's people who must be bound and is not.
fn unbound(active: &ActiveFlow, met: &[Met], known: &People) -> Option<BindingSide> {
    let needed = met.iter().filter(|met| !met.optional);
    needed.map(|met| side(active, met.counterpart, &met.id)).find(|side| !known.0.contains_key(side))
}

fn side(active: &ActiveFlow, counterpart: &Counterpart, id: &str) -> BindingSide {
    BindingSide {
        kind: counterpart.kind,
        connection: active.flow().source.connection.clone(),
        id: id.trim().to_owned(),
        other_connection: counterpart.connection.clone(),
    }
}

/// The source is asked who they are, unless the record already waits for them and says so.
async fn learn_names(
    active: &ActiveFlow,
    items: &mut [Item<'_>],
    unbound: &[Option<BindingSide>],
) -> Vec<CallRecord> {
    let mut calls = Vec::new();
    for kind in Kind::ALL {
        let is_new = |item: &Item, side: &BindingSide| side.kind == kind && !waited_before(item, side);
        let sides = items.iter().zip(unbound).filter_map(|(item, side)| Some((item, side.as_ref()?)));
        let new = sides.filter(|(item, side)| is_new(item, side));
        let ids: BTreeSet<String> = new.map(|(_, side)| side.id.clone()).collect();
        let made = active.source.learn_names(kind, &ids.into_iter().collect::<Vec<_>>()).await;
        for (item, side) in items.iter_mut().zip(unbound) {
            if side.as_ref().is_some_and(|side| is_new(item, side)) {
                item.calls.extend(made.iter().map(|call| call.number));
            }
        }
        calls.extend(made);
    }
    calls
}

fn waited_before(item: &Item, side: &BindingSide) -> bool {
    let before = item.due.task.cause.as_ref();
    before.is_some_and(|cause| cause.code == code(side.kind) && cause.param("id") == Some(&side.id))
}

fn code(kind: Kind) -> &'static str {
    match kind {
        Kind::Person => "engine.waits_for_person",
        Kind::Department => "engine.waits_for_department",
    }
}

fn wait(active: &ActiveFlow, item: &mut Item, side: BindingSide) {
    let before = item.due.task.cause.clone().filter(|_| waited_before(item, &side));
    let is_attempt = before.is_none();
    let cause = before.unwrap_or_else(|| {
        Cause::new(code(side.kind))
            .with("who", active.source.told(side.kind, &side.id))
            .with("id", &side.id)
            .with("source", &side.connection)
            .with("connection", &side.other_connection)
    });
    let waits = Verdict::new(State::Waiting).because(cause).due(item.started + LOOK_AGAIN);
    let waits = waits.tries(item.due.task.tries).awaiting(Awaited::Binding(side));
    item.end(Verdict { is_attempt, ..waits });
}
