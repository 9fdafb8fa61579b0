//! Masking of recorded calls: no secret and no personal field is ever stored or shown.

mod elements;
mod pairs;
mod written;

use pairs::mask_pairs;
use written::mask_written;

/// Longer texts are cut in records.
const LONGEST: usize = 16 << 10;

/// Digits of a mobile number in China.
const MOBILE: usize = 11;

/// Names of fields that hold a secret in any system, compared without case.
const SECRET_FIELDS: &[&str] = &[
    "appsecret",
    "permanentcode",
    "corpaccesstoken",
    "appaccesstoken",
    "access_token",
    "accesstoken",
    "password",
    "secret",
    "token",
    "kdsvcsessionid",
    "sessionid",
    "usertoken",
];

/// Names of fields with personal data in any system, compared without case.
const PERSONAL_FIELDS: &[&str] = &[
    "mobile",
    "mobile1",
    "mobile2",
    "tel",
    "tel1",
    "phone",
    "fmobile",
    "ftel",
    "fmobilephone",
    "email",
    "femail",
    "id_card",
    "fidcard",
];

/// The writings in which a secret may stand in a call: as it is, inside a JSON text, and in a form or an address.
pub fn writings(secret: &str) -> Vec<String> {
    let quoted = model::json::write(&model::Value::text(secret));
    let in_json = quoted[1..quoted.len() - 1].to_owned();
    let in_address = |plain: &[u8], space: &str| {
        let written = secret.bytes().map(|byte| match byte {
            b' ' => space.to_owned(),
            byte if byte.is_ascii_alphanumeric() || plain.contains(&byte) => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        });
        written.collect::<String>()
    };
    let mut writings = vec![secret.to_owned()];
    // Strictly, as browsers write parts of addresses, and as forms are written.
    let others =
        [in_json, in_address(b"-._~", "%20"), in_address(b"-._~!*'()", "%20"), in_address(b"-._*", "+")];
    for other in others {
        if !writings.contains(&other) {
            writings.push(other);
        }
    }
    writings
}

/// The text as it may be stored: secrets by their value and by their field's name, personal fields of JSON, XML, forms
/// and lines, mobile numbers wherever they stand, and at most 16 KB.
pub fn masked(text: &[u8], secrets: &[String], personal: &[String]) -> String {
    let cut = &text[..text.len().min(LONGEST)];
    let mut out = masked_text(&String::from_utf8_lossy(cut), personal);
    for secret in secrets {
        if out.contains(secret.as_str()) {
            out = out.replace(secret.as_str(), "***");
        }
    }
    if text.len() > LONGEST {
        out.push_str(&format!("… ({} bytes)", text.len()));
    }
    out
}

/// The value of a field, as JSON text, as it may be stored and shown.
pub(crate) fn masked_value(name: &str, value: &model::Value, personal: &[String]) -> String {
    let mut field = model::Map::new();
    field.set(name, value.borrow());
    let named = model::json::write(&model::Value::Map(field));
    let quoted = model::json::write(&model::Value::text(name));
    let masked = masked(named.as_bytes(), &[], personal);
    // Around it stand a brace, the name and a colon, and a brace; of a long one the end is cut.
    let value = masked.get(quoted.len() + 2..).unwrap_or_default();
    value.strip_suffix('}').unwrap_or(value).to_owned()
}

/// Without what only the connection knows: its secrets by their value.
fn masked_text(text: &str, personal: &[String]) -> String {
    mask_mobiles(&mask_written(mask_fields(text, personal), personal))
}

/// A URL as it may be stored: the values of secret and personal query parameters are hidden.
pub fn masked_url(url: &str, secrets: &[String], personal: &[String]) -> String {
    let mut out = match url.split_once('?') {
        None => url.to_owned(),
        Some((path, query)) => format!("{path}?{}", mask_pairs(query, personal)),
    };
    for secret in secrets {
        out = out.replace(secret.as_str(), "***");
    }
    out
}

