//! Pushes by the standard protocol: our face, engine and store beside a bare server that writes the same rows.
//!
//! Both listen on this machine, keep what is pushed in a SQLite file with `synchronous=FULL`, many in one commit, and answer
//! after the fsync. 64 connections push orders of about a thousand bytes and of ten lines with Chinese text; the load, the
//! server and the disk share the machine. They run in turns; the median of the rounds counts. Then ours is pushed to at
//! half its top, at even times, for what its answers take.
//!
//! `cargo bench -p api --bench push`

#![expect(clippy::disallowed_methods, reason = "what is measured is the time of this machine")]

mod bare;
mod given;
mod load;
mod ours;

use std::time::Duration;

use load::Load;

const ROUNDS: usize = 3;

fn main() {
    let pushes: usize = std::env::args().filter_map(|word| word.parse().ok()).next().unwrap_or(20_000);
    for (name, body) in given::bodies() {
        println!("{name}: {} bytes, {pushes} pushes, {ROUNDS} rounds, 64 connections", body.len());
        let (mut bare, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let load = Load { body: &body, pushes, a_second: None };
            bare.push(bare::run(&load).a_second());
            ours.push(ours::run(&load).a_second());
        }
        let (bare, ours) = (median(bare), median(ours));
        println!("  bare {bare:.0}/s, ours {ours:.0}/s, {:.2} of it", ours / bare);
        let half = Load { body: &body, pushes: pushes / 2, a_second: Some(ours / 2.0) };
        let pushed = ours::run(&half);
        let (p50, p99) = (pushed.took(50), pushed.took(99));
        println!("  at half: p50 {}, p99 {}", told(p50), told(p99));
    }
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

fn told(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}
