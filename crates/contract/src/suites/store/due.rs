//! What is due: of this lane, by now, open intents first.

use model::task::{Kind, State};
use model::{FlowName, TaskId, Timestamp};

use super::given::*;
use crate::store::{IntentChange, Raise, Settlement};

async fn due_ids(store: &Fresh, now: Timestamp, limit: usize, except: &[TaskId]) -> Vec<TaskId> {
    store.due(&lane(), now, limit, except).await.unwrap().into_iter().map(|due| due.task.id).collect()
}

pub async fn due_tasks_come_with_their_records_in_order(fresh: Making<'_>) {
    let store = fresh().await;
    let tasks = ready(&store, &["1", "2", "3"]).await;
    let due = store.due(&lane(), NOW, 10, &[]).await.unwrap();
    assert_eq!(due.iter().map(|due| due.task.clone()).collect::<Vec<_>>(), tasks);
    assert_eq!(due[1].record.key, account("2"));
    assert_eq!(due[1].record.body, r#"{"_id":"2","name":"客户2"}"#);
    assert_eq!(due[1].intent, None);
    assert_eq!(due_ids(&store, NOW, 2, &[]).await, [tasks[0].id, tasks[1].id]);
    assert_eq!(due_ids(&store, NOW, 2, &[tasks[0].id]).await, [tasks[1].id, tasks[2].id]);
}

pub async fn due_shows_only_this_lanes_tasks_whose_time_has_come(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["1", "2"]).await;
    let elsewhere = Raise { flow: "customers-to-oa".into(), lane: "oa".into(), ..deliver() };
    store.raise(&crm(), &accounts(), &[], &elsewhere, false, NOW).await.unwrap();
    settle(&store, &lease, vec![settlement(&tasks[0], State::Retrying)]).await;
    assert_eq!(due_ids(&store, later(59), 10, &[]).await, [tasks[1].id]);
    assert_eq!(due_ids(&store, later(60), 10, &[]).await, [tasks[1].id, tasks[0].id]);
    assert_eq!(store.due(&"oa".into(), NOW, 10, &[]).await.unwrap().len(), 2);
}

pub async fn open_intents_come_first(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["1", "2"]).await;
    let opening = creation(&tasks[1], "2");
    let link = store.open(&lease, vec![opening.clone()]).await.unwrap()[0].link;
    let due = store.due(&lane(), NOW, 10, &[]).await.unwrap();
    assert_eq!(due[0].task.id, tasks[1].id);
    assert_eq!(due[0].intent, Some(model::intent::Intent { link, ..opening.intent }));
    assert_eq!(due_ids(&store, NOW, 1, &[]).await, [tasks[1].id]);
    assert_eq!(due_ids(&store, NOW, 1, &[tasks[1].id]).await, [tasks[0].id]);
}

pub async fn what_rests_is_never_due(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["1", "2", "3", "4"]).await;
    let states = [State::Synced, State::Skipped, State::Failed, State::Ignored];
    let settlements = tasks.iter().zip(states).map(|(task, state)| settlement(task, state)).collect();
    settle(&store, &lease, settlements).await;
    assert_eq!(due_ids(&store, later(999_999), 10, &[]).await, []);
    assert_eq!(store.next_due(&lane()).await.unwrap(), None);
}

pub async fn the_next_due_time_is_that_of_the_earliest_task_of_the_lane(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    assert_eq!(store.next_due(&lane()).await.unwrap(), None);
    let tasks = ready(&store, &["1", "2", "3"]).await;
    assert_eq!(store.next_due(&lane()).await.unwrap(), Some(NOW));
    let at = |due| move |task| Settlement { due, ..settlement(task, State::Waiting) };
    let never = Timestamp(i64::MAX);
    let all = tasks.iter().map(at(never)).collect();
    settle(&store, &lease, all).await;
    assert_eq!(store.next_due(&lane()).await.unwrap(), None);
    settle(&store, &lease, vec![at(later(90))(&tasks[0]), at(later(30))(&tasks[1])]).await;
    assert_eq!(store.next_due(&lane()).await.unwrap(), Some(later(30)));
    assert_eq!(store.next_due(&"oa".into()).await.unwrap(), None);
}

pub async fn an_open_intents_time_counts_for_the_next_due_time(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    store.open(&lease, vec![creation(&task, "1")]).await.unwrap();
    let unknown = Settlement { intent: IntentChange::Keep, ..settlement(&task, State::Unknown) };
    settle(&store, &lease, vec![unknown]).await;
    assert_eq!(store.next_due(&lane()).await.unwrap(), Some(later(60)));
    assert_eq!(due_ids(&store, later(59), 10, &[]).await, []);
}

pub async fn tasks_are_found_by_flow_record_and_kind(fresh: Making<'_>) {
    let store = fresh().await;
    let task = ready(&store, &["1"]).await.remove(0);
    let flow = FlowName::new(FLOW);
    let of = [
        (flow.clone(), task.record, Kind::WriteBack),
        (flow.clone(), task.record, Kind::Deliver),
        ("customers-to-oa".into(), task.record, Kind::Deliver),
        (flow, model::RecordId(9_999), Kind::Deliver),
    ];
    assert_eq!(store.tasks_of(&of).await.unwrap(), [None, Some(task.clone()), None, None]);
    assert_eq!((task.state, task.want, task.done, task.tries, task.due), (State::Ready, 1, 0, 0, NOW));
}
