//! The randomness seam.

/// Where randomness comes from. The simulator's is seeded, so that one seed replays one history.
pub trait Chance: Send + Sync {
    /// 64 random bits.
    fn next(&self) -> u64;

    /// A number in `0..bound`; 0 when `bound` is 0.
    fn below(&self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.next() % bound }
    }
}
