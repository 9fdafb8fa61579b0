//! `qiao migrate-store`: everything moves from one database to another, of the same or the other kind.
//!
//! It goes in steps: the source is closed to everybody, all of it is written to one file and read again, the file is loaded
//! in one transaction and what is then there is held against it, table by table, and the source says where it went.
//! Whatever breaks off, the same command goes on: what was loaded is compared and not loaded again. Until something is
//! loaded the source may be opened again.

use std::path::Path;

use clap::Args;
use contract::store::StoreError;
use contract::{Chance, Clock};
use model::{Cause, Timestamp};
use serde_json::json;
use store::backup::{self, Moved, Sealing};

use crate::clock::{SystemChance, SystemClock};
use crate::commands::Context;
use crate::commands::backup::{as_json, aside, make_folder, stamp, told, write};
use crate::config::Database;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::wire;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(long, value_name = "URL")]
    to: String,
    #[arg(long)]
    cancel: bool,
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let settings = &context.settings;
    let (from, to) = (settings.database.clone(), Database::new(&options.to)?);
    if !from.is_there()? {
        return Err(Failure::configuration(Cause::new("cli.no_data").with("path", &from)));
    }
    if from == to {
        return Err(same());
    }
    let before = on(&from, |from| from.place().moved()).await?;
    let is_elsewhere = before.as_ref().is_some_and(|moved| moved.place != to.to_string());
    match before.filter(|moved| moved.done || is_elsewhere) {
        Some(Moved { place, done, .. }) => Err(StoreError::Moved { place, done }.into()),
        None if options.cancel => cancel(context, &from, &to).await,
        None => move_all(context, &from, &to).await,
    }
}

/// Opens the source again, as long as nothing is in the new place: both must never be served.
async fn cancel(context: &Context, from: &Database, to: &Database) -> Outcome {
    let screen = &context.screen;
    // One that cannot be reached has nothing that was loaded: loading is one transaction, which would have been told.
    if to.is_there().unwrap_or(false) {
        return Err(Failure::new(Exit::Finding, Cause::new("cli.migrate.loaded").with("path", to)));
    }
    on(from, |from| from.place().set_moved(None)).await?;
    screen.result(&json!({ "cancelled": true }));
    screen.line(
        screen.words("已放弃迁移,原数据库可以继续使用。", "Given up; the database can be used as before."),
    );
    Ok(Exit::Ok)
}

fn same() -> Failure {
    Failure::new(Exit::Usage, Cause::new("cli.migrate.same"))
}

async fn move_all(context: &Context, from: &Database, to: &Database) -> Outcome {
    let (settings, screen) = (&context.settings, &context.screen);
    let at = SystemClock.now();
    let token = format!("{:016x}{:016x}", SystemChance.next(), SystemChance.next());
    let moved = |done| Moved { at, place: to.to_string(), token: token.clone(), done };
    let moving = moved(false);
    on(from, move |from| from.place().set_moved(Some(&moving))).await?;
    let is_there = to.is_there()?;
    if is_there {
        // It may be this one under another name: then it shows what was just written here.
        let shown = on(to, |to| to.place().moved()).await?;
        if shown.is_some_and(|shown| shown.token == token) {
            on(from, |from| from.place().set_moved(None)).await?;
            return Err(same());
        }
    }
    let path = settings.backups().join(format!("migrating-{}-{}.qiao", stamp(at), &token[..8]));
    make_folder(&path)?;
    screen.progress(screen.words("正在写出…", "writing all of it…"));
    let manifest = write(from, &path, at, None, None).await?;
    let loaded = load(screen, (from, to), &path, is_there, at).await;
    // All of it is in the source, and where it was loaded in the new place.
    let _ = std::fs::remove_file(&path);
    loaded?;
    let done = moved(true);
    on(from, move |from| from.place().set_moved(Some(&done))).await?;
    screen.result(&json!({ "from": from.to_string(), "to": to.to_string(), "holds": as_json(&manifest) }));
    screen.line(match screen.words("zh", "en") {
        "zh" => format!("已迁移到 {to},逐表核对行数和校验和一致。"),
        _ => format!("Moved to {to}; rows and hashes of every table are the same."),
    });
    screen.line(told(&manifest, screen));
    let key = settings.key_file.display();
    screen.line(match screen.words("zh", "en") {
        "zh" => format!("请把配置里的 database 改为新的地址再启动服务;密钥文件仍是 {key}。原数据库保留不动,不能再启动服务。"),
        _ => format!(
            "Set the database of the configuration to the new address before the server is started; the key is still {key}. The old database stays as it is, and no server works on it."
        ),
    });
    Ok(Exit::Ok)
}

/// Loads what the file holds into the new place; where a run that broke off had loaded it all already, nothing is left to do.
async fn load(
    screen: &Screen,
    (from, to): (&Database, &Database),
    path: &Path,
    is_there: bool,
    at: Timestamp,
) -> Result<(), Failure> {
    screen.progress(screen.words("正在载入并核对…", "loading and comparing…"));
    if is_there {
        let (from, to) = (from.clone(), to.clone());
        let is_same = aside(move || backup::holds_the_same(to.place(), from.place(), at)).await?;
        return if is_same { Ok(()) } else { Err(StoreError::NotEmpty.into()) };
    }
    let (file, to) = (path.to_owned(), to.clone());
    let sealing = Sealing { passphrase: None, nonces: wire::nonces() };
    aside(move || backup::restore(&file, to.place(), false, "", &sealing)).await?;
    Ok(())
}

async fn on<T: Send + 'static>(
    database: &Database,
    act: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Failure> {
    let database = database.clone();
    Ok(aside(move || act(&database)).await?)
}
