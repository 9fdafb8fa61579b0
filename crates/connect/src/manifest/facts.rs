//! The facts of one connection: the manifest's, with the connection's own settings applied.

use std::time::Duration;

use contract::connector::{Facts, Limits};
use model::connection::Connection;

use super::Manifest;

/// What holds where a manifest says nothing: careful figures for a system that nothing is known of.
pub(super) fn defaults() -> Facts {
    Facts {
        settle_window: Duration::from_secs(120),
        overlap: Duration::from_secs(60),
        within: Duration::from_secs(360),
        page: 100,
        batch: 1,
        lookup: 1,
        limits: Limits {
            rates: vec![(10, Duration::from_secs(1))],
            each_operation: false,
            at_once: 4,
            daily: None,
        },
        notice_dedupe: false,
    }
}

impl Manifest {
    /// The facts of a connection. Its settings `settle_seconds`, `overlap_seconds`, `rate` (calls a second, in place of
    /// all rates of the manifest), `at_once`, `daily_calls` and `page` go before the manifest's; one that is no whole
    /// number is passed over here and told by `Connectors::check_settings`.
    pub fn facts(&self, connection: &Connection) -> Facts {
        let mut facts = self.facts.clone();
        let number = |name: &str| connection.setting(name).and_then(|text| text.parse::<u64>().ok());
        let positive = |name: &str| number(name).filter(|number| *number > 0);
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        if let Some(seconds) = number("settle_seconds") {
            facts.settle_window = Duration::from_secs(seconds);
        }
        if let Some(seconds) = number("overlap_seconds") {
            facts.overlap = Duration::from_secs(seconds);
        }
        if let Some(rate) = positive("rate") {
            facts.limits.rates = vec![(small(rate), Duration::from_secs(1))];
        }
        if let Some(calls) = positive("at_once") {
            facts.limits.at_once = small(calls);
        }
        if let Some(calls) = positive("daily_calls") {
            facts.limits.daily = Some(calls);
        }
        if let Some(records) = positive("page") {
            facts.page = usize::try_from(records).unwrap_or(usize::MAX);
        }
        facts
    }
}
