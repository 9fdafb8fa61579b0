//! `queryMasterBatch`: windows, pages and what can be seen (`protocols/standard-erp.md §2`).

use serde_json::{Value, json};

use super::desk::Desk;
use crate::world::START_MS;

/// Five customers, one a second; the ids in their order.
fn five(desk: &mut Desk) -> Vec<String> {
    let made = (1..=5).map(|n| {
        desk.world.pass(1_000);
        desk.customer(&format!("宁波宏达五金制品第{n}分公司")).0
    });
    made.collect()
}

fn ids(answer: &Value) -> Vec<String> {
    let list = answer["data"]["dataList"].as_array().expect("a list");
    list.iter().map(|one| one["masterFieldVal"]["custId"].as_str().unwrap().to_owned()).collect()
}

fn between(desk: &mut Desk, start_ms: i64, end_ms: i64) -> Value {
    desk.get(&format!(
        "/queryMasterBatch?objAPIName=customer&startTime={start_ms}&endTime={end_ms}&includeDetail=true&offset=0&limit=100"
    ))
}

#[test]
fn pages_follow_each_other_to_a_short_one() {
    let mut desk = Desk::new();
    let made = five(&mut desk);
    let mut read = Vec::new();
    for (offset, count) in [(0, 2), (2, 2), (4, 1), (6, 0)] {
        let page = desk.window("customer", &format!("&offset={offset}&limit=2"));
        assert_eq!(page["data"]["totalNum"], 5);
        assert_eq!(ids(&page).len(), count);
        read.extend(ids(&page));
    }
    assert_eq!(read, made);
}

#[test]
fn a_changed_record_comes_again_in_its_new_window_and_only_there() {
    let mut desk = Desk::new();
    let made = five(&mut desk);
    desk.world.pass(60_000);
    desk.update("customer", json!({ "custId": made[1], "tel": "0574-87654321" }), json!({}));
    let now_ms = desk.world.now_ms;
    assert_eq!(
        ids(&between(&mut desk, START_MS, START_MS + 10_000)),
        [&*made[0], &*made[2], &*made[3], &*made[4]]
    );
    assert_eq!(ids(&between(&mut desk, now_ms, now_ms)), [made[1].clone()]);
}

#[test]
fn the_ends_of_the_window_belong_to_it_or_do_not() {
    for (way, found) in [("closed", [2, 3, 4]), ("end_exclusive", [2, 3, 0]), ("start_exclusive", [3, 4, 0])]
    {
        let mut desk = Desk::with(&[("window", way)]);
        let made = five(&mut desk);
        let read = ids(&between(&mut desk, START_MS + 2_000, START_MS + 4_000));
        let expected: Vec<&String> = found.iter().filter(|n| **n > 0).map(|n| &made[n - 1]).collect();
        assert_eq!(read.iter().collect::<Vec<_>>(), expected, "{way}");
    }
}

#[test]
fn rows_come_in_the_order_of_the_switch() {
    for way in ["by_time", "by_id", "newest_first"] {
        let mut desk = Desk::with(&[("row_order", way)]);
        let made = five(&mut desk);
        desk.world.pass(1_000);
        desk.update("customer", json!({ "custId": made[0], "tel": "0574-87654321" }), json!({}));
        let order = match way {
            "by_time" => [1, 2, 3, 4, 0],
            "by_id" => [0, 1, 2, 3, 4],
            _ => [0, 4, 3, 2, 1],
        };
        assert_eq!(
            ids(&desk.window("customer", "&offset=0&limit=10")),
            order.map(|n| made[n].clone()),
            "{way}"
        );
    }
}

