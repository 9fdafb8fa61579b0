//! View: one document as the object the server works with (`protocols/kingdee.md §3.3`).

use model::{Map, Value};

use super::account::LCID;
use super::arguments::{member, plain};
use super::catalogue::FormMeta;
use super::cell::Cell;
use super::fault::{Code, Fault, object};
use super::ledger::{Document, Row, Source};
use super::meta::{Field, FormKind, Kind, USER};
use super::push::rule_between;
use super::query::print::Print;
use super::turn::Turn;

/// The reply of View.
pub fn run(turn: &Turn, form: &'static FormMeta, packet: &Map) -> Result<Value<'static>, Fault> {
    let (id, number) = (plain(member(packet, "Id")), plain(member(packet, "Number")));
    if id.trim().is_empty() && number.trim().is_empty() {
        return Err(Fault::new(Code::Parameter, "编码值或内码值必须传其一"));
    }
    let table = turn.ledger.table(form);
    let found = match id.trim().parse() {
        Ok(id) => table.get(id),
        Err(_) => table.ids_of(number.trim()).first().and_then(|id| table.get(*id)),
    };
    let absent = if turn.is("view_absent_code", "4") { Code::Exception } else { Code::NoData };
    let document = found.ok_or_else(|| Fault::new(absent, "没有匹配的数据"))?;
    let status = match turn.is("view_status", "object") {
        true => object([("IsSuccess", true.into())]).into(),
        false => Value::Null,
    };
    let result = object([("ResponseStatus", status), ("Result", whole(turn, form, document))]);
    Ok(object([("Result", result.into())]).into())
}

/// A document with all its entities.
fn whole(turn: &Turn, form: &FormMeta, document: &Document) -> Value<'static> {
    let print = Print::new(turn.switches);
    let mut out = Map::new();
    out.push("Id", document.id);
    for (entity, meta) in form.entities.iter().enumerate() {
        if entity == 0 {
            add_fields(turn, print, form, 0, &document.rows[0][0], &mut out);
            continue;
        }
        let rows = document.rows[entity].iter().enumerate().map(|(n, row)| {
            let mut each = object([("Id", row.id.into()), ("Seq", (n as i64 + 1).into())]);
            add_fields(turn, print, form, entity, row, &mut each);
            if let Some(source) = &row.source {
                each.set(format!("{}_Link", meta.def.key), Value::List(vec![link(form, source)]));
            }
            each.into()
        });
        out.set(meta.def.orm, Value::List(rows.collect()));
    }
    out.into()
}

fn add_fields(turn: &Turn, print: Print, form: &FormMeta, entity: usize, row: &Row, out: &mut Map<'static>) {
    let fields = || form.entities[entity].fields.iter().zip(&row.cells);
    let texts: Vec<(&Field, &Cell)> =
        fields().map(|(field, cell)| (*field, cell)).filter(|(field, _)| field.kind == Kind::Words).collect();
    if !texts.is_empty() {
        out.set("MultiLanguageText", Value::List(vec![by_language(print, row.id, &texts)]));
    }
    for (field, cell) in fields() {
        let name = field.property();
        match field.kind {
            Kind::Words => out.set(name, words(&print.text(cell.as_text()))),
            Kind::Base(_) | Kind::Assistant(_) => {
                out.set(format!("{name}_Id"), cell.reference());
                out.set(
                    name,
                    referred(turn, print, field.kind.target().unwrap_or_default(), cell.reference()),
                );
            }
            kind => out.set(name, print.cell(cell, kind)),
        }
    }
}

/// What a row was made from (§3.5).
fn link(form: &FormMeta, source: &Source) -> Value<'static> {
    object([
        ("RuleId", rule_between(source.form, form).unwrap_or_default().into()),
        ("STableName", source.table().unwrap_or_default().into()),
        ("SBillId", source.document.to_string().into()),
        ("SId", source.row.to_string().into()),
    ])
    .into()
}

/// `MultiLanguageText`: all texts of a row in one language.
fn by_language(print: Print, id: i64, texts: &[(&Field, &Cell)]) -> Value<'static> {
    let mut out = object([("PkId", id.into()), ("LocaleId", LCID.into())]);
    for (field, cell) in texts {
        out.set(field.property(), print.text(cell.as_text()));
    }
    out.into()
}

/// A text as the list of its languages.
pub fn words(text: &str) -> Value<'static> {
    let one = object([("Key", LCID.into()), ("Value", text.to_owned().into())]);
    Value::List(vec![one.into()])
}

/// A referred document, short: id, names, number. Users have an account instead (§3.3).
fn referred(turn: &Turn, print: Print, target: &'static str, id: i64) -> Value<'static> {
    let Some((form, document)) = turn.ledger.referred(target, id) else { return Value::Null };
    let name = form.caption().map_or("", |field| document.head(field).as_text()).to_owned();
    let number = document.number(form).to_owned();
    if target == USER {
        return object([("Id", id.into()), ("Name", name.into()), ("UserAccount", number.into())]).into();
    }
    let mut out = object([("Id", id.into())]);
    if form.def.kind == FormKind::Master && form.head("FMasterId").is_some() {
        out.push("msterID", document.get(form, "FMasterId").clone_whole());
    }
    let local = object([("PkId", id.into()), ("LocaleId", LCID.into()), ("Name", print.text(&name).into())]);
    out.push("MultiLanguageText", Value::List(vec![local.into()]));
    out.push("Name", words(&print.text(&name)));
    out.push("Number", print.text(&number));
    out.into()
}

impl Cell {
    /// The whole number in a field; 0 when it holds none.
    fn clone_whole(&self) -> i64 {
        match self {
            Cell::Int(whole) => *whole,
            _ => 0,
        }
    }
}
