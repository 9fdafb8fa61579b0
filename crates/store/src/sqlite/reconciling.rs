//! Reconciliations: runs, what is known of either side, differences and what people decided.

mod differences;
mod known;
mod runs;

use async_trait::async_trait;
use contract::store::{
    Adoption, Beginning, Counted, Decision, DifferenceFilter, Findings, LinkChange, LinkRef, Pair, Paired,
    PairsBy, Progress, Reconciling, StoreError,
};
use model::reconciliation::{Difference, Kind, Run, Side, Sighting, State};
use model::{Cause, DifferenceId, FlowName, LinkId, RecordId, RunId, Timestamp};
use rusqlite::params;

use super::Sqlite;
use super::commit::Write;
use super::failure::Done;
use super::queue::{change_link, taken_by};
use super::rows::first;

#[async_trait]
impl Reconciling for Sqlite {
    async fn take_up_run(&self, beginning: &Beginning) -> Result<Option<Run>, StoreError> {
        let beginning = beginning.clone();
        self.write(move |write| runs::take_up(write, &beginning)).await
    }

    async fn get_on(&self, progress: &Progress, findings: &Findings) -> Result<(), StoreError> {
        let (progress, findings) = (progress.clone(), findings.clone());
        self.write(move |write| {
            runs::get_on(write, &progress)?;
            differences::take_in(write, &progress, &findings)?;
            known::take_in(write, &progress.flow, &findings)
        })
        .await
    }

    async fn runs(&self, flow: Option<&FlowName>, limit: usize) -> Result<Vec<Run>, StoreError> {
        let flow = flow.cloned();
        self.read(move |sql, tenant| runs::list(sql, tenant, flow.as_ref(), limit)).await
    }

    async fn run(&self, run: RunId) -> Result<Option<Run>, StoreError> {
        self.read(move |sql, tenant| runs::one(sql, tenant, run)).await
    }

    async fn let_go_on(&self, run: RunId) -> Result<bool, StoreError> {
        self.write(move |write| runs::let_go_on(write, run)).await
    }

    async fn stop_run(&self, run: RunId, cause: &Cause, at: Timestamp) -> Result<bool, StoreError> {
        let cause = cause.clone();
        self.write(move |write| runs::stop(write, run, &cause, at)).await
    }

    async fn known(
        &self,
        pair: &Pair,
        side: Side,
        after: i64,
        limit: usize,
    ) -> Result<Vec<(i64, Option<i64>)>, StoreError> {
        let pair = pair.clone();
        self.read(move |sql, tenant| known::known(sql, tenant, &pair, side, (after, limit))).await
    }

    async fn sightings(&self, flow: &FlowName, side: Side) -> Result<Vec<Sighting>, StoreError> {
        let flow = flow.clone();
        self.read(move |sql, tenant| known::sightings(sql, tenant, &flow, side)).await
    }

    async fn pairs(&self, pair: &Pair, by: &PairsBy) -> Result<Vec<Option<Paired>>, StoreError> {
        let (pair, by) = (pair.clone(), by.clone());
        self.read(move |sql, tenant| known::pairs(sql, tenant, &pair, &by)).await
    }

    async fn census(&self, pair: &Pair) -> Result<Vec<Counted>, StoreError> {
        let pair = pair.clone();
        self.read(move |sql, tenant| known::census(sql, tenant, &pair)).await
    }

    async fn at_odds(&self, pair: &Pair, after: RecordId, limit: usize) -> Result<Vec<Paired>, StoreError> {
        let pair = pair.clone();
        self.read(move |sql, tenant| known::at_odds(sql, tenant, &pair, after, limit)).await
    }

    async fn differences(&self, filter: &DifferenceFilter) -> Result<Vec<Difference>, StoreError> {
        let filter = filter.clone();
        self.read(move |sql, tenant| differences::list(sql, tenant, &filter)).await
    }

    async fn count_differences(&self, flow: &FlowName) -> Result<Vec<(Kind, State, u64)>, StoreError> {
        let flow = flow.clone();
        self.read(move |sql, tenant| differences::count(sql, tenant, &flow)).await
    }

    async fn decide(
        &self,
        ids: &[DifferenceId],
        decision: &Decision,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        let (ids, decision) = (ids.to_vec(), decision.clone());
        self.write(move |write| differences::decide(write, &ids, &decision, at)).await
    }

    async fn distrust(&self, link: LinkId) -> Result<(), StoreError> {
        self.write(move |write| {
            let mut forget =
                write.sql.prepare_cached("update link set mapped = null where id = ?1 and tenant = ?2")?;
            forget.execute((link.0, write.tenant))?;
            Ok(())
        })
        .await
    }

    async fn unlink(&self, link: LinkId, target: &str) -> Result<bool, StoreError> {
        let target = target.to_owned();
        self.write(move |write| unlink(write, link, &target)).await
    }

    async fn adopt(&self, adoption: &Adoption, at: Timestamp) -> Result<bool, StoreError> {
        let adoption = adoption.clone();
        self.write(move |write| adopt(write, &adoption, at)).await
    }
}

fn unlink(write: &Write, link: LinkId, target: &str) -> Done<bool> {
    let unlinked = write
        .sql
        .prepare_cached(
            "update link set target_id = null, target_number = null, mapped = null, target_hash = null,
                 fields = null, target_version = null
             where id = ?1 and tenant = ?2 and target_id = ?3
                 and not exists (select 1 from intent i where i.link = link.id)",
        )?
        .execute((link.0, write.tenant, target))?;
    if unlinked == 0 {
        return Ok(false);
    }
    write.sql.prepare_cached("delete from line_link where link = ?1")?.execute([link.0])?;
    write.sql.prepare_cached("delete from link_file where link = ?1")?.execute([link.0])?;
    Ok(true)
}

fn adopt(write: &mut Write, adoption: &Adoption, at: Timestamp) -> Done<bool> {
    let Adoption { source, target: (target_connection, target_object), target_id, target_number } = adoption;
    let mut find = write.sql.prepare_cached(
        "select 1 from link where tenant = ?1 and source_id = ?2 and object = ?3 and connection = ?4
             and target_connection = ?5 and target_object = ?6 and target_id is not null",
    )?;
    let side = params![
        write.tenant,
        source.id,
        source.object.as_str(),
        source.connection.as_str(),
        target_connection.as_str(),
        target_object.as_str()
    ];
    if first(&mut find, side, |_| Ok(()))?.is_some() {
        return Ok(false);
    }
    drop(find);
    let change = LinkChange {
        link: LinkRef::Of {
            source: source.clone(),
            target_connection: target_connection.clone(),
            target_object: target_object.clone(),
        },
        fill: Some((target_id.clone(), target_number.clone())),
        agreed: None,
        lines: Vec::new(),
    };
    if taken_by(write, &change)?.is_some() {
        return Ok(false);
    }
    change_link(write, &change, at)?;
    Ok(true)
}