#[test]
fn a_new_record_is_seen_after_a_while_by_both_queries() {
    for (seconds, lag_ms) in [("0", 0), ("2", 2_000), ("10", 10_000)] {
        let mut desk = Desk::with(&[("visible_after_seconds", seconds)]);
        let (id, _) = desk.customer("温州凯越纺织品有限公司");
        if lag_ms > 0 {
            desk.world.pass(lag_ms - 1);
            assert_eq!(desk.window("customer", "&offset=0&limit=10")["data"]["totalNum"], 0);
            assert_eq!(desk.by_id("customer", &id)["data"], Value::Null);
            desk.world.pass(1);
        }
        assert_eq!(
            ids(&desk.window("customer", "&offset=0&limit=10")),
            std::slice::from_ref(&id),
            "{seconds}"
        );
        assert_eq!(
            desk.by_id("customer", &id)["data"]["masterFieldVal"]["lastModified"],
            "2026-11-24 15:00:00"
        );
    }
}

#[test]
fn voided_records_are_shown_or_hidden_and_voiding_moves_them_or_not() {
    for shown in ["shown", "hidden"] {
        for modified in ["moved", "unchanged"] {
            let mut desk = Desk::with(&[("voided_rows", shown), ("modified_on_void", modified)]);
            let (id, _) = desk.customer("台州立信机电设备有限公司");
            desk.world.pass(5_000);
            desk.control(&format!("/customer/{id}/void"), Some(json!({})));
            let now_ms = desk.world.now_ms;
            let found = ids(&between(&mut desk, now_ms, now_ms)).len();
            assert_eq!(found, usize::from(shown == "shown" && modified == "moved"), "{shown} {modified}");
            let one = desk.by_id("customer", &id)["data"].clone();
            match shown {
                "shown" => assert_eq!(one["masterFieldVal"]["status"], "9"),
                _ => assert_eq!(one, Value::Null),
            }
        }
    }
}

#[test]
fn the_largest_page_is_clipped_or_refused() {
    let mut desk = Desk::new();
    assert_eq!(desk.window("customer", "&offset=0&limit=501")["code"], 0);
    let mut desk = Desk::with(&[("over_limit", "refused")]);
    assert_eq!(desk.window("customer", "&offset=0&limit=501")["code"], 1003);
    assert_eq!(desk.window("customer", "&offset=0&limit=500")["code"], 0);
}

#[test]
fn details_are_left_out_when_nobody_asks_for_them() {
    let mut desk = Desk::new();
    let id = desk.order()["masterDataId"].as_str().unwrap().to_owned();
    let one = desk.get(&format!("/queryMasterById?objAPIName=saleOrder&dataId={id}&includeDetail=false"));
    assert_eq!(one["data"].get("detailFieldVals"), None);
    let end = desk.world.now_ms;
    let list = desk.get(&format!(
        "/queryMasterBatch?objAPIName=saleOrder&startTime={end}&endTime={end}&includeDetail=false&offset=0&limit=10"
    ));
    assert_eq!(list["data"]["dataList"][0].get("detailFieldVals"), None);
}

#[test]
fn a_question_that_is_none_is_refused() {
    let mut desk = Desk::new();
    for (query, code) in [
        ("startTime=0&endTime=1&offset=0&limit=1", 1003),
        ("objAPIName=vendor&startTime=0&endTime=1&offset=0&limit=1", 1004),
        ("objAPIName=customer&endTime=1&offset=0&limit=1", 1003),
        ("objAPIName=customer&startTime=2&endTime=1&offset=0&limit=1", 1003),
        ("objAPIName=customer&startTime=2026-11-24&endTime=1&offset=0&limit=1", 1003),
        ("objAPIName=customer&startTime=0&endTime=1&offset=-1&limit=1", 1003),
        ("objAPIName=customer&startTime=0&endTime=1&offset=0&limit=0", 1003),
        ("objAPIName=customer&startTime=0&endTime=1&offset=0", 1003),
        ("objAPIName=customer&startTime=0&endTime=1&offset=0&limit=1&includeDetail=yes", 1003),
    ] {
        assert_eq!(desk.get(&format!("/queryMasterBatch?{query}"))["code"], code, "{query}");
    }
    for (query, code) in [("objAPIName=customer", 1003), ("dataId=1", 1003), ("objAPIName=甲&dataId=1", 1004)]
    {
        assert_eq!(desk.get(&format!("/queryMasterById?{query}"))["code"], code, "{query}");
    }
}
