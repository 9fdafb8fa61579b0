//! The command line as types. The words of its help are in [`crate::words::help`], in both languages.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{
    alerts, apply, audit, backup, bench, binding, completions, connection, connector, demo, diff, example,
    export, flow, function, history, jobs, migrate_store, object, receipts, reconcile, restore, rollback,
    sandbox, schema, serve, storage, tasks, token, trace, versions,
};

/// Everything that can be said to `qiao`.
#[derive(Debug, Parser)]
#[command(name = "qiao", version, disable_help_flag = true, disable_version_flag = true)]
#[command(disable_help_subcommand = true, subcommand_required = true, arg_required_else_help = true)]
pub struct Arguments {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Default, Args)]
pub struct Common {
    #[arg(long, global = true, env = "QIAO_LANG", value_name = "LANG")]
    pub lang: Option<Language>,
    #[arg(long, global = true)]
    pub json: bool,
    #[arg(long, global = true, env = "QIAO_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[arg(long, global = true, env = "QIAO_FOLDER", value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    #[arg(long, global = true, env = "QIAO_DATABASE", value_name = "URL")]
    pub database: Option<String>,
    #[arg(long, global = true, env = "QIAO_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    #[arg(long, global = true, env = "QIAO_LOG", value_name = "LEVEL")]
    pub log: Option<String>,
    #[arg(long, global = true, env = "QIAO_CONNECTORS", value_name = "FOLDER")]
    pub connectors: Option<PathBuf>,
    #[arg(long, global = true, env = "QIAO_AUTHORITY", value_name = "FILE")]
    pub authority: Option<PathBuf>,
    #[arg(long, global = true, env = "QIAO_RETENTION_DAYS", value_name = "DAYS")]
    pub retention_days: Option<u32>,
    #[arg(long, global = true, env = "QIAO_RETENTION_SIZE", value_name = "SIZE")]
    pub retention_size: Option<String>,
    #[arg(short, long, global = true, action = clap::ArgAction::Help)]
    pub help: Option<bool>,
    #[arg(short = 'V', long, action = clap::ArgAction::Version)]
    pub version: Option<bool>,
}

impl Arguments {
    /// Where the server is to listen, if this starts one and says so.
    pub fn listen(&self) -> Option<&str> {
        match &self.command {
            Command::Serve(options) => options.listen.as_deref(),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    Zh,
    En,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Demo(demo::Options),
    #[command(subcommand)]
    Example(example::Command),
    Serve(serve::Options),
    Sandbox(sandbox::Options),
    #[command(subcommand)]
    Connection(connection::Command),
    #[command(subcommand)]
    Binding(binding::Command),
    #[command(subcommand)]
    Connector(connector::Command),
    #[command(subcommand)]
    Object(object::Command),
    #[command(subcommand)]
    Flow(flow::Command),
    #[command(subcommand)]
    Function(function::Command),
    Apply(apply::Options),
    Export(export::Options),
    Diff(diff::Options),
    Versions(versions::Options),
    Rollback(rollback::Options),
    Trace(trace::Options),
    Reconcile(reconcile::Options),
    #[command(subcommand)]
    Tasks(tasks::Command),
    #[command(subcommand)]
    Jobs(jobs::Command),
    History(history::Options),
    Audit(audit::Options),
    #[command(subcommand)]
    Alerts(alerts::Command),
    #[command(subcommand)]
    Receipts(receipts::Command),
    #[command(subcommand)]
    Token(token::Command),
    Backup(backup::Options),
    Restore(restore::Options),
    Storage(storage::Options),
    Schema(schema::Options),
    MigrateStore(migrate_store::Options),
    Nodes,
    Doctor,
    Bench(bench::Options),
    Completions(completions::Options),
}
