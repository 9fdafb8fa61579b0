//! A small company: one system in memory that is source, target and messenger, a store in memory, and a clock that
//! moves while everything waits.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use contract::connector::{Connector, Connectors};
use contract::store::{ConfigText, Store, TaskFilter, TaskLine};
use contract::transport::{Answer, Call, Certificate, TransportError};
use contract::{Chance, Clock, Network, Transport};
use engine::apply::{Outcome, apply};
use engine::connection::TokenBox;
use engine::setup::Setup;
use engine::{Engine, Options, Seams};
use functions::Scripts;
use model::connection::Connection;
use model::{Catalogue, Timestamp};
use store::{Key, Sqlite};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::desk::Desk;
use crate::system::System;

/// 2026-06-01 09:00:00 in China.
pub const BEGINNING: Timestamp = Timestamp(1_780_275_600_000);

pub const CONNECTION: &str = "kind: connection\nname: box\nconnector: box\ntitle: { zh: 系统, en: System }\n";

pub struct World {
    pub seams: Seams,
    /// What the hosts of connections have shown, while the process runs.
    pub certificates: Arc<Mutex<Vec<Certificate>>>,
    desk: Arc<Mutex<Desk>>,
}

impl World {
    pub fn new() -> World {
        World::on(Arc::new(Sqlite::memory(Key::new([7; 32])).unwrap()))
    }

    /// A world whose store is this one.
    pub fn on(store: Arc<dyn Store>) -> World {
        let desk = Arc::new(Mutex::new(Desk::default()));
        let clock = Arc::new(PausedClock::new());
        let certificates: Arc<Mutex<Vec<Certificate>>> = Arc::default();
        let seams = Seams {
            store,
            clock: clock.clone(),
            chance: Arc::new(NoChance),
            network: Arc::new(NoNetwork(certificates.clone())),
            connectors: Arc::new(OnlyBox(Arc::new(System(desk.clone())))),
            functions: Arc::new(Scripts::inline(clock)),
            catalogue: Arc::new(Catalogue::default()),
        };
        World { seams, certificates, desk }
    }

    /// A world in which these flows are in force.
    pub async fn with(flows: &[(&str, &str)]) -> World {
        World::new().and(flows).await
    }

    /// The same world, once these flows are in force.
    pub async fn and(self, flows: &[(&str, &str)]) -> World {
        let mut texts = vec![("connection", "box", CONNECTION)];
        texts.extend(flows.iter().map(|(name, text)| ("flow", *name, *text)));
        let outcome = self.apply(&texts).await;
        assert!(!outcome.is_refused(), "{:?}", outcome.problems);
        self
    }

    pub async fn apply(&self, texts: &[(&str, &str, &str)]) -> Outcome {
        let variable = |name: &str| (name == "PASSWORD").then(|| self.desk().password.clone());
        apply(&self.seams, &configured(texts), &variable).await.unwrap()
    }

    pub fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap()
    }

    pub fn store(&self) -> &dyn Store {
        &*self.seams.store
    }

    pub fn now(&self) -> Timestamp {
        self.seams.clock.now()
    }

    /// Somebody saves a record at the source.
    pub fn save(&self, object: &str, id: &str, body: &str) {
        let now = self.now();
        self.desk().save(object, id, body, now);
    }

    /// Somebody voids a record at the source.
    pub fn void(&self, object: &str, id: &str) {
        let now = self.now();
        self.desk().void(object, id, now);
    }

    /// The engine runs for so long, and then is stopped properly.
    pub async fn run(&self, seconds: u64) {
        let engine = Engine::new(self.seams.clone(), Options { owner: "甲".into(), reads: true });
        let (stop, stopped) = watch::channel(false);
        let until = self.now() + Duration::from_secs(seconds);
        let stopping = async {
            self.seams.clock.sleep_until(until).await;
            stop.send_replace(true);
        };
        let (ended, ()) = tokio::join!(engine.run(stopped), stopping);
        ended.unwrap();
    }

    /// The engine runs for so long, and then is gone from one moment to the next.
    pub async fn crash(&self, seconds: u64) {
        let engine = Engine::new(self.seams.clone(), Options { owner: "甲".into(), reads: true });
        let (_stop, stopped) = watch::channel(false);
        let until = self.now() + Duration::from_secs(seconds);
        tokio::select! {
            ended = engine.run(stopped) => ended.unwrap(),
            () = self.seams.clock.sleep_until(until) => {}
        }
    }

    pub async fn setup(&self) -> Setup {
        let tokens = Arc::new(TokenBox::new(self.seams.store.clone()));
        Setup::load(&self.seams, &tokens, None).await.unwrap()
    }

    pub async fn tasks(&self) -> Vec<TaskLine> {
        self.store().tasks(&TaskFilter::default()).await.unwrap()
    }

    /// Flow, source id, state and the cause's code of each task.
    pub async fn standing(&self) -> Vec<String> {
        let code = |line: &TaskLine| {
            line.task.cause.as_ref().map(|cause| cause.code.to_string()).unwrap_or_default()
        };
        let tell = |line: &TaskLine| {
            format!("{} {} {} {}", line.task.flow, line.source_id, line.task.state.name(), code(line))
        };
        self.tasks().await.iter().map(|line| tell(line).trim_end().to_owned()).collect()
    }

    pub async fn replay_all(&self) {
        let tasks: Vec<_> = self.tasks().await.iter().map(|line| line.task.id).collect();
        self.store().replay(&tasks, self.now()).await.unwrap();
    }
}

pub fn configured(texts: &[(&str, &str, &str)]) -> Vec<ConfigText> {
    let text = |&(kind, name, text): &(&str, &str, &str)| ConfigText {
        kind: kind.into(),
        name: name.into(),
        text: text.into(),
    };
    texts.iter().map(text).collect()
}

struct PausedClock(Instant);

impl PausedClock {
    #[expect(clippy::disallowed_methods, reason = "this is the tests' clock: the runtime's, paused")]
    fn new() -> PausedClock {
        PausedClock(Instant::now())
    }
}

#[async_trait]
impl Clock for PausedClock {
    fn now(&self) -> Timestamp {
        BEGINNING + self.0.elapsed()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the tests' clock: the runtime's, paused")]
    async fn sleep_until(&self, at: Timestamp) {
        tokio::time::sleep_until(self.0 + at.since(BEGINNING)).await;
    }
}

struct NoChance;

impl Chance for NoChance {
    fn next(&self) -> u64 {
        0
    }
}

#[derive(Clone)]
struct NoNetwork(Arc<Mutex<Vec<Certificate>>>);

impl Network for NoNetwork {
    fn transport(&self, _: &Connection) -> Arc<dyn Transport> {
        Arc::new(self.clone())
    }
}

#[async_trait]
impl Transport for NoNetwork {
    async fn send(&self, _: &Call) -> Result<Answer, TransportError> {
        Err(TransportError::NotSent { host: "box".into(), reason: "unknown_host".into() })
    }

    fn certificates(&self) -> Vec<Certificate> {
        self.0.lock().unwrap().clone()
    }
}

struct OnlyBox(Arc<System>);

impl Connectors for OnlyBox {
    fn connector(&self, name: &str) -> Option<Arc<dyn Connector>> {
        (name == "box").then(|| self.0.clone() as Arc<dyn Connector>)
    }

    fn secret_settings(&self, _: &str) -> Vec<String> {
        ["password", "hook_secret", "hook_secret_next"].map(str::to_owned).to_vec()
    }
}
