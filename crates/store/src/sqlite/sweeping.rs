//! Sweeps of the ids of objects: how far each is, and what no list of their source shows.

use async_trait::async_trait;
use contract::store::{StoreError, SweepBeginning, SweepFindings, SweepProgress, Sweeping, SweptRecord};
use model::reconciliation::RunState;
use model::record::RecordKey;
use model::sweep::{Gone, ObjectOf, Sweep, SweepPlace, SweepSum};
use model::{Cause, SweepId, Timestamp};
use rusqlite::{Connection, Row, params};

use super::Sqlite;
use super::commit::Write;
use super::failure::Done;
use super::records::wish;
use super::rows::{all, first, known, signed, text};
use super::under_way::SWEEPS;
use crate::codec::written;
use crate::reconciled::{Stand, TakeUp, taking_up};
use crate::swept::{COLUMNS, SweepRow};

#[async_trait]
impl Sweeping for Sqlite {
    async fn take_up_sweep(&self, beginning: &SweepBeginning) -> Result<Option<Sweep>, StoreError> {
        let beginning = beginning.clone();
        self.write(move |write| take_up(write, &beginning)).await
    }

    async fn get_on_with_sweep(
        &self,
        progress: &SweepProgress,
        findings: &SweepFindings,
    ) -> Result<(), StoreError> {
        let (progress, findings) = (progress.clone(), findings.clone());
        self.write(move |write| {
            get_on(write, &progress)?;
            take_in(write, &progress, &findings)
        })
        .await
    }

    async fn sweeps(&self, of: Option<&ObjectOf>, limit: usize) -> Result<Vec<Sweep>, StoreError> {
        let of = of.cloned();
        self.read(move |sql, tenant| list(sql, tenant, of.as_ref(), limit)).await
    }

    async fn sweep(&self, sweep: SweepId) -> Result<Option<Sweep>, StoreError> {
        self.read(move |sql, tenant| one(sql, tenant, sweep)).await
    }

    async fn let_sweep_go_on(&self, sweep: SweepId) -> Result<bool, StoreError> {
        self.write(move |write| let_go_on(write, sweep)).await
    }

    async fn stop_sweep(&self, sweep: SweepId, cause: &Cause, at: Timestamp) -> Result<bool, StoreError> {
        let cause = cause.clone();
        self.write(move |write| SWEEPS.give_up(write, sweep.0, Some(&cause), at)).await
    }

    async fn swept(
        &self,
        of: &ObjectOf,
        after: i64,
        limit: usize,
    ) -> Result<Vec<(i64, Option<i64>)>, StoreError> {
        let of = of.clone();
        self.read(move |sql, tenant| {
            let mut find = sql.prepare_cached(
                "select r.id, r.version from record r
                 where r.tenant = ?1 and r.id > ?2 and r.object = ?3 and r.connection = ?4 and not exists
                     (select 1 from unlisted u where u.tenant = ?1 and u.object = ?3 and u.connection = ?4
                          and u.id = r.source_id)
                 order by r.id limit ?5",
            )?;
            let (connection, object) = (of.0.as_str(), of.1.as_str());
            let params = params![tenant, after, object, connection, signed(limit as u64)];
            all(&mut find, params, |row| Ok((row.get(0)?, row.get(1)?)))
        })
        .await
    }

    async fn swept_rows(&self, of: &ObjectOf, rows: &[i64]) -> Result<Vec<SweptRecord>, StoreError> {
        let (of, rows) = (of.clone(), rows.to_vec());
        self.read(move |sql, tenant| {
            let mut find = sql.prepare_cached(
                "select r.id, r.source_id, r.version, r.void from record r
                 where r.id = ?1 and r.tenant = ?2 and r.object = ?3 and r.connection = ?4",
            )?;
            let (connection, object) = (of.0.as_str(), of.1.as_str());
            let one = |row: &i64| first(&mut find, params![row, tenant, object, connection], swept_record);
            rows.iter().map(one).filter_map(Result::transpose).collect()
        })
        .await
    }

