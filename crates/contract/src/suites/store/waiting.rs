//! Waiting for a link: whoever needs it is woken when it is filled, whichever comes first.

use model::binding::{BindingSide, Kind};
use model::link::{KnownBy, LinkSide, Referent};
use model::record::RecordKey;
use model::task::State;

use super::given::*;
use crate::store::{Awaited, Incoming, Ingest, LinkChange, LinkRef, Settlement};

fn waits(task: &model::task::Task, awaited: impl Into<Referent>) -> Settlement {
    let awaited = awaited.into();
    Settlement {
        cause: Some(model::Cause::new("engine.parent").with("record", &awaited.of)),
        due: model::Timestamp(i64::MAX),
        awaits: Some(awaited.into()),
        ..settlement(task, State::Waiting)
    }
}

fn any_object(id: &str) -> LinkSide {
    LinkSide { target_object: None, ..side(id) }
}

pub async fn a_task_that_awaits_a_link_wakes_when_it_is_filled(fresh: Making<'_>) {
    for awaited in [side("母公司"), any_object("母公司")] {
        let store = fresh().await;
        let lease = lease(&store).await;
        let tasks = ready(&store, &["母公司", "子公司"]).await;
        settle(&store, &lease, vec![waits(&tasks[1], awaited)]).await;
        assert_eq!(task_of(&store, "子公司").await.state, State::Waiting);
        carry_over(&store, &lease, "母公司", "100001").await;
        let woken = task_of(&store, "子公司").await;
        assert_eq!((woken.state, woken.due, woken.cause), (State::Ready, later(2), None));
    }
}

pub async fn a_link_that_is_only_reserved_wakes_nobody(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["母公司", "子公司"]).await;
    settle(&store, &lease, vec![waits(&tasks[1], side("母公司"))]).await;
    store.open(&lease, vec![creation(&tasks[0], "母公司")]).await.unwrap();
    assert_eq!(task_of(&store, "子公司").await.state, State::Waiting);
}

pub async fn another_link_wakes_nobody(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["母公司", "子公司", "别家"]).await;
    let other_object = LinkSide { target_object: Some("BD_Supplier".into()), ..side("母公司") };
    let other_target = LinkSide { target_connection: "oa".into(), ..side("母公司") };
    settle(&store, &lease, vec![waits(&tasks[1], other_object)]).await;
    settle(&store, &lease, vec![waits(&tasks[2], other_target)]).await;
    carry_over(&store, &lease, "母公司", "100001").await;
    assert_eq!(task_of(&store, "子公司").await.state, State::Waiting);
    assert_eq!(task_of(&store, "别家").await.state, State::Waiting);
}

pub async fn a_link_filled_just_before_wakes_at_once(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["母公司", "子公司", "分公司"]).await;
    carry_over(&store, &lease, "母公司", "100001").await;
    settle(&store, &lease, vec![waits(&tasks[1], side("母公司")), waits(&tasks[2], any_object("母公司"))])
        .await;
    for id in ["子公司", "分公司"] {
        let woken = task_of(&store, id).await;
        assert_eq!((woken.state, woken.due, woken.cause), (State::Ready, later(2), None), "{id}");
    }
}

pub async fn a_change_wakes_a_task_that_awaits_a_link_whenever_it_comes(fresh: Making<'_>) {
    for change_first in [false, true] {
        let store = fresh().await;
        let lease = lease(&store).await;
        let task = ready(&store, &["子公司"]).await.remove(0);
        let wait = vec![waits(&task, side("母公司"))];
        let change = vec![incoming("子公司", 2, "换了母公司")];
        if change_first {
            take_in(&store, change).await;
            settle(&store, &lease, wait).await;
        } else {
            settle(&store, &lease, wait).await;
            take_in(&store, change).await;
        }
        let now = task_of(&store, "子公司").await;
        assert_eq!((now.state, now.want, now.cause), (State::Ready, 2, None), "change first: {change_first}");
    }
}

