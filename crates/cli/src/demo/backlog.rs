//! The server's memory behind a backlog: idle, with tasks that wait, with records that are still to be brought over.
//!
//! The backlog is put into the database first, through the store itself; then a server starts on it, and its resident
//! memory is watched while it works.

use std::time::Duration;

use contract::store::{Due, Incoming, Ingest, Lease, Raise, Reading, Settlement, SettlementBatch, Store};
use contract::{Clock, Network};
use model::link::LinkSide;
use model::task::{Kind, State};
use model::{Hash, LaneName, Timestamp};

use super::asking::Asking;
use super::children::{Sandbox, Server};
use super::folder::{self, Folder};
use super::{Plan, Purpose};
use crate::clock::SystemClock;
use crate::config::{Database, Settings};
use crate::exit::Failure;
use crate::wire;

/// How long a server is watched.
const WATCH: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Records in one transaction.
const PAGE: u64 = 500;

/// What the server finds when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backlog {
    Nothing,
    /// So many tasks, each waiting for a parent that does not come.
    Waiting(u64),
    /// So many records whose tasks are due.
    Behind(u64),
}

/// The most resident memory that a server with this backlog was seen to use, in KiB.
///
/// # Errors
/// What could not be started or stored.
pub async fn memory(settings: &Settings, network: &dyn Network, backlog: Backlog) -> Result<u64, Failure> {
    let plan = Plan {
        example: "first".into(),
        records: 1,
        seed: 1,
        has_faults: false,
        kills: 0,
        purpose: Purpose::Measure,
        keeps: false,
    };
    let sandbox = Sandbox::start(plan.seed, plan.records).await?;
    let folder = Folder::set(&plan, sandbox.administrator())?;
    let asking = Asking::new(network, sandbox.control_base()?);
    folder::lift_limits(&asking).await?;
    folder.apply(&sandbox.variables()).await?;
    fill(settings, &folder, backlog).await?;
    let server = Server::start(&folder).await?;
    let until = SystemClock.now() + WATCH;
    let mut most = 0;
    while SystemClock.now() < until {
        most = most.max(server.memory_kib());
        SystemClock.sleep_until(SystemClock.now() + LOOK_EVERY).await;
    }
    Ok(most)
}

/// Puts the backlog into the demo's database, which is closed again before this returns.
async fn fill(settings: &Settings, demo: &Folder, backlog: Backlog) -> Result<(), Failure> {
    let folder = demo.data();
    let settings = Settings {
        database: Database::Sqlite(folder.join("qiao.db")),
        key_file: folder.join("key"),
        folder,
        ..settings.clone()
    };
    let store = wire::store(&settings, wire::Role::Command)?;
    let now = SystemClock.now();
    match backlog {
        Backlog::Nothing => {}
        Backlog::Behind(records) => {
            for first in (0..records).step_by(PAGE as usize) {
                store.ingest(page(first, now)).await?;
            }
        }
        Backlog::Waiting(tasks) => wait(&*store, tasks, now).await?,
    }
    Ok(())
}

async fn wait(store: &dyn Store, tasks: u64, now: Timestamp) -> Result<(), Failure> {
    let lane = LaneName::new("erp");
    let Some(lease) = store.lease(&lane, "bench", now, now + WATCH).await? else { return Ok(()) };
    for first in (0..tasks).step_by(PAGE as usize) {
        store.ingest(page(first, now)).await?;
        let due = store.due(&lane, now, PAGE as usize, &[]).await?;
        settle(store, &lease, &due, now).await?;
    }
    Ok(store.release(&lease).await?)
}

async fn settle(store: &dyn Store, lease: &Lease, due: &[Due], now: Timestamp) -> Result<(), Failure> {
    let settlements = due.iter().map(waiting).collect();
    store.settle(lease, SettlementBatch { at: now, settlements, calls: Vec::new() }).await?;
    Ok(())
}

/// The task waits for the link of its record's parent, which nobody brings.
fn waiting(due: &Due) -> Settlement {
    let mut parent = due.record.key.clone();
    parent.id = format!("parent-of-{}", parent.id);
    Settlement {
        state: State::Waiting,
        awaits: Some(
            LinkSide { source: parent, target_connection: "erp".into(), target_object: None }.into(),
        ),
        ..Settlement::of(&due.task, due.task.want, Timestamp(i64::MAX))
    }
}

fn page(first: u64, now: Timestamp) -> Ingest {
    Ingest {
        connection: "crm".into(),
        object: "AccountObj".into(),
        reading: Reading::History,
        at: now,
        incoming: (first..first + PAGE).map(incoming).collect(),
        absent: Vec::new(),
        raise: vec![Raise { flow: "customers-to-erp".into(), kind: Kind::Deliver, lane: "erp".into() }],
        cursor: None,
        based_on: None,
        under: None,
        calls: Vec::new(),
    }
}

/// A customer in force, of about a thousand bytes.
fn incoming(number: u64) -> Incoming {
    let (id, account) = (format!("64f0c1{number:018}"), format!("BL-{number:08}"));
    let name = format!("上海测试客户{number}有限公司");
    let remark = "战略客户,优先发货;".repeat(26);
    let body = format!(
        r#"{{"_id":"{id}","account_no":"{account}","name":"{name}","life_status":"normal","account_type":"1","tel":"021-55556666","address":"浦东新区测试路 {number} 号","remark":"{remark}","contacts":[]}}"#
    );
    Incoming {
        hash: Hash::of_text(&body),
        id,
        number: Some(account),
        name: Some(name),
        version: Some(1),
        void: false,
        body,
        part_of: None,
        open: None,
        receipt: None,
        merged_onto: None,
    }
}
