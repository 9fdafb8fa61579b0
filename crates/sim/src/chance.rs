//! The simulator's dice.

use std::sync::Mutex;

use contract::Chance;
use sandbox::stand_in::Chance as Generator;

/// A seeded generator behind the seam. Each user gets dice of its own, so that one more throw here changes nothing
/// there.
pub struct Dice(Mutex<Generator>);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(Mutex::new(Generator::new(seed)))
    }

    /// True `percent` times in a hundred.
    pub fn percent(&self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T>(&self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }
}

impl Chance for Dice {
    fn next(&self) -> u64 {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).draw()
    }
}
