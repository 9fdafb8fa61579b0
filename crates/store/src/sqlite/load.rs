//! Restoring: a backup is read into a new file, held against what was read, and put in the place of the old one.

use std::fs::{self, File};
use std::path::Path;

use contract::store::StoreError;
use rusqlite::{Connection, ErrorCode, params_from_iter};

use super::dump::{columns, dump_open, listed, tables};
use super::failure::{Done, Failure};
use super::migrations::{migrate, migrate_to};
use super::open::{lock, prepare};
use crate::backup::{
    AHEAD, COUNTS, Cell, Column, Line, Manifest, Reader, Restored, Row, beside, calls_until, of_file, same,
    sums,
};

/// What belongs to a database beside its file.
const BESIDE: [&str; 3] = ["", "-wal", "-shm"];

/// Puts the backup at that path.
pub(crate) fn restore(
    path: &Path,
    reader: Reader,
    replace: bool,
    aside: &str,
) -> Result<Restored, StoreError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| of_file(&error))?;
    }
    let _alone = lock(path)?;
    let is_there = fs::metadata(path).is_ok_and(|file| file.len() > 0);
    if is_there && !replace {
        return Err(StoreError::NotEmpty);
    }
    let new = beside(path, ".restoring");
    remove(&new);
    let put = load(&new, reader).and_then(|manifest| {
        let kept_aside = if is_there { Some(move_aside(path, aside)?) } else { None };
        fs::rename(&new, path).map_err(|error| of_file(&error))?;
        sync_folder(path)?;
        Ok(Restored { manifest, kept_aside })
    });
    if put.is_err() {
        remove(&new);
    }
    put
}

fn remove(path: &Path) {
    for ending in BESIDE {
        // What is not there need not be removed.
        let _ = fs::remove_file(beside(path, ending));
    }
}

/// The whole database under another name, its log with it.
fn move_aside(path: &Path, aside: &str) -> Result<String, StoreError> {
    let kept = beside(path, &format!(".{aside}"));
    for ending in BESIDE {
        let (from, to) = (beside(path, ending), beside(&kept, ending));
        if from.exists() {
            fs::rename(from, to).map_err(|error| of_file(&error))?;
        }
    }
    Ok(kept.display().to_string())
}

fn sync_folder(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| of_file(&error))
}

/// Reads all of it into a new file, and looks whether what is there is what was read.
fn load(path: &Path, mut reader: Reader) -> Result<Manifest, StoreError> {
    let sql = Connection::open(path).map_err(Failure::from)?;
    fill(&sql, &mut reader)?;
    let manifest = reader.manifest()?;
    let mut writer = sums(&manifest.head)?;
    dump_open(&sql, &mut writer)?;
    same(&writer.finish()?.0, &manifest)?;
    complete(&sql, calls_until(&manifest.head))?;
    drop(sql);
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| of_file(&error))?;
    Ok(manifest)
}

fn fill(sql: &Connection, reader: &mut Reader) -> Done<()> {
    prepare(sql)?;
    // A file that is not in place yet needs no log: whatever happens, it is made anew.
    sql.execute_batch(
        "pragma auto_vacuum = incremental; pragma journal_mode = off; pragma synchronous = off",
    )?;
    migrate_to(sql, reader.head().schema)?;
    let known = tables(sql)?;
    sql.execute_batch("begin")?;
    let mut filling = Filling { sql, known, table: String::new(), statement: String::new() };
    while let Some(line) = reader.next()? {
        match line {
            Line::Table { name, columns } => filling.begin(&name, &columns)?,
            Line::Row(row) => filling.store(row)?,
            Line::End => {}
        }
    }
    sql.execute_batch("commit")?;
    Ok(())
}

/// What follows from the rest, and what came since.
fn complete(sql: &Connection, calls_until: i64) -> Done<()> {
    migrate(sql)?;
    sql.execute_batch(&format!(
        "begin;
         insert into {COUNTS} (tenant, flow, kind, state, tasks)
             select tenant, flow, kind, state, count(*) from task group by tenant, flow, kind, state;
         update lane set others_until = max(others_until, {calls_until}), owner = null where owner is not null;
         update sqlite_sequence set seq = seq + {AHEAD} where name = 'receipt';
         insert into sqlite_sequence (name, seq) select 'receipt', {AHEAD}
             where not exists (select 1 from sqlite_sequence where name = 'receipt');
         commit"
    ))?;
    let said: String = sql.query_row("pragma integrity_check(1)", [], |row| row.get(0))?;
    match said.as_str() {
        "ok" => Ok(()),
        _ => Err(StoreError::Corrupt.into()),
    }
}

/// A database that is being filled.
struct Filling<'c> {
    sql: &'c Connection,
    known: Vec<String>,
    /// The table that was begun last.
    table: String,
    /// Stores a row of the table that was begun last.
    statement: String,
}

impl Filling<'_> {
    /// Fails for a table or columns that the schema does not have.
    fn begin(&mut self, table: &str, named: &[Column]) -> Done<()> {
        let is_known = self.known.iter().any(|known| known == table);
        if !is_known || columns(self.sql, table)? != named {
            return Err(StoreError::BackupDamaged(table.to_owned()).into());
        }
        let places = vec!["?"; named.len()].join(", ");
        self.table = table.to_owned();
        self.statement = format!("insert into \"{table}\" ({}) values ({places})", listed(named));
        Ok(())
    }

    fn store(&self, row: Row) -> Done<()> {
        let mut insert = self.sql.prepare_cached(&self.statement)?;
        match insert.execute(params_from_iter(row.into_iter().map(value))) {
            // No database that was backed up holds what its own schema does not take.
            Err(rusqlite::Error::SqliteFailure(error, _)) if error.code == ErrorCode::ConstraintViolation => {
                Err(StoreError::BackupDamaged(self.table.clone()).into())
            }
            stored => Ok(stored.map(|_| ())?),
        }
    }
}

fn value(cell: Cell) -> rusqlite::types::Value {
    use rusqlite::types::Value;
    match cell {
        Cell::Null => Value::Null,
        Cell::Number(number) => Value::Integer(number),
        Cell::Text(text) => Value::Text(text),
        Cell::Bytes(bytes) => Value::Blob(bytes),
    }
}
