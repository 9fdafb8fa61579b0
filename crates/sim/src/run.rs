//! One run: faults and edits for a while, deaths on the way; then rest, and the law.

use std::time::Duration;

use contract::{Chance, Clock};
use sandbox::faults::Faults;
use tokio::sync::watch;

use crate::business::Business;
use crate::chance::Dice;
use crate::customers;
use crate::dispatch;
use crate::ground::Ground;
use crate::law;
use crate::nodes;
use crate::order_to_cash;
use crate::partners;
use crate::reconciled;
use crate::story;
use crate::trace::Trace;
use crate::world::{Setting, World};

/// How long people edit while things go wrong.
const TURMOIL: Duration = Duration::from_secs(900);
/// How long it may take until everything rests once the faults stop.
const LONGEST_TO_REST: Duration = Duration::from_secs(3 * 3600);
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// What came of a run.
#[derive(Debug, Clone)]
pub struct Report {
    pub seed: u64,
    /// The same for the same seed, whenever and wherever it runs.
    pub trace: u128,
    /// What breaks the law; empty when it holds.
    pub violations: Vec<String>,
    pub deaths: u64,
    pub edits: u64,
    /// Virtual seconds from the end of the faults until everything rested.
    pub rested_after: u64,
    /// The history, line by line, when it was asked for.
    pub lines: Vec<String>,
}

/// Plays what a seed draws, on a runtime of its own.
pub fn run(ground: &Ground, seed: u64, keep_lines: bool) -> Report {
    run_of(ground, &Setting::drawn(seed), keep_lines)
}

/// As [`run`], of a setting that was chosen.
pub fn run_of(ground: &Ground, setting: &Setting, keep_lines: bool) -> Report {
    played(ground, setting, keep_lines, None)
}

/// As [`run`], and the lines end with everything the store knows of the records with that number, id or name.
pub fn run_telling(ground: &Ground, setting: &Setting, of: &str) -> Report {
    played(ground, setting, true, Some(of))
}

fn played(ground: &Ground, setting: &Setting, keep_lines: bool, of: Option<&str>) -> Report {
    alone(play(ground, setting, keep_lines, of))
}

/// Plays to the end, on a runtime of its own whose clock stands still while anything can go on. No part is made to pause
/// by tokio for having done much: how much that is depends on the store, and the history must not.
pub fn alone<P: Future>(play: P) -> P::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without I/O can be made");
    runtime.block_on(tokio::task::unconstrained(play))
}

async fn play(ground: &Ground, setting: &Setting, keep_lines: bool, of: Option<&str>) -> Report {
    let trace = if keep_lines { Trace::keeping() } else { Trace::default() };
    let world = World::new(ground, setting, trace).await;
    world.set_faults(Some(Faults { nonsense: setting.nonsense, ..draw_faults(&world.dice) }));
    let deadly = world.dice.percent(70);
    let (mut deaths, mut edits) = (0, 0);
    let until = world.clock.now() + TURMOIL;
    {
        let people = people(&world, until, &mut edits);
        let engines = engines(&world, deadly, &mut deaths);
        tokio::select! {
            biased;
            () = people => {}
            () = engines => {}
        }
    }
    world.points.draw(0);
    world.set_faults(None);
    let calm = world.clock.now();
    let (rested, quarrels) = tokio::select! {
        biased;
        rested = come_to_rest(&world) => rested,
        () = engines(&world, false, &mut deaths) => (false, Vec::new()),
    };
    let rested_after = world.clock.now().since(calm).as_secs();
    let mut violations = law::violations(&world).await;
    violations.extend(quarrels);
    if !rested {
        violations.extend(law::restless(&world).await);
    }
    if rested {
        violations.extend(reconciled::differing(&world).await);
    }
    let trace = world.trace.hash();
    if let Some(of) = of {
        let story = story::facts(&world, of).await;
        story.iter().for_each(|story| world.trace.note(&format!("{story:#?}")));
    }
    Report { seed: setting.seed, trace, violations, deaths, edits, rested_after, lines: world.trace.lines() }
}

