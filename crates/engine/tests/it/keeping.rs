//! What is kept, for how long; what is made of a backup; a clock that was set back.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use contract::Clock;
use contract::store::Part;
use engine::upkeep::{round, would_go};
use engine::{Engine, Options, Retention};
use model::Timestamp;
use model::record::RecordKey;
use store::backup::{Halt, Place, Sealing, back_up, restore};
use store::{Key, Mode, Nonces, Sqlite};
use tokio::sync::watch;

use crate::world::World;

const CUSTOMERS: &str = "kind: flow\nname: customers\nsource: { connection: box, object: account }\n\
    target: { connection: box, object: customer, key: no }\nmap:\n  no: no\n  name: name\n";

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// The world's store as a file.
fn on_disk(path: &Path) -> Arc<Sqlite> {
    let options = store::Options::new(Key::new([7; 32]), Nonces::new(|| [5; 24]));
    Arc::new(Sqlite::open(path, store::Options { mode: Mode::Inline, ..options }).unwrap())
}

/// A customer that is renamed on each of some days.
async fn renamed(world: &World, days: u64) {
    for day in 0..days {
        let name = format!("桥梁公司第{day}天 {}", "联系人、".repeat(60));
        world.save("account", "1", &format!(r#"{{"no":"K1","name":"{name}"}}"#));
        world.run(60).await;
        world.seams.clock.sleep_until(world.now() + Duration::from_secs(DAY)).await;
    }
}

async fn versions_left(world: &World) -> Vec<i64> {
    let key = RecordKey::new(&"box".into(), &"account".into(), "1");
    let now = world.store().find(&[key]).await.unwrap().remove(0).unwrap();
    let asked: Vec<_> = (1..=now.revision).map(|revision| (now.id, revision)).collect();
    let found = world.store().versions(&asked).await.unwrap();
    found.into_iter().flatten().map(|version| version.revision).collect()
}

#[tokio::test(start_paused = true)]
async fn what_is_older_than_the_days_goes_while_the_engine_runs() {
    let world = World::with(&[("customers", CUSTOMERS)]).await;
    renamed(&world, 5).await;
    assert_eq!(versions_left(&world).await, [1, 2, 3, 4, 5]);
    let retention = Retention { days: 3, size: u64::MAX };
    let going = would_go(world.store(), retention.before(world.now())).await.unwrap();
    assert_eq!(going[3], (Part::Versions, 3));
    assert_eq!(versions_left(&world).await, [1, 2, 3, 4, 5], "it was only looked");
    let options = Options { owner: "甲".into(), reads: true };
    let engine = Engine::new(world.seams.clone(), options).keeping(retention);
    let (stop, stopped) = watch::channel(false);
    let until = world.now() + Duration::from_secs(2 * HOUR);
    let stopping = async {
        world.seams.clock.sleep_until(until).await;
        stop.send_replace(true);
    };
    let (ended, ()) = tokio::join!(engine.run(stopped), stopping);
    ended.unwrap();
    assert_eq!(versions_left(&world).await, [4, 5]);
    assert_eq!(world.standing().await, ["customers 1 synced"]);
    let story = world.store().trace("1", 1).await.unwrap().remove(0);
    assert!(story.purged.is_some());
}

#[tokio::test(start_paused = true)]
async fn what_is_too_much_goes_by_the_oldest_days_and_never_the_last() {
    let world = World::with(&[("customers", CUSTOMERS)]).await;
    renamed(&world, 6).await;
    let used = world.store().storage().await.unwrap().used;
    let done = round(&world.seams, Retention { days: 90, size: used }).await.unwrap();
    assert_eq!((done.removed, done.packed), (0, 5), "what fits stays, packed");
    assert_eq!(versions_left(&world).await, [1, 2, 3, 4, 5, 6]);
    round(&world.seams, Retention { days: 90, size: 1 }).await.unwrap();
    assert_eq!(versions_left(&world).await, [6]);
    assert_eq!(world.standing().await, ["customers 1 synced"]);
}

#[tokio::test(start_paused = true)]
async fn after_a_restore_no_document_is_made_a_second_time() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file, new) =
        (folder.path().join("qiao.db"), folder.path().join("b.qiao"), folder.path().join("new.db"));
    let mut world = World::new();
    world.seams.store = on_disk(&path);
    let texts = [("connection", "box", crate::world::CONNECTION), ("flow", "customers", CUSTOMERS)];
    assert!(!world.apply(&texts).await.is_refused());
    world.save("account", "1", r#"{"no":"K1","name":"备份之前"}"#);
    world.run(30).await;
    let sealing = Sealing { passphrase: None, nonces: Nonces::new(|| [5; 24]) };
    back_up(Place::Sqlite(&path), &file, world.now(), None, &sealing, &Halt::default()).unwrap();
    world.save("account", "2", r#"{"no":"K2","name":"备份之后"}"#);
    world.run(30).await;
    assert_eq!(world.desk().table("customer").len(), 2);
    restore(&file, Place::Sqlite(&new), false, "x", &sealing).unwrap();
    world.seams.store = on_disk(&new);
    // What is read again, and what somebody changes.
    world.save("account", "1", r#"{"no":"K1","name":"又改了名"}"#);
    world.save("account", "2", r#"{"no":"K2","name":"也改了名"}"#);
    world.run(60).await;
    assert_eq!(world.standing().await, ["customers 1 synced", "customers 2 synced"]);
    assert_eq!(world.desk().table("customer").len(), 2, "it was found by its key and taken as ours");
}

/// A clock that was set back.
struct Behind(Arc<dyn Clock>, Duration);

#[async_trait]
impl Clock for Behind {
    fn now(&self) -> Timestamp {
        self.0.now() - self.1
    }

    async fn sleep_until(&self, at: Timestamp) {
        self.0.sleep_until(at + self.1).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_set_back_a_day_between_two_starts_loses_nothing_and_lets_nothing_wait_for_a_day() {
    let mut world = World::with(&[("customers", CUSTOMERS)]).await;
    world.save("account", "1", r#"{"no":"K1","name":"之前"}"#);
    world.run(60).await;
    world.seams.clock = Arc::new(Behind(world.seams.clock.clone(), Duration::from_secs(DAY)));
    // The source's clock was right all along, and ours is now as right as it.
    world.save("account", "2", r#"{"no":"K2","name":"之后"}"#);
    world.run(60).await;
    assert_eq!(world.standing().await, ["customers 1 synced", "customers 2 synced"]);
}
