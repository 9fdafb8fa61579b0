//! What people ask.

use model::attempt::Attempt;
use model::task::{Kind, State};
use model::{RecordId, TaskId};

use super::given::*;
use crate::store::{FirstTry, FlowCount, Incoming, Ingest, Opening, Settlement, Story, TaskFilter};

async fn traced(store: &Fresh, text: &str) -> Vec<String> {
    let stories = store.trace(text, 10).await.unwrap();
    stories.into_iter().map(|story| story.record.key.id).collect()
}

pub async fn a_record_is_found_by_what_either_side_calls_it(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    take_in(&store, vec![incoming("64f0", 1, "上海测试公司"), incoming("64f1", 1, "北京测试公司")]).await;
    carry_over(&store, &lease, "64f0", "100001").await;
    for text in ["64f0", "KH-64f0", "上海测试公司", "100001", "CUST-64f0", " 100001 "] {
        assert_eq!(traced(&store, text).await, ["64f0"], "{text}");
    }
    for text in ["没有这家公司", "", " "] {
        assert!(traced(&store, text).await.is_empty(), "{text:?}");
    }
}

pub async fn exact_hits_come_before_beginnings(fresh: Making<'_>) {
    let store = fresh().await;
    let named = |id: &str, number: &str, name: &str| Incoming {
        number: Some(number.into()),
        ..incoming(id, 1, name)
    };
    take_in(
        &store,
        vec![named("a", "KH-10", "华为技术有限公司"), named("b", "KH-1", "华为"), named("c", "KH-2", "KH-1")],
    )
    .await;
    assert_eq!(traced(&store, "KH-1").await, ["b", "c", "a"]);
    assert_eq!(traced(&store, "华为").await, ["b", "a"]);
    assert_eq!(store.trace("KH-1", 2).await.unwrap().len(), 2);
}

/// Takes up all names there are.
async fn take_up(store: &Fresh) {
    while store.take_up_names(2).await.unwrap() > 0 {}
}

pub async fn a_part_of_a_name_is_found_whether_it_was_taken_up_or_not(fresh: Making<'_>) {
    let store = fresh().await;
    let names =
        [("1", "深圳华为技术有限公司"), ("2", "上海测试Qiao公司"), ("3", "华"), ("4", "中华为先 100%_")];
    take_in(&store, names.iter().map(|(id, name)| incoming(id, 1, name)).collect()).await;
    for is_taken_up in [false, true] {
        for (part, found) in [
            ("华为", &["4", "1"][..]),
            ("有限公司", &["1"]),
            ("公司", &["2", "1"]),
            ("QIAO", &["2"]),
            ("0%_", &["4"]),
            ("为华", &[]),
            ("华技", &[]),
            ("\"华为\"", &[]),
            ("华为 OR 公司", &[]),
        ] {
            assert_eq!(traced(&store, part).await, found, "{part}, taken up: {is_taken_up}");
        }
        assert_eq!(traced(&store, "华").await, ["3"], "one character is a whole name or none");
        assert_eq!(store.trace("公司", 1).await.unwrap().len(), 1);
        take_up(&store).await;
    }
}

pub async fn a_renamed_record_is_found_by_its_new_name_alone(fresh: Making<'_>) {
    let store = fresh().await;
    take_in(&store, vec![incoming("1", 1, "北京老字号"), incoming("2", 1, "北京另一家")]).await;
    take_up(&store).await;
    take_in(&store, vec![incoming("1", 2, "天津新字号")]).await;
    for _ in 0..2 {
        assert_eq!(traced(&store, "老字").await, [""; 0]);
        assert_eq!(traced(&store, "新字").await, ["1"]);
        assert_eq!(traced(&store, "京另").await, ["2"]);
        take_up(&store).await;
    }
    assert_eq!(store.take_up_names(10).await.unwrap(), 0, "each version is looked at once");
}

pub async fn what_is_linked_to_a_hit_is_told_too(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    ready(&store, &["64f0"]).await;
    carry_over(&store, &lease, "64f0", "100001").await;
    let customer = Incoming { number: None, ..incoming("100001", 1, "金蝶里的客户") };
    let read_there =
        Ingest { connection: erp(), object: customers(), raise: Vec::new(), ..page(vec![customer]) };
    store.ingest(read_there).await.unwrap();
    assert_eq!(traced(&store, "100001").await, ["100001", "64f0"]);
    assert_eq!(traced(&store, "KH-64f0").await, ["64f0", "100001"]);
    let story = store.trace("金蝶里的客户", 1).await.unwrap().remove(0);
    assert_eq!(story.links.len(), 1, "a link is told from its target's side too");
}

