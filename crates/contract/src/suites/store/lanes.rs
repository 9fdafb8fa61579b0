//! Lanes: one owner at a time, and none after the next.

use crate::store::{Lease, StoreError};

use super::given::*;

pub async fn a_lane_has_one_owner_until_its_lease_ends(fresh: Making<'_>) {
    let store = fresh().await;
    let first = store.lease(&lane(), "甲", NOW, later(30)).await.unwrap();
    assert_eq!(first, Some(Lease { lane: lane(), owner: "甲".into(), epoch: 1, until: later(30) }));
    assert_eq!(store.lease(&lane(), "乙", later(29), later(60)).await.unwrap(), None);
    let second = store.lease(&lane(), "乙", later(30), later(60)).await.unwrap();
    assert_eq!(second, Some(Lease { lane: lane(), owner: "乙".into(), epoch: 2, until: later(60) }));
}

pub async fn an_owner_who_renews_keeps_the_epoch(fresh: Making<'_>) {
    let store = fresh().await;
    let first = lease(&store).await;
    let renewed = store.lease(&lane(), OWNER, later(10), later(7_200)).await.unwrap().unwrap();
    assert_eq!((renewed.epoch, renewed.until), (first.epoch, later(7_200)));
    assert_eq!(store.lease(&lane(), "乙", later(3_700), later(9_000)).await.unwrap(), None);
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

pub async fn lanes_are_independent(fresh: Making<'_>) {
    let store = fresh().await;
    let erp = lease(&store).await;
    let crm = store.lease(&"crm".into(), "乙", NOW, later(60)).await.unwrap().unwrap();
    assert_eq!((erp.epoch, crm.epoch), (1, 1));
    let mistaken = Lease { lane: "crm".into(), ..erp };
    assert!(matches!(store.settle(&mistaken, batch(Vec::new())).await, Err(StoreError::Stale { .. })));
}
