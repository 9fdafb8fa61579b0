//! The parser of one connection: takes what waits, batch by batch, for as long as it is not dropped.

use std::sync::Arc;
use std::time::Duration;

use contract::connector::PushRules;
use contract::store::{Parsed, StoreError};
use model::receipt::Receipt;

use super::bill;
use super::taken::{Outcomes, Taken};
use crate::connection::Line;
use crate::seams::Seams;
use crate::setup::Setup;
use crate::signals::Signals;

/// Most receipts of a batch, and most bytes of their bodies.
const BATCH: usize = 200;
const BATCH_BYTES: usize = 8 << 20;

/// How long the parser rests when the store fails, or when what it was made from is not in force any more.
const REST: Duration = Duration::from_secs(2);

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
        loop {
            match self.batch().await {
                Ok(true) => continue,
                Ok(false) => self.signals.parser_woken(self.line.name()).await,
                // Something was applied, or a person set a receipt aside: it is looked at anew in a moment.
                Err(StoreError::Outdated { .. }) => self.rest().await,
                Err(error) => {
                    tracing::error!(%error, connection = %self.line.name(), "parsing stops for a while");
                    self.rest().await;
                }
            }
        }
    }

    /// Parses what waits, as far as it fits in a batch; whether anything waited.
    async fn batch(&self) -> Result<bool, StoreError> {
        let receipts = self.seams.store.unparsed(self.line.name(), BATCH, BATCH_BYTES).await?;
        if receipts.is_empty() {
            return Ok(false);
        }
        let outcomes = receipts.iter().map(|receipt| (receipt, self.outcome(receipt))).collect();
        let parsed = self.taken(outcomes).await?;
        self.store(parsed).await?;
        Ok(true)
    }

    fn outcome(&self, receipt: &Receipt) -> Result<Vec<contract::connector::PushedRecord>, model::Cause> {
        bill::records(&self.line, receipt).inspect_err(|cause| {
            let (connection, receipt, code) = (self.line.name(), receipt.id.told(), &cause.code);
            tracing::warn!(%connection, %receipt, %code, "what was pushed cannot be parsed");
        })
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

    async fn rest(&self) {
        self.seams.clock.sleep_until(self.seams.clock.now() + REST).await;
    }
}
