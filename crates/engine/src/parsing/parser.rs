//! The parser of one connection: takes what waits, batch by batch, for as long as it is not dropped.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use contract::connector::{PushRules, PushedRecord};
use contract::store::{Parsed, StoreError};
use model::receipt::Receipt;
use model::{Cause, ReceiptId};

use super::bill::{self, Unparsed};
use super::foreign::Foreign;
use super::taken::{Outcomes, Taken};
use crate::callbacks::LONGEST_ID;
use crate::connection::Line;
use crate::seams::Seams;
use crate::setup::Setup;
use crate::signals::Signals;

/// Most receipts of a batch, and most bytes of their bodies.
const BATCH: usize = 200;
const BATCH_BYTES: usize = 8 << 20;

/// How long the parser rests when the store fails.
const REST: Duration = Duration::from_secs(2);

/// How long it rests when somebody else was quicker.
const REST_FOR_OTHERS: Duration = Duration::from_millis(500);

/// How long it rests when functions cannot be run.
const REST_FOR_FUNCTIONS: Duration = Duration::from_secs(1);

/// How often a body may break what functions run in before it is taken to be the reason.
const MOST_BREAKS: u32 = 5;

/// The bodies that broke what functions run in, each with how often. Only the first that waits of each code is among them.
type Breaks = BTreeMap<ReceiptId, u32>;

/// How a round went.
enum Round {
    Done,
    /// Something waits for what passes by itself.
    Waits,
}

/// Parses what is pushed to one connection.
pub(crate) struct Parser {
    pub seams: Seams,
    pub setup: Arc<Setup>,
    pub line: Arc<Line>,
    pub rules: PushRules,
    pub signals: Signals,
}

impl Parser {
    pub async fn run(self) {
        let mut breaks = Breaks::new();
        loop {
            match self.round(&mut breaks).await {
                Ok(Round::Done) => self.signals.parser_woken(self.line.name()).await,
                Ok(Round::Waits) => self.rest(REST_FOR_FUNCTIONS).await,
                // Something was applied, or read, or a person set a receipt aside: it is looked at anew in a moment.
                Err(StoreError::Outdated { .. }) => self.rest(REST_FOR_OTHERS).await,
                Err(error) => {
                    tracing::error!(%error, connection = %self.line.name(), "parsing stops for a while");
                    self.rest(REST).await;
                }
            }
        }
    }

    /// Parses all that waits, batch by batch. What cannot be looked at now keeps those of its code waiting, and nobody else.
    async fn round(&self, breaks: &mut Breaks) -> Result<Round, StoreError> {
        let (store, name) = (&self.seams.store, self.line.name());
        let mut waiting: Vec<String> = Vec::new();
        loop {
            let receipts = store.unparsed(name, &waiting, BATCH, BATCH_BYTES).await?;
            if receipts.is_empty() {
                return Ok(if waiting.is_empty() { Round::Done } else { Round::Waits });
            }
            let (outcomes, codes) = self.outcomes(&receipts, breaks).await;
            if !outcomes.is_empty() {
                let parsed = self.taken(outcomes).await?;
                self.store(parsed).await?;
            }
            waiting.extend(codes);
        }
    }

    /// What the receipts come to, one after the other, and the codes of those that go on waiting: behind one that could not
    /// be looked at.
    async fn outcomes<'r>(
        &self,
        receipts: &'r [Receipt],
        breaks: &mut Breaks,
    ) -> (Outcomes<'r>, Vec<String>) {
        let foreign = Foreign::new(&self.seams, &self.setup, &self.line);
        let mut outcomes = Vec::with_capacity(receipts.len());
        let mut waiting: BTreeSet<&str> = BTreeSet::new();
        for receipt in receipts {
            let code = receipt.pushed.code.as_str();
            if waiting.contains(code) {
                continue;
            }
            let outcome = match bill::records(&self.setup, &self.line, &foreign, receipt).await {
                Err(Unparsed::NotNow(cause)) if breaks_too_often(receipt, &cause, breaks) => {
                    Err(Unparsed::Failed(cause))
                }
                outcome => outcome,
            };
            if !matches!(outcome, Err(Unparsed::NotNow(_))) {
                breaks.remove(&receipt.id);
            }
            match outcome {
                Ok(records) => outcomes.push((receipt, self.ordered(records))),
                Err(Unparsed::Failed(cause)) => {
                    self.tell(receipt, &cause, "what was pushed cannot be parsed");
                    outcomes.push((receipt, Err(cause)));
                }
                Err(Unparsed::NotNow(cause)) => {
                    self.tell(receipt, &cause, "what was pushed cannot be parsed for now");
                    waiting.insert(code);
                }
            }
        }
        (outcomes, waiting.into_iter().map(str::to_owned).collect())
    }

    /// The records, where it can be told of each how new it is, and where it is.
    fn ordered(&self, records: Vec<PushedRecord>) -> Result<Vec<PushedRecord>, Cause> {
        for record in &records {
            let found = &record.found;
            if found.id.len() > LONGEST_ID {
                let cause = Cause::new("push.long_id").with("most", LONGEST_ID);
                return Err(cause.with("object", &record.object));
            }
            let object = self.line.connection.object(record.object.as_str());
            let field = object.and_then(|object| object.version.as_deref());
            if let (Some(field), None, false, false) =
                (field, found.version, found.void, self.rules.can_be_asked)
            {
                let cause = Cause::new("push.no_version").with("field", field).with("id", &found.id);
                return Err(cause.with("object", &record.object));
            }
        }
        Ok(records)
    }

    fn tell(&self, receipt: &Receipt, cause: &Cause, what: &str) {
        let (connection, receipt, code) = (self.line.name(), receipt.id.told(), &cause.code);
        tracing::warn!(%connection, %receipt, %code, "{what}");
    }

    async fn taken(&self, outcomes: Outcomes<'_>) -> Result<Parsed, StoreError> {
        let taken = Taken::looked_up(&self.seams, &self.setup, (&self.line, &self.rules), &outcomes).await?;
        Ok(taken.parsed(outcomes))
    }

    async fn store(&self, parsed: Parsed) -> Result<(), StoreError> {
        let raised: Vec<_> = parsed.ingests.iter().flat_map(|ingest| ingest.raise.clone()).collect();
        let wishes = parsed.wishes.clone();
        let changed =
            self.seams.store.store_parsed(parsed).await?.iter().any(|ingested| ingested.changed > 0);
        if changed {
            raised.iter().for_each(|raise| self.signals.wake_lane(&raise.lane));
        }
        wishes.iter().for_each(|key| self.signals.wake_reader(&key.connection, &key.object));
        Ok(())
    }

    async fn rest(&self, how_long: Duration) {
        self.seams.clock.sleep_until(self.seams.clock.now() + how_long).await;
    }
}

/// Whether the body broke what functions run in once more, and so often that nothing else can be the reason: it must not
/// keep those behind it waiting.
fn breaks_too_often(receipt: &Receipt, cause: &Cause, breaks: &mut Breaks) -> bool {
    if cause.code != "function.broken" {
        return false;
    }
    let times = breaks.entry(receipt.id).or_default();
    *times += 1;
    *times >= MOST_BREAKS
}
