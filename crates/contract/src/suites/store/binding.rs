//! Bindings: who is the same in two systems, and who waits to be told.

use model::binding::{Binding, BindingSide, How, Kind, Party};
use model::task::{State, Task};

use super::given::*;
use crate::store::{Awaited, BindingFilter, Settlement};

fn party(connection: &str, id: &str, number: Option<&str>, name: &str) -> Party {
    Party {
        connection: connection.into(),
        id: id.into(),
        number: number.map(str::to_owned),
        name: Some(name.into()),
    }
}

/// A CRM user and an ERP salesperson of that number.
fn salesperson(user: &str, number: &str) -> Binding {
    Binding {
        kind: Kind::Person,
        one: party("crm", user, None, &format!("用户{user}")),
        other: party("erp", &format!("9{number}"), Some(number), &format!("业务员{number}")),
        how: How::Hand,
        at: later(5),
    }
}

fn side(connection: &str, id: &str, other: &str) -> BindingSide {
    BindingSide {
        kind: Kind::Person,
        connection: connection.into(),
        id: id.into(),
        other_connection: other.into(),
    }
}

fn user(id: &str) -> BindingSide {
    side("crm", id, "erp")
}

fn seller(id: &str) -> BindingSide {
    side("erp", id, "crm")
}

async fn bound(store: &Fresh, sides: &[BindingSide]) -> Vec<Option<String>> {
    store.bound(sides).await.unwrap().into_iter().map(|party| party.map(|party| party.id)).collect()
}

fn ids(ids: &[&str]) -> Vec<Option<String>> {
    ids.iter().map(|id| (!id.is_empty()).then(|| (*id).to_owned())).collect()
}

pub async fn a_binding_is_found_from_either_side_by_id_or_number(fresh: Making<'_>) {
    let store = fresh().await;
    store.bind(&[salesperson("1000", "S001"), salesperson("1001", "S002")]).await.unwrap();
    let sides = [user("1001"), user("1009"), seller("9S001"), seller("S002"), user("1000"), seller("1000")];
    assert_eq!(bound(&store, &sides).await, ids(&["9S002", "", "1000", "1001", "9S001", ""]));
    let found = store.bound(&[user("1000")]).await.unwrap().remove(0);
    assert_eq!(found, Some(party("erp", "9S001", Some("S001"), "业务员S001")));
    let confusing =
        Binding { other: party("erp", "S001", Some("S003"), "业务员丙"), ..salesperson("1002", "") };
    store.bind(&[confusing]).await.unwrap();
    assert_eq!(bound(&store, &[seller("S001")]).await, ids(&["1002"]), "an id is meant before a number");
}

pub async fn a_person_has_one_counterpart_and_may_share_it(fresh: Making<'_>) {
    let store = fresh().await;
    store.bind(&[salesperson("1000", "S001"), salesperson("1001", "S001")]).await.unwrap();
    let sides = [user("1000"), user("1001"), seller("S001")];
    assert_eq!(bound(&store, &sides).await, ids(&["9S001", "9S001", "1000"]), "back, the first is meant");
    store.bind(&[salesperson("1000", "S002")]).await.unwrap();
    assert_eq!(bound(&store, &sides).await, ids(&["9S002", "9S001", "1001"]));
    let Binding { one, other, .. } = salesperson("1003", "S001");
    let turned = Binding { one: other, other: one, ..salesperson("1003", "S001") };
    store.bind(&[turned]).await.unwrap();
    assert_eq!(
        bound(&store, &[seller("S001"), user("1003"), user("1001")]).await,
        ids(&["1003", "9S001", ""])
    );
}

pub async fn binding_the_same_pair_again_keeps_its_place(fresh: Making<'_>) {
    let store = fresh().await;
    let both = [salesperson("1000", "S001"), salesperson("1001", "S001")];
    store.bind(&both).await.unwrap();
    let renamed = Binding { one: party("crm", "1000", None, "王强"), how: How::Import, ..both[0].clone() };
    store.bind(std::slice::from_ref(&renamed)).await.unwrap();
    assert_eq!(bound(&store, &[seller("S001")]).await, ids(&["1000"]));
    assert_eq!(store.bindings(&BindingFilter::default()).await.unwrap(), [renamed, both[1].clone()]);
}

pub async fn connections_and_kinds_are_told_apart(fresh: Making<'_>) {
    let store = fresh().await;
    let department = Binding { kind: Kind::Department, ..salesperson("1000", "D001") };
    let elsewhere = Binding { other: party("钉钉", "manager1", None, "王强"), ..salesperson("1000", "") };
    store.bind(&[salesperson("1000", "S001"), department, elsewhere]).await.unwrap();
    let departments = BindingSide { kind: Kind::Department, ..user("1000") };
    let sides = [user("1000"), departments, side("crm", "1000", "钉钉"), side("钉钉", "manager1", "erp")];
    assert_eq!(bound(&store, &sides).await, ids(&["9S001", "9D001", "manager1", ""]));
}

