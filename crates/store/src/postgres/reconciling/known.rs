//! What is known of either side: versions, pairs, and how many records stand in which way.

use contract::store::{Counted, Findings, Pair, Paired, PairedRecord, PairedTask, PairsBy};
use model::reconciliation::{Side, Sighting};
use model::task::{Kind, State};
use model::{FlowName, RecordId, TaskId};
use tokio_postgres::Row;

use crate::codec::{cause_of_text, kind_code, state_code, state_of_code};
use crate::postgres::commit::{Read, Write};
use crate::postgres::failure::Done;
use crate::postgres::params::{text, texts};
use crate::postgres::rows::{self, LINK_COLUMNS, hash, in_order, known as there, place, signed, unsigned};
use crate::postgres::session::{Params, get};

pub(super) async fn take_in(write: &Write, flow: &FlowName, findings: &Findings) -> Done<()> {
    let (sql, flow) = (&write.sql, text(flow.as_str()));
    let Findings { forgotten, sightings, seen_there, seen_here, .. } = findings;
    if !forgotten.is_empty() {
        sql.change(
            "delete from sighting s using unnest($3::text[], $4::text[]) n (side, id)
             where s.tenant = $1 and s.flow = $2 and s.side = n.side and s.id = n.id",
            &[
                &write.tenant,
                &flow,
                &texts(forgotten.iter().map(|(side, _)| side.name())),
                &texts(forgotten.iter().map(|(_, id)| id.as_str())),
            ],
        )
        .await?;
    }
    if !sightings.is_empty() {
        // What is told twice in one batch counts as it was told last.
        sql.change(
            "insert into sighting (tenant, flow, side, id, version)
             select distinct on (side, id) $1, $2, side, id, version
             from unnest($3::text[], $4::text[], $5::bigint[]) with ordinality n (side, id, version, place)
             order by side, id, place desc
             on conflict (tenant, flow, side, id) do update set version = excluded.version",
            &[
                &write.tenant,
                &flow,
                &texts(sightings.iter().map(|seen| seen.side.name())),
                &texts(sightings.iter().map(|seen| seen.id.as_str())),
                &sightings.iter().map(|seen| seen.version).collect::<Vec<_>>(),
            ],
        )
        .await?;
    }
    let columns = |of: &[(i64, i64)]| -> (Vec<i64>, Vec<i64>) { of.iter().copied().unzip() };
    if !seen_there.is_empty() {
        let (ids, versions) = columns(&seen_there.iter().map(|(id, seen)| (id.0, *seen)).collect::<Vec<_>>());
        sql.change(
            "update link l set target_version = n.version
             from unnest($2::bigint[], $3::bigint[]) n (id, version) where l.id = n.id and l.tenant = $1",
            &[&write.tenant, &ids, &versions],
        )
        .await?;
    }
    if !seen_here.is_empty() {
        let (ids, versions) = columns(&seen_here.iter().map(|(id, seen)| (id.0, *seen)).collect::<Vec<_>>());
        sql.change(
            "update record r set version = n.version
             from unnest($2::bigint[], $3::bigint[]) n (id, version)
             where r.id = n.id and r.tenant = $1 and (r.version is null or r.version < n.version)",
            &[&write.tenant, &ids, &versions],
        )
        .await?;
    }
    Ok(())
}

pub(super) async fn known(
    read: &Read,
    pair: &Pair,
    side: Side,
    (after, limit): (i64, usize),
) -> Done<Vec<(i64, Option<i64>)>> {
    let (source, target) = sides(pair);
    let (flow, limit) = (text(pair.flow.as_str()), signed(limit as u64));
    let row = |row: &Row| Ok((get(row, 0)?, get(row, 1)?));
    match side {
        Side::Here => {
            let statement = "select r.id, r.version from record r
                where r.tenant = $1 and r.id > $2 and r.object = $3 and r.connection = $4 and not exists
                    (select 1 from sighting s where s.tenant = $1 and s.flow = $5 and s.side = 'here'
                         and s.id = r.source_id)
                order by r.id limit $6";
            read.sql.all(statement, &[&read.tenant, &after, &source.1, &source.0, &flow, &limit], row).await
        }
        Side::There => {
            let statement = "select l.id, l.target_version from link l
                where l.tenant = $1 and l.id > $2 and l.object = $3 and l.connection = $4
                    and l.target_object = $5 and l.target_connection = $6 and l.target_id is not null
                    and not exists (select 1 from sighting s where s.tenant = $1 and s.flow = $7
                         and s.side = 'there' and s.id = l.target_id)
                order by l.id limit $8";
            let params: Params<'_> =
                &[&read.tenant, &after, &source.1, &source.0, &target.1, &target.0, &flow, &limit];
            read.sql.all(statement, params, row).await
        }
    }
}

