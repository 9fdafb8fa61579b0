//! The commands, one file each.

pub mod alerts;
pub mod apply;
pub mod audit;
pub mod backup;
pub mod bench;
pub mod binding;
pub mod completions;
pub mod connection;
pub mod connector;
pub mod demo;
pub mod diff;
pub mod doctor;
pub mod example;
pub mod export;
pub mod flow;
pub mod function;
pub mod history;
pub mod jobs;
pub mod migrate_store;
pub mod nodes;
pub mod object;
pub mod receipts;
pub mod reconcile;
pub mod restore;
pub mod rollback;
pub mod sandbox;
pub mod schema;
pub mod serve;
pub mod storage;
pub mod tasks;
pub mod token;
pub mod trace;
pub mod versions;
mod who;

use tokio::signal::unix::{SignalKind, signal};

use crate::arguments::Command;
use crate::config::Settings;
use crate::exit::{Exit, Outcome};
use crate::screen::Screen;

/// What every command has: whom it speaks to, and the configuration in force.
pub struct Context {
    pub screen: Screen,
    pub settings: Settings,
}

/// Runs a command to its end, or until Ctrl-C. Commands that end cleanly by Ctrl-C themselves (`serve`, `demo`,
/// `sandbox`) are asked to; all others are dropped where they stand: what they promise is on disk already.
pub async fn run(context: &Context, command: &Command) -> Outcome {
    match command {
        Command::Serve(options) => serve::run(context, options).await,
        Command::Demo(options) => demo::run(context, options).await,
        Command::Sandbox(options) => sandbox::run(context, options).await,
        _ => tokio::select! {
            outcome = short(context, command) => outcome,
            () = interruption() => Ok(Exit::Interrupted),
        },
    }
}

async fn short(context: &Context, command: &Command) -> Outcome {
    match command {
        Command::Connection(command) => connection::run(context, command).await,
        Command::Binding(command) => binding::run(context, command).await,
        Command::Connector(command) => connector::run(context, command).await,
        Command::Object(command) => object::run(context, command).await,
        Command::Flow(command) => flow::run(context, command).await,
        Command::Function(command) => function::run(context, command).await,
        Command::Apply(options) => apply::run(context, options).await,
        Command::Export(options) => export::run(context, options).await,
        Command::Diff(options) => diff::run(context, options).await,
        Command::Versions(options) => versions::run(context, options).await,
        Command::Rollback(options) => rollback::run(context, options).await,
        Command::Trace(options) => trace::run(context, options).await,
        Command::Receipts(command) => receipts::run(context, command).await,
        Command::Reconcile(options) => reconcile::run(context, options).await,
        Command::Token(command) => token::run(context, command).await,
        Command::Tasks(command) => tasks::run(context, command).await,
        Command::Jobs(command) => jobs::run(context, command).await,
        Command::History(options) => history::run(context, options).await,
        Command::Alerts(command) => alerts::run(context, command).await,
        Command::Audit(options) => audit::run(context, options).await,
        Command::Backup(options) => backup::run(context, options).await,
        Command::Restore(options) => restore::run(context, options).await,
        Command::Storage(options) => storage::run(context, options).await,
        Command::Schema(options) => schema::run(context, options),
        Command::Example(command) => example::run(context, command),
        Command::MigrateStore(options) => migrate_store::run(context, options).await,
        Command::Nodes => nodes::run(context).await,
        Command::Doctor => doctor::run(context).await,
        Command::Bench(options) => bench::run(context, options).await,
        Command::Completions(options) => completions::run(context, options),
        Command::Serve(_) | Command::Demo(_) | Command::Sandbox(_) => Ok(Exit::Ok),
    }
}

/// Listens from now on; the future returns on Ctrl-C, or when the process is asked to end (SIGTERM).
pub fn interruption() -> impl Future<Output = ()> + Send + 'static {
    let listen = |kind| signal(kind).expect("the runtime handles signals");
    let (mut interrupted, mut terminated) =
        (listen(SignalKind::interrupt()), listen(SignalKind::terminate()));
    async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    }
}
