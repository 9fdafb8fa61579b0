//! What stands at the other side: links are followed forth, and where there are none, back.

use contract::store::Linked;
use model::link::{KnownBy, Referent};
use rusqlite::{Connection, Params, params};

use crate::hits::{Hit, one_of};
use crate::sqlite::failure::Done;
use crate::sqlite::rows::all;

/// What stands at the other side of the links of this record or line.
pub(in crate::sqlite) fn other_side(sql: &Connection, tenant: i64, asked: &Referent) -> Done<Linked> {
    let (forth, back) = match asked.by {
        KnownBy::Id => (FORTH_BY_ID, BACK_BY_ID),
        KnownBy::Number => (FORTH_BY_NUMBER, BACK_BY_NUMBER),
        KnownBy::LineOf(_) => (FORTH_BY_LINE, BACK_BY_ROW),
    };
    match one_of(asked, found(sql, tenant, asked, forth)?) {
        Linked::Nothing => Ok(one_of(asked, found(sql, tenant, asked, back)?)),
        linked => Ok(linked),
    }
}

/// The statements take the same five names after the tenant, and those of lines the list.
/// Those about lines name their table first, and that about a number names the record: their indexes are the narrow ones.
struct Looking(&'static str);

fn found(sql: &Connection, tenant: i64, asked: &Referent, looking: Looking) -> Done<Vec<Hit>> {
    let (of, object) = (&asked.of, asked.object.as_ref().map(|object| object.as_str()));
    let (connection, known_object) = (of.connection.as_str(), of.object.as_str());
    let there = asked.connection.as_str();
    match &asked.by {
        KnownBy::Id | KnownBy::Number => {
            hits(sql, looking, params![tenant, of.id, known_object, connection, there, object])
        }
        KnownBy::LineOf(list) => {
            hits(sql, looking, params![tenant, of.id, known_object, connection, there, object, list])
        }
    }
}

fn hits(sql: &Connection, Looking(statement): Looking, params: impl Params) -> Done<Vec<Hit>> {
    let mut find = sql.prepare_cached(statement)?;
    all(&mut find, params, |row| Ok(Hit { id: row.get(0)?, number: row.get(1)?, void: row.get(2)? }))
}

const FORTH_BY_ID: Looking = Looking(
    "select target_id, target_number, 0 from link
     where tenant = ?1 and source_id = ?2 and object = ?3 and connection = ?4 and target_connection = ?5
         and (?6 is null or target_object = ?6) and target_id is not null
     order by id limit 1",
);

const BACK_BY_ID: Looking = Looking(
    "select l.source_id, r.number, 0 from link l
         left join record r on r.tenant = l.tenant and r.source_id = l.source_id and r.object = l.object
             and r.connection = l.connection
     where l.tenant = ?1 and l.target_id = ?2 and l.target_object = ?3 and l.target_connection = ?4
         and l.connection = ?5 and (?6 is null or l.object = ?6)
     limit 1",
);

const FORTH_BY_NUMBER: Looking = Looking(
    "select l.target_id, l.target_number, r.void from record r
         cross join link l on l.tenant = r.tenant and l.source_id = r.source_id and l.object = r.object
             and l.connection = r.connection
     where r.tenant = ?1 and r.number = ?2 and r.object = ?3 and r.connection = ?4 and l.target_connection = ?5
         and (?6 is null or l.target_object = ?6) and l.target_id is not null
     order by l.id limit 16",
);

const BACK_BY_NUMBER: Looking = Looking(
    "select l.source_id, r.number, coalesce(r.void, 0) from link l
         left join record r on r.tenant = l.tenant and r.source_id = l.source_id and r.object = l.object
             and r.connection = l.connection
     where l.tenant = ?1 and l.target_number = ?2 and l.target_object = ?3 and l.target_connection = ?4
         and l.connection = ?5 and (?6 is null or l.object = ?6) and l.target_id is not null
     order by l.id limit 16",
);

const FORTH_BY_LINE: Looking = Looking(
    "select n.target_row, null, 0 from line_link n cross join link l on l.id = n.link
     where l.tenant = ?1 and n.line = ?2 and l.object = ?3 and l.connection = ?4 and l.target_connection = ?5
         and (?6 is null or l.target_object = ?6) and n.list = ?7
     order by l.id limit 1",
);

const BACK_BY_ROW: Looking = Looking(
    "select n.line, null, 0 from line_link n cross join link l on l.id = n.link
     where l.tenant = ?1 and n.target_row = ?2 and l.target_object = ?3 and l.target_connection = ?4
         and l.connection = ?5 and (?6 is null or l.object = ?6) and n.list = ?7
     order by l.id limit 1",
);
