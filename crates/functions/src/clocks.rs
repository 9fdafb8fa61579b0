//! What a script has spent is measured, not scheduled: the clocks of the thread and of the machine.
//!
//! `contract::Clock` says what time it is for the business, and the simulator moves it. How long a processor worked for
//! a script is a fact of this machine, which nothing else may decide by.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Processor time of this thread; it stands still while others have the processor.
pub(crate) fn processor() -> Duration {
    read(ClockId::ThreadCPUTime)
}

/// Time that passes for everybody.
pub(crate) fn wall() -> Duration {
    read(ClockId::Monotonic)
}

fn read(clock: ClockId) -> Duration {
    let at = clock_gettime(clock);
    Duration::new(u64::try_from(at.tv_sec).unwrap_or(0), u32::try_from(at.tv_nsec).unwrap_or(0))
}
