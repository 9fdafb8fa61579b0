//! `/_sandbox/kingdee-k3cloud/…`: the account set from inside.
//!
//! | path | GET | POST |
//! |---|---|---|
//! | `/duplicates` | per form the numbers that more than one document has, copies for other organisations left out | |
//! | `/counts` | how many documents each form has | |
//! | `/query` | | `{"FormId", "FieldKeys", "FilterString", "OrderString"}` as in ExecuteBillQuery, without a limit of rows |
//! | `/forget_sessions` | | every session dies |
//! | `/<form>` | all documents | saves a new one: a `Model` |
//! | `/<form>/<id or number>` | one document | changes the fields that are sent, whatever its status |
//! | `/<form>/<id or number>/<action>` | | `submit`, `audit`, `unaudit`, `delete`, or an operation such as `Forbid` |
//! | `/<form>/<id or number>/<entity>` | | adds a row: an object of fields |
//! | `/<form>/<id or number>/attach` | | hangs a file at it: `name`, and `content` (text) or `bytes` (how many); answers its `id` |
//! | `/files` | all files that hang somewhere; where is told by `/BOS_Attachment` | |
//! | `/<form>/<id or number>/<entity>/<row id>/delete` | | deletes a row |
//!
//! and what the people of the company do all day, in [`business`]: each makes what it says, audits it, and shows it:
//!
//! | path (POST) | body | what it does |
//! |---|---|---|
//! | `/SAL_SaleOrder/<n>/notify` | `lines` | a delivery notice |
//! | `/SAL_SaleOrder/<n>/deliver`, `/SAL_DELIVERYNOTICE/<n>/deliver` | `lines`, `stock`, `carriage_no` | a delivery (SAL_OUTSTOCK) |
//! | `/SAL_OUTSTOCK/<n>/invoice` | `lines` | a receivable (AR_receivable) |
//! | `/SAL_SaleOrder/<n>/receive_payment`, `/AR_receivable/<n>/receive_payment` | `amount` | a receipt (AR_RECEIVEBILL), written off against receivables |
//! | `/BD_MATERIAL/<n>/count_stock` | `quantity`, `stock` | the stock of a material becomes that much |
//!
//! `lines` is a list of `{"row": 1, "quantity": "3"}` with the place of the row from 1, or its `entry` id; without it
//! everything that is left is taken. `amount` is what is not yet received unless it is sent; `stock` is the number of a
//! warehouse.
//!
//! `<form>` is a form id, or `customers`, `contacts`, `orders`. A POST acts as a person at the ERP's own screens:
//! changes move FModifyDate. References are shown and sent as numbers. Quantities and amounts are shown as text. A
//! refusal is `{"error": …}`.

mod business;

use serde_json::{Value, json};

use super::catalogue::{CATALOGUE, FormMeta};
use super::cell::Cell;
use super::fault::Fault;
use super::ledger::{Document, Ledger, Row};
use super::meta::Kind;
use super::query::run::every_row;
use super::save;
use super::status::Step;
use super::turn::Turn;

/// Which document a file is hung at by hand, its name and its content; `None` when the call is no such.
pub fn hanging(
    ledger: &Ledger,
    path: &str,
    body: &Value,
) -> Option<(&'static FormMeta, i64, String, Vec<u8>)> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let [name, which, "attach"] = parts[..] else { return None };
    let form = form(name)?;
    let content = match (&body["content"], body["bytes"].as_u64()) {
        (Value::String(text), _) => text.clone().into_bytes(),
        (_, Some(bytes)) => (0..bytes).map(|n| (n % 251) as u8).collect(),
        _ => return None,
    };
    Some((form, find(ledger, form, which)?, body["name"].as_str()?.to_owned(), content))
}

/// Answers one control call; `None` when there is no such path. A `body` of null is a GET.
pub fn control(turn: &mut Turn, path: &str, body: &Value) -> Option<Value> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let reads = body.is_null();
    match parts.as_slice() {
        ["duplicates"] => Some(duplicates(turn.ledger)),
        ["counts"] => Some(counts(turn.ledger)),
        ["query"] if !reads => Some(outcome(query(turn, body))),
        [name] => {
            let form = form(name)?;
            match reads {
                true => {
                    Some(turn.ledger.table(form).iter().map(|one| dump(turn.ledger, form, one)).collect())
                }
                false => Some(outcome(create(turn, form, body))),
            }
        }
        [name, which] => {
            let form = form(name)?;
            let id = find(turn.ledger, form, which)?;
            let result = if reads { Ok(id) } else { change(turn, form, id, body) };
            Some(result.map_or_else(refusal, |id| show(turn, form, id)))
        }
        [name, which, action] if !reads => {
            let form = form(name)?;
            let id = find(turn.ledger, form, which)?;
            business::act(turn, form, id, action, body)
                .map(|result| result.map_or_else(refusal, |(form, id)| show(turn, form, id)))
                .or_else(|| act(turn, form, id, action, body))
        }
        [name, which, entity, row, "delete"] if !reads => {
            let form = form(name)?;
            let id = find(turn.ledger, form, which)?;
            let entity = form.entity(entity)?;
            let result = save::delete_row(turn, form, id, (entity, row.parse().ok()?));
            Some(result.map_or_else(refusal, |()| show(turn, form, id)))
        }
        _ => None,
    }
}

fn form(name: &str) -> Option<&'static FormMeta> {
    CATALOGUE.lookup(match name {
        "customers" => "BD_Customer",
        "contacts" => "BD_CommonContact",
        "orders" => "SAL_SaleOrder",
        other => other,
    })
}

