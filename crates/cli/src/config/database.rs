//! Which database: a file of SQLite, or one of a PostgreSQL server.

use std::fmt;
use std::path::PathBuf;

use model::Cause;
use store::backup::Place;
use store::{Address, Postgres};

use crate::exit::Failure;

/// A database, and where it is. Shown without user and password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// The file.
    Sqlite(PathBuf),
    Postgres(Address),
}

impl Database {
    /// Reads `sqlite:PATH` and `postgres://user:password@host/database`.
    ///
    /// # Errors
    /// `cli.config.database`, with nothing of the text but its scheme: the rest may be a password.
    pub fn new(url: &str) -> Result<Database, Failure> {
        if Address::is_meant(url) {
            return Address::new(url).map(Database::Postgres).map_err(|reason| {
                let value = format!("{}: {reason}", without_password(url));
                Failure::configuration(Cause::new("cli.config.database").with("value", value))
            });
        }
        match url.strip_prefix("sqlite:").map(|path| path.trim_start_matches("//")) {
            Some(path) if !path.is_empty() => Ok(Database::Sqlite(PathBuf::from(path))),
            _ => Err(Failure::configuration(
                Cause::new("cli.config.database").with("value", without_password(url)),
            )),
        }
    }

    /// Where backups find it.
    pub fn place(&self) -> Place<'_> {
        match self {
            Database::Sqlite(path) => Place::Sqlite(path),
            Database::Postgres(address) => Place::Postgres(address),
        }
    }

    /// Whether it holds anything of ours yet.
    ///
    /// # Errors
    /// A server that cannot be reached or refuses, and somebody else's tables.
    pub fn is_there(&self) -> Result<bool, Failure> {
        match self {
            Database::Sqlite(path) => Ok(path.exists()),
            Database::Postgres(address) => Ok(Postgres::is_there(address)?),
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Database::Sqlite(path) => path.display().fmt(f),
            Database::Postgres(address) => address.fmt(f),
        }
    }
}

/// A database URL may hold a password: only its scheme is shown.
fn without_password(url: &str) -> &str {
    url.split_once("://").map_or(url, |(scheme, _)| scheme)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn both_engines_are_read() {
        assert_eq!(Database::new("sqlite:/数据/qiao.db").unwrap(), Database::Sqlite("/数据/qiao.db".into()));
        assert_eq!(Database::new("sqlite:///数据/qiao.db").unwrap().to_string(), "/数据/qiao.db");
        let shown = Database::new("postgres://qiao:geheim@db.example/qiao").unwrap().to_string();
        assert_eq!(shown, "postgres://db.example:5432/qiao");
    }

    #[test]
    fn what_is_no_database_is_refused_without_its_password() {
        for (url, value) in [
            ("mysql://qiao:geheim@db/qiao", "mysql"),
            ("sqlite:", "sqlite:"),
            ("postgres://qiao:geheim@:x/qiao", "postgres: invalid port number"),
        ] {
            let failure = Database::new(url).unwrap_err();
            assert_eq!(failure.cause.code, "cli.config.database");
            let shown = failure.cause.param("value").unwrap_or_default();
            assert!(
                shown.starts_with(value.split(':').next().unwrap()) && !shown.contains("geheim"),
                "{shown}"
            );
        }
    }

    #[test]
    fn a_file_is_there_when_it_exists() {
        assert!(!Database::Sqlite(Path::new("/没有/qiao.db").into()).is_there().unwrap());
    }
}
