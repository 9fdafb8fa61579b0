//! `qiao binding`: who is the same person, or the same department, in two systems.

mod csv;
mod import;
mod matching;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use contract::Clock;
use contract::store::{BindingFilter, Bindings};
use engine::setup::Setup;
use model::binding::{Binding, BindingSide, How, Kind, Party};
use model::{Cause, ConnectionName};
use serde_json::{Value, json};

use crate::clock::SystemClock;
use crate::commands::{Context, connection};
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::{table, wire};

#[derive(Debug, Subcommand)]
pub enum Command {
    List(ListOptions),
    Set(SetOptions),
    Remove(RemoveOptions),
    Import(ImportOptions),
    Match(MatchOptions),
}

#[derive(Debug, Args)]
pub struct ListOptions {
    #[arg(value_name = "NAME")]
    connections: Vec<String>,
    #[arg(long)]
    department: bool,
}

#[derive(Debug, Args)]
pub struct SetOptions {
    connection: String,
    id: String,
    other: String,
    other_id: String,
    #[arg(long, value_name = "NUMBER")]
    number: Option<String>,
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[arg(long)]
    department: bool,
}

#[derive(Debug, Args)]
pub struct RemoveOptions {
    connection: String,
    id: String,
    other: String,
    #[arg(long)]
    department: bool,
}

#[derive(Debug, Args)]
pub struct ImportOptions {
    file: PathBuf,
}

#[derive(Debug, Args)]
pub struct MatchOptions {
    #[arg(long, value_name = "CONNECTION")]
    from: String,
    #[arg(long, value_name = "CONNECTION")]
    to: String,
    #[arg(long)]
    department: bool,
    #[arg(long)]
    apply: bool,
    #[arg(long)]
    with_personal: bool,
}

pub async fn run(context: &Context, command: &Command) -> Outcome {
    let in_force = wire::in_force(&context.settings).await?;
    let (screen, setup, store) = (&context.screen, &in_force.setup, &*in_force.seams.store);
    match command {
        Command::List(options) => list(screen, store, options).await,
        Command::Set(options) => set(screen, setup, store, options).await,
        Command::Remove(options) => remove(screen, setup, store, options).await,
        Command::Import(options) => import::run(screen, setup, store, &options.file).await,
        Command::Match(options) => matching::run(screen, &in_force, options).await,
    }
}

fn kind(department: bool) -> Kind {
    if department { Kind::Department } else { Kind::Person }
}

/// The two connections of a binding, which must be in force and not be one.
fn between(setup: &Setup, one: &str, other: &str) -> Result<[ConnectionName; 2], Failure> {
    if one == other {
        let cause = Cause::new("cli.binding.same_connection").with("connection", one);
        return Err(Failure::new(Exit::Usage, cause));
    }
    Ok([connection::line(setup, one)?.name().clone(), connection::line(setup, other)?.name().clone()])
}

async fn list(screen: &Screen, store: &(impl Bindings + ?Sized), options: &ListOptions) -> Outcome {
    let filter = BindingFilter {
        kind: options.department.then_some(Kind::Department),
        connections: options.connections.iter().map(ConnectionName::new).collect(),
    };
    let bindings = store.bindings(&filter).await?;
    screen.result(&Value::Array(bindings.iter().map(as_json).collect()));
    let headings = match screen.lang {
        model::Lang::Zh => {
            ["类型", "连接", "id", "姓名", "对方连接", "对方 id", "对方编码", "对方姓名", "来自"]
        }
        model::Lang::En => ["kind", "in", "id", "name", "in", "id", "number", "name", "how"],
    };
    let rows: Vec<Vec<String>> = bindings.iter().map(|binding| row(binding, screen)).collect();
    screen.line(table::render(&headings, &rows));
    Ok(Exit::Ok)
}

fn row(binding: &Binding, screen: &Screen) -> Vec<String> {
    let words = |(zh, en): (&'static str, &'static str)| screen.words(zh, en).to_owned();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let Binding { kind, one, other, how, .. } = binding;
    vec![
        words(kind.title()),
        one.connection.to_string(),
        one.id.clone(),
        text(&one.name),
        other.connection.to_string(),
        other.id.clone(),
        text(&other.number),
        text(&other.name),
        words(how.title()),
    ]
}

fn as_json(binding: &Binding) -> Value {
    json!({
        "kind": binding.kind.name(), "one": binding.one, "other": binding.other, "how": binding.how.name(),
        "at": binding.at.0,
    })
}

async fn set(
    screen: &Screen,
    setup: &Setup,
    store: &(impl Bindings + ?Sized),
    options: &SetOptions,
) -> Outcome {
    let [connection, other] = between(setup, &options.connection, &options.other)?;
    let party = |connection, id: &String, number: Option<&String>, name: Option<&String>| Party {
        connection,
        id: id.trim().to_owned(),
        number: number.cloned(),
        name: name.cloned(),
    };
    let binding = Binding {
        kind: kind(options.department),
        one: party(connection, &options.id, None, options.name.as_ref()),
        other: party(other, &options.other_id, options.number.as_ref(), options.name.as_ref()),
        how: How::Hand,
        at: SystemClock.now(),
    };
    store.bind(std::slice::from_ref(&binding)).await?;
    screen.result(&as_json(&binding));
    let (one, other) = (&binding.one, &binding.other);
    let both = format!("{} {} = {} {}", one.connection, one.id, other.connection, other.id);
    screen.line(format!("{}{both}", screen.words("已绑定:", "bound: ")));
    Ok(Exit::Ok)
}

async fn remove(
    screen: &Screen,
    setup: &Setup,
    store: &(impl Bindings + ?Sized),
    options: &RemoveOptions,
) -> Outcome {
    let [connection, other_connection] = between(setup, &options.connection, &options.other)?;
    let id = options.id.trim().to_owned();
    let side = BindingSide { kind: kind(options.department), connection, id, other_connection };
    let count = store.unbind(&[side]).await?;
    screen.result(&json!({ "removed": count }));
    screen.line(screen.words(&format!("已解除 {count} 个绑定。"), &format!("{count} bindings removed.")));
    Ok(if count == 0 { Exit::Finding } else { Exit::Ok })
}
