//! A company's months, replayed: people work their office hours, the engine runs day and night, and in the end both
//! ledgers are compared to the cent.
//!
//! Nothing goes wrong here: no faults, no deaths. What this shows is that a whole half-year of a company's business,
//! with the flows of `examples/order-to-cash` as they ship, ends in agreement, and what it costs in calls.

mod calendar;
mod desk;
mod fate;
mod lawful;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use contract::{Chance, Clock};
use model::Timestamp;
use tokio::sync::watch;

use crate::business::Pace;
use crate::calls::Calls;
use crate::chance::Dice;
use crate::ground::Ground;
use crate::law;
use crate::ledgers::{self, Compared};
use crate::run::{self, until_rest};
use crate::story;
use crate::trace::Trace;
use crate::world::{Setting, World};
use calendar::{Day, day_of, in_office, is_working};
use desk::{Act, Desk, Said};

pub use desk::Done;

/// Lines of an order, at most.
const MOST_LINES: u64 = 6;
/// How long something is put off that cannot be done yet.
const PUT_OFF: Duration = Duration::from_secs(1800);
/// How long it may take until everything rests once people have gone home for good.
const LONGEST_TO_REST: Duration = Duration::from_secs(36 * 3600);
/// A customer is edited for each so many orders.
const ORDERS_FOR_A_CUSTOMER_EDIT: usize = 20;

/// What is replayed.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub seed: u64,
    pub customers: usize,
    pub orders: usize,
    pub days: Day,
    /// How often what is open is read again, among other things.
    pub pace: Pace,
}

/// What came of it.
#[derive(Debug)]
pub struct Replayed {
    pub trace: u128,
    pub done: Done,
    pub calls: Calls,
    /// Virtual seconds from the last act until everything rested; `None` when it did not.
    pub rested_after: Option<u64>,
    pub compared: Compared,
    /// What did not come to rest, and what failed.
    pub restless: Vec<String>,
    /// What happened to the record that was asked for.
    pub story: Vec<String>,
}

impl Replayed {
    /// Whether both ledgers are equal and everything rests.
    pub fn agrees(&self) -> bool {
        self.rested_after.is_some() && self.compared.differences == 0 && self.restless.is_empty()
    }
}

/// Replays the plan. How both ledgers stand each Sunday at midnight, when nothing was done for two days, is told.
pub fn replay(ground: &Ground, plan: &Plan, each_week: &mut dyn FnMut(Day, &Done, &Compared)) -> Replayed {
    run::alone(play(ground, plan, None, each_week))
}

/// As [`replay`], and what happened to the record with that number, id or name is told in the end.
pub fn replay_telling(
    ground: &Ground,
    plan: &Plan,
    of: &str,
    each_week: &mut dyn FnMut(Day, &Done, &Compared),
) -> Replayed {
    run::alone(play(ground, plan, Some(of), each_week))
}

async fn play(
    ground: &Ground,
    plan: &Plan,
    story_of: Option<&str>,
    each_week: &mut dyn FnMut(Day, &Done, &Compared),
) -> Replayed {
    let setting = Setting { pace: plan.pace, ..Setting::as_shipped(plan.seed, plan.customers) };
    let trace = if story_of.is_some() { Trace::keeping() } else { Trace::default() };
    let mut world = World::new(ground, &setting, trace).await;
    world.take_usual_facts();
    let engine = world.engine();
    let (_stop, stopped) = watch::channel(false);
    let mut desk = Desk::open(&world, MOST_LINES);
    let rested_after = tokio::select! {
        biased;
        rested_after = months(&world, plan, &mut desk, each_week) => rested_after,
        ended = engine.run(stopped) => panic!("the engine ended: {ended:?}"),
    };
    let mut restless = law::restless(&world).await;
    law::stuck(&world, lawful::is_told_too_often, &mut restless).await;
    let story = match story_of {
        Some(text) => story::of(&world, text).await,
        None => Vec::new(),
    };
    Replayed {
        trace: world.trace.hash(),
        done: desk.done,
        calls: Calls::of(&world),
        rested_after,
        compared: ledgers::compare(&world),
        restless,
        story,
    }
}

/// People work until the last day is over; then it is waited for rest.
async fn months(
    world: &World,
    plan: &Plan,
    desk: &mut Desk,
    each_week: &mut dyn FnMut(Day, &Done, &Compared),
) -> Option<u64> {
    let mut agenda = Agenda::of(plan, &world.dice);
    let end = calendar::at(plan.days, 0, 0);
    let mut monday = 7;
    while let Some((at, act)) = agenda.next(end) {
        if day_of(at) >= monday {
            world.clock.sleep_until(calendar::at(monday, 0, 0)).await;
            each_week(monday, &desk.done, &ledgers::compare(world));
            monday += 7;
        }
        world.clock.sleep_until(at).await;
        let order = desk.done.orders as usize;
        match desk.act(world, act) {
            Said::NotYet => agenda.add(at + PUT_OFF, act),
            Said::Done if act == Act::Order => {
                fate::of_order(order, at, &world.dice).into_iter().for_each(|(at, act)| agenda.add(at, act));
            }
            Said::Done => {}
        }
    }
    // What is open was read once more by then.
    world.clock.sleep_until(end + plan.pace.rereads()).await;
    let rests = until_rest(world, LONGEST_TO_REST).await;
    rests.then(|| world.clock.now().since(end).as_secs())
}

/// What is to be done, in the order of its times.
#[derive(Default)]
struct Agenda(BinaryHeap<Reverse<(Timestamp, u64, Act)>>, u64);

impl Agenda {
    /// The orders and customer edits of all working days.
    fn of(plan: &Plan, dice: &Dice) -> Agenda {
        let working: Vec<Day> = (0..plan.days).filter(|day| is_working(*day)).collect();
        let mut agenda = Agenda::default();
        let customer_edits = plan.orders / ORDERS_FOR_A_CUSTOMER_EDIT;
        let acts = [(Act::Order, plan.orders), (Act::EditCustomer, customer_edits)];
        for (act, count) in acts {
            for _ in 0..count {
                let day = working[dice.below(working.len() as u64) as usize];
                agenda.add(in_office(day, dice), act);
            }
        }
        agenda
    }

    fn add(&mut self, at: Timestamp, act: Act) {
        self.1 += 1;
        self.0.push(Reverse((at, self.1, act)));
    }

    /// The next thing to be done before that time.
    fn next(&mut self, end: Timestamp) -> Option<(Timestamp, Act)> {
        let Reverse((at, _, act)) = self.0.pop()?;
        (at < end).then_some((at, act))
    }
}
