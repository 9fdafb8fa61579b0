//! Backups: everything that a database holds, as one file that does not depend on the engine of storage.
//!
//! A backup is taken of one state while others go on writing, and read again before it counts as made. Restoring reads it
//! whole into an empty place, holds what is there then against it, and only then puts it in place. Either engine of storage
//! takes what the other wrote, and any version of the program what an older one did. What is inside: see [`format`].

mod format;
mod sealing;

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use contract::store::StoreError;
use contract::transport::LONGEST_CALL;
use model::{Secret, Timestamp};

use crate::pieces;
use crate::postgres::{self, Address};
use crate::seal::Nonces;
use crate::sqlite;

pub(crate) use format::{Cell, Column, Kind, Line, Reader, Writer};
pub use format::{Head, Manifest, TableSum};
use sealing::{In, Out};

/// Which database.
#[derive(Debug, Clone, Copy)]
pub enum Place<'p> {
    Sqlite(&'p Path),
    Postgres(&'p Address),
}

impl Place<'_> {
    fn name(self) -> &'static str {
        match self {
            Place::Sqlite(_) => "sqlite",
            Place::Postgres(_) => "postgres",
        }
    }

    /// Whether the database is being moved, or was. Blocks.
    ///
    /// # Errors
    /// Those of a place that cannot be read, or has no database of this version.
    pub fn moved(self) -> Result<Option<Moved>, StoreError> {
        match self {
            Place::Sqlite(path) => sqlite::moved(path),
            Place::Postgres(address) => postgres::moved(address),
        }
    }

    /// Notes that the database is being moved, or was, so that no server works on it any more; or takes that back. Blocks.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while a server works on it, and those of the database.
    pub fn set_moved(self, moved: Option<&Moved>) -> Result<(), StoreError> {
        match self {
            Place::Sqlite(path) => sqlite::set_moved(path, moved),
            Place::Postgres(address) => postgres::set_moved(address, moved),
        }
    }

    /// The version of the database's schema; `None` where there is nothing of ours. Changes nothing. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Foreign`], [`StoreError::Newer`], and those of a place that cannot be read.
    pub fn schema(self) -> Result<Option<i64>, StoreError> {
        match self {
            Place::Sqlite(path) => sqlite::schema_of(path),
            Place::Postgres(address) => postgres::schema_of(address),
        }
    }
}

/// Where a database goes, or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub at: Timestamp,
    /// As people read it, without a password.
    pub place: String,
    /// Nobody else's: a place that shows it is this one, whatever it is called.
    pub token: String,
    /// Whether all of it is there.
    pub done: bool,
}

impl Moved {
    pub(crate) fn refusal(self) -> StoreError {
        StoreError::Moved { place: self.place, done: self.done }
    }
}

/// The version of the schema that this program makes.
pub const SCHEMA: i64 = sqlite::SCHEMA;

/// Receipts given out since the backup was taken may be known to those that pushed: their ids are given to nobody else.
pub(crate) const AHEAD: i64 = 1_000_000;

/// Until when calls may have been under way of whoever owned a lane as the backup was taken.
pub(crate) fn calls_until(head: &Head) -> i64 {
    (head.at + LONGEST_CALL).0
}

/// How many tasks there are of each kind is counted anew: where it is kept differs between the engines.
pub(crate) const COUNTS: &str = "task_count";

/// What is of the one database and of nobody who takes its backup: what follows from other tables, who works on it, and
/// whether it was moved.
const ITS_OWN: [&str; 3] = [COUNTS, "node", "moved"];

/// Whether a table is not in backups.
pub(crate) fn left_out(table: &str) -> bool {
    ITS_OWN.contains(&table) || table.starts_with(pieces::TABLES)
}

pub(crate) type Row = Vec<Cell>;

/// How a backup is written or read.
#[derive(Clone)]
pub struct Sealing {
    /// Opens the backup; without one it is written as it is.
    pub passphrase: Option<Secret>,
    pub nonces: Nonces,
}

/// Lets whoever waits for a backup give it up: once this is set, it ends at the next row.
pub type Halt = Arc<AtomicBool>;

/// Writes a backup of everything to that path, which must not exist, and reads it again. Blocks for as long as that takes;
/// others go on using the database. Where it fails, no file is left.
///
/// # Errors
/// Those of the database; [`StoreError::Denied`] and [`StoreError::Full`] of the file.
pub fn back_up(
    place: Place<'_>,
    to: &Path,
    at: Timestamp,
    key: Option<&Secret>,
    sealing: &Sealing,
    halt: &Halt,
) -> Result<Manifest, StoreError> {
    let partial = beside(to, ".partial");
    let written = write(place, &partial, at, key, sealing, halt).and_then(|written| {
        let read = check(&partial, sealing.passphrase.as_ref())?;
        same(&written, &read)?;
        fs::rename(&partial, to).map_err(|error| of_file(&error))?;
        Ok(written)
    });
    if written.is_err() {
        // What was written so far is of no use; that it cannot be removed changes nothing.
        let _ = fs::remove_file(&partial);
    }
    written
}

