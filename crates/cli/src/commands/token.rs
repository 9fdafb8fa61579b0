//! `qiao token`: access tokens of machines that call us. A token is shown once, when it is made; only its hash is kept.

use clap::{Args, Subcommand};
use contract::store::Store;
use contract::{Chance, Clock};
use engine::access::hash_of;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::access::{AccessToken, Grant};
use model::{Cause, ConnectionName, Timestamp};
use serde_json::{Value, json};

use crate::clock::{SystemChance, SystemClock};
use crate::commands::{Context, connection};
use crate::config::surroundings;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::{table, wire};

/// Tokens issued elsewhere may be anything, but one that can be guessed guards nothing.
const SHORTEST: usize = 8;

#[derive(Debug, Subcommand)]
pub enum Command {
    Make(MakeOptions),
    List,
    Revoke(RevokeOptions),
}

#[derive(Debug, Args)]
pub struct MakeOptions {
    name: String,
    #[arg(long, value_name = "NAME")]
    connection: Vec<String>,
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = grant, default_value = "push")]
    may: Vec<Grant>,
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    #[arg(long, value_name = "VARIABLE")]
    existing: Option<String>,
}

#[derive(Debug, Args)]
pub struct RevokeOptions {
    name: String,
}

fn grant(text: &str) -> Result<Grant, String> {
    Grant::of_name(text).ok_or_else(|| Grant::ALL.map(Grant::name).join(", "))
}

pub async fn run(context: &Context, command: &Command) -> Outcome {
    let screen = &context.screen;
    match command {
        Command::Make(options) => make(context, options).await,
        Command::List => list(screen, &*wire::existing_store(&context.settings)?).await,
        Command::Revoke(options) => {
            revoke(screen, &*wire::existing_store(&context.settings)?, &options.name).await
        }
    }
}

async fn make(context: &Context, options: &MakeOptions) -> Outcome {
    let in_force = wire::in_force(&context.settings).await?;
    if options.connection.is_empty() && options.may.iter().any(|grant| grant.is_of_connections()) {
        return Err(Failure::new(Exit::Usage, Cause::new("cli.token.connection")));
    }
    let mut connections: Vec<ConnectionName> = Vec::new();
    for name in &options.connection {
        connections.push(connection::line(&in_force.setup, name)?.name().clone());
    }
    let secret = match &options.existing {
        Some(variable) => issued_elsewhere(variable)?,
        None => random(),
    };
    let token = AccessToken {
        name: options.name.clone(),
        connections,
        grants: options.may.clone(),
        hash: hash_of(&secret),
        made: SystemClock.now(),
        until: options.until.map(end_of).transpose()?,
    };
    if !in_force.seams.store.keep_access(&token).await? {
        let cause = Cause::new("cli.token.taken").with("name", &options.name);
        return Err(Failure::new(Exit::Usage, cause));
    }
    let screen = &context.screen;
    let shown = options.existing.is_none().then_some(secret);
    screen.result(&json!({ "name": token.name, "token": shown }));
    match shown {
        Some(secret) => {
            screen.line(screen.words(
                "令牌只显示这一次,请现在交给对方:",
                "The token is shown only this once; hand it over now:",
            ));
            screen.line(secret);
        }
        None => screen.line(screen.words("已录入令牌。", "The token is kept.")),
    }
    Ok(Exit::Ok)
}

/// A token that somebody else gave out, from a variable: what stands on a command line is seen by others.
fn issued_elsewhere(variable: &str) -> Result<String, Failure> {
    let secret = surroundings::variable(variable).unwrap_or_default().trim().to_owned();
    match secret.chars().count() {
        0..SHORTEST => {
            let cause = Cause::new("cli.token.short").with("variable", variable).with("least", SHORTEST);
            Err(Failure::new(Exit::Usage, cause))
        }
        _ => Ok(secret),
    }
}

/// 256 random bits.
fn random() -> String {
    let words = [(); 4].map(|()| SystemChance.next());
    format!("qiao_{}", hex::encode(words.map(u64::to_be_bytes).concat()))
}

/// The end of that day, where this machine stands.
fn end_of(day: Date) -> Result<Timestamp, Failure> {
    let next = day.tomorrow().and_then(|next| next.to_zoned(TimeZone::system()));
    let next = next.map_err(|_| Failure::new(Exit::Usage, Cause::new("cli.token.date").with("date", day)))?;
    Ok(Timestamp(next.timestamp().as_millisecond()))
}

async fn list(screen: &Screen, store: &dyn Store) -> Outcome {
    let tokens = store.access().await?;
    screen.result(&Value::Array(tokens.iter().map(as_json).collect()));
    let headings = match screen.words("zh", "en") {
        "zh" => ["名称", "连接", "可以", "制作于", "有效至"],
        _ => ["name", "connections", "may", "made", "until"],
    };
    let rows: Vec<Vec<String>> = tokens.iter().map(|token| row(token, screen)).collect();
    screen.line(table::render(&headings, &rows));
    Ok(Exit::Ok)
}

fn names(token: &AccessToken) -> String {
    token.connections.iter().map(ConnectionName::as_str).collect::<Vec<_>>().join(", ")
}

fn as_json(token: &AccessToken) -> Value {
    json!({
        "name": token.name,
        "connections": token.connections,
        "may": token.grants.iter().map(|grant| grant.name()).collect::<Vec<_>>(),
        "made": token.made.to_string(),
        "until": token.until.map(|until| until.to_string()),
    })
}

fn row(token: &AccessToken, screen: &Screen) -> Vec<String> {
    let may = |grant: &Grant| match grant {
        Grant::Push => screen.words("推送", "push"),
        Grant::Use => screen.words("调用", "use"),
        Grant::Read => screen.words("查看", "read"),
        Grant::Repair => screen.words("维护", "repair"),
    };
    let until = match token.until {
        None => screen.words("一直有效", "for good").to_owned(),
        Some(until) if token.is_good(SystemClock.now()) => until.to_string(),
        Some(until) => format!("{until} ({})", screen.words("已过期", "over")),
    };
    vec![
        token.name.clone(),
        names(token),
        token.grants.iter().map(may).collect::<Vec<_>>().join(", "),
        token.made.to_string(),
        until,
    ]
}

async fn revoke(screen: &Screen, store: &dyn Store, name: &str) -> Outcome {
    if !store.revoke_access(name).await? {
        return Err(Failure::new(Exit::Finding, Cause::new("cli.token.unknown").with("name", name)));
    }
    screen.result(&json!({ "revoked": name }));
    screen.line(
        screen.words("已收回;几秒之内不再接受它。", "Taken back; within seconds it is not taken any more."),
    );
    Ok(Exit::Ok)
}
