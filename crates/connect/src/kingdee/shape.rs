//! Documents in the shape of a write: plain values of references become maps with the member that the form wants
//! (`protocols/kingdee.md §6`), and underscore names become dotted ones. The date `1900-01-01`, by which the vendor's
//! templates mean "empty", is left out: sent, it would become a date.

use model::{Map, Path, Value};

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
