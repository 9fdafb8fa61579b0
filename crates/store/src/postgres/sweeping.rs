//! Sweeps of the ids of objects: how far each is, and what no list of their source shows.

use std::collections::BTreeMap;

use async_trait::async_trait;
use contract::store::{StoreError, SweepBeginning, SweepFindings, SweepProgress, Sweeping, SweptRecord};
use futures_util::FutureExt;
use model::reconciliation::RunState;
use model::record::RecordKey;
use model::sweep::{Gone, ObjectOf, Sweep, SweepPlace, SweepSum};
use model::{Cause, SweepId, Timestamp};
use tokio_postgres::Row;

use super::Postgres;
use super::commit::{Read, Write};
use super::failure::Done;
use super::params::{text, texts};
use super::records::wish;
use super::rows::{known, signed};
use super::session::get;
use super::under_way::SWEEPS;
use crate::codec::written;
use crate::reconciled::{Stand, TakeUp, taking_up};
use crate::swept::{COLUMNS, SweepRow};

#[async_trait]
impl Sweeping for Postgres {
    async fn take_up_sweep(&self, beginning: &SweepBeginning) -> Result<Option<Sweep>, StoreError> {
        self.write(beginning.clone(), |write, beginning| take_up(write, beginning).boxed()).await
    }

    async fn get_on_with_sweep(
        &self,
        progress: &SweepProgress,
        findings: &SweepFindings,
    ) -> Result<(), StoreError> {
        self.write((progress.clone(), findings.clone()), |write, (progress, findings)| {
            async move {
                get_on(write, progress).await?;
                take_in(write, progress, findings).await
            }
            .boxed()
        })
        .await
    }

    async fn sweeps(&self, of: Option<&ObjectOf>, limit: usize) -> Result<Vec<Sweep>, StoreError> {
        self.ask((of.cloned(), limit), |read, (of, limit)| list(read, of.as_ref(), *limit).boxed()).await
    }

    async fn sweep(&self, sweep: SweepId) -> Result<Option<Sweep>, StoreError> {
        self.ask(sweep, |read, sweep| one(read, *sweep).boxed()).await
    }

    async fn let_sweep_go_on(&self, sweep: SweepId) -> Result<bool, StoreError> {
        self.write(sweep, |write, sweep| let_go_on(write, *sweep).boxed()).await
    }

    async fn stop_sweep(&self, sweep: SweepId, cause: &Cause, at: Timestamp) -> Result<bool, StoreError> {
        self.write((sweep, cause.clone(), at), |write, (sweep, cause, at)| {
            SWEEPS.give_up(write, sweep.0, Some(cause), *at).boxed()
        })
        .await
    }

    async fn swept(
        &self,
        of: &ObjectOf,
        after: i64,
        limit: usize,
    ) -> Result<Vec<(i64, Option<i64>)>, StoreError> {
        self.ask((of.clone(), after, limit), |read, (of, after, limit)| {
            swept(read, of, *after, *limit).boxed()
        })
        .await
    }

    async fn swept_rows(&self, of: &ObjectOf, rows: &[i64]) -> Result<Vec<SweptRecord>, StoreError> {
        self.ask((of.clone(), rows.to_vec()), |read, (of, rows)| swept_rows(read, of, rows).boxed()).await
    }

    async fn gone(&self, of: &ObjectOf, after: &str, limit: usize) -> Result<Vec<Gone>, StoreError> {
        self.ask((of.clone(), after.to_owned(), limit), |read, (of, after, limit)| {
            gone(read, of, after, *limit).boxed()
        })
        .await
    }

    async fn let_rest(&self, of: &ObjectOf, ids: &[String], reason: &str) -> Result<u64, StoreError> {
        self.write((of.clone(), ids.to_vec(), reason.to_owned()), |write, (of, ids, reason)| {
            let_rest(write, of, ids, reason).boxed()
        })
        .await
    }
}

