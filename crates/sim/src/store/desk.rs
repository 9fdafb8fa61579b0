//! What people ask for and do: jobs, and the log of it.

use async_trait::async_trait;
use contract::store::{Audit, Audited, Choice, Choices, Jobs, NewJob, StoreError, Turn};
use model::audit::AuditEntry;
use model::job::{Job, JobState, Progress};
use model::{JobId, TaskId, Timestamp};

use super::{SimStore, failed};

#[async_trait]
impl Jobs for SimStore {
    async fn add_job(&self, job: &NewJob) -> Result<JobId, StoreError> {
        write!(self, self.inner.add_job(job))
    }

    async fn jobs(&self, limit: usize) -> Result<Vec<Job>, StoreError> {
        ask!(self, self.inner.jobs(limit))
    }

    async fn job(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        ask!(self, self.inner.job(id))
    }

    async fn open_jobs(&self, now: Timestamp) -> Result<Vec<Job>, StoreError> {
        ask!(self, self.inner.open_jobs(now))
    }

    async fn steer_job(&self, id: JobId, to: JobState, at: Timestamp) -> Result<bool, StoreError> {
        write!(self, self.inner.steer_job(id, to, at))
    }

    async fn advance_job(
        &self,
        id: JobId,
        progress: &Progress,
        turn: Turn,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        write!(self, self.inner.advance_job(id, progress, turn, at))
    }
}

#[async_trait]
impl Audit for SimStore {
    async fn note(&self, entries: &[AuditEntry]) -> Result<(), StoreError> {
        write!(self, self.inner.note(entries))
    }

    async fn note_done(&self, done: &Audited) -> Result<(), StoreError> {
        write!(self, self.inner.note_done(done))
    }

    async fn done_to(&self, about: &str, limit: usize) -> Result<Vec<Audited>, StoreError> {
        ask!(self, self.inner.done_to(about, limit))
    }

    async fn audit_log(&self, about: Option<&str>, limit: usize) -> Result<Vec<AuditEntry>, StoreError> {
        ask!(self, self.inner.audit_log(about, limit))
    }
}

#[async_trait]
impl Choices for SimStore {
    async fn choose(&self, choices: &[Choice]) -> Result<(), StoreError> {
        write!(self, self.inner.choose(choices))
    }

    async fn choices(&self, tasks: &[TaskId]) -> Result<Vec<Choice>, StoreError> {
        ask!(self, self.inner.choices(tasks))
    }
}
