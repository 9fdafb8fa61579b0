//! `qiao restore`: puts what a backup holds into a database, and says what that means for what came since.

use std::path::PathBuf;

use clap::Args;
use contract::Clock;
use jiff::tz::TimeZone;
use model::{Cause, Timestamp};
use serde_json::json;
use store::backup::{self, Head, Restored, Sealing};

use crate::clock::SystemClock;
use crate::commands::Context;
use crate::commands::backup::{as_json, aside, passphrase, stamp, told};
use crate::config::{Database, Settings, key};
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::wire;

#[derive(Debug, Args)]
pub struct Options {
    file: PathBuf,
    #[arg(long, value_name = "URL")]
    into: Option<String>,
    #[arg(long)]
    replace: bool,
    #[arg(long)]
    check: bool,
    #[arg(long, value_name = "VARIABLE")]
    passphrase_from: Option<String>,
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let screen = &context.screen;
    if !options.file.is_file() {
        let cause = Cause::new("cli.backup.no_file").with("file", options.file.display());
        return Err(Failure::new(Exit::Usage, cause));
    }
    let passphrase = passphrase(options.passphrase_from.as_deref())?;
    let file = options.file.clone();
    if options.check {
        let manifest = aside(move || backup::check(&file, passphrase.as_ref())).await?;
        screen.result(&json!({ "holds": as_json(&manifest) }));
        screen.line(match screen.words("zh", "en") {
            "zh" => format!("备份完好,时间:{}。", time(manifest.head.at)),
            _ => format!("The backup is whole; it is of {}.", time(manifest.head.at)),
        });
        screen.line(told(&manifest, screen));
        return Ok(Exit::Ok);
    }
    let mut settings = context.settings.clone();
    if let Some(url) = &options.into {
        settings.database = Database::new(url)?;
    }
    screen.progress(screen.words("正在恢复…", "restoring…"));
    let sealing = Sealing { passphrase, nonces: wire::nonces() };
    let (database, replace) = (settings.database.clone(), options.replace);
    let name = format!("before-restore-{}", stamp(SystemClock.now()));
    let restored = aside(move || backup::restore(&file, database.place(), replace, &name, &sealing)).await?;
    tell(&restored, &settings, screen);
    let opens = opens(&settings, &restored.manifest.head, screen)?;
    screen.result(&json!({
        "database": settings.database.to_string(),
        "kept_aside": restored.kept_aside,
        "opens": opens,
        "holds": as_json(&restored.manifest),
    }));
    Ok(if opens { Exit::Ok } else { Exit::Finding })
}

fn time(at: Timestamp) -> String {
    at.local(&TimeZone::system())
}

/// To which time it went back, and what happens with what was written since.
fn tell(restored: &Restored, settings: &Settings, screen: &Screen) {
    let at = time(restored.manifest.head.at);
    let lines = match screen.words("zh", "en") {
        "zh" => [
            format!("已恢复到 {at} 的状态:{}", settings.database),
            told(&restored.manifest, screen),
            "此后写入目标系统的单据仍在那里,桥已不记得:启动后,每次新建之前先按键(key)查找,找到就认领,不会再建一张。".to_owned(),
            "例外是没有键的集成流(qiao doctor 标为可能重复)和通知:它们可能再写、再发一次。".to_owned(),
            "此后收到的推送不在备份里,请对方重推;轮询会从备份时的位点继续读。".to_owned(),
        ],
        _ => [
            format!("Restored to the state of {at}: {}", settings.database),
            told(&restored.manifest, screen),
            "Documents written to the target systems since then are still there, and Qiao does not know of them: each create is looked up by its key first, and what is found is taken as ours.".to_owned(),
            "Flows without a key (qiao doctor says \"may duplicate\") and notices are the exception: they may be written or sent once more.".to_owned(),
            "What was pushed since then is not in the backup; ask for it again. Polling goes on from where it was.".to_owned(),
        ],
    };
    lines.iter().for_each(|line| screen.line(line));
    if let Some(kept) = &restored.kept_aside {
        screen.line(match screen.words("zh", "en") {
            "zh" => format!("原来的数据库保留为 {kept}。"),
            _ => format!("The database that was there is kept as {kept}."),
        });
    }
}

/// Puts the key of the backup beside the database where none is; whether the database opens with the key that is there.
fn opens(settings: &Settings, head: &Head, screen: &Screen) -> Result<bool, Failure> {
    let path = &settings.key_file;
    if let Some(text) = head.key.as_ref().filter(|_| !path.exists()) {
        key::put(path, text)?;
        screen.line(match screen.words("zh", "en") {
            "zh" => format!("密钥已从备份写入 {}。", path.display()),
            _ => format!("The key was written from the backup to {}.", path.display()),
        });
    }
    match wire::store(settings, wire::Role::Command) {
        Ok(_) => Ok(true),
        Err(failure) => {
            screen.line(screen.sentence(&failure.cause));
            Ok(false)
        }
    }
}
