//! The fault dial, acted out by the sandbox.

use sandbox::Outcome;
use sandbox::faults::Faults;
use serde_json::{Value, json};

use crate::world::World;

const ALWAYS: u32 = 1_000_000;

/// Creates one customer under some faults; what the caller saw.
fn create_under(faults: Faults) -> (World, Outcome) {
    let mut world = World::new();
    let mut body = world.fxiaoke_credentials();
    body["data"] = json!({ "object_data": { "dataObjectApiName": "AccountObj", "name": "宁波宏达五金制品有限公司",
        "owner": [body["currentOpenUserId"]] } });
    assert!(world.sandbox.set_faults(Some("fxiaoke"), faults));
    let outcome = world.call("POST", "/fxiaoke/cgi/crm/v2/data/create", &[], body.to_string().as_bytes());
    world.sandbox.clear_faults();
    (world, outcome)
}

fn created(world: &mut World) -> usize {
    world
        .query(
            "AccountObj",
            json!({ "filters": [{ "field_name": "name", "operator": "EQ", "field_values": ["宁波宏达五金制品有限公司"] }] }),
        )
        .len()
}

#[test]
fn a_refused_call_is_a_gateway_page_and_changes_nothing() {
    let (mut world, outcome) = create_under(Faults { refused: ALWAYS, latency_ms: 30, ..Faults::default() });
    let Outcome::Refused { reply, after_ms: 30 } = outcome else { panic!("{outcome:?}") };
    assert_eq!(reply.status, 502);
    assert!(String::from_utf8_lossy(&reply.body).contains("502 Bad Gateway"));
    assert_eq!(created(&mut world), 0);
}

#[test]
fn a_lost_answer_leaves_the_record_behind() {
    let (mut world, outcome) = create_under(Faults { answer_lost: ALWAYS, ..Faults::default() });
    assert_eq!(outcome, Outcome::Lost { after_ms: 0 });
    assert_eq!(created(&mut world), 1);
}

#[test]
fn a_cut_answer_arrives_by_half_and_leaves_the_record_behind() {
    let (mut world, outcome) = create_under(Faults { truncated: ALWAYS, ..Faults::default() });
    let Outcome::Truncated { reply, arrived, .. } = outcome else { panic!("{outcome:?}") };
    assert!(arrived > 0 && arrived < reply.body.len());
    assert!(serde_json::from_slice::<Value>(&reply.body[..arrived]).is_err());
    assert_eq!(created(&mut world), 1);
}

