//! Reconciliations: runs, what is known of either side, differences and what people decided.

mod differences;
mod known;
mod runs;

use async_trait::async_trait;
use contract::store::{
    Adoption, Beginning, Counted, Decision, DifferenceFilter, Findings, Pair, Paired, PairsBy, Progress,
    Reconciling, StoreError,
};
use futures_util::FutureExt;
use model::reconciliation::{Difference, Kind, Run, Side, Sighting, State};
use model::{Cause, DifferenceId, FlowName, LinkId, RecordId, RunId, Timestamp};

use super::Postgres;
use super::commit::Write;
use super::failure::Done;
use super::params::text;
use super::queue::{pass_gate, wake_for_links};
use super::session::{Params, get};

#[async_trait]
impl Reconciling for Postgres {
    async fn take_up_run(&self, beginning: &Beginning) -> Result<Option<Run>, StoreError> {
        self.write(beginning.clone(), |write, beginning| runs::take_up(write, beginning).boxed()).await
    }

    async fn get_on(&self, progress: &Progress, findings: &Findings) -> Result<(), StoreError> {
        self.write((progress.clone(), findings.clone()), |write, (progress, findings)| {
            async move {
                runs::get_on(write, progress).await?;
                differences::take_in(write, progress, findings).await?;
                known::take_in(write, &progress.flow, findings).await
            }
            .boxed()
        })
        .await
    }

    async fn runs(&self, flow: Option<&FlowName>, limit: usize) -> Result<Vec<Run>, StoreError> {
        self.ask((flow.cloned(), limit), |read, (flow, limit)| {
            runs::list(read, flow.as_ref(), *limit).boxed()
        })
        .await
    }

    async fn run(&self, run: RunId) -> Result<Option<Run>, StoreError> {
        self.ask(run, |read, run| runs::one(read, *run).boxed()).await
    }

    async fn let_go_on(&self, run: RunId) -> Result<bool, StoreError> {
        self.write(run, |write, run| runs::let_go_on(write, *run).boxed()).await
    }

    async fn stop_run(&self, run: RunId, cause: &Cause, at: Timestamp) -> Result<bool, StoreError> {
        self.write((run, cause.clone(), at), |write, (run, cause, at)| {
            runs::stop(write, *run, cause, *at).boxed()
        })
        .await
    }

    async fn known(
        &self,
        pair: &Pair,
        side: Side,
        after: i64,
        limit: usize,
    ) -> Result<Vec<(i64, Option<i64>)>, StoreError> {
        self.ask((pair.clone(), side, after, limit), |read, (pair, side, after, limit)| {
            known::known(read, pair, *side, (*after, *limit)).boxed()
        })
        .await
    }

    async fn sightings(&self, flow: &FlowName, side: Side) -> Result<Vec<Sighting>, StoreError> {
        self.ask((flow.clone(), side), |read, (flow, side)| known::sightings(read, flow, *side).boxed()).await
    }

    async fn pairs(&self, pair: &Pair, by: &PairsBy) -> Result<Vec<Option<Paired>>, StoreError> {
        self.ask((pair.clone(), by.clone()), |read, (pair, by)| known::pairs(read, pair, by).boxed()).await
    }

    async fn census(&self, pair: &Pair) -> Result<Vec<Counted>, StoreError> {
        self.ask(pair.clone(), |read, pair| known::census(read, pair).boxed()).await
    }

    async fn at_odds(&self, pair: &Pair, after: RecordId, limit: usize) -> Result<Vec<Paired>, StoreError> {
        self.ask((pair.clone(), after, limit), |read, (pair, after, limit)| {
            known::at_odds(read, pair, *after, *limit).boxed()
        })
        .await
    }

    async fn differences(&self, filter: &DifferenceFilter) -> Result<Vec<Difference>, StoreError> {
        self.ask(filter.clone(), |read, filter| differences::list(read, filter).boxed()).await
    }

    async fn count_differences(&self, flow: &FlowName) -> Result<Vec<(Kind, State, u64)>, StoreError> {
        self.ask(flow.clone(), |read, flow| differences::count(read, flow).boxed()).await
    }

    async fn decide(
        &self,
        ids: &[DifferenceId],
        decision: &Decision,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        self.write((ids.to_vec(), decision.clone(), at), |write, (ids, decision, at)| {
            differences::decide(write, ids, decision, *at).boxed()
        })
        .await
    }

    async fn distrust(&self, link: LinkId) -> Result<(), StoreError> {
        self.write(link, |write, link| distrust(write, *link).boxed()).await
    }

    async fn unlink(&self, link: LinkId, target: &str) -> Result<bool, StoreError> {
        self.write((link, target.to_owned()), |write, (link, target)| unlink(write, *link, target).boxed())
            .await
    }

    async fn adopt(&self, adoption: &Adoption, at: Timestamp) -> Result<bool, StoreError> {
        self.write((adoption.clone(), at), |write, (adoption, at)| adopt(write, adoption, *at).boxed()).await
    }
}

async fn distrust(write: &Write, link: LinkId) -> Done<()> {
    let statement = "update link set mapped = null where id = $1 and tenant = $2";
    write.sql.change(statement, &[&link.0, &write.tenant]).await?;
    Ok(())
}

async fn unlink(write: &Write, link: LinkId, target: &str) -> Done<bool> {
    let unlinked = write
        .sql
        .change(
            "update link set target_id = null, target_number = null, mapped = null, target_hash = null,
                 fields = null, target_version = null
             where id = $1 and tenant = $2 and target_id = $3
                 and not exists (select 1 from intent i where i.link = link.id)",
            &[&link.0, &write.tenant, &text(target)],
        )
        .await?;
    if unlinked == 0 {
        return Ok(false);
    }
    write.sql.change("delete from line_link where link = $1", &[&link.0]).await?;
    write.sql.change("delete from link_file where link = $1", &[&link.0]).await?;
    Ok(true)
}

async fn adopt(write: &mut Write, adoption: &Adoption, at: Timestamp) -> Done<bool> {
    let Adoption { source, target: (target_connection, target_object), target_id, target_number } = adoption;
    pass_gate(write, true, false).await?;
    let target_id = text(target_id);
    let sides: Params<'_> = &[
        &write.tenant,
        &text(&source.id),
        &text(source.object.as_str()),
        &text(source.connection.as_str()),
        &text(target_connection.as_str()),
        &text(target_object.as_str()),
        &target_id,
    ];
    let is_linked = write
        .sql
        .first(
            "select 1 from link where tenant = $1 and target_connection = $5 and target_object = $6
                 and (target_id = $7
                      or source_id = $2 and object = $3 and connection = $4 and target_id is not null) limit 1",
            sides,
            |_| Ok(()),
        )
        .await?;
    if is_linked.is_some() {
        return Ok(false);
    }
    let link = write
        .sql
        .first(
            "insert into link as l (tenant, source_id, object, connection, target_connection, target_object,
                 target_id, target_number)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict (tenant, source_id, object, connection, target_connection, target_object)
                 do update set target_id = excluded.target_id, target_number = excluded.target_number
             returning id",
            &[sides, &[&target_number.as_deref().map(text)]].concat(),
            |row| Ok(LinkId(get(row, 0)?)),
        )
        .await?;
    wake_for_links(write, &link.into_iter().collect::<Vec<_>>(), at).await?;
    Ok(true)
}