pub async fn a_notice_is_traced_to_its_record(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["64f0"]).await.remove(0);
    let notice = Opening {
        source: account("64f0#aa"),
        target_connection: "oa".into(),
        target_object: "notice".into(),
        ..creation(&task, "64f0")
    };
    let link = store.open(&lease, vec![notice]).await.unwrap()[0].link;
    settle(&store, &lease, vec![Settlement { link: Some(fills(link, "256271", "通知")), ..synced(&task) }])
        .await;
    assert_eq!(traced(&store, "256271").await, ["64f0"]);
}

pub async fn a_story_tells_all_of_a_record(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    take_in(&store, vec![incoming("1", 2, "改名后的客户")]).await;
    let tried = |state| Settlement { attempt: Some(attempt(&task, state)), ..settlement(&task, state) };
    settle(&store, &lease, vec![tried(State::Failed)]).await;
    settle(&store, &lease, vec![Settlement { raise: vec![write_back()], ..tried(State::Synced) }]).await;
    carry_over(&store, &lease, "1", "100001").await;
    let notice = Opening { source: account("1#aa"), target_connection: "oa".into(), ..creation(&task, "1") };
    store.open(&lease, vec![notice]).await.unwrap();
    let Story { record, arrivals, links, tasks, purged } = store.trace("KH-1", 1).await.unwrap().remove(0);
    let same = store.story(record.id).await.unwrap().unwrap();
    assert_eq!((same.record.key, same.tasks.len()), (record.key.clone(), tasks.len()));
    assert!(store.story(RecordId(record.id.0 + 1)).await.unwrap().is_none());
    assert_eq!(record.name.as_deref(), Some("改名后的客户"));
    assert_eq!(arrivals.iter().map(|arrival| arrival.revision).collect::<Vec<_>>(), [Some(2), Some(1)]);
    assert_eq!(links.iter().map(|link| &*link.source.id).collect::<Vec<_>>(), ["1", "1#aa"]);
    assert_eq!(tasks.iter().map(|told| told.task.kind).collect::<Vec<_>>(), [Kind::Deliver, Kind::WriteBack]);
    let states: Vec<_> = tasks[0].attempts.iter().map(|line| line.attempt.state).collect();
    assert_eq!(states, [State::Synced, State::Failed]);
    assert_eq!(purged, None);
}

pub async fn attempts_are_listed_newest_first(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    for state in [State::Retrying, State::Unknown, State::Synced] {
        settle(
            &store,
            &lease,
            vec![Settlement { attempt: Some(attempt(&task, state)), ..settlement(&task, state) }],
        )
        .await;
    }
    let lines = store.attempts(task.id, 2).await.unwrap();
    let states: Vec<_> = lines.iter().map(|line| line.attempt.state).collect();
    assert_eq!(states, [State::Synced, State::Unknown]);
    assert!(store.attempts(model::TaskId(9_999), 2).await.unwrap().is_empty());
}

pub async fn tasks_are_listed_by_flow_and_state_page_by_page(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["1", "2", "3", "4"]).await;
    let elsewhere = crate::store::Raise { flow: "customers-to-oa".into(), lane: "oa".into(), ..deliver() };
    store.raise(&crm(), &accounts(), &["1".into()], &elsewhere, false, NOW).await.unwrap();
    settle(&store, &lease, vec![failed(&tasks[0]), failed(&tasks[2])]).await;
    store.open(&lease, vec![creation(&tasks[1], "2")]).await.unwrap();
    let list = async |filter: TaskFilter| {
        let lines = store.tasks(&filter).await.unwrap();
        lines.into_iter().map(|line| line.source_id).collect::<Vec<_>>()
    };
    let all = TaskFilter::default();
    assert_eq!(list(all.clone()).await, ["1", "2", "3", "4", "1"]);
    let flow = TaskFilter { flow: Some(FLOW.into()), ..all.clone() };
    assert_eq!(list(flow.clone()).await, ["1", "2", "3", "4"]);
    let in_trouble = TaskFilter { states: vec![State::Failed, State::Unknown], ..flow.clone() };
    assert_eq!(list(in_trouble).await, ["1", "3"]);
    let second_page = TaskFilter { after: Some(tasks[0].id), limit: 2, ..flow };
    assert_eq!(list(second_page).await, ["2", "3"]);
    let lines = store.tasks(&all).await.unwrap();
    assert_eq!(lines[0].task.cause, Some(refused()));
    assert_eq!((lines[1].number.as_deref(), lines[1].name.as_deref()), (Some("KH-2"), Some("客户2")));
    assert_eq!(
        lines.iter().map(|line| line.has_intent).collect::<Vec<_>>(),
        [false, true, false, false, false]
    );
}

