//! What the warehouse, purchasing and finance do in the ERP.

use serde_json::{Value, json};

use super::edits::Desk;
use crate::screens::text;

const ERP: &str = "kingdee-k3cloud";
const ORDERS: &str = "kingdee-k3cloud/SAL_SaleOrder";
const NOTICES: &str = "kingdee-k3cloud/SAL_DELIVERYNOTICE";
const DELIVERIES: &str = "kingdee-k3cloud/SAL_OUTSTOCK";
const RECEIVABLES: &str = "kingdee-k3cloud/AR_receivable";
const PRODUCTS: &str = "kingdee-k3cloud/BD_MATERIAL";
const WAREHOUSES: &str = "kingdee-k3cloud/BD_STOCK";
const LEADS: &str = "kingdee-k3cloud/BD_CommonContact";

/// The forms whose documents people leave un-audited for a while.
const UNFINISHED: &[&str] =
    &["SAL_SaleOrder", "SAL_OUTSTOCK", "SAL_DELIVERYNOTICE", "BD_MATERIAL", "BD_STOCK", "BD_CommonContact"];

fn is_audited(document: &Value) -> bool {
    document["FDocumentStatus"] == "C"
}

/// Whether a person un-audited it, or saved it and left it: what is in the middle of a write of ours looks the same,
/// and people do audit what they find.
fn is_unfinished(document: &Value) -> bool {
    matches!(document["FDocumentStatus"].as_str(), Some("A" | "B" | "D")) && document["FCancelStatus"] != "B"
}

fn id(document: &Value) -> String {
    text(&document["id"])
}

fn path(table: &str, document: &Value) -> String {
    format!("{table}/{}", id(document))
}

/// A part of the rows with a part of their quantities, or all that is left.
fn some_lines(desk: &Desk, document: &Value, entity: &str) -> Value {
    let rows = crate::screens::list(document[entity].clone());
    if desk.percent(35) {
        return Value::Null;
    }
    let part = |_| match desk.below(3) {
        0 => "0.5".to_owned(),
        _ => (1 + desk.below(8)).to_string(),
    };
    let lines: Vec<Value> = rows
        .iter()
        .enumerate()
        .filter(|_| desk.percent(60))
        .map(|(at, row)| json!({ "row": at + 1, "quantity": part(row) }))
        .collect();
    if lines.is_empty() { Value::Null } else { json!(lines) }
}

pub fn notify(desk: &Desk) -> Option<Value> {
    let order = desk.any(ORDERS, is_audited)?;
    let lines = some_lines(desk, &order, "FSaleOrderEntry");
    desk.post(&format!("{}/notify", path(ORDERS, &order)), &json!({ "lines": lines }))
}

pub fn deliver(desk: &Desk) -> Option<Value> {
    let order = desk.any(ORDERS, is_audited)?;
    let mut body = json!({ "lines": some_lines(desk, &order, "FSaleOrderEntry") });
    if desk.percent(40) {
        body["carriage_no"] = json!(format!("SF{:010}", desk.number));
    }
    if desk.percent(30) {
        body["stock"] = desk.any(WAREHOUSES, is_audited)?["FNumber"].clone();
    }
    desk.post(&format!("{}/deliver", path(ORDERS, &order)), &body)
}

pub fn deliver_notice(desk: &Desk) -> Option<Value> {
    let notice = desk.any(NOTICES, is_audited)?;
    desk.post(&format!("{}/deliver", path(NOTICES, &notice)), &json!({}))
}

pub fn invoice(desk: &Desk) -> Option<Value> {
    let delivery = desk.any(DELIVERIES, is_audited)?;
    desk.post(&format!("{}/invoice", path(DELIVERIES, &delivery)), &json!({}))
}

pub fn receive_payment(desk: &Desk) -> Option<Value> {
    let table = if desk.percent(50) { RECEIVABLES } else { ORDERS };
    let bill = desk.any(table, is_audited)?;
    let body = if desk.percent(50) { json!({ "amount": desk.amount() }) } else { json!({}) };
    desk.post(&format!("{}/receive_payment", path(table, &bill)), &body)
}

pub fn count_stock(desk: &Desk) -> Option<Value> {
    let product = desk.any(PRODUCTS, is_audited)?;
    let warehouse = desk.any(WAREHOUSES, is_audited)?;
    let counted = json!({ "quantity": desk.quantity(), "stock": warehouse["FNumber"] });
    desk.post(&format!("{}/count_stock", path(PRODUCTS, &product)), &counted)
}

pub fn close_order(desk: &Desk) -> Option<Value> {
    let order = desk.any(ORDERS, |order| is_audited(order) && order["FCloseStatus"] == "A")?;
    desk.post(&format!("{}/BillClose", path(ORDERS, &order)), &json!({}))
}

pub fn open_order(desk: &Desk) -> Option<Value> {
    let order = desk.any(ORDERS, |order| order["FCloseStatus"] == "B")?;
    desk.post(&format!("{}/BillUnClose", path(ORDERS, &order)), &json!({}))
}