pub async fn who_is_forgotten_is_found_no_more(fresh: Making<'_>) {
    let store = fresh().await;
    let all = [salesperson("1000", "S001"), salesperson("1001", "S001"), salesperson("1002", "S002")];
    store.bind(&all).await.unwrap();
    assert_eq!(store.unbind(&[user("1002"), user("1009")]).await.unwrap(), 1);
    assert_eq!(store.unbind(&[seller("S001")]).await.unwrap(), 2, "from the other side, and all of them");
    assert_eq!(store.bindings(&BindingFilter::default()).await.unwrap(), []);
}

pub async fn bindings_are_listed_by_kind_and_connection(fresh: Making<'_>) {
    let store = fresh().await;
    let department = Binding { kind: Kind::Department, ..salesperson("1001", "D001") };
    let elsewhere =
        Binding { other: party("钉钉", "m1", None, "王强"), how: How::Rule, ..salesperson("1000", "") };
    let seller = salesperson("1000", "S001");
    store.bind(&[department.clone(), elsewhere.clone(), seller.clone()]).await.unwrap();
    let list = async |kind, connections: &[&str]| {
        let connections = connections.iter().map(|name| (*name).into()).collect();
        store.bindings(&BindingFilter { kind, connections }).await.unwrap()
    };
    assert_eq!(list(None, &[]).await, [seller.clone(), elsewhere.clone(), department.clone()]);
    assert_eq!(list(Some(Kind::Person), &["crm"]).await, [seller.clone(), elsewhere]);
    assert_eq!(list(None, &["erp", "crm"]).await, [seller, department]);
    assert_eq!(list(None, &["erp", "钉钉"]).await, []);
}

fn waits(task: &Task, awaited: impl Into<Awaited>) -> Settlement {
    Settlement {
        cause: Some(model::Cause::new("engine.waits_for_person").with("id", "1000")),
        due: model::Timestamp(i64::MAX),
        awaits: Some(awaited.into()),
        ..settlement(task, State::Waiting)
    }
}

pub async fn a_task_that_awaits_a_binding_wakes_when_it_is_made(fresh: Making<'_>) {
    for awaited in [user("1000"), seller("9S001"), seller("S001")] {
        for state in [State::Waiting, State::Failed, State::Unknown] {
            let store = fresh().await;
            let lease = lease(&store).await;
            let task = ready(&store, &["1"]).await.remove(0);
            let round = Settlement { state, ..waits(&task, awaited.clone()) };
            settle(&store, &lease, vec![round]).await;
            assert_eq!(task_of(&store, "1").await.state, state);
            store.bind(&[salesperson("1000", "S001")]).await.unwrap();
            let woken = task_of(&store, "1").await;
            match state {
                State::Unknown => assert_eq!(woken.state, State::Unknown),
                _ => assert_eq!((woken.state, woken.due, woken.cause), (State::Ready, later(5), None)),
            }
        }
    }
}

pub async fn a_binding_made_just_before_wakes_at_once(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    store.bind(&[salesperson("1000", "S001")]).await.unwrap();
    settle(&store, &lease, vec![waits(&task, user("1000"))]).await;
    let woken = task_of(&store, "1").await;
    assert_eq!((woken.state, woken.due, woken.cause), (State::Ready, later(2), None));
}

pub async fn another_binding_wakes_nobody(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    settle(&store, &lease, vec![waits(&task, user("1000"))]).await;
    let department = Binding { kind: Kind::Department, ..salesperson("1000", "D001") };
    let elsewhere = Binding { other: party("钉钉", "m1", None, "王强"), ..salesperson("1000", "") };
    store.bind(&[salesperson("1001", "S001"), department, elsewhere]).await.unwrap();
    assert_eq!(task_of(&store, "1").await.state, State::Waiting);
}

pub async fn a_task_waits_for_one_thing_at_a_time(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["子公司", "母公司"]).await.remove(0);
    settle(&store, &lease, vec![waits(&task, user("1000"))]).await;
    settle(&store, &lease, vec![waits(&task, super::given::side("母公司"))]).await;
    store.bind(&[salesperson("1000", "S001")]).await.unwrap();
    assert_eq!(task_of(&store, "子公司").await.state, State::Waiting, "it waits for its parent now");
    carry_over(&store, &lease, "母公司", "100001").await;
    assert_eq!(task_of(&store, "子公司").await.state, State::Ready);
}
