//! Several engines on one store: each dies and stands still by itself.

use std::cell::Cell;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use contract::{Chance, Clock};
use engine::{Engine, Options, Seams};
use futures_util::future::join_all;
use tokio::sync::watch;

use crate::chance::Dice;
use crate::points::Points;
use crate::world::World;

/// How long a node stays away that died.
const LONGEST_AWAY: u64 = 60_000;
/// How long a node stands still, as a machine does that is overloaded or being moved: longer than a lease, too.
const LONGEST_PAUSE: u64 = 25_000;
/// How long it works between two pauses.
const LONGEST_WORK: u64 = 200_000;

/// A machine.
struct Node {
    name: String,
    seams: Seams,
    points: Arc<Points>,
    dice: Dice,
}

/// So many nodes work, each until it dies and then again, until this is dropped.
pub async fn work(world: &World, deadly: bool, deaths: &mut u64) {
    let died = Cell::from_mut(deaths);
    let nodes: Vec<Node> = (0..world.nodes).map(|n| node(world, n)).collect();
    join_all(nodes.iter().map(|node| alive_or_dead(world, node, deadly, died))).await;
}

fn node(world: &World, n: u64) -> Node {
    let mut seeds = sandbox::stand_in::Chance::new(world.seed ^ (0x004e_4f44_4500 + n));
    let points = Arc::new(Points::new(seeds.draw()));
    let seams = world.seams_of_node(points.clone(), [seeds.draw(), seeds.draw()]);
    Node { name: format!("节点{n}"), seams, points, dice: Dice::new(seeds.draw()) }
}

async fn alive_or_dead(world: &World, node: &Node, deadly: bool, died: &Cell<u64>) {
    for start in 0_u64.. {
        node.points.draw(if deadly { 40 + node.dice.below(800) } else { 0 });
        let options = Options { owner: format!("{}#{start}", node.name), reads: true };
        let engine = Engine::new(node.seams.clone(), options).beside_others(&node.name, "sim");
        let (_stop, stopped) = watch::channel(false);
        tokio::select! {
            biased;
            () = node.points.crashed() => {
                died.set(died.get() + 1);
                world.trace.note(&format!("{} dies", node.name));
            }
            () = with_pauses(world, node, deadly, async { drop(engine.run(stopped).await) }) => {
                world.trace.note(&format!("{} ends", node.name));
            }
        }
        let away = Duration::from_millis(1_000 + node.dice.below(LONGEST_AWAY));
        world.clock.sleep_until(world.clock.now() + away).await;
    }
}

/// Lets it work and stand still in turn. While it stands still nothing of it goes on, though time does.
async fn with_pauses(world: &World, node: &Node, pauses: bool, work: impl Future<Output = ()>) {
    let mut work = pin!(work);
    if !pauses {
        return work.await;
    }
    loop {
        let until = world.clock.now() + Duration::from_millis(1_000 + node.dice.below(LONGEST_WORK));
        tokio::select! {
            biased;
            () = &mut work => return,
            () = world.clock.sleep_until(until) => {}
        }
        let pause = Duration::from_millis(1 + node.dice.below(LONGEST_PAUSE));
        world.trace.note(&format!("{} stands still for {} ms", node.name, pause.as_millis()));
        world.clock.sleep_until(world.clock.now() + pause).await;
    }
}
