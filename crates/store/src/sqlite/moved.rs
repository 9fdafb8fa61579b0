//! That a database is being moved to another place, or was.

use std::path::Path;

use contract::store::StoreError;
use model::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::dump::{open, schema_of};
use super::failure::Done;
use super::migrations::{KNOWN, migrate};
use super::open::lock;
use crate::backup::Moved;

/// Whether it was; one of an older version never is. Changes nothing.
pub(crate) fn moved(path: &Path) -> Result<Option<Moved>, StoreError> {
    if schema_of(path)? != Some(KNOWN) {
        return Ok(None);
    }
    Ok(read(&open(path)?)?)
}

pub(super) fn read(sql: &Connection) -> Done<Option<Moved>> {
    let moved = sql.query_row("select at, place, token, done from moved", [], |row| {
        let (at, done) = (Timestamp(row.get(0)?), row.get::<_, i64>(3)? != 0);
        Ok(Moved { at, place: row.get(1)?, token: row.get(2)?, done })
    });
    Ok(moved.optional()?)
}

/// Notes it, or takes it back, while no server works on it.
pub(crate) fn set_moved(path: &Path, moved: Option<&Moved>) -> Result<(), StoreError> {
    let _alone = lock(path)?;
    let sql = open(path)?;
    migrate(&sql)?;
    Ok(write(&sql, moved)?)
}

fn write(sql: &Connection, moved: Option<&Moved>) -> Done<()> {
    match moved {
        Some(moved) => sql.execute(
            "insert or replace into moved (id, at, place, token, done) values (1, ?1, ?2, ?3, ?4)",
            params![moved.at.0, moved.place, moved.token, i64::from(moved.done)],
        )?,
        None => sql.execute("delete from moved", [])?,
    };
    Ok(())
}