/// Connection and object of one side, as parameters.
type SideNames<'p> = (&'p str, &'p str);

/// Of the source, and of the target.
fn sides(pair: &Pair) -> (SideNames<'_>, SideNames<'_>) {
    let (source, target) = (&pair.source, &pair.target);
    ((source.0.as_str(), source.1.as_str()), (target.0.as_str(), target.1.as_str()))
}

pub(super) async fn sightings(read: &Read, flow: &FlowName, side: Side) -> Done<Vec<Sighting>> {
    read.sql
        .all(
            "select id, version from sighting where tenant = $1 and flow = $2 and side = $3 order by id",
            &[&read.tenant, &text(flow.as_str()), &side.name()],
            |row| Ok(Sighting { side, id: get(row, 0)?, version: get(row, 1)? }),
        )
        .await
}

/// What a pair is made of, behind the columns of its link.
const BESIDE: &str = "r.id, r.connection, r.object, r.source_id, r.number, r.name, r.version, r.hash, r.void, \
     t.state, t.want, t.done, c.cause, t.id";

/// The task of flow `$2` and of kind `$3`.
const TASK_OF: &str = "left join task t on t.record = r.id and t.flow = $2 and t.kind = $3
     left join task_cause c on c.task = t.id";
const RECORD_OF: &str = "left join record r on r.tenant = l.tenant and r.source_id = l.source_id
         and r.object = l.object and r.connection = l.connection";
/// The link of a record to object `$5` of connection `$4`.
const LINK_OF: &str = "left join link l on l.tenant = r.tenant and l.source_id = r.source_id
         and l.object = r.object and l.connection = r.connection and l.target_connection = $4
         and l.target_object = $5";

pub(super) async fn pairs(read: &Read, pair: &Pair, by: &PairsBy) -> Done<Vec<Option<Paired>>> {
    let (source, target) = sides(pair);
    let (flow, kind) = (text(pair.flow.as_str()), kind_code(Kind::Deliver));
    let link = rows::LINK;
    let row = |row: &Row| Ok((place(row, LINK_COLUMNS + 14)?, paired(row)?));
    let columns = format!("select {link}, {BESIDE}, n.place");
    let (asked, found) = match by {
        PairsBy::Sources(ids) => {
            let statement = format!(
                "{columns} from unnest($8::text[]) with ordinality n (id, place)
                 join record r on r.tenant = $1 and r.source_id = n.id and r.object = $6 and r.connection = $7
                 {LINK_OF} {TASK_OF}"
            );
            let ids = texts(ids.iter().map(String::as_str));
            let params: Params<'_> =
                &[&read.tenant, &flow, &kind, &target.0, &target.1, &source.1, &source.0, &ids];
            (ids.len(), read.sql.all(&statement, params, row).await?)
        }
        PairsBy::Targets(ids) => {
            let statement = format!(
                "{columns} from unnest($8::text[]) with ordinality n (id, place)
                 join link l on l.tenant = $1 and l.target_id = n.id and l.target_connection = $4
                     and l.target_object = $5 and l.object = $6 and l.connection = $7
                 {RECORD_OF} {TASK_OF}"
            );
            let ids = texts(ids.iter().map(String::as_str));
            let params: Params<'_> =
                &[&read.tenant, &flow, &kind, &target.0, &target.1, &source.1, &source.0, &ids];
            (ids.len(), read.sql.all(&statement, params, row).await?)
        }
        PairsBy::Rows(Side::Here, ids) => {
            let statement = format!(
                "{columns} from unnest($6::bigint[]) with ordinality n (id, place)
                 join record r on r.tenant = $1 and r.id = n.id {LINK_OF} {TASK_OF}"
            );
            let params: Params<'_> = &[&read.tenant, &flow, &kind, &target.0, &target.1, ids];
            (ids.len(), read.sql.all(&statement, params, row).await?)
        }
        PairsBy::Rows(Side::There, ids) => {
            let statement = format!(
                "{columns} from unnest($4::bigint[]) with ordinality n (id, place)
                 join link l on l.tenant = $1 and l.id = n.id {RECORD_OF} {TASK_OF}"
            );
            (ids.len(), read.sql.all(&statement, &[&read.tenant, &flow, &kind, ids], row).await?)
        }
    };
    Ok(in_order(asked, found))
}

