//! A store on a file, and the work that is measured.

use std::ops::Range;
use std::sync::Arc;

use contract::store::{
    Due, Incoming, Ingest, IntentChange, Lease, LinkChange, LinkRef, Opening, Raise, Reading, Settlement,
    SettlementBatch, Store,
};
use model::attempt::{Attempt, CallRecord, StepTaken};
use model::intent::Intent;
use model::link::{Agreed, LinkSide};
use model::step::{Action, Step};
use model::task::{Kind, State};
use model::{Hash, LaneName, LinkId, Timestamp};
use store::{Address, Key, Mode, Nonces, Options, PassingSchema, Postgres, Sqlite};

use crate::{BATCH, Numbers, PAGE};

pub const AT: Timestamp = Timestamp(1_780_000_000_000);

/// A record of about a thousand bytes.
pub const BODY: &str = include_str!("customer.json");

pub struct Filled {
    pub store: Arc<dyn Store>,
    numbers: Numbers,
    /// Gone after the store.
    _ground: Ground,
}

/// What the store stands on.
enum Ground {
    Memory,
    Folder { _folder: tempfile::TempDir },
    Schema { _schema: Box<PassingSchema> },
}

impl Filled {
    pub fn new() -> Filled {
        Filled::of_mode(Mode::Threads)
    }

    pub fn inline() -> Filled {
        Filled::of_mode(Mode::Inline)
    }

    pub fn memory() -> Filled {
        let store = Sqlite::memory(Key::new([7; 32])).expect("there is memory");
        Filled { store: Arc::new(store), numbers: Numbers::default(), _ground: Ground::Memory }
    }

    /// On the PostgreSQL server that QIAO_TEST_POSTGRES names, in a schema of its own.
    #[expect(clippy::disallowed_methods, reason = "benches have no configuration but their surroundings")]
    pub fn server() -> Option<Filled> {
        let url = std::env::var("QIAO_TEST_POSTGRES").ok()?;
        let address = Address::new(&url).expect("QIAO_TEST_POSTGRES is an address of PostgreSQL");
        let schema = PassingSchema::make(&address, "bench").expect("the server lets schemas be made");
        let store =
            Postgres::open(schema.address(), options(Mode::Threads)).expect("an empty schema is opened");
        let ground = Ground::Schema { _schema: Box::new(schema) };
        Some(Filled { store: Arc::new(store), numbers: Numbers::default(), _ground: ground })
    }

    fn of_mode(mode: Mode) -> Filled {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let store = Sqlite::open(&folder.path().join("qiao.db"), options(mode)).expect("a file can be made");
        let ground = Ground::Folder { _folder: folder };
        Filled { store: Arc::new(store), numbers: Numbers::default(), _ground: ground }
    }

    pub fn numbers(&self, count: u64) -> Range<u64> {
        self.numbers.take(count)
    }

    pub async fn ingest(&self, count: u64) {
        self.store.ingest(page(self.numbers(count))).await.expect("the disk has room");
    }

    pub async fn lease(&self) -> Lease {
        let lease = self.store.lease(&lane(), "bench", AT, AT).await.expect("the disk has room");
        lease.expect("nobody else holds the lane")
    }

    /// New tasks, ready to be carried over.
    pub async fn due(&self, count: u64) -> Vec<Due> {
        self.ingest(count).await;
        self.look(count).await
    }

    pub async fn look(&self, count: u64) -> Vec<Due> {
        let due = self.store.due(&lane(), AT, count as usize, &[]).await.expect("the file can be read");
        assert_eq!(due.len() as u64, count);
        due
    }

    pub async fn counts(&self) -> usize {
        self.store.counts().await.expect("the file can be read").len()
    }

    /// That many tasks, each waiting for a link.
    pub async fn wait(&self, count: u64) {
        let lease = self.lease().await;
        for _ in 0..count / PAGE {
            let due = self.due(PAGE).await;
            let settlements = due.iter().map(|due| Settlement {
                due: Timestamp(i64::MAX),
                awaits: Some(
                    LinkSide {
                        source: due.record.key.clone(),
                        target_connection: "erp".into(),
                        target_object: None,
                    }
                    .into(),
                ),
                ..settlement(due, State::Waiting)
            });
            self.settle(&lease, settlements.collect(), Vec::new()).await;
        }
    }

