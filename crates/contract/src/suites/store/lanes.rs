//! Lanes: one owner at a time, and none after the next.

use std::task::{Context, Waker};

use model::{LaneName, Timestamp};

use crate::store::{Beat, Lease, Node, StoreError};
use crate::transport::LONGEST_CALL;

use super::given::*;

pub async fn a_lane_has_one_owner_until_its_lease_ends(fresh: Making<'_>) {
    let store = fresh().await;
    let first = store.lease(&lane(), "甲", NOW, later(30)).await.unwrap();
    let taken = |owner: &str, epoch, since, until, others_until| {
        Some(Lease { lane: lane(), owner: owner.into(), epoch, until, since, others_until })
    };
    assert_eq!(first, taken("甲", 1, NOW, later(30), Timestamp(0)));
    assert_eq!(store.lease(&lane(), "乙", later(29), later(60)).await.unwrap(), None);
    let second = store.lease(&lane(), "乙", later(30), later(60)).await.unwrap();
    // The first owner may have begun a call in the last moment of its lease.
    assert_eq!(second, taken("乙", 2, later(30), later(60), later(30) + LONGEST_CALL));
}

pub async fn an_owner_who_is_alive_keeps_its_leases_and_their_epochs(fresh: Making<'_>) {
    let store = fresh().await;
    let (first, other) = (lease(&store).await, lease_of(&store, "crm").await);
    let held = [(other.lane.clone(), other.epoch), (lane(), first.epoch)];
    let third = store.lease(&"oa".into(), "乙", NOW, later(30)).await.unwrap().unwrap();
    let thirds = [(third.lane.clone(), third.epoch)];
    let mut all = [&held[..], &thirds].concat();
    all.push(("crm".into(), other.epoch + 1));
    assert_eq!(
        store.beat(&beat(OWNER, later(10), later(7_200), &all)).await.unwrap(),
        held,
        "and nobody else's"
    );
    assert_eq!(store.lease(&lane(), "乙", later(3_700), later(9_000)).await.unwrap(), None);
    assert!(store.beat(&beat(OWNER, later(20), later(30), &held)).await.is_ok());
    assert_eq!(store.lease(&lane(), "乙", later(3_700), later(9_000)).await.unwrap(), None, "never shorter");
    // One that ended goes on where nobody took it meanwhile, and is gone where somebody did.
    assert_eq!(store.beat(&beat("乙", later(40), later(60), &thirds)).await.unwrap(), thirds);
    assert!(store.lease(&"oa".into(), "丙", later(61), later(90)).await.unwrap().is_some());
    assert_eq!(store.beat(&beat("乙", later(62), later(99), &thirds)).await.unwrap(), []);
}

pub async fn a_lease_that_its_owner_works_under_no_more_ends(fresh: Making<'_>) {
    let store = fresh().await;
    store.lease(&lane(), "甲", NOW, later(8)).await.unwrap().unwrap();
    assert_eq!(store.beat(&beat("甲", later(4), later(12), &[])).await.unwrap(), []);
    assert!(store.lease(&lane(), "乙", later(8), later(16)).await.unwrap().is_some());
}

pub async fn an_owner_who_forgot_its_lane_takes_it_again_and_knows_when_its_calls_ended(fresh: Making<'_>) {
    let store = fresh().await;
    let first = lease(&store).await;
    let again = store.lease(&lane(), OWNER, later(10), later(7_200)).await.unwrap().unwrap();
    assert_eq!((again.epoch, again.since, again.others_until), (first.epoch + 1, later(10), later(10)));
    let stale = store.settle(&first, batch(Vec::new())).await;
    assert_eq!(stale, Err(StoreError::Stale { lane: LANE.into(), epoch: first.epoch }));
    assert_eq!((again.sent(NOW), again.sent(later(11))), (later(10), later(11)));
}

pub async fn what_owners_before_may_have_under_way_is_known_to_all_after_them(fresh: Making<'_>) {
    let store = fresh().await;
    store.lease(&lane(), "甲", NOW, later(8)).await.unwrap();
    let second = store.lease(&lane(), "乙", later(9), later(17)).await.unwrap().unwrap();
    store.release(&second).await.unwrap();
    let third = store.lease(&lane(), "丙", later(11), later(20)).await.unwrap().unwrap();
    assert_eq!(third.others_until, later(8) + LONGEST_CALL, "the second gave it back, the first did not");
    assert_eq!(third.sent(NOW), later(8) + LONGEST_CALL);
}

