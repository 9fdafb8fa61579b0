//! What people do at both ends, whenever they like: they change the same customers in the CRM and in the ERP.

use contract::Chance;
use serde_json::{Map, Value, json};

use crate::screens::{list, text};
use crate::world::World;

pub(super) const ACCOUNTS: &str = "fxiaoke/AccountObj";
pub(super) const CUSTOMERS: &str = "kingdee-k3cloud/BD_Customer";

/// One random edit at one of the vendors' screens; now and then both sides edit one customer at the same moment.
pub fn edit(world: &World, number: u64) {
    match world.dice.below(100) {
        0..12 => make(world, number),
        12..50 => change_account(world, &any(world, ACCOUNTS, "_id"), number),
        50..88 => change_customer(world, &any(world, CUSTOMERS, "id"), number),
        _ => {
            if let Some(pair) = any_pair(world) {
                change_account(world, &Some(pair.account), number);
                change_customer(world, &Some(pair.customer), number);
            }
        }
    }
}

/// One customer as both sides know it.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub number: String,
    pub account: String,
    pub customer: String,
    /// Of the customer, in the CRM.
    pub level: String,
}

/// The customers that both sides have, in the order of the CRM.
pub(super) fn pairs(world: &World) -> Vec<Pair> {
    let customers = list(world.screens.read(world.now_ms(), CUSTOMERS));
    let of = |account: &Value| {
        let number = text(&account["account_no"]);
        let customer = customers.iter().find(|customer| text(&customer["FNumber"]) == number)?;
        let (account, level) = (text(&account["_id"]), text(&account["account_level"]));
        Some(Pair { account, customer: text(&customer["id"]), level, number })
    };
    list(world.screens.read(world.now_ms(), ACCOUNTS)).iter().filter_map(of).collect()
}

fn any_pair(world: &World) -> Option<Pair> {
    let pairs = pairs(world);
    (!pairs.is_empty()).then(|| world.dice.pick(&pairs).clone())
}

fn any(world: &World, path: &str, id: &str) -> Option<String> {
    let records = list(world.screens.read(world.now_ms(), path));
    (!records.is_empty()).then(|| text(&world.dice.pick(&records)[id]))
}

fn make(world: &World, number: u64) {
    let fields = json!({
        "name": format!("往来单位{number}有限公司"),
        "account_no": format!("TW{number:05}"),
        "account_level": (1 + world.dice.below(3)).to_string(),
        "credit_limit__c": amount(world),
        "remark": format!("初次登记{number}"),
    });
    post(world, world.now_ms(), ACCOUNTS, &fields);
}

/// Two decimals, of which the ERP keeps none.
fn amount(world: &World) -> String {
    format!("{}.{:02}", world.dice.below(60), world.dice.below(100))
}

fn change_account(world: &World, id: &Option<String>, number: u64) {
    let Some(id) = id else { return };
    let mut fields = Map::new();
    let mut set = |percent: u64, name: &str, value: Value| {
        if world.dice.percent(percent) {
            fields.insert(name.to_owned(), value);
        }
    };
    set(40, "name", json!(format!("客户更名{number}")));
    set(40, "tel", json!(if number.is_multiple_of(5) { String::new() } else { format!("021-{number:08}") }));
    set(30, "remark", json!(format!("销售备注{number}")));
    set(40, "address", json!(format!("上海市{number}号")));
    set(40, "account_level", json!((1 + number % 3).to_string()));
    set(40, "credit_limit__c", json!(amount(world)));
    post(world, world.now_ms(), &format!("{ACCOUNTS}/{id}"), &Value::Object(fields));
}

fn change_customer(world: &World, id: &Option<String>, number: u64) {
    let Some(id) = id else { return };
    let mut fields = Map::new();
    let mut set = |percent: u64, name: &str, value: Value| {
        if world.dice.percent(percent) {
            fields.insert(name.to_owned(), value);
        }
    };
    set(40, "FName", json!(format!("财务更名{number}")));
    set(40, "FTEL", json!(if number.is_multiple_of(7) { String::new() } else { format!("010-{number:08}") }));
    set(30, "FDescription", json!(format!("财务备注{number}")));
    set(40, "FADDRESS", json!(format!("北京市{number}号")));
    set(40, "FZIP", json!(if number.is_multiple_of(2) { "VIP" } else { "STD" }));
    set(40, "FTRANSLEADTIME", json!(number % 61));
    post(world, world.now_ms(), &format!("{CUSTOMERS}/{id}"), &Value::Object(fields));
}

/// An edit at that time by our clock; whether the vendor took it.
pub(super) fn post(world: &World, at_ms: i64, path: &str, body: &Value) -> bool {
    let answer = world.screens.edit(at_ms, path, body);
    world.trace.note(&format!("{at_ms} screen {path} {body} → {answer}"));
    answer.get("error").is_none()
}
