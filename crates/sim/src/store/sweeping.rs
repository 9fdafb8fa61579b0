//! Sweeps.

use async_trait::async_trait;
use contract::store::{StoreError, SweepBeginning, SweepFindings, SweepProgress, Sweeping, SweptRecord};
use model::sweep::{Gone, ObjectOf, Sweep};
use model::{Cause, SweepId, Timestamp};

use super::{SimStore, failed};

#[async_trait]
impl Sweeping for SimStore {
    async fn take_up_sweep(&self, beginning: &SweepBeginning) -> Result<Option<Sweep>, StoreError> {
        write!(self, self.inner.take_up_sweep(beginning))
    }

    async fn get_on_with_sweep(
        &self,
        progress: &SweepProgress,
        findings: &SweepFindings,
    ) -> Result<(), StoreError> {
        write!(self, self.inner.get_on_with_sweep(progress, findings))
    }

    async fn sweeps(&self, of: Option<&ObjectOf>, limit: usize) -> Result<Vec<Sweep>, StoreError> {
        ask!(self, self.inner.sweeps(of, limit))
    }

    async fn sweep(&self, sweep: SweepId) -> Result<Option<Sweep>, StoreError> {
        ask!(self, self.inner.sweep(sweep))
    }

    async fn let_sweep_go_on(&self, sweep: SweepId) -> Result<bool, StoreError> {
        write!(self, self.inner.let_sweep_go_on(sweep))
    }

    async fn stop_sweep(&self, sweep: SweepId, cause: &Cause, at: Timestamp) -> Result<bool, StoreError> {
        write!(self, self.inner.stop_sweep(sweep, cause, at))
    }

    async fn swept(
        &self,
        of: &ObjectOf,
        after: i64,
        limit: usize,
    ) -> Result<Vec<(i64, Option<i64>)>, StoreError> {
        ask!(self, self.inner.swept(of, after, limit))
    }

    async fn swept_rows(&self, of: &ObjectOf, rows: &[i64]) -> Result<Vec<SweptRecord>, StoreError> {
        ask!(self, self.inner.swept_rows(of, rows))
    }

    async fn gone(&self, of: &ObjectOf, after: &str, limit: usize) -> Result<Vec<Gone>, StoreError> {
        ask!(self, self.inner.gone(of, after, limit))
    }

    async fn let_rest(&self, of: &ObjectOf, ids: &[String], reason: &str) -> Result<u64, StoreError> {
        write!(self, self.inner.let_rest(of, ids, reason))
    }
}
