//! Seeds that CI plays. A failing seed prints how to play it again.

use std::sync::atomic::{AtomicU64, Ordering};

/// So many seeds in the ordinary tests; `cargo xtask long` plays thousands.
const SEEDS: u64 = 300;

#[test]
fn the_law_holds_for_every_seed() {
    let next = AtomicU64::new(0);
    let workers = std::thread::available_parallelism().map_or(2, usize::from).min(8);
    let broken: Vec<String> = std::thread::scope(|scope| {
        let play = || {
            let mut broken = Vec::new();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= SEEDS {
                    return broken;
                }
                let report = sim::run(seed, false);
                if !report.violations.is_empty() {
                    broken.push(format!(
                        "seed {seed}: {}\n  play it again: cargo run -p sim -- --seeds {seed}..{} --verbose",
                        report.violations.join("; "),
                        seed + 1
                    ));
                }
            }
        };
        let playing: Vec<_> = (0..workers).map(|_| scope.spawn(play)).collect();
        playing.into_iter().flat_map(|played| played.join().expect("a run does not panic")).collect()
    });
    assert!(broken.is_empty(), "{} seeds break the law:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn the_same_seed_gives_the_same_history() {
    for seed in [3, 77, 1_000_003] {
        let (first, second) = (sim::run(seed, false), sim::run(seed, false));
        assert_eq!(first.trace, second.trace, "seed {seed}");
        assert_eq!(first.violations, second.violations);
    }
}

#[test]
fn different_seeds_give_different_histories() {
    assert_ne!(sim::run(1, false).trace, sim::run(2, false).trace);
}
