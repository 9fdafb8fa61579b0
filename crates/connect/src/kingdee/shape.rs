//! Documents in the shape of a write: plain values of references become maps with the member that the form wants
//! (`protocols/kingdee.md §6`), and underscore names become dotted ones. The date `1900-01-01`, by which the vendor's
//! templates mean "empty", is left out: sent, it would become a date.

use model::{Cause, Map, Path, Value};

use super::alike::EMPTY_DATE;
use super::form::{Form, FormField, alias};

/// The document with every plain value of a reference in a map. Maps are left alone, and so is the order of fields.
pub fn shaped(form: &Form, document: Map<'static>) -> Map<'static> {
    let mut out = Map::with_capacity(document.len());
    for (name, value) in document {
        match (form.entity(&name), value) {
            (Some(entity), Value::Map(part)) => out.set(name, in_part(&entity.fields, part)),
            (Some(entity), Value::List(rows)) => {
                let rows: Vec<Value> = rows.into_iter().map(|row| in_row(&entity.fields, row)).collect();
                out.set(name, rows);
            }
            (_, value) => put(&mut out, &form.fields, &name, value),
        }
    }
    out
}

/// The top-level names with plain values that are unknown to the form, so that only its description can tell whether
/// they are references.
pub fn has_unknown(form: &Form, document: &Map) -> bool {
    let unknown_in = |fields: &[FormField], name: &str, value: &Value| {
        let is_plain = value.plain().is_some();
        is_plain && alias(name).is_none() && !fields.iter().any(|field| field.key.eq_ignore_ascii_case(name))
    };
    document.iter().any(|(name, value)| match (form.entity(name), value) {
        (Some(entity), Value::Map(part)) => {
            part.iter().any(|(name, value)| unknown_in(&entity.fields, name, value))
        }
        (Some(entity), Value::List(rows)) => rows.iter().filter_map(Value::as_map).any(|row| {
            row.iter().any(|(name, value)| {
                !name.eq_ignore_ascii_case(&entity.id) && unknown_in(&entity.fields, name, value)
            })
        }),
        (Some(_), _) => false,
        (None, value) => !form.is_own_field(name) && unknown_in(&form.fields, name, value),
    })
}

/// Whether every value fits its field, as far as the system tells how long a text or how precise a number may be.
///
/// # Errors
/// `kingdee.too_long` and `kingdee.too_precise` with the field (`FSaleOrderEntry[2].FNote`, lines counted from 1) and
/// what it takes.
pub fn check(form: &Form, document: &Map) -> Result<(), Cause> {
    for (name, value) in document.iter() {
        match (form.entity(name), value) {
            (Some(entity), Value::Map(part)) => check_part(&entity.fields, part, &format!("{name}."))?,
            (Some(entity), Value::List(rows)) => {
                for (at, row) in rows.iter().enumerate() {
                    let Some(row) = row.as_map() else { continue };
                    check_part(&entity.fields, row, &format!("{name}[{}].", at + 1))?;
                }
            }
            (_, value) => check_value(&form.fields, "", name, value)?,
        }
    }
    Ok(())
}

fn check_part(fields: &[FormField], part: &Map, before: &str) -> Result<(), Cause> {
    part.iter().try_for_each(|(name, value)| check_value(fields, before, name, value))
}

fn check_value(fields: &[FormField], before: &str, name: &str, value: &Value) -> Result<(), Cause> {
    let Some(field) = fields.iter().find(|field| field.key.eq_ignore_ascii_case(name)) else { return Ok(()) };
    let cause = |code: &'static str| Cause::new(code).with("field", format!("{before}{name}"));
    match (value, field.longest, field.scale) {
        (Value::Text(text), Some(longest), _) if text.encode_utf16().count() > longest => {
            let length = text.encode_utf16().count();
            Err(cause("kingdee.too_long").with("length", length).with("limit", longest))
        }
        (value, _, Some(scale)) if places(value).is_some_and(|places| places > scale) => {
            Err(cause("kingdee.too_precise").with("limit", scale))
        }
        _ => Ok(()),
    }
}

/// How many decimals a number has, zeros at its end not counted.
fn places(value: &Value) -> Option<usize> {
    let number = model::Number::parse(value.plain()?.trim().to_owned())?.canonical();
    Some(number.split_once('.').map_or(0, |(_, decimals)| decimals.len()))
}

fn in_row(fields: &[FormField], row: Value<'static>) -> Value<'static> {
    match row {
        Value::Map(row) => Value::Map(in_part(fields, row)),
        other => other,
    }
}

fn in_part(fields: &[FormField], part: Map<'static>) -> Map<'static> {
    let mut out = Map::with_capacity(part.len());
    for (name, value) in part {
        put(&mut out, fields, &name, value);
    }
    out
}

fn put(out: &mut Map<'static>, fields: &[FormField], name: &str, value: Value<'static>) {
    if value.as_text() == Some(EMPTY_DATE) {
        return;
    }
    let find = |name: &str| fields.iter().find(|field| field.key.eq_ignore_ascii_case(name));
    if let (None, Some((field, member))) = (find(name), alias(name)) {
        let path =
            Path::parse(&format!("{field}.{member}")).expect("an alias has two parts that are not empty");
        return path.set(out, value);
    }
    let is_plain = !matches!(value, Value::Map(_) | Value::List(_));
    match find(name).and_then(|field| field.member.clone()).filter(|_| is_plain) {
        Some(member) => {
            let mut reference = Map::with_capacity(1);
            reference.push(member, if value == Value::Null { Value::text("") } else { value });
            out.set(name.to_owned(), reference);
        }
        None => out.set(name.to_owned(), value),
    }
}

#[cfg(test)]
mod tests {
    use model::json;

    use super::super::form::presets;
    use super::*;

    fn check(object: &str, document: &str, expected: &str) {
        let Value::Map(document) = json::read(document).unwrap().into_owned() else { panic!("no document") };
        let shaped = shaped(&presets().form(object).unwrap(), document);
        assert_eq!(json::write(&Value::Map(shaped)), expected);
    }

    #[test]
    fn plain_values_of_references_get_the_member_of_their_form() {
        check(
            "BD_Customer",
            r#"{"FCreateOrgId":"603","FName":"桥梁公司","FGroup":null,"FSELLER":{"FNUMBER":"001"},
                "FT_BD_CUSTOMEREXT":{"FFreezeOperator":"administrator","FMarginLevel":0},
                "FT_BD_CUSTBANK":[{"FENTRYID":7,"FCURRENCYID":"PRE001","FBANKCODE":"6222"}]}"#,
            r#"{"FCreateOrgId":{"FNumber":"603"},"FName":"桥梁公司","FGroup":{"FNumber":""},"FSELLER":{"FNUMBER":"001"},"FT_BD_CUSTOMEREXT":{"FFreezeOperator":{"FUserID":"administrator"},"FMarginLevel":0},"FT_BD_CUSTBANK":[{"FENTRYID":7,"FCURRENCYID":{"FNumber":"PRE001"},"FBANKCODE":"6222"}]}"#,
        );
        check(
            "SAL_DELIVERYNOTICE",
            r#"{"FBillTypeID":"FHTZD01_SYS","FReceiverContactID":"李四","FDeliNoticeTrace":[{"FLogComId":"SF"}]}"#,
            r#"{"FBillTypeID":{"FNUMBER":"FHTZD01_SYS"},"FReceiverContactID":{"FNAME":"李四"},"FDeliNoticeTrace":[{"FLogComId":{"FCODE":"SF"}}]}"#,
        );
    }

    #[test]
    fn underscore_names_become_references() {
        check(
            "BD_Customer",
            r#"{"FCreateOrgId_FNumber":"603","FDate":"1900-01-01","FT_BD_CUSTBANK":[{"FCOUNTRY1_FNumber":"China"}],"F_PAEZ_FName":"x"}"#,
            r#"{"FCreateOrgId":{"FNumber":"603"},"FT_BD_CUSTBANK":[{"FCOUNTRY1":{"FNumber":"China"}}],"F_PAEZ_FName":"x"}"#,
        );
    }

    #[test]
    fn what_does_not_fit_its_field_is_named_with_what_it_takes() {
        let mut form = presets().form("SAL_SaleOrder").unwrap();
        let set = |fields: &mut Vec<FormField>, key: &str, longest, scale| {
            let field = fields.iter_mut().find(|field| field.key == key).unwrap();
            (field.longest, field.scale) = (longest, scale);
        };
        set(&mut form.fields, "FNote", Some(255), None);
        let list = form.entities.iter_mut().find(|entity| entity.key == "FSaleOrderEntry").unwrap();
        set(&mut list.fields, "FTaxPrice", None, Some(6));
        let of = |document: &str| {
            let document = json::read(document).unwrap();
            let told = super::check(&form, document.as_map().unwrap());
            told.map_err(|cause| {
                let params: Vec<&str> = cause.params.iter().map(|(_, value)| &**value).collect();
                format!("{} {}", cause.code, params.join(" "))
            })
        };
        let long = "桥".repeat(300);
        assert_eq!(of(&format!(r#"{{"FNote":"{long}"}}"#)), Err("kingdee.too_long FNote 300 255".into()));
        assert_eq!(of(&format!(r#"{{"FNote":"{}"}}"#, "桥".repeat(255))), Ok(()));
        assert_eq!(
            of(r#"{"FSaleOrderEntry":[{"FTaxPrice":1.1},{"FTaxPrice":0.123456789}]}"#),
            Err("kingdee.too_precise FSaleOrderEntry[2].FTaxPrice 6".into())
        );
        assert_eq!(of(r#"{"FSaleOrderEntry":[{"FTaxPrice":1.100000000}]}"#), Ok(()), "zeros say nothing");
        assert_eq!(of(r#"{"FNote":"加急 🚚","FDate":"2026-06-01"}"#), Ok(()));
    }

    #[test]
    fn only_plain_values_of_unknown_fields_need_a_description() {
        let form = presets().form("BD_Customer").unwrap();
        for (document, expected) in [
            (r#"{"FName":"甲","FCreateOrgId":"603","FCUSTID":0}"#, false),
            (r#"{"F_PAEZ_Base":{"FNumber":"1"}}"#, false),
            (r#"{"F_PAEZ_Base":"1"}"#, true),
            (r#"{"FT_BD_CUSTBANK":[{"FENTRYID":0,"F_PAEZ_Kind":"1"}]}"#, true),
            (r#"{"FT_BD_CUSTBANK":[{"FENTRYID":0,"FBANKCODE":"1"}]}"#, false),
        ] {
            let value = json::read(document).unwrap();
            assert_eq!(has_unknown(&form, value.as_map().unwrap()), expected, "{document}");
        }
    }
}
