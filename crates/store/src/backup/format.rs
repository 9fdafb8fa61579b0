//! What a backup looks like inside: JSON lines, compressed with zstd, and perhaps sealed.
//!
//! The first line is the head: `{"qiao":1,"at":…,"schema":…,"from":"sqlite"}`. Each table has a line that names it and its
//! columns with their kinds (`i` number, `t` text, `b` bytes; sorted by name, so that it is the same whichever engine wrote
//! it), a line for each row, and one that says how many there were and what they add up to. The last line counts the
//! tables. Bytes are base64; truth values are 0 and 1. A table's hash is the sum of its rows' hashes: in which order they
//! came does not matter.

use std::io::{BufRead, BufReader, Write};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use contract::store::StoreError;
use model::{Hash, Timestamp};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::sealing::{In, Out};
use super::{Halt, is_given_up, of_file};

/// The version of the format.
const FORMAT: u32 = 1;

/// As zstd's own program: what is backed up every night need not be smaller.
const LEVEL: i32 = 3;

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The time to which restoring goes back.
    pub at: Timestamp,
    /// The version of the schema.
    pub schema: i64,
    /// The engine of storage that it was taken from: `sqlite` or `postgres`.
    pub from: String,
    /// The key that seals secrets, where it was asked to be in it.
    pub key: Option<String>,
}

/// What is in a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    pub head: Head,
    pub tables: Vec<TableSum>,
}

impl Manifest {
    /// Rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// Rows of one table.
    pub fn rows_of(&self, table: &str) -> u64 {
        self.tables.iter().find(|sum| sum.name == table).map_or(0, |sum| sum.rows)
    }
}

