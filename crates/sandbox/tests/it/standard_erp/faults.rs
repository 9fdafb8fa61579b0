//! What goes wrong at this ERP, on the dial.

use sandbox::Outcome;
use sandbox::faults::Faults;
use serde_json::{Value, json};

use super::desk::{Desk, SYSTEM, document};

const ALWAYS: u32 = 1_000_000;

/// Six customers, one a second, and the ids in their order.
fn desk_with_six(faults: Faults) -> (Desk, Vec<String>) {
    let mut desk = Desk::new();
    let made = (1..=6).map(|n| {
        desk.world.pass(1_000);
        desk.customer(&format!("青岛海联物流设备第{n}分公司")).0
    });
    let made = made.collect();
    desk.world.sandbox.set_faults(Some(SYSTEM), faults);
    (desk, made)
}

fn page(desk: &mut Desk, end_ms: i64, offset: usize) -> (Vec<String>, i64) {
    let start = crate::world::START_MS;
    let answer = desk.get(&format!(
        "/queryMasterBatch?objAPIName=customer&startTime={start}&endTime={end_ms}&includeDetail=true&offset={offset}&limit=3"
    ));
    let list = answer["data"]["dataList"].as_array().unwrap();
    let ids = list.iter().map(|one| one["masterFieldVal"]["custId"].as_str().unwrap().to_owned());
    (ids.collect(), answer["data"]["totalNum"].as_i64().unwrap())
}

#[test]
fn a_page_repeats_the_last_record_of_the_one_before_and_loses_none() {
    let (mut desk, made) = desk_with_six(Faults { repeated_rows: ALWAYS, ..Faults::default() });
    let end = desk.world.now_ms;
    let (first, total) = page(&mut desk, end, 0);
    let (second, _) = page(&mut desk, end, 3);
    assert_eq!((&first[..], total), (&made[..3], 6));
    assert_eq!(second, made[2..]);
}

#[test]
fn the_number_of_records_is_a_lie() {
    let (mut desk, made) = desk_with_six(Faults { wrong_total: ALWAYS, ..Faults::default() });
    let end = desk.world.now_ms;
    let mut lies = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let (ids, total) = page(&mut desk, end, 0);
        assert_eq!(ids, made[..3]);
        assert_ne!(total, 6);
        lies.insert(total.cmp(&6));
    }
    assert_eq!(lies.len(), 2, "it is too small or too large");
}

#[test]
fn pages_shift_because_somebody_saves_a_record_that_was_read() {
    let (mut desk, made) = desk_with_six(Faults { shifting_pages: ALWAYS, ..Faults::default() });
    let end = desk.world.now_ms;
    desk.world.pass(1_000);
    let (first, _) = page(&mut desk, end, 0);
    let (second, total) = page(&mut desk, end, 3);
    assert_eq!((&first[..], &second[..], total), (&made[..3], &made[4..], 5), "the fourth was skipped");
    desk.world.sandbox.clear_faults();
    let (again, _) = page(&mut desk, end, 0);
    assert!(again.contains(&made[3]), "and is there");
    let now_ms = desk.world.now_ms;
    let (moved, _) = page(&mut desk, now_ms, 3);
    assert!(made[..3].contains(&moved[2]), "what was saved is in a later window");
}

#[test]
fn an_answer_says_that_it_is_something_else() {
    for (form, own) in [
        ("json", "application/json; charset=utf-8"),
        ("xml_gb18030", "application/xml; charset=GB18030"),
        ("text_utf8", "text/plain; charset=UTF-8"),
    ] {
        let mut desk = Desk::with(&[("answer_form", form)]);
        desk.world
            .sandbox
            .set_faults(Some(SYSTEM), Faults { wrong_content_type: ALWAYS, ..Faults::default() });
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..30 {
            let reply = desk.reply("GET", "/queryMasterById?objAPIName=customer&dataId=1", "", b"");
            let (_, label) = reply.headers.iter().find(|(name, _)| name == "Content-Type").unwrap().clone();
            assert_ne!(label, own, "{form}");
            seen.insert(label);
        }
        assert_eq!(seen.len(), 3, "{form}: {seen:?}");
    }
}

