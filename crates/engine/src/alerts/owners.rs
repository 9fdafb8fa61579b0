//! The owners of records that failed: each hears of his own, once, beside the usual receivers.
//!
//! A record names its owner at its source; who that is in the system through which owners are told, the bindings say.
//! Who was told of what is a matter of the store. What is kept in memory only saves reading records again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use contract::store::{Store, StoreError};
use model::alert::{Alert, AlertKind, Owner, OwnerRule, OwnerTold};
use model::binding::{BindingSide, Kind};
use model::record::RecordKey;
use model::{AlertId, Cause, FlowName, RecordId, TaskId, Timestamp, Value, json};

use crate::setup::Setup;

/// Most open alerts that are looked at.
const MOST_OPEN: usize = 10_000;

/// Most records that one look reads to see whose they are; the others are read in later looks.
const MOST_READ: usize = 1_000;

/// Most owners that are told at one time; the others are told at the next.
const MOST_OWNERS: usize = 200;

/// When it is looked again whose a record is that was nobody's, or whose owner is not bound: somebody may bind him.
const NOBODY_FOR: Duration = Duration::from_secs(10 * 60);

/// The same of a record whose owner was told: it may be given to somebody else.
const TOLD_FOR: Duration = Duration::from_secs(3_600);

/// A record that needs a person, as the owners' look wants to know it.
#[derive(Debug, Clone)]
pub(super) struct Case {
    /// The subject of the alert that it is part of.
    pub subject: String,
    pub task: TaskId,
    pub flow: FlowName,
    pub record: RecordId,
    pub key: RecordKey,
    /// By what people know it.
    pub shown: String,
    pub cause: Cause,
}

/// Until when it need not be looked whose the record of a task is, by the alert.
#[derive(Default)]
pub(super) struct Looked(BTreeMap<(AlertId, TaskId), Timestamp>);

/// What one owner is to be told.
#[derive(Debug)]
pub(super) struct Share {
    /// His name, where it is known.
    pub name: String,
    pub cases: Vec<(AlertId, Case)>,
}

/// What owners are to be told now, by owner.
pub(super) type Shares = BTreeMap<Owner, Share>;

/// Finds whose records these are, and what of it they were not told.
pub(super) async fn untold(
    setup: &Setup,
    store: &dyn Store,
    now: Timestamp,
    cases: Vec<Case>,
    takes: impl Fn(&Alert) -> bool,
    looked: &mut Looked,
) -> Result<Shares, StoreError> {
    let mut shares = Shares::new();
    if cases.is_empty() {
        looked.0.clear();
        return Ok(shares);
    }
    let open = store.alerts(true, MOST_OPEN).await?;
    let open: BTreeMap<&str, &Alert> = open
        .iter()
        .filter(|alert| alert.seen.kind == AlertKind::RecordFailed)
        .map(|alert| (alert.seen.subject.as_str(), alert))
        .collect();
    let mut by_alert: BTreeMap<AlertId, Vec<Case>> = BTreeMap::new();
    let (mut known, mut read) = (BTreeSet::new(), 0);
    for case in cases {
        let Some(alert) = open.get(case.subject.as_str()) else { continue };
        let place = (alert.id, case.task);
        known.insert(place);
        let is_known = looked.0.get(&place).is_some_and(|until| *until > now);
        if is_known || !takes(alert) || read >= MOST_READ {
            continue;
        }
        read += 1;
        by_alert.entry(alert.id).or_default().push(case);
    }
    looked.0.retain(|place, _| known.contains(place));
    for (alert, cases) in by_alert {
        share_out(setup, store, now, alert, cases, &mut shares, looked).await?;
    }
    Ok(shares)
}

async fn share_out(
    setup: &Setup,
    store: &dyn Store,
    now: Timestamp,
    alert: AlertId,
    cases: Vec<Case>,
    shares: &mut Shares,
    looked: &mut Looked,
) -> Result<(), StoreError> {
    let tasks: Vec<TaskId> = cases.iter().map(|case| case.task).collect();
    let told: BTreeSet<OwnerTold> =
        store.owners_told(alert, &tasks).await?.into_iter().map(|(told, _)| told).collect();
    let people = people(setup, store, &cases).await?;
    for (case, people) in cases.into_iter().zip(people) {
        let place = (alert, case.task);
        let mut waits = false;
        for (owner, name) in people {
            let row = OwnerTold { alert, task: case.task, owner };
            if told.contains(&row) {
                looked.0.insert(place, now + TOLD_FOR);
                continue;
            }
            let is_new = !shares.contains_key(&row.owner);
            if is_new && shares.len() >= MOST_OWNERS {
                waits = true;
                continue;
            }
            let share = shares.entry(row.owner).or_insert_with(|| Share { name, cases: Vec::new() });
            share.cases.push((alert, case.clone()));
            waits = true;
        }
        if !waits {
            looked.0.entry(place).or_insert(now + NOBODY_FOR);
        }
    }
    Ok(())
}

