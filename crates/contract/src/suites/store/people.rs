//! What people do to tasks.

use model::TaskId;
use model::task::State;

use super::given::*;
use crate::store::{AsOf, Settlement};

/// One task in each state.
async fn one_of_each(store: &Fresh) -> Vec<(State, TaskId)> {
    let lease = lease(store).await;
    let ids: Vec<&str> = State::ALL.iter().map(|state| state.name()).collect();
    let tasks = ready(store, &ids).await;
    let settlements = tasks.iter().zip(State::ALL).map(|(task, state)| Settlement {
        cause: (!matches!(state, State::Ready | State::Synced)).then(refused),
        tries: 5,
        ..settlement(task, state)
    });
    settle(store, &lease, settlements.collect()).await;
    State::ALL.into_iter().zip(tasks.into_iter().map(|task| task.id)).collect()
}

pub async fn a_person_lets_what_stands_still_run_now(fresh: Making<'_>) {
    let store = fresh().await;
    let tasks = one_of_each(&store).await;
    let ids: Vec<TaskId> = tasks.iter().map(|(_, id)| *id).chain([TaskId(9_999)]).collect();
    assert_eq!(store.replay(&ids, later(5)).await.unwrap(), 6);
    for (state, becomes) in [
        (State::Failed, State::Ready),
        (State::Ignored, State::Ready),
        (State::Closed, State::Ready),
        (State::Waiting, State::Ready),
        (State::Retrying, State::Ready),
    ] {
        let now = task_of(&store, state.name()).await;
        let expected = (becomes, later(5), 0, None);
        assert_eq!((now.state, now.due, now.tries, now.cause), expected, "{}", state.name());
    }
    let unknown = task_of(&store, "unknown").await;
    let expected = (State::Unknown, later(5), 5, Some(refused()));
    assert_eq!((unknown.state, unknown.due, unknown.tries, unknown.cause), expected);
    for state in [State::Ready, State::Synced, State::Skipped] {
        let now = task_of(&store, state.name()).await;
        assert_eq!((now.state, now.due), (state, later(60)), "{}", state.name());
    }
}

pub async fn a_person_sets_failed_and_waiting_tasks_aside(fresh: Making<'_>) {
    let store = fresh().await;
    let tasks = one_of_each(&store).await;
    let ids: Vec<TaskId> = tasks.iter().map(|(_, id)| *id).collect();
    assert_eq!(store.ignore(&ids, false).await.unwrap(), 2);
    for (state, _) in tasks {
        let now = task_of(&store, state.name()).await;
        let set_aside = matches!(state, State::Failed | State::Waiting);
        assert_eq!(now.state, if set_aside { State::Ignored } else { state }, "{}", state.name());
        assert!(!set_aside || now.cause.is_some(), "why it stood still is not forgotten");
    }
}

pub async fn what_is_set_aside_until_its_record_changes_wakes_then(fresh: Making<'_>) {
    let store = fresh().await;
    let tasks = one_of_each(&store).await;
    let failed = tasks.iter().find(|(state, _)| *state == State::Failed).unwrap().1;
    assert_eq!(store.ignore(&[failed], true).await.unwrap(), 1);
    assert_eq!(store.ignore(&[failed], true).await.unwrap(), 0, "it is so already");
    let aside = task_of(&store, "failed").await;
    assert!(aside.waits_for_a_change() && aside.cause.is_some());
    take_in(&store, vec![incoming("failed", 2, "换了名字")]).await;
    let woken = task_of(&store, "failed").await;
    assert_eq!((woken.state, woken.tries), (State::Ready, 0));
    // One that was set aside for good stays so, until somebody thinks better of it.
    let ignored = tasks.iter().find(|(state, _)| *state == State::Ignored).unwrap().1;
    take_in(&store, vec![incoming("ignored", 2, "换了名字")]).await;
    assert_eq!(task_of(&store, "ignored").await.state, State::Ignored);
    assert_eq!(store.ignore(&[ignored], true).await.unwrap(), 1);
    assert!(task_of(&store, "ignored").await.waits_for_a_change());
}

