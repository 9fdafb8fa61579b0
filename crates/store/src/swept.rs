//! How sweeps are written to columns, the same for every engine of storage.

use model::reconciliation::RunState;
use model::sweep::{Sweep, SweepPlace, SweepSum};
use model::{ConnectionName, ObjectName, SweepId, Timestamp};

use crate::codec::read;

/// A sweep's columns, in the order of [`COLUMNS`].
pub(crate) struct SweepRow<'r> {
    pub id: i64,
    pub connection: &'r str,
    pub object: &'r str,
    pub deep: bool,
    pub state: &'r str,
    pub until: i64,
    pub started: i64,
    pub beat: i64,
    pub ended: Option<i64>,
    pub place: &'r str,
    pub sum: &'r str,
    pub cause: Option<&'r str>,
}

/// The columns of a sweep, and last its owner.
pub(crate) const COLUMNS: &str =
    "id, connection, object, deep, state, until, started, beat, ended, place, sum, cause, owner";

impl SweepRow<'_> {
    /// `None` where a column holds what this program does not know.
    pub(crate) fn sweep(self) -> Option<Sweep> {
        Some(Sweep {
            id: SweepId(self.id),
            of: (ConnectionName::new(self.connection), ObjectName::new(self.object)),
            deep: self.deep,
            state: RunState::of_name(self.state)?,
            until: Timestamp(self.until),
            started: Timestamp(self.started),
            beat: Timestamp(self.beat),
            ended: self.ended.map(Timestamp),
            place: read::<SweepPlace>(self.place)?,
            sum: read::<SweepSum>(self.sum)?,
            cause: match self.cause {
                Some(text) => Some(read(text)?),
                None => None,
            },
        })
    }
}
