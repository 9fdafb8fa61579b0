//! What a parser remembers of what went wrong, from round to round: how long it waits for what passes by itself, and how
//! little it stores at once while the store refuses something.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::store::StoreError;
use model::receipt::Receipt;
use model::{Cause, ReceiptId, Timestamp};

/// Most receipts that are stored at once.
const BATCH: usize = 200;

/// How often a body may break what functions run in before it is taken to be the reason.
const MOST_BREAKS: u32 = 5;

/// How often the store may refuse what a receipt alone was parsed to before that is taken to be the reason.
const MOST_REFUSALS: u32 = 5;

/// How long after it came a receipt waits for what passes by itself …
const MOST_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// … and how long those of its code were waited for at least since this process runs: after a day on which nothing ran,
/// or once a person lets an old receipt be parsed again, what passes in a moment is waited for as ever.
const LEAST_TRIED: Duration = Duration::from_secs(10 * 60);

/// What the next round does about receipts that the store did not take.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It looks at fewer at once, until the one that is the reason stands alone.
    Fewer,
    /// It tries the one that stands alone once more.
    Again,
    /// That one fails, if the store takes that: so it is shown that the store itself works.
    Fails,
    /// It waits until the store works.
    Waits,
}

pub(super) struct Patience {
    /// The bodies that broke what functions run in, each with how often. Only the first that waits of each code is here.
    breaks: BTreeMap<ReceiptId, u32>,
    /// The codes whose functions cannot be run, each with since when.
    since: BTreeMap<String, Timestamp>,
    /// The receipt that the store refused last though it stood alone, and how often.
    refused: Option<(ReceiptId, u32)>,
    most: usize,
}

impl Patience {
    pub fn new() -> Patience {
        Patience { breaks: BTreeMap::new(), since: BTreeMap::new(), refused: None, most: BATCH }
    }

    /// So many receipts are stored at once.
    pub fn most(&self) -> usize {
        self.most
    }

    /// A receipt could not be looked at for a reason that should pass; whether that was waited for too long, so that it
    /// must not keep those behind it waiting any more.
    pub fn is_over(&mut self, receipt: &Receipt, cause: &Cause, now: Timestamp) -> bool {
        let breaks_too_often = cause.code == "function.broken" && {
            let times = self.breaks.entry(receipt.id).or_default();
            *times += 1;
            *times >= MOST_BREAKS
        };
        let pushed = &receipt.pushed;
        let since = *self.since.entry(pushed.code.clone()).or_insert(now);
        let is_old = now.since(pushed.at) >= MOST_AGE && now.since(since) >= LEAST_TRIED;
        if breaks_too_often || is_old {
            self.breaks.remove(&receipt.id);
        }
        breaks_too_often || is_old
    }

    /// A receipt could be looked at.
    pub fn looked_at(&mut self, receipt: &Receipt) {
        self.breaks.remove(&receipt.id);
        self.since.remove(&receipt.pushed.code);
    }

    /// The store took what came to it.
    pub fn stored(&mut self) {
        self.refused = None;
        self.most = (self.most * 2).min(BATCH);
    }

    /// The store did not take what so many receipts came to, of which this is the first.
    pub fn refused(&mut self, first: ReceiptId, count: usize, error: &StoreError) -> Refused {
        // All else is about the store, or about what others did meanwhile.
        if !matches!(error, StoreError::Broken(_)) {
            return Refused::Waits;
        }
        if count > 1 {
            self.most = count / 2;
            return Refused::Fewer;
        }
        let before = self.refused.filter(|(id, _)| *id == first).map_or(0, |(_, times)| times);
        self.refused = Some((first, before + 1));
        self.most = 1;
        if before + 1 >= MOST_REFUSALS { Refused::Fails } else { Refused::Again }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken() -> StoreError {
        StoreError::Broken("constraint failed".into())
    }

    #[test]
    fn what_the_store_refuses_is_halved_until_one_stands_alone_and_grows_again() {
        let mut patience = Patience::new();
        let first = ReceiptId(7);
        for (count, most) in [(200, 100), (100, 50), (3, 1)] {
            assert_eq!(patience.refused(first, count, &broken()), Refused::Fewer);
            assert_eq!(patience.most(), most);
        }
        for _ in 1..MOST_REFUSALS {
            assert_eq!(patience.refused(first, 1, &broken()), Refused::Again);
        }
        assert_eq!(patience.refused(first, 1, &broken()), Refused::Fails);
        patience.stored();
        assert_eq!(patience.most(), 2);
        assert_eq!(patience.refused(first, 1, &broken()), Refused::Again, "counted anew");
        for _ in 0..20 {
            patience.stored();
        }
        assert_eq!(patience.most(), BATCH);
    }

    #[test]
    fn a_store_that_fails_as_a_whole_is_waited_for() {
        let mut patience = Patience::new();
        let of_the_store = [
            StoreError::Full,
            StoreError::InUse,
            StoreError::Corrupt,
            StoreError::Denied("只读".into()),
            StoreError::Unreachable("断开".into()),
            StoreError::Outdated { based_on: 1 },
        ];
        for error in of_the_store {
            for count in [1, 200] {
                assert_eq!(patience.refused(ReceiptId(1), count, &error), Refused::Waits, "{error}");
            }
        }
        assert_eq!(patience.most(), BATCH);
    }
}
