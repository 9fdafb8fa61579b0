//! Wishes: asked for until they are read.

use model::record::RecordKey;

use super::given::*;
use crate::store::{Incoming, Ingest, Reading};

fn read_for_wishes(incoming: Vec<Incoming>, absent: &[&str]) -> Ingest {
    let absent = absent.iter().map(|id| (*id).into()).collect();
    Ingest { reading: Reading::Wish, absent, ..page(incoming) }
}

async fn handed_out(store: &Fresh) -> Vec<String> {
    store.wishes(&crm(), &accounts(), 10).await.unwrap()
}

pub async fn wishes_are_handed_out_oldest_first_and_once_each(fresh: Making<'_>) {
    let store = fresh().await;
    store.wish(&[account("乙")], later(2)).await.unwrap();
    store.wish(&[account("甲"), account("丙")], later(1)).await.unwrap();
    store.wish(&[account("丙")], later(3)).await.unwrap();
    store.wish(&[RecordKey::new(&crm(), &"ContactObj".into(), "甲")], NOW).await.unwrap();
    assert_eq!(handed_out(&store).await, ["丙", "甲", "乙"]);
    assert_eq!(store.wishes(&crm(), &accounts(), 2).await.unwrap(), ["丙", "甲"]);
    assert_eq!(store.open_wishes().await.unwrap(), 4);
}

pub async fn a_wish_is_open_until_it_was_read(fresh: Making<'_>) {
    let store = fresh().await;
    store.wish(&[account("1"), account("2"), account("3")], NOW).await.unwrap();
    assert_eq!(handed_out(&store).await, ["1", "2", "3"]);
    assert_eq!(handed_out(&store).await, ["1", "2", "3"], "a reader that was lost on the way loses no wish");
    store.ingest(read_for_wishes(vec![incoming("1", 1, "甲")], &["3"])).await.unwrap();
    assert_eq!(handed_out(&store).await, ["2"]);
    assert_eq!(store.open_wishes().await.unwrap(), 1);
}

pub async fn asking_again_while_it_is_read_asks_once_more(fresh: Making<'_>) {
    let store = fresh().await;
    store.wish(&[account("1"), account("2")], NOW).await.unwrap();
    handed_out(&store).await;
    store.wish(&[account("1")], later(1)).await.unwrap();
    store.ingest(read_for_wishes(vec![incoming("1", 1, "甲"), incoming("2", 1, "乙")], &[])).await.unwrap();
    assert_eq!(handed_out(&store).await, ["1"]);
    store.ingest(read_for_wishes(vec![incoming("1", 2, "甲改名")], &[])).await.unwrap();
    assert_eq!(store.open_wishes().await.unwrap(), 0);
}

pub async fn a_page_that_began_before_the_wish_does_not_close_it(fresh: Making<'_>) {
    let store = fresh().await;
    store.wish(&[account("1")], NOW).await.unwrap();
    take_in(&store, vec![incoming("1", 1, "甲")]).await;
    assert_eq!(handed_out(&store).await, ["1"]);
}

pub async fn a_changed_part_asks_for_its_whole(fresh: Making<'_>) {
    let store = fresh().await;
    let part =
        |version, name| Incoming { part_of: Some(account("1")), ..incoming("联系人", version, name) };
    let contacts = |part| Ingest { object: "ContactObj".into(), raise: Vec::new(), ..page(vec![part]) };
    store.ingest(contacts(part(2, "王经理"))).await.unwrap();
    assert_eq!(handed_out(&store).await, ["1"]);
    store.ingest(read_for_wishes(vec![incoming("1", 1, "甲")], &[])).await.unwrap();
    store.ingest(contacts(part(2, "王经理"))).await.unwrap();
    store.ingest(contacts(part(1, "旧联系人"))).await.unwrap();
    assert_eq!(store.open_wishes().await.unwrap(), 0, "neither the same part nor an older one asks");
}