pub(super) async fn census(read: &Read, pair: &Pair) -> Done<Vec<Counted>> {
    let (source, target) = sides(pair);
    let statement = format!(
        "select t.state, l.target_id is not null, r.void, count(*) from record r {LINK_OF} {TASK_OF}
         where r.tenant = $1 and r.object = $6 and r.connection = $7 group by 1, 2, 3
         order by 1 nulls first, 2, 3"
    );
    let (flow, kind) = (text(pair.flow.as_str()), kind_code(Kind::Deliver));
    let params: Params<'_> = &[&read.tenant, &flow, &kind, &target.0, &target.1, &source.1, &source.0];
    read.sql
        .all(&statement, params, |row| {
            let state: Option<i64> = get(row, 0)?;
            Ok(Counted {
                state: state.map(|code| there(state_of_code(code), "a task's state")).transpose()?,
                linked: get(row, 1)?,
                void: get(row, 2)?,
                records: unsigned(get(row, 3)?),
            })
        })
        .await
}

pub(super) async fn at_odds(read: &Read, pair: &Pair, after: RecordId, limit: usize) -> Done<Vec<Paired>> {
    let (source, target) = sides(pair);
    let statement = format!(
        "select {}, {BESIDE} from record r {LINK_OF} {TASK_OF}
         where r.tenant = $1 and r.object = $6 and r.connection = $7 and r.id > $8
             and (t.state = $9 or not r.void and l.target_id is null and (t.state is null or t.state = $10))
         order by r.id limit $11",
        rows::LINK
    );
    let (flow, kind) = (text(pair.flow.as_str()), kind_code(Kind::Deliver));
    let (failed, synced) = (state_code(State::Failed), state_code(State::Synced));
    let params: Params<'_> = &[
        &read.tenant,
        &flow,
        &kind,
        &target.0,
        &target.1,
        &source.1,
        &source.0,
        &after.0,
        &failed,
        &synced,
        &signed(limit as u64),
    ];
    read.sql.all(&statement, params, paired).await
}

fn paired(row: &Row) -> Done<Paired> {
    let at = LINK_COLUMNS;
    let link = match get::<Option<i64>>(row, 0)? {
        Some(_) => Some(rows::link(row)?),
        None => None,
    };
    let record = match get::<Option<i64>>(row, at)? {
        Some(id) => Some(PairedRecord {
            id: RecordId(id),
            key: rows::key(row, at + 1)?,
            number: get(row, at + 4)?,
            name: get(row, at + 5)?,
            version: get(row, at + 6)?,
            hash: there(hash(row, at + 7)?, "a record's hash")?,
            void: get(row, at + 8)?,
        }),
        None => None,
    };
    let task = match get::<Option<i64>>(row, at + 9)? {
        Some(code) => Some(PairedTask {
            id: TaskId(get(row, at + 13)?),
            state: there(state_of_code(code), "a task's state")?,
            is_done: get::<i64>(row, at + 10)? <= get::<i64>(row, at + 11)?,
            cause: get::<Option<&str>>(row, at + 12)?
                .map(|text| there(cause_of_text(text), "a task's cause"))
                .transpose()?,
        }),
        None => None,
    };
    Ok(Paired { record, link, task })
}
