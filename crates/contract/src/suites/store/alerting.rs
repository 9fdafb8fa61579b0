//! Alerts: seen, told once, over, and the messages that tell.

use std::sync::Arc;

use model::alert::{Alert, AlertKind, MessageState, Owner, OwnerTold, Severity, Sighting};
use model::{AlertId, Cause, TaskId, Timestamp};

use super::given::{Making, NOW, later};
use crate::store::{MessageMove, NewMessage, Store, Telling};

fn failed(subject: &str, count: u64) -> Sighting {
    Sighting {
        kind: AlertKind::RecordFailed,
        subject: subject.into(),
        flow: Some("orders-to-erp".into()),
        connection: None,
        severity: Severity::Important,
        what: Cause::new("kingdee.rejected").with("message", "客户已禁用"),
        count,
        examples: vec!["XSDD000001".into(), "订单'二'".into()],
        options: "--flow orders-to-erp --state failed".into(),
    }
}

async fn only(store: &Arc<dyn Store>) -> Alert {
    let mut alerts = store.alerts(false, 10).await.unwrap();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    alerts.remove(0)
}

fn message(receiver: &str) -> NewMessage {
    NewMessage {
        receiver: receiver.into(),
        owner: None,
        title: "告警".into(),
        text: "3 条订单失败\nXSDD000001".into(),
        body: r#"{"alerts":[]}"#.into(),
    }
}

fn begun(id: AlertId, messages: Vec<NewMessage>) -> Telling {
    Telling { begun: vec![id], messages, ..Telling::default() }
}

fn ids(alerts: Vec<Alert>) -> Vec<AlertId> {
    alerts.into_iter().map(|alert| alert.id).collect()
}

pub async fn an_alert_is_open_for_as_long_as_it_is_seen(fresh: Making<'_>) {
    let store = fresh().await;
    store.sight(&[failed("订单", 3)], NOW).await.unwrap();
    store.sight(&[failed("订单", 5)], later(30)).await.unwrap();
    let alert = only(&store).await;
    assert_eq!(alert.seen, failed("订单", 5), "as it was seen last");
    assert_eq!((alert.since, alert.until, alert.told, alert.recovered), (NOW, later(30), None, None));
    assert_eq!(store.recover(later(30), later(60)).await.unwrap(), 0, "it was seen at that very time");
    assert_eq!(store.recover(later(31), later(60)).await.unwrap(), 1);
    assert_eq!(only(&store).await.recovered, Some(later(60)));
    assert!(store.alerts(true, 10).await.unwrap().is_empty());
    store.sight(&[failed("订单", 1)], later(90)).await.unwrap();
    let alerts = store.alerts(false, 10).await.unwrap();
    assert_eq!((alerts.len(), alerts[0].since), (2, later(90)), "what comes again is another alert");
    assert_eq!(store.alert(alerts[1].id).await.unwrap().as_ref(), Some(&alerts[1]));
    assert_eq!(store.alert(AlertId(9_999)).await.unwrap(), None);
}

pub async fn alerts_are_told_apart_by_kind_and_subject(fresh: Making<'_>) {
    let store = fresh().await;
    let down = Sighting {
        kind: AlertKind::ConnectionDown,
        flow: None,
        connection: Some("erp".into()),
        severity: Severity::Critical,
        ..failed("订单", 0)
    };
    store.sight(&[failed("订单", 1), failed("客户", 2), down.clone()], NOW).await.unwrap();
    let seen: Vec<Sighting> =
        store.alerts(true, 10).await.unwrap().into_iter().map(|alert| alert.seen).collect();
    assert_eq!(seen, [down, failed("客户", 2), failed("订单", 1)], "newest first");
    assert_eq!(store.alerts(true, 1).await.unwrap().len(), 1);
    store.sight(&[], later(1)).await.unwrap();
}

pub async fn people_are_told_of_an_alert_once_and_once_of_its_end(fresh: Making<'_>) {
    let store = fresh().await;
    assert_eq!(store.last_telling().await.unwrap(), None);
    store.sight(&[failed("订单", 3)], NOW).await.unwrap();
    let id = only(&store).await.id;
    assert_eq!(ids(store.untold().await.unwrap()), [id]);
    assert!(store.tell(&begun(id, vec![message("it")]), later(1)).await.unwrap());
    assert!(!store.tell(&begun(id, vec![message("it")]), later(2)).await.unwrap(), "somebody did already");
    assert_eq!(store.alert_messages(10).await.unwrap().len(), 1, "what is told twice is not kept");
    assert_eq!(only(&store).await.told, Some(later(1)));
    assert!(store.untold().await.unwrap().is_empty());
    assert_eq!(store.last_telling().await.unwrap(), Some(later(1)));
    store.recover(later(9), later(9)).await.unwrap();
    assert_eq!(ids(store.untold().await.unwrap()), [id]);
    let over = Telling { over: vec![id], ..Telling::default() };
    assert!(store.tell(&over, later(10)).await.unwrap());
    assert!(!store.tell(&over, later(11)).await.unwrap());
    assert!(store.untold().await.unwrap().is_empty());
    assert_eq!(store.last_telling().await.unwrap(), Some(later(10)));
}

pub async fn what_was_over_before_it_was_told_is_not_told(fresh: Making<'_>) {
    let store = fresh().await;
    store.sight(&[failed("订单", 3)], NOW).await.unwrap();
    store.recover(later(1), later(1)).await.unwrap();
    assert!(store.untold().await.unwrap().is_empty());
}

