//! `qiao serve`: the engine, the addresses that operators watch and those that systems call, until Ctrl-C.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use api::{Bodies, Bounds, Face, Inbox, Pulse, Pusher};
use async_trait::async_trait;
use clap::Args;
use contract::connector::{CallReply, IncomingCall};
use contract::store::{FlowCount, Store, StoreError};
use engine::callbacks::{Callbacks, NotTaken};
use engine::pushes::{NotKept, Pushes};
use engine::webhooks::{Admitted, Challenged, Refused, Taken, WebhookCall, Webhooks};
use engine::{Engine, Options as EngineOptions};
use model::Cause;
use serde_json::json;
use tokio::sync::watch;

use crate::clock::{SharedClock, SystemClock};
use crate::commands::{Context, interruption, sandbox};
use crate::exit::{Exit, Failure, Outcome};
use crate::{upgrade, wire};

/// Who leases the lanes on SQLite. One server uses a database, so the same name takes its own lanes over after a crash.
const OWNER: &str = "server";

#[derive(Debug, Args)]
pub struct Options {
    #[arg(long, env = "QIAO_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<String>,
    #[arg(long, env = "QIAO_NODE", value_name = "NAME")]
    node: Option<String>,
    /// How many milliseconds longer each commit takes: for measuring what a slower disk costs.
    #[arg(long, hide = true, default_value_t = 0, value_name = "MILLISECONDS")]
    slow_commits: u64,
}

/// Serves until Ctrl-C, then finishes what is under way.
pub async fn run(context: &Context, options: &Options) -> Outcome {
    // The port first: who starts a second server by mistake learns it before anything else happens.
    let listener = sandbox::listen(context.settings.listen).await?;
    let address = listener.local_addr().map_err(|error| listening(&error))?;
    upgrade::prepare(&context.settings, &context.screen).await?;
    let store =
        wire::slow_store(&context.settings, wire::Role::Server, Duration::from_millis(options.slow_commits))?;
    let shared = SharedClock::of(&*store).await?.map(Arc::new);
    let (name, version) =
        (options.node.clone().unwrap_or_else(|| node_name(address)), env!("CARGO_PKG_VERSION"));
    let engine = match &shared {
        None => {
            let seams = wire::seams_by(&context.settings, store.clone(), Arc::new(SystemClock))?;
            let options = EngineOptions { owner: OWNER.into(), reads: true };
            Engine::new(seams, options).known_as(&name, version)
        }
        Some(clock) => {
            let seams = wire::seams_by(&context.settings, store.clone(), clock.clone())?;
            let owner = format!("{name}#{:016x}", seams.chance.next());
            let options = EngineOptions { owner, reads: true };
            Engine::new(seams, options).beside_others(&name, version)
        }
    };
    let engine = engine.keeping(context.settings.retention);
    let clock = async {
        if let Some(clock) = &shared {
            clock.follow(&*store).await;
        }
        std::future::pending::<()>().await
    };
    let (stop, stopping) = watch::channel(false);
    // Before it says that it is there: whoever reads that may end it at once.
    let interruption = interruption();
    context.screen.line(format!(
        "{} http://{address} ({})",
        context.screen.words("服务已启动,状态页", "serving; status at"),
        context.settings.database,
    ));
    context.screen.result(&json!({ "listening": address.to_string() }));
    let until_stopped = {
        let mut stopping = stopping.clone();
        async move { drop(stopping.wait_for(|stop| *stop).await) }
    };
    let (callbacks, pushes, webhooks) = (engine.callbacks(), engine.pushes(), engine.webhooks());
    let inbox = Arc::new(Called { callbacks, pushes, webhooks });
    let served = Arc::new(engine.serving());
    let face = Face {
        pulse: Arc::new(Watched(store.clone())),
        inbox,
        served,
        desk: Arc::new(engine.desk()),
        bodies: Bodies::default(),
    };
    let work = async {
        let engine = async { engine.run(stopping).await.map_err(Failure::from) };
        let face = async {
            api::serve(listener, face, Bounds::default(), until_stopped).await;
            Ok(())
        };
        tokio::try_join!(engine, face)
    };
    let stopper = async {
        interruption.await;
        context.screen.progress(context.screen.words("正在停止…", "stopping…"));
        stop.send_replace(true);
        std::future::pending::<()>().await
    };
    tokio::select! {
        done = work => done.map(|_| Exit::Ok),
        () = stopper => Ok(Exit::Ok),
        () = clock => Ok(Exit::Ok),
    }
}

/// What people know a node by that was given no name: its machine and its port.
fn node_name(address: SocketAddr) -> String {
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match machine.trim() {
        "" => address.to_string(),
        machine => format!("{machine}:{}", address.port()),
    }
}

fn listening(error: &std::io::Error) -> Failure {
    Failure::machine(Cause::new("cli.listen").with("address", "").with("reason", error))
}

/// What operators see of the store.
struct Watched(Arc<dyn Store>);

#[async_trait]
impl Pulse for Watched {
    async fn counts(&self) -> Result<Vec<FlowCount>, StoreError> {
        self.0.counts().await
    }

    async fn open_wishes(&self) -> Result<u64, StoreError> {
        self.0.open_wishes().await
    }
}

/// What systems call, and push to.
struct Called {
    callbacks: Callbacks,
    pushes: Pushes,
    webhooks: Webhooks,
}

#[async_trait]
impl Inbox for Called {
    async fn take(&self, connection: &str, call: &IncomingCall<'_>) -> Result<CallReply, NotTaken> {
        self.callbacks.take(connection, call).await
    }

    async fn admit_push(&self, token: &str, from: IpAddr) -> Result<Box<dyn Pusher + '_>, NotKept> {
        Ok(Box::new(self.pushes.admit(token, from).await?))
    }

    async fn admit_hook(&self, flow: &str, call: &WebhookCall<'_>) -> Result<Admitted, Refused> {
        self.webhooks.admit(flow, call).await
    }

    async fn hook(&self, flow: &str, call: WebhookCall<'_>) -> Result<Taken, Refused> {
        self.webhooks.take(flow, call).await
    }

    async fn challenge(&self, flow: &str, call: WebhookCall<'_>) -> Result<Challenged, Refused> {
        self.webhooks.challenge(flow, call).await
    }
}
