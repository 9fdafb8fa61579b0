//! Everything that a database holds, of one state, while others go on writing.

use std::path::Path;

use contract::store::StoreError;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::failure::Done;
use super::migrations::refuse_strangers;
use super::open::prepare;
use crate::backup::{Cell, Column, Kind, Writer, left_out};

/// The version of a database's schema; `None` where there is none.
pub(crate) fn schema_of(path: &Path) -> Result<Option<i64>, StoreError> {
    if !path.exists() {
        return Ok(None);
    }
    Ok(open(path).and_then(|sql| version(&sql))?)
}

fn version(sql: &Connection) -> Done<Option<i64>> {
    let version: i64 = sql.query_row("pragma user_version", [], |row| row.get(0))?;
    Ok((version > 0).then_some(version))
}

pub(super) fn open(path: &Path) -> Done<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    prepare(&connection)?;
    refuse_strangers(&connection)?;
    Ok(connection)
}

/// Writes every table but those that follow from others.
pub(crate) fn dump(path: &Path, mut writer: Writer) -> Result<Writer, StoreError> {
    let connection = open(path)?;
    dump_open(&connection, &mut writer)?;
    Ok(writer)
}

pub(super) fn dump_open(connection: &Connection, writer: &mut Writer) -> Done<()> {
    // All of it is of the state that the first question sees.
    connection.execute_batch("begin")?;
    let written = tables(connection)
        .and_then(|tables| tables.iter().try_for_each(|table| dump_table(connection, table, writer)));
    connection.execute_batch("commit")?;
    written
}

pub(super) fn tables(sql: &Connection) -> Done<Vec<String>> {
    let mut find = sql.prepare(
        "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name",
    )?;
    let names = find.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    Ok(names.into_iter().filter(|name| !left_out(name)).collect())
}

/// The columns of a table by name, with their kinds.
pub(super) fn columns(sql: &Connection, table: &str) -> Done<Vec<Column>> {
    let mut find = sql.prepare("select name, type from pragma_table_info(?1) order by name")?;
    let columns = find.query_map([table], |row| {
        let kind = match row.get_ref(1)?.as_str()? {
            "TEXT" | "text" => Kind::Text,
            "BLOB" | "blob" => Kind::Bytes,
            _ => Kind::Number,
        };
        Ok(Column { name: row.get(0)?, kind })
    })?;
    Ok(columns.collect::<Result<_, _>>()?)
}

pub(super) fn listed(columns: &[Column]) -> String {
    columns.iter().map(|column| format!("\"{}\"", column.name)).collect::<Vec<_>>().join(", ")
}

fn dump_table(sql: &Connection, table: &str, writer: &mut Writer) -> Done<()> {
    let columns = columns(sql, table)?;
    writer.table(table, &columns)?;
    let mut find = sql.prepare(&format!("select {} from \"{table}\"", listed(&columns)))?;
    let mut rows = find.query([])?;
    let mut cells = Vec::with_capacity(columns.len());
    while let Some(row) = rows.next()? {
        cells.clear();
        for at in 0..columns.len() {
            cells.push(match row.get_ref(at)? {
                ValueRef::Integer(number) => Cell::Number(number),
                ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
                // The tables are strict, and have no column for such a number.
                ValueRef::Null | ValueRef::Real(_) => Cell::Null,
            });
        }
        writer.row(&cells)?;
    }
    writer.end()?;
    Ok(())
}
