//! What the promises start from: a CRM's accounts that a flow carries to an ERP, as customers.

use std::sync::Arc;

use model::attempt::{Attempt, CallRecord, StepTaken};
use model::intent::Intent;
use model::link::{Agreed, KnownBy, LinkSide, Referent};
use model::record::RecordKey;
use model::step::{Action, Step};
use model::task::{Kind, State, Task};
use model::{Cause, ConnectionName, FlowName, Hash, LaneName, LinkId, ObjectName, RecordId, Timestamp};

use crate::store::{
    Incoming, Ingest, Ingested, IntentChange, Lease, LineChange, LinkChange, LinkRef, Opening, Raise,
    Reading, Settled, Settlement, SettlementBatch, Store,
};

pub(super) use super::Making;

pub(super) type Fresh = Arc<dyn Store>;

pub(super) const FLOW: &str = "customers-to-erp";
pub(super) const LANE: &str = "erp";
/// A list of the customers whose lines are told apart.
pub(super) const CONTACTS: &str = "FT_BD_CUSTCONTACT";
pub(super) const OWNER: &str = "甲";
pub(super) const NOW: Timestamp = Timestamp(1_780_000_000_000);

pub(super) fn later(seconds: i64) -> Timestamp {
    Timestamp(NOW.0 + seconds * 1_000)
}

pub(super) fn crm() -> ConnectionName {
    "crm".into()
}

pub(super) fn erp() -> ConnectionName {
    "erp".into()
}

pub(super) fn accounts() -> ObjectName {
    "AccountObj".into()
}

pub(super) fn customers() -> ObjectName {
    "BD_Customer".into()
}

pub(super) fn account(id: &str) -> RecordKey {
    RecordKey::new(&crm(), &accounts(), id)
}

/// Which link the account's customer has.
pub(super) fn side(id: &str) -> LinkSide {
    LinkSide { source: account(id), target_connection: erp(), target_object: Some(customers()) }
}

/// The customer at the ERP, as one of its flows back to the CRM refers to it.
pub(super) fn customer(id: &str, by: KnownBy) -> Referent {
    Referent { of: RecordKey::new(&erp(), &customers(), id), by, connection: crm(), object: Some(accounts()) }
}

/// What stands at the ERP for the CRM's account.
pub(super) fn account_there(id: &str, by: KnownBy) -> Referent {
    Referent { by, ..side(id).into() }
}

/// What is known of the lines of the customers' list of contacts.
pub(super) fn contact_lines(whole: bool, pairs: &[(&str, &str)]) -> LineChange {
    let pair = |(line, row): &(&str, &str)| ((*line).to_owned(), (*row).to_owned());
    LineChange { list: CONTACTS.into(), whole, pairs: pairs.iter().map(pair).collect() }
}

pub(super) fn deliver() -> Raise {
    Raise { flow: FLOW.into(), kind: Kind::Deliver, lane: LANE.into() }
}

pub(super) fn write_back() -> Raise {
    Raise { flow: FLOW.into(), kind: Kind::WriteBack, lane: "crm".into() }
}

