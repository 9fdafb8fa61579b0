//! Settling: what became of a round, all of it or nothing.

use model::task::{Kind, State};
use model::{Hash, TaskId};

use super::given::*;
use crate::store::{LinkChange, LinkRef, Settled, Settlement, SettlementBatch};

pub async fn a_settled_task_shows_what_it_came_to(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    assert_eq!(settle(&store, &lease, vec![failed(&task)]).await, [Settled::Done]);
    let now = task_of(&store, "1").await;
    assert_eq!((now.state, now.cause, now.tries, now.due), (State::Failed, Some(refused()), 1, later(60)));
    assert_eq!((now.want, now.done), (1, 0));
    settle(&store, &lease, vec![synced(&task)]).await;
    let now = task_of(&store, "1").await;
    assert_eq!((now.state, now.cause, now.done), (State::Synced, None, 1));
}

pub async fn a_link_is_filled_and_agreed_upon_with_the_settlement(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    ready(&store, &["1"]).await;
    carry_over(&store, &lease, "1", "100001").await;
    let link = store.by_source(&[side("1")]).await.unwrap().remove(0).unwrap();
    assert_eq!(link.target_id.as_deref(), Some("100001"));
    assert_eq!(link.target_number.as_deref(), Some("CUST-1"));
    assert_eq!(link.agreed, agreed());
}

pub async fn what_is_not_said_of_a_link_stays(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    let link = carry_over(&store, &lease, "1", "100001").await;
    let written_back =
        model::link::Agreed { written_back: Some(Hash::of_text("back")), ..Default::default() };
    let change = LinkChange {
        link: LinkRef::Known(link),
        fill: Some(("100001".into(), None)),
        agreed: Some(written_back),
        lines: Vec::new(),
    };
    settle(&store, &lease, vec![Settlement { link: Some(change), ..synced(&task) }]).await;
    let link = store.by_source(&[side("1")]).await.unwrap().remove(0).unwrap();
    assert_eq!(link.target_number.as_deref(), Some("CUST-1"));
    let expected = model::link::Agreed { written_back: Some(Hash::of_text("back")), ..agreed() };
    assert_eq!(link.agreed, expected);
}

pub async fn a_target_that_needs_no_write_is_linked_by_its_source(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["1", "2"]).await;
    let found = |id: &str, target: &str| LinkChange {
        link: LinkRef::Of { source: account(id), target_connection: erp(), target_object: customers() },
        ..fills(model::LinkId(0), target, "CUST0001")
    };
    let linked = Settlement { link: Some(found("1", "100001")), ..synced(&tasks[0]) };
    let taken = Settlement { link: Some(found("2", "100001")), ..synced(&tasks[1]) };
    let settled = settle(&store, &lease, vec![linked.clone(), taken]).await;
    assert_eq!(settled, [Settled::Done, Settled::Taken(account("1"))]);
    assert_eq!(settle(&store, &lease, vec![linked]).await, [Settled::Done]);
    let links = store.by_source(&[side("1"), side("2")]).await.unwrap();
    assert_eq!(links[0].as_ref().unwrap().target_id.as_deref(), Some("100001"));
    assert_eq!(links[1], None, "what is taken reserves nothing");
}

pub async fn a_target_is_never_linked_to_two_records(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["1", "2"]).await;
    carry_over(&store, &lease, "1", "100001").await;
    let opened = store.open(&lease, vec![creation(&tasks[1], "2")]).await.unwrap().remove(0);
    let before = store.due(&lane(), NOW, 10, &[]).await.unwrap();
    let settlement = Settlement {
        link: Some(fills(opened.link, "100001", "CUST-2")),
        attempt: Some(attempt(&tasks[1], State::Synced)),
        raise: vec![write_back()],
        ..synced(&tasks[1])
    };
    assert_eq!(settle(&store, &lease, vec![settlement]).await, [Settled::Taken(account("1"))]);
    assert_eq!(store.due(&lane(), NOW, 10, &[]).await.unwrap(), before, "nothing of it is stored");
    assert_eq!(store.by_source(&[side("2")]).await.unwrap()[0].as_ref().unwrap().target_id, None);
    assert!(store.attempts(tasks[1].id, 10).await.unwrap().is_empty());
    assert_eq!(find_task(&store, "2", Kind::WriteBack).await, None);
}

pub async fn one_taken_target_does_not_stop_the_others_of_its_batch(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["1", "2", "3"]).await;
    let openings = ["1", "2", "3"].iter().zip(&tasks).map(|(id, task)| creation(task, id)).collect();
    let opened = store.open(&lease, openings).await.unwrap();
    let done = |n: usize, target: &str| Settlement {
        link: Some(fills(opened[n].link, target, "CUST")),
        ..synced(&tasks[n])
    };
    let settled = settle(&store, &lease, vec![done(0, "A"), done(1, "A"), done(2, "C")]).await;
    assert_eq!(settled, [Settled::Done, Settled::Taken(account("1")), Settled::Done]);
    assert_eq!(task_of(&store, "2").await.state, State::Ready);
    assert_eq!(task_of(&store, "3").await.state, State::Synced);
}