#[test]
fn nonsense_is_no_answer_whether_it_was_done_or_not() {
    let mut seen = std::collections::BTreeSet::new();
    let mut world = World::new();
    let mut body = world.fxiaoke_credentials();
    body["data"] =
        json!({ "dataObjectApiName": "AccountObj", "search_query_info": { "limit": 5, "offset": 0 } });
    world.sandbox.set_faults(None, Faults { nonsense: ALWAYS, ..Faults::default() });
    for _ in 0..60 {
        let operation = ["query", "get"][seen.len() % 2];
        let path = format!("/fxiaoke/cgi/crm/v2/data/{operation}");
        let outcome = world.call("POST", &path, &[], body.to_string().as_bytes());
        let Outcome::Answered { reply, .. } = outcome else { panic!("{outcome:?}") };
        assert_eq!(reply.status, 200);
        seen.insert(match serde_json::from_slice::<Value>(&reply.body) {
            Ok(answer) => {
                assert_eq!(answer["data"]["dataList"].is_array(), operation == "get", "another's: {answer}");
                "another's"
            }
            Err(_) if reply.body.is_empty() => "nothing",
            Err(_) if reply.body.starts_with(b"<") => "a page",
            Err(_) => "half",
        });
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
    let (mut done, mut undone) = (0, 0);
    for n in 0..20 {
        body["data"] = json!({ "object_data": { "dataObjectApiName": "AccountObj", "name": format!("胡言公司{n}"),
            "owner": [body["currentOpenUserId"]] } });
        world.call("POST", "/fxiaoke/cgi/crm/v2/data/create", &[], body.to_string().as_bytes());
        world.sandbox.clear_faults();
        let filter =
            json!({ "field_name": "name", "operator": "EQ", "field_values": [format!("胡言公司{n}")] });
        match world.query("AccountObj", json!({ "filters": [filter] })).len() {
            0 => undone += 1,
            rows => done += rows,
        }
        world.sandbox.set_faults(None, Faults { nonsense: ALWAYS, ..Faults::default() });
    }
    assert!(done > 0 && undone > 0 && done + undone == 20, "{done} {undone}");
}

#[test]
fn a_late_write_appears_at_its_time_and_not_before() {
    let (mut world, outcome) =
        create_under(Faults { applied_late: ALWAYS, late_by_ms: 8_000, ..Faults::default() });
    let Outcome::Unanswered { applied_at_ms } = outcome else { panic!("{outcome:?}") };
    assert!(applied_at_ms > world.now_ms && applied_at_ms <= world.now_ms + 8_000);
    assert_eq!(world.sandbox.next_due(), Some(applied_at_ms));
    assert_eq!(created(&mut world), 0);
    world.now_ms = applied_at_ms - 1;
    assert_eq!(created(&mut world), 0, "one millisecond early");
    world.now_ms = applied_at_ms + 5_000;
    assert_eq!(created(&mut world), 1);
    let row = &world.query(
        "AccountObj",
        json!({ "filters": [
        { "field_name": "name", "operator": "LIKE", "field_values": "宏达" }] }),
    )[0];
    assert_eq!(row["create_time"], applied_at_ms, "written at its own time, not when somebody looked");
    assert_eq!(world.sandbox.next_due(), None);
}

#[test]
fn settling_does_the_late_work_now() {
    let (mut world, _) = create_under(Faults { applied_late: ALWAYS, ..Faults::default() });
    world.sandbox.settle(world.now_ms);
    assert_eq!(created(&mut world), 1);
}

#[test]
fn reading_is_never_lost_nor_late() {
    let mut world = World::new();
    world.fxiaoke_credentials();
    let faults = Faults { answer_lost: ALWAYS, applied_late: ALWAYS, ..Faults::default() };
    world.sandbox.set_faults(None, faults);
    assert_eq!(world.query("AccountObj", json!({})).len(), 12);
}

#[test]
fn the_vendors_own_time_out_comes_after_the_write() {
    let (mut world, outcome) = create_under(Faults { timed_out: ALWAYS, ..Faults::default() });
    let Outcome::Answered { reply, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(crate::world::json_of(&reply)["errorCode"], 50009);
    assert_eq!(created(&mut world), 1);
}

#[test]
fn the_vendors_clock_may_be_wrong() {
    let (mut world, _) = create_under(Faults { clock_skew_ms: 90_000, ..Faults::default() });
    let row = &world.query(
        "AccountObj",
        json!({ "filters": [
        { "field_name": "name", "operator": "LIKE", "field_values": "宏达" }] }),
    )[0];
    assert_eq!(row["create_time"], world.now_ms + 90_000);
}

#[test]
fn the_dial_of_one_system_leaves_the_others_alone() {
    let mut world = World::new();
    world.sandbox.set_faults(Some("fxiaoke"), Faults { refused: ALWAYS, ..Faults::default() });
    let answer = world.topapi("v2/department/listsub", json!({}));
    assert_eq!(answer["errcode"], 0);
    assert!(!world.sandbox.set_faults(Some("sap"), Faults::default()), "no such system");
}

#[test]
fn what_was_spent_can_be_read() {
    let (mut world, _) = create_under(Faults { answer_lost: ALWAYS, ..Faults::default() });
    world.try_create("AccountObj", json!({ "name": "" }));
    let calls = world.sandbox.calls();
    let count = calls["fxiaoke"].of("/crm/v2/data/create");
    assert_eq!((count.calls, count.answer_lost), (2, 1));
    assert_eq!(count.refused.values().sum::<u64>(), 1, "{count:?}");
    assert_eq!(calls["fxiaoke"].total(), 4, "two creates, one token, one administrator");
    assert_eq!(calls["dingtalk"].total(), 0);
}

#[test]
fn a_path_below_no_system_is_not_found() {
    let mut world = World::new();
    for path in ["/", "/fxiaokex/cgi/user/list", "/sap/odata"] {
        assert_eq!(world.reply("POST", path, &[], b"{}").status, 404, "{path}");
    }
}