fn find(ledger: &Ledger, form: &FormMeta, which: &str) -> Option<i64> {
    let table = ledger.table(form);
    let by_id = which.parse().ok().filter(|id| table.get(*id).is_some());
    table.ids_of(which).first().copied().or(by_id)
}

fn refusal(fault: Fault) -> Value {
    json!({ "error": fault.message, "code": fault.code as i64 })
}

fn outcome(result: Result<Value, Fault>) -> Value {
    result.unwrap_or_else(refusal)
}

fn show(turn: &Turn, form: &FormMeta, id: i64) -> Value {
    turn.ledger.table(form).get(id).map_or(Value::Null, |document| dump(turn.ledger, form, document))
}

/// All rows of a query, as a person would export a list.
fn query(turn: &Turn, body: &Value) -> Result<Value, Fault> {
    let text = body.to_string();
    let packet = match model::json::read(&text) {
        Ok(model::Value::Map(packet)) => packet,
        _ => model::Map::new(),
    };
    let rows = every_row(turn, &packet)?;
    Ok(serde_json::from_str(&model::json::write(&rows)).unwrap_or_default())
}

fn duplicates(ledger: &Ledger) -> Value {
    let mut out = serde_json::Map::new();
    for form in CATALOGUE.iter() {
        let table = ledger.table(form);
        let originals = |number: &str| {
            let masters: std::collections::BTreeSet<i64> = table
                .ids_of(number)
                .iter()
                .filter_map(|id| table.get(*id))
                .map(|one| match one.get(form, "FMasterId") {
                    Cell::Int(master) => *master,
                    _ => one.id,
                })
                .collect();
            masters.len()
        };
        let numbers: serde_json::Map<String, Value> = table
            .duplicates()
            .into_keys()
            .map(|number| (number.to_owned(), originals(number)))
            .filter(|(_, count)| *count > 1)
            .map(|(number, count)| (number, json!(count)))
            .collect();
        if !numbers.is_empty() {
            out.insert(form.def.id.into(), numbers.into());
        }
    }
    out.into()
}

fn counts(ledger: &Ledger) -> Value {
    CATALOGUE
        .iter()
        .map(|form| (form.def.id.to_owned(), json!(ledger.table(form).len())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// A document as the control interface shows it.
fn dump(ledger: &Ledger, form: &FormMeta, document: &Document) -> Value {
    let mut out = serde_json::Map::new();
    out.insert("id".into(), json!(document.id));
    for (entity, meta) in form.entities.iter().enumerate() {
        if entity == 0 {
            add_fields(ledger, form, 0, &document.rows[0][0], &mut out);
            continue;
        }
        let rows = document.rows[entity].iter().map(|row| {
            let mut each = serde_json::Map::new();
            each.insert("id".into(), json!(row.id));
            add_fields(ledger, form, entity, row, &mut each);
            Value::Object(each)
        });
        let rows: Vec<Value> = rows.collect();
        let value = match meta.def.shape.is_single() {
            true => rows.into_iter().next().unwrap_or_default(),
            false => rows.into(),
        };
        out.insert(meta.def.key.into(), value);
    }
    out.into()
}

fn add_fields(
    ledger: &Ledger,
    form: &FormMeta,
    entity: usize,
    row: &Row,
    out: &mut serde_json::Map<String, Value>,
) {
    for (field, cell) in form.entities[entity].fields.iter().zip(&row.cells) {
        let value = match (field.kind, cell) {
            (Kind::Base(_) | Kind::Assistant(_), cell) => {
                json!(ledger.number_of(field.kind.target().unwrap_or_default(), cell.reference()))
            }
            (Kind::Text | Kind::Words | Kind::Choice(_), cell) => json!(cell.as_text()),
            (Kind::Flag, cell) => json!(*cell == Cell::Flag(true)),
            (Kind::Amount, cell) => json!(cell.amount().normalize().to_string()),
            (_, Cell::Int(whole)) => json!(whole),
            (_, Cell::Time(time)) => json!(time.to_string()),
            _ => Value::Null,
        };
        out.insert(field.key.into(), value);
    }
}

/// Saves a new document from a Model whose references are plain numbers.
fn create(turn: &mut Turn, form: &'static FormMeta, body: &Value) -> Result<Value, Fault> {
    let model = save::plain_model(form, body);
    let id = save::save_plain(turn, form, &model)?;
    Ok(show(turn, form, id))
}

/// Changes fields as a person would: un-audited and audited again in one go, with FModifyDate moved.
fn change(turn: &mut Turn, form: &'static FormMeta, id: i64, body: &Value) -> Result<i64, Fault> {
    let model = save::plain_model(form, body);
    save::edit_plain(turn, form, id, &model)?;
    Ok(id)
}

fn act(turn: &mut Turn, form: &'static FormMeta, id: i64, action: &str, body: &Value) -> Option<Value> {
    let step = match action.to_lowercase().as_str() {
        "submit" => Some(Step::Submit),
        "audit" => Some(Step::Audit),
        "unaudit" => Some(Step::UnAudit),
        "delete" => Some(Step::Delete),
        _ => None,
    };
    if let Some(step) = step {
        let result = turn.step(form, id, step);
        return Some(result.map_or_else(refusal, |touched| match step {
            Step::Delete => json!({ "deleted": touched.id }),
            _ => show(turn, form, id),
        }));
    }
    if form.entity(action).is_some() {
        let result = change(turn, form, id, &json!({ action: [body] }));
        return Some(result.map_or_else(refusal, |id| show(turn, form, id)));
    }
    let operation = form.def.operations.iter().find(|one| one.number.eq_ignore_ascii_case(action))?;
    let result = turn.apply(form, id, operation);
    Some(result.map_or_else(refusal, |_| show(turn, form, id)))
}