    async fn gone(&self, of: &ObjectOf, after: &str, limit: usize) -> Result<Vec<Gone>, StoreError> {
        let (of, after) = (of.clone(), after.to_owned());
        self.read(move |sql, tenant| {
            let mut find = sql.prepare_cached(
                "select u.id, r.number, r.name, u.since, u.reason from unlisted u
                 left join record r on r.tenant = u.tenant and r.source_id = u.id and r.object = u.object
                     and r.connection = u.connection
                 where u.tenant = ?1 and u.object = ?2 and u.connection = ?3 and u.id > ?4 and u.gone = 1
                 order by u.id limit ?5",
            )?;
            let (connection, object) = (of.0.as_str(), of.1.as_str());
            all(&mut find, params![tenant, object, connection, after, signed(limit as u64)], |row| {
                let since = Timestamp(row.get(3)?);
                Ok(Gone {
                    id: row.get(0)?,
                    number: row.get(1)?,
                    name: row.get(2)?,
                    since,
                    reason: row.get(4)?,
                })
            })
        })
        .await
    }

    async fn let_rest(&self, of: &ObjectOf, ids: &[String], reason: &str) -> Result<u64, StoreError> {
        let (of, ids, reason) = (of.clone(), ids.to_vec(), reason.to_owned());
        self.write(move |write| let_rest(write, &of, &ids, &reason)).await
    }
}

fn take_up(write: &Write, beginning: &SweepBeginning) -> Done<Option<Sweep>> {
    let mut find = write.sql.prepare_cached(&format!(
        "select {COLUMNS} from sweep where tenant = ?1 and object = ?2 and connection = ?3 and ended is null"
    ))?;
    let (connection, object) = (beginning.of.0.as_str(), beginning.of.1.as_str());
    let open = first(&mut find, (write.tenant, object, connection), |row| {
        Ok((sweep(row)?, row.get::<_, String>(12)?))
    })?;
    let Some((open, owner)) = open else { return begin(write, beginning).map(Some) };
    let is_same = open.deep == beginning.deep;
    match taking_up((open.state, open.beat, &owner), &beginning.owner, beginning.stale, is_same) {
        TakeUp::Leave => Ok(None),
        TakeUp::Tell => Ok(Some(open)),
        TakeUp::GoOn => {
            SWEEPS.take_over(write, open.id.0, &beginning.owner, beginning.now)?;
            Ok(Some(Sweep { state: RunState::Running, beat: beginning.now, ..open }))
        }
        TakeUp::GiveUp => {
            SWEEPS.give_up(write, open.id.0, None, beginning.now)?;
            begin(write, beginning).map(Some)
        }
    }
}

fn begin(write: &Write, beginning: &SweepBeginning) -> Done<Sweep> {
    let SweepBeginning { of, deep, until, owner, now, .. } = beginning;
    write
        .sql
        .prepare_cached(
            "insert into sweep (tenant, connection, object, deep, state, until, started, beat, owner, place, sum)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            write.tenant,
            of.0.as_str(),
            of.1.as_str(),
            deep,
            RunState::Running.name(),
            until.0,
            now.0,
            owner,
            written(&SweepPlace::default()),
            written(&SweepSum::default())
        ])?;
    Ok(Sweep {
        id: SweepId(write.sql.last_insert_rowid()),
        of: of.clone(),
        deep: *deep,
        state: RunState::Running,
        until: *until,
        started: *now,
        beat: *now,
        ended: None,
        place: SweepPlace::default(),
        sum: SweepSum::default(),
        cause: None,
    })
}

fn get_on(write: &Write, progress: &SweepProgress) -> Done<()> {
    let stand = Stand {
        id: progress.sweep.0,
        owner: &progress.owner,
        state: progress.state,
        place: written(&progress.place),
        sum: written(&progress.sum),
        cause: progress.cause.as_ref(),
        now: progress.now,
    };
    SWEEPS.get_on(write, &stand)
}

