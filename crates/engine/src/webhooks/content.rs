//! What a body says: JSON, unless its content type says that it is a form or XML.

use std::borrow::Cow;

use model::{Cause, Map, Value, charset, json, xml};

/// The body as a value. Texts of forms and of XML stay texts; a field that a form has twice is a list.
///
/// # Errors
/// `hook.not_json`, `hook.not_form`, and what is wrong with its charset or XML.
pub fn content<'b>(content_type: Option<&str>, body: &'b [u8]) -> Result<Value<'b>, Cause> {
    let label = content_type.and_then(charset::of_content_type);
    let kind = content_type.unwrap_or_default().split(';').next().unwrap_or_default();
    let kind = kind.trim().to_ascii_lowercase();
    if kind == "application/x-www-form-urlencoded" {
        return form(&charset_name(label), body);
    }
    if kind.ends_with("/xml") || kind.ends_with("+xml") {
        return xml::read(body, label);
    }
    let wrong = |error: json::JsonError| Cause::new("hook.not_json").with("reason", error);
    match charset::decode(body, label)? {
        Cow::Borrowed(text) => json::read(text).map_err(wrong),
        Cow::Owned(text) => json::read(&text).map(Value::into_owned).map_err(wrong),
    }
}

/// The charset of a form's names and values, once their escapes are undone.
fn charset_name(label: Option<&str>) -> String {
    label.unwrap_or("utf-8").to_owned()
}

fn form(charset: &str, body: &[u8]) -> Result<Value<'static>, Cause> {
    let mut fields: Map<'static> = Map::new();
    for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let middle = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let name = unescaped(charset, &pair[..middle])?;
        let value = Value::from(unescaped(charset, pair.get(middle + 1..).unwrap_or_default())?);
        match fields.get_mut(&name) {
            None => fields.push(name, value),
            Some(Value::List(list)) => list.push(value),
            Some(known) => *known = Value::List(vec![std::mem::take(known), value]),
        }
        if fields.len() > MOST_FIELDS {
            return Err(Cause::new("hook.not_form").with("reason", "> 10000"));
        }
    }
    Ok(Value::Map(fields))
}

/// A form with more fields is refused: they are looked up one by one.
const MOST_FIELDS: usize = 10_000;

fn unescaped(charset: &str, text: &[u8]) -> Result<String, Cause> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        rest = after;
        bytes.push(match first {
            b'+' => b' ',
            b'%' => match after {
                [high, low, after @ ..] => {
                    rest = after;
                    let mut byte = [0];
                    hex::decode_to_slice([*high, *low], &mut byte)
                        .map_err(|_| Cause::new("hook.not_form").with("reason", "%"))?;
                    byte[0]
                }
                _ => return Err(Cause::new("hook.not_form").with("reason", "%")),
            },
            other => *other,
        });
    }
    charset::decode(&bytes, Some(charset)).map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content_type: Option<&str>, body: &[u8]) -> String {
        match content(content_type, body) {
            Ok(value) => json::write(&value),
            Err(cause) => cause.code.to_string(),
        }
    }

    #[test]
    fn a_body_is_read_as_its_content_type_says() {
        const FORM: Option<&str> = Some("application/x-www-form-urlencoded; charset=UTF-8");
        for (kind, body, expected) in [
            (Some("application/json"), r#"{"金额":12.30}"#.as_bytes(), r#"{"金额":12.30}"#),
            (None, b"[1]", "[1]"),
            (Some("text/plain"), b"{", "hook.not_json"),
            (None, b"", "hook.not_json"),
            (Some("application/json; charset=GBK"), b"{\"a\":\"\xc9\xcc\xb5\xea\"}", r#"{"a":"商店"}"#),
            (Some("application/json"), b"{\"a\":\"\xc9\xcc\xb5\xea\"}", "charset.wrong"),
            (FORM, b"a=%E5%95%86+b&b=&b=2&c", r#"{"a":"商 b","b":["","2"],"c":""}"#),
            (FORM, b"a=%zz", "hook.not_form"),
            (FORM, b"a=%E", "hook.not_form"),
            (FORM, b"a=%ff", "charset.wrong"),
            (Some("Application/X-WWW-Form-Urlencoded;charset=gbk"), b"a=%C9%CC", r#"{"a":"商"}"#),
            (Some("text/xml"), "<单><号>1</号></单>".as_bytes(), r#"{"单":{"号":"1"}}"#),
            (Some("application/soap+xml"), b"<a", "xml.broken"),
        ] {
            assert_eq!(read(kind, body), expected, "{kind:?} {body:?}");
        }
    }
}
