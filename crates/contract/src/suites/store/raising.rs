//! Raising tasks for what is stored already.

use model::task::{Kind, State};

use super::given::*;
use crate::store::Raise;

fn to_oa() -> Raise {
    Raise { flow: "customers-to-oa".into(), kind: Kind::Notify, lane: "oa".into() }
}

async fn raise(store: &Fresh, keys: &[&str], what: &Raise, again: bool) -> u64 {
    let keys: Vec<String> = keys.iter().map(|key| (*key).into()).collect();
    store.raise(&crm(), &accounts(), &keys, what, again, later(9)).await.unwrap()
}

pub async fn a_new_flow_takes_on_all_of_an_object(fresh: Making<'_>) {
    let store = fresh().await;
    ready(&store, &["1", "2", "3"]).await;
    take_in(&store, vec![incoming("2", 2, "客户二改名")]).await;
    assert_eq!(raise(&store, &[], &to_oa(), false).await, 3);
    assert_eq!(raise(&store, &[], &to_oa(), false).await, 0, "tasks that exist are left alone");
    let due = store.due(&"oa".into(), later(9), 10, &[]).await.unwrap();
    let wants: Vec<_> = due.iter().map(|due| (due.record.key.id.as_str(), due.task.want)).collect();
    assert_eq!(wants, [("1", 1), ("2", 2), ("3", 1)]);
    assert!(store.due(&"oa".into(), later(8), 10, &[]).await.unwrap().is_empty());
}

pub async fn only_the_records_named_are_raised(fresh: Making<'_>) {
    let store = fresh().await;
    ready(&store, &["1", "2", "3"]).await;
    assert_eq!(raise(&store, &["3", "没有的", "1"], &to_oa(), false).await, 2);
    let other = store.raise(&crm(), &"ContactObj".into(), &[], &to_oa(), false, NOW).await.unwrap();
    assert_eq!(other, 0);
}

pub async fn raising_again_makes_even_what_is_done_ready(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["1", "2"]).await;
    settle(&store, &lease, vec![synced(&tasks[0]), settlement(&tasks[1], State::Retrying)]).await;
    assert_eq!(raise(&store, &[], &deliver(), false).await, 0);
    assert_eq!(task_of(&store, "1").await.state, State::Synced);
    assert_eq!(raise(&store, &[], &deliver(), true).await, 2);
    let done = task_of(&store, "1").await;
    assert_eq!((done.state, done.want, done.done, done.due), (State::Ready, 1, 1, later(9)));
    let retrying = task_of(&store, "2").await;
    assert_eq!((retrying.state, retrying.due), (State::Retrying, later(60)), "a back-off is not shortened");
}

pub async fn a_flow_pointed_elsewhere_takes_its_tasks_along(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["1", "2"]).await;
    store.open(&lease, vec![creation(&tasks[1], "2")]).await.unwrap();
    let moved = Raise { lane: "erp2".into(), ..deliver() };
    assert_eq!(raise(&store, &[], &moved, true).await, 2);
    let there = store.due(&"erp2".into(), later(9), 10, &[]).await.unwrap();
    assert_eq!(there.iter().map(|due| due.task.id).collect::<Vec<_>>(), [tasks[0].id]);
    let here = store.due(&lane(), later(9), 10, &[]).await.unwrap();
    assert_eq!(
        here.iter().map(|due| due.task.id).collect::<Vec<_>>(),
        [tasks[1].id],
        "its write is open here"
    );
}

pub async fn notices_begin_with_the_change_that_raises_them(fresh: Making<'_>) {
    let store = fresh().await;
    ready(&store, &["1"]).await;
    take_in(&store, vec![incoming("1", 2, "客户一改名")]).await;
    raise(&store, &["1"], &to_oa(), false).await;
    let due = store.due(&"oa".into(), later(9), 10, &[]).await.unwrap();
    assert_eq!((due[0].task.want, due[0].task.done), (2, 1), "what came before the flow is not told");
    let delivered = task_of(&store, "1").await;
    assert_eq!((delivered.want, delivered.done), (2, 0), "a document is brought over as it is");
}
