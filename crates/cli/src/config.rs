//! The server's configuration: flags, then `QIAO_*` variables, then one YAML file, then defaults. All of it is
//! optional.

mod database;
pub mod key;
mod retention;
pub mod surroundings;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use engine::Retention;
use model::Cause;
use serde::Deserialize;

pub use self::database::Database;
use self::retention::RetentionFile;
pub use self::retention::size_text;
use crate::arguments::Common;
use crate::exit::Failure;

/// Where the server listens unless told otherwise.
pub const LISTEN: &str = "127.0.0.1:8620";
/// The data folder unless told otherwise.
pub const FOLDER: &str = "qiao-data";

/// The configuration in force, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Holds the database and the key, unless those are elsewhere.
    pub folder: PathBuf,
    pub database: Database,
    /// The file with the key that seals secrets.
    pub key_file: PathBuf,
    pub listen: SocketAddr,
    /// Level of the log.
    pub log: String,
    /// A folder with the user's own connectors.
    pub connectors: Option<PathBuf>,
    /// A PEM file with private certificate authorities that are trusted besides the machine's.
    pub authority: Option<PathBuf>,
    /// How much of the story is kept.
    pub retention: Retention,
}

/// The YAML file. Every setting is optional; unknown ones are mistakes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsFile {
    folder: Option<PathBuf>,
    database: Option<String>,
    key_file: Option<PathBuf>,
    listen: Option<String>,
    log: Option<String>,
    connectors: Option<PathBuf>,
    authority: Option<PathBuf>,
    #[serde(default)]
    retention: RetentionFile,
}

impl Settings {
    /// Puts the sources together; `listen` is the option of `qiao serve`.
    ///
    /// # Errors
    /// A file that cannot be read, or a value that is none.
    pub fn gather(common: &Common, listen: Option<&str>) -> Result<Settings, Failure> {
        let file = match &common.config {
            Some(path) => read(path)?,
            None => SettingsFile::default(),
        };
        let folder = common.folder.clone().or(file.folder).unwrap_or_else(|| PathBuf::from(FOLDER));
        let database = match common.database.clone().or(file.database) {
            Some(url) => Database::new(&url)?,
            None => Database::Sqlite(folder.join("qiao.db")),
        };
        let said = listen.map(str::to_owned).or(file.listen).unwrap_or_else(|| LISTEN.to_owned());
        Ok(Settings {
            key_file: common.key_file.clone().or(file.key_file).unwrap_or_else(|| folder.join("key")),
            folder,
            database,
            listen: address(&said)?,
            log: common.log.clone().or(file.log).unwrap_or_else(|| "warn".into()),
            connectors: common.connectors.clone().or(file.connectors),
            authority: common.authority.clone().or(file.authority),
            retention: file.retention.or_said(common.retention_days, common.retention_size.as_deref())?,
        })
    }
}

impl Settings {
    /// Where backups are put unless told otherwise.
    pub fn backups(&self) -> PathBuf {
        self.folder.join("backups")
    }
}

/// An address and port of this machine.
pub fn address(text: &str) -> Result<SocketAddr, Failure> {
    text.parse().map_err(|_| Failure::configuration(Cause::new("cli.listen.unset").with("value", text)))
}

fn read(path: &Path) -> Result<SettingsFile, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    parse(&text).map_err(|wrong| {
        Failure::configuration(
            Cause::new("cli.config.text")
                .with("path", path.display())
                .with("line", wrong.line)
                .with("column", wrong.column)
                .with("reason", wrong.reason),
        )
    })
}

struct Wrong {
    line: u64,
    column: u64,
    reason: String,
}

fn parse(text: &str) -> Result<SettingsFile, Wrong> {
    if text.trim().is_empty() {
        return Ok(SettingsFile::default());
    }
    serde_saphyr::from_str(text).map_err(|error| {
        let place = error.location();
        Wrong {
            line: place.map_or(1, |place| place.line()),
            column: place.map_or(1, |place| place.column()),
            reason: error.without_snippet().to_string(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_anything_there_are_defaults() {
        let settings = Settings::gather(&Common::default(), None).unwrap();
        assert_eq!(settings.database, Database::Sqlite("qiao-data/qiao.db".into()));
        assert_eq!(settings.key_file, Path::new("qiao-data/key"));
        assert_eq!(settings.listen.to_string(), LISTEN);
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("qiao.yaml");
        std::fs::write(&file, "folder: /srv/qiao\nlisten: 127.0.0.1:9000\n").unwrap();
        let common = Common { config: Some(file), folder: Some("/data/桥".into()), ..Common::default() };
        let settings = Settings::gather(&common, None).unwrap();
        assert_eq!(settings.database, Database::Sqlite("/data/桥/qiao.db".into()));
        assert_eq!(settings.listen.port(), 9000);
        assert_eq!(Settings::gather(&common, Some("127.0.0.1:1")).unwrap().listen.port(), 1);
    }

    #[test]
    fn a_mistake_in_the_file_has_its_place() {
        for (text, line) in [("folder: /srv\nlissten: x\n", 2), ("listen: [1,\n", 1), ("- a\n", 1)] {
            let Err(wrong) = parse(text) else { panic!("{text} is wrong") };
            assert!(wrong.line >= line && wrong.column >= 1, "{text}: {}:{}", wrong.line, wrong.column);
            assert!(!wrong.reason.is_empty());
        }
    }
}
