//! The flow's own filter: the vendor's `filters` array as JSON text, checked and put in front of ours.
//!
//! `[{"field_name":"account_type","field_values":["1"],"operator":"EQ"}]` (`protocols/fxiaoke.md §4.4`). Filters are
//! ANDed by the vendor, so that nothing written here can widen our window.

use contract::connector::Refusal;
use model::{AnswerClass, Cause, Value, json};

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
