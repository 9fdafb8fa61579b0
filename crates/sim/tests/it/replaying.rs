//! A company's day replayed, and a backlog drained. The whole half-year and the whole hundred thousand are
//! `cargo xtask long --only months,backlog`.

use sim::backlog::{self, drain};
use sim::replay::{self, replay};
use sim::{Ground, Pace};

/// Orders of the backlog.
const BACKLOG: usize = 2_000;

#[test]
fn a_day_of_business_ends_in_agreement_and_is_the_same_again() {
    let plan = replay::Plan { seed: 3, customers: 20, orders: 120, days: 1, pace: Pace::AsWritten };
    let played = || replay(&Ground::Memory, &plan, &mut |_, _, _| {});
    let (first, second) = (played(), played());
    assert!(first.agrees() && first.done.edits > 5, "{first:#?}");
    assert_eq!((first.trace, first.done), (second.trace, second.done));
    assert_eq!((first.calls, first.compared), (second.calls, second.compared));
}

#[test]
fn a_backlog_drains_in_the_vendors_own_time_without_a_refusal() {
    let plan = backlog::Plan { seed: 1, customers: 200, orders: BACKLOG, most_lines: 6 };
    let drained = drain(&Ground::Memory, &plan, &mut |_, _| {});
    assert!(drained.agrees(), "{drained:#?}");
    assert!(drained.keeps_its_time(), "{:?} instead of {:?}", drained.took, drained.at_least);
    let late = drained.took.saturating_sub(drained.at_least);
    assert!(late < backlog::WINDOW, "no window of the limit was lost: {late:?}");
    assert!(drained.used_percent() >= 95.0, "{} %", drained.used_percent());
    let orders = BACKLOG as u64;
    assert_eq!(drained.binding, 2 * orders, "a write-back and a state for each order");
    let reads = ["fxiaoke", "kingdee-k3cloud"].map(|system| drained.reads_per_order(system));
    assert!(reads.iter().sum::<f64>() <= 1.2, "{reads:?}");
    let writes = drained.writes_per_order("kingdee-k3cloud");
    assert!(writes <= 3.0 / 20.0 + 0.01, "save, submit and audit go out in full batches: {writes}");
}
