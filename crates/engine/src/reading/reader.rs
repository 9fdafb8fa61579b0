//! The reader of one object: wishes first, then what changed, then history, page by page.

use std::collections::BTreeMap;

use contract::connector::{Facts, Found, LookupAsk, PageAsk, Refusal};
use contract::store::{Ingest, Reading, StoreError, Walk};
use model::attempt::CallRecord;
use model::{AnswerClass, Timestamp, Value};
use tokio::sync::watch;

use super::ask::ObjectReading;
use super::take::incoming;
use super::window::{advanced, window};
use crate::connection::Admission;
use crate::seams::Seams;
use crate::signals::Signals;

/// How long a reader waits at most before it looks for wishes again.
const WISHES_EVERY: std::time::Duration = std::time::Duration::from_secs(2);

/// Reads one object for as long as it is not dropped.
pub struct Reader {
    pub seams: Seams,
    pub reading: ObjectReading,
    pub signals: Signals,
    /// Whether reading goes on its schedule; false reads wishes only (`serve --paused`, tests).
    pub scheduled: watch::Receiver<bool>,
}

/// What went wrong in one round of reading.
enum Trouble {
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
        let mut next_walk = self.seams.clock.now();
        loop {
            if let Admission::Paused(until) = self.reading.line.breaker.admission(self.seams.clock.now()) {
                self.seams.clock.sleep_until(until).await;
                continue;
            }
            match self.round(&mut next_walk).await {
                Ok(()) => {}
                Err(Trouble::Refused(refusal)) => self.note_refusal(&refusal).await,
                Err(Trouble::Store(error)) => {
                    tracing::error!(%error, object = %self.reading.object, "reading stops for a while");
                    self.rest(self.seams.clock.now() + WISHES_EVERY).await;
                }
            }
            self.wait(next_walk).await;
        }
    }

    /// Everything that can be read now.
    async fn round(&self, next_walk: &mut Timestamp) -> Result<(), Trouble> {
        while self.read_wishes().await? {}
        let now = self.seams.clock.now();
        if now < *next_walk || !*self.scheduled.borrow() {
            return Ok(());
        }
        self.walk(Walk::Changes).await?;
        if self.reading.history {
            self.walk(Walk::History).await?;
        }
        *next_walk = now + self.reading.within;
        Ok(())
    }

    /// Reads a window to its end. History is read once.
    async fn walk(&self, walk: Walk) -> Result<(), Trouble> {
        let (store, line, object) = (&self.seams.store, &self.reading.line, &self.reading.object);
        let mut last = store.cursor(line.name(), object, walk).await?;
        if walk == Walk::History && last.as_ref().is_some_and(|cursor| cursor.finished) {
            return Ok(());
        }
        loop {
            let window = window(walk, last.as_ref(), self.seams.clock.now(), line.facts.overlap);
            let wire = line.wire();
            let ask = PageAsk {
                object: object.as_str(),
                fields: &self.reading.fields,
                filter: self.reading.filter.as_deref(),
                from: window.from,
                to: window.to,
                after: window.after.as_deref(),
                size: line.facts.page,
            };
            let page = line.connector.page(&wire, &ask).await;
            line.went(&page);
            let page = page?;
            let found = self.with_includes(&wire, page.found).await?;
            let cursor = advanced(&window, page.next);
            let reading = if walk == Walk::History { Reading::History } else { Reading::Poll };
            self.store_found(reading, found, Vec::new(), Some((walk, cursor.clone())), wire.take_calls()).await?;
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
        let Facts { lookup, .. } = line.facts;
        let ids = self.seams.store.wishes(line.name(), object, lookup).await?;
        if ids.is_empty() {
            return Ok(false);
        }
        let wire = line.wire();
        let found = line.connector.get(&wire, object.as_str(), &ids, &self.reading.fields).await;
        line.went(&found);
        let found = self.with_includes(&wire, found?).await?;
        let absent = ids.iter().filter(|id| !found.iter().any(|f| f.id == **id)).cloned().collect();
        self.store_found(Reading::Wish, found, absent, None, wire.take_calls()).await?;
        Ok(ids.len() == lookup)
    }

    /// Adds the lists of related records, read for many masters in one look-up.
    async fn with_includes(
        &self,
        wire: &crate::connection::ConnectionWire<'_>,
        mut found: Vec<Found>,
    ) -> Result<Vec<Found>, Refusal> {
        if found.is_empty() {
            return Ok(found);
        }
        let line = &self.reading.line;
        for include in &self.reading.include {
            let keys: Vec<Vec<String>> = found.iter().map(|master| vec![master.id.clone()]).collect();
            let by = [include.by.clone()];
            let mut lists = Vec::with_capacity(keys.len());
            for keys in keys.chunks(line.facts.lookup.max(1)) {
                let ask = LookupAsk { object: include.object.as_str(), by: &by, keys, fields: &[] };
                let looked_up = line.connector.lookup(wire, &ask).await;
                line.went(&looked_up);
                lists.extend(looked_up?);
            }
            for (master, parts) in found.iter_mut().zip(lists) {
                let by_id: BTreeMap<String, Found> =
                    parts.into_iter().filter(|part| !part.void).map(|part| (part.id.clone(), part)).collect();
                let list: Vec<Value> = by_id.into_values().map(|part| Value::Map(part.body)).collect();
                master.body.set(include.name.clone(), list);
            }
        }
        Ok(found)
    }

    async fn store_found(
        &self,
        how: Reading,
        found: Vec<Found>,
        absent: Vec<String>,
        cursor: Option<(Walk, contract::store::Cursor)>,
        calls: Vec<CallRecord>,
    ) -> Result<(), StoreError> {
        let line = &self.reading.line;
        let facts = line.connector.object(self.reading.object.as_str());
        let version = facts.version.as_deref();
        let ingest = Ingest {
            connection: line.name().clone(),
            object: self.reading.object.clone(),
            reading: how,
            at: self.seams.clock.now(),
            incoming: found.into_iter().map(|found| incoming(&self.reading, version, found)).collect(),
            absent,
            raise: self.reading.raise.clone(),
            cursor,
            calls: if calls.iter().any(|call| call.status != Some(200)) { calls } else { Vec::new() },
        };
        let ingested = self.seams.store.ingest(ingest).await?;
        if ingested.changed > 0 {
            self.reading.raise.iter().for_each(|raise| self.signals.wake_lane(&raise.lane));
            self.reading.part_of.iter().for_each(|(whole, _)| self.signals.wake_reader(line.name(), whole));
        }
        line.store_spending().await
    }

    async fn note_refusal(&self, refusal: &Refusal) {
        let (object, code) = (&self.reading.object, &refusal.cause.code);
        tracing::warn!(connection = %self.reading.line.name(), %object, %code, "reading was refused");
        let wait = match refusal.class {
            AnswerClass::Throttled(Some(until)) => until,
            _ => self.seams.clock.now() + std::time::Duration::from_secs(5),
        };
        self.rest(wait).await;
    }

    async fn rest(&self, until: Timestamp) {
        self.seams.clock.sleep_until(until).await;
    }

    async fn wait(&self, next_walk: Timestamp) {
        let until = next_walk.min(self.seams.clock.now() + WISHES_EVERY);
        let woken = self.signals.reader_woken(self.reading.line.name(), &self.reading.object);
        tokio::select! {
            biased;
            () = woken => {}
            () = self.seams.clock.sleep_until(until) => {}
        }
    }
}
