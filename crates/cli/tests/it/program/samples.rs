//! Explained, and recorded: what a flow makes of records that are stored here.

use super::Place;
use super::journey::{newcomer, stage};
use super::qiao::{Running, example, files};

const TESTS: &str = "texts/tests/customers-to-erp.yaml";

/// A place where one customer was read, with the example's texts in a folder of their own, and the customer's number.
fn place() -> (Running, Place, String) {
    let (sandbox, address, place) = stage();
    let (id, number) = newcomer(&address);
    assert_eq!(place.run(&["flow", "run", "customers-to-erp", &id]).code, 0);
    for path in files(&example()) {
        let below = path.strip_prefix(example()).expect("below it").to_string_lossy().into_owned();
        place.write(&format!("texts/{below}"), &std::fs::read_to_string(&path).expect("a text"));
    }
    (sandbox, place, number)
}

fn samples(place: &Place) -> String {
    std::fs::read_to_string(place.path(TESTS)).expect("the samples")
}

#[test]
fn a_mapping_is_explained_alone_and_over_a_record() {
    let (_sandbox, place, number) = place();
    let explain = ["flow", "explain", "customers-to-erp"];
    let (zh, en) =
        (["FCustTypeId.FNumber", "值映射 customer-type ← account_type", "必填"], ["value map", "required"]);
    place.says(&explain, 0, &zh, &en);
    let over = [&explain[..], &[number.as_str()]].concat();
    place.says(&over, 0, &["在数据范围内", &number], &["in scope", &number]);
    let ran = place.run(&[&explain[..], &["--json"]].concat());
    let told: serde_json::Value = serde_json::from_str(ran.out.trim()).expect("one line of JSON");
    assert_eq!(told["entries"][0]["field"], "FNumber", "{told}");
    place.says(&["flow", "explain", "customers-to-erp", "没有的"], 1, &["没有的"], &["没有的"]);
}

#[test]
fn a_stored_record_becomes_a_sample_that_holds_and_shows_when_it_changes() {
    let (_sandbox, place, number) = place();
    let record = ["flow", "record", "texts", "customers-to-erp", &number];
    let written = samples(&place);
    place.says(&record, 0, &["新样例"], &["sample as it was"]);
    let recorded = samples(&place);
    assert!(recorded.starts_with(&written), "what people wrote stays");
    assert!(recorded.contains(&format!("- name: {number}")), "{recorded}");
    let tels = recorded[written.len()..].lines().filter(|line| line.trim_start().starts_with("tel:"));
    assert!(tels.clone().all(|line| !line.contains(|c: char| ('1'..='9').contains(&c))), "{recorded}");
    place.says(&["flow", "test", "texts"], 0, &["0 个失败"], &["0 failed"]);

    let flow = std::fs::read_to_string(place.path("texts/flows/customers-to-erp.yaml")).expect("the flow");
    place.write(
        "texts/flows/customers-to-erp.yaml",
        &flow.replace("{ value: \"100\" }", "{ value: \"200\" }"),
    );
    place.says(&["flow", "test", "texts"], 1, &["FCreateOrgId"], &["FCreateOrgId"]);
    place.says(&record, 1, &["+", "\"200\"", "--yes"], &["- ", "\"100\"", "--yes"]);
    assert_eq!(samples(&place), recorded, "nobody said yes");
    let ran = place.run(&[&record[..], &["--yes"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(samples(&place)[written.len()..], recorded[written.len()..].replace("\"100\"", "\"200\""));
}

#[test]
fn the_last_records_are_recorded_with_their_people_when_that_is_asked_for() {
    let (_sandbox, place, number) = place();
    let last = ["flow", "record", "texts", "customers-to-erp", "--last", "3", "--with-personal", "--json"];
    let ran = place.run(&last);
    assert_eq!(ran.code, 0, "{ran:?}");
    let told: serde_json::Value = serde_json::from_str(ran.out.trim()).expect("one line of JSON");
    assert_eq!(told["samples"], serde_json::json!([{ "name": number, "what": "new" }]));
    place.says(&["flow", "test", "texts"], 0, &["0 个失败"], &["0 failed"]);
    place.write("texts/tests/customers-to-erp.yaml", "tests: [{ record: {}, skipped: true }]\n");
    place.says(&last[..7], 3, &["第 1 行"], &["Line 1"]);
}
