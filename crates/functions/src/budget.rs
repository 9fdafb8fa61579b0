//! What a call may still spend. The interrupt handler of the engine asks it every few thousand steps.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::clocks;

/// The processor time of one call, over all its slices, and the end of the slice by the wall clock. A machine that is
/// busy makes no innocent script fail: the wall clock only ends what hangs.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    /// Nanoseconds that the call may take in all.
    allowed: AtomicU64,
    /// Nanoseconds spent in earlier slices.
    spent: AtomicU64,
    /// Processor time when this slice began.
    began: AtomicU64,
    /// Wall time at which this slice ends whatever it spent.
    ends: AtomicU64,
    exceeded: AtomicBool,
}

/// How long a slice may take by the wall clock, for so much processor time.
pub(crate) fn slice(processor: Duration) -> Duration {
    processor * 10 + Duration::from_secs(2)
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

impl Budget {
    /// A new call with so much processor time.
    pub fn begin_call(&self, processor: Duration) {
        self.allowed.store(nanos(processor), Relaxed);
        self.spent.store(0, Relaxed);
        self.exceeded.store(false, Relaxed);
    }

    /// The script goes on, in this thread.
    pub fn begin_slice(&self) {
        self.began.store(nanos(clocks::processor()), Relaxed);
        let allowed = Duration::from_nanos(self.allowed.load(Relaxed));
        self.ends.store(nanos(clocks::wall().saturating_add(slice(allowed))), Relaxed);
    }

    /// The script waits or is done.
    pub fn end_slice(&self) {
        self.spent.store(self.so_far(), Relaxed);
        self.began.store(nanos(clocks::processor()), Relaxed);
    }

    /// Whether the script has to stop. Stays true until the next call.
    pub fn is_over(&self) -> bool {
        let over =
            self.so_far() > self.allowed.load(Relaxed) || nanos(clocks::wall()) > self.ends.load(Relaxed);
        if over {
            self.exceeded.store(true, Relaxed);
        }
        over
    }

    /// Whether it was stopped.
    pub fn was_exceeded(&self) -> bool {
        self.exceeded.load(Relaxed)
    }

    pub fn spent(&self) -> Duration {
        Duration::from_nanos(self.spent.load(Relaxed))
    }

    fn so_far(&self) -> u64 {
        let slice = nanos(clocks::processor()).saturating_sub(self.began.load(Relaxed));
        self.spent.load(Relaxed).saturating_add(slice)
    }
}
