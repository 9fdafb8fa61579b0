//! What is known of either side: versions, pairs, and how many records stand in which way.

use contract::store::{Counted, Findings, Pair, Paired, PairedRecord, PairedTask, PairsBy};
use model::reconciliation::{Side, Sighting};
use model::task::{Kind, State};
use model::{FlowName, RecordId, TaskId};
use rusqlite::{Connection, Params, Row, params};

use crate::codec::{cause_of_text, kind_code, state_code, state_of_code};
use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::sqlite::rows::{self, LINK_COLUMNS, all, first, hash, known as there, signed, unsigned};

pub(super) fn take_in(write: &Write, flow: &FlowName, findings: &Findings) -> Done<()> {
    let sql = write.sql;
    let mut forget =
        sql.prepare_cached("delete from sighting where tenant = ?1 and flow = ?2 and side = ?3 and id = ?4")?;
    for (side, id) in &findings.forgotten {
        forget.execute(params![write.tenant, flow.as_str(), side.name(), id])?;
    }
    let mut put = sql.prepare_cached(
        "insert into sighting (tenant, flow, side, id, version) values (?1, ?2, ?3, ?4, ?5)
         on conflict (tenant, flow, side, id) do update set version = excluded.version",
    )?;
    for seen in &findings.sightings {
        put.execute(params![write.tenant, flow.as_str(), seen.side.name(), seen.id, seen.version])?;
    }
    let mut see = sql.prepare_cached("update link set target_version = ?3 where id = ?1 and tenant = ?2")?;
    for (link, version) in &findings.seen_there {
        see.execute((link.0, write.tenant, version))?;
    }
    let mut see = sql.prepare_cached(
        "update record set version = ?3 where id = ?1 and tenant = ?2 and (version is null or version < ?3)",
    )?;
    for (record, version) in &findings.seen_here {
        see.execute((record.0, write.tenant, version))?;
    }
    Ok(())
}

pub(super) fn known(
    sql: &Connection,
    tenant: i64,
    pair: &Pair,
    side: Side,
    (after, limit): (i64, usize),
) -> Done<Vec<(i64, Option<i64>)>> {
    let ((connection, object), (target_connection, target_object)) = (&pair.source, &pair.target);
    let (flow, limit) = (pair.flow.as_str(), signed(limit as u64));
    let read = |row: &Row| Ok((row.get(0)?, row.get(1)?));
    match side {
        Side::Here => {
            let mut find = sql.prepare_cached(
                "select r.id, r.version from record r
                 where r.tenant = ?1 and r.id > ?2 and r.object = ?3 and r.connection = ?4 and not exists
                     (select 1 from sighting s where s.tenant = ?1 and s.flow = ?5 and s.side = 'here'
                          and s.id = r.source_id)
                 order by r.id limit ?6",
            )?;
            all(&mut find, params![tenant, after, object.as_str(), connection.as_str(), flow, limit], read)
        }
        Side::There => {
            let mut find = sql.prepare_cached(
                "select l.id, l.target_version from link l
                 where l.tenant = ?1 and l.id > ?2 and l.object = ?3 and l.connection = ?4
                     and l.target_object = ?5 and l.target_connection = ?6 and l.target_id is not null
                     and not exists (select 1 from sighting s where s.tenant = ?1 and s.flow = ?7
                          and s.side = 'there' and s.id = l.target_id)
                 order by l.id limit ?8",
            )?;
            let params = params![
                tenant,
                after,
                object.as_str(),
                connection.as_str(),
                target_object.as_str(),
                target_connection.as_str(),
                flow,
                limit
            ];
            all(&mut find, params, read)
        }
    }
}

pub(super) fn sightings(sql: &Connection, tenant: i64, flow: &FlowName, side: Side) -> Done<Vec<Sighting>> {
    let mut find = sql.prepare_cached(
        "select id, version from sighting where tenant = ?1 and flow = ?2 and side = ?3 order by id",
    )?;
    all(&mut find, (tenant, flow.as_str(), side.name()), |row| {
        Ok(Sighting { side, id: row.get(0)?, version: row.get(1)? })
    })
}

/// What a pair is made of, behind the columns of its link.
const BESIDE: &str = "r.id, r.connection, r.object, r.source_id, r.number, r.name, r.version, r.hash, r.void, \
     t.state, t.want, t.done, c.cause, t.id";

/// From the link, and from the record. `?2` is the flow, `?3` the kind of its task.
const FROM_LINK: &str = "link l
     left join record r on r.tenant = l.tenant and r.source_id = l.source_id and r.object = l.object
         and r.connection = l.connection
     left join task t on t.record = r.id and t.flow = ?2 and t.kind = ?3
     left join task_cause c on c.task = t.id";
const FROM_RECORD: &str = "record r
     left join link l on l.tenant = r.tenant and l.source_id = r.source_id and l.object = r.object
         and l.connection = r.connection and l.target_connection = ?4 and l.target_object = ?5
     left join task t on t.record = r.id and t.flow = ?2 and t.kind = ?3
     left join task_cause c on c.task = t.id";

