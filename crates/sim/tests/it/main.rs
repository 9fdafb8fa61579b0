//! Seeds that CI plays. A failing seed prints how to play it again.

mod bad_input;
mod company;
mod derived;
mod desk;
mod files;
mod lines;
mod masters;
mod nonsense;
mod reconciling;
mod replaying;
mod signed;
mod split;
mod watermarks;

use std::sync::atomic::{AtomicUsize, Ordering};

use sim::{Business, Ground, Setting};
use store::Address;

/// So many seeds of both businesses in the ordinary tests; `cargo xtask long` plays thousands.
const SEEDS: u64 = 500;

/// So many of vendors that talk nonsense now and then.
const SEEDS_OF_NONSENSE: u64 = 60;

/// So many of flows that go both ways.
const SEEDS_OF_PARTNERS: u64 = 60;

/// Businesses and seeds that broke the law once.
const MENDED: [(Business, u64); 8] = [
    (Business::Dispatch, 8),
    (Business::Dispatch, 9),
    (Business::Dispatch, 11),
    (Business::OrderToCash, 52),
    (Business::OrderToCash, 6761),
    (Business::OrderToCash, 6927),
    (Business::OrderToCash, 8645),
    (Business::OrderToCash, 8741),
];

/// So many of them on a PostgreSQL server too.
const SEEDS_ON_A_SERVER: u64 = 200;

/// The server of the tests.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration but their surroundings")]
fn server() -> Ground {
    let url = std::env::var("QIAO_TEST_POSTGRES").unwrap_or_else(|_| {
        panic!(
            "These tests need a PostgreSQL server, and QIAO_TEST_POSTGRES names none. Run `cargo xtask test`, or \
             `cargo xtask postgres cargo test -p sim`: both start one for as long as they run. Or set \
             QIAO_TEST_POSTGRES=postgres://user:password@host/database to one whose database may be played with."
        )
    });
    Ground::Server(Address::new(&url).expect("QIAO_TEST_POSTGRES is an address of PostgreSQL"))
}

/// Plays the settings on all processors; what broke the law, and how to play it again.
fn broken(ground: &Ground, settings: &[Setting], how: &str) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(2, usize::from).min(8);
    let play = || {
        let mut broken = Vec::new();
        loop {
            let Some(setting) = settings.get(next.fetch_add(1, Ordering::Relaxed)) else { return broken };
            let report = sim::run_of(ground, setting, false);
            if !report.violations.is_empty() {
                let (seed, business) = (setting.seed, setting.business.name());
                broken.push(format!(
                    "seed {seed}: {}\n  play it again: cargo run -p sim -- --business {business} --seeds {seed}..{} \
                     --verbose{how}",
                    report.violations.join("; "),
                    seed + 1
                ));
            }
        }
    };
    std::thread::scope(|scope| {
        let playing: Vec<_> = (0..workers).map(|_| scope.spawn(play)).collect();
        playing.into_iter().flat_map(|played| played.join().expect("a run does not panic")).collect()
    })
}

#[test]
fn the_law_holds_for_every_seed() {
    let mended = MENDED.map(|(business, seed)| Setting { business, nodes: 1, ..Setting::drawn(seed) });
    let settings: Vec<Setting> = (0..SEEDS).map(Setting::drawn).chain(mended).collect();
    let broken = broken(&Ground::Memory, &settings, "");
    assert!(broken.is_empty(), "{} seeds break the law:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn the_law_holds_on_a_server() {
    let settings: Vec<Setting> = (0..SEEDS_ON_A_SERVER).map(Setting::drawn).collect();
    let broken = broken(&server(), &settings, " --database postgres://…");
    assert!(broken.is_empty(), "{} seeds break the law:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn partners_come_to_rest_in_agreement_and_the_right_side_wins() {
    let business = Business::Partners;
    let settings: Vec<Setting> =
        (0..SEEDS_OF_PARTNERS).map(|seed| Setting { business, ..Setting::drawn(seed) }).collect();
    let broken = broken(&Ground::Memory, &settings, "");
    assert!(broken.is_empty(), "{} seeds break the law:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn the_law_holds_where_vendors_answer_with_nonsense() {
    let nonsense = |seed| Setting { nonsense: 50_000, ..Setting::drawn(seed) };
    let settings: Vec<Setting> = (2_000_000..2_000_000 + SEEDS_OF_NONSENSE).map(nonsense).collect();
    let broken = broken(&Ground::Memory, &settings, " --nonsense 50000");
    assert!(broken.is_empty(), "{} seeds break the law:\n{}", broken.len(), broken.join("\n"));
}

/// What a seed draws, once for each business.
fn settings(seed: u64) -> impl Iterator<Item = Setting> {
    let businesses = [Business::Customers, Business::OrderToCash, Business::Dispatch, Business::Partners];
    businesses.into_iter().map(move |business| Setting { business, ..Setting::drawn(seed) })
}

#[test]
fn the_same_seed_gives_the_same_history() {
    for setting in [3, 1_000_003].into_iter().flat_map(settings) {
        let (first, second) =
            (sim::run_of(&Ground::Memory, &setting, false), sim::run_of(&Ground::Memory, &setting, false));
        assert_eq!(first.trace, second.trace, "{setting:?}");
        assert_eq!(first.violations, second.violations);
    }
}

#[test]
fn a_seed_has_the_same_history_in_memory_and_on_a_server() {
    let server = server();
    for setting in settings(1_000_003) {
        let (here, there) =
            (sim::run_of(&Ground::Memory, &setting, false), sim::run_of(&server, &setting, false));
        assert_eq!(here.trace, there.trace, "{setting:?}");
    }
}

#[test]
fn different_seeds_give_different_histories() {
    assert_ne!(sim::run(&Ground::Memory, 1, false).trace, sim::run(&Ground::Memory, 2, false).trace);
}
