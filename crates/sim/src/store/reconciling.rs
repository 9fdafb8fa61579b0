//! Reconciliations.

use async_trait::async_trait;
use contract::store::{
    Adoption, Beginning, Counted, Decision, DifferenceFilter, Findings, Pair, Paired, PairsBy, Progress,
    Reconciling, StoreError,
};
use model::reconciliation::{Difference, Kind, Run, Side, Sighting, State};
use model::{Cause, DifferenceId, FlowName, LinkId, RecordId, RunId, Timestamp};

use super::{SimStore, failed};

#[async_trait]
impl Reconciling for SimStore {
    async fn take_up_run(&self, beginning: &Beginning) -> Result<Option<Run>, StoreError> {
        write!(self, self.inner.take_up_run(beginning))
    }

    async fn get_on(&self, progress: &Progress, findings: &Findings) -> Result<(), StoreError> {
        write!(self, self.inner.get_on(progress, findings))
    }

    async fn runs(&self, flow: Option<&FlowName>, limit: usize) -> Result<Vec<Run>, StoreError> {
        ask!(self, self.inner.runs(flow, limit))
    }

    async fn run(&self, run: RunId) -> Result<Option<Run>, StoreError> {
        ask!(self, self.inner.run(run))
    }

    async fn let_go_on(&self, run: RunId) -> Result<bool, StoreError> {
        write!(self, self.inner.let_go_on(run))
    }

    async fn stop_run(&self, run: RunId, cause: &Cause, at: Timestamp) -> Result<bool, StoreError> {
        write!(self, self.inner.stop_run(run, cause, at))
    }

    async fn known(
        &self,
        pair: &Pair,
        side: Side,
        after: i64,
        limit: usize,
    ) -> Result<Vec<(i64, Option<i64>)>, StoreError> {
        ask!(self, self.inner.known(pair, side, after, limit))
    }

    async fn sightings(&self, flow: &FlowName, side: Side) -> Result<Vec<Sighting>, StoreError> {
        ask!(self, self.inner.sightings(flow, side))
    }

    async fn pairs(&self, pair: &Pair, by: &PairsBy) -> Result<Vec<Option<Paired>>, StoreError> {
        ask!(self, self.inner.pairs(pair, by))
    }

    async fn census(&self, pair: &Pair) -> Result<Vec<Counted>, StoreError> {
        ask!(self, self.inner.census(pair))
    }

    async fn at_odds(&self, pair: &Pair, after: RecordId, limit: usize) -> Result<Vec<Paired>, StoreError> {
        ask!(self, self.inner.at_odds(pair, after, limit))
    }

    async fn differences(&self, filter: &DifferenceFilter) -> Result<Vec<Difference>, StoreError> {
        ask!(self, self.inner.differences(filter))
    }

    async fn count_differences(&self, flow: &FlowName) -> Result<Vec<(Kind, State, u64)>, StoreError> {
        ask!(self, self.inner.count_differences(flow))
    }

    async fn decide(
        &self,
        ids: &[DifferenceId],
        decision: &Decision,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        write!(self, self.inner.decide(ids, decision, at))
    }

    async fn distrust(&self, link: LinkId) -> Result<(), StoreError> {
        write!(self, self.inner.distrust(link))
    }

    async fn unlink(&self, link: LinkId, target: &str) -> Result<bool, StoreError> {
        write!(self, self.inner.unlink(link, target))
    }

    async fn adopt(&self, adoption: &Adoption, at: Timestamp) -> Result<bool, StoreError> {
        write!(self, self.inner.adopt(adoption, at))
    }
}