pub async fn a_lane_given_back_is_free_at_once_and_ends_the_old_lease(fresh: Making<'_>) {
    let store = fresh().await;
    let first = lease(&store).await;
    store.release(&first).await.unwrap();
    let stale = store.settle(&first, batch(Vec::new())).await;
    assert_eq!(stale, Err(StoreError::Stale { lane: LANE.into(), epoch: first.epoch }));
    let second = store.lease(&lane(), "乙", NOW, later(60)).await.unwrap().unwrap();
    assert_eq!(second.epoch, first.epoch + 1);
}

pub async fn giving_back_a_stale_lease_changes_nothing(fresh: Making<'_>) {
    let store = fresh().await;
    let old = lease(&store).await;
    let new = store.lease(&lane(), "乙", later(4_000), later(8_000)).await.unwrap().unwrap();
    store.release(&old).await.unwrap();
    assert_eq!(store.settle(&new, batch(Vec::new())).await, Ok(Vec::new()));
    assert_eq!(store.lease(&lane(), "丙", later(5_000), later(9_000)).await.unwrap(), None);
}

pub async fn after_a_take_over_the_old_owner_writes_nothing(fresh: Making<'_>) {
    let store = fresh().await;
    let old = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    let new = store.lease(&lane(), "乙", later(4_000), later(8_000)).await.unwrap().unwrap();
    let stale = StoreError::Stale { lane: LANE.into(), epoch: old.epoch };
    assert_eq!(store.open(&old, vec![creation(&task, "1")]).await, Err(stale.clone()));
    assert_eq!(store.settle(&old, batch(vec![synced(&task)])).await, Err(stale));
    assert_eq!(task_of(&store, "1").await, task);
    assert_eq!(store.by_source(&[side("1")]).await.unwrap(), [None]);
    assert!(store.open(&new, vec![creation(&task, "1")]).await.is_ok());
}

async fn lease_of(store: &Fresh, lane: &str) -> Lease {
    store.lease(&lane.into(), OWNER, NOW, later(3_600)).await.unwrap().unwrap()
}

pub async fn lanes_are_independent(fresh: Making<'_>) {
    let store = fresh().await;
    let erp = lease(&store).await;
    let crm = store.lease(&"crm".into(), "乙", NOW, later(60)).await.unwrap().unwrap();
    assert_eq!((erp.epoch, crm.epoch), (1, 1));
    let mistaken = Lease { lane: "crm".into(), ..erp };
    assert!(matches!(store.settle(&mistaken, batch(Vec::new())).await, Err(StoreError::Stale { .. })));
}

pub async fn nodes_are_known_for_as_long_as_they_are_heard_of(fresh: Making<'_>) {
    let store = fresh().await;
    for (owner, now) in [("甲", NOW), ("乙", later(1)), ("甲", later(2))] {
        store.beat(&beat(owner, now, now + LONGEST_CALL, &[])).await.unwrap();
    }
    let nodes = store.nodes().await.unwrap();
    let seen: Vec<_> = nodes.iter().map(|node| (node.owner.as_str(), node.seen, node.groups)).collect();
    assert_eq!(seen, [("甲", later(2), 3), ("乙", later(1), 3)], "in the order in which they started");
    assert!(nodes[0].is_alive(later(201)) && !nodes[0].is_alive(later(202)));
    let again = Beat {
        node: Node { started: later(3), ..beat("甲", later(3), later(9), &[]).node },
        held: Vec::new(),
        now: later(3),
    };
    store.beat(&again).await.unwrap();
    assert_eq!(store.nodes().await.unwrap()[1], again.node, "it started anew");
    store.leave("甲").await.unwrap();
    store.beat(&beat("丙", later(100_000), later(100_010), &[])).await.unwrap();
    let left: Vec<_> = store.nodes().await.unwrap().into_iter().map(|node| node.name).collect();
    assert_eq!(left, ["节点 丙"], "nobody heard of the other for more than a day");
    store.ring(&["lane erp".to_owned()]).await.unwrap();
    assert!(store.shared_time().await.is_ok());
    let mut heard = store.heard();
    let nobody = heard.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(nobody.is_pending(), "nobody else rang");
}

fn beat(owner: &str, now: Timestamp, until: Timestamp, held: &[(LaneName, i64)]) -> Beat {
    let started = if owner == "甲" { NOW } else { later(1) };
    let (name, version) = (format!("节点 {owner}"), "0.1.0".to_owned());
    Beat {
        node: Node { owner: owner.into(), name, version, started, seen: now, until, groups: 3 },
        held: held.to_vec(),
        now,
    }
}
