//! What the store costs, beside a bare loop of rusqlite that writes the same rows to the same kind of file.
//!
//! Everything is on disk, `synchronous=FULL`, in the system's folder for temporary files; ratios count, not figures.
//! Beside a PostgreSQL server (`cargo xtask postgres --durable cargo bench -p store`) the same work is done on it too.

mod bare;
mod given;

use std::cell::Cell;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::bare::Bare;
use crate::given::{Filled, page};

const PAGE: u64 = 500;
const BATCH: u64 = 100;

/// Pages of 500 new records, each with its task.
fn ingest(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("ingest a page of 500");
    group.throughput(Throughput::Elements(PAGE)).sample_size(20);
    let runtime = runtime();
    let filled = Filled::new();
    group.bench_function("store", |bench| {
        bench.iter(|| runtime.block_on(filled.ingest(PAGE)));
    });
    if let Some(filled) = Filled::server() {
        group.bench_function("store on PostgreSQL", |bench| {
            bench.iter(|| runtime.block_on(filled.ingest(PAGE)));
        });
    }
    let bare = Bare::new();
    group.bench_function("bare", |bench| bench.iter(|| bare.ingest(PAGE)));
    group.finish();
}

/// Batches of 100 creates: intent and link stored, then settled with link, attempt and call.
fn open_and_settle(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("open and settle a batch of 100");
    group.throughput(Throughput::Elements(BATCH)).sample_size(20);
    let runtime = runtime();
    for (name, filled) in [("store", Some(Filled::new())), ("store on PostgreSQL", Filled::server())] {
        let Some(filled) = filled else { continue };
        let lease = runtime.block_on(filled.lease());
        group.bench_function(name, |bench| {
            bench.iter_batched(
                || runtime.block_on(filled.due(BATCH)),
                |due| runtime.block_on(filled.open_and_settle(&lease, due)),
                criterion::BatchSize::PerIteration,
            );
        });
    }
    let bare = Bare::new();
    group.bench_function("bare", |bench| {
        bench.iter_batched(
            || bare.ingest(BATCH),
            |tasks| bare.open_and_settle(tasks),
            criterion::BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// What a lane asks all the time must not depend on how much waits.
fn due(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("100 due tasks");
    group.throughput(Throughput::Elements(BATCH)).sample_size(50);
    let runtime = runtime();
    for waiting in [1_000, 200_000] {
        let filled = Filled::new();
        runtime.block_on(filled.wait(waiting));
        runtime.block_on(filled.ingest(BATCH));
        group.bench_function(BenchmarkId::new("beside waiting", waiting), |bench| {
            bench.iter(|| runtime.block_on(filled.look(BATCH)));
        });
        group.bench_function(BenchmarkId::new("counts beside waiting", waiting), |bench| {
            bench.iter(|| runtime.block_on(filled.counts()));
        });
    }
    group.finish();
}

/// Writers of one record each, at once.
fn group_commit(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("group commit");
    group.sample_size(30);
    let runtime = runtime();
    for writers in [1, 16, 64] {
        group.throughput(Throughput::Elements(writers));
        let filled = Filled::new();
        group.bench_function(BenchmarkId::new("store, writers", writers), |bench| {
            bench.iter(|| runtime.block_on(at_once(&filled, writers)));
        });
        let bare = Bare::new();
        group.bench_function(BenchmarkId::new("bare, one commit each", writers), |bench| {
            bench.iter(|| (0..writers).for_each(|_| drop(bare.ingest(1))));
        });
    }
    group.finish();
}

/// One record after another, in each mode: what the simulator pays, and what it saves.
fn modes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("one record at a time");
    group.throughput(Throughput::Elements(1)).sample_size(30);
    let runtime = runtime();
    for (name, filled) in
        [("memory", Filled::memory()), ("file inline", Filled::inline()), ("file, threads", Filled::new())]
    {
        group.bench_function(name, |bench| bench.iter(|| runtime.block_on(filled.ingest(1))));
    }
    group.finish();
}

async fn at_once(filled: &Filled, writers: u64) {
    let mut set = JoinSet::new();
    for _ in 0..writers {
        let (store, page) = (filled.store.clone(), page(filled.numbers(1)));
        set.spawn(async move { store.ingest(page).await });
    }
    for result in set.join_all().await {
        result.expect("the disk has room");
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("threads can be started")
}

/// Numbers that were not given out before.
#[derive(Default)]
struct Numbers(Cell<u64>);

impl Numbers {
    fn take(&self, count: u64) -> std::ops::Range<u64> {
        let first = self.0.get();
        self.0.set(first + count);
        first..first + count
    }
}

criterion_group!(benches, ingest, open_and_settle, due, group_commit, modes);
criterion_main!(benches);
