//! The flow's own filter: the vendor's `filters` array as JSON text, checked and put in front of ours.
//!
//! `[{"field_name":"account_type","field_values":["1"],"operator":"EQ"}]` (`protocols/fxiaoke.md §4.4`). Filters are
//! ANDed by the vendor, so that nothing written here can widen our window.

use contract::connector::Refusal;
use model::{AnswerClass, Cause, Map, Value, json};

/// The filters of the text; one filter may stand without its brackets.
pub(super) fn parse(text: Option<&str>) -> Result<Vec<Value<'static>>, Refusal> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(Vec::new()) };
    let filters = match json::read(text).map_err(|error| unreadable(error.to_string()))? {
        Value::List(list) => list,
        single @ Value::Map(_) => vec![single],
        _ => return Err(unreadable("[ ]")),
    };
    for filter in &filters {
        for member in ["field_name", "operator"] {
            if filter.get(member).and_then(Value::as_text).is_none_or(|text| text.trim().is_empty()) {
                return Err(unreadable(member));
            }
        }
    }
    Ok(filters.into_iter().map(Value::into_owned).collect())
}

/// The filters of the text and those that ask for these texts (`protocols/fxiaoke.md §4.4`, operator `EQ`). `None` where there
/// is nothing to ask for, or the text cannot be read.
pub(super) fn narrowed(text: Option<&str>, equal: &[(String, String)]) -> Option<String> {
    let mut filters = parse(text).ok()?;
    for (field, value) in equal {
        let mut filter = Map::new();
        filter.set("field_name", field.clone());
        filter.set("field_values", vec![Value::text(value.clone())]);
        filter.set("operator", "EQ");
        filters.push(Value::Map(filter));
    }
    (!equal.is_empty()).then(|| json::write(&Value::List(filters)))
}

/// Whether one of the filters is about this field.
pub(super) fn names(filters: &[Value], field: &str) -> bool {
    filters.iter().any(|filter| filter.get("field_name").and_then(Value::as_text) == Some(field))
}

fn unreadable(reason: impl ToString) -> Refusal {
    Refusal::new(AnswerClass::Config, Cause::new("fxiaoke.filter_unreadable").with("reason", reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_condition_asks_for_stands_behind_the_flows_own_filter() {
        let own = r#"[{"field_name":"account_type","field_values":["1"],"operator":"EQ"}]"#;
        let equal = [("life_status".to_owned(), "normal".to_owned())];
        let asked = r#"{"field_name":"life_status","field_values":["normal"],"operator":"EQ"}"#;
        assert_eq!(narrowed(None, &equal).unwrap(), format!("[{asked}]"));
        let both = narrowed(Some(own), &equal).unwrap();
        assert_eq!(both, format!("{},{asked}]", &own[..own.len() - 1]));
        assert_eq!(parse(Some(&both)).unwrap().len(), 2);
        assert_eq!(narrowed(Some(own), &[]), None);
    }

    #[test]
    fn a_flows_filter_is_taken_as_the_vendor_writes_it() {
        assert_eq!(parse(None).unwrap(), Vec::new());
        assert_eq!(parse(Some("  ")).unwrap(), Vec::new());
        let one = r#"{"field_name":"account_type","field_values":["1"],"operator":"EQ"}"#;
        assert_eq!(parse(Some(one)).unwrap().len(), 1);
        let filters = parse(Some(&format!("[{one},{one}]"))).unwrap();
        assert!(filters.len() == 2 && names(&filters, "account_type") && !names(&filters, "life_status"));
    }

    #[test]
    fn a_filter_that_would_be_misread_is_refused_with_the_reason() {
        for text in [
            "客户类型 = 1",
            "\"x\"",
            "[1]",
            r#"[{"operator":"EQ"}]"#,
            r#"[{"field_name":"a","operator":" "}]"#,
            "[{}",
        ] {
            let refusal = parse(Some(text)).unwrap_err();
            assert_eq!(
                (refusal.class, &*refusal.cause.code),
                (AnswerClass::Config, "fxiaoke.filter_unreadable"),
                "{text}"
            );
        }
    }
}
