//! Records that are connected: what a record refers to (its customer, the order it belongs to), and what refers to it
//! (deliveries, payments), at either side. Flows say which fields refer to what; nothing is asked of any system.

mod becoming;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use contract::store::{LinkSides, Linked, StoreError};
use model::flow::KnownBy;
use model::link::{Link, LinkSide, Referent};
use model::record::{Record, RecordKey};
use model::task::{Kind, Task};
use model::{ConnectionName, FlowName, Map, ObjectName, Value, json};

use crate::seams::Seams;
use crate::setup::{ActiveFlow, Setup};

/// So far a record's own records are followed.
const DEEPEST: u32 = 3;
/// So many of one kind are told, and the rest is counted.
pub const TOLD: usize = 12;
/// So many candidates are looked at.
const LOOKED_AT: usize = 500;

/// One business record: at its source, with its links, and what became of it.
#[derive(Debug, Clone)]
pub struct Member {
    pub record: Record,
    /// The pairs that it is one side of.
    pub links: Vec<Link>,
    /// The tasks that carry it.
    pub tasks: Vec<Task>,
    /// What flows that only keep states in agreement told the other side of it: field and value.
    pub states: Vec<(String, String)>,
}

/// A member of the family of a record.
#[derive(Debug, Clone)]
pub struct Kin {
    pub member: Member,
    pub way: Way,
    /// 1 for what is next to the record, and one more for each step beyond.
    pub distance: u32,
}

/// Which way it goes from the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// What the record refers to, and what turned into it.
    Up,
    /// What refers to the record, and what it turned into.
    Down,
}

/// A record among those that it is connected with.
#[derive(Debug, Clone)]
pub struct Family {
    /// The record itself, and its other side where that is read, too.
    pub own: Vec<Member>,
    /// Farthest up first, then down, each in the order in which they were taken in.
    pub kin: Vec<Kin>,
    /// How many of an object are not told.
    pub untold: BTreeMap<(Way, ObjectName), usize>,
}

/// The family of a stored record.
pub async fn family(seams: &Seams, setup: &Setup, record: &Record) -> Result<Family, StoreError> {
    let search = Search { seams, setup };
    let own = search.sides(record.clone()).await?;
    let mut seen: BTreeSet<RecordKey> = own.iter().map(|member| member.record.key.clone()).collect();
    let mut family = Family { own, kin: Vec::new(), untold: BTreeMap::new() };
    for way in [Way::Up, Way::Down] {
        let start: Vec<Member> = family.own.clone();
        let mut going: VecDeque<(Vec<Member>, u32)> = VecDeque::from([(start, 1)]);
        let mut told: BTreeMap<ObjectName, usize> = BTreeMap::new();
        while let Some((from, distance)) = going.pop_front().filter(|(_, distance)| *distance <= DEEPEST) {
            for next in search.next(&from, way).await? {
                if !seen.insert(next.key.clone()) {
                    continue;
                }
                let object = next.key.object.clone();
                let sides = search.sides(next).await?;
                seen.extend(sides.iter().map(|member| member.record.key.clone()));
                let count = told.entry(object.clone()).or_default();
                *count += 1;
                if *count > TOLD {
                    *family.untold.entry((way, object)).or_default() += 1;
                    continue;
                }
                going.push_back((sides.clone(), distance + 1));
                family.kin.extend(merged(sides).map(|member| Kin { member, way, distance }));
            }
        }
    }
    let order = |kin: &Kin| match kin.way {
        Way::Up => (Way::Up, DEEPEST - kin.distance),
        Way::Down => (Way::Down, kin.distance),
    };
    family.kin.sort_by_key(order);
    Ok(family)
}

/// The sides of one business record as one: the first, with the states that the others have told.
fn merged(sides: Vec<Member>) -> Option<Member> {
    let mut sides = sides.into_iter();
    let mut first = sides.next()?;
    for side in sides {
        first.states.extend(side.states);
        first.tasks.extend(side.tasks);
    }
    Some(first)
}

struct Search<'s> {
    seams: &'s Seams,
    setup: &'s Setup,
}

