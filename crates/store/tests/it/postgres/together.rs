//! Several programs on one database: whoever comes second sees what the first did, and nothing is lost between them.

use std::sync::Arc;

use contract::store::{
    IntentChange, Lease, LinkChange, LinkRef, Links, Queue, Records, Settled, Settlement, SettlementBatch,
    StoreError, Views,
};
use model::link::LinkSide;
use model::record::RecordKey;
use model::task::{Kind, State, Task};
use model::{LaneName, Timestamp};
use store::{PassingSchema, Postgres};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::given::{cut, on, schema};
use crate::given::*;

/// How often the same race is run.
const ROUNDS: u32 = 25;

/// So many programs, each with connections of its own.
fn nodes(schema: &PassingSchema, count: usize) -> Vec<Postgres> {
    (0..count).map(|_| on(schema, command())).collect()
}

pub(super) fn key(id: &str) -> RecordKey {
    RecordKey::new(&"crm".into(), &"AccountObj".into(), id)
}

pub(super) async fn lease(store: &Postgres, lane: &str, owner: &str) -> Lease {
    let until = Timestamp(AT.0 + 60_000);
    store.lease(&lane.into(), owner, AT, until).await.unwrap().expect("nobody else holds the lane")
}

pub(super) async fn task(store: &Postgres, id: &str) -> Task {
    let record = store.find(&[key(id)]).await.unwrap().remove(0).unwrap().id;
    store.tasks_of(&[(deliver().flow, record, Kind::Deliver)]).await.unwrap().remove(0).unwrap()
}

pub(super) fn settlement(task: &Task, state: State) -> Settlement {
    Settlement {
        task: task.id,
        revision: task.want,
        state,
        cause: None,
        due: Timestamp(i64::MAX),
        tries: 0,
        done: None,
        intent: IntentChange::Keep,
        link: None,
        files: None,
        awaits: None,
        attempt: None,
        calls: Vec::new(),
        raise: Vec::new(),
    }
}

pub(super) fn fills(id: &str, target: &str) -> LinkChange {
    let link =
        LinkRef::Of { source: key(id), target_connection: "erp".into(), target_object: "BD_Customer".into() };
    LinkChange { link, fill: Some((target.into(), None)), agreed: None, lines: Vec::new() }
}

pub(super) fn batch(settlements: Vec<Settlement>) -> SettlementBatch {
    SettlementBatch { at: AT, settlements, calls: Vec::new() }
}

/// Both begin at the same moment.
async fn at_once<A: Send + 'static, B: Send + 'static>(
    one: impl Future<Output = A> + Send + 'static,
    other: impl Future<Output = B> + Send + 'static,
) -> (A, B) {
    let start = Arc::new(Barrier::new(2));
    let (here, there) = (start.clone(), start);
    let one = async move {
        here.wait().await;
        one.await
    };
    let other = async move {
        there.wait().await;
        other.await
    };
    tokio::join!(one, other)
}

#[tokio::test]
async fn of_many_who_ask_for_a_lane_one_gets_it() {
    let schema = schema();
    let nodes = nodes(&schema, 4);
    for round in 0..ROUNDS {
        let lane = LaneName::new(format!("lane-{round}"));
        let mut asking = JoinSet::new();
        for (n, node) in nodes.iter().cloned().enumerate() {
            let lane = lane.clone();
            asking.spawn(async move {
                node.lease(&lane, &format!("第{n}台"), AT, Timestamp(AT.0 + 1)).await.unwrap().is_some()
            });
        }
        assert_eq!(asking.join_all().await.into_iter().filter(|got| *got).count(), 1);
    }
}

#[tokio::test]
async fn the_same_records_taken_in_by_two_at_once_are_one_each_with_one_task() {
    let schema = schema();
    let nodes = nodes(&schema, 2);
    for round in 0..ROUNDS {
        let ids: Vec<String> = (0..20).map(|n| format!("{round}-{n}")).collect();
        let forwards = ids.iter().map(|id| account(id, 1, "客户甲")).collect();
        let backwards = ids.iter().rev().map(|id| account(id, 2, "客户乙")).collect();
        let (one, other) = (nodes[0].clone(), nodes[1].clone());
        let (first, second) = at_once(async move { one.ingest(page(forwards)).await }, async move {
            other.ingest(page(backwards)).await
        })
        .await;
        assert_eq!(second.unwrap().changed, 20);
        assert_eq!(first.unwrap().changed % 20, 0, "whole pages follow one another");
        let keys: Vec<RecordKey> = ids.iter().map(|id| key(id)).collect();
        for record in nodes[0].find(&keys).await.unwrap() {
            assert_eq!(record.unwrap().name.as_deref(), Some("客户乙"), "the newer version stays");
        }
    }
    let counts = nodes[0].counts().await.unwrap();
    assert_eq!(counts.iter().map(|count| count.tasks).sum::<u64>(), u64::from(20 * ROUNDS));
}

