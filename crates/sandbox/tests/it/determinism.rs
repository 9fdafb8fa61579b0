//! One seed, one history.

use sandbox::faults::Faults;
use serde_json::json;

use crate::world::World;

/// Every outcome of a busy morning, as text.
fn history(seed: u64) -> String {
    let mut world = World::of(seed, 8);
    let mut lines = String::new();
    world.fxiaoke_credentials();
    world.sandbox.set_switch("fxiaoke", "query_lag", "up_to_10s");
    world.sandbox.set_faults(
        None,
        Faults {
            jitter_ms: 200,
            refused: 50_000,
            answer_lost: 100_000,
            applied_late: 100_000,
            ..Faults::default()
        },
    );
    for n in 0..60 {
        let mut body = world.fxiaoke_credentials();
        body["data"] = match n % 3 {
            0 => json!({ "object_data": { "dataObjectApiName": "AccountObj", "name": format!("苏州客户{n}"),
                "owner": [body["currentOpenUserId"]] } }),
            _ => json!({ "dataObjectApiName": "AccountObj",
                "search_query_info": { "limit": 100, "offset": 0, "filters": [] } }),
        };
        let action = if n % 3 == 0 { "create" } else { "query" };
        let path = format!("/fxiaoke/cgi/crm/v2/data/{action}");
        let outcome = world.call("POST", &path, &[], body.to_string().as_bytes());
        lines.push_str(&format!("{outcome:?}\n"));
        world.pass(700);
    }
    world.sandbox.settle(world.now_ms);
    lines.push_str(&world.control("/fxiaoke/AccountObj", None).to_string());
    lines.push_str(&world.control("/calls", None).to_string());
    lines
}

#[test]
fn the_same_seed_and_calls_give_the_same_bytes() {
    assert_eq!(history(11), history(11));
    assert_ne!(history(11), history(12));
}

#[test]
fn calls_to_one_system_do_not_change_what_another_answers() {
    let quiet = World::new().topapi("v2/department/listsub", json!({}));
    let mut busy = World::new();
    busy.create("AccountObj", json!({ "name": "无锡恒瑞精密机械有限公司" }));
    assert_eq!(busy.topapi("v2/department/listsub", json!({})), quiet);
}