pub async fn a_task_with_an_open_intent_is_not_set_aside(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    store.open(&lease, vec![creation(&task, "1")]).await.unwrap();
    settle(&store, &lease, vec![settlement(&task, State::Waiting)]).await;
    assert_eq!(store.ignore(&[task.id], false).await.unwrap(), 0);
    assert_eq!(task_of(&store, "1").await.state, State::Waiting);
}

pub async fn replaying_keeps_an_open_intent(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    store.open(&lease, vec![creation(&task, "1")]).await.unwrap();
    settle(&store, &lease, vec![settlement(&task, State::Unknown)]).await;
    assert_eq!(store.replay(&[task.id], later(5)).await.unwrap(), 1);
    let due = store.due(&lane(), later(5), 10, &[]).await.unwrap().remove(0);
    assert_eq!(due.task.state, State::Unknown);
    assert!(due.intent.is_some());
}

pub async fn an_earlier_mapping_is_for_one_delivery(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["1", "2", "3"]).await;
    settle(&store, &lease, tasks.iter().map(|task| settlement(task, State::Failed)).collect()).await;
    let then = later(-3_600);
    let asked: Vec<AsOf> = tasks.iter().map(|task| AsOf { task: task.id, at: then, want: 1 }).collect();
    let unknown = AsOf { task: TaskId(9_999), at: then, want: 1 };
    let all: Vec<AsOf> = asked.iter().copied().chain([unknown]).collect();
    assert_eq!(store.replay_as_of(&all, later(5)).await.unwrap(), 3);
    let due = store.due(&lane(), later(5), 10, &[]).await.unwrap();
    assert!(due.iter().all(|due| due.task.as_of == Some(then) && due.task.state == State::Ready));
    // Tried again, it is the same delivery; at rest it is over; and a change is another one.
    let retrying = settlement(&tasks[0], State::Retrying);
    settle(&store, &lease, vec![retrying, settlement(&tasks[1], State::Failed)]).await;
    take_in(&store, vec![incoming("3", 2, "换了名字")]).await;
    assert_eq!(task_of(&store, "1").await.as_of, Some(then));
    assert_eq!(task_of(&store, "2").await.as_of, None);
    assert_eq!((task_of(&store, "3").await.as_of, task_of(&store, "3").await.want), (None, 2));
    let newer = AsOf { want: 4, ..asked[1] };
    assert_eq!(store.replay_as_of(&[newer], later(6)).await.unwrap(), 1);
    assert_eq!(task_of(&store, "2").await.want, 4);
    assert_eq!(store.replay(&[tasks[0].id], later(7)).await.unwrap(), 1);
    assert_eq!(task_of(&store, "1").await.as_of, None, "as things are in force");
}

pub async fn what_was_done_elsewhere_rests_until_its_record_changes(fresh: Making<'_>) {
    let store = fresh().await;
    let tasks = one_of_each(&store).await;
    let ids: Vec<TaskId> = tasks.iter().map(|(_, id)| *id).collect();
    assert_eq!(store.close(&ids).await.unwrap(), 4);
    assert_eq!(store.close(&ids).await.unwrap(), 0, "it is so already");
    for (state, _) in &tasks {
        let now = task_of(&store, state.name()).await;
        let is_closed = matches!(
            state,
            State::Failed | State::Waiting | State::Retrying | State::Ignored | State::Closed
        );
        assert_eq!(now.state == State::Closed, is_closed, "{}", state.name());
        assert!(!is_closed || now.cause.is_some(), "why it stood still is not forgotten");
    }
    take_in(&store, vec![incoming("failed", 2, "换了名字")]).await;
    let opened = task_of(&store, "failed").await;
    assert_eq!((opened.state, opened.tries, opened.want), (State::Ready, 0, 2));
}

pub async fn a_task_with_an_open_intent_is_not_closed(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    store.open(&lease, vec![creation(&task, "1")]).await.unwrap();
    settle(&store, &lease, vec![settlement(&task, State::Waiting)]).await;
    assert_eq!(store.close(&[task.id]).await.unwrap(), 0);
}
