//! Jobs, and how far they have come.

use async_trait::async_trait;
use contract::store::{Jobs, NewJob, StoreError, Turn};
use futures_util::FutureExt;
use model::job::{Job, JobState, Progress};
use model::{JobId, Timestamp};
use tokio_postgres::Row;

use super::Postgres;
use super::commit::{Read, Write};
use super::failure::Done;
use super::params::text;
use super::rows::{known, signed, unsigned};
use super::session::get;
use crate::codec::{cause_of_text, cause_text, job_code, job_of_code, work_of_text, work_text};

#[async_trait]
impl Jobs for Postgres {
    async fn add_job(&self, job: &NewJob) -> Result<JobId, StoreError> {
        self.write(job.clone(), |write, job| add(write, job).boxed()).await
    }

    async fn jobs(&self, limit: usize) -> Result<Vec<Job>, StoreError> {
        self.ask(signed(limit as u64), |read, limit| {
            let newest = format!("select {JOB} from job where tenant = $1 order by id desc limit $2");
            async move { read.sql.all(&newest, &[&read.tenant, limit], job).await }.boxed()
        })
        .await
    }

    async fn job(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        self.ask(id.0, |read, id| by_id(read, *id).boxed()).await
    }

    async fn open_jobs(&self, now: Timestamp) -> Result<Vec<Job>, StoreError> {
        self.ask(now.0, |read, now| {
            let open =
                format!("select {JOB} from job where tenant = $1 and state = 0 and starts <= $2 order by id");
            async move { read.sql.all(&open, &[&read.tenant, now], job).await }.boxed()
        })
        .await
    }

    async fn steer_job(&self, id: JobId, to: JobState, at: Timestamp) -> Result<bool, StoreError> {
        self.write((id, to, at), |write, (id, to, at)| steer(write, *id, *to, *at).boxed()).await
    }

    async fn advance_job(
        &self,
        id: JobId,
        progress: &Progress,
        turn: Turn,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write((id, progress.clone(), turn, at), |write, (id, progress, turn, at)| {
            advance(write, *id, progress, turn, *at).boxed()
        })
        .await
    }
}

async fn by_id(read: &Read, id: i64) -> Done<Option<Job>> {
    let statement = format!("select {JOB} from job where tenant = $1 and id = $2");
    read.sql.first(&statement, &[&read.tenant, &id], job).await
}

async fn add(write: &Write, job: &NewJob) -> Done<JobId> {
    let id = write
        .sql
        .first(
            "insert into job (tenant, work, asked_by, made, starts, state, seen, moved)
             values ($1, $2, $3, $4, $5, 0, 0, 0) returning id",
            &[&write.tenant, &text(&work_text(&job.work)), &text(&job.by), &job.made.0, &job.starts.0],
            |row| Ok(JobId(get(row, 0)?)),
        )
        .await?;
    known(id, "a job's id")
}

async fn steer(write: &Write, id: JobId, to: JobState, at: Timestamp) -> Done<bool> {
    let state = write
        .sql
        .first(
            "select state from job where tenant = $1 and id = $2 for update",
            &[&write.tenant, &id.0],
            |row| known(job_of_code(get(row, 0)?), "a job's state"),
        )
        .await?;
    if !state.is_some_and(|state| state.may_become(to)) {
        return Ok(false);
    }
    let ended = (to == JobState::Stopped).then_some(at.0);
    let steer = "update job set state = $2, ended = $3, cause = null where id = $1";
    write.sql.change(steer, &[&id.0, &job_code(to), &ended]).await?;
    Ok(true)
}

async fn advance(write: &Write, id: JobId, progress: &Progress, turn: &Turn, at: Timestamp) -> Done<bool> {
    let (seen, moved, of) = (signed(progress.seen), signed(progress.moved), progress.of.map(signed));
    let place = progress.place.as_deref().map(text);
    let advance =
        "update job set seen = $3, moved = $4, total = $5, place = $6 where tenant = $1 and id = $2";
    write.sql.change(advance, &[&write.tenant, &id.0, &seen, &moved, &of, &place]).await?;
    let (state, ended, cause) = match turn {
        Turn::GoesOn => (JobState::Running, None, None),
        Turn::Waits(cause) => (JobState::Running, None, Some(cause_text(cause))),
        Turn::Done => (JobState::Done, Some(at.0), None),
        Turn::Failed(cause) => (JobState::Failed, Some(at.0), Some(cause_text(cause))),
    };
    let end = "update job set state = $3, ended = $4, cause = $5 where tenant = $1 and id = $2 and state = 0";
    let cause = cause.as_deref().map(text);
    let changed = write.sql.change(end, &[&write.tenant, &id.0, &job_code(state), &ended, &cause]).await?;
    Ok(changed > 0)
}

const JOB: &str = "id, work, asked_by, made, starts, state, seen, moved, total, place, cause, ended";

fn job(row: &Row) -> Done<Job> {
    let cause: Option<&str> = get(row, 10)?;
    Ok(Job {
        id: JobId(get(row, 0)?),
        work: known(work_of_text(get(row, 1)?), "a job's work")?,
        by: get(row, 2)?,
        made: Timestamp(get(row, 3)?),
        starts: Timestamp(get(row, 4)?),
        state: known(job_of_code(get(row, 5)?), "a job's state")?,
        progress: Progress {
            seen: unsigned(get(row, 6)?),
            moved: unsigned(get(row, 7)?),
            of: get::<Option<i64>>(row, 8)?.map(unsigned),
            place: get(row, 9)?,
        },
        cause: cause.map(|cause| known(cause_of_text(cause), "a job's cause")).transpose()?,
        ended: get::<Option<i64>>(row, 11)?.map(Timestamp),
    })
}
