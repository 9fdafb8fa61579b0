//! What a batch of receipts comes to, before it is stored: one ingest for each object, in order.

use std::collections::{BTreeMap, BTreeSet};

use contract::connector::{Found, PushRules, PushedRecord};
use contract::store::{Ingest, Parsed, ParsedReceipt, Reading, StoreError};
use model::object::Object;
use model::receipt::Receipt;
use model::record::RecordKey;
use model::{Cause, ConnectionName, Map, ObjectName, ReceiptId, Timestamp, Value, json};

use super::merge::merged;
use super::vanished;
use crate::connection::Line;
use crate::reading::{ObjectReading, incoming};
use crate::seams::Seams;
use crate::setup::Setup;

/// Receipts with what they were parsed to.
pub(super) type Outcomes<'r> = Vec<(&'r Receipt, Result<Vec<PushedRecord>, Cause>)>;

/// What is known of the records of a batch, and what is taken in of them.
pub(super) struct Taken<'t> {
    setup: &'t Setup,
    line: &'t Line,
    rules: &'t PushRules,
    at: Timestamp,
    known: BTreeMap<RecordKey, Known>,
    ingests: BTreeMap<ObjectName, (ObjectReading, Ingest)>,
    wishes: BTreeSet<RecordKey>,
    /// Records of the receipt at hand that it does not name: lines that are gone from their bill.
    gone: Vec<RecordKey>,
}

/// A record as it is known, or will be once what came before in the batch is taken in.
#[derive(Clone)]
struct Known {
    version: Option<i64>,
    body: Map<'static>,
    /// What is stored; `None` once something of the batch stands on it.
    revision: Option<i64>,
}

