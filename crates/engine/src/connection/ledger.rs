//! The ledger of one connection: calls spent, by day and operation, against the vendor's daily quota.

use std::collections::BTreeMap;
use std::sync::Mutex;

use contract::store::{Config, StoreError};
use model::{ConnectionName, Timestamp};

const DAY_MS: i64 = 86_400_000;
/// Vendors of this market count days in China's time, which has no summer time.
const CHINA_MS: i64 = 8 * 3_600_000;

#[derive(Debug, Default)]
pub struct Ledger {
    daily: Option<u64>,
    page: Mutex<DayPage>,
}

#[derive(Debug, Default)]
struct DayPage {
    day: i64,
    /// Known to be spent on that day, those of earlier runs included once the store has told.
    total: u64,
    unstored: BTreeMap<&'static str, u64>,
}

impl Ledger {
    pub fn new(daily: Option<u64>) -> Ledger {
        Ledger { daily, page: Mutex::default() }
    }

    /// Counts one call; or, when the day's quota is spent, says when the next day begins.
    pub fn count(&self, operation: &'static str, now: Timestamp) -> Result<(), Timestamp> {
        let day = day_of(now);
        let mut page = self.page();
        if page.day != day {
            *page = DayPage { day, ..DayPage::default() };
        }
        if self.daily.is_some_and(|daily| page.total >= daily) {
            return Err(Timestamp((day + 1) * DAY_MS - CHINA_MS));
        }
        page.total += 1;
        *page.unstored.entry(operation).or_default() += 1;
        Ok(())
    }

    /// How many calls are spent today, and how many may be; `None` where the vendor sets no limit.
    pub fn spent(&self, now: Timestamp) -> Option<(u64, u64)> {
        let (daily, page) = (self.daily?, self.page());
        Some((if page.day == day_of(now) { page.total } else { 0 }, daily))
    }

    /// Stores what was counted since the last time, and learns what others spent.
    pub async fn store(
        &self,
        connection: &ConnectionName,
        store: &(impl Config + ?Sized),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (day, spent) = {
            let mut page = self.page();
            if page.day == 0 {
                page.day = day_of(now);
            }
            (page.day, std::mem::take(&mut page.unstored))
        };
        let named: Vec<(String, u64)> = spent.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect();
        let total = match store.spend(connection, day, &named).await {
            Ok(total) => total,
            Err(error) => {
                self.put_back(day, spent);
                return Err(error);
            }
        };
        let mut page = self.page();
        if page.day == day {
            page.total = page.total.max(total);
        }
        Ok(())
    }

    /// What could not be stored is stored with the next.
    fn put_back(&self, day: i64, spent: BTreeMap<&'static str, u64>) {
        let mut page = self.page();
        if page.day == day {
            spent.into_iter().for_each(|(name, n)| *page.unstored.entry(name).or_default() += n);
        }
    }

    fn page(&self) -> std::sync::MutexGuard<'_, DayPage> {
        self.page.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn day_of(now: Timestamp) -> i64 {
    (now.0 + CHINA_MS).div_euclid(DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spent_quota_waits_for_the_next_day_in_china() {
        let ledger = Ledger::new(Some(2));
        let noon = Timestamp(1_780_286_400_000);
        assert_eq!(ledger.count("Save", noon), Ok(()));
        assert_eq!(ledger.count("Save", noon), Ok(()));
        let next = ledger.count("Save", noon).unwrap_err();
        assert!(next > noon && next.since(noon).as_secs() <= 86_400);
        assert_eq!((next.0 + CHINA_MS) % DAY_MS, 0);
        assert_eq!(ledger.count("Save", next), Ok(()));
    }
}