impl Search<'_> {
    /// The record and, where it is read as well, the record at the other side of its links.
    async fn sides(&self, record: Record) -> Result<Vec<Member>, StoreError> {
        let first = self.member(record).await?;
        // Two flows may each have linked the same pair.
        let others: BTreeSet<RecordKey> =
            first.links.iter().filter_map(|link| other_side(link, &first.record.key)).collect();
        let keys: Vec<RecordKey> = others.into_iter().collect();
        let found = if keys.is_empty() { Vec::new() } else { self.seams.store.find(&keys).await? };
        let mut sides = vec![first];
        for record in found.into_iter().flatten() {
            sides.push(self.member(record).await?);
        }
        // Where it was made comes first: there people know it.
        sides.sort_by_key(|side| self.is_made_here(side));
        Ok(sides)
    }

    /// Whether it is what one of our flows makes of the record at the other side.
    fn is_made_here(&self, side: &Member) -> bool {
        let key = &side.record.key;
        let makes = |link: &Link, flow: &ActiveFlow| {
            let flow = flow.flow();
            flow.target.creates
                && (&flow.target.connection, &flow.target.object) == (&key.connection, &key.object)
                && (&flow.source.connection, &flow.source.object)
                    == (&link.source.connection, &link.source.object)
        };
        let others = side.links.iter().filter(|link| link.source != *key);
        others.into_iter().any(|link| self.setup.flows.values().any(|flow| makes(link, flow)))
    }

    async fn member(&self, record: Record) -> Result<Member, StoreError> {
        let flows: Vec<&ActiveFlow> = self.flows_of(&record.key).collect();
        let sides: Vec<LinkSide> = flows.iter().map(|flow| flow.link_side(&record.key)).collect();
        let mut links: Vec<Link> = self.seams.links_of(&sides).await?.into_iter().flatten().collect();
        let there = LinkSides {
            connection: record.key.connection.clone(),
            object: record.key.object.clone(),
            ids: vec![record.key.id.clone()],
        };
        links.extend(self.seams.store.by_target(&there).await?.into_iter().flatten());
        links.retain(|link| link.target_id.is_some());
        let of: Vec<(FlowName, _, Kind)> =
            flows.iter().map(|flow| (flow.name().clone(), record.id, Kind::Deliver)).collect();
        let tasks = if of.is_empty() { Vec::new() } else { self.seams.store.tasks_of(&of).await? };
        let keeping = flows.iter().filter(|flow| !flow.flow().target.creates);
        let states = keeping.flat_map(|flow| states(flow, &links, &record.key)).collect();
        Ok(Member { record, links, tasks: tasks.into_iter().flatten().collect(), states })
    }

    fn flows_of<'f>(&'f self, key: &'f RecordKey) -> impl Iterator<Item = &'f ActiveFlow> + 'f {
        let of = move |flow: &&ActiveFlow| {
            let source = &flow.flow().source;
            source.connection == key.connection && source.object == key.object
        };
        self.setup.flows.values().map(|flow| &**flow).filter(of)
    }

    /// The records next to one.
    async fn next(&self, from: &[Member], way: Way) -> Result<Vec<Record>, StoreError> {
        let mut next = Vec::new();
        for member in from {
            let record = &member.record;
            next.extend(match way {
                Way::Up => self.parents(record).await?.into_iter().chain(self.turned_into(record).await?),
                Way::Down => self.children(record).await?.into_iter().chain(self.became(record).await?),
            });
        }
        next.sort_by_key(|record| record.id);
        next.dedup_by_key(|record| record.id);
        Ok(next)
    }

    async fn parents(&self, record: &Record) -> Result<Vec<Record>, StoreError> {
        let Ok(body) = json::read(&record.body) else { return Ok(Vec::new()) };
        let mut asked = BTreeSet::new();
        for flow in self.flows_of(&record.key) {
            asked
                .extend(refers_to(flow, &body).into_iter().filter(|of| !matches!(of.by, KnownBy::LineOf(_))));
        }
        let later = self.becoming(record);
        asked.retain(|asked| !later.contains(&asked.of));
        let known = crate::delivery::records_of(self.seams, &asked).await?;
        let elsewhere: BTreeSet<Referent> =
            asked.iter().filter(|asked| !known.contains_key(asked)).cloned().collect();
        let linked = self.seams.other_sides(elsewhere).await?;
        let there = linked.into_iter().filter_map(|(asked, linked)| match linked {
            Linked::One { id, .. } => Some(RecordKey::new(&asked.connection, asked.object.as_ref()?, id)),
            Linked::Nothing | Linked::Several => None,
        });
        let keys: Vec<RecordKey> = there.collect();
        let found = if keys.is_empty() { Vec::new() } else { self.seams.store.find(&keys).await? };
        Ok(known.into_values().chain(found.into_iter().flatten()).collect())
    }

    /// Records whose content names this one, and whose flow says that this is a reference.
    async fn children(&self, record: &Record) -> Result<Vec<Record>, StoreError> {
        let key = &record.key;
        let texts: Vec<String> =
            [Some(&key.id), record.number.as_ref()].into_iter().flatten().cloned().collect();
        let mut children = Vec::new();
        let mut asked: BTreeSet<(ConnectionName, ObjectName)> = BTreeSet::new();
        for flow in self.setup.flows.values() {
            let source = &flow.flow().source;
            let derives = flow.parent.as_ref().is_some_and(|parent| parent.record.object == key.object);
            let refers = derives || flow.compiled.references().iter().any(|one| one.object == key.object);
            let is_new = refers && asked.insert((source.connection.clone(), source.object.clone()));
            if source.connection != key.connection || !is_new {
                continue;
            }
            let store = &self.seams.store;
            let found = store.mentioning(&source.connection, &source.object, &texts, LOOKED_AT).await?;
            let is_child = |child: &Record| self.names(child, record) && !self.becoming(child).contains(key);
            children.extend(found.into_iter().filter(is_child));
        }
        Ok(children)
    }

    fn names(&self, child: &Record, record: &Record) -> bool {
        let Ok(body) = json::read(&child.body) else { return false };
        let is_it = |of: &Referent| {
            let (key, named) = (&record.key, &of.of);
            named.connection == key.connection
                && named.object == key.object
                && match of.by {
                    KnownBy::Id => named.id == key.id,
                    KnownBy::Number => Some(&named.id) == record.number.as_ref(),
                    KnownBy::LineOf(_) => false,
                }
        };
        child.key != record.key
            && self.flows_of(&child.key).any(|flow| refers_to(flow, &body).iter().any(is_it))
    }
}

