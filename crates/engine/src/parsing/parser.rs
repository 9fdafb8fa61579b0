//! The parser of one connection: takes what waits, batch by batch, for as long as it is not dropped.

use std::sync::Arc;
use std::time::Duration;

use contract::connector::{PushRules, PushedRecord};
use contract::store::{Parsed, ParsedReceipt, StoreError};
use model::Cause;
use model::receipt::Receipt;

use super::bill::{self, Unparsed};
use super::foreign::Foreign;
use super::patience::{Patience, Refused};
use super::taken::{Outcomes, Taken};
use super::weight::weight;
use crate::callbacks::LONGEST_ID;
use crate::connection::Line;
use crate::seams::Seams;
use crate::setup::Setup;
use crate::signals::Signals;

/// Most bytes of the bodies that are read at once.
const BATCH_BYTES: usize = 8 << 20;

/// What is stored at once: no further receipt is looked at when those before it came to so many records, or to so many
/// bytes of content. What one receipt holds is stored as a whole, or not at all.
const MOST_RECORDS: usize = 2_000;
const MOST_WEIGHT: usize = 16 << 20;

/// How long the parser rests when the store fails.
const REST: Duration = Duration::from_secs(2);

/// How long it rests when somebody else was quicker, and before the store is asked once more to take what it refused.
const REST_FOR_OTHERS: Duration = Duration::from_millis(500);

/// How long it rests when functions cannot be run.
const REST_FOR_FUNCTIONS: Duration = Duration::from_secs(1);

/// How a round went.
enum Round {
    Done,
    /// Something waits for what passes by itself.
    Waits,
    /// What one receipt came to was not stored, and is tried again.
    Again,
}

/// What was looked at of a batch.
struct LookedAt<'r> {
    outcomes: Outcomes<'r>,
    /// So many receipts of the batch are behind us: the rest is looked at once these are stored.
    count: usize,
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
        let mut patience = Patience::new();
        loop {
            match self.round(&mut patience).await {
                Ok(Round::Done) => self.signals.parser_woken(self.line.name()).await,
                Ok(Round::Waits) => self.rest(REST_FOR_FUNCTIONS).await,
                Ok(Round::Again) => self.rest(REST_FOR_OTHERS).await,
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
    async fn round(&self, patience: &mut Patience) -> Result<Round, StoreError> {
        let (store, name) = (&self.seams.store, self.line.name());
        let mut waiting: Vec<String> = Vec::new();
        loop {
            let receipts = store.unparsed(name, &waiting, patience.most(), BATCH_BYTES).await?;
            if receipts.is_empty() {
                return Ok(if waiting.is_empty() { Round::Done } else { Round::Waits });
            }
            let mut rest = &receipts[..];
            while !rest.is_empty() {
                let LookedAt { outcomes, count } = self.outcomes(rest, &mut waiting, patience).await;
                rest = &rest[count..];
                let Some((first, _)) = outcomes.first() else { continue };
                let (first, count) = (*first, outcomes.len());
                let stored = match self.taken(outcomes).await {
                    Ok(parsed) => self.store(parsed).await,
                    Err(error) => Err(error),
                };
                let Err(error) = stored else {
                    patience.stored();
                    continue;
                };
                match patience.refused(first.id, count, &error) {
                    Refused::Waits => return Err(error),
                    Refused::Fewer => break,
                    Refused::Again => return Ok(Round::Again),
                    Refused::Fails => self.fail(first, &error).await?,
                }
                patience.stored();
            }
        }
    }

    /// What the receipts come to, one after the other, until there is enough to be stored. The codes of those that could not
    /// be looked at are added to those that go on waiting, and what is behind them waits too.
    async fn outcomes<'r>(
        &self,
        receipts: &'r [Receipt],
        waiting: &mut Vec<String>,
        patience: &mut Patience,
    ) -> LookedAt<'r> {
        let foreign = Foreign::new(&self.seams, &self.setup, &self.line);
        let mut looked_at = LookedAt { outcomes: Vec::with_capacity(receipts.len()), count: 0 };
        let (mut count, mut weighs) = (0, 0);
        for receipt in receipts {
            if count >= MOST_RECORDS || weighs >= MOST_WEIGHT {
                break;
            }
            looked_at.count += 1;
            if waiting.contains(&receipt.pushed.code) {
                continue;
            }
            let outcome = match bill::records(&self.setup, &self.line, &foreign, receipt).await {
                Err(Unparsed::NotNow(cause)) => {
                    if !patience.is_over(receipt, &cause, self.seams.clock.now()) {
                        self.tell(receipt, &cause, "what was pushed cannot be parsed for now");
                        waiting.push(receipt.pushed.code.clone());
                        continue;
                    }
                    Err(cause)
                }
                Err(Unparsed::Failed(cause)) => {
                    patience.looked_at(receipt);
                    Err(cause)
                }
                Ok(records) => {
                    patience.looked_at(receipt);
                    self.ordered(records)
                }
            };
            match &outcome {
                Ok(records) => {
                    count += records.len();
                    weighs += weight(records);
                }
                Err(cause) => self.tell(receipt, cause, "what was pushed cannot be parsed"),
            }
            looked_at.outcomes.push((receipt, outcome));
        }
        looked_at
    }

    /// Fails the one receipt whose records the store does not take.
    async fn fail(&self, receipt: &Receipt, error: &StoreError) -> Result<(), StoreError> {
        let cause = Cause::new("push.not_stored").because(&error.cause());
        self.tell(receipt, &cause, "what was pushed cannot be stored");
        let receipts = vec![ParsedReceipt { id: receipt.id, outcome: Err(cause) }];
        let (at, based_on) = (self.seams.clock.now(), Some(self.setup.generation));
        self.store(Parsed { receipts, at, based_on, ..Parsed::default() }).await
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
