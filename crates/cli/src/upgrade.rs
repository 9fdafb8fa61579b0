//! Before a server brings an older database up to date, it is backed up: the way back to the older version.

use std::fs;
use std::time::Duration;

use contract::Clock;
use model::Timestamp;
use store::backup::SCHEMA;

use crate::clock::SystemClock;
use crate::commands::backup::{make_folder, stamp, write};
use crate::config::Settings;
use crate::exit::Failure;
use crate::screen::Screen;

/// For how long these backups are kept.
const KEPT: Duration = Duration::from_secs(30 * 86_400);

const BEGINNING: &str = "before-upgrade-";

/// Backs a database of an older version up, and removes the backups of upgrades long past.
///
/// # Errors
/// Where the backup cannot be made nothing is upgraded.
pub async fn prepare(settings: &Settings, screen: &Screen) -> Result<(), Failure> {
    let now = SystemClock.now();
    let folder = settings.backups();
    remove_old(&folder, now);
    let Some(found) = settings.database.place().schema()?.filter(|found| *found < SCHEMA) else {
        return Ok(());
    };
    let path = folder.join(format!("{BEGINNING}{found}-{}.qiao", stamp(now)));
    make_folder(&path)?;
    write(&settings.database, &path, now, None, None).await?;
    screen.progress(match screen.words("zh", "en") {
        "zh" => format!("数据库将从第 {found} 版升级到第 {SCHEMA} 版;升级前的备份:{}", path.display()),
        _ => format!(
            "the database goes from version {found} to {SCHEMA}; backed up before: {}",
            path.display()
        ),
    });
    Ok(())
}

/// What cannot be looked at or removed stays.
fn remove_old(folder: &std::path::Path, now: Timestamp) {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    for file in files.filter(|file| file.file_name().to_string_lossy().starts_with(BEGINNING)) {
        let written = file.metadata().and_then(|file| file.modified()).ok();
        let since = written.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        let at = since.and_then(|since| i64::try_from(since.as_millis()).ok()).map(Timestamp);
        if at.is_some_and(|at| now.since(at) > KEPT) {
            let _ = fs::remove_file(file.path());
        }
    }
}