/// Hides the middle of mobile numbers that no field's name tells of: in rows without names, in filters, in texts
/// inside texts. A number with more digits, or a part of a word, is something else.
fn mask_mobiles(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let end = rest[start..].find(|c| !is_part(c)).map_or(rest.len(), |length| start + length);
        let word = &rest[start..end];
        out.push_str(&rest[..start]);
        match is_mobile(word) {
            true => out.push_str(&middle_hidden(word)),
            false => out.push_str(word),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

fn is_mobile(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() == MOBILE
        && bytes[0] == b'1'
        && (b'3'..=b'9').contains(&bytes[1])
        && bytes.iter().all(u8::is_ascii_digit)
}

/// Goes through `"name" : "value"` pairs of a JSON text, whole or cut, and masks the values of named fields.
fn mask_fields(text: &str, personal: &[String]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('"') {
        let Some(name_length) = string_length(&rest[open + 1..]) else { break };
        let name = &rest[open + 1..open + 1 + name_length];
        let after_name = open + 2 + name_length;
        out.push_str(&rest[..after_name]);
        rest = &rest[after_name..];
        let Some(value_at) = value_start(rest) else { continue };
        let length = match rest.as_bytes()[value_at - 1] {
            b'"' => string_length(&rest[value_at..]).unwrap_or(rest.len() - value_at),
            _ => number_length(&rest[value_at..]),
        };
        let value = &rest[value_at..value_at + length];
        if let Some(mask) = mask_of(name, value, personal) {
            out.push_str(&rest[..value_at]);
            out.push_str(&mask);
            rest = &rest[value_at + length..];
            if rest.starts_with('"') {
                out.push('"');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Where the text of a string begins, or a number, when a colon and one of them follow.
fn value_start(rest: &str) -> Option<usize> {
    let after_colon = rest.trim_start().strip_prefix(':')?.trim_start();
    let start = rest.len() - after_colon.len();
    match after_colon.as_bytes().first()? {
        b'"' => Some(start + 1),
        b'-' | b'0'..=b'9' => Some(start),
        _ => None,
    }
}

fn number_length(text: &str) -> usize {
    let is_of_number = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
    text.bytes().take_while(is_of_number).count()
}

/// The length of a string's inside, given the text after its opening quote; `None` when it does not end.
fn string_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    None
}

fn mask_of(name: &str, value: &str, personal: &[String]) -> Option<String> {
    if is_secret(name) && !value.is_empty() {
        return Some("***".into());
    }
    (is_personal(name, personal) && !value.trim().is_empty()).then(|| middle_hidden(value))
}

/// Whether a field of that name holds personal data: by the connector's list, or in any system.
pub(crate) fn is_personal(name: &str, personal: &[String]) -> bool {
    PERSONAL_FIELDS.iter().any(|field| name.eq_ignore_ascii_case(field))
        || personal.iter().any(|field| name.eq_ignore_ascii_case(field))
}

fn is_secret(name: &str) -> bool {
    SECRET_FIELDS.iter().any(|field| name.eq_ignore_ascii_case(field))
}

/// `13812345678` → `138****5678`; short texts lose all but the first character.
fn middle_hidden(value: &str) -> String {
    let characters: Vec<char> = value.chars().collect();
    if characters.len() < 8 {
        return format!("{}***", characters[0]);
    }
    let (head, tail): (String, String) =
        (characters[..3].iter().collect(), characters[characters.len() - 4..].iter().collect());
    format!("{head}****{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_personal_fields_are_hidden_and_the_rest_is_not() {
        let text =
            r#"{"appSecret":"s3cr3t","name":"桥梁公司","mobile1" : "13812345678","FTel":"0755","cut":"x"#;
        assert_eq!(
            masked(text.as_bytes(), &[], &[]),
            r#"{"appSecret":"***","name":"桥梁公司","mobile1" : "138****5678","FTel":"0***","cut":"x"#
        );
        assert_eq!(masked("Bearer abc".as_bytes(), &["abc".into()], &[]), "Bearer ***");
        assert_eq!(
            masked(r#"{"legal":"张三丰"}"#.as_bytes(), &[], &["legal".into()]),
            r#"{"legal":"张***"}"#
        );
    }

    #[test]
    fn a_secret_is_hidden_however_it_is_written() {
        let secret = r#"桥"Q+1\&"#;
        let secrets = writings(secret);
        for text in [
            secret.to_owned(),
            format!(r#"{{"parameters":["acct",{}]}}"#, model::json::write(&model::Value::text(secret))),
            "pwd=%E6%A1%A5%22Q%2B1%5C%26&lcid=2052".to_owned(),
        ] {
            let hidden = masked(text.as_bytes(), &secrets, &[]);
            assert!(
                hidden.contains("***") && !hidden.contains("Q+1") && !hidden.contains("Q%2B1"),
                "{hidden}"
            );
        }
        assert_eq!(writings("abcd"), ["abcd"]);
        let spaced = writings("geheim 桥!");
        for text in ["pwd=geheim+%E6%A1%A5%21&a=1", "pwd=geheim%20%E6%A1%A5!", "<a b='geheim 桥!'/>"] {
            assert!(masked(text.as_bytes(), &spaced, &[]).contains("***"), "{text}");
        }
    }

    #[test]
    fn mobile_numbers_are_hidden_in_rows_filters_and_texts_inside_texts_and_other_numbers_are_not() {
        for (text, hidden) in [
            (r#"[[100325,"李四","13812345678"]]"#, r#"[[100325,"李四","138****5678"]]"#),
            (r#"{"FilterString":"FMobile='19912345678'"}"#, r#"{"FilterString":"FMobile='199****5678'"}"#),
            (r#"{"data":"{\"FMOBILE\":\"13812345678\"}"}"#, r#"{"data":"{\"FMOBILE\":\"138****5678\"}"}"#),
            (r#"{"phone_no":13812345678}"#, r#"{"phone_no":138****5678}"#),
            ("1780275600000", "1780275600000"),
            ("12345678901 KH13812345678", "12345678901 KH13812345678"),
        ] {
            assert_eq!(masked(text.as_bytes(), &[], &[]), hidden);
        }
    }

    #[test]
    fn tokens_in_addresses_are_hidden() {
        assert_eq!(
            masked_url("https://a/b?access_token=1&x=2", &[], &[]),
            "https://a/b?access_token=***&x=2"
        );
    }
}