pub async fn what_failed_for_want_of_a_link_runs_again_when_it_is_filled(fresh: Making<'_>) {
    for filled_first in [false, true] {
        let store = fresh().await;
        let lease = lease(&store).await;
        let tasks = ready(&store, &["母公司", "子公司", "未知"]).await;
        let without_parent = |task, state| Settlement { state, tries: 6, ..waits(task, side("母公司")) };
        let rounds =
            vec![without_parent(&tasks[1], State::Failed), without_parent(&tasks[2], State::Unknown)];
        if filled_first {
            carry_over(&store, &lease, "母公司", "100001").await;
            settle(&store, &lease, rounds).await;
        } else {
            settle(&store, &lease, rounds).await;
            carry_over(&store, &lease, "母公司", "100001").await;
        }
        let woken = task_of(&store, "子公司").await;
        assert_eq!((woken.state, woken.due, woken.tries), (State::Ready, later(2), 0), "{filled_first}");
        assert_eq!(task_of(&store, "未知").await.state, State::Unknown, "{filled_first}");
    }
}

pub async fn what_waits_no_longer_is_not_woken(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["母公司", "子公司", "分公司"]).await;
    settle(&store, &lease, vec![waits(&tasks[1], side("母公司")), waits(&tasks[2], side("母公司"))]).await;
    store.ignore(&[tasks[1].id], false).await.unwrap();
    settle(&store, &lease, vec![settlement(&tasks[2], State::Retrying)]).await;
    carry_over(&store, &lease, "母公司", "100001").await;
    assert_eq!(task_of(&store, "子公司").await.state, State::Ignored);
    let retrying = task_of(&store, "分公司").await;
    assert_eq!((retrying.state, retrying.due), (State::Retrying, later(60)));
}

pub async fn whoever_awaits_either_side_of_a_link_is_woken_by_it(fresh: Making<'_>) {
    for awaited in [
        customer("100001", KnownBy::Id),
        customer("CUST-母公司", KnownBy::Number),
        account_there("KH-母公司", KnownBy::Number),
        Referent { object: None, ..customer("100001", KnownBy::Id) },
    ] {
        let store = fresh().await;
        let lease = lease(&store).await;
        let tasks = ready(&store, &["母公司", "早", "晚", "别家"]).await;
        let other = Referent { object: Some("LeadsObj".into()), connection: "oa".into(), ..awaited.clone() };
        settle(&store, &lease, vec![waits(&tasks[1], awaited.clone()), waits(&tasks[3], other)]).await;
        carry_over(&store, &lease, "母公司", "100001").await;
        settle(&store, &lease, vec![waits(&tasks[2], awaited.clone())]).await;
        assert_eq!(task_of(&store, "早").await.state, State::Ready, "{awaited:?}");
        assert_eq!(task_of(&store, "晚").await.state, State::Ready, "{awaited:?}");
        assert_eq!(task_of(&store, "别家").await.state, State::Waiting, "{awaited:?}");
    }
}

pub async fn a_task_that_awaits_a_line_wakes_when_the_line_is_linked(fresh: Making<'_>) {
    let contacts = || KnownBy::LineOf(CONTACTS.into());
    for awaited in [account_there("l1", contacts()), customer("8001", contacts())] {
        let store = fresh().await;
        let lease = lease(&store).await;
        let tasks = ready(&store, &["母公司", "早", "晚", "别行"]).await;
        let other = Referent { by: KnownBy::LineOf("FT_BD_CUSTBANK".into()), ..awaited.clone() };
        settle(&store, &lease, vec![waits(&tasks[1], awaited.clone()), waits(&tasks[3], other)]).await;
        let link = carry_over(&store, &lease, "母公司", "100001").await;
        assert_eq!(task_of(&store, "早").await.state, State::Waiting, "the document alone is not its line");
        let lines = vec![contact_lines(true, &[("l1", "8001")])];
        let change = LinkChange { link: LinkRef::Known(link), fill: None, agreed: None, lines };
        settle(&store, &lease, vec![Settlement { link: Some(change), ..synced(&tasks[0]) }]).await;
        settle(&store, &lease, vec![waits(&tasks[2], awaited.clone())]).await;
        assert_eq!(task_of(&store, "早").await.state, State::Ready, "{awaited:?}");
        assert_eq!(task_of(&store, "晚").await.state, State::Ready, "{awaited:?}");
        assert_eq!(task_of(&store, "别行").await.state, State::Waiting, "{awaited:?}");
    }
}

