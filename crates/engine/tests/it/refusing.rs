//! What stops one receipt and no other: a store that does not take what it came to, functions that cannot be run for a
//! day; and how much is stored at once.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use bytes::Bytes;
use model::ReceiptId;
use model::receipt::{Pushed, ReceiptState};
use rusqlite::Connection;
use store::{Key, Mode, Nonces, Options, Role, Sqlite};
use tempfile::TempDir;

use crate::parsing::{Busy, LINES, sender};
use crate::pushing::Sender;
use crate::world::World;

/// A store on a disk, and a second way to its file: what it refuses is told there.
struct Shelf {
    sender: Sender,
    sql: Connection,
    _folder: TempDir,
}

impl Shelf {
    async fn new() -> Shelf {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("qiao.db");
        let options = Options::new(Key::new([7; 32]), Nonces::new(|| [9; 24]));
        let options = Options { role: Role::Command, mode: Mode::Inline, ..options };
        let world = World::on(Arc::new(Sqlite::open(&path, options).unwrap()));
        let sender = Sender::on(world, false, "").await;
        Shelf { sender, sql: Connection::open(path).unwrap(), _folder: folder }
    }

    /// From now on the store fails at what is so.
    fn refuse(&self, event: &str, when: &str) {
        let trigger = format!(
            "create trigger refused before {event} when {when} begin select raise(abort, 'it is refused'); end"
        );
        self.sql.execute_batch(&trigger).unwrap();
    }

    fn refuse_no_more(&self) {
        self.sql.execute_batch("drop trigger refused").unwrap();
    }

    async fn states(&self, ids: &[ReceiptId]) -> Vec<ReceiptState> {
        let receipts = self.sender.world.store().receipts(ids).await.unwrap();
        receipts.into_iter().map(|receipt| receipt.unwrap().state).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_store_does_not_take_fails_alone_and_can_be_parsed_again() {
    let shelf = Shelf::new().await;
    let sender = &shelf.sender;
    shelf.refuse("insert on revision", "new.body like '%毒%'");
    let mut ids = Vec::new();
    for n in 0..20 {
        let name = if n == 3 || n == 12 { "毒" } else { "好店" };
        ids.push(sender.push(&format!("{n}"), &format!(r#"{{"no":"K{n}","name":"{name}"}}"#)).await);
    }
    ids.push(sender.push("12", r#"{"no":"K12","name":"改名"}"#).await);
    sender.world.run(30).await;
    let poisoned = [ids[3], ids[12]];
    for (id, state) in ids.iter().zip(shelf.states(&ids).await) {
        let wanted = if poisoned.contains(id) { ReceiptState::Failed } else { ReceiptState::Parsed };
        assert_eq!(state, wanted, "{id:?}");
    }
    let cause = sender.cause(ids[3]).await;
    let inner = cause.inner().unwrap();
    assert_eq!((&*cause.code, &*inner.code), ("push.not_stored", "store.broken"));
    assert_eq!(sender.body("3").await, None, "all of a receipt, or nothing");
    assert_eq!(sender.world.desk().table("customer").len(), 19);

    shelf.refuse_no_more();
    assert_eq!(sender.world.store().parse_again(&poisoned).await.unwrap(), poisoned);
    sender.world.run(10).await;
    assert_eq!(shelf.states(&poisoned).await, [ReceiptState::Parsed; 2]);
    assert!(sender.body("3").await.unwrap().contains('毒'));
    assert!(sender.body("12").await.unwrap().contains("改名"), "what came since stands");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_as_a_whole_is_waited_for() {
    let shelf = Shelf::new().await;
    shelf.refuse("update on receipt", "new.state > 0");
    let ids = [
        shelf.sender.push("1", r#"{"no":"K1","name":"商店"}"#).await,
        shelf.sender.push("2", r#"{"no":"K2","name":"桥"}"#).await,
    ];
    shelf.sender.world.run(60).await;
    assert_eq!(shelf.states(&ids).await, [ReceiptState::Waiting; 2], "nobody is blamed");
    assert_eq!(shelf.sender.body("1").await, None);
    shelf.refuse_no_more();
    shelf.sender.world.run(5).await;
    assert_eq!(shelf.states(&ids).await, [ReceiptState::Parsed; 2]);
}

#[tokio::test(start_paused = true)]
async fn what_is_stored_at_once_is_bounded_by_what_it_becomes() {
    let shelf = Shelf::new().await;
    // Receipts of a transaction are marked before anything of it is taken in: how much was there is what came before it.
    shelf
        .sql
        .execute_batch(
            "create table noted (receipt integer primary key, before integer not null) strict;
             create trigger noted before update on receipt when new.state = 1 begin
                 insert into noted values (new.id, (select count(*) from arrival));
             end",
        )
        .unwrap();
    let mut ids = Vec::new();
    for name in ["一", "二", "三", "四", "五"] {
        ids.push(shelf.sender.push("1", &format!(r#"{{"many":1200,"name":"{name}"}}"#)).await);
    }
    shelf.sender.world.run(5).await;
    assert_eq!(shelf.states(&ids).await, [ReceiptState::Parsed; 5]);
    let mut find = shelf.sql.prepare("select before from noted order by receipt").unwrap();
    let before: Vec<i64> = find.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(before, [0, 0, 2_400, 2_400, 4_800], "two of them are enough for one transaction");
    for id in ["1-1", "1-1200"] {
        assert!(shelf.sender.body(id).await.unwrap().contains('五'), "the order of arrival holds");
    }
}

#[tokio::test(start_paused = true)]
async fn functions_that_cannot_be_run_for_a_day_keep_nobody_waiting_for_ever() {
    let mut sender = sender(LINES).await;
    let then = sender.world.seams.functions.clone();
    let busy =
        Busy { calls: AtomicUsize::new(0), until: usize::MAX, code: "function.busy", then: then.clone() };
    sender.world.seams.functions = Arc::new(busy);
    let yesterday = sender.world.now() - Duration::from_secs(24 * 60 * 60);
    let pushed = |at, body: &'static str| Pushed {
        connection: "box".into(),
        code: "KH".into(),
        token: "仓库".into(),
        at,
        id: None,
        void: false,
        content_type: None,
        once: None,
        body: Bytes::from_static(body.as_bytes()),
    };
    let store = sender.world.seams.store.clone();
    let old = store.receive(pushed(yesterday, "K1=旧")).await.unwrap();
    let new = store.receive(pushed(sender.world.now(), "K1=新")).await.unwrap();
    sender.world.run(590).await;
    let states = [sender.state(old).await, sender.state(new).await];
    assert_eq!(states, [ReceiptState::Waiting; 2], "a day on which nothing ran says nothing");
    sender.world.run(610).await;
    let states = [sender.state(old).await, sender.state(new).await];
    assert_eq!(states, [ReceiptState::Failed, ReceiptState::Waiting], "each at its time");
    assert_eq!(sender.cause(old).await.code, "function.busy");

    sender.world.seams.functions = then;
    assert_eq!(store.parse_again(&[old]).await.unwrap(), [old]);
    sender.world.run(5).await;
    assert_eq!([sender.state(old).await, sender.state(new).await], [ReceiptState::Parsed; 2]);
    assert_eq!(sender.world.desk().table("customer"), [r#"{"no":"K1","name":"新"}"#]);
}