pub async fn a_message_goes_out_once(fresh: Making<'_>) {
    let store = fresh().await;
    let messages = vec![message("it"), message("王芳")];
    assert!(store.tell(&Telling { messages, ..Telling::default() }, NOW).await.unwrap());
    let unsent = store.unsent(NOW).await.unwrap();
    let receivers: Vec<&str> = unsent.iter().map(|message| &*message.receiver).collect();
    assert_eq!(receivers, ["it", "王芳"]);
    let one = &unsent[0];
    assert_eq!((&*one.text, &*one.body, one.made), ("3 条订单失败\nXSDD000001", r#"{"alerts":[]}"#, NOW));
    assert_eq!((one.state, one.due, one.tries, &one.cause), (MessageState::Waiting, NOW, 0, &None));
    let moved = |state, due: Timestamp| MessageMove {
        state,
        due,
        tries: 1,
        cause: Some(Cause::new("transport.timed_out").with("host", "钉钉")),
    };
    let sending = moved(MessageState::Sending, NOW);
    assert!(store.move_message(one.id, MessageState::Waiting, &sending).await.unwrap());
    assert!(!store.move_message(one.id, MessageState::Waiting, &sending).await.unwrap(), "it is on its way");
    assert_eq!(store.unsent(later(9)).await.unwrap().len(), 1);
    let again = moved(MessageState::Waiting, later(20));
    assert!(store.move_message(one.id, MessageState::Sending, &again).await.unwrap());
    assert_eq!(store.unsent(later(19)).await.unwrap().len(), 1);
    let due = store.unsent(later(20)).await.unwrap();
    assert_eq!((due.len(), due[0].tries, &due[0].cause), (2, 1, &again.cause));
    let newest = store.alert_messages(1).await.unwrap();
    assert_eq!(newest[0].receiver, "王芳");
}

pub async fn what_is_long_over_is_forgotten(fresh: Making<'_>) {
    let store = fresh().await;
    store.sight(&[failed("订单", 3), failed("客户", 1)], NOW).await.unwrap();
    store.recover(later(1), later(1)).await.unwrap();
    store.sight(&[failed("发票", 1)], NOW).await.unwrap();
    store.tell(&Telling { messages: vec![message("it")], ..Telling::default() }, NOW).await.unwrap();
    store.forget_alerts(later(1)).await.unwrap();
    assert_eq!(store.alerts(false, 10).await.unwrap().len(), 3, "they ended at that very time");
    assert!(store.alert_messages(10).await.unwrap().is_empty());
    store.forget_alerts(later(2)).await.unwrap();
    assert_eq!(only(&store).await.seen.subject, "发票", "what is open stays");
}

fn owner(alert: AlertId, task: i64, person: &str) -> OwnerTold {
    let owner = Owner { connection: "钉钉".into(), person: person.into() };
    OwnerTold { alert, task: TaskId(task), owner }
}

pub async fn an_owner_is_told_of_a_record_once_by_an_alert(fresh: Making<'_>) {
    let store = fresh().await;
    store.sight(&[failed("订单", 3), failed("客户", 1)], NOW).await.unwrap();
    let [customers, orders] = ids(store.alerts(true, 10).await.unwrap())[..] else { panic!("there are two") };
    let telling = |owners: Vec<OwnerTold>| {
        let told = NewMessage { owner: owners.last().map(|told| told.owner.clone()), ..message("王芳") };
        Telling { owners, messages: vec![told], ..Telling::default() }
    };
    let both = vec![owner(orders, 1, "wang"), owner(orders, 2, "wang")];
    assert!(store.tell(&telling(both.clone()), later(1)).await.unwrap());
    let told = store.owners_told(orders, &[TaskId(1), TaskId(2), TaskId(3)]).await.unwrap();
    assert_eq!(told, both.iter().map(|told| (told.clone(), later(1))).collect::<Vec<_>>());
    assert_eq!(store.last_telling().await.unwrap(), Some(later(1)), "who joins later is gathered");
    let [message] = &store.alert_messages(10).await.unwrap()[..] else { panic!("one message") };
    assert_eq!(message.owner.as_ref(), Some(&both[0].owner));
    // Somebody else tells the same; all of it or nothing.
    let again = vec![owner(orders, 3, "wang"), owner(orders, 2, "wang")];
    let beside = Telling { begun: vec![customers], ..telling(again) };
    assert!(!store.tell(&beside, later(2)).await.unwrap());
    assert!(store.owners_told(orders, &[TaskId(3)]).await.unwrap().is_empty());
    assert_eq!(store.alert(customers).await.unwrap().unwrap().told, None);
    assert_eq!(store.alert_messages(10).await.unwrap().len(), 1);
    assert_eq!(store.owners_told(orders, &[]).await.unwrap(), told, "of all its tasks");
    // Another record, another owner of the same, and another alert are told of.
    let others = vec![owner(orders, 3, "wang"), owner(orders, 1, "li"), owner(customers, 1, "wang")];
    assert!(store.tell(&telling(others), later(3)).await.unwrap());
    assert_eq!(store.owners_told(orders, &[TaskId(1)]).await.unwrap().len(), 2);
    // It is forgotten with its alert.
    store.sight(&[failed("客户", 1)], later(9)).await.unwrap();
    store.recover(later(9), later(10)).await.unwrap();
    store.forget_alerts(later(20)).await.unwrap();
    let all = [TaskId(1), TaskId(2), TaskId(3)];
    assert!(store.owners_told(orders, &all).await.unwrap().is_empty());
    assert_eq!(store.owners_told(customers, &all).await.unwrap().len(), 1, "it is open");
}