#[test]
fn an_answer_is_lost_late_or_an_error_and_the_work_is_done_or_not() {
    let body = document("customer", json!({ "custNo": "KH-1", "custName": "甲" }), json!({})).to_string();
    let made = |desk: &mut Desk| {
        let all = desk.control("/ledger", None);
        all.as_array().unwrap().iter().filter(|made| made["number"] == "KH-1").count()
    };
    for (faults, done) in [
        (Faults { answer_lost: ALWAYS, ..Faults::default() }, 1),
        (Faults { refused: ALWAYS, ..Faults::default() }, 0),
        (Faults { truncated: ALWAYS, ..Faults::default() }, 1),
        (Faults { throttled: ALWAYS, ..Faults::default() }, 0),
        (Faults { timed_out: ALWAYS, ..Faults::default() }, 1),
    ] {
        let mut desk = Desk::new();
        desk.world.sandbox.set_faults(Some(SYSTEM), faults.clone());
        let headers = [("Content-Type", "application/json"), ("token", &*desk.token.clone())];
        let outcome = desk.world.call("POST", "/standard-erp/create", &headers, body.as_bytes());
        let code = match &outcome {
            Outcome::Answered { reply, .. } => crate::world::json_of(reply)["code"].clone(),
            _ => Value::Null,
        };
        let expected = match (faults.throttled > 0, faults.timed_out > 0) {
            (true, _) => json!(3001),
            (_, true) => json!(3002),
            _ => Value::Null,
        };
        assert_eq!(code, expected, "{outcome:?}");
        assert_eq!(made(&mut desk), done, "{faults:?}");
    }
}

#[test]
fn a_late_create_is_done_at_its_time_and_seen_from_then_on() {
    let mut desk = Desk::new();
    let faults = Faults { applied_late: ALWAYS, late_by_ms: 8_000, ..Faults::default() };
    desk.world.sandbox.set_faults(Some(SYSTEM), faults);
    let body = document("customer", json!({ "custNo": "KH-1", "custName": "甲" }), json!({})).to_string();
    let headers = [("Content-Type", "application/json"), ("token", &*desk.token.clone())];
    let outcome = desk.world.call("POST", "/standard-erp/create", &headers, body.as_bytes());
    let Outcome::Unanswered { applied_at_ms } = outcome else { panic!("{outcome:?}") };
    assert_eq!(desk.control("/duplicates", None), json!({}));
    desk.world.now_ms = applied_at_ms + 1_000;
    let shown = desk.control("/customer/KH-1", None);
    assert_eq!(shown["createTime"], applied_at_ms);
}

#[test]
fn a_locked_record_is_not_updated_and_a_slow_answer_takes_its_time() {
    let (mut desk, made) = desk_with_six(Faults { locked: ALWAYS, ..Faults::default() });
    let answer = desk.update("customer", json!({ "custId": made[0], "tel": "1" }), json!({}));
    assert_eq!(answer["code"], 3003);
    assert_eq!(desk.control(&format!("/customer/{}", made[0]), None)["rowVersion"], 1);
    desk.world.sandbox.set_faults(Some(SYSTEM), Faults { latency_ms: 30_000, ..Faults::default() });
    let path = format!("/standard-erp/queryMasterById?objAPIName=customer&dataId={}", made[0]);
    let outcome = desk.world.call("GET", &path, &[("token", &*desk.token.clone())], b"");
    assert!(matches!(outcome, Outcome::Answered { after_ms: 30_000, .. }), "{outcome:?}");
}

#[test]
fn what_was_refused_is_counted_by_its_code_whatever_form_it_had() {
    let mut desk = Desk::with(&[("answer_form", "xml_gb18030"), ("success_code", "text_success")]);
    desk.reply("POST", "/create", "application/json", b"{}");
    desk.reply("GET", "/queryMasterById?objAPIName=customer&dataId=1", "", b"");
    let calls = desk.world.sandbox.calls();
    let (create, query) = (calls[SYSTEM].of("/create"), calls[SYSTEM].of("/queryMasterById"));
    assert_eq!(create.refused.get("1003"), Some(&1));
    assert_eq!((query.calls, query.refused.len()), (1, 0));
}