fn write(
    place: Place<'_>,
    to: &Path,
    at: Timestamp,
    key: Option<&Secret>,
    sealing: &Sealing,
    halt: &Halt,
) -> Result<Manifest, StoreError> {
    use std::os::unix::fs::OpenOptionsExt;
    let file = File::options().write(true).create(true).truncate(true).mode(0o600).open(to);
    let file = file.map_err(|error| of_file(&error))?;
    let synced = file.try_clone().map_err(|error| of_file(&error))?;
    let out = Out::new(BufWriter::new(file), sealing).map_err(|error| of_file(&error))?;
    let schema = place.schema()?.ok_or(StoreError::Foreign)?;
    let head = Head { at, schema, from: place.name().into(), key: key.map(|key| key.reveal().to_owned()) };
    let writer = Writer::begin(out, head, halt.clone())?;
    let (manifest, mut out) = dump(place, writer)?;
    out.flush().and_then(|()| synced.sync_all()).map_err(|error| of_file(&error))?;
    Ok(manifest)
}

fn dump(place: Place<'_>, writer: Writer) -> Result<(Manifest, Out), StoreError> {
    let writer = match place {
        Place::Sqlite(path) => sqlite::dump(path, writer)?,
        Place::Postgres(address) => postgres::dump(address, writer)?,
    };
    writer.finish()
}

/// Reads a backup whole, and says what is in it.
///
/// # Errors
/// [`StoreError::NoBackup`], [`StoreError::Passphrase`], [`StoreError::BackupDamaged`], and [`StoreError::Denied`].
pub fn check(path: &Path, passphrase: Option<&Secret>) -> Result<Manifest, StoreError> {
    let mut reader = open(path, passphrase)?;
    while reader.next()?.is_some() {}
    reader.manifest()
}

fn open(path: &Path, passphrase: Option<&Secret>) -> Result<Reader, StoreError> {
    let file = File::open(path).map_err(|error| of_file(&error))?;
    Reader::begin(In::new(BufReader::new(file), passphrase)?)
}

/// What was there before, under its new name, when something was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    pub manifest: Manifest,
    pub kept_aside: Option<String>,
}

/// Puts what a backup holds into a database. Blocks for as long as that takes.
///
/// The place must be empty, unless it is to be replaced: then what is there is kept aside under a name that ends with
/// `aside`. Nothing is in place before all of the backup was read, and what is in the database was held against it. What is
/// restored goes on as after a crash: every create is looked up by its key first.
///
/// # Errors
/// Those of [`check`]; [`StoreError::NotEmpty`], [`StoreError::InUse`] while a server runs, [`StoreError::Newer`] for a
/// backup of a newer version; and those of the database. The place is as it was then.
pub fn restore(
    path: &Path,
    into: Place<'_>,
    replace: bool,
    aside: &str,
    sealing: &Sealing,
) -> Result<Restored, StoreError> {
    let reader = open(path, sealing.passphrase.as_ref())?;
    if reader.head().schema > SCHEMA {
        return Err(StoreError::Newer { found: reader.head().schema, known: SCHEMA });
    }
    match into {
        Place::Sqlite(path) => sqlite::restore(path, reader, replace, aside),
        Place::Postgres(address) => postgres::restore(address, reader, replace, aside),
    }
}

/// Whether one database holds what another does, row by row; `false` where there is none. Blocks for as long as it takes to
/// read both. Nobody may write to either meanwhile.
///
/// # Errors
/// Those of the databases.
pub fn holds_the_same(there: Place<'_>, here: Place<'_>, at: Timestamp) -> Result<bool, StoreError> {
    if there.schema()? != Some(SCHEMA) || here.schema()? != Some(SCHEMA) {
        return Ok(false);
    }
    let summed = |place: Place<'_>| {
        let head = Head { at, schema: SCHEMA, from: place.name().into(), key: None };
        dump(place, sums(&head)?).map(|(manifest, _)| manifest)
    };
    let (there, here) = (summed(there)?, summed(here)?);
    // Nobody owns the lanes of what was restored.
    Ok(there.tables.iter().all(|table| table.name == LANES || here.tables.contains(table)))
}

const LANES: &str = "lane";

/// What a database holds now, table by table, without writing it anywhere.
pub(crate) fn sums(head: &Head) -> Result<Writer, StoreError> {
    Writer::begin(Out::nowhere(), head.clone(), Halt::default())
}

/// Fails where two manifests differ, naming the first table that does.
pub(crate) fn same(one: &Manifest, other: &Manifest) -> Result<(), StoreError> {
    let differing = one.tables.iter().find(|table| !other.tables.contains(table));
    match differing {
        Some(table) => Err(StoreError::BackupDamaged(table.name.clone())),
        None if one.tables.len() != other.tables.len() => Err(StoreError::BackupDamaged("manifest".into())),
        None => Ok(()),
    }
}

pub(crate) fn beside(path: &Path, ending: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// What went wrong with a file, where it was no damage.
pub(crate) fn of_file(error: &std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::StorageFull => StoreError::Full,
        _ => StoreError::Denied(error.to_string()),
    }
}

/// Whether whoever waits has given up.
fn is_given_up(halt: &Halt) -> bool {
    halt.load(Ordering::Relaxed)
}
