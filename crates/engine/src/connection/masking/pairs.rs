//! Pairs of a name and a value: forms and the parameters of addresses (`a=1&b=2`), and lines of `path.name=value`.

use std::borrow::Cow;

use super::elements::{DEEPEST, mask_elements};
use super::{mask_fields, mask_mobiles, mask_of};

/// The pairs with the values of secret and personal fields hidden. A piece that is no pair belongs to the value before it.
pub(super) fn mask_pairs(text: &str, personal: &[String]) -> String {
    let mut pairs: Vec<&str> = Vec::new();
    let mut begun = 0;
    for (at, _) in text.match_indices('&') {
        if is_pair(&text[at + 1..]) {
            pairs.push(&text[begun..at]);
            begun = at + 1;
        }
    }
    pairs.push(&text[begun..]);
    let masked: Vec<Cow<'_, str>> = pairs.into_iter().map(|pair| masked_pair(pair, personal)).collect();
    masked.join("&")
}

/// Whether a pair begins here: a name without anything that names do not have.
pub(super) fn is_pair(text: &str) -> bool {
    let piece = text.split(['&', '\n']).next().unwrap_or_default();
    let name = piece.split_once('=').map_or("", |(name, _)| name);
    !name.is_empty() && !name.contains([' ', '?', '/', '"', '<', '{'])
}

fn masked_pair<'p>(pair: &'p str, personal: &[String]) -> Cow<'p, str> {
    let Some((name, value)) = pair.split_once('=') else { return Cow::Borrowed(pair) };
    let (said_name, said) = (unescaped(name), unescaped(value));
    let last = said_name.trim_end_matches(']').rsplit(['.', '[']).next().unwrap_or_default();
    let hidden = mask_of(last, &said, personal).unwrap_or_else(|| masked_value(&said, personal));
    match (hidden == said, said == value) {
        (true, _) => Cow::Borrowed(pair),
        (false, true) => Cow::Owned(format!("{name}={hidden}")),
        (false, false) => Cow::Owned(format!("{name}={}", escaped(&hidden))),
    }
}

/// What a value holds may be JSON or XML of its own.
fn masked_value(said: &str, personal: &[String]) -> String {
    let fields = mask_fields(said, personal);
    mask_mobiles(&match fields.trim_start().starts_with('<') {
        // No deeper: it may stand in the CDATA of XML already.
        true => mask_elements(&fields, personal, DEEPEST),
        false => fields,
    })
}

/// The part of a name behind the last mark.
pub(super) fn local(name: &str, mark: char) -> &str {
    name.rsplit(mark).next().unwrap_or(name)
}

/// As forms and addresses say it; what is no escape stays.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let [first, after @ ..] = rest {
        rest = after;
        let mut byte = [*first];
        match (first, after) {
            (b'+', _) => byte = [b' '],
            (b'%', [high, low, after @ ..]) if hex::decode_to_slice([*high, *low], &mut byte).is_ok() => {
                rest = after;
            }
            _ => {}
        }
        bytes.extend(byte);
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// Written for people: of what is hidden only the marks of forms themselves are escaped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '=' | '%' | '+' | '#' | '\r' | '\n' => out.push_str(&format!("%{:02X}", u32::from(c))),
            ' ' => out.push('+'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{masked, masked_url};

    #[test]
    fn fields_of_forms_are_hidden() {
        let personal = ["负责人".to_owned()];
        for (text, hidden) in [
            ("a=1&负责人=王", "a=1&负责人=王***"),
            (
                "access_token=t&name=桥&mobile=138%201234%205678",
                "access_token=***&name=桥&mobile=138****5678",
            ),
            (
                "%E8%B4%9F%E8%B4%A3%E4%BA%BA=%E7%8E%8B%E5%B0%8F%E6%98%8E&b=1",
                "%E8%B4%9F%E8%B4%A3%E4%BA%BA=王***&b=1",
            ),
            ("客户[负责人]=王小明&客户[1][Token]=t&x", "客户[负责人]=王***&客户[1][Token]=***"),
            ("负责人=王小明&李四&b=2", "负责人=王***&b=2"),
            (
                "data=%7B%22%E8%B4%9F%E8%B4%A3%E4%BA%BA%22%3A%22%E7%8E%8B%E5%B0%8F%E6%98%8E%22%2C%22a%22%3A1%7D",
                "data={\"负责人\":\"王***\",\"a\":1}",
            ),
            ("xml=%3Ctoken%3Et%3C%2Ftoken%3E", "xml=<token>***</token>"),
            ("q=%2213812345678%22&n=100%25", "q=\"138****5678\"&n=100%25"),
            ("折扣=100%&负责人=", "折扣=100%&负责人="),
            ("没有等号", "没有等号"),
            ("原因 a=1&负责人=王", "原因 a=1&负责人=王"),
        ] {
            assert_eq!(masked(text.as_bytes(), &[], &personal), hidden);
        }
        assert_eq!(
            masked_url("https://a/b?access_token=1&负责人=王小明&x=2", &[], &personal),
            "https://a/b?access_token=***&负责人=王***&x=2"
        );
    }

    #[test]
    fn fields_of_lines_are_hidden() {
        let personal = ["负责人".to_owned()];
        assert_eq!(
            masked(
                "masterFieldVal.名称=桥梁公司&b\nmasterFieldVal.负责人=王小明&李四\r\ntoken=t".as_bytes(),
                &[],
                &personal
            ),
            "masterFieldVal.名称=桥梁公司&b\nmasterFieldVal.负责人=王***\r\ntoken=***"
        );
    }
}