pub(super) fn pairs(sql: &Connection, tenant: i64, pair: &Pair, by: &PairsBy) -> Done<Vec<Option<Paired>>> {
    let ((connection, object), (target_connection, target_object)) = (&pair.source, &pair.target);
    let (flow, kind) = (pair.flow.as_str(), kind_code(Kind::Deliver));
    let (there_connection, there_object) = (target_connection.as_str(), target_object.as_str());
    match by {
        PairsBy::Sources(ids) => each(
            sql,
            FROM_RECORD,
            "r.tenant = ?1 and r.source_id = ?6 and r.object = ?7 and r.connection = ?8",
            ids,
            |id| {
                (tenant, flow, kind, there_connection, there_object, id, object.as_str(), connection.as_str())
            },
        ),
        PairsBy::Targets(ids) => each(
            sql,
            FROM_LINK,
            "l.tenant = ?1 and l.target_id = ?4 and l.target_object = ?5 and l.target_connection = ?6
                 and l.object = ?7 and l.connection = ?8",
            ids,
            |id| {
                (tenant, flow, kind, id, there_object, there_connection, object.as_str(), connection.as_str())
            },
        ),
        PairsBy::Rows(Side::Here, rows) => {
            each(sql, FROM_RECORD, "r.tenant = ?1 and r.id = ?6", rows, |row| {
                (tenant, flow, kind, there_connection, there_object, row)
            })
        }
        PairsBy::Rows(Side::There, rows) => {
            each(sql, FROM_LINK, "l.tenant = ?1 and l.id = ?4", rows, |row| (tenant, flow, kind, row))
        }
    }
}

fn each<'k, K, P: Params>(
    sql: &Connection,
    from: &str,
    condition: &str,
    keys: &'k [K],
    params: impl Fn(&'k K) -> P,
) -> Done<Vec<Option<Paired>>> {
    let link = rows::LINK_BESIDE;
    let mut find = sql.prepare_cached(&format!("select {link}, {BESIDE} from {from} where {condition}"))?;
    keys.iter().map(|key| first(&mut find, params(key), paired)).collect()
}

pub(super) fn census(sql: &Connection, tenant: i64, pair: &Pair) -> Done<Vec<Counted>> {
    let ((connection, object), (target_connection, target_object)) = (&pair.source, &pair.target);
    let mut find = sql.prepare_cached(&format!(
        "select t.state, l.target_id is not null, r.void, count(*) from {FROM_RECORD}
         where r.tenant = ?1 and r.object = ?6 and r.connection = ?7 group by 1, 2, 3 order by 1, 2, 3"
    ))?;
    let params = params![
        tenant,
        pair.flow.as_str(),
        kind_code(Kind::Deliver),
        target_connection.as_str(),
        target_object.as_str(),
        object.as_str(),
        connection.as_str()
    ];
    all(&mut find, params, |row| {
        let state: Option<i64> = row.get(0)?;
        Ok(Counted {
            state: state.map(|code| there(state_of_code(code), "a task's state")).transpose()?,
            linked: row.get(1)?,
            void: row.get(2)?,
            records: unsigned(row.get(3)?),
        })
    })
}

pub(super) fn at_odds(
    sql: &Connection,
    tenant: i64,
    pair: &Pair,
    after: RecordId,
    limit: usize,
) -> Done<Vec<Paired>> {
    let ((connection, object), (target_connection, target_object)) = (&pair.source, &pair.target);
    let mut find = sql.prepare_cached(&format!(
        "select {}, {BESIDE} from {FROM_RECORD}
         where r.tenant = ?1 and r.object = ?6 and r.connection = ?7 and r.id > ?8
             and (t.state = ?9 or r.void = 0 and l.target_id is null and (t.state is null or t.state = ?10))
         order by r.id limit ?11",
        rows::LINK_BESIDE
    ))?;
    let params = params![
        tenant,
        pair.flow.as_str(),
        kind_code(Kind::Deliver),
        target_connection.as_str(),
        target_object.as_str(),
        object.as_str(),
        connection.as_str(),
        after.0,
        state_code(State::Failed),
        state_code(State::Synced),
        signed(limit as u64)
    ];
    all(&mut find, params, paired)
}

fn paired(row: &Row) -> Done<Paired> {
    let at = LINK_COLUMNS;
    let link = match row.get::<_, Option<i64>>(0)? {
        Some(_) => Some(rows::link(row)?),
        None => None,
    };
    let record = match row.get::<_, Option<i64>>(at)? {
        Some(id) => Some(PairedRecord {
            id: RecordId(id),
            key: rows::key(row, at + 1)?,
            number: row.get(at + 4)?,
            name: row.get(at + 5)?,
            version: row.get(at + 6)?,
            hash: there(hash(row, at + 7)?, "a record's hash")?,
            void: row.get(at + 8)?,
        }),
        None => None,
    };
    let task = match row.get::<_, Option<i64>>(at + 9)? {
        Some(code) => {
            let cause: Option<String> = row.get(at + 12)?;
            Some(PairedTask {
                id: TaskId(row.get(at + 13)?),
                state: there(state_of_code(code), "a task's state")?,
                is_done: row.get::<_, i64>(at + 10)? <= row.get::<_, i64>(at + 11)?,
                cause: cause.map(|text| there(cause_of_text(&text), "a task's cause")).transpose()?,
            })
        }
        None => None,
    };
    Ok(Paired { record, link, task })
}