/// An account of that version and name; its number is the id with a prefix.
pub(super) fn incoming(id: &str, version: i64, name: &str) -> Incoming {
    Incoming {
        id: id.into(),
        number: Some(format!("KH-{id}")),
        name: Some(name.into()),
        version: Some(version),
        void: false,
        hash: Hash::of_text(name),
        body: format!(r#"{{"_id":"{id}","name":"{name}"}}"#),
        part_of: None,
        open: None,
        receipt: None,
        merged_onto: None,
    }
}

/// A polled page that raises the flow's tasks.
pub(super) fn page(incoming: Vec<Incoming>) -> Ingest {
    Ingest {
        connection: crm(),
        object: accounts(),
        reading: Reading::Poll,
        at: NOW,
        incoming,
        absent: Vec::new(),
        raise: vec![deliver()],
        cursor: None,
        based_on: None,
        under: None,
        calls: Vec::new(),
    }
}

pub(super) async fn take_in(store: &Fresh, incoming: Vec<Incoming>) -> Ingested {
    store.ingest(page(incoming)).await.unwrap()
}

pub(super) async fn lease(store: &Fresh) -> Lease {
    store.lease(&LANE.into(), OWNER, NOW, later(3_600)).await.unwrap().expect("nobody else holds the lane")
}

pub(super) async fn record_of(store: &Fresh, id: &str) -> RecordId {
    store.find(&[account(id)]).await.unwrap().remove(0).expect("the account was taken in").id
}

/// The flow's task for an account that was taken in.
pub(super) async fn task_of(store: &Fresh, id: &str) -> Task {
    find_task(store, id, Kind::Deliver).await.expect("the account's task was raised")
}

pub(super) async fn find_task(store: &Fresh, id: &str, kind: Kind) -> Option<Task> {
    let of = (FlowName::new(FLOW), record_of(store, id).await, kind);
    store.tasks_of(&[of]).await.unwrap().remove(0)
}

/// Accounts that were taken in and are ready to be carried over.
pub(super) async fn ready(store: &Fresh, ids: &[&str]) -> Vec<Task> {
    take_in(store, ids.iter().map(|id| incoming(id, 1, &format!("客户{id}"))).collect()).await;
    let mut tasks = Vec::new();
    for id in ids {
        tasks.push(task_of(store, id).await);
    }
    tasks
}

/// An intent to create the account's customer.
pub(super) fn creation(task: &Task, id: &str) -> Opening {
    Opening {
        intent: Intent {
            task: task.id,
            link: LinkId(0),
            step: step(Action::Create),
            key: vec![("FNumber".into(), format!("KH-{id}"))],
            revision: task.want,
            sent: NOW,
        },
        source: account(id),
        target_connection: erp(),
        target_object: customers(),
        may_hold: None,
    }
}

pub(super) fn step(action: Action) -> Step {
    Step {
        action,
        object: "BD_Customer".into(),
        id: None,
        number: None,
        document: r#"{"FName":"客户甲","FCreditLimit":1000.50}"#.into(),
        options: String::new(),
        row_of: None,
    }
}

/// The task has come to that state with the revision it wants now.
pub(super) fn settlement(task: &Task, state: State) -> Settlement {
    Settlement {
        task: task.id,
        revision: task.want,
        state,
        cause: None,
        due: later(60),
        tries: 1,
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

pub(super) fn synced(task: &Task) -> Settlement {
    Settlement {
        done: Some(task.want),
        tries: 0,
        intent: IntentChange::Close,
        ..settlement(task, State::Synced)
    }
}

pub(super) fn failed(task: &Task) -> Settlement {
    Settlement { cause: Some(refused()), ..settlement(task, State::Failed) }
}

pub(super) fn refused() -> Cause {
    Cause::new("kingdee.rejected").with("message", "客户名称重复")
}

pub(super) fn fills(link: LinkId, id: &str, number: &str) -> LinkChange {
    LinkChange {
        link: LinkRef::Known(link),
        fill: Some((id.into(), Some(number.into()))),
        agreed: Some(agreed()),
        lines: Vec::new(),
    }
}

pub(super) fn agreed() -> Agreed {
    Agreed {
        mapped: Some(Hash::of_text("mapped")),
        target: Some(Hash::of_text("target")),
        written_back: None,
        fields: Some(r#"{"FName":"客户甲"}"#.into()),
        version: Some(1_780_000_000_000),
    }
}

pub(super) fn attempt(task: &Task, state: State) -> Attempt {
    Attempt {
        started: NOW,
        ended: later(1),
        flow_version: 2,
        revision: task.want,
        state,
        cause: (state == State::Failed).then(refused),
        steps: vec![StepTaken {
            name: "create".into(),
            at: NOW,
            cause: (state == State::Failed).then(refused),
            note: "CUST0001".into(),
        }],
    }
}

pub(super) fn call(number: u64) -> CallRecord {
    CallRecord {
        number,
        connection: erp(),
        operation: "Save".into(),
        method: "POST".into(),
        url: "https://erp.example/k3cloud/Save".into(),
        sent: NOW,
        took_ms: 42,
        status: Some(200),
        request: r#"{"FName":"客户甲"}"#.into(),
        response: "{}".into(),
    }
}

pub(super) async fn settle(store: &Fresh, lease: &Lease, settlements: Vec<Settlement>) -> Vec<Settled> {
    store.settle(lease, batch(settlements)).await.unwrap()
}

pub(super) fn batch(settlements: Vec<Settlement>) -> SettlementBatch {
    SettlementBatch { at: later(2), settlements, calls: Vec::new() }
}

/// Opens the creation of the account's customer and settles it as done.
pub(super) async fn carry_over(store: &Fresh, lease: &Lease, id: &str, target: &str) -> LinkId {
    let task = task_of(store, id).await;
    let opened = store.open(lease, vec![creation(&task, id)]).await.unwrap().remove(0);
    let number = format!("CUST-{id}");
    let done = Settlement { link: Some(fills(opened.link, target, &number)), ..synced(&task) };
    assert_eq!(settle(store, lease, vec![done]).await, [Settled::Done]);
    opened.link
}

pub(super) fn lane() -> LaneName {
    LANE.into()
}
