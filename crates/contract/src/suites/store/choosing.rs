//! What people chose where both sides were edited.

use model::TaskId;

use super::given::{Making, later};
use crate::store::{Choice, Take};

fn choice(task: i64, field: &str, take: Take, of: &str) -> Choice {
    Choice { task: TaskId(task), field: field.into(), take, of: of.into(), at: later(7) }
}

pub async fn the_last_choice_about_a_field_counts(fresh: Making<'_>) {
    let store = fresh().await;
    store
        .choose(&[choice(2, "客户名称", Take::Source, "甲"), choice(1, "FTEL", Take::Target, "乙")])
        .await
        .unwrap();
    store.choose(&[]).await.unwrap();
    store
        .choose(&[choice(2, "客户名称", Take::Target, "丙"), choice(2, "FTEL", Take::Source, "丁")])
        .await
        .unwrap();
    let kept = store.choices(&[TaskId(1), TaskId(2), TaskId(3)]).await.unwrap();
    let expected = [
        choice(1, "FTEL", Take::Target, "乙"),
        choice(2, "FTEL", Take::Source, "丁"),
        choice(2, "客户名称", Take::Target, "丙"),
    ];
    assert_eq!(kept, expected);
    assert!(store.choices(&[]).await.unwrap().is_empty());
    assert!(store.choices(&[TaskId(4)]).await.unwrap().is_empty());
}
