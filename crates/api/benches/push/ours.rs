//! Ours: the face, the engine's checks and the store, as a server has them. Nothing is parsed meanwhile: that is what
//! an accepted push costs.

use std::sync::Arc;

use api::{Bodies, Bounds, Face, Inbox, Pulse, Pusher};
use async_trait::async_trait;
use connect::transport::HttpNetwork;
use contract::connector::{CallReply, IncomingCall};
use contract::store::{ConfigText, FlowCount, Store, StoreError};
use contract::{Chance, Clock};
use engine::access::hash_of;
use engine::callbacks::NotTaken;
use engine::pushes::{NotKept, Pushes};
use engine::webhooks::{Admitted, Challenged, Refused, Taken, WebhookCall};
use engine::{Engine, Options, Seams};
use functions::Scripts;
use model::access::{AccessToken, Grant};
use model::{Catalogue, Timestamp};
use store::{Key, Nonces, Sqlite};

use crate::given::TOKEN;
use crate::load::{Load, Pushed};

const CONNECTION: &str =
    "kind: connection\nname: erp\nconnector: standard-erp\ntitle: { zh: 自研, en: Own }\n";
const OBJECT: &str = "kind: object\nconnection: erp\nname: SaleOrder\ncode: SAL_Order\nid: billId\nversion: rev\nfields:\n  \
    - { name: billId, type: text }\n  - { name: rev, type: number }\n\
    details:\n  - { name: entries, id: entryId, fields: [{ name: entryId, type: text }] }\n";

struct WallClock;

#[async_trait]
impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or_default())
    }

    async fn sleep_until(&self, until: Timestamp) {
        tokio::time::sleep(until.since(self.now())).await;
    }
}

struct NoChance;

impl Chance for NoChance {
    fn next(&self) -> u64 {
        0
    }
}

struct Server(Pushes);

#[async_trait]
impl Pulse for Server {
    async fn counts(&self) -> Result<Vec<FlowCount>, StoreError> {
        Ok(Vec::new())
    }

    async fn open_wishes(&self) -> Result<u64, StoreError> {
        Ok(0)
    }
}

#[async_trait]
impl Inbox for Server {
    async fn take(&self, _: &str, _: &IncomingCall<'_>) -> Result<CallReply, NotTaken> {
        Err(NotTaken::NoConnection)
    }

    async fn admit_push(&self, token: &str, from: std::net::IpAddr) -> Result<Box<dyn Pusher + '_>, NotKept> {
        Ok(Box::new(self.0.admit(token, from).await?))
    }

    async fn admit_hook(&self, _: &str, _: &WebhookCall<'_>) -> Result<Admitted, Refused> {
        Err(Refused::Unproven)
    }

    async fn hook(&self, _: &str, _: WebhookCall<'_>) -> Result<Taken, Refused> {
        Err(Refused::Unproven)
    }

    async fn challenge(&self, _: &str, _: WebhookCall<'_>) -> Result<Challenged, Refused> {
        Err(Refused::Unproven)
    }
}

pub fn run(load: &Load<'_>) -> Pushed {
    let folder = tempfile::tempdir().expect("a folder");
    let options = store::Options::new(Key::new([7; 32]), Nonces::new(|| [9; 24]));
    let store: Arc<dyn Store> =
        Arc::new(Sqlite::open(&folder.path().join("ours.db"), options).expect("a file"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let engine = Engine::new(seams(store).await, Options { owner: "bench".into(), reads: false });
        let server = Arc::new(Server(engine.pushes()));
        let served = Arc::new(engine.serving());
        let desk = Arc::new(engine.desk());
        let face = Face { pulse: server.clone(), inbox: server, served, desk, bodies: Bodies::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::select! {
            () = api::serve(listener, face, Bounds::default(), std::future::pending()) => unreachable!("it serves for ever"),
            pushed = load.push_to(address) => pushed,
        }
    })
}

async fn seams(store: Arc<dyn Store>) -> Seams {
    let registry =
        Arc::new(connect::registry(None).unwrap_or_else(|_| panic!("the built-in connectors are right")));
    let network = HttpNetwork::new(registry.clone(), None).expect("no further authority");
    let seams = Seams {
        store: store.clone(),
        clock: Arc::new(WallClock),
        chance: Arc::new(NoChance),
        network: Arc::new(network),
        connectors: registry,
        catalogue: Arc::new(Catalogue::default()),
        functions: Arc::new(Scripts::inline(Arc::new(WallClock))),
    };
    let text = |kind: &str, name: &str, text: &str| ConfigText {
        kind: kind.into(),
        name: name.into(),
        text: text.into(),
    };
    let texts = [text("connection", "erp", CONNECTION), text("object", "erp/SaleOrder", OBJECT)];
    let outcome = engine::apply::apply(&seams, &texts, &|_| None).await.expect("the store stands");
    assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    let token = AccessToken {
        name: "bench".into(),
        connections: vec!["erp".into()],
        grants: vec![Grant::Push],
        hash: hash_of(TOKEN),
        made: Timestamp(0),
        until: None,
    };
    assert!(store.keep_access(&token).await.expect("the store stands"));
    seams
}
