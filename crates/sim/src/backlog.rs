//! A backlog of orders, drained: how long it takes beside what the vendor's own limit makes of it, and what it costs.
//!
//! The CRM lets each of its interfaces be called 100 times in 20 s (`protocols/fxiaoke.md §3`), and takes one record in
//! a call; the ERP has no limit. So what binds is what is written into the CRM: for each order that it was synced, and
//! in which state the ERP holds it. `n` such calls cannot be made in less than `20 s × (⌈n/100⌉ − 1)`.

use std::time::Duration;

use contract::Clock;
use serde_json::json;
use tokio::sync::watch;

use crate::calls::Calls;
use crate::ground::Ground;
use crate::law;
use crate::ledgers::{self, Compared};
use crate::run::{self, until_rest};
use crate::trace::Trace;
use crate::world::{Setting, World};

/// The interface that binds.
pub const BINDING: &str = "/crm/v2/data/update";
const CALLS_IN_A_WINDOW: u64 = 100;
pub const WINDOW: Duration = Duration::from_secs(20);
/// Orders that are made at one moment.
const AT_ONCE: usize = 500;
const LONGEST_TO_REST: Duration = Duration::from_secs(7 * 24 * 3600);

/// What is drained.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub seed: u64,
    pub customers: usize,
    pub orders: usize,
    pub most_lines: u64,
}

/// What came of it.
#[derive(Debug)]
pub struct Drained {
    /// From the engine's start until the last call of the binding interface.
    pub took: Duration,
    /// What that many calls of the binding interface take at least.
    pub at_least: Duration,
    /// Calls of the binding interface.
    pub binding: u64,
    pub orders: u64,
    /// What was asked for from the engine's start until everything rested, and how long that was.
    pub calls: Calls,
    pub ran: Duration,
    /// What is asked for in an hour in which nothing happens: reading on schedule costs that whatever there is.
    pub idle_hour: Calls,
    /// Whether everything came to rest.
    pub rested: bool,
    pub compared: Compared,
    /// What did not come to rest, and what failed.
    pub restless: Vec<String>,
}

impl Drained {
    /// Whether both sides agree, nothing was refused and everything rests.
    pub fn agrees(&self) -> bool {
        self.rested && self.calls.refused() == 0 && self.compared.differences == 0 && self.restless.is_empty()
    }

    /// Whether it took no longer than the limit's own time and a twentieth.
    pub fn keeps_its_time(&self) -> bool {
        self.took <= self.at_least + self.at_least / 20
    }

    /// Reads of a system for each order, without those that reading on schedule costs anyway.
    pub fn reads_per_order(&self, system: &str) -> f64 {
        let hours = self.ran.as_secs_f64() / 3600.0;
        let idle = self.idle_hour.system(system).reads as f64 * hours;
        (self.calls.system(system).reads as f64 - idle) / self.orders as f64
    }

    /// Writes of a system for each order.
    pub fn writes_per_order(&self, system: &str) -> f64 {
        self.calls.system(system).writes as f64 / self.orders as f64
    }

    /// How much of the vendor's limit was used, in percent.
    pub fn used_percent(&self) -> f64 {
        let windows = self.took.as_secs_f64() / WINDOW.as_secs_f64() + 1.0;
        100.0 * self.binding as f64 / (windows * CALLS_IN_A_WINDOW as f64)
    }
}

/// Lets a company come to rest, makes the orders while nobody syncs, and drains them.
pub fn drain(ground: &Ground, plan: &Plan, each_hour: &mut dyn FnMut(u64, u64)) -> Drained {
    run::alone(play(ground, plan, each_hour))
}

async fn play(ground: &Ground, plan: &Plan, each_hour: &mut dyn FnMut(u64, u64)) -> Drained {
    let setting = Setting::as_shipped(plan.seed, plan.customers);
    let mut world = World::new(ground, &setting, Trace::default()).await;
    world.take_usual_facts();
    let rested = while_it_runs(&world, until_rest(&world, LONGEST_TO_REST)).await;
    assert!(rested, "{:?}", law::restless(&world).await);
    let idle_hour = idle_hour(&world).await;
    make_orders(&world, plan).await;
    let before = Calls::of(&world);
    let started = world.clock.now();
    let (took, rested) = while_it_runs(&world, async {
        let took = drained(&world, each_hour).await;
        (took, until_rest(&world, LONGEST_TO_REST).await)
    })
    .await;
    let calls = Calls::of(&world).since(&before);
    let binding = calls.of_operation("fxiaoke", BINDING);
    let windows = binding.div_ceil(CALLS_IN_A_WINDOW).saturating_sub(1);
    let mut restless = law::restless(&world).await;
    law::stuck(&world, |_| false, &mut restless).await;
    Drained {
        took: took.since(started),
        at_least: WINDOW * u32::try_from(windows).unwrap_or(u32::MAX),
        binding,
        orders: plan.orders as u64,
        calls,
        ran: world.clock.now().since(started),
        idle_hour,
        rested,
        compared: ledgers::compare(&world),
        restless,
    }
}

/// What is asked for in an hour in which nothing happens.
async fn idle_hour(world: &World) -> Calls {
    let before = Calls::of(world);
    let until = world.clock.now() + Duration::from_secs(3600);
    while_it_runs(world, world.clock.sleep_until(until)).await;
    Calls::of(world).since(&before)
}

/// Waits for something while the engine runs.
async fn while_it_runs<T>(world: &World, something: impl Future<Output = T>) -> T {
    let engine = world.engine();
    let (_stop, stopped) = watch::channel(false);
    tokio::select! {
        biased;
        done = something => done,
        ended = engine.run(stopped) => panic!("the engine ended: {ended:?}"),
    }
}

/// Salespeople go on while nobody syncs: so many orders every minute.
async fn make_orders(world: &World, plan: &Plan) {
    let mut left = plan.orders;
    while left > 0 {
        let count = left.min(AT_ONCE);
        let asked = json!({ "count": count, "most_lines": plan.most_lines });
        let made = world.screens.edit(world.now_ms(), "fxiaoke/make_orders", &asked);
        assert!(made.get("error").is_none(), "{made}");
        world.clock.sleep_until(world.clock.now() + Duration::from_secs(60)).await;
        left -= count;
    }
}

/// When the binding interface was called last before it was left alone for half an hour, which is how often open
/// orders are read again.
async fn drained(world: &World, each_hour: &mut dyn FnMut(u64, u64)) -> model::Timestamp {
    const LOOK_EVERY: Duration = Duration::from_secs(1);
    const QUIET: Duration = Duration::from_secs(1800);
    let started = world.clock.now();
    let (mut calls, mut last, mut hours) = (world.calls_of("fxiaoke", BINDING), started, 0);
    while world.clock.now() < last + QUIET {
        world.clock.sleep_until(world.clock.now() + LOOK_EVERY).await;
        let now = world.calls_of("fxiaoke", BINDING);
        if now != calls {
            (calls, last) = (now, world.clock.now());
        }
        if world.clock.now().since(started).as_secs() / 3600 > hours {
            hours += 1;
            each_hour(hours, calls);
        }
    }
    last
}