/// What the rows of a table add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSum {
    pub name: String,
    pub rows: u64,
    pub hash: u128,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    #[serde(rename = "i")]
    Number,
    #[serde(rename = "t")]
    Text,
    #[serde(rename = "b")]
    Bytes,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Column {
    pub name: String,
    pub kind: Kind,
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Null,
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Cell {
    /// How large it is, about.
    pub fn bytes(&self) -> usize {
        match self {
            Cell::Null | Cell::Number(_) => 8,
            Cell::Text(text) => text.len(),
            Cell::Bytes(bytes) => bytes.len(),
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::Null => to.serialize_none(),
            Cell::Number(number) => to.serialize_i64(*number),
            Cell::Text(text) => to.serialize_str(text),
            Cell::Bytes(bytes) => to.serialize_str(&BASE64_STANDARD.encode(bytes)),
        }
    }
}

/// The row as a line of the file, and what it adds to the hash.
fn line_of(cells: &[Cell]) -> (Vec<u8>, u128) {
    let mut line = Vec::new();
    let mut to = serde_json::Serializer::new(&mut line);
    let written = to.serialize_seq(Some(cells.len())).and_then(|mut row| {
        cells.iter().try_for_each(|cell| row.serialize_element(cell))?;
        row.end()
    });
    written.expect("numbers and texts can always be written");
    let hash = hash_of(&line);
    (line, hash)
}

fn hash_of(line: &[u8]) -> u128 {
    u128::from_le_bytes(Hash::of_text(&String::from_utf8_lossy(line)).to_bytes())
}

#[derive(Serialize, Deserialize)]
struct HeadLine {
    qiao: u32,
    at: i64,
    schema: i64,
    from: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct TableLine {
    table: String,
    columns: Vec<Column>,
}

#[derive(Serialize, Deserialize)]
struct EndLine {
    end: String,
    rows: u64,
    hash: String,
}

#[derive(Serialize, Deserialize)]
struct LastLine {
    tables: usize,
}

/// Writes a backup, line by line.
pub(crate) struct Writer {
    out: zstd::stream::write::Encoder<'static, Out>,
    manifest: Manifest,
    halt: Halt,
}

impl Writer {
    pub fn begin(out: Out, head: Head, halt: Halt) -> Result<Writer, StoreError> {
        let mut encoder = zstd::stream::write::Encoder::new(out, LEVEL).map_err(|error| of_file(&error))?;
        encoder.include_checksum(true).map_err(|error| of_file(&error))?;
        let mut writer = Writer { out: encoder, manifest: Manifest { head, tables: Vec::new() }, halt };
        let Head { at, schema, from, key } = writer.manifest.head.clone();
        writer.json(&HeadLine { qiao: FORMAT, at: at.0, schema, from, key })?;
        Ok(writer)
    }

    /// Begins a table.
    pub fn table(&mut self, name: &str, columns: &[Column]) -> Result<(), StoreError> {
        self.json(&TableLine { table: name.to_owned(), columns: columns.to_vec() })?;
        self.manifest.tables.push(TableSum { name: name.to_owned(), rows: 0, hash: 0 });
        Ok(())
    }

    /// A row of the table that was begun last.
    ///
    /// # Errors
    /// Those of the file; and [`StoreError::Broken`] when whoever waits gave up.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), StoreError> {
        if is_given_up(&self.halt) {
            return Err(StoreError::Broken("the backup was given up".into()));
        }
        let (line, hash) = line_of(cells);
        self.line(&line)?;
        let sum = self.manifest.tables.last_mut().expect("a table was begun");
        sum.rows += 1;
        sum.hash = sum.hash.wrapping_add(hash);
        Ok(())
    }

    /// Ends the table.
    pub fn end(&mut self) -> Result<(), StoreError> {
        let sum = self.manifest.tables.last().cloned().expect("a table was begun");
        self.json(&EndLine { end: sum.name, rows: sum.rows, hash: format!("{:032x}", sum.hash) })
    }

    pub fn finish(mut self) -> Result<(Manifest, Out), StoreError> {
        self.json(&LastLine { tables: self.manifest.tables.len() })?;
        let out = self.out.finish().and_then(Out::finish).map_err(|error| of_file(&error))?;
        Ok((self.manifest, out))
    }

    fn json(&mut self, value: &impl Serialize) -> Result<(), StoreError> {
        let line = serde_json::to_vec(value).expect("numbers and texts can always be written");
        self.line(&line)
    }

    fn line(&mut self, line: &[u8]) -> Result<(), StoreError> {
        let written = self.out.write_all(line).and_then(|()| self.out.write_all(b"\n"));
        written.map_err(|error| of_file(&error))
    }
}

/// What comes next in a backup.
pub(crate) enum Line {
    Table {
        name: String,
        columns: Vec<Column>,
    },
    Row(Vec<Cell>),
    /// The table's rows were as many as were written, and the same.
    End,
}

/// Reads a backup, line by line, and holds each table against what the backup says of it.
pub(crate) struct Reader {
    from: BufReader<zstd::stream::read::Decoder<'static, BufReader<In>>>,
    manifest: Manifest,
    columns: Option<Vec<Column>>,
    is_whole: bool,
}

impl Reader {
    pub fn begin(from: In) -> Result<Reader, StoreError> {
        let decoder = zstd::stream::read::Decoder::new(from).map_err(|error| of_file(&error))?;
        let head = Head { at: Timestamp(0), schema: 0, from: String::new(), key: None };
        let manifest = Manifest { head, tables: Vec::new() };
        let mut reader = Reader { from: BufReader::new(decoder), manifest, columns: None, is_whole: false };
        let head: HeadLine = reader.json("head")?;
        if head.qiao != FORMAT {
            return Err(StoreError::NoBackup);
        }
        let HeadLine { at, schema, from, key, .. } = head;
        reader.manifest.head = Head { at: Timestamp(at), schema, from, key };
        Ok(reader)
    }

    pub fn head(&self) -> &Head {
        &self.manifest.head
    }

    /// What was read; only once all of it was.
    pub fn manifest(self) -> Result<Manifest, StoreError> {
        match self.is_whole {
            true => Ok(self.manifest),
            false => Err(damaged("end")),
        }
    }

    /// The next line; `None` after the last.
    pub fn next(&mut self) -> Result<Option<Line>, StoreError> {
        if self.is_whole {
            return Ok(None);
        }
        let place = self.place();
        let line = self.read(&place)?;
        match (line.first(), self.columns.take()) {
            (Some(b'['), Some(columns)) => {
                let cells = cells_of(&line, &columns).ok_or_else(|| damaged(&place))?;
                let sum = self.manifest.tables.last_mut().ok_or_else(|| damaged(&place))?;
                sum.rows += 1;
                sum.hash = sum.hash.wrapping_add(hash_of(&line));
                self.columns = Some(columns);
                Ok(Some(Line::Row(cells)))
            }
            (_, Some(_)) => {
                let end: EndLine = parsed(&line, &place)?;
                let sum = self.manifest.tables.last().ok_or_else(|| damaged(&place))?;
                let is_so = end.end == sum.name
                    && end.rows == sum.rows
                    && u128::from_str_radix(&end.hash, 16) == Ok(sum.hash);
                if !is_so {
                    return Err(damaged(&place));
                }
                Ok(Some(Line::End))
            }
            (_, None) if line.starts_with(b"{\"tables\"") => {
                let last: LastLine = parsed(&line, &place)?;
                // Behind the last line is the sum over all bytes, which is looked at where they end.
                let nothing = self.from.fill_buf().is_ok_and(<[u8]>::is_empty);
                if last.tables != self.manifest.tables.len() || !nothing {
                    return Err(damaged("end"));
                }
                self.is_whole = true;
                Ok(None)
            }
            (_, None) => {
                let table: TableLine = parsed(&line, &place)?;
                let sum = TableSum { name: table.table.clone(), rows: 0, hash: 0 };
                self.manifest.tables.push(sum);
                self.columns = Some(table.columns.clone());
                Ok(Some(Line::Table { name: table.table, columns: table.columns }))
            }
        }
    }

    /// Where reading is: the table's name.
    fn place(&self) -> String {
        self.manifest.tables.last().map_or_else(|| "head".into(), |table| table.name.clone())
    }

    fn json<T: for<'d> Deserialize<'d>>(&mut self, place: &str) -> Result<T, StoreError> {
        let line = self.read(place)?;
        parsed(&line, place)
    }

    fn read(&mut self, place: &str) -> Result<Vec<u8>, StoreError> {
        let mut line = Vec::new();
        let read = self.from.read_until(b'\n', &mut line);
        match read {
            Ok(_) if line.pop() == Some(b'\n') => Ok(line),
            // What opens and then is cut off or garbled is damaged, whatever is said of it.
            Ok(_) | Err(_) => Err(damaged(place)),
        }
    }
}

fn damaged(place: &str) -> StoreError {
    StoreError::BackupDamaged(place.to_owned())
}

fn parsed<T: for<'d> Deserialize<'d>>(line: &[u8], place: &str) -> Result<T, StoreError> {
    serde_json::from_slice(line).map_err(|_| damaged(place))
}

fn cells_of(line: &[u8], columns: &[Column]) -> Option<Vec<Cell>> {
    let values: Vec<Value> = serde_json::from_slice(line).ok()?;
    (values.len() == columns.len()).then_some(())?;
    let cell = |(value, column): (Value, &Column)| match (value, column.kind) {
        (Value::Null, _) => Some(Cell::Null),
        (Value::Number(number), Kind::Number) => number.as_i64().map(Cell::Number),
        (Value::String(text), Kind::Text) => Some(Cell::Text(text)),
        (Value::String(text), Kind::Bytes) => BASE64_STANDARD.decode(text).ok().map(Cell::Bytes),
        _ => None,
    };
    values.into_iter().zip(columns).map(cell).collect()
}
