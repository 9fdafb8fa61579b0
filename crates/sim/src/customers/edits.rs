//! What people do while it runs: they make, change and void customers and contacts, and maintain the ERP by hand.

use contract::Chance;
use serde_json::{Value, json};

use crate::world::World;

/// One random edit at one of the vendors' screens. The vendor may refuse it; then nothing happened.
pub fn edit(world: &World, number: u64) {
    let dice = &world.dice;
    match dice.below(100) {
        0..20 => create_customer(world, number),
        20..55 => change_customer(world, number),
        55..70 => create_contact(world, number),
        70..82 => change_contact(world, number),
        82..88 => act(world, "ContactObj", "invalid"),
        88..92 => act(world, "AccountObj", "invalid"),
        92..95 => act(world, "AccountObj", "recover"),
        _ => maintain_erp(world, number),
    }
}

fn create_customer(world: &World, number: u64) {
    let fields = json!({
        "name": format!("模拟客户{number}有限公司"),
        "account_no": format!("SIM{number:05}"),
        "tel": format!("0755-{:07}", world.dice.below(10_000_000)),
        "remark": format!("版本1-{number}"),
    });
    let made = post(world, "fxiaoke/AccountObj", &fields);
    let Some(id) = made["dataId"].as_str().or(made["data_id"].as_str()) else { return };
    for _ in 0..world.dice.below(3) {
        add_contact(world, id, number);
    }
}

fn change_customer(world: &World, number: u64) {
    let Some(id) = any_id(world, "AccountObj") else { return };
    let mut fields = serde_json::Map::new();
    fields.insert("remark".into(), json!(format!("改动{number}")));
    if world.dice.percent(40) {
        fields.insert("name".into(), json!(format!("更名客户{number}股份公司")));
    }
    if world.dice.percent(30) {
        let tel = if world.dice.percent(30) { String::new() } else { format!("021-{number:08}") };
        fields.insert("tel".into(), json!(tel));
    }
    post(world, &format!("fxiaoke/AccountObj/{id}"), &Value::Object(fields));
}

fn create_contact(world: &World, number: u64) {
    if let Some(account) = any_id(world, "AccountObj") {
        add_contact(world, &account, number);
    }
}

fn add_contact(world: &World, account: &str, number: u64) {
    let fields = json!({
        "name": format!("联系人{number}"),
        "account_id": account,
        "mobile1": format!("138{:08}", world.dice.below(100_000_000)),
    });
    post(world, "fxiaoke/ContactObj", &fields);
}

fn change_contact(world: &World, number: u64) {
    let Some(id) = any_id(world, "ContactObj") else { return };
    let mut fields = serde_json::Map::new();
    fields.insert("name".into(), json!(format!("联系人改{number}")));
    if world.dice.percent(20)
        && let Some(account) = any_id(world, "AccountObj")
    {
        fields.insert("account_id".into(), json!(account));
    }
    post(world, &format!("fxiaoke/ContactObj/{id}"), &Value::Object(fields));
}

/// Voiding is left out where the CRM never shows voided records: no reader can know of it then.
fn act(world: &World, object: &str, action: &str) {
    if !world.shows_voided {
        return;
    }
    if let Some(id) = any_id(world, object) {
        post(world, &format!("fxiaoke/{object}/{id}/{action}"), &json!({ "by": "person" }));
    }
}

/// Somebody in the ERP fills in what no flow maps: it must survive.
fn maintain_erp(world: &World, number: u64) {
    let customers = world.screens.read(world.now_ms(), "kingdee-k3cloud/BD_Customer");
    let Some(customer) =
        customers.as_array().filter(|list| !list.is_empty()).map(|list| world.dice.pick(list))
    else {
        return;
    };
    let Some(id) = customer["FCUSTID"].as_i64() else { return };
    let fields = json!({ "FADDRESS": format!("人工维护的地址{number}") });
    post(world, &format!("kingdee-k3cloud/BD_Customer/{id}"), &fields);
}

fn any_id(world: &World, object: &str) -> Option<String> {
    let records = world.screens.read(world.now_ms(), &format!("fxiaoke/{object}"));
    let records = records.as_array()?;
    (!records.is_empty()).then(|| world.dice.pick(records))?["_id"].as_str().map(str::to_owned)
}

fn post(world: &World, path: &str, body: &Value) -> Value {
    let answer = world.screens.edit(world.now_ms(), path, body);
    world.trace.note(&format!("{} screen {path} {body} → {answer}", world.now_ms()));
    answer
}