#[tokio::test]
async fn a_task_that_begins_to_wait_while_its_link_is_filled_is_woken() {
    let schema = schema();
    let nodes = nodes(&schema, 2);
    let (erp, oa) = (lease(&nodes[0], "erp", "甲").await, lease(&nodes[1], "oa", "乙").await);
    for round in 0..ROUNDS {
        let (parent, child) = (format!("父{round}"), format!("子{round}"));
        let both = vec![account(&parent, 1, "客户甲"), account(&child, 1, "联系人")];
        nodes[0].ingest(page(both)).await.unwrap();
        let (parent_task, child_task) = (task(&nodes[0], &parent).await, task(&nodes[0], &child).await);
        let filled = Settlement {
            link: Some(fills(&parent, &format!("T{round}"))),
            ..settlement(&parent_task, State::Synced)
        };
        let side = LinkSide { source: key(&parent), target_connection: "erp".into(), target_object: None };
        let waits = Settlement { awaits: Some(side.into()), ..settlement(&child_task, State::Waiting) };
        let (one, other, erp, oa) = (nodes[0].clone(), nodes[1].clone(), erp.clone(), oa.clone());
        let (first, second) =
            at_once(async move { one.settle(&erp, batch(vec![filled])).await }, async move {
                other.settle(&oa, batch(vec![waits])).await
            })
            .await;
        assert_eq!((first, second), (Ok(vec![Settled::Done]), Ok(vec![Settled::Done])));
        assert_eq!(task(&nodes[0], &child).await.state, State::Ready, "round {round}");
    }
}

#[tokio::test]
async fn of_two_who_fill_links_with_one_target_the_second_is_told() {
    let schema = schema();
    let nodes = nodes(&schema, 2);
    let (erp, oa) = (lease(&nodes[0], "erp", "甲").await, lease(&nodes[1], "oa", "乙").await);
    for round in 0..ROUNDS {
        let ids = [format!("甲{round}"), format!("乙{round}")];
        nodes[0].ingest(page(ids.iter().map(|id| account(id, 1, "客户")).collect())).await.unwrap();
        let mut settlements = Vec::new();
        for id in &ids {
            let link = Some(fills(id, &format!("T{round}")));
            settlements.push(Settlement { link, ..settlement(&task(&nodes[0], id).await, State::Synced) });
        }
        let (second, first) = (settlements.remove(1), settlements.remove(0));
        let (one, other, erp, oa) = (nodes[0].clone(), nodes[1].clone(), erp.clone(), oa.clone());
        let (first, second) = at_once(
            async move { one.settle(&erp, batch(vec![first])).await.unwrap().remove(0) },
            async move { other.settle(&oa, batch(vec![second])).await.unwrap().remove(0) },
        )
        .await;
        let told = [&first, &second].map(|settled| matches!(settled, Settled::Taken(_)));
        assert_eq!(told.iter().filter(|taken| **taken).count(), 1, "{first:?} {second:?}");
    }
}

#[tokio::test]
async fn a_change_that_comes_while_its_task_is_settled_is_not_forgotten() {
    let schema = schema();
    let nodes = nodes(&schema, 2);
    let erp = lease(&nodes[0], "erp", "甲").await;
    nodes[0].ingest(page(vec![account("1", 0, "客户")])).await.unwrap();
    for round in 1..=ROUNDS {
        let before = task(&nodes[0], "1").await;
        let done = Settlement { done: Some(before.want), ..settlement(&before, State::Synced) };
        let change = page(vec![account("1", i64::from(round), &format!("客户第{round}版"))]);
        let (one, other, erp) = (nodes[0].clone(), nodes[1].clone(), erp.clone());
        let (settled, changed) =
            at_once(async move { one.settle(&erp, batch(vec![done])).await }, async move {
                other.ingest(change).await
            })
            .await;
        assert!(settled.is_ok() && changed.is_ok());
        let now = task(&nodes[0], "1").await;
        assert_eq!((now.state, now.want, now.done), (State::Ready, before.want + 1, before.want));
    }
}

#[tokio::test]
async fn nobody_takes_a_lane_over_in_the_middle_of_a_settlement_and_the_old_owner_stores_nothing_after() {
    let schema = schema();
    let nodes = nodes(&schema, 2);
    nodes[0].ingest(page(vec![account("1", 1, "客户")])).await.unwrap();
    for round in 0..ROUNDS {
        let lane: LaneName = format!("lane-{round}").as_str().into();
        let old = nodes[0].lease(&lane, "甲", AT, AT).await.unwrap().unwrap();
        let before = task(&nodes[0], "1").await;
        let tried = Settlement { tries: before.tries + 1, ..settlement(&before, State::Retrying) };
        let (one, other) = (nodes[0].clone(), nodes[1].clone());
        let (settled, taken) =
            at_once(async move { one.settle(&old, batch(vec![tried])).await }, async move {
                other.lease(&lane, "乙", AT, Timestamp(AT.0 + 1)).await.unwrap()
            })
            .await;
        assert_eq!(taken.unwrap().epoch, 2);
        let now = task(&nodes[1], "1").await;
        match settled {
            Ok(_) => assert_eq!(now.tries, before.tries + 1),
            Err(StoreError::Stale { .. }) => assert_eq!(now, before),
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn a_connection_that_is_cut_between_use_cases_is_made_again() {
    let schema = schema();
    let nodes = nodes(&schema, 2);
    nodes[0].ingest(page(vec![account("1", 1, "客户")])).await.unwrap();
    cut(&schema).await;
    nodes[0].ingest(page(vec![account("1", 2, "客户乙")])).await.unwrap();
    assert_eq!(nodes[1].by_source(&[]).await.unwrap(), []);
}
