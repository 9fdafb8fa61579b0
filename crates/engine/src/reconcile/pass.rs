//! A run while it is worked on: what it found since it was last stored, and where it stands.

use std::collections::BTreeSet;

use contract::store::{DifferenceFilter, Findings, Pair, Paired, PairsBy, Progress, StoreError};
use model::reconciliation::{
    Difference, Found, Origin, Place, Run, RunState, Side, Sighting, Stage, State, Sum,
};
use model::{Cause, DifferenceId};

use super::{Trouble, face::Face, pair_of};
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// Findings are stored at least when there are so many.
const AT_ONCE: usize = 500;
/// Pairs asked for at once.
const PAIRS: usize = 500;
/// Differences asked for at once.
const DIFFERENCES: usize = 1_000;

pub(super) struct Pass<'p> {
    pub seams: &'p Seams,
    pub flow: &'p ActiveFlow,
    pub pair: Pair,
    pub run: Run,
    /// As it was stored last: what came since is forgotten when the run stops in the middle.
    saved: (Place, Sum),
    owner: String,
    findings: Findings,
    /// Differences that are not closed, by what finds them again: only of these it is noted that they agree.
    kept: BTreeSet<(Origin, String)>,
    told: &'p (dyn Fn(&Run) + Sync),
}

impl<'p> Pass<'p> {
    pub async fn new(
        seams: &'p Seams,
        flow: &'p ActiveFlow,
        owner: String,
        run: Run,
        told: &'p (dyn Fn(&Run) + Sync),
    ) -> Result<Pass<'p>, StoreError> {
        let mut pass = Pass {
            seams,
            flow,
            pair: pair_of(flow),
            saved: (run.place, run.sum),
            run,
            owner,
            findings: Findings::default(),
            kept: BTreeSet::new(),
            told,
        };
        for origin in Origin::ALL {
            let kept = pass.differences(origin).await?;
            pass.kept.extend(kept.into_iter().map(|difference| (origin, difference.found.key().to_owned())));
        }
        Ok(pass)
    }

    pub fn stage(&self) -> Stage {
        self.run.place.stage
    }

    pub fn into_run(self) -> Run {
        self.run
    }

    /// The next stage, from its beginning.
    pub async fn go_to(&mut self, stage: Stage) -> Result<(), Trouble> {
        self.run.place = Place { stage, at: 0, ..self.run.place };
        self.save().await
    }

    /// The stage has been worked on up to this moment.
    pub async fn reach(&mut self, at: i64) -> Result<(), Trouble> {
        self.run.place.at = at;
        self.save().await
    }

    pub async fn save(&mut self) -> Result<(), Trouble> {
        Ok(self.save_as(RunState::Running, None).await?)
    }

    pub async fn save_as(&mut self, state: RunState, cause: Option<Cause>) -> Result<(), StoreError> {
        let now = self.seams.clock.now();
        let progress = Progress {
            run: self.run.id,
            owner: self.owner.clone(),
            flow: self.run.flow.clone(),
            state,
            place: self.run.place,
            sum: self.run.sum,
            cause: cause.clone(),
            now,
        };
        self.seams.store.get_on(&progress, &self.findings).await?;
        self.findings = Findings::default();
        self.saved = (self.run.place, self.run.sum);
        (self.run.state, self.run.cause, self.run.beat) = (state, cause, now);
        self.run.ended = (state == RunState::Done).then_some(now);
        self.flow.source.store_spending().await?;
        self.flow.target.store_spending().await?;
        (self.told)(&self.run);
        Ok(())
    }

    /// Stores what was found where there is much of it.
    pub async fn save_much(&mut self) -> Result<(), Trouble> {
        match self.findings.len() >= AT_ONCE {
            true => self.save().await,
            false => Ok(()),
        }
    }

    /// What was found in a part that was not gone through to its end says nothing: it is gone through again. The calls
    /// that it took were made.
    pub fn forget_unsaved(&mut self) {
        let Sum { calls_here, calls_there, .. } = self.run.sum;
        let (place, sum) = self.saved;
        self.findings = Findings::default();
        self.run.place = place;
        self.run.sum = Sum { calls_here, calls_there, ..sum };
    }

    pub fn count_calls(&mut self, face: &Face<'_>) {
        match face.side {
            Side::Here => self.run.sum.calls_here += face.take_calls(),
            Side::There => self.run.sum.calls_there += face.take_calls(),
        }
    }

    pub fn differs(&mut self, found: Found) {
        self.kept.insert((found.origin, found.key().to_owned()));
        self.findings.differences.push(found);
    }

    /// Both sides agree, or there is nothing to agree on.
    pub fn agrees(&mut self, origin: Origin, id: &str) {
        if self.kept.remove(&(origin, id.to_owned())) {
            self.findings.agreed.push((origin, id.to_owned()));
        }
    }

    pub fn seen_there(&mut self, link: model::LinkId, version: i64) {
        self.findings.seen_there.push((link, version));
    }

    pub fn seen_here(&mut self, record: model::RecordId, version: i64) {
        self.findings.seen_here.push((record, version));
    }

    pub fn sight(&mut self, side: Side, id: &str, version: Option<i64>) {
        self.findings.sightings.push(Sighting { side, id: id.to_owned(), version });
    }

    pub fn forget(&mut self, side: Side, id: &str) {
        self.findings.forgotten.push((side, id.to_owned()));
    }

    pub async fn pairs_of_targets(&self, ids: &[String]) -> Result<Vec<Option<Paired>>, StoreError> {
        let mut pairs = Vec::with_capacity(ids.len());
        for ids in ids.chunks(PAIRS) {
            pairs.extend(self.seams.store.pairs(&self.pair, &PairsBy::Targets(ids.to_vec())).await?);
        }
        Ok(pairs)
    }

    pub async fn pairs_of_sources(&self, ids: &[String]) -> Result<Vec<Option<Paired>>, StoreError> {
        let mut pairs = Vec::with_capacity(ids.len());
        for ids in ids.chunks(PAIRS) {
            pairs.extend(self.seams.store.pairs(&self.pair, &PairsBy::Sources(ids.to_vec())).await?);
        }
        Ok(pairs)
    }

    pub async fn pairs_of_rows(&self, side: Side, rows: &[i64]) -> Result<Vec<Option<Paired>>, StoreError> {
        let mut pairs = Vec::with_capacity(rows.len());
        for rows in rows.chunks(PAIRS) {
            pairs.extend(self.seams.store.pairs(&self.pair, &PairsBy::Rows(side, rows.to_vec())).await?);
        }
        Ok(pairs)
    }

    /// The flow's differences of an origin that are not closed.
    pub async fn differences(&self, origin: Origin) -> Result<Vec<Difference>, StoreError> {
        let mut all = Vec::new();
        let mut after: Option<DifferenceId> = None;
        loop {
            let filter = DifferenceFilter {
                flow: Some(self.run.flow.clone()),
                states: vec![State::Open, State::Repairing, State::Ignored],
                origin: Some(origin),
                after,
                limit: DIFFERENCES,
                ..DifferenceFilter::default()
            };
            let page = self.seams.store.differences(&filter).await?;
            after = page.last().map(|last| last.id);
            let is_last = page.len() < DIFFERENCES;
            all.extend(page);
            if is_last {
                return Ok(all);
            }
        }
    }
}
