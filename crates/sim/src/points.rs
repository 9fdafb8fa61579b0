//! Points at which the process may die: before and after everything that leaves it.

use std::sync::Mutex;

use contract::Chance;
use tokio::sync::Notify;

use crate::chance::Dice;

/// Counts the points that are passed, and at a drawn one never comes back: whoever waits for [`Points::crashed`] drops
/// the engine there.
pub struct Points {
    dice: Dice,
    left: Mutex<Option<u64>>,
    crashed: Notify,
}

impl Points {
    pub fn new(seed: u64) -> Points {
        Points { dice: Dice::new(seed), left: Mutex::new(None), crashed: Notify::new() }
    }

    /// Draws the next death, within so many points; 0 is none.
    pub fn draw(&self, within: u64) {
        *self.left() = (within > 0).then(|| self.dice.below(within));
    }

    /// One point is passed, or the process dies here.
    pub async fn pass(&self) {
        let dies = {
            let mut left = self.left();
            match *left {
                Some(0) => {
                    *left = None;
                    true
                }
                Some(n) => {
                    *left = Some(n - 1);
                    false
                }
                None => false,
            }
        };
        if dies {
            self.crashed.notify_one();
            std::future::pending::<()>().await;
        }
    }

    pub async fn crashed(&self) {
        self.crashed.notified().await;
    }

    fn left(&self) -> std::sync::MutexGuard<'_, Option<u64>> {
        self.left.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
