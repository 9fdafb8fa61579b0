//! Taking in a page, worked out in memory: what each record becomes, in the order in which they came.

use std::collections::BTreeMap;

use contract::store::{Incoming, Ingest, Ingested, Reading, StoreError};
use model::{Hash, RecordId};

use crate::edited;
use crate::postgres::failure::Done;
use crate::postgres::params::text;

/// A record as it is known, or as it becomes.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// `None` for one that is new.
    pub id: Option<RecordId>,
    pub number: Option<String>,
    pub name: Option<String>,
    pub version: Option<i64>,
    pub revision: i64,
    pub hash: Hash,
    pub void: bool,
    /// What the source said, where a person edited the copy since.
    pub read: Option<Hash>,
    pub is_changed: bool,
}

impl Known {
    fn is_same(&self, reading: Reading, incoming: &Incoming) -> bool {
        edited::is_same((self.hash, self.void, self.version, self.read), reading, incoming)
    }
}

/// A receipt, and whether it became a revision.
pub(super) struct Arrival<'i> {
    /// The record's id as it is stored.
    pub record: String,
    pub incoming: &'i Incoming,
    pub revision: Option<i64>,
    pub is_new: bool,
}

/// What a page comes to.
pub(super) struct Taken<'i> {
    pub known: BTreeMap<String, Known>,
    /// The new ones, in the order in which they came first.
    pub made: Vec<String>,
    /// Those that were void and are not any more.
    pub in_force_again: Vec<String>,
    pub arrivals: Vec<Arrival<'i>>,
    pub counts: Ingested,
}

impl<'i> Taken<'i> {
    pub(super) fn new(known: BTreeMap<String, Known>) -> Taken<'i> {
        Taken {
            known,
            made: Vec::new(),
            in_force_again: Vec::new(),
            arrivals: Vec::new(),
            counts: Ingested::default(),
        }
    }

    /// Refuses what was put together with another revision than a record has.
    pub(super) fn refuse_moved(&self, ingest: &Ingest) -> Done<()> {
        for incoming in &ingest.incoming {
            let known = self.known.get(text(&incoming.id).as_ref()).map_or(0, |known| known.revision);
            if let Some(onto) = incoming.merged_onto.filter(|onto| *onto != known) {
                return Err(StoreError::Outdated { based_on: onto }.into());
            }
        }
        Ok(())
    }

    pub(super) fn take(&mut self, ingest: &Ingest, incoming: &'i Incoming) {
        let record = text(&incoming.id).into_owned();
        let count = match self.known.get_mut(&record) {
            Some(known) if known.version.zip(incoming.version).is_some_and(|(known, came)| came < known) => {
                self.arrivals.push(Arrival { record, incoming, revision: None, is_new: false });
                &mut self.counts.stale
            }
            Some(known) if known.is_same(ingest.reading, incoming) => {
                if known.read.is_some() && known.hash == incoming.hash {
                    // The source says by itself now what a person had edited.
                    (known.read, known.is_changed) = (None, true);
                }
                let is_newer = incoming.version.is_some() && incoming.version != known.version;
                if is_newer {
                    (known.version, known.is_changed) = (incoming.version, true);
                }
                // What somebody asked for leaves an arrival, a poll of nothing new none.
                if is_newer || matches!(ingest.reading, Reading::Hand | Reading::Push) {
                    let revision = Some(known.revision);
                    self.arrivals.push(Arrival { record, incoming, revision, is_new: false });
                }
                &mut self.counts.same
            }
            _ => {
                let revision = self.change(ingest.reading, &record, incoming);
                self.arrivals.push(Arrival { record, incoming, revision: Some(revision), is_new: true });
                &mut self.counts.changed
            }
        };
        *count += 1;
    }

    /// The new revision.
    fn change(&mut self, reading: Reading, record: &str, incoming: &Incoming) -> i64 {
        let before = self.known.get(record);
        let now = Known {
            id: before.and_then(|known| known.id),
            number: incoming.number.clone(),
            name: incoming.name.clone(),
            // A source that names no version this time has not taken back the one it named before.
            version: incoming.version.or(before.and_then(|known| known.version)),
            revision: before.map_or(1, |known| known.revision + 1),
            hash: incoming.hash,
            void: incoming.void,
            read: before.and_then(|known| edited::read_then((known.hash, known.read), reading)),
            is_changed: true,
        };
        match before {
            None => self.made.push(record.to_owned()),
            Some(known) if known.void && !incoming.void => self.in_force_again.push(record.to_owned()),
            Some(_) => {}
        }
        let revision = now.revision;
        self.known.insert(record.to_owned(), now);
        revision
    }
}
