//! Opening: the link reserved and the intent stored, before any call goes out.

use model::Hash;
use model::step::Action;
use model::task::{Kind, State};

use super::given::*;
use crate::store::{IntentChange, OpenIntent, Opened, Opening, Settlement};

pub async fn opening_reserves_a_link_and_stores_the_intent(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["1", "2"]).await;
    let openings = vec![creation(&tasks[0], "1"), creation(&tasks[1], "2")];
    let opened = store.open(&lease, openings.clone()).await.unwrap();
    assert!(opened.iter().all(|opened| opened.target_id.is_none()));
    assert_ne!(opened[0].link, opened[1].link);
    let link = store.by_source(&[side("2")]).await.unwrap().remove(0).unwrap();
    assert_eq!((link.id, link.source, link.target_id), (opened[1].link, account("2"), None));
    let due = store.due(&lane(), NOW, 10, &[]).await.unwrap();
    let intents: Vec<_> = due.into_iter().map(|due| due.intent.unwrap()).collect();
    let stored = |n: usize| model::intent::Intent { link: opened[n].link, ..openings[n].intent.clone() };
    assert_eq!(intents, [stored(0), stored(1)]);
}

pub async fn opening_again_finds_the_same_link_and_what_fills_it(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    let opening = creation(&task, "1");
    let first = store.open(&lease, vec![opening.clone()]).await.unwrap().remove(0);
    let second = store.open(&lease, vec![opening.clone()]).await.unwrap().remove(0);
    assert_eq!(second, first);
    settle(
        &store,
        &lease,
        vec![Settlement { link: Some(fills(first.link, "100001", "CUST0001")), ..synced(&task) }],
    )
    .await;
    let again = store.open(&lease, vec![opening]).await.unwrap();
    assert_eq!(again, [Opened { link: first.link, target_id: Some("100001".into()) }]);
}

pub async fn while_a_write_is_open_nothing_is_agreed(fresh: Making<'_>) {
    for (action, kind, agreement_stays) in [
        (Action::Update, Kind::Deliver, false),
        (Action::Transition("Audit".into()), Kind::Deliver, false),
        (Action::Delete, Kind::Deliver, false),
        (Action::Notify, Kind::Deliver, true),
        (Action::Update, Kind::WriteBack, true),
    ] {
        let store = fresh().await;
        let lease = lease(&store).await;
        let delivered = ready(&store, &["1"]).await.remove(0);
        carry_over(&store, &lease, "1", "100001").await;
        let with_raise = Settlement { raise: vec![write_back()], ..synced(&delivered) };
        settle(&store, &lease, vec![with_raise]).await;
        let task = find_task(&store, "1", kind).await.unwrap();
        let mut opening = creation(&task, "1");
        opening.intent.step = step(action.clone());
        store.open(&lease, vec![opening]).await.unwrap();
        let agreed_now = store.by_source(&[side("1")]).await.unwrap().remove(0).unwrap().agreed;
        let mapped = agreement_stays.then(|| Hash::of_text("mapped"));
        let expected = model::link::Agreed { mapped, ..agreed() };
        assert_eq!(agreed_now, expected, "{} {}", action.name(), kind.name());
    }
}

pub async fn a_notice_has_a_link_of_its_own(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    let notice = |hash: &str| Opening {
        source: account(&format!("1#{hash}")),
        target_connection: "oa".into(),
        target_object: "notice".into(),
        ..creation(&task, "1")
    };
    let opened = store.open(&lease, vec![notice("aa"), notice("bb"), notice("aa")]).await.unwrap();
    assert_eq!(opened[0], opened[2]);
    assert_ne!(opened[0].link, opened[1].link);
}

pub async fn a_task_set_aside_goes_on_when_its_write_is_opened(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    settle(&store, &lease, vec![settlement(&task, State::Waiting)]).await;
    assert_eq!(store.ignore(&[task.id], false).await.unwrap(), 1);
    store.open(&lease, vec![creation(&task, "1")]).await.unwrap();
    let due = store.due(&lane(), NOW, 10, &[]).await.unwrap();
    assert_eq!(due.len(), 1, "an open intent never lies where nobody looks");
    assert!(due[0].intent.is_some());
}

pub async fn an_intent_stays_until_it_is_closed_or_replaced(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    let opening = creation(&task, "1");
    let link = store.open(&lease, vec![opening.clone()]).await.unwrap()[0].link;
    let created = model::intent::Intent { link, ..opening.intent };
    let submit = model::intent::Intent { step: step(Action::Transition("Submit".into())), ..created.clone() };
    for (change, open) in [
        (IntentChange::Keep, Some(created)),
        (IntentChange::Replace(Box::new(submit.clone())), Some(submit)),
        (IntentChange::Close, None),
    ] {
        let round = Settlement { intent: change.clone(), due: NOW, ..settlement(&task, State::Retrying) };
        settle(&store, &lease, vec![round]).await;
        let due = store.due(&lane(), NOW, 10, &[]).await.unwrap().remove(0);
        assert_eq!(due.intent, open, "{change:?}");
    }
}

pub async fn what_is_under_way_is_found_by_its_key(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["1", "2", "3", "4"]).await;
    let key = |value: &str| vec![("销售订单".to_owned(), value.to_owned())];
    let opening = |task, id, value: &str| {
        let opening = creation(task, id);
        Opening { intent: model::intent::Intent { key: key(value), ..opening.intent }, ..opening }
    };
    let openings =
        vec![opening(&tasks[0], "1", "甲"), opening(&tasks[1], "2", "甲"), opening(&tasks[2], "3", "乙")];
    store.open(&lease, openings).await.unwrap();
    let asked = [key("丙"), key("甲"), key("乙"), Vec::new()];
    let under_way = |n: usize| OpenIntent {
        task: tasks[n].id,
        flow: tasks[n].flow.clone(),
        object: "BD_Customer".into(),
        sent: NOW,
    };
    let (first, second, third) = (under_way(0), under_way(1), under_way(2));
    let found = store.open_intents(&lane(), &asked).await.unwrap();
    assert_eq!(found, [vec![], vec![first.clone(), second], vec![third], vec![]]);
    let elsewhere = store.open_intents(&"oa".into(), &asked).await.unwrap();
    assert!(elsewhere.iter().all(Vec::is_empty), "what another system has under way is not its business");
    // One that a person must look at is under way no more; nor is one that is settled.
    let settled =
        Settlement { intent: IntentChange::Close, due: NOW, ..settlement(&tasks[1], State::Retrying) };
    settle(&store, &lease, vec![settlement(&tasks[2], State::Failed), settled]).await;
    settle(&store, &lease, vec![settlement(&tasks[0], State::Unknown)]).await;
    let found = store.open_intents(&lane(), &asked).await.unwrap();
    assert_eq!(found, [vec![], vec![first], vec![], vec![]]);
    assert_eq!(store.open_intents(&lane(), &[]).await.unwrap(), Vec::<Vec<OpenIntent>>::new());
}