/// One engine after the other, each until it dies; or several side by side.
pub async fn engines(world: &World, deadly: bool, deaths: &mut u64) {
    if world.nodes > 1 {
        return nodes::work(world, deadly, deaths).await;
    }
    loop {
        world.points.draw(if deadly { 40 + world.dice.below(800) } else { 0 });
        let engine = world.engine();
        let (_stop, stopped) = watch::channel(false);
        tokio::select! {
            biased;
            () = world.points.crashed() => {
                *deaths += 1;
                world.trace.note("the process dies");
            }
            ended = engine.run(stopped) => {
                world.trace.note(&format!("the engine ends: {ended:?}"));
                world.clock.sleep_until(world.clock.now() + Duration::from_secs(1)).await;
            }
        }
    }
}

/// People edit until that time.
async fn people(world: &World, until: model::Timestamp, edits: &mut u64) {
    let longest_pause = match world.business {
        Business::Customers | Business::Partners => 30_000,
        Business::OrderToCash | Business::Dispatch => 18_000,
    };
    while world.clock.now() < until {
        let pause = Duration::from_millis(500 + world.dice.below(longest_pause));
        world.clock.sleep_until(world.clock.now() + pause).await;
        *edits += 1;
        match world.business {
            Business::Customers => customers::edits::edit(world, *edits),
            Business::OrderToCash => order_to_cash::edits::edit(world, *edits),
            Business::Partners => partners::edits::edit(world, *edits),
            Business::Dispatch => dispatch::edits::edit(world, *edits),
        }
    }
}

/// Everybody is bound who was not, and people finish what they began; when all rests they try once more what they could not finish and what failed, and what
/// fails then is judged. Where both sides maintain the same, they then quarrel about it: what came out wrong of that is told
/// too.
async fn come_to_rest(world: &World) -> (bool, Vec<String>) {
    if !all_rests(world).await {
        return (false, Vec::new());
    }
    match world.business {
        Business::Partners => match partners::quarrels::play(world, LONGEST_TO_REST).await {
            Some(wrong) => (true, wrong),
            None => (false, Vec::new()),
        },
        _ => (true, Vec::new()),
    }
}

async fn all_rests(world: &World) -> bool {
    if world.business.names_people() {
        world.bind_people(100).await;
    }
    close_books(world);
    if !until_rest(world, LONGEST_TO_REST).await {
        return false;
    }
    for _ in 0..world.business.tries_in_the_end() {
        let finished = close_books(world);
        let decided = world.business == Business::Partners && !partners::law::decide(world).await.is_empty();
        if !(law::try_again(world).await || finished || decided) {
            break;
        }
        if !until_rest(world, LONGEST_TO_REST).await {
            return false;
        }
    }
    true
}

fn close_books(world: &World) -> bool {
    world.business.is_of_orders() && order_to_cash::edits::close_books(world)
}

/// Whether everything came to rest in time: nothing is due, asked for or unread for as long as it takes to read
/// everything once.
pub async fn until_rest(world: &World, longest: Duration) -> bool {
    let deadline = world.clock.now() + longest;
    let reading_round = match world.business {
        Business::Customers | Business::Dispatch | Business::Partners => Duration::from_secs(180),
        // The open documents are read again within five minutes.
        Business::OrderToCash => Duration::from_secs(400),
    };
    // A change made in the last moment is read within an interval, and settles within an overlap.
    world.clock.sleep_until(world.clock.now() + Duration::from_secs(180)).await;
    let mut quiet_since = None;
    while world.clock.now() < deadline {
        let now = world.clock.now();
        quiet_since = if law::rests(world).await { quiet_since.or(Some(now)) } else { None };
        if quiet_since.is_some_and(|since| now.since(since) >= reading_round) {
            return true;
        }
        world.clock.sleep_until(world.clock.now() + LOOK_EVERY).await;
    }
    false
}

/// How wild this run is: each fault is off, rare or frequent.
pub fn draw_faults(dice: &Dice) -> Faults {
    let level = |frequent: u32| match dice.below(3) {
        0 => 0,
        1 => frequent / 5,
        _ => frequent,
    };
    Faults {
        latency_ms: dice.below(200),
        jitter_ms: dice.below(2_000),
        refused: level(30_000),
        answer_lost: level(80_000),
        applied_late: level(40_000),
        late_by_ms: 1 + dice.below(50_000),
        truncated: level(20_000),
        session_lost: level(30_000),
        throttled: level(20_000),
        partial: level(40_000),
        locked: level(30_000),
        ..Faults::default()
    }
}