/// The record at the other side of a link.
fn other_side(link: &Link, key: &RecordKey) -> Option<RecordKey> {
    match link.source == *key {
        true => Some(RecordKey::new(&link.target_connection, &link.target_object, link.target_id.as_ref()?)),
        false => Some(link.source.clone()),
    }
}

/// What a record refers to, as its flow looks for it.
fn refers_to(flow: &ActiveFlow, record: &Value) -> Vec<Referent> {
    let parent = flow.parent.as_ref().zip(flow.compiled.parent(record));
    let parent = parent.map(|(used, ids)| crate::delivery::referent(flow, &used.record, &ids.id));
    let needs = flow.compiled.needs(record);
    let needs = needs.iter().map(|need| crate::delivery::referent(flow, need.reference, &need.id));
    needs.chain(parent).collect()
}

/// What a flow that makes nothing keeps in agreement, but for what it is found by.
fn states(flow: &ActiveFlow, links: &[Link], key: &RecordKey) -> Vec<(String, String)> {
    let side = flow.link_side(key);
    let is_its = |link: &&Link| {
        link.source == side.source
            && link.target_connection == side.target_connection
            && Some(&link.target_object) == side.target_object.as_ref()
    };
    let Some(agreed) = links.iter().find(is_its).and_then(|link| link.agreed.fields.as_deref()) else {
        return Vec::new();
    };
    let Ok(Value::Map(fields)) = json::read(agreed).map(Value::into_owned) else { return Vec::new() };
    let is_key =
        |name: &str| flow.flow().target.matching.iter().any(|field| field == name) || name.starts_with('$');
    let told = |fields: &Map<'static>| -> Vec<(String, String)> {
        let plain = fields.iter().filter(|(name, _)| !is_key(name));
        plain.filter_map(|(name, value)| Some((name.to_owned(), value.plain()?.into_owned()))).collect()
    };
    told(&fields)
}
