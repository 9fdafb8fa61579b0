//! The engine as it runs in the server: one future, and the real store on a file.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use bytes::Bytes;
use contract::store::{ConfigText, Store};
use contract::{Chance, Clock};
use engine::{Engine, Options, Seams};
use model::task::State;
use model::{Catalogue, Timestamp};
use store::{Key, Nonces, Sqlite};
use tokio::sync::watch;

use crate::given::{CRM, ERP, RECORDS, flow};
use crate::vendor::Vendor;

/// How long it took from the engine's start until every record was settled.
pub fn run(pages: &[Bytes]) -> Duration {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime without I/O can be made").block_on(carry(pages))
}

async fn carry(pages: &[Bytes]) -> Duration {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let options = store::Options::new(Key::new([7; 32]), Nonces::new(|| [9; 24]));
    let store = Sqlite::open(&folder.path().join("qiao.db"), options).expect("a file can be made");
    let store: Arc<dyn Store> = Arc::new(store);
    let vendor = Vendor::new(pages);
    let seams = Seams {
        store: store.clone(),
        clock: Arc::new(WallClock),
        chance: Arc::new(NoChance),
        network: Arc::new(vendor.clone()),
        connectors: Arc::new(vendor),
        functions: Arc::new(functions::Scripts::inline(Arc::new(WallClock))),
        catalogue: Arc::new(Catalogue::default()),
    };
    configure(&seams).await;
    let engine = Engine::new(seams, Options { owner: "bench".into(), reads: true });
    let (_stop, stopped) = watch::channel(false);
    let started = WallClock.now();
    tokio::select! {
        ended = engine.run(stopped) => panic!("the engine ended: {ended:?}"),
        () = until_settled(&*store) => {}
    }
    WallClock.now().since(started)
}

async fn configure(seams: &Seams) {
    let text =
        |kind: &str, name: &str, text: String| ConfigText { kind: kind.into(), name: name.into(), text };
    let texts = [
        text("connection", "crm", CRM.into()),
        text("connection", "erp", ERP.into()),
        text("flow", "customers", flow()),
    ];
    let outcome = engine::apply::apply(seams, &texts, &|_| None).await.expect("the disk has room");
    assert!(!outcome.is_refused(), "{:?}", outcome.problems);
}

async fn until_settled(store: &dyn Store) {
    loop {
        let counts = store.counts().await.expect("the file can be read");
        let of = |state: State| counts.iter().filter(|c| c.state == state).map(|c| c.tasks).sum::<u64>();
        assert_eq!(of(State::Failed), 0, "{counts:?}");
        if of(State::Synced) == RECORDS as u64 {
            return;
        }
        WallClock.sleep_until(WallClock.now() + Duration::from_millis(20)).await;
    }
}

struct WallClock;

#[async_trait]
impl Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
        Timestamp(since.as_millis() as i64)
    }

    #[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
    async fn sleep_until(&self, at: Timestamp) {
        tokio::time::sleep(at.since(self.now())).await;
    }
}

struct NoChance;

impl Chance for NoChance {
    fn next(&self) -> u64 {
        4
    }
}
