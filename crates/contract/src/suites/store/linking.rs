//! Finding links by either side.

use model::link::LinkSide;

use super::given::*;
use crate::store::{LinkSides, Opening, Settlement};

fn targets(ids: &[&str]) -> LinkSides {
    LinkSides { connection: erp(), object: customers(), ids: ids.iter().map(|id| (*id).into()).collect() }
}

pub async fn links_are_found_by_either_side_in_order(fresh: impl AsyncFn() -> Fresh) {
    let store = fresh().await;
    let lease = lease(&store).await;
    ready(&store, &["1", "2"]).await;
    let one = carry_over(&store, &lease, "1", "100001").await;
    let two = carry_over(&store, &lease, "2", "100002").await;
    let by_source = store.by_source(&[side("2"), side("3"), side("1")]).await.unwrap();
    assert_eq!(
        by_source.iter().map(|link| link.as_ref().map(|link| link.id)).collect::<Vec<_>>(),
        [Some(two), None, Some(one)]
    );
    let by_target = store.by_target(&targets(&["100009", "100002"])).await.unwrap();
    assert_eq!(by_target, [None, by_source[0].clone()]);
    let elsewhere = LinkSides { object: "BD_Supplier".into(), ..targets(&["100001"]) };
    assert_eq!(store.by_target(&elsewhere).await.unwrap(), [None]);
}

pub async fn a_side_without_an_object_gives_the_first_filled_link(fresh: impl AsyncFn() -> Fresh) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    let opening = |object: &str| Opening { target_object: object.into(), ..creation(&task, "1") };
    let openings = vec![opening("BD_Supplier"), opening("BD_Customer"), opening("BD_Other")];
    let opened = store.open(&lease, openings).await.unwrap();
    let any = LinkSide { target_object: None, ..side("1") };
    let first = store.by_source(std::slice::from_ref(&any)).await.unwrap().remove(0).unwrap();
    assert_eq!(first.id, opened[0].link, "none is filled: the first");
    for n in [2, 1] {
        let target = format!("10000{n}");
        let filling = Settlement { link: Some(fills(opened[n].link, &target, &target)), ..synced(&task) };
        settle(&store, &lease, vec![filling]).await;
        let found = store.by_source(std::slice::from_ref(&any)).await.unwrap().remove(0).unwrap();
        assert_eq!(found.id, opened[n].link, "the first that is filled");
    }
}
