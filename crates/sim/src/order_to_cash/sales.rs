//! What salespeople do in the CRM: customers, orders with their lines, payments.

use serde_json::{Value, json};

use super::edits::Desk;
use crate::screens::{is_void, text};

const ACCOUNTS: &str = "fxiaoke/AccountObj";
const ORDERS: &str = "fxiaoke/SalesOrderObj";
const LINES: &str = "fxiaoke/SalesOrderProductObj";
const PAYMENTS: &str = "fxiaoke/PaymentObj";
const PAYMENT_LINES: &str = "fxiaoke/OrderPaymentObj";

fn in_force(record: &Value) -> bool {
    !is_void(record)
}

fn id(record: &Value) -> String {
    text(&record["_id"])
}

pub fn new_customer(desk: &Desk) -> Option<Value> {
    let number = desk.number;
    let fields = json!({
        "name": format!("模拟客户{number}有限公司"),
        "owner": salesperson(desk)?,
        "account_type": (1 + desk.below(5)).to_string(),
        "tel": format!("0755-{:07}", desk.below(10_000_000)),
        "address": format!("深圳市南山区科技路{number}号"),
    });
    let made = desk.post(ACCOUNTS, &fields)?;
    for _ in 0..desk.below(3) {
        contact_of(desk, &text(&made["dataId"]));
    }
    Some(made)
}

pub fn change_customer(desk: &Desk) -> Option<Value> {
    let account = desk.any(ACCOUNTS, in_force)?;
    let number = desk.number;
    let fields = match desk.below(3) {
        0 => json!({ "name": format!("更名客户{number}股份公司") }),
        1 => json!({ "tel": format!("021-{number:08}"), "tax_no__c": format!("91440300SIM{number:07}") }),
        _ => json!({ "address": format!("上海市闵行区剑川路{number}号") }),
    };
    desk.post(&format!("{ACCOUNTS}/{}", id(&account)), &fields)
}

pub fn add_contact(desk: &Desk) -> Option<Value> {
    contact_of(desk, &id(&desk.any(ACCOUNTS, in_force)?))
}

fn contact_of(desk: &Desk, account: &str) -> Option<Value> {
    let fields = json!({
        "name": format!("联系人{}", desk.number),
        "account_id": account,
        "mobile1": format!("138{:08}", desk.below(100_000_000)),
    });
    desk.post("fxiaoke/ContactObj", &fields)
}

/// Voiding is left out where the CRM never shows voided records: no reader can know of it then.
pub fn void_customer(desk: &Desk) -> Option<Value> {
    act(desk, ACCOUNTS, "invalid", in_force)
}

fn act(desk: &Desk, table: &str, action: &str, is_fit: impl Fn(&Value) -> bool) -> Option<Value> {
    if !desk.world.shows_voided {
        return None;
    }
    let record = desk.any(table, is_fit)?;
    desk.post(&format!("{table}/{}/{action}", id(&record)), &json!({}))
}

pub fn new_order(desk: &Desk) -> Option<Value> {
    let account = desk.any(ACCOUNTS, in_force)?;
    let lines = match desk.percent(4) {
        true => 20 + desk.below(30),
        false => 1 + desk.below(6),
    };
    let lines: Vec<Value> = (0..lines).filter_map(|_| line(desk)).collect();
    let mut order = json!({
        "account_id": account["_id"], "owner": account["owner"], "order_time": desk.world.now_ms(), "discount": "100",
        "details": { "SalesOrderProductObj": lines },
    });
    if desk.percent(50) {
        order["delivery_date"] = json!(desk.world.now_ms() + 14 * 86_400_000);
        order["remark"] = json!(format!("请送到{}号门", desk.below(9)));
    }
    desk.post(ORDERS, &order)
}

/// A line of a product, now and then at a price of its own.
fn line(desk: &Desk) -> Option<Value> {
    let product = desk.any("fxiaoke/ProductObj", in_force)?;
    let mut line = json!({ "product_id": product["_id"], "quantity": desk.quantity() });
    if desk.percent(30) {
        line["sales_price"] = json!(desk.amount());
    }
    if desk.percent(20) {
        line["remark"] = json!(format!("备注{}", desk.number));
    }
    Some(line)
}

/// The lines in force of an order in force.
fn order_lines(desk: &Desk) -> Option<(String, Vec<Value>)> {
    let order = id(&desk.any(ORDERS, in_force)?);
    let lines = desk.list(&format!("{ORDERS}/{order}/SalesOrderProductObj"));
    Some((order, lines.into_iter().filter(in_force).collect()))
}

fn one_of<'l>(desk: &Desk, lines: &'l [Value]) -> Option<&'l Value> {
    (!lines.is_empty()).then(|| &lines[desk.below(lines.len() as u64) as usize])
}