pub async fn whoever_waits_for_a_record_that_fails_looks_again_at_once(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["母公司", "按号", "按编码", "别家"]).await;
    let waiting = vec![
        waits(&tasks[1], account_there("母公司", KnownBy::Id)),
        waits(&tasks[2], account_there("KH-母公司", KnownBy::Number)),
        waits(&tasks[3], account_there("另一家", KnownBy::Id)),
    ];
    settle(&store, &lease, waiting).await;
    settle(&store, &lease, vec![failed(&tasks[0])]).await;
    for (id, due) in [("按号", later(2)), ("按编码", later(2)), ("别家", model::Timestamp(i64::MAX))] {
        let task = task_of(&store, id).await;
        assert_eq!((task.state, task.due), (State::Waiting, due), "{id}");
    }
    carry_over(&store, &lease, "母公司", "100001").await;
    assert_eq!(task_of(&store, "按号").await.state, State::Ready, "it still waits for the link");
}

pub async fn whoever_begins_to_wait_as_the_record_fails_looks_again_at_once(fresh: Making<'_>) {
    for parent_first in [true, false] {
        let store = fresh().await;
        let lease = lease(&store).await;
        let tasks = ready(&store, &["母公司", "子公司"]).await;
        let mut batch = vec![failed(&tasks[0]), waits(&tasks[1], side("母公司"))];
        if !parent_first {
            batch.reverse();
        }
        settle(&store, &lease, batch).await;
        let child = task_of(&store, "子公司").await;
        assert_eq!((child.state, child.due), (State::Waiting, later(2)), "parent first: {parent_first}");
    }
}

pub async fn what_was_skipped_beside_a_void_record_runs_again_when_that_is_in_force(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    ready(&store, &["总公司", "别家"]).await;
    carry_over(&store, &lease, "总公司", "100001").await;
    // The customer is read at the other side, too; its own flow has passed over it.
    let customer = incoming("100001", 1, "总公司");
    store.ingest(Ingest { connection: erp(), object: customers(), ..page(vec![customer]) }).await.unwrap();
    let key = RecordKey::new(&erp(), &customers(), "100001");
    let record = store.find(&[key]).await.unwrap().remove(0).unwrap().id;
    let there = async || {
        let of = (deliver().flow, record, deliver().kind);
        store.tasks_of(&[of]).await.unwrap().remove(0).unwrap()
    };
    let other = task_of(&store, "别家").await;
    let skips = vec![settlement(&there().await, State::Skipped), settlement(&other, State::Skipped)];
    settle(&store, &lease, skips).await;
    let account = |version, void| Incoming { void, ..incoming("总公司", version, "总公司") };
    take_in(&store, vec![account(2, true)]).await;
    assert_eq!(there().await.state, State::Skipped, "being voided wakes nobody");
    take_in(&store, vec![account(3, false)]).await;
    assert_eq!(there().await.state, State::Ready);
    assert_eq!(task_of(&store, "别家").await.state, State::Skipped);
}

pub async fn what_tasks_wait_for_is_told_as_it_was_said(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["母公司", "按号", "按编码", "按行", "按人"]).await;
    let awaited: Vec<Awaited> = vec![
        any_object("母公司").into(),
        account_there("KH-母公司", KnownBy::Number).into(),
        customer("8001", KnownBy::LineOf(CONTACTS.into())).into(),
        BindingSide { kind: Kind::Person, connection: crm(), id: "1000".into(), other_connection: erp() }
            .into(),
    ];
    let of = |(task, awaited): (&model::task::Task, &Awaited)| Settlement {
        awaits: Some(awaited.clone()),
        ..waits(task, side("母公司"))
    };
    settle(&store, &lease, tasks[1..].iter().zip(&awaited).map(of).collect()).await;
    let ids: Vec<_> = tasks.iter().rev().map(|task| task.id).collect();
    let mut told = store.awaited(&ids).await.unwrap();
    told.reverse();
    assert_eq!(told[0], None, "what is ready waits for nothing");
    assert_eq!(told[1..], awaited.iter().cloned().map(Some).collect::<Vec<_>>());
    carry_over(&store, &lease, "母公司", "100001").await;
    assert_eq!(store.awaited(&[tasks[1].id]).await.unwrap(), [None], "what came is waited for no longer");
}