pub async fn counts_follow_every_move(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    assert!(store.counts().await.unwrap().is_empty());
    let tasks = ready(&store, &["1", "2", "3"]).await;
    let count = |kind, state, tasks| FlowCount { flow: FLOW.into(), kind, state, tasks };
    assert_eq!(store.counts().await.unwrap(), [count(Kind::Deliver, State::Ready, 3)]);
    let with_raise = Settlement { raise: vec![write_back()], ..synced(&tasks[0]) };
    settle(&store, &lease, vec![with_raise, failed(&tasks[1]), failed(&tasks[2])]).await;
    store.ignore(&[tasks[1].id], false).await.unwrap();
    store.replay(&[tasks[2].id], NOW).await.unwrap();
    assert_eq!(
        store.counts().await.unwrap(),
        [
            count(Kind::Deliver, State::Ready, 1),
            count(Kind::Deliver, State::Synced, 1),
            count(Kind::Deliver, State::Ignored, 1),
            count(Kind::WriteBack, State::Ready, 1),
        ]
    );
    assert!(
        store
            .settle(
                &lease,
                batch(vec![
                    failed(&tasks[2]),
                    Settlement { task: model::TaskId(9_999), ..failed(&tasks[2]) }
                ])
            )
            .await
            .is_err()
    );
    take_in(&store, vec![incoming("1", 2, "客户一改名")]).await;
    assert_eq!(
        store.counts().await.unwrap(),
        [
            count(Kind::Deliver, State::Ready, 2),
            count(Kind::Deliver, State::Ignored, 1),
            count(Kind::WriteBack, State::Ready, 1),
        ]
    );
}

pub async fn records_that_mention_something_are_found(fresh: Making<'_>) {
    let store = fresh().await;
    take_in(&store, vec![incoming("1", 1, "桥梁公司"), incoming("2", 1, "桥"), incoming("3", 1, "隧道")])
        .await;
    take_in(&store, vec![incoming("2", 2, "不再提起")]).await;
    let mentioning = async |texts: &[&str], limit| {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let found = store.mentioning(&crm(), &accounts(), &texts, limit).await.unwrap();
        found.into_iter().map(|record| record.key.id).collect::<Vec<_>>()
    };
    assert_eq!(mentioning(&["桥"], 9).await, ["1"], "what it said before counts no more");
    assert_eq!(mentioning(&["桥", "隧道", ""], 9).await, ["3", "1"]);
    assert_eq!(mentioning(&["桥", "隧道"], 1).await, ["3"]);
    assert!(store.mentioning(&erp(), &accounts(), &["桥".into()], 9).await.unwrap().is_empty());
}

pub async fn a_task_is_known_by_how_it_was_tried_first(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1", "2"]).await;
    let ids = [task[1].id, task[0].id, TaskId(9_999)];
    assert_eq!(store.tried_first(&ids).await.unwrap(), [None, None, None], "nothing was tried yet");
    for (version, state) in
        [(1, State::Retrying), (2, State::Synced), (3, State::Retrying), (4, State::Failed)]
    {
        let tried = Attempt { flow_version: version, started: later(version), ..attempt(&task[0], state) };
        let tried = Settlement { attempt: Some(tried), ..settlement(&task[0], state) };
        settle(&store, &lease, vec![tried]).await;
    }
    let synced = Attempt { flow_version: 7, started: later(7), ..attempt(&task[1], State::Synced) };
    let synced = Settlement { attempt: Some(synced), ..settlement(&task[1], State::Synced) };
    settle(&store, &lease, vec![synced]).await;
    let first = |version: i64| Some(FirstTry { started: later(version), flow_version: version });
    assert_eq!(store.tried_first(&ids).await.unwrap(), [first(7), first(3), None]);
}
