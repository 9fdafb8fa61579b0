//! Re-reading what is open in a rolling slice: what polling cannot see (an ERP's write-backs that move no modification
//! time, `protocols/kingdee.md §5.3`).
//!
//! The open records stand in the order in which they were read last. A slice is the oldest of them, as many as one call
//! reads, and slices are spread evenly: with `n` open records and `b` in a call, one every `interval ÷ ⌈n/b⌉`. So each
//! record is read at least once in an interval, by `⌈n/b⌉` calls. When the last slice was read, and what counts as open,
//! is kept in the cursor of the walk, so that a restart goes on where it was.

use std::time::Duration;

use contract::store::{Cursor, OpenRecords, Reading, Walk};
use mapping::Compiled;
use model::record::Record;
use model::{Hash, RecordId, Timestamp, Value, json};

use super::reader::{Reader, Trouble};
use crate::setup::Setup;

/// It is looked at least so often whether a slice is due: records become open meanwhile.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// Stored records that are judged in one transaction.
const JUDGED_AT_ONCE: usize = 500;

/// What of an object is open, as the flows that read it say.
pub struct Open {
    /// The shortest interval any flow wishes.
    pub interval: Duration,
    /// The flows by their expressions.
    flows: Vec<std::sync::Arc<crate::setup::ActiveFlow>>,
    /// Names the expressions: when it changes, stored records are judged anew.
    pub name: String,
}

impl Open {
    /// `None` where no flow re-reads the object.
    pub fn of(setup: &Setup, connection: &model::ConnectionName, object: &model::ObjectName) -> Option<Open> {
        let reads =
            |source: &model::flow::Source| source.connection == *connection && source.object == *object;
        let flows: Vec<_> = setup
            .flows
            .values()
            .filter(|flow| reads(&flow.flow().source) && flow.compiled.has_open())
            .collect();
        let interval = flows.iter().map(|flow| flow.flow().source.reread).min()?;
        let texts: Vec<&str> = flows
            .iter()
            .filter_map(|flow| flow.flow().source.open.as_ref())
            .map(|open| &*open.value)
            .collect();
        let name = Hash::of_text(&texts.join("\u{1f}")).to_string();
        Some(Open { interval, flows: flows.into_iter().cloned().collect(), name })
    }

    /// Whether any flow says that a record with this content is open. Where that cannot be told it is read again:
    /// reading too much costs calls, reading too little loses changes.
    pub fn holds(&self, body: &Value) -> bool {
        let holds = |compiled: &Compiled| compiled.open(body).unwrap_or(true);
        self.flows.iter().any(|flow| holds(&flow.compiled))
    }
}

/// When the next slice is to be read: one step after the last, and never later than an interval after the oldest.
/// `None` while nothing is open.
fn due(open: &OpenRecords, last: Option<Timestamp>, batch: usize, interval: Duration) -> Option<Timestamp> {
    let (_, oldest) = open.oldest.first()?;
    let slices = open.count.div_ceil(batch.max(1) as u64).max(1);
    let step = interval / u32::try_from(slices).unwrap_or(u32::MAX);
    let after_last = last.unwrap_or(*oldest) + step;
    Some(after_last.min(*oldest + interval))
}

impl Reader {
    /// Reads one slice if it is due; when it is to be looked at again.
    pub(super) async fn read_slice(&self) -> Result<Timestamp, Trouble> {
        let now = self.seams.clock.now();
        let (store, line, object) = (&self.seams.store, &self.reading.line, &self.reading.object);
        let Some(open) = &self.reading.open else { return Ok(Timestamp(i64::MAX)) };
        let last = store.cursor(line.name(), object, Walk::Open).await?;
        let last = match last.filter(|cursor| cursor.after.as_ref() == Some(&open.name)) {
            Some(cursor) => Some(cursor.to),
            None => {
                self.judge(open).await?;
                None
            }
        };
        let batch = line.facts.lookup.max(1);
        let there = store.open_records(line.name(), object, batch).await?;
        let soon = now + LOOK_EVERY.min(open.interval / 4);
        match due(&there, last, batch, open.interval) {
            Some(due) if due <= now => {
                self.read_open(open, &there).await?;
                Ok(now)
            }
            due => Ok(due.map_or(soon, |due| due.min(soon))),
        }
    }

    /// Reads the oldest again and moves the cursor with them.
    async fn read_open(&self, open: &Open, there: &OpenRecords) -> Result<(), Trouble> {
        let now = self.seams.clock.now();
        let ids: Vec<String> = there.oldest.iter().map(|(id, _)| id.clone()).collect();
        let wire = self.reading.line.reading_wire(self.reading.object.as_str());
        let found = self.reading.get(&wire, &ids).await?;
        let absent = ids.iter().filter(|id| !found.iter().any(|found| found.id == **id)).cloned().collect();
        let cursor = Some((Walk::Open, open.cursor(now)));
        Ok(self.store_found(Reading::Open, found, absent, cursor, wire.take_refused_calls()).await?)
    }

    /// Looks at all stored records with a new expression. Nothing is read; what is open comes in the next slices.
    async fn judge(&self, open: &Open) -> Result<(), Trouble> {
        let (store, line, object) = (&self.seams.store, &self.reading.line, &self.reading.object);
        let mut after = RecordId(0);
        loop {
            let now = self.seams.clock.now();
            let page = store.stored(line.name(), object, after, JUDGED_AT_ONCE).await?;
            let Some(last) = page.last() else {
                store.judge(line.name(), object, &[], &open.cursor(now), now).await?;
                return Ok(());
            };
            after = last.id;
            let judged: Vec<(String, bool)> =
                page.iter().map(|record| (record.key.id.clone(), open.is_open(record))).collect();
            // The name comes last: a reader that is lost on the way begins anew.
            let unfinished = Cursor { after: None, ..open.cursor(now) };
            store.judge(line.name(), object, &judged, &unfinished, now).await?;
        }
    }
}

impl Open {
    fn is_open(&self, record: &Record) -> bool {
        !record.void && json::read(&record.body).is_ok_and(|body| self.holds(&body))
    }

    fn cursor(&self, at: Timestamp) -> Cursor {
        Cursor { from: at, to: at, after: Some(self.name.clone()), finished: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);
    const MINUTE: i64 = 60_000;

    fn open(count: u64, oldest: i64) -> OpenRecords {
        OpenRecords { count, oldest: vec![("订单".into(), Timestamp(oldest * MINUTE))] }
    }

    #[test]
    fn slices_are_spread_evenly_and_none_is_late() {
        for (count, oldest, last, expected) in [
            (1, 0, None, 60),
            (100, 0, None, 60),
            (101, 0, None, 30),
            (250, 0, None, 20),
            (250, 0, Some(20), 40),
            (250, 15, Some(20), 40),
            // Many were closed, so that steps are long; the oldest is read in time all the same.
            (3, 15, Some(20), 75),
            // Nothing ran for two hours: one slice after the other.
            (250, -120, Some(-100), -80),
            (250, -90, Some(-80), -60),
        ] {
            let due = due(&open(count, oldest), last.map(|last: i64| Timestamp(last * MINUTE)), 100, HOUR);
            assert_eq!(
                due,
                Some(Timestamp(expected * MINUTE)),
                "{count} open, oldest {oldest}, last {last:?}"
            );
        }
        assert_eq!(due(&OpenRecords::default(), Some(Timestamp(0)), 100, HOUR), None);
    }
}