/// Whom each of these records names as its owner, as the system knows them through which they are told, with their names.
async fn people(
    setup: &Setup,
    store: &dyn Store,
    cases: &[Case],
) -> Result<Vec<Vec<(Owner, String)>>, StoreError> {
    let keys: Vec<RecordKey> = cases.iter().map(|case| case.key.clone()).collect();
    let records = store.find(&keys).await?;
    let mut named: Vec<Vec<(&OwnerRule, String)>> = Vec::with_capacity(cases.len());
    for (case, record) in cases.iter().zip(&records) {
        let rule = setup.alerts.owners_of(case.flow.as_str());
        let body = record.as_ref().and_then(|record| json::read(&record.body).ok());
        let ids = rule.zip(body.as_ref()).map(|(rule, body)| owners(rule, body)).unwrap_or_default();
        named.push(rule.into_iter().flat_map(|rule| ids.iter().map(move |id| (rule, id.clone()))).collect());
    }
    let side = |case: &Case, rule: &OwnerRule, id: &str| BindingSide {
        kind: Kind::Person,
        connection: case.key.connection.clone(),
        id: id.to_owned(),
        other_connection: rule.connection.clone(),
    };
    let mut sides = BTreeSet::new();
    for (case, named) in cases.iter().zip(&named) {
        let strangers = named.iter().filter(|(rule, _)| rule.connection != case.key.connection);
        sides.extend(strangers.map(|(rule, id)| side(case, rule, id)));
    }
    let sides: Vec<BindingSide> = sides.into_iter().collect();
    let bound = if sides.is_empty() { Vec::new() } else { store.bound(&sides).await? };
    let bound: BTreeMap<BindingSide, _> = sides.into_iter().zip(bound).collect();
    let people = cases.iter().zip(named).map(|(case, named)| {
        let person = |(rule, id): (&OwnerRule, String)| {
            // Where owners are told by the system that names them, nobody has to be bound.
            let (person, name) = match rule.connection == case.key.connection {
                true => (id, None),
                false => {
                    let party = bound.get(&side(case, rule, &id))?.as_ref()?;
                    (party.id.clone(), party.name.clone())
                }
            };
            let owner = Owner { connection: rule.connection.clone(), person };
            let name = name.unwrap_or_else(|| owner.person.clone());
            (!owner.person.trim().is_empty()).then_some((owner, name))
        };
        named.into_iter().filter_map(person).collect()
    });
    Ok(people.collect())
}

/// The ids of a record's owners: one, or a list.
fn owners(rule: &OwnerRule, body: &Value) -> Vec<String> {
    let plain = |value: &Value| value.plain().map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
    match rule.field.find(body) {
        Some(Value::List(list)) => {
            let ids: BTreeSet<String> = list.iter().filter_map(plain).collect();
            ids.into_iter().collect()
        }
        Some(one) => plain(one).into_iter().collect(),
        None => Vec::new(),
    }
}

/// What is noted once they are told.
pub(super) fn told(shares: &Shares) -> Vec<OwnerTold> {
    let rows = shares.iter().flat_map(|(owner, share)| {
        share.cases.iter().map(|(alert, case)| OwnerTold {
            alert: *alert,
            task: case.task,
            owner: owner.clone(),
        })
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use model::Path;

    use super::*;

    #[test]
    fn a_record_names_one_owner_or_several() {
        let rule = |field: &str| OwnerRule {
            connection: "钉钉".into(),
            field: Path::parse(field).unwrap(),
            flows: Vec::new(),
        };
        for (field, body, expected) in [
            ("owner", r#"{"owner":"1000"}"#, &["1000"][..]),
            ("owner", r#"{"owner":["1001"," 1000 ","1000",""]}"#, &["1000", "1001"]),
            ("owner", r#"{"owner":1000}"#, &["1000"]),
            ("FSalerId.FNumber", r#"{"FSalerId":{"FNumber":"YG01"}}"#, &["YG01"]),
            ("owner", r#"{"owner":null}"#, &[]),
            ("owner", r#"{"owner":{"id":"1"}}"#, &[]),
            ("owner", "{}", &[]),
        ] {
            assert_eq!(owners(&rule(field), &json::read(body).unwrap()), expected, "{field} {body}");
        }
    }
}