    pub async fn open_and_settle(&self, lease: &Lease, due: Vec<Due>) {
        let openings = due.iter().map(opening).collect();
        let opened = self.store.open(lease, openings).await.expect("the disk has room");
        let settlements = due.iter().zip(opened).map(|(due, opened)| Settlement {
            done: Some(due.task.want),
            intent: IntentChange::Close,
            link: Some(LinkChange {
                link: LinkRef::Known(opened.link),
                fill: Some((format!("T{}", due.task.id), Some(format!("CUST{}", due.task.id)))),
                agreed: Some(Agreed {
                    mapped: Some(Hash(1)),
                    target: Some(Hash(2)),
                    written_back: None,
                    fields: Some(BODY.into()),
                    version: Some(1),
                }),
                lines: Vec::new(),
            }),
            attempt: Some(attempt(due)),
            calls: vec![1],
            ..settlement(due, State::Synced)
        });
        self.settle(lease, settlements.collect(), vec![call()]).await;
    }

    async fn settle(&self, lease: &Lease, settlements: Vec<Settlement>, calls: Vec<CallRecord>) {
        let batch = SettlementBatch { at: AT, settlements, calls };
        self.store.settle(lease, batch).await.expect("the disk has room");
    }
}

fn options(mode: Mode) -> Options {
    Options { mode, ..Options::new(Key::new([7; 32]), Nonces::new(|| [9; 24])) }
}

fn lane() -> LaneName {
    "erp".into()
}

pub fn page(numbers: Range<u64>) -> Ingest {
    Ingest {
        connection: "crm".into(),
        object: "AccountObj".into(),
        reading: Reading::Poll,
        at: AT,
        incoming: numbers.map(incoming).collect(),
        absent: Vec::new(),
        raise: vec![Raise { flow: "customers-to-erp".into(), kind: Kind::Deliver, lane: lane() }],
        cursor: None,
        based_on: None,
        under: None,
        calls: Vec::new(),
    }
}

fn incoming(number: u64) -> Incoming {
    Incoming {
        id: format!("64f0c1{number:018}"),
        number: Some(format!("KH-{number:08}")),
        name: Some(format!("上海测试客户{number}有限公司")),
        version: Some(1),
        void: false,
        hash: Hash(number.into()),
        body: BODY.into(),
        part_of: None,
        open: None,
        receipt: None,
        merged_onto: None,
    }
}

fn opening(due: &Due) -> Opening {
    let step = Step {
        action: Action::Create,
        object: "BD_Customer".into(),
        id: None,
        number: None,
        document: BODY.into(),
        options: String::new(),
        row_of: None,
    };
    let key = vec![("FNumber".into(), format!("KH-{}", due.task.id))];
    Opening {
        intent: Intent { task: due.task.id, link: LinkId(0), step, key, revision: due.task.want, sent: AT },
        source: due.record.key.clone(),
        target_connection: "erp".into(),
        target_object: "BD_Customer".into(),
        may_hold: Some(BODY.into()),
    }
}

fn settlement(due: &Due, state: State) -> Settlement {
    Settlement {
        task: due.task.id,
        revision: due.task.want,
        state,
        cause: None,
        due: AT,
        tries: 0,
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

fn attempt(due: &Due) -> Attempt {
    Attempt {
        started: AT,
        ended: AT,
        flow_version: 1,
        revision: due.task.want,
        state: State::Synced,
        cause: None,
        steps: vec![StepTaken { name: "create".into(), at: AT, cause: None, note: "CUST0001".into() }],
    }
}

/// One call for the whole batch.
fn call() -> CallRecord {
    CallRecord {
        number: 1,
        connection: "erp".into(),
        operation: "BatchSave".into(),
        method: "POST".into(),
        url: "https://erp.example/k3cloud/BatchSave".into(),
        sent: AT,
        took_ms: 42,
        status: Some(200),
        request: BODY.repeat(BATCH as usize),
        response: BODY.into(),
    }
}