async fn take_up(write: &Write, beginning: &SweepBeginning) -> Done<Option<Sweep>> {
    let (connection, object) = (text(beginning.of.0.as_str()), text(beginning.of.1.as_str()));
    let open = write
        .sql
        .first(
            &format!(
                "select {COLUMNS} from sweep where tenant = $1 and object = $2 and connection = $3
                     and ended is null for update"
            ),
            &[&write.tenant, &object, &connection],
            |row| Ok((sweep(row)?, get::<String>(row, 12)?)),
        )
        .await?;
    let Some((open, owner)) = open else { return begin(write, beginning).await.map(Some) };
    let is_same = open.deep == beginning.deep;
    match taking_up((open.state, open.beat, &owner), &beginning.owner, beginning.stale, is_same) {
        TakeUp::Leave => Ok(None),
        TakeUp::Tell => Ok(Some(open)),
        TakeUp::GoOn => {
            SWEEPS.take_over(write, open.id.0, &beginning.owner, beginning.now).await?;
            Ok(Some(Sweep { state: RunState::Running, beat: beginning.now, ..open }))
        }
        TakeUp::GiveUp => {
            SWEEPS.give_up(write, open.id.0, None, beginning.now).await?;
            begin(write, beginning).await.map(Some)
        }
    }
}

