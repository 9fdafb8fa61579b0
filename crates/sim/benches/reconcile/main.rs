//! Reconciliation (对账) of a million stored records with a million documents that stand in another database.
//!
//! The engine's side is its own store, on a file: records with their bodies, links with what was agreed, tasks. The
//! systems' side is a table of documents each, read page by page through a connector, as JSON texts. First both are
//! equal and are reconciled cheaply, by counts; then differences are planted, and a deep run reads and compares
//! everything; last, a cheap run looks for differences that were planted since.
//!
//! `cargo bench -p sim --bench reconcile`, or with another number of records: `… -- 100000`

mod given;
mod vendor;

use std::sync::Arc;
use std::time::Duration;

use engine::Seams;
use engine::connection::TokenBox;
use engine::reconcile::{Ask, Outcome, reconcile};
use engine::setup::Setup;
use model::reconciliation::{Run, RunState};

use crate::given::Given;

const RECORDS: i64 = 1_000_000;

fn main() {
    // cargo itself passes `--bench`.
    let records = std::env::args().skip(1).find_map(|text| text.parse().ok()).unwrap_or(RECORDS);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        let given = Given::make(records).await;
        println!("{records} records with {records} documents; load {}", load());
        let equal = told("equal, by counts", &given, false).await;
        assert_eq!((equal.sum.matched, equal.sum.open()), (records as u64, 0));
        let planted = given.plant();
        let deep = told("deep, with differences", &given, true).await;
        let sum = deep.sum;
        assert_eq!((sum.only_here, sum.only_there, sum.differs), planted, "every planted one, and no other");
        let since = given.plant_since();
        let cheap = told("by counts, with new differences", &given, false).await;
        let sum = cheap.sum;
        let both = (planted.0 + since.0, planted.1 + since.1, planted.2 + since.2);
        assert_eq!((sum.only_here, sum.only_there, sum.differs), both, "every planted one, and no other");
        println!("load {}", load());
    });
}

async fn told(name: &str, given: &Given, deep: bool) -> Run {
    forget_peak();
    let before = processor();
    let run = run(&given.seams, deep).await;
    let took = processor().saturating_sub(before);
    let sum = run.sum;
    println!(
        "{name}: {:.1} CPU-s, {} MB at most; {} calls to the source, {} to the target; {} matched, {} + {} + {} differ",
        took.as_secs_f32(),
        peak_mb(),
        sum.calls_here,
        sum.calls_there,
        sum.matched,
        sum.only_here,
        sum.only_there,
        sum.differs
    );
    run
}

async fn run(seams: &Seams, deep: bool) -> Run {
    let tokens = Arc::new(TokenBox::new(seams.store.clone()));
    let setup = Setup::load(seams, &tokens, None).await.expect("the store answers");
    let ask = Ask { deep, since: None, until: None, owner: "bench".into(), goes_on: false };
    let flow = &setup.flows[&"customers".into()];
    match reconcile(seams, &setup, flow, &ask, &|_| {}).await.expect("the store answers") {
        Outcome::Ran(run) if run.state == RunState::Done => *run,
        other => panic!("{other:?}"),
    }
}

/// The processor's time of this process so far, where the system tells: hundredths of a second.
fn processor() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit(')').next().unwrap_or_default();
    let fields = after_name.split_ascii_whitespace().skip(11).take(2);
    let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// From here on the most resident memory is counted anew.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn peak_mb() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|peak| peak.split_ascii_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1_024
}

/// The load of the machine over the last minute, where the system tells.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("?").to_owned()
}