pub fn change_line(desk: &Desk) -> Option<Value> {
    let (_, lines) = order_lines(desk)?;
    let line = one_of(desk, &lines)?;
    let fields = match desk.below(4) {
        0 => json!({ "sales_price": desk.amount() }),
        1 => json!({ "quantity": desk.quantity(), "sales_price": desk.amount() }),
        2 => json!({ "remark": format!("改备注{}", desk.number) }),
        _ => json!({ "quantity": desk.quantity() }),
    };
    desk.post(&format!("{LINES}/{}", id(line)), &fields)
}

pub fn add_line(desk: &Desk) -> Option<Value> {
    let order = id(&desk.any(ORDERS, in_force)?);
    desk.post(&format!("{ORDERS}/{order}/SalesOrderProductObj"), &line(desk)?)
}

/// Removes a line of an order that keeps another; half of them for good, but where the order does not move with its lines:
/// what is gone before anybody looked is seen by nobody then.
pub fn remove_line(desk: &Desk) -> Option<Value> {
    let (_, lines) = order_lines(desk)?;
    if !desk.world.shows_voided || lines.len() < 2 {
        return None;
    }
    let path = format!("{LINES}/{}", id(one_of(desk, &lines)?));
    let done = desk.post(&format!("{path}/invalid"), &json!({}))?;
    match desk.world.lines_touch_orders && desk.percent(50) {
        true => desk.post(&format!("{path}/delete"), &json!({})),
        false => Some(done),
    }
}

/// Two lines change places: the CRM keeps lines in the order in which they were made, so their contents are exchanged.
pub fn swap_lines(desk: &Desk) -> Option<Value> {
    let (_, lines) = order_lines(desk)?;
    let (first, other) = (one_of(desk, &lines)?, one_of(desk, &lines)?);
    let put = |at: &Value, what: &Value| {
        let fields = json!({ "product_id": what["product_id"], "quantity": what["quantity"],
            "sales_price": what["sales_price"], "unit": what["unit"] });
        desk.post(&format!("{LINES}/{}", id(at)), &fields)
    };
    put(first, other)?;
    put(other, first)
}

pub fn change_order(desk: &Desk) -> Option<Value> {
    let order = id(&desk.any(ORDERS, in_force)?);
    let fields = match desk.below(3) {
        0 => json!({ "account_id": desk.any(ACCOUNTS, in_force)?["_id"] }),
        1 => json!({ "delivery_date": desk.world.now_ms() + desk.below(30) as i64 * 86_400_000 }),
        _ => json!({ "remark": format!("改动{}", desk.number) }),
    };
    desk.post(&format!("{ORDERS}/{order}"), &fields)
}

/// Somebody else looks after the order from now on.
pub fn hand_over_order(desk: &Desk) -> Option<Value> {
    let order = id(&desk.any(ORDERS, in_force)?);
    let owner = salesperson(desk)?;
    desk.post(&format!("{ORDERS}/{order}/change_owner"), &json!({ "owner": owner[0] }))
}

/// One of those who look after customers.
fn salesperson(desk: &Desk) -> Option<Value> {
    Some(desk.any(ACCOUNTS, |_| true)?["owner"].clone())
}

pub fn void_order(desk: &Desk) -> Option<Value> {
    act(desk, ORDERS, "invalid", in_force)
}

pub fn recover_order(desk: &Desk) -> Option<Value> {
    act(desk, ORDERS, "recover", |order| order["life_status"] == "invalid")
}

/// A customer pays one order or two.
pub fn pay(desk: &Desk) -> Option<Value> {
    let order = desk.any(ORDERS, in_force)?;
    let mut orders = vec![order["_id"].clone()];
    if desk.percent(30) {
        let also = desk.any(ORDERS, |other| in_force(other) && other["account_id"] == order["account_id"])?;
        orders.push(also["_id"].clone());
    }
    let lines: Vec<Value> =
        orders.iter().map(|order| json!({ "order_id": order, "payment_amount": desk.amount() })).collect();
    let payment = json!({
        "account_id": order["account_id"], "payment_time": desk.world.now_ms(),
        "payment_term": if desk.percent(70) { "transfer" } else { "cash" },
        "details": { "OrderPaymentObj": lines },
    });
    desk.post(PAYMENTS, &payment)
}

pub fn change_payment(desk: &Desk) -> Option<Value> {
    let line = desk.any(PAYMENT_LINES, in_force)?;
    desk.post(&format!("{PAYMENT_LINES}/{}", id(&line)), &json!({ "payment_amount": desk.amount() }))
}

pub fn void_payment(desk: &Desk) -> Option<Value> {
    act(desk, PAYMENTS, "invalid", in_force)
}