impl<'t> Taken<'t> {
    /// Looks up what is known of all records that the receipts are about.
    pub async fn looked_up(
        seams: &Seams,
        setup: &'t Setup,
        (line, rules): (&'t Line, &'t PushRules),
        outcomes: &Outcomes<'_>,
    ) -> Result<Taken<'t>, StoreError> {
        let records = outcomes.iter().filter_map(|(_, outcome)| outcome.as_ref().ok()).flatten();
        let keys: BTreeSet<RecordKey> = records.map(|record| key(line.name(), record)).collect();
        let mut known = BTreeMap::new();
        find(seams, keys.into_iter().collect(), &mut known).await?;
        let lines = known.iter().filter_map(|(key, known): (&RecordKey, &Known)| {
            let bill = line.connection.object(key.object.as_str())?;
            Some(vanished::lines(&line.connection, bill, &known.body))
        });
        let lines: Vec<RecordKey> = lines.flatten().filter(|key| !known.contains_key(key)).collect();
        find(seams, lines, &mut known).await?;
        let (ingests, wishes, gone) = (BTreeMap::new(), BTreeSet::new(), Vec::new());
        Ok(Taken { setup, line, rules, at: seams.clock.now(), known, ingests, wishes, gone })
    }

    /// Takes in what the receipts were parsed to.
    pub fn parsed(mut self, outcomes: Outcomes<'_>) -> Parsed {
        let mut receipts = Vec::with_capacity(outcomes.len());
        for (receipt, outcome) in outcomes {
            let outcome = outcome.map(|records| {
                let mut about: Vec<_> = records.iter().map(|record| key(self.line.name(), record)).collect();
                records.into_iter().for_each(|record| self.take(receipt.id, record));
                about.append(&mut self.gone);
                about
            });
            receipts.push(ParsedReceipt { id: receipt.id, outcome });
        }
        let ingests = self.ingests.into_values().map(|(_, ingest)| ingest).collect();
        let (wishes, based_on) = (self.wishes.into_iter().collect(), Some(self.setup.generation));
        Parsed { receipts, ingests, wishes, at: self.at, based_on }
    }

    fn take(&mut self, receipt: ReceiptId, record: PushedRecord) {
        let key = key(self.line.name(), &record);
        if self.is_wake_up(&record) {
            self.wishes.insert(key);
            return;
        }
        let Some(object) = self.line.connection.object(record.object.as_str()).cloned() else { return };
        // Where nothing says how new it is, the order of arrival does.
        let version = record.found.version.or((object.version.is_none()).then_some(receipt.0));
        let known = self.known.get(&key);
        let merged_onto = known.map_or(Some(0), |known| known.revision);
        let is_stale = known.is_some_and(|known| is_older(version, known.version));
        if !is_stale {
            self.void_gone(receipt, &object, &record.found);
        }
        let Found { body, void, .. } = record.found;
        let known = self.known.get(&key);
        let body = merged(&object, known.map(|known| known.body.clone()), body, void);
        // What is older than what is known becomes history, and nothing is put together with it.
        if !is_stale {
            let version = version.or(known.and_then(|known| known.version));
            self.known.insert(key, Known { version, body: body.clone(), revision: None });
        }
        let found = Found { body, version, ..record.found };
        let Some((reading, ingest)) = self.ingest(&record.object) else { return };
        let mut came = incoming(reading, object.version.as_deref(), found);
        (came.receipt, came.merged_onto) = (Some(receipt), merged_onto);
        ingest.incoming.push(came);
    }

    /// Voids the lines that are gone from their bill, where each is a record of its own.
    fn void_gone(&mut self, receipt: ReceiptId, bill: &Object, came: &Found) {
        let line = self.line;
        let connection = &line.connection;
        let Some(known) = self.known.get(&RecordKey::new(&connection.name, &bill.name, came.id.as_str()))
        else {
            return;
        };
        let gone = vanished::gone(connection, bill, &known.body, &came.body, came.void);
        for (lines, key) in gone {
            let is_ours = |known: &Known| vanished::is_of(&known.body, bill, &came.id);
            if !self.known.get(&key).is_some_and(is_ours) {
                continue;
            }
            let version = came.version.filter(|_| vanished::is_of_header(lines, bill));
            let mut body = Map::with_capacity(1);
            body.push(lines.id.clone(), key.id.clone());
            let found = Found {
                id: key.id.clone(),
                number: None,
                name: None,
                version,
                status: None,
                void: true,
                closed: None,
                body,
            };
            self.take(receipt, PushedRecord { object: lines.name.clone(), found });
            self.gone.push(key);
        }
    }

    /// Whether a push only says that there is something to be read: where nothing tells how new it is, and the system can
    /// be asked. A void is taken as it is told, since a system may show such a record to nobody.
    fn is_wake_up(&self, record: &PushedRecord) -> bool {
        self.rules.can_be_asked && record.found.version.is_none() && !record.found.void
    }

    fn ingest(&mut self, object: &ObjectName) -> Option<(&ObjectReading, &mut Ingest)> {
        if !self.ingests.contains_key(object) {
            let reading = ObjectReading::of(self.setup, self.line.name(), object)?;
            let ingest = Ingest {
                connection: self.line.name().clone(),
                object: object.clone(),
                reading: Reading::Push,
                at: self.at,
                incoming: Vec::new(),
                absent: Vec::new(),
                raise: reading.raise_for(Reading::Push),
                cursor: None,
                based_on: Some(self.setup.generation),
                under: None,
                calls: Vec::new(),
            };
            self.ingests.insert(object.clone(), (reading, ingest));
        }
        self.ingests.get_mut(object).map(|(reading, ingest)| (&*reading, ingest))
    }
}

/// Adds what is known of these records.
async fn find(
    seams: &Seams,
    keys: Vec<RecordKey>,
    known: &mut BTreeMap<RecordKey, Known>,
) -> Result<(), StoreError> {
    if keys.is_empty() {
        return Ok(());
    }
    for record in seams.store.find(&keys).await?.into_iter().flatten() {
        if let Ok(Value::Map(body)) = json::read(&record.body) {
            let (version, body, revision) = (record.version, body.into_owned(), Some(record.revision));
            known.insert(record.key, Known { version, body, revision });
        }
    }
    Ok(())
}

/// As the store tells it: where either says nothing, what comes is the newer.
fn is_older(came: Option<i64>, known: Option<i64>) -> bool {
    came.zip(known).is_some_and(|(came, known)| came < known)
}

fn key(connection: &ConnectionName, record: &PushedRecord) -> RecordKey {
    RecordKey::new(connection, &record.object, record.found.id.as_str())
}
