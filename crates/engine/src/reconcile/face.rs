//! One side of a flow as it is asked: how many, which, and what they hold. Reads only, and each call is counted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use contract::connector::{CountAsk, Found, PageAsk, Refusal};
use model::reconciliation::Side;
use model::{AnswerClass, Timestamp};

use super::spans::Span;
use crate::connection::{ConnectionWire, Line};
use crate::reading::ObjectReading;
use crate::seams::Seams;
use crate::setup::{ActiveFlow, Setup};

/// How long is waited before a question that was not answered is asked again. Asking twice changes nothing.
const AGAIN_AFTER: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(10)];

pub(super) struct Face<'f> {
    pub side: Side,
    pub line: &'f Line,
    pub object: &'f str,
    filter: Option<String>,
    fields: &'f [String],
    /// Of the source: how it is read for its flows.
    pub reading: Option<ObjectReading>,
    /// Whether versions are times, and documents in the span of theirs.
    pub by_time: bool,
    /// Whether half of the system's limits is left to all others.
    can_wait: bool,
    seams: &'f Seams,
    calls: AtomicU64,
}

impl<'f> Face<'f> {
    pub fn here(seams: &'f Seams, setup: &Setup, flow: &'f ActiveFlow) -> Option<Face<'f>> {
        let source = &flow.flow().source;
        let reading = ObjectReading::of(setup, &source.connection, &source.object)?;
        Some(Face::source(seams, reading, (&flow.source, source.object.as_str())))
    }

    /// An object as it is read for all of its flows, asked as one who can wait.
    pub fn swept(seams: &'f Seams, reading: ObjectReading, (line, object): (&'f Line, &'f str)) -> Face<'f> {
        Face { can_wait: true, ..Face::source(seams, reading, (line, object)) }
    }

    fn source(seams: &'f Seams, reading: ObjectReading, (line, object): (&'f Line, &'f str)) -> Face<'f> {
        Face {
            side: Side::Here,
            line,
            object,
            filter: reading.filter.clone(),
            fields: &[],
            reading: Some(reading),
            by_time: line.object(object).by_time,
            can_wait: false,
            seams,
            calls: AtomicU64::new(0),
        }
    }

    pub fn there(seams: &'f Seams, flow: &'f ActiveFlow) -> Face<'f> {
        Face {
            side: Side::There,
            line: &flow.target,
            object: flow.flow().target.object.as_str(),
            filter: flow.flow().reconcile.filter.clone(),
            fields: flow.compiled.target_fields(),
            reading: None,
            by_time: flow.target.object(flow.flow().target.object.as_str()).by_time,
            can_wait: false,
            seams,
            calls: AtomicU64::new(0),
        }
    }

    /// Calls made since this was asked last.
    pub fn take_calls(&self) -> u64 {
        self.calls.swap(0, Ordering::Relaxed)
    }

    /// So many documents are read with about one call.
    pub fn page(&self) -> usize {
        self.line.facts.page.max(1)
    }

    /// How many documents have their version in the span.
    pub async fn count(&self, span: Span) -> Result<u64, Refusal> {
        let filter = self.filter.as_deref();
        let ask =
            CountAsk { object: self.object, filter, from: Timestamp(span.from), to: Timestamp(span.to) };
        let mut tries = AGAIN_AFTER.iter();
        loop {
            let wire = self.wire();
            let counted = self.line.connector.count(&wire, &ask).await;
            self.line.went(&counted);
            self.note(&wire);
            match counted {
                Err(refusal) if self.is_tried_again(&refusal, tries.next()).await => {}
                counted => return counted,
            }
        }
    }

    /// The documents of the span, each once: whole, or without fields where only their ids and versions matter. Those whose
    /// version is elsewhere (a system may list by other dates too) are left out; those whose version is no time are given.
    pub async fn list(&self, span: Span, whole: bool) -> Result<Vec<Found>, Refusal> {
        let mut all: std::collections::BTreeMap<String, Found> = std::collections::BTreeMap::new();
        let mut after = None;
        loop {
            let page = self.one_page(span, after.as_deref(), whole).await?;
            let is_in =
                |found: &Found| !self.by_time || found.version.is_none_or(|version| span.holds(version));
            all.extend(page.found.into_iter().filter(is_in).map(|found| (found.id.clone(), found)));
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(all.into_values().collect()),
            }
        }
    }

    async fn one_page(
        &self,
        span: Span,
        after: Option<&str>,
        whole: bool,
    ) -> Result<contract::connector::Page, Refusal> {
        let fields = match (&self.reading, whole) {
            (_, false) => &[],
            (Some(reading), true) => &reading.fields[..],
            (None, true) => self.fields,
        };
        let ask = PageAsk {
            object: self.object,
            fields,
            filter: self.filter.as_deref(),
            from: Timestamp(span.from),
            to: Timestamp(span.to),
            after,
            size: self.page(),
        };
        let mut tries = AGAIN_AFTER.iter();
        loop {
            let wire = self.wire();
            let page = match &self.reading {
                Some(reading) if whole => reading.page(&wire, &ask).await,
                _ => {
                    let page = self.line.connector.page(&wire, &ask).await;
                    self.line.went(&page);
                    page
                }
            };
            self.note(&wire);
            match page {
                Err(refusal) if self.is_tried_again(&refusal, tries.next()).await => {}
                page => return page,
            }
        }
    }

    /// The documents of these ids that exist, whole.
    pub async fn get(&self, ids: &[String]) -> Result<Vec<Found>, Refusal> {
        let mut all = Vec::with_capacity(ids.len());
        for ids in ids.chunks(self.line.facts.lookup.max(1)) {
            let mut tries = AGAIN_AFTER.iter();
            all.extend(loop {
                let wire = self.wire();
                let found = match &self.reading {
                    Some(reading) => reading.get(&wire, ids).await,
                    None => {
                        let found = self.line.connector.get(&wire, self.object, ids, self.fields).await;
                        self.line.went(&found);
                        found
                    }
                };
                self.note(&wire);
                match found {
                    Err(refusal) if self.is_tried_again(&refusal, tries.next()).await => {}
                    found => break found?,
                }
            });
        }
        Ok(all)
    }

    fn wire(&self) -> ConnectionWire<'_> {
        match self.can_wait {
            true => self.line.sweeping_wire(self.object),
            false => self.line.reading_wire(self.object),
        }
    }

    fn note(&self, wire: &ConnectionWire<'_>) {
        self.calls.fetch_add(wire.calls_made(), Ordering::Relaxed);
    }

    /// Whether it is asked again, after a wait.
    async fn is_tried_again(&self, refusal: &Refusal, wait: Option<&Duration>) -> bool {
        let passes = matches!(refusal.class, AnswerClass::Transient | AnswerClass::Unknown);
        let Some(wait) = wait.filter(|_| passes) else { return false };
        self.seams.clock.sleep_until(self.seams.clock.now() + *wait).await;
        true
    }
}