fn take_in(write: &Write, progress: &SweepProgress, findings: &SweepFindings) -> Done<()> {
    let (connection, object) = (progress.of.0.as_str(), progress.of.1.as_str());
    for id in &findings.missed {
        wish(write, &RecordKey::new(&progress.of.0, &progress.of.1, id.as_str()), progress.now)?;
    }
    let mut forget = write.sql.prepare_cached(
        "delete from unlisted where tenant = ?1 and object = ?2 and connection = ?3 and id = ?4",
    )?;
    for id in &findings.back {
        forget.execute((write.tenant, object, connection, id))?;
    }
    let mut put = write.sql.prepare_cached(
        "insert into unlisted (tenant, connection, object, id, gone, since) values (?1, ?2, ?3, ?4, ?5, ?6)
         on conflict (tenant, object, connection, id) do update set gone = excluded.gone,
             since = case when unlisted.gone = excluded.gone then unlisted.since else excluded.since end,
             reason = case when unlisted.gone = excluded.gone then unlisted.reason end",
    )?;
    let gone = findings.gone.iter().map(|id| (id, true));
    for (id, gone) in gone.chain(findings.left_out.iter().map(|id| (id, false))) {
        put.execute((write.tenant, connection, object, id, gone, progress.now.0))?;
    }
    Ok(())
}

fn list(sql: &Connection, tenant: i64, of: Option<&ObjectOf>, limit: usize) -> Done<Vec<Sweep>> {
    let limit = signed(limit as u64);
    match of {
        Some((connection, object)) => {
            let mut find = sql.prepare_cached(&format!(
                "select {COLUMNS} from sweep where tenant = ?1 and object = ?2 and connection = ?3
                 order by id desc limit ?4"
            ))?;
            all(&mut find, (tenant, object.as_str(), connection.as_str(), limit), sweep)
        }
        None => {
            let mut find = sql.prepare_cached(&format!(
                "select {COLUMNS} from sweep where tenant = ?1 order by id desc limit ?2"
            ))?;
            all(&mut find, (tenant, limit), sweep)
        }
    }
}

fn one(sql: &Connection, tenant: i64, id: SweepId) -> Done<Option<Sweep>> {
    let mut find =
        sql.prepare_cached(&format!("select {COLUMNS} from sweep where id = ?1 and tenant = ?2"))?;
    first(&mut find, (id.0, tenant), sweep)
}

fn let_go_on(write: &Write, id: SweepId) -> Done<bool> {
    SWEEPS.let_go_on(write, id.0, |place: SweepPlace| SweepPlace { goes_on: true, ..place })
}

fn let_rest(write: &Write, of: &ObjectOf, ids: &[String], reason: &str) -> Done<u64> {
    let (connection, object) = (of.0.as_str(), of.1.as_str());
    if ids.is_empty() {
        let rested = write
            .sql
            .prepare_cached(
                "update unlisted set reason = ?4 where tenant = ?1 and object = ?2 and connection = ?3 and gone = 1",
            )?
            .execute((write.tenant, object, connection, reason))?;
        return Ok(rested as u64);
    }
    let mut rest = write.sql.prepare_cached(
        "update unlisted set reason = ?5
         where tenant = ?1 and object = ?2 and connection = ?3 and id = ?4 and gone = 1",
    )?;
    let mut rested = 0;
    for id in ids {
        rested += rest.execute((write.tenant, object, connection, id, reason))? as u64;
    }
    Ok(rested)
}

fn swept_record(row: &Row) -> Done<SweptRecord> {
    Ok(SweptRecord { row: row.get(0)?, id: row.get(1)?, version: row.get(2)?, void: row.get(3)? })
}

fn sweep(row: &Row) -> Done<Sweep> {
    let cause: Option<String> = row.get(11)?;
    let columns = SweepRow {
        id: row.get(0)?,
        connection: text(row, 1)?,
        object: text(row, 2)?,
        deep: row.get(3)?,
        state: text(row, 4)?,
        until: row.get(5)?,
        started: row.get(6)?,
        beat: row.get(7)?,
        ended: row.get(8)?,
        place: text(row, 9)?,
        sum: text(row, 10)?,
        cause: cause.as_deref(),
    };
    known(columns.sweep(), "a sweep")
}
