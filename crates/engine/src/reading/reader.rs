//! The reader of one object: wishes first, then what changed, then history, page by page.

use std::sync::Arc;

use contract::connector::{Found, PageAsk, Refusal};
use contract::store::{Incoming, Ingest, Raise, Reading, StoreError, Walk};
use model::attempt::CallRecord;
use model::record::RecordKey;
use model::{AnswerClass, Timestamp};

use super::ask::ObjectReading;
use super::take::{incoming, whole_of};
use super::window::{advanced, window};
use crate::connection::Admission;
use crate::nodes::Held;
use crate::seams::Seams;
use crate::signals::Signals;

/// How long a reader rests when the store fails.
const STORE_REST: std::time::Duration = std::time::Duration::from_secs(2);
/// How long a reader rests after a refusal, at first and at most.
const FIRST_REST: std::time::Duration = std::time::Duration::from_secs(5);
const LONGEST_REST: std::time::Duration = std::time::Duration::from_secs(300);

/// Reads one object for as long as it is not dropped.
pub struct Reader {
    pub seams: Seams,
    pub reading: ObjectReading,
    pub signals: Signals,
    /// Whether reading goes on its schedule; otherwise only wishes are read.
    pub scheduled: bool,
    /// Under which it reads: what it read is not stored once another node does.
    pub(crate) held: Arc<Held>,
}

/// When what is read next, and how often reading was refused in a row.
struct Pace {
    next_walk: Timestamp,
    next_slice: Timestamp,
    refusals: u32,
}

/// What went wrong in one round of reading.
pub(super) enum Trouble {
    Refused(Refusal),
    Store(StoreError),
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Trouble {
        Trouble::Refused(refusal)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Trouble {
        Trouble::Store(error)
    }
}

impl Reader {
    pub async fn run(self) {
        let now = self.seams.clock.now();
        let mut pace = Pace { next_walk: now, next_slice: now, refusals: 0 };
        loop {
            if let Admission::Paused(until) = self.reading.line.breaker.admission(self.seams.clock.now()) {
                self.seams.clock.sleep_until(until).await;
                continue;
            }
            match self.round(&mut pace).await {
                Ok(()) => pace.refusals = 0,
                Err(Trouble::Refused(refusal)) => self.note_refusal(&refusal, &mut pace.refusals).await,
                // Something was applied meanwhile; whoever reads by it takes over in a moment.
                Err(Trouble::Store(StoreError::Outdated { .. })) => {
                    self.rest(self.seams.clock.now() + STORE_REST).await;
                }
                Err(Trouble::Store(error)) => {
                    tracing::error!(%error, object = %self.reading.object, "reading stops for a while");
                    self.rest(self.seams.clock.now() + STORE_REST).await;
                }
            }
            self.wait(pace.next_walk.min(pace.next_slice)).await;
        }
    }

    /// Everything that can be read now. What was stored ends the refusals in a row: a walk of many pages that meets
    /// one now and then must not rest longer and longer.
    async fn round(&self, pace: &mut Pace) -> Result<(), Trouble> {
        while self.read_wishes().await? {}
        if !self.scheduled {
            return Ok(());
        }
        self.walk_on(pace).await?;
        // One slice a round: wishes and changes come first, however much is open.
        if self.seams.clock.now() >= pace.next_slice {
            pace.next_slice = self.read_slice().await?;
        }
        Ok(())
    }

    /// What changed, and then history, when the time has come.
    async fn walk_on(&self, pace: &mut Pace) -> Result<(), Trouble> {
        let now = self.seams.clock.now();
        if now < pace.next_walk {
            return Ok(());
        }
        self.walk(Walk::Changes, &mut pace.refusals).await?;
        if self.reading.history {
            self.walk(Walk::History, &mut pace.refusals).await?;
        }
        pace.next_walk = now + self.reading.within;
        Ok(())
    }

    /// Reads a window to its end. History is read once.
    async fn walk(&self, walk: Walk, refusals: &mut u32) -> Result<(), Trouble> {
        let (store, line, object) = (&self.seams.store, &self.reading.line, &self.reading.object);
        let mut last = store.cursor(line.name(), object, walk).await?;
        if walk == Walk::History && last.as_ref().is_some_and(|cursor| cursor.finished) {
            return Ok(());
        }
        loop {
            let window = window(walk, last.as_ref(), self.seams.clock.now(), line.facts.overlap);
            let wire = line.reading_wire(object.as_str());
            let ask = PageAsk {
                object: object.as_str(),
                fields: &self.reading.fields,
                filter: self.reading.filter.as_deref(),
                from: window.from,
                to: window.to,
                after: window.after.as_deref(),
                size: line.facts.page,
            };
            let page = self.reading.page(&wire, &ask).await?;
            let cursor = advanced(&window, page.next);
            let reading = if walk == Walk::History { Reading::History } else { Reading::Poll };
            let moved = Some((walk, cursor.clone()));
            self.store_found(reading, page.found, Vec::new(), moved, wire.take_refused_calls()).await?;
            *refusals = 0;
            if cursor.finished {
                return Ok(());
            }
            last = Some(cursor);
            while self.read_wishes().await? {}
        }
    }

