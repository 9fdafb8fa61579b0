//! States of the tenant and limits of the gateway (`protocols/fxiaoke.md` §3).

use sandbox::faults::Faults;
use serde_json::json;

use crate::world::World;

#[test]
fn states_of_the_tenant_have_their_codes() {
    for (state, code) in [
        (json!({ "data_access_approved": false }), 20020),
        (json!({ "api_package": false }), 30003),
        (json!({ "app_stopped": true }), 20021),
        (json!({ "daily_quota": 1 }), 30002),
        (json!({ "calls_per_window": 0 }), 30004),
    ] {
        let mut world = World::new();
        world.fxiaoke_credentials();
        world.control("/fxiaoke/tenant", Some(state.clone()));
        assert_eq!(world.crm("query", json!({}))["errorCode"], code, "{state}");
    }
}

#[test]
fn a_tenant_without_a_package_hears_the_words_of_the_seed_article() {
    let mut world = World::new();
    world.fxiaoke_credentials();
    world.control("/fxiaoke/tenant", Some(json!({ "api_package": false })));
    let message = world.crm("query", json!({}))["errorMessage"].to_string();
    assert!(message.contains("has no openapi quote currently!"), "{message}");
}

#[test]
fn an_operator_outside_the_visible_range_is_refused() {
    let mut world = World::new();
    world.fxiaoke_credentials();
    let mobile = world.connection("fxiaoke")["admin_mobile"].clone();
    world.control("/fxiaoke/tenant", Some(json!({ "hidden_mobiles": [mobile] })));
    assert_eq!(world.crm("query", json!({}))["errorCode"], 20014);
}

#[test]
fn one_hundred_calls_of_an_interface_fit_into_20_seconds() {
    let mut world = World::new();
    world.fxiaoke_credentials();
    let departments =
        |world: &mut World| world.fxiaoke("/cgi/department/list", json!({}))["errorCode"].clone();
    for _ in 0..100 {
        assert_eq!(departments(&mut world), 0);
        world.pass(1);
    }
    assert_eq!(departments(&mut world), 30004);
    assert_eq!(
        world.fxiaoke("/cgi/user/list", json!({ "departmentId": 999999 }))["errorCode"],
        0,
        "another interface"
    );
    world.pass(20_000);
    assert_eq!(departments(&mut world), 0);
}

#[test]
fn the_daily_quota_returns_at_midnight() {
    let mut world = World::new();
    world.fxiaoke_credentials();
    world.sandbox.set_faults(None, Faults { quota: 3, ..Faults::default() });
    let code = |world: &mut World| world.fxiaoke("/cgi/department/list", json!({}))["errorCode"].clone();
    assert_eq!(
        [code(&mut world), code(&mut world)],
        [json!(0), json!(0)],
        "one was spent on the administrator"
    );
    assert_eq!(code(&mut world), 30002);
    // From 15:00 to 00:00 of the next day. The token has died meanwhile.
    world.pass(9 * 3_600_000);
    let mut fresh = World::new();
    fresh.sandbox = world.sandbox;
    fresh.now_ms = world.now_ms;
    assert_eq!(code(&mut fresh), 0);
}

#[test]
fn the_dial_throttles_within_the_limits() {
    let mut world = World::with("fxiaoke", &[("throttle_code", "14001")]);
    world.fxiaoke_credentials();
    world.sandbox.set_faults(None, Faults { throttled: 1_000_000, ..Faults::default() });
    assert_eq!(world.crm("query", json!({}))["errorCode"], 14001);
}

#[test]
fn an_approval_holds_a_new_record_until_somebody_decides() {
    let mut world = World::new();
    world.control("/fxiaoke/tenant", Some(json!({ "approval_on_create": ["AccountObj"] })));
    let id = world.create("AccountObj", json!({ "name": "南通天越纺织品有限公司" }));
    assert_eq!(world.get("AccountObj", &id)["data"]["life_status"], "under_review");
    assert_ne!(world.update("AccountObj", &id, json!({ "tel": "0513-1" }))["errorCode"], 0);
    world.control(&format!("/fxiaoke/AccountObj/{id}/approve"), Some(json!({})));
    assert_eq!(world.get("AccountObj", &id)["data"]["life_status"], "normal");
    assert_eq!(world.update("AccountObj", &id, json!({ "tel": "0513-1" }))["errorCode"], 0);
}
