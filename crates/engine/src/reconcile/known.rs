//! What is known of one side, held so small that a million fit: versions in order, each with its row.

use std::collections::{BTreeMap, BTreeSet};

use contract::store::{Pair, StoreError};
use model::reconciliation::{Side, Sighting};
use model::sweep::ObjectOf;

use super::spans::Span;
use crate::seams::Seams;

/// Rows asked for at once.
const AT_ONCE: usize = 20_000;

/// Where a known document stands: in the store, or seen by an earlier reconciliation only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Row(i64),
    Seen(usize),
}

/// The known documents of one side.
pub(super) struct Known {
    /// Version and row, in order; rows below zero are places in `seen`, counted from −1.
    placed: Vec<(i64, i64)>,
    /// Rows whose version is not known.
    pub unplaced: BTreeSet<i64>,
    /// Ids of sightings.
    seen: Vec<String>,
    /// Sightings by id: at which version, or that no list shows it.
    pub sightings: BTreeMap<String, Option<i64>>,
    /// Whether versions are times: of others it is not known in which span they are.
    by_time: bool,
}

impl Known {
    pub async fn load(seams: &Seams, pair: &Pair, side: Side, by_time: bool) -> Result<Known, StoreError> {
        let mut known = Known::nobody(by_time);
        let mut after = Some(0);
        while let Some(row) = after {
            after = known.take(seams.store.known(pair, side, row, AT_ONCE).await?);
        }
        for Sighting { id, version, .. } in seams.store.sightings(&pair.flow, side).await? {
            if let Some(version) = version.filter(|_| by_time) {
                known.seen.push(id.clone());
                known.placed.push((version, -(known.seen.len() as i64)));
            }
            known.sightings.insert(id, version);
        }
        known.placed.sort_unstable();
        Ok(known)
    }

    /// The records of an object, without those that its lists do not show.
    pub async fn swept(seams: &Seams, of: &ObjectOf, by_time: bool) -> Result<Known, StoreError> {
        let mut known = Known::nobody(by_time);
        let mut after = Some(0);
        while let Some(row) = after {
            after = known.take(seams.store.swept(of, row, AT_ONCE).await?);
        }
        known.placed.sort_unstable();
        Ok(known)
    }

    fn nobody(by_time: bool) -> Known {
        Known {
            placed: Vec::new(),
            unplaced: BTreeSet::new(),
            seen: Vec::new(),
            sightings: BTreeMap::new(),
            by_time,
        }
    }

    /// Takes rows in; the row behind which there may be more.
    fn take(&mut self, rows: Vec<(i64, Option<i64>)>) -> Option<i64> {
        for (row, version) in &rows {
            match version.filter(|_| self.by_time) {
                Some(version) => self.placed.push((version, *row)),
                None => _ = self.unplaced.insert(*row),
            }
        }
        rows.last().filter(|_| rows.len() == AT_ONCE).map(|(row, _)| *row)
    }

    /// How many there are.
    pub fn total(&self) -> usize {
        self.placed.len() + self.unplaced.len()
    }

    /// The versions in the span, in order.
    pub fn moments(&self, span: Span) -> Vec<i64> {
        self.placed[self.range(span)].iter().map(|(version, _)| *version).collect()
    }

    pub fn count(&self, span: Span) -> u64 {
        self.range(span).len() as u64
    }

    /// The version in the middle of those in the span.
    pub fn middle(&self, span: Span) -> Option<i64> {
        let range = self.range(span);
        self.placed
            .get(range.start + range.len() / 2)
            .filter(|_| range.len() > 1)
            .map(|(version, _)| *version)
    }

    /// Who is in the span.
    pub fn within(&self, span: Span) -> impl Iterator<Item = Who> {
        self.placed[self.range(span)].iter().map(|(_, row)| match usize::try_from(*row) {
            Ok(_) => Who::Row(*row),
            Err(_) => Who::Seen((-row - 1) as usize),
        })
    }

    pub fn seen_id(&self, place: usize) -> &str {
        &self.seen[place]
    }

    fn range(&self, span: Span) -> std::ops::Range<usize> {
        let from = self.placed.partition_point(|(version, _)| *version < span.from);
        let to = self.placed.partition_point(|(version, _)| *version <= span.to);
        from..to
    }
}
