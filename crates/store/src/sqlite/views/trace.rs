//! Finding records by what people know them by: exact before beginnings before
//! parts of names, and what is linked along with what was found.

use model::record::RecordKey;
use model::{ConnectionName, ReceiptId, RecordId};
use rusqlite::{Connection, params};

use crate::codec::about_of_text;
use crate::sqlite::failure::Done;
use crate::sqlite::names;
use crate::sqlite::rows::{self, all, first, known, record_id, signed};

/// Found records in order, each once, up to a limit.
struct Found {
    records: Vec<RecordId>,
    limit: usize,
}

impl Found {
    fn add(&mut self, records: impl IntoIterator<Item = RecordId>) {
        for record in records {
            if self.records.len() < self.limit && !self.records.contains(&record) {
                self.records.push(record);
            }
        }
    }

    fn is_full(&self) -> bool {
        self.records.len() >= self.limit
    }
}

/// Records that the text names exactly: by id, number, the other side's id or number, name.
const EXACT: [Look; 3] = [
    Look::Record("select id from record where tenant = ?1 and source_id = ?2 order by id limit ?3"),
    Look::Record("select id from record where tenant = ?1 and number = ?2 order by id limit ?3"),
    Look::Record("select id from record where tenant = ?1 and name = ?2 order by id limit ?3"),
];

const EXACT_LINKS: [Look; 2] = [
    Look::Link(
        "select connection, object, source_id from link where tenant = ?1 and target_id = ?2 order by id limit ?3",
    ),
    Look::Link(
        "select connection, object, source_id from link where tenant = ?1 and target_number = ?2
         order by id limit ?3",
    ),
];

/// Records whose number, name or id begins with the text: from it (2) up to the first text that does not (4).
const BEGINNINGS: [Look; 4] = [
    Look::Record(
        "select id from record where tenant = ?1 and number >= ?2 and number < ?4 order by number, id limit ?3",
    ),
    Look::Record(
        "select id from record where tenant = ?1 and name >= ?2 and name < ?4 order by name, id limit ?3",
    ),
    Look::Record(
        "select id from record where tenant = ?1 and source_id >= ?2 and source_id < ?4
         order by source_id, id limit ?3",
    ),
    Look::Link(
        "select connection, object, source_id from link where tenant = ?1 and target_number >= ?2
         and target_number < ?4 order by target_number, id limit ?3",
    ),
];

/// One way of looking, and what its statement gives.
enum Look {
    Record(&'static str),
    Link(&'static str),
}

/// The records for that text, best first.
pub(super) fn matching(sql: &Connection, tenant: i64, text: &str, limit: usize) -> Done<Vec<RecordId>> {
    let mut found = Found { records: Vec::new(), limit };
    let text = text.trim();
    if text.is_empty() {
        return Ok(found.records);
    }
    if let Some(receipt) = ReceiptId::of_told(text) {
        found.add(brought_by(sql, tenant, receipt)?);
    }
    for look in EXACT[..2].iter().chain(&EXACT_LINKS).chain(&EXACT[2..]) {
        found.add(look_up(sql, tenant, look, text, limit)?);
    }
    add_linked(sql, tenant, &mut found)?;
    for look in &BEGINNINGS {
        if !found.is_full() {
            found.add(look_up(sql, tenant, look, text, limit)?);
        }
    }
    if !found.is_full() {
        found.add(names::having(sql, tenant, text, limit)?);
    }
    Ok(found.records)
}

/// The records that a push was about.
fn brought_by(sql: &Connection, tenant: i64, receipt: ReceiptId) -> Done<Vec<RecordId>> {
    let mut find = sql.prepare_cached(
        "select r.connection, o.about from receipt r join receipt_outcome o on o.receipt = r.id
         where r.id = ?1 and r.tenant = ?2",
    )?;
    let about = first(&mut find, (receipt.0, tenant), |row| {
        let connection = ConnectionName::new(rows::text(row, 0)?);
        known(about_of_text(&connection, rows::text(row, 1)?), "a receipt's records")
    })?;
    sources(sql, tenant, about.unwrap_or_default())
}

fn look_up(sql: &Connection, tenant: i64, look: &Look, text: &str, limit: usize) -> Done<Vec<RecordId>> {
    let (Look::Record(statement) | Look::Link(statement)) = look;
    let mut find = sql.prepare_cached(statement)?;
    let limit = signed(limit as u64);
    // No text that begins with this one comes after it and the last of all characters.
    let end = format!("{text}\u{10ffff}");
    let params: &[&dyn rusqlite::ToSql] = match find.parameter_count() {
        4 => &[&tenant, &text, &limit, &end],
        _ => &[&tenant, &text, &limit],
    };
    match look {
        Look::Record(_) => all(&mut find, params, |row| Ok(RecordId(row.get(0)?))),
        Look::Link(_) => {
            let keys = all(&mut find, params, |row| rows::key(row, 0))?;
            sources(sql, tenant, keys)
        }
    }
}

/// The stored records of links' source sides. A notice's side is `record id#hash`.
fn sources(sql: &Connection, tenant: i64, keys: Vec<RecordKey>) -> Done<Vec<RecordId>> {
    let mut records = Vec::new();
    for key in keys {
        let found = match record_id(sql, tenant, &key)? {
            None => match key.id.rsplit_once('#') {
                Some((id, _)) => record_id(sql, tenant, &RecordKey { id: id.into(), ..key })?,
                None => None,
            },
            found => found,
        };
        records.extend(found.map(|(record, _)| record));
    }
    Ok(records)
}

/// Adds the records on the other sides of what was found.
fn add_linked(sql: &Connection, tenant: i64, found: &mut Found) -> Done<()> {
    for record in found.records.clone() {
        if found.is_full() {
            return Ok(());
        }
        let mut there = sql.prepare_cached(
            "select l.target_connection, l.target_object, l.target_id from record r
             join link l on l.tenant = r.tenant and l.source_id = r.source_id and l.object = r.object
                 and l.connection = r.connection
             where r.id = ?1 and l.target_id is not null order by l.id",
        )?;
        let mut here = sql.prepare_cached(
            "select l.connection, l.object, l.source_id from record r
             join link l on l.tenant = r.tenant and l.target_id = r.source_id and l.target_object = r.object
                 and l.target_connection = r.connection
             where r.id = ?1 order by l.id",
        )?;
        let mut keys = all(&mut there, params![record.0], |row| rows::key(row, 0))?;
        keys.extend(all(&mut here, params![record.0], |row| rows::key(row, 0))?);
        found.add(sources(sql, tenant, keys)?);
    }
    Ok(())
}