pub async fn a_task_raised_while_it_ran_does_not_rest(fresh: Making<'_>) {
    for (came_to, becomes) in [
        (State::Synced, State::Ready),
        (State::Skipped, State::Ready),
        (State::Failed, State::Ready),
        (State::Retrying, State::Retrying),
        (State::Unknown, State::Unknown),
        (State::Waiting, State::Waiting),
    ] {
        let store = fresh().await;
        let lease = lease(&store).await;
        let running = ready(&store, &["1"]).await.remove(0);
        take_in(&store, vec![incoming("1", 2, "客户甲改名")]).await;
        let cause = (came_to == State::Failed).then(refused);
        let round = Settlement { cause, done: Some(1), ..settlement(&running, came_to) };
        settle(&store, &lease, vec![round]).await;
        let now = task_of(&store, "1").await;
        assert_eq!((now.state, now.want, now.done), (becomes, 2, 1), "{}", came_to.name());
        let expected = if becomes == State::Ready { (later(2), 0, None) } else { (later(60), 1, None) };
        assert_eq!((now.due, now.tries, now.cause), expected, "{}", came_to.name());
    }
}

pub async fn attempts_are_kept_with_their_calls(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["1", "2"]).await;
    let tried = |task, calls: &[u64], state| Settlement {
        attempt: Some(attempt(task, state)),
        calls: calls.to_vec(),
        ..settlement(task, state)
    };
    let settlements = vec![tried(&tasks[0], &[7, 8], State::Failed), tried(&tasks[1], &[8], State::Synced)];
    let batch = SettlementBatch { at: later(2), settlements, calls: vec![call(7), call(8), call(9)] };
    store.settle(&lease, batch).await.unwrap();
    let first = store.attempts(tasks[0].id, 10).await.unwrap();
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].attempt, attempt(&tasks[0], State::Failed));
    assert_eq!(first[0].calls, [call(7), call(8)]);
    assert_eq!(store.attempts(tasks[1].id, 10).await.unwrap()[0].calls, [call(8)]);
}

pub async fn write_backs_are_counted(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    for round in 1..=2 {
        let with_raise = Settlement { raise: vec![write_back()], ..synced(&task) };
        settle(&store, &lease, vec![with_raise]).await;
        let back = find_task(&store, "1", Kind::WriteBack).await.unwrap();
        assert_eq!((back.state, back.want, back.done, back.due), (State::Ready, round, 0, later(2)));
    }
    let lease = store.lease(&"crm".into(), OWNER, NOW, later(60)).await.unwrap().unwrap();
    let back = find_task(&store, "1", Kind::WriteBack).await.unwrap();
    settle(&store, &lease, vec![synced(&back)]).await;
    let back = find_task(&store, "1", Kind::WriteBack).await.unwrap();
    assert_eq!((back.state, back.want, back.done), (State::Synced, 2, 2));
}

pub async fn another_task_of_the_record_wants_its_newest_revision(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    take_in(&store, vec![incoming("1", 2, "客户甲改名")]).await;
    let notify = crate::store::Raise { kind: Kind::Notify, ..deliver() };
    settle(&store, &lease, vec![Settlement { raise: vec![notify], ..synced(&task) }]).await;
    assert_eq!(find_task(&store, "1", Kind::Notify).await.unwrap().want, 2);
}

pub async fn a_settlement_of_a_task_that_is_not_there_stores_nothing(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    let stranger = Settlement { task: TaskId(9_999), ..synced(&task) };
    assert!(store.settle(&lease, batch(vec![synced(&task), stranger])).await.is_err());
    assert_eq!(task_of(&store, "1").await, task);
}

pub async fn what_a_person_set_aside_meanwhile_stays_aside_unless_it_synced(fresh: Making<'_>) {
    for (came_to, becomes) in
        [(State::Failed, State::Ignored), (State::Retrying, State::Ignored), (State::Synced, State::Synced)]
    {
        let store = fresh().await;
        let lease = lease(&store).await;
        let task = ready(&store, &["1"]).await.remove(0);
        settle(&store, &lease, vec![failed(&task)]).await;
        store.ignore(&[task.id], false).await.unwrap();
        settle(&store, &lease, vec![settlement(&task, came_to)]).await;
        let now = task_of(&store, "1").await;
        assert_eq!(now.state, becomes, "{}", came_to.name());
        assert_eq!(now.cause.is_some(), becomes == State::Ignored, "{}", came_to.name());
    }
}
