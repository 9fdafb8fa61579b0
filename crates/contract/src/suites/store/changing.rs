//! What changed in a span of time.

use model::Timestamp;

use super::given::*;
use crate::store::{Changed, ChangedAsk, Incoming, Ingest};

/// Accounts as they were taken in at that time.
async fn taken_in(store: &Fresh, at: Timestamp, incoming: Vec<Incoming>) {
    store.ingest(Ingest { at, ..page(incoming) }).await.unwrap();
}

/// So many of the accounts that changed between the seconds, behind so many.
async fn changed(store: &Fresh, span: (i64, i64), offset: usize, limit: usize) -> Changed {
    let ask = ChangedAsk {
        connection: crm(),
        object: accounts(),
        from: later(span.0),
        to: later(span.1),
        offset,
        limit,
        most: 100,
    };
    store.changed(&ask).await.unwrap().expect("there are no more than are looked through")
}

fn ids(changed: &Changed) -> Vec<&str> {
    changed.records.iter().map(|record| &*record.key.id).collect()
}

pub async fn what_changed_in_a_span_is_told_once_in_order(fresh: Making<'_>) {
    let store = fresh().await;
    taken_in(&store, later(0), vec![incoming("丙", 1, "旧名"), incoming("甲", 1, "甲公司")]).await;
    taken_in(&store, later(10), vec![incoming("丙", 2, "新名"), incoming("乙", 1, "乙公司")]).await;
    taken_in(&store, later(20), vec![incoming("甲", 1, "甲公司"), incoming("丁", 1, "丁公司")]).await;
    let all = changed(&store, (0, 20), 0, 9).await;
    assert_eq!((ids(&all), all.total), (vec!["甲", "丙", "乙", "丁"], 4), "甲 did not change again");
    assert_eq!(all.records[1].name.as_deref(), Some("新名"));
    let edges = changed(&store, (10, 10), 0, 9).await;
    assert_eq!((ids(&edges), edges.total), (vec!["丙", "乙"], 2), "closed on both ends");
    let none = changed(&store, (11, 19), 0, 9).await;
    assert_eq!((ids(&none), none.total), (vec![], 0));
    let elsewhere = ChangedAsk {
        connection: erp(),
        object: accounts(),
        from: later(0),
        to: later(20),
        offset: 0,
        limit: 9,
        most: 100,
    };
    assert_eq!(store.changed(&elsewhere).await.unwrap().unwrap().total, 0);
    let other = ChangedAsk { connection: crm(), object: customers(), ..elsewhere };
    assert_eq!(store.changed(&other).await.unwrap().unwrap().total, 0);
}

pub async fn a_span_in_which_too_much_changed_is_not_looked_through(fresh: Making<'_>) {
    let store = fresh().await;
    taken_in(&store, later(0), vec![incoming("甲", 1, "甲"), incoming("乙", 1, "乙")]).await;
    taken_in(&store, later(10), vec![incoming("甲", 2, "甲改名")]).await;
    let ask = |to: i64, most: usize| ChangedAsk {
        connection: crm(),
        object: accounts(),
        from: later(0),
        to: later(to),
        offset: 0,
        limit: 9,
        most,
    };
    assert_eq!(store.changed(&ask(10, 3)).await.unwrap().map(|changed| changed.total), Some(2));
    assert_eq!(store.changed(&ask(10, 2)).await.unwrap(), None);
    assert_eq!(
        store.changed(&ask(5, 2)).await.unwrap().map(|changed| changed.total),
        Some(2),
        "a shorter one"
    );
    let of_nothing = ChangedAsk { object: customers(), ..ask(10, 2) };
    assert_eq!(store.changed(&of_nothing).await.unwrap(), None, "it costs as much");
}

pub async fn pages_of_what_changed_fit_together(fresh: Making<'_>) {
    let store = fresh().await;
    taken_in(&store, later(0), (0..7).map(|n| incoming(&n.to_string(), 1, &format!("客户{n}"))).collect())
        .await;
    let mut told = Vec::new();
    for offset in [0, 3, 6, 9] {
        let page = changed(&store, (0, 0), offset, 3).await;
        assert_eq!(page.total, 7);
        told.extend(ids(&page).into_iter().map(str::to_owned));
    }
    assert_eq!(told, ["0", "1", "2", "3", "4", "5", "6"]);
}

pub async fn a_later_change_moves_nothing_in_a_span_that_is_past(fresh: Making<'_>) {
    let store = fresh().await;
    taken_in(
        &store,
        later(0),
        vec![incoming("甲", 1, "甲"), incoming("乙", 1, "乙"), incoming("丙", 1, "丙")],
    )
    .await;
    let first = changed(&store, (0, 5), 0, 2).await;
    taken_in(&store, later(60), vec![incoming("甲", 2, "甲改名")]).await;
    let second = changed(&store, (0, 5), 2, 2).await;
    assert_eq!((ids(&first), ids(&second)), (vec!["甲", "乙"], vec!["丙"]));
    let again = changed(&store, (0, 5), 0, 1).await;
    assert_eq!((again.records[0].name.as_deref(), again.total), (Some("甲改名"), 3), "as it is now");
}
