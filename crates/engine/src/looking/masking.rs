//! Making up personal data: values of the same shape that are nobody's, so that a mapping treats them alike.

use std::borrow::Cow;

use model::{Map, Number, Value};

use crate::connection::is_personal;

/// Replaces the values of personal fields, at any depth: those of the connector's list, and those that hold personal
/// data in any system.
pub(super) fn make_up(record: &mut Map<'static>, personal: &[String]) {
    for (name, value) in record.iter_mut() {
        match is_personal(name, personal) {
            true => replace(value),
            false => below(value, personal),
        }
    }
}

fn below(value: &mut Value<'static>, personal: &[String]) {
    match value {
        Value::Map(map) => make_up(map, personal),
        Value::List(list) => list.iter_mut().for_each(|value| below(value, personal)),
        _ => {}
    }
}

/// Everything below a personal field is personal.
fn replace(value: &mut Value<'static>) {
    match value {
        Value::Text(text) => *text = Cow::Owned(text.chars().map(alike).collect()),
        Value::Number(number) => {
            let digits: String = number.as_str().chars().map(alike).collect();
            // A number must not begin with a needless zero.
            let text = if digits.starts_with('0') && digits.len() > 1 {
                format!("1{}", &digits[1..])
            } else {
                digits
            };
            *value = Number::parse(text.clone()).map_or_else(|| Value::from(text), Value::Number);
        }
        Value::List(list) => list.iter_mut().for_each(replace),
        Value::Map(map) => map.iter_mut().for_each(|(_, value)| replace(value)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// A character of the same kind; marks stay.
fn alike(c: char) -> char {
    match c {
        _ if c.is_ascii_digit() => '0',
        _ if c.is_ascii_uppercase() => 'X',
        _ if c.is_ascii_lowercase() => 'x',
        _ if c.is_alphanumeric() => '某',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_values_keep_their_shape_and_nothing_else() {
        let text = r#"{"name":"桥梁公司","tel":"0571-8800 1234","contacts":[{"_id":"5f3a","关键人":"王芳 Wang","mobile1":13800000001}]}"#;
        let Value::Map(mut record) = model::json::read(text).unwrap().into_owned() else { panic!("a map") };
        make_up(&mut record, &["关键人".to_owned()]);
        assert_eq!(
            model::json::write(&Value::Map(record)),
            r#"{"name":"桥梁公司","tel":"0000-0000 0000","contacts":[{"_id":"5f3a","关键人":"某某 Xxxx","mobile1":10000000000}]}"#
        );
    }
}
