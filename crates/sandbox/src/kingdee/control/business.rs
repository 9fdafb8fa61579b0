//! What the people of the company do in the ERP all day: deliver, invoice, receive payments, count stock.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::kingdee::catalogue::{CATALOGUE, FormMeta};
use crate::kingdee::cell::{Cell, read_amount};
use crate::kingdee::fault::{Code, Fault};
use crate::kingdee::ledger::Document;
use crate::kingdee::push;
use crate::kingdee::save;
use crate::kingdee::status::Step;
use crate::kingdee::turn::Turn;

/// A document of a form, by its id.
type Made = (&'static FormMeta, i64);

/// Does one action to a document; the document that came of it. `None` when the form has no such action.
pub fn act(
    turn: &mut Turn,
    form: &'static FormMeta,
    id: i64,
    action: &str,
    body: &Value,
) -> Option<Result<Made, Fault>> {
    turn.conditions = Default::default();
    Some(match (form.def.id, action) {
        ("SAL_SaleOrder", "notify") => derive(turn, form, id, "SaleOrder-DeliveryNotice", body),
        ("SAL_SaleOrder", "deliver") => derive(turn, form, id, "SaleOrder-OutStock", body),
        ("SAL_DELIVERYNOTICE", "deliver") => derive(turn, form, id, "DeliveryNotice-OutStock", body),
        ("SAL_OUTSTOCK", "invoice") => derive(turn, form, id, "AR_OutStockToReceivableMap", body),
        ("SAL_SaleOrder" | "AR_receivable", "receive_payment") => receive(turn, form, id, body),
        ("BD_MATERIAL", "count_stock") => count(turn, id, body),
        _ => return None,
    })
}

/// A bill made from a bill, audited.
fn derive(
    turn: &mut Turn,
    form: &'static FormMeta,
    id: i64,
    rule_id: &str,
    body: &Value,
) -> Result<Made, Fault> {
    let rule = push::RULES.iter().find(|rule| rule.id == rule_id);
    let rule = rule.ok_or_else(|| Fault::new(Code::Exception, "转换规则不存在"))?;
    let target = CATALOGUE.form(rule.target);
    let rows = match &body["lines"] {
        Value::Null => None,
        lines => Some(lines_of(turn, form, id, rule.source_entity, lines)?),
    };
    let made = push::at_screen(turn, rule_id, id, rows.as_deref())?;
    fill(turn, target, made, body)?;
    audit(turn, target, made)
}

/// The rows that `lines` names, with their quantities.
fn lines_of(
    turn: &Turn,
    form: &FormMeta,
    id: i64,
    entity: &str,
    lines: &Value,
) -> Result<Vec<(i64, Decimal)>, Fault> {
    let wrong = |line: &Value| Fault::new(Code::Parameter, format!("没有这样的分录或数量：{line}"));
    let document = turn.ledger.table(form).get(id);
    let rows = document.zip(form.entity(entity)).map(|(document, entity)| &document.rows[entity]);
    let one = |line: &Value| {
        let rows = rows?;
        let row = match (line["entry"].as_i64(), line["row"].as_i64()) {
            (Some(entry), _) => rows.iter().find(|row| row.id == entry)?,
            (None, row) => rows.get(usize::try_from(row?).ok()?.checked_sub(1)?)?,
        };
        Some((row.id, amount(&line["quantity"])?))
    };
    let lines = lines.as_array().ok_or_else(|| wrong(lines))?;
    lines.iter().map(|line| one(line).ok_or_else(|| wrong(line))).collect()
}

fn amount(value: &Value) -> Option<Decimal> {
    match value {
        Value::String(text) => read_amount(text),
        Value::Number(number) => read_amount(&number.to_string()),
        _ => None,
    }
}

/// Sets the warehouse and the number of the consignment.
fn fill(turn: &mut Turn, form: &'static FormMeta, id: i64, body: &Value) -> Result<(), Fault> {
    let stock = match body["stock"].as_str() {
        Some(number) => Some(named_stock(turn, number)?),
        None => None,
    };
    let Some(mut document) = turn.ledger.table(form).get(id).cloned() else { return Ok(()) };
    if let Some(number) = body["carriage_no"].as_str() {
        document.set(form, "FCarriageNO", Cell::text(number));
    }
    if let Some((stock, place)) = stock.zip(form.lookup("FStockID")) {
        for row in &mut document.rows[place.entity] {
            row.cells[place.field] = Cell::Ref(stock);
        }
    }
    turn.ledger.table_mut(form).put(form, document);
    Ok(())
}

fn named_stock(turn: &Turn, number: &str) -> Result<i64, Fault> {
    let none = || Fault::new(Code::NoData, format!("编码为“{number}”的仓库不存在"));
    turn.ledger.table(CATALOGUE.form("BD_STOCK")).ids_of(number).first().copied().ok_or_else(none)
}

fn audit(turn: &mut Turn, form: &'static FormMeta, id: i64) -> Result<Made, Fault> {
    for step in [Step::Submit, Step::Audit] {
        turn.step(form, id, step)?;
    }
    Ok((form, id))
}

/// A receipt of what is not yet received of an order or a receivable, or of the amount that is sent.
fn receive(turn: &mut Turn, form: &'static FormMeta, id: i64, body: &Value) -> Result<Made, Fault> {
    let gone = || Fault::new(Code::NoData, "单据不存在");
    let document = turn.ledger.table(form).get(id).ok_or_else(gone)?;
    let due = due(form, document);
    let amount = match &body["amount"] {
        Value::Null => due,
        sent => amount(sent).ok_or_else(|| Fault::new(Code::Parameter, format!("金额不正确：{sent}")))?,
    };
    if amount <= Decimal::ZERO {
        return Err(Fault::rule(format!("{}“{}”没有未收款金额！", form.def.name, document.number(form))));
    }
    let (customer, org) = match form.def.id {
        "AR_receivable" => ("FCUSTOMERID", "FPAYORGID"),
        _ => ("FCustId", "FSaleOrgId"),
    };
    let number = |key: &str| {
        let target = form.lookup(key).and_then(|place| form.field(place).kind.target()).unwrap_or_default();
        turn.ledger.number_of(target, document.get(form, key).reference()).to_owned()
    };
    let model = json!({
        "FCONTACTUNIT": number(customer),
        "FPAYORGID": number(org),
        "FRECEIVEBILLENTRY": [{ "FSETTLETYPEID": "JSFS04_SYS", "FRECTOTALAMOUNTFOR": amount.to_string(),
            "FRECAMOUNTFOR_E": amount.to_string() }],
        "FRECEIVEBILLSRCENTRY": [{ "FSRCBILLNO": document.number(form), "FSRCBILLTYPEID": form.def.id,
            "FREALRECAMOUNT": amount.to_string() }],
    });
    let receipts = CATALOGUE.form("AR_RECEIVEBILL");
    let made = save::save_plain(turn, receipts, &save::plain_model(receipts, &model))?;
    audit(turn, receipts, made)
}

/// What is still to be received.
fn due(form: &FormMeta, document: &Document) -> Decimal {
    let (total, received) = match form.def.id {
        "AR_receivable" => ("FALLAMOUNTFOR", "FWRITTENOFFAMOUNT"),
        _ => ("FBillAllAmount", "FReceivedAmount"),
    };
    document.single(form, total).amount() - document.single(form, received).amount()
}

fn count(turn: &mut Turn, material: i64, body: &Value) -> Result<Made, Fault> {
    let none = || Fault::new(Code::Parameter, "缺少数量(quantity)");
    let quantity = amount(&body["quantity"]).ok_or_else(none)?;
    let stocks = turn.ledger.table(CATALOGUE.form("BD_STOCK"));
    let stock = match body["stock"].as_str() {
        Some(number) => named_stock(turn, number)?,
        None => stocks.iter().next().map_or(0, |stock| stock.id),
    };
    let org = turn.org;
    Ok((CATALOGUE.form("STK_Inventory"), turn.count_stock(material, stock, org, quantity)))
}
