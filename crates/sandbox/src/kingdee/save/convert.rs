//! From a value of the Model to the content of a field (`protocols/kingdee.md §6`).

use model::{Map, Value};

use super::options::Options;
use crate::kingdee::arguments::{member, plain};
use crate::kingdee::catalogue::{CATALOGUE, FormMeta};
use crate::kingdee::cell::{Cell, read_amount};
use crate::kingdee::fault::{Code, Fault};
use crate::kingdee::ledger::Ledger;
use crate::kingdee::local_time::LocalTime;
use crate::kingdee::meta::{ASSISTANT, Field, Kind};

/// The content that a value of the Model gives a field.
///
/// `org` is the organisation that the document is used in: of several records with one number, the one used there is
/// taken.
pub fn convert(
    ledger: &Ledger,
    entity: &str,
    field: &Field,
    value: &Value,
    options: &Options,
    org: i64,
) -> Result<Cell, Fault> {
    let wrong = || wrong_structure(field.key, entity);
    let scalar = || match value {
        Value::Null => Ok(String::new()),
        value => value.plain().map(|text| text.into_owned()).ok_or_else(wrong),
    };
    Ok(match field.kind {
        Kind::Text | Kind::Choice(_) => Cell::text(scalar()?),
        Kind::Words => Cell::text(words(value).ok_or_else(wrong)?),
        Kind::Flag => Cell::Flag(matches!(scalar()?.to_lowercase().as_str(), "true" | "1")),
        Kind::Int => match scalar()?.trim() {
            "" => Cell::Int(0),
            text => Cell::Int(read_whole(text).ok_or_else(|| bad_number(field))?),
        },
        Kind::Amount => match scalar()?.trim() {
            "" => Cell::Amount(Default::default()),
            text => Cell::Amount(read_amount(text).ok_or_else(|| bad_number(field))?),
        },
        Kind::Date | Kind::Time => match scalar()?.trim() {
            "" => Cell::Empty,
            text => {
                let time = LocalTime::parse(text).ok_or_else(|| bad_date(field))?;
                Cell::Time(if field.kind == Kind::Date { time.day() } else { time })
            }
        },
        Kind::Base(_) | Kind::Assistant(_) => match value {
            Value::Null => Cell::Ref(0),
            Value::Map(map) => reference(ledger, field, map, options, org)?,
            _ => return Err(wrong()),
        },
    })
}

/// The server's words for a key whose value has the wrong form.
pub fn wrong_structure(key: &str, entity: &str) -> Fault {
    Fault::new(
        Code::Exception,
        format!("ResolveFiled_InnerEx解析字段(Key:{key})失败，实体不存在此属性！[EntityType：{entity}]"),
    )
}

fn bad_number(field: &Field) -> Fault {
    Fault::new(Code::Exception, format!("字段“{}”({})的值不是有效的数值", field.name, field.key))
}

fn bad_date(field: &Field) -> Fault {
    Fault::new(Code::Exception, format!("字段“{}”({})的值不是有效的日期", field.name, field.key))
}

fn read_whole(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| {
        let amount = read_amount(text)?;
        (amount == amount.trunc()).then(|| amount.normalize().to_string().parse().ok()).flatten()
    })
}

/// A plain text, or a list of texts by language of which the first counts.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::List(list) => {
            let first = list.first().and_then(Value::as_map);
            Some(first.map(|one| plain(member(one, "Value"))).unwrap_or_default())
        }
        value => value.plain().map(|text| text.into_owned()),
    }
}

/// Finds what `{"FNumber": "…"}` refers to.
fn reference(ledger: &Ledger, field: &Field, map: &Map, options: &Options, org: i64) -> Result<Cell, Fault> {
    let Some(target) = field.kind.target() else { return Ok(Cell::Ref(0)) };
    let form = CATALOGUE.form(target);
    if let Some(id) = by_id(form, map) {
        return Ok(Cell::Ref(if ledger.table(form).get(id).is_some() { id } else { 0 }));
    }
    let number = number_in(form, map);
    if number.trim().is_empty() || !options.number_search {
        return Ok(Cell::Ref(0));
    }
    match find(ledger, form, field.kind, number.trim(), org) {
        Some(id) => Ok(Cell::Ref(id)),
        None if options.verify_base_data => {
            let message =
                format!("字段“{}”的值“{}”在基础资料“{}”中不存在", field.name, number, form.def.name);
            Err(Fault { code: Code::FieldNotFound, ..Fault::on(field.key, message) })
        }
        None => Ok(Cell::Ref(0)),
    }
}

/// An internal id given as `{"FCUSTID": 100321}` or `{"Id": 100321}`.
fn by_id(form: &FormMeta, map: &Map) -> Option<i64> {
    let value = member(map, form.def.pk).or_else(|| member(map, "Id"))?;
    plain(Some(value)).trim().parse().ok().filter(|id| *id != 0)
}

/// The number under the member name of the form, or under the name that templates use for every form.
fn number_in(form: &FormMeta, map: &Map) -> String {
    // Users and contacts are addressed by names of their own (§6).
    let names = [form.def.number, "FNumber", "FUserID", "FNAME"];
    let allowed = match form.def.id {
        "SEC_User" => &names[..3],
        "BD_CommonContact" => &names[..],
        _ => &names[..2],
    };
    let found = allowed.iter().filter(|name| !name.is_empty()).find_map(|name| member(map, name));
    plain(found)
}

fn find(ledger: &Ledger, form: &FormMeta, kind: Kind, number: &str, org: i64) -> Option<i64> {
    let table = ledger.table(form);
    let of_group = |id: &&i64| match kind {
        Kind::Assistant(group) if form.def.id == ASSISTANT => {
            table.get(**id).is_some_and(|document| document.get(form, "FId").as_text() == group)
        }
        _ => true,
    };
    let ids = || table.ids_of(number).iter().filter(of_group);
    let used_here = ids().find(|id| {
        table.get(**id).is_some_and(|document| document.get(form, "FUseOrgId").reference() == org)
    });
    let by_number = used_here.or_else(|| ids().next()).copied();
    // A contact may be addressed by its name.
    by_number.or_else(|| match form.def.id {
        "BD_CommonContact" => {
            let named = |document: &&crate::kingdee::ledger::Document| {
                document.get(form, "FName").as_text() == number
            };
            table.iter().find(named).map(|document| document.id)
        }
        _ => None,
    })
}