    /// Reads some wished-for records; whether there may be more.
    async fn read_wishes(&self) -> Result<bool, Trouble> {
        let (line, object) = (&self.reading.line, &self.reading.object);
        let lookup = line.facts.lookup;
        let ids = self.seams.store.wishes(line.name(), object, lookup).await?;
        if ids.is_empty() {
            return Ok(false);
        }
        let wire = line.reading_wire(object.as_str());
        let found = self.reading.get(&wire, &ids).await?;
        let absent = ids.iter().filter(|id| !found.iter().any(|f| f.id == **id)).cloned().collect();
        self.store_found(Reading::Wish, found, absent, None, wire.take_refused_calls()).await?;
        Ok(ids.len() == lookup)
    }

    /// Stores what was read, with the cursor; asks for the wholes that a part has left.
    pub(super) async fn store_found(
        &self,
        how: Reading,
        found: Vec<Found>,
        absent: Vec<String>,
        cursor: Option<(Walk, contract::store::Cursor)>,
        calls: Vec<CallRecord>,
    ) -> Result<(), StoreError> {
        let line = &self.reading.line;
        let facts = line.object(self.reading.object.as_str());
        let version = facts.version.as_deref();
        let incoming: Vec<Incoming> =
            found.into_iter().map(|found| incoming(&self.reading, version, found)).collect();
        self.wish_for_former_wholes(&incoming).await?;
        let (known, new) = match how {
            Reading::Wish => self.known(incoming).await?,
            _ => (incoming, Vec::new()),
        };
        let store = |incoming: Vec<Incoming>, absent, raise: Vec<Raise>, cursor| Ingest {
            connection: line.name().clone(),
            object: self.reading.object.clone(),
            reading: how,
            at: self.seams.clock.now(),
            incoming,
            absent,
            raise,
            cursor,
            based_on: Some(self.reading.generation),
            under: Some(self.held.lease()),
            calls: calls.clone(),
        };
        let mut changed = 0;
        if !new.is_empty() {
            let ingest = store(new, Vec::new(), self.reading.raise_for_parents(), None);
            changed += self.seams.store.ingest(ingest).await?.changed;
        }
        let ingest = store(known, absent, self.reading.raise_for(how), cursor);
        changed += self.seams.store.ingest(ingest).await?.changed;
        if changed > 0 {
            self.reading
                .raise_for(Reading::Poll)
                .iter()
                .for_each(|raise| self.signals.wake_lane(&raise.lane));
            self.reading.part_of.iter().for_each(|(whole, _)| self.signals.wake_reader(line.name(), whole));
        }
        line.store_spending().await
    }

    /// Those that were known before, and those that were not.
    async fn known(&self, incoming: Vec<Incoming>) -> Result<(Vec<Incoming>, Vec<Incoming>), StoreError> {
        let records = self.seams.store.find(&self.keys(&incoming)).await?;
        let (known, new): (Vec<_>, Vec<_>) =
            incoming.into_iter().zip(records).partition(|(_, record)| record.is_some());
        let incoming = |pairs: Vec<(Incoming, _)>| pairs.into_iter().map(|(incoming, _)| incoming).collect();
        Ok((incoming(known), incoming(new)))
    }

    fn keys(&self, incoming: &[Incoming]) -> Vec<RecordKey> {
        let (connection, object) = (self.reading.line.name(), &self.reading.object);
        incoming.iter().map(|incoming| RecordKey::new(connection, object, incoming.id.as_str())).collect()
    }

    /// A part that moved to another whole changed two of them.
    async fn wish_for_former_wholes(&self, incoming: &[Incoming]) -> Result<(), StoreError> {
        if self.reading.part_of.is_empty() || incoming.is_empty() {
            return Ok(());
        }
        let records = self.seams.store.find(&self.keys(incoming)).await?;
        let mut former = Vec::new();
        for (incoming, record) in incoming.iter().zip(records) {
            let Some(record) = record else { continue };
            let Ok(body) = model::json::read(&record.body) else { continue };
            let whole = whole_of(&self.reading, &body);
            former.extend(whole.filter(|whole| incoming.part_of.as_ref() != Some(whole)));
        }
        match former.is_empty() {
            true => Ok(()),
            false => self.seams.store.wish(&former, self.seams.clock.now()).await,
        }
    }

    /// Rests longer with each refusal in a row: what an administrator must mend is not asked for again and again.
    async fn note_refusal(&self, refusal: &Refusal, refusals: &mut u32) {
        let (object, code) = (&self.reading.object, &refusal.cause.code);
        tracing::warn!(connection = %self.reading.line.name(), %object, %code, "reading was refused");
        let wait = match refusal.class {
            AnswerClass::Throttled(Some(until)) => until.max(self.seams.clock.now() + FIRST_REST),
            _ => self.seams.clock.now() + (FIRST_REST * (1 << (*refusals).min(6))).min(LONGEST_REST),
        };
        *refusals += 1;
        self.rest(wait).await;
    }

    async fn rest(&self, until: Timestamp) {
        self.seams.clock.sleep_until(until).await;
    }

    /// Until something is to be read on schedule, or somebody wishes for a record.
    async fn wait(&self, next: Timestamp) {
        let woken = self.signals.reader_woken(self.reading.line.name(), &self.reading.object);
        tokio::select! {
            biased;
            () = woken => {}
            () = self.seams.clock.sleep_until(next), if self.scheduled => {}
        }
    }
}
