//! `qiao backup`: everything that the database holds as one file, while the server goes on.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use clap::Args;
use contract::Clock;
use jiff::tz::TimeZone;
use model::{Cause, Secret, Timestamp};
use serde_json::{Value, json};
use store::backup::{self, Halt, Manifest, Sealing};
use tokio::task::JoinSet;

use crate::clock::SystemClock;
use crate::commands::Context;
use crate::config::{Database, Settings, size_text, surroundings};
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::wire;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(long, value_name = "PATH")]
    to: Option<PathBuf>,
    #[arg(long, value_name = "VARIABLE")]
    passphrase_from: Option<String>,
    #[arg(long)]
    with_key: bool,
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let settings = &context.settings;
    let screen = &context.screen;
    if !settings.database.is_there()? {
        let cause = Cause::new("cli.no_data").with("path", &settings.database);
        return Err(Failure::configuration(cause));
    }
    let passphrase = passphrase(options.passphrase_from.as_deref())?;
    let key = match (options.with_key, &passphrase) {
        (false, _) => None,
        (true, Some(_)) => Some(key_text(settings)?),
        // A key that anybody may read beside what it opens guards nothing.
        (true, None) => return Err(Failure::new(Exit::Usage, Cause::new("cli.backup.key_unsealed"))),
    };
    let at = SystemClock.now();
    let path = path(settings, options.to.as_deref(), at)?;
    screen.progress(screen.words("正在备份,服务照常运行…", "backing up; the server goes on…"));
    let manifest = write(&settings.database, &path, at, key, passphrase).await?;
    let size =
        std::fs::metadata(&path).map(|file| file.len()).map_err(|error| Failure::file(&path, &error))?;
    screen.result(&json!({ "path": path.display().to_string(), "bytes": size, "holds": as_json(&manifest) }));
    screen.line(match screen.words("zh", "en") {
        "zh" => format!("已备份并校验:{}({})。", path.display(), size_text(size)),
        _ => format!("Backed up and verified: {} ({}).", path.display(), size_text(size)),
    });
    screen.line(told(&manifest, screen));
    if manifest.head.key.is_none() {
        screen.line(match screen.words("zh", "en") {
            "zh" => format!("密钥不在备份里,请另行保存:{}", settings.key_file.display()),
            _ => format!("The key is not in it; keep it apart: {}", settings.key_file.display()),
        });
    }
    Ok(Exit::Ok)
}

/// Gives the backup up when whoever waits for it is gone.
struct Waiting(Halt);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Writes the backup on a thread of its own, so that Ctrl-C is heard.
pub async fn write(
    database: &Database,
    path: &Path,
    at: Timestamp,
    key: Option<Secret>,
    passphrase: Option<Secret>,
) -> Result<Manifest, Failure> {
    let waiting = Waiting(Halt::default());
    let (database, path, halt) = (database.clone(), path.to_owned(), waiting.0.clone());
    let sealing = Sealing { passphrase, nonces: wire::nonces() };
    let written = aside(move || backup::back_up(database.place(), &path, at, key.as_ref(), &sealing, &halt));
    Ok(written.await?)
}

/// Does what blocks on a thread of its own.
pub async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let mut threads = JoinSet::new();
    threads.spawn_blocking(work);
    threads.join_next().await.expect("one was begun").expect("it does not panic")
}

/// The passphrase in a variable: what stands on a command line is seen by others.
pub fn passphrase(variable: Option<&str>) -> Result<Option<Secret>, Failure> {
    let Some(variable) = variable else { return Ok(None) };
    match surroundings::variable(variable) {
        Some(passphrase) => Ok(Some(Secret::new(passphrase))),
        None => {
            let cause = Cause::new("cli.backup.no_passphrase").with("variable", variable);
            Err(Failure::new(Exit::Usage, cause))
        }
    }
}

fn key_text(settings: &Settings) -> Result<Secret, Failure> {
    let path = &settings.key_file;
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    Ok(Secret::new(text.trim()))
}

/// `qiao-backup-20261130-103000.qiao`, in the folder named or in the data folder's `backups`; or the file named.
fn path(settings: &Settings, to: Option<&Path>, at: Timestamp) -> Result<PathBuf, Failure> {
    let name = format!("qiao-backup-{}.qiao", stamp(at));
    let path = match to {
        None => settings.backups().join(name),
        Some(to) if to.is_dir() => to.join(name),
        Some(to) => to.to_owned(),
    };
    if path.exists() {
        return Err(Failure::new(Exit::Usage, Cause::new("cli.backup.there").with("path", path.display())));
    }
    make_folder(&path)?;
    Ok(path)
}

/// The folder of a file, made where it is missing.
pub fn make_folder(path: &Path) -> Result<(), Failure> {
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => std::fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error)),
        None => Ok(()),
    }
}

/// The time as it stands in names of files.
pub fn stamp(at: Timestamp) -> String {
    let zoned = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_zoned(TimeZone::system());
    zoned.strftime("%Y%m%d-%H%M%S").to_string()
}

/// What people care about that is in it.
const TOLD: [(&str, &str, &str); 4] = [
    ("record", "数据", "records"),
    ("link", "数据映射", "links"),
    ("task", "同步任务", "tasks"),
    ("config", "配置文本", "texts in force"),
];

pub fn told(manifest: &Manifest, screen: &Screen) -> String {
    let part = |(table, zh, en): &(&str, &str, &str)| {
        format!("{} {}", manifest.rows_of(table), screen.words(zh, en))
    };
    let parts: Vec<String> = TOLD.iter().map(part).collect();
    match screen.words("zh", "en") {
        "zh" => format!("内容:{},共 {} 行。", parts.join("、"), manifest.rows()),
        _ => format!("In it: {}; {} rows in all.", parts.join(", "), manifest.rows()),
    }
}

pub fn as_json(manifest: &Manifest) -> Value {
    let tables = manifest.tables.iter().map(
        |table| json!({ "table": table.name, "rows": table.rows, "hash": format!("{:032x}", table.hash) }),
    );
    json!({
        "at": manifest.head.at.to_string(),
        "schema": manifest.head.schema,
        "from": manifest.head.from,
        "with_key": manifest.head.key.is_some(),
        "rows": manifest.rows(),
        "tables": tables.collect::<Vec<_>>(),
    })
}
