//! `/_sandbox/…`.

use serde_json::{Value, json};

use crate::world::{World, json_of};

#[test]
fn faults_are_read_and_set_whole_or_for_one_system() {
    let mut world = World::new();
    world.control("/faults", Some(json!({ "answer_lost": 50_000 })));
    world.control("/faults/dingtalk", Some(json!({ "latency_ms": 250 })));
    assert_eq!(world.control("/faults/fxiaoke", None)["answer_lost"], 50_000);
    assert_eq!(world.control("/faults/dingtalk", None)["answer_lost"], 0);
    assert_eq!(world.control("/faults/dingtalk", None)["latency_ms"], 250);
    world.control("/faults/dingtalk", Some(Value::Null));
    assert_eq!(world.control("/faults", None)["answer_lost"], 50_000);
}

#[test]
fn wrong_control_calls_say_what_is_wrong() {
    let mut world = World::new();
    for (method, path, body, status) in [
        ("POST", "/faults", r#"{"answer_lots":1}"#, 400),
        ("POST", "/faults", "{", 400),
        ("GET", "/faults/sap", "", 404),
        ("POST", "/fxiaoke/switches", r#"{"update_details":"maybe"}"#, 400),
        ("GET", "/fxiaoke/NoSuchObj", "", 404),
        ("DELETE", "/faults", "", 405),
    ] {
        let reply = world.sandbox.control(world.now_ms, method, &format!("/_sandbox{path}"), body.as_bytes());
        assert_eq!(reply.status, status, "{method} {path}");
        assert!(json_of(&reply)["error"].is_string(), "{method} {path}");
    }
}

#[test]
fn every_switch_has_a_name_a_sentence_and_values_that_can_be_set() {
    let mut world = World::new();
    let all = world.sandbox.switches();
    assert!(all["fxiaoke"].len() >= 15 && all["dingtalk"].len() >= 5 && all["standard-erp"].len() >= 30);
    for (system, switches) in all {
        for switch in switches {
            assert!(switch.about.ends_with('.') && switch.about.contains('§'), "{}", switch.name);
            assert!(switch.values.len() >= 2, "{}", switch.name);
            for value in switch.values.iter().rev() {
                assert!(world.sandbox.set_switch(system, switch.name, value));
                let list = world.control(&format!("/{system}/switches"), None);
                let shown =
                    list.as_array().unwrap().iter().find(|shown| shown["name"] == switch.name).unwrap();
                assert_eq!(shown["value"], *value, "{system} {}", switch.name);
            }
            assert!(!world.sandbox.set_switch(system, switch.name, "no such value"));
        }
        assert!(!world.sandbox.set_switch(system, "no_such_switch", "on"));
    }
}

#[test]
fn the_overview_and_the_counts_name_every_system() {
    let mut world = World::new();
    world.fxiaoke_credentials();
    let overview = world.control("/", None);
    assert_eq!(overview["systems"]["fxiaoke"]["calls"], 2);
    let calls = world.control("/calls", None);
    assert_eq!(calls["fxiaoke"]["/user/getByMobile"]["calls"], 1);
    assert!(calls["dingtalk"].is_object());
}

#[test]
fn a_person_at_the_screens_edits_under_the_vendors_rules() {
    let mut world = World::new();
    let made = world.control("/fxiaoke/AccountObj", Some(json!({ "name": "成都百川食品有限公司" })));
    let id = made["dataId"].as_str().unwrap().to_string();
    let before = world.control(&format!("/fxiaoke/AccountObj/{id}"), None);
    assert_eq!((&before["owner"], &before["version"]), (&json!(["1000"]), &json!("1")));
    world.pass(5_000);
    world.control(&format!("/fxiaoke/AccountObj/{id}"), Some(json!({ "tel": "028-66668888" })));
    let after = world.control(&format!("/fxiaoke/AccountObj/{id}"), None);
    assert_eq!((&after["tel"], &after["version"]), (&json!("028-66668888"), &json!("2")));
    assert_eq!(after["last_modified_time"], world.now_ms);
    world.control(&format!("/fxiaoke/AccountObj/{id}/invalid"), Some(json!({})));
    assert_eq!(world.control(&format!("/fxiaoke/AccountObj/{id}"), None)["life_status"], "invalid");
    let path = format!("/_sandbox/fxiaoke/AccountObj/{id}");
    let refused = world.sandbox.control(world.now_ms, "POST", &path, "{\"tel\":\"1\"}".as_bytes());
    assert_eq!(refused.status, 400, "a voided record is not edited");
}

#[test]
fn what_is_printed_has_the_members_that_callers_need() {
    let world = World::new();
    for (system, below, members) in [
        ("fxiaoke", "", &["base_url", "app_id", "app_secret", "permanent_code", "admin_mobile"][..]),
        (
            "kingdee-k3cloud",
            "/k3cloud",
            &["base_url", "acct_id", "username", "password", "app_id", "app_secret", "lcid", "org_number"],
        ),
        ("dingtalk", "", &["base_url", "api_base_url", "app_key", "app_secret", "agent_id"]),
        ("standard-erp", "", &["base_url", "token", "objects"]),
    ] {
        let connection = world.connection(system);
        let names: Vec<&str> = connection.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, members, "{system}");
        assert_eq!(connection["base_url"], format!("http://sandbox.example/{system}{below}"));
    }
}

#[test]
fn a_state_changes_whole_or_not_at_all() {
    let mut world = World::new();
    for (system, state) in [("fxiaoke", "tenant"), ("dingtalk", "organisation")] {
        let path = format!("/_sandbox/{system}/{state}");
        let body = br#"{"hidden_mobiles":["13800000000"],"no_such_member":1}"#;
        assert_eq!(world.sandbox.control(world.now_ms, "POST", &path, body).status, 400, "{system}");
        assert_eq!(
            world.control(&format!("/{system}/{state}"), None)["hidden_mobiles"],
            json!([]),
            "{system}"
        );
    }
}