async fn begin(write: &Write, beginning: &SweepBeginning) -> Done<Sweep> {
    let SweepBeginning { of, deep, until, owner, now, .. } = beginning;
    let id = write
        .sql
        .first(
            "insert into sweep (tenant, connection, object, deep, state, until, started, beat, owner, place, sum)
             values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10) returning id",
            &[
                &write.tenant,
                &text(of.0.as_str()),
                &text(of.1.as_str()),
                deep,
                &RunState::Running.name(),
                &until.0,
                &now.0,
                &text(owner),
                &written(&SweepPlace::default()),
                &written(&SweepSum::default()),
            ],
            |row| Ok(SweepId(get(row, 0)?)),
        )
        .await?;
    Ok(Sweep {
        id: known(id, "a new sweep")?,
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

async fn get_on(write: &Write, progress: &SweepProgress) -> Done<()> {
    let stand = Stand {
        id: progress.sweep.0,
        owner: &progress.owner,
        state: progress.state,
        place: written(&progress.place),
        sum: written(&progress.sum),
        cause: progress.cause.as_ref(),
        now: progress.now,
    };
    SWEEPS.get_on(write, &stand).await
}

async fn take_in(write: &Write, progress: &SweepProgress, findings: &SweepFindings) -> Done<()> {
    let (connection, object) = (text(progress.of.0.as_str()), text(progress.of.1.as_str()));
    let key = |id: &String| RecordKey::new(&progress.of.0, &progress.of.1, id.as_str());
    wish(write, &findings.missed.iter().map(key).collect::<Vec<_>>(), progress.now).await?;
    if !findings.back.is_empty() {
        write
            .sql
            .change(
                "delete from unlisted where tenant = $1 and object = $2 and connection = $3 and id = any($4)",
                &[&write.tenant, &object, &connection, &texts(findings.back.iter().map(String::as_str))],
            )
            .await?;
    }
    let gone = findings.gone.iter().map(|id| (id.as_str(), true));
    let left_out = findings.left_out.iter().map(|id| (id.as_str(), false));
    // Each id once: what is told of one twice counts as it was told last.
    let unlisted: BTreeMap<&str, bool> = gone.chain(left_out).collect();
    if unlisted.is_empty() {
        return Ok(());
    }
    write
        .sql
        .change(
            "insert into unlisted (tenant, connection, object, id, gone, since)
             select $1, $2, $3, id, gone, $4 from unnest($5::text[], $6::boolean[]) n (id, gone)
             on conflict (tenant, object, connection, id) do update set gone = excluded.gone,
                 since = case when unlisted.gone = excluded.gone then unlisted.since else excluded.since end,
                 reason = case when unlisted.gone = excluded.gone then unlisted.reason end",
            &[
                &write.tenant,
                &connection,
                &object,
                &progress.now.0,
                &texts(unlisted.keys().copied()),
                &unlisted.values().copied().collect::<Vec<bool>>(),
            ],
        )
        .await?;
    Ok(())
}

async fn list(read: &Read, of: Option<&ObjectOf>, limit: usize) -> Done<Vec<Sweep>> {
    let limit = signed(limit as u64);
    match of {
        Some((connection, object)) => {
            let statement = format!(
                "select {COLUMNS} from sweep where tenant = $1 and object = $2 and connection = $3
                 order by id desc limit $4"
            );
            let (connection, object) = (text(connection.as_str()), text(object.as_str()));
            read.sql.all(&statement, &[&read.tenant, &object, &connection, &limit], sweep).await
        }
        None => {
            let statement =
                format!("select {COLUMNS} from sweep where tenant = $1 order by id desc limit $2");
            read.sql.all(&statement, &[&read.tenant, &limit], sweep).await
        }
    }
}

async fn one(read: &Read, id: SweepId) -> Done<Option<Sweep>> {
    let find = format!("select {COLUMNS} from sweep where id = $1 and tenant = $2");
    read.sql.first(&find, &[&id.0, &read.tenant], sweep).await
}

async fn let_go_on(write: &Write, id: SweepId) -> Done<bool> {
    SWEEPS.let_go_on(write, id.0, |place: SweepPlace| SweepPlace { goes_on: true, ..place }).await
}

async fn swept(read: &Read, of: &ObjectOf, after: i64, limit: usize) -> Done<Vec<(i64, Option<i64>)>> {
    let (connection, object) = (text(of.0.as_str()), text(of.1.as_str()));
    let statement = "select r.id, r.version from record r
        where r.tenant = $1 and r.id > $2 and r.object = $3 and r.connection = $4 and not exists
            (select 1 from unlisted u where u.tenant = $1 and u.object = $3 and u.connection = $4
                 and u.id = r.source_id)
        order by r.id limit $5";
    let row = |row: &Row| Ok((get(row, 0)?, get(row, 1)?));
    read.sql.all(statement, &[&read.tenant, &after, &object, &connection, &signed(limit as u64)], row).await
}

async fn swept_rows(read: &Read, of: &ObjectOf, rows: &[i64]) -> Done<Vec<SweptRecord>> {
    let (connection, object) = (text(of.0.as_str()), text(of.1.as_str()));
    let statement = "select r.id, r.source_id, r.version, r.void from record r
        where r.id = any($1) and r.tenant = $2 and r.object = $3 and r.connection = $4";
    let row = |row: &Row| {
        Ok(SweptRecord { row: get(row, 0)?, id: get(row, 1)?, version: get(row, 2)?, void: get(row, 3)? })
    };
    read.sql.all(statement, &[&rows, &read.tenant, &object, &connection], row).await
}

async fn gone(read: &Read, of: &ObjectOf, after: &str, limit: usize) -> Done<Vec<Gone>> {
    let (connection, object) = (text(of.0.as_str()), text(of.1.as_str()));
    let statement = "select u.id, r.number, r.name, u.since, u.reason from unlisted u
        left join record r on r.tenant = u.tenant and r.source_id = u.id and r.object = u.object
            and r.connection = u.connection
        where u.tenant = $1 and u.object = $2 and u.connection = $3 and u.id > $4 and u.gone
        order by u.id limit $5";
    let row = |row: &Row| {
        let since = Timestamp(get(row, 3)?);
        Ok(Gone { id: get(row, 0)?, number: get(row, 1)?, name: get(row, 2)?, since, reason: get(row, 4)? })
    };
    let limit = signed(limit as u64);
    read.sql.all(statement, &[&read.tenant, &object, &connection, &text(after), &limit], row).await
}

async fn let_rest(write: &Write, of: &ObjectOf, ids: &[String], reason: &str) -> Done<u64> {
    let (connection, object) = (text(of.0.as_str()), text(of.1.as_str()));
    let ids = (!ids.is_empty()).then(|| texts(ids.iter().map(String::as_str)));
    write
        .sql
        .change(
            "update unlisted set reason = $5
             where tenant = $1 and object = $2 and connection = $3 and gone
                 and ($4::text[] is null or id = any($4))",
            &[&write.tenant, &object, &connection, &ids, &text(reason)],
        )
        .await
}

fn sweep(row: &Row) -> Done<Sweep> {
    let columns = SweepRow {
        id: get(row, 0)?,
        connection: get(row, 1)?,
        object: get(row, 2)?,
        deep: get(row, 3)?,
        state: get(row, 4)?,
        until: get(row, 5)?,
        started: get(row, 6)?,
        beat: get(row, 7)?,
        ended: get(row, 8)?,
        place: get(row, 9)?,
        sum: get(row, 10)?,
        cause: get(row, 11)?,
    };
    known(columns.sweep(), "a sweep")
}
