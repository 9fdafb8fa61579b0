//! Jobs, and how far they have come.

use async_trait::async_trait;
use contract::store::{Jobs, NewJob, StoreError, Turn};
use model::job::{Job, JobState, Progress};
use model::{JobId, Timestamp};
use rusqlite::{Row, params};

use super::Sqlite;
use super::commit::Write;
use super::failure::Done;
use super::rows::{all, first, known, signed, text, unsigned};
use crate::codec::{cause_of_text, cause_text, job_code, job_of_code, work_of_text, work_text};

#[async_trait]
impl Jobs for Sqlite {
    async fn add_job(&self, job: &NewJob) -> Result<JobId, StoreError> {
        let job = job.clone();
        self.write(move |write| add(write, &job)).await
    }

    async fn jobs(&self, limit: usize) -> Result<Vec<Job>, StoreError> {
        self.read(move |sql, tenant| {
            let mut find = sql.prepare_cached(&format!(
                "select {} from job where tenant = ?1 order by id desc limit ?2",
                JOB
            ))?;
            all(&mut find, (tenant, signed(limit as u64)), job)
        })
        .await
    }

    async fn job(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        self.read(move |sql, tenant| {
            let mut find =
                sql.prepare_cached(&format!("select {} from job where tenant = ?1 and id = ?2", JOB))?;
            first(&mut find, (tenant, id.0), job)
        })
        .await
    }

    async fn open_jobs(&self, now: Timestamp) -> Result<Vec<Job>, StoreError> {
        self.read(move |sql, tenant| {
            let mut find = sql.prepare_cached(&format!(
                "select {} from job where tenant = ?1 and state = 0 and starts <= ?2 order by id",
                JOB
            ))?;
            all(&mut find, (tenant, now.0), job)
        })
        .await
    }

    async fn steer_job(&self, id: JobId, to: JobState, at: Timestamp) -> Result<bool, StoreError> {
        self.write(move |write| steer(write, id, to, at)).await
    }

    async fn advance_job(
        &self,
        id: JobId,
        progress: &Progress,
        turn: Turn,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let progress = progress.clone();
        self.write(move |write| advance(write, id, &progress, &turn, at)).await
    }
}

fn add(write: &Write, job: &NewJob) -> Done<JobId> {
    write
        .sql
        .prepare_cached(
            "insert into job (tenant, work, asked_by, made, starts, state, seen, moved)
             values (?1, ?2, ?3, ?4, ?5, 0, 0, 0)",
        )?
        .execute(params![write.tenant, work_text(&job.work), job.by, job.made.0, job.starts.0])?;
    Ok(JobId(write.sql.last_insert_rowid()))
}

fn steer(write: &Write, id: JobId, to: JobState, at: Timestamp) -> Done<bool> {
    let mut find = write.sql.prepare_cached("select state from job where tenant = ?1 and id = ?2")?;
    let state =
        first(&mut find, (write.tenant, id.0), |row| known(job_of_code(row.get(0)?), "a job's state"))?;
    if !state.is_some_and(|state| state.may_become(to)) {
        return Ok(false);
    }
    let ended = (to == JobState::Stopped).then_some(at.0);
    write
        .sql
        .prepare_cached("update job set state = ?2, ended = ?3, cause = null where id = ?1")?
        .execute(params![id.0, job_code(to), ended])?;
    Ok(true)
}

fn advance(write: &Write, id: JobId, progress: &Progress, turn: &Turn, at: Timestamp) -> Done<bool> {
    let mut advance = write.sql.prepare_cached(
        "update job set seen = ?3, moved = ?4, total = ?5, place = ?6 where tenant = ?1 and id = ?2",
    )?;
    let (seen, moved, of) = (signed(progress.seen), signed(progress.moved), progress.of.map(signed));
    advance.execute(params![write.tenant, id.0, seen, moved, of, progress.place])?;
    let (state, ended, cause) = match turn {
        Turn::GoesOn => (JobState::Running, None, None),
        Turn::Waits(cause) => (JobState::Running, None, Some(cause_text(cause))),
        Turn::Done => (JobState::Done, Some(at.0), None),
        Turn::Failed(cause) => (JobState::Failed, Some(at.0), Some(cause_text(cause))),
    };
    let mut end = write.sql.prepare_cached(
        "update job set state = ?3, ended = ?4, cause = ?5 where tenant = ?1 and id = ?2 and state = 0",
    )?;
    Ok(end.execute(params![write.tenant, id.0, job_code(state), ended, cause])? > 0)
}

const JOB: &str = "id, work, asked_by, made, starts, state, seen, moved, total, place, cause, ended";

fn job(row: &Row) -> Done<Job> {
    let cause: Option<String> = row.get(10)?;
    Ok(Job {
        id: JobId(row.get(0)?),
        work: known(work_of_text(text(row, 1)?), "a job's work")?,
        by: row.get(2)?,
        made: Timestamp(row.get(3)?),
        starts: Timestamp(row.get(4)?),
        state: known(job_of_code(row.get(5)?), "a job's state")?,
        progress: Progress {
            seen: unsigned(row.get(6)?),
            moved: unsigned(row.get(7)?),
            of: row.get::<_, Option<i64>>(8)?.map(unsigned),
            place: row.get(9)?,
        },
        cause: cause.map(|cause| known(cause_of_text(&cause), "a job's cause")).transpose()?,
        ended: row.get::<_, Option<i64>>(11)?.map(Timestamp),
    })
}