/// Finance un-audits an order and fills in what no flow maps, or adds a row of its own; it audits it now or later.
pub fn finance_edits_order(desk: &Desk) -> Option<Value> {
    let order = desk.any(ORDERS, is_audited)?;
    let path = path(ORDERS, &order);
    desk.post(&format!("{path}/unaudit"), &json!({}))?;
    if desk.percent(70) {
        desk.post(&path, &json!({ "FReceiveAddress": format!("财务补录的地址{}", desk.number) }));
    } else {
        let product = desk.any(PRODUCTS, is_audited)?;
        let row = json!({ "FMaterialId": product["FNumber"], "FUnitID": product["FBaseUnitId"], "FQty": "1",
            "FTaxPrice": "10", "FEntryNote": format!("财务{}", desk.number) });
        desk.post(&format!("{path}/FSaleOrderEntry"), &row);
    }
    if desk.percent(60) {
        audit(desk, &path);
    }
    Some(order)
}

/// Whether the ERP let it be audited.
fn audit(desk: &Desk, path: &str) -> bool {
    desk.post(&format!("{path}/submit"), &json!({}));
    desk.post(&format!("{path}/audit"), &json!({})).is_some()
}

/// The warehouse takes a delivery back to mend it; it audits it now or later.
pub fn take_back_delivery(desk: &Desk) -> Option<Value> {
    let delivery = desk.any(DELIVERIES, is_audited)?;
    let path = path(DELIVERIES, &delivery);
    desk.post(&format!("{path}/unaudit"), &json!({}))?;
    if desk.percent(60) {
        desk.post(&path, &json!({ "FCarriageNO": format!("YT{:010}", desk.number) }));
    }
    if desk.percent(50) {
        audit(desk, &path);
    }
    Some(delivery)
}

/// Somebody goes on with what lies un-audited.
pub fn finish(desk: &Desk) -> Option<Value> {
    let form = UNFINISHED[desk.below(UNFINISHED.len() as u64) as usize];
    let table = format!("{ERP}/{form}");
    let document = desk.any(&table, is_unfinished)?;
    audit(desk, &path(&table, &document));
    Some(document)
}

/// Everything that lies un-audited is audited where the ERP lets it be; whether anything was.
pub fn finish_all(desk: &Desk) -> bool {
    let mut finished = false;
    for form in UNFINISHED {
        let table = format!("{ERP}/{form}");
        for document in desk.list(&table).iter().filter(|document| is_unfinished(document)) {
            finished |= audit(desk, &path(&table, document));
        }
    }
    finished
}

pub fn change_product(desk: &Desk) -> Option<Value> {
    let product = desk.any(PRODUCTS, is_audited)?;
    let number = desk.number;
    let fields = match desk.percent(50) {
        true => json!({ "FName": format!("改名物料{number}") }),
        false => json!({ "FSpecification": format!("规格{number}/PN16") }),
    };
    desk.post(&path(PRODUCTS, &product), &fields)
}

pub fn new_product(desk: &Desk) -> Option<Value> {
    let like = desk.any(PRODUCTS, is_audited)?;
    let mut model = json!({ "FNumber": format!("SIM.{:05}", desk.number), "FName": format!("新物料{}", desk.number),
        "FSpecification": "模拟", "FMaterialGroup": "01" });
    model["SubHeadEntity"] = json!({ "FBaseUnitId": like["SubHeadEntity"]["FBaseUnitId"],
        "FCategoryID": "CHLB05_SYS", "FTaxRateId": "SL02_SYS" });
    new_base(desk, PRODUCTS, &model)
}

pub fn new_warehouse(desk: &Desk) -> Option<Value> {
    let model =
        json!({ "FNumber": format!("CK9{:03}", desk.number), "FName": format!("新仓库{}", desk.number) });
    new_base(desk, WAREHOUSES, &model)
}

/// New base data is audited now or later.
fn new_base(desk: &Desk, table: &str, model: &Value) -> Option<Value> {
    let made = desk.post(table, model)?;
    if desk.percent(60) {
        audit(desk, &path(table, &made));
    }
    Some(made)
}

pub fn rename_warehouse(desk: &Desk) -> Option<Value> {
    let warehouse = desk.any(WAREHOUSES, is_audited)?;
    desk.post(&path(WAREHOUSES, &warehouse), &json!({ "FName": format!("改名仓库{}", desk.number) }))
}

pub fn new_lead(desk: &Desk) -> Option<Value> {
    let number = desk.number;
    let model = json!({ "FNumber": format!("LXR{number:05}"), "FName": format!("线索{number}"),
        "FMobile": format!("137{number:08}"), "FEmail": format!("lead{number}@sim.example") });
    new_base(desk, LEADS, &model)
}

pub fn change_lead(desk: &Desk) -> Option<Value> {
    let lead = desk.any(LEADS, |lead| text(&lead["FNumber"]).starts_with("LXR"))?;
    desk.post(&path(LEADS, &lead), &json!({ "FName": format!("改名线索{}", desk.number) }))
}
