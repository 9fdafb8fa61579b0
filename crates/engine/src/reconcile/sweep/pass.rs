//! A sweep while it is worked on: what it found since it was last stored, and where it stands.

use std::collections::BTreeSet;

use contract::store::{StoreError, SweepFindings, SweepProgress};
use model::reconciliation::RunState;
use model::sweep::{ObjectOf, Sweep, SweepPlace, SweepSum};
use model::{AnswerClass, Cause};

use super::super::face::Face;
use super::super::{Trouble, gone};
use crate::seams::Seams;

/// Findings are stored at least when there are so many.
const AT_ONCE: usize = 500;

pub(super) struct Pass<'p> {
    pub seams: &'p Seams,
    pub face: &'p Face<'p>,
    pub sweep: Sweep,
    pub findings: SweepFindings,
    /// What was seen to be behind: it may be met where it was, and where it is.
    behind: BTreeSet<String>,
    /// As it was stored last: what came since is forgotten when the sweep stops in the middle.
    saved: (SweepPlace, SweepSum),
    owner: String,
    told: &'p (dyn Fn(&Sweep) + Sync),
}

impl<'p> Pass<'p> {
    pub fn new(
        seams: &'p Seams,
        face: &'p Face<'p>,
        owner: String,
        sweep: Sweep,
        told: &'p (dyn Fn(&Sweep) + Sync),
    ) -> Pass<'p> {
        let saved = (sweep.place, sweep.sum);
        Pass {
            seams,
            face,
            sweep,
            findings: SweepFindings::default(),
            behind: BTreeSet::new(),
            saved,
            owner,
            told,
        }
    }

    pub fn of(&self) -> &ObjectOf {
        &self.sweep.of
    }

    /// Everything before this moment has been held against what is known.
    pub async fn reach(&mut self, at: i64) -> Result<(), Trouble> {
        self.sweep.place.at = at;
        self.save().await
    }

    pub async fn save(&mut self) -> Result<(), Trouble> {
        Ok(self.save_as(RunState::Running, None).await?)
    }

    /// Whether so much was found that it is to be stored before the part is at its end.
    pub fn holds_much(&self) -> bool {
        let SweepFindings { missed, gone, left_out, back } = &self.findings;
        missed.len() + gone.len() + left_out.len() + back.len() >= AT_ONCE
    }

    pub async fn save_as(&mut self, state: RunState, cause: Option<Cause>) -> Result<(), StoreError> {
        self.count_calls();
        let now = self.seams.clock.now();
        let progress = SweepProgress {
            sweep: self.sweep.id,
            of: self.sweep.of.clone(),
            owner: self.owner.clone(),
            state,
            place: self.sweep.place,
            sum: self.sweep.sum,
            cause: cause.clone(),
            now,
        };
        self.seams.store.get_on_with_sweep(&progress, &self.findings).await?;
        self.findings = SweepFindings::default();
        self.saved = (self.sweep.place, self.sweep.sum);
        (self.sweep.state, self.sweep.cause, self.sweep.beat) = (state, cause, now);
        self.sweep.ended = (state == RunState::Done).then_some(now);
        self.face.line.store_spending().await?;
        (self.told)(&self.sweep);
        Ok(())
    }

    /// What was found in a part that was not gone over to its end says nothing: it is gone over again. The calls that it
    /// took were made.
    pub fn forget_unsaved(&mut self) {
        self.count_calls();
        let calls = self.sweep.sum.calls;
        (self.sweep.place, self.sweep.sum) = (self.saved.0, SweepSum { calls, ..self.saved.1 });
        self.findings = SweepFindings::default();
    }

    /// There, and not known as it is there: it is read.
    pub fn missed(&mut self, id: String) {
        self.findings.missed.push(id);
    }

    /// Known at an older version: it is read again.
    pub fn behind(&mut self, id: &str) {
        if self.behind.insert(id.to_owned()) {
            self.sweep.sum.behind += 1;
            self.missed(id.to_owned());
        }
    }

    /// Not there any more.
    ///
    /// # Errors
    /// [`Trouble::Much`] when more is gone than is likely, and then nothing of the part is kept.
    pub fn gone(&mut self, id: String, population: usize) -> Result<(), Trouble> {
        let sum = &mut self.sweep.sum;
        sum.gone += 1;
        sum.newly_gone += 1;
        let (count, population) = (sum.newly_gone, population as u64);
        if gone::is_much(count, population) && !self.sweep.place.goes_on {
            let cause = Cause::new("sweep.much_is_gone").with("connection", &self.of().0);
            let cause = cause.with("object", &self.of().1).with("count", count);
            return Err(Trouble::Much(cause.with("population", population)));
        }
        self.findings.gone.push(id);
        Ok(())
    }

    /// Half of the day's calls are for those who cannot wait.
    ///
    /// # Errors
    /// When the other half is spent.
    pub fn heed_quota(&self) -> Result<(), Trouble> {
        let spent = self.face.line.spent(self.seams.clock.now());
        match spent {
            Some((spent, daily)) if spent * 2 >= daily => {
                let cause = Cause::new("sweep.quota_kept").with("connection", &self.of().0);
                let cause = cause.with("spent", spent).with("daily", daily);
                Err(Trouble::Refused(contract::connector::Refusal::new(AnswerClass::Throttled(None), cause)))
            }
            _ => Ok(()),
        }
    }

    fn count_calls(&mut self) {
        self.sweep.sum.calls += self.face.take_calls();
    }
}
