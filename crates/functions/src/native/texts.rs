//! Charsets, Base64, hexadecimal digits, percent signs, and ids by chance.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use encoding_rs::{Encoding, UTF_8};
use model::Cause;

pub(crate) fn in_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Takes the usual and the URL alphabet, with and without padding; spaces and line ends are passed over.
pub(super) fn from_base64(text: &str) -> Result<Vec<u8>, Cause> {
    const ALPHABETS: [&GeneralPurpose; 4] = [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD];
    if let Ok(bytes) = STANDARD.decode(text) {
        return Ok(bytes);
    }
    let text: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let read = ALPHABETS.iter().find_map(|alphabet| alphabet.decode(&text).ok());
    read.ok_or_else(|| Cause::new("function.not_base64"))
}

pub(super) fn from_hex(text: &str) -> Result<Vec<u8>, Cause> {
    hex::decode(text.trim()).map_err(|_| Cause::new("function.not_hex"))
}

fn charset(label: &str) -> Result<&'static Encoding, Cause> {
    let found = Encoding::for_label(label.as_bytes());
    found.ok_or_else(|| {
        Cause::new("function.unknown_charset").with("charset", crate::shared::shortened(label, 40))
    })
}

/// The text in that charset (`utf-8`, `gb18030`, `gbk`, `big5`, …); bytes that are none are an error, never a guess.
pub(super) fn decode(bytes: &[u8], label: &str) -> Result<String, Cause> {
    let charset = charset(label)?;
    let (text, broken) = charset.decode_with_bom_removal(bytes);
    match broken {
        true => Err(Cause::new("function.not_of_charset").with("charset", charset.name())),
        false => Ok(text.into_owned()),
    }
}

/// The bytes of a text in that charset; a character that it does not have is an error.
pub(super) fn encode(text: &str, label: &str) -> Result<Vec<u8>, Cause> {
    let charset = charset(label)?;
    let (bytes, used, lost) = charset.encode(text);
    match lost || used != charset {
        true => Err(Cause::new("function.not_in_charset").with("charset", charset.name())),
        false => Ok(bytes.into_owned()),
    }
}

/// A body as text: by its byte order mark, the charset of its content type, the encoding that its XML declaration
/// names, else UTF-8. What cannot be decoded is shown by replacement characters; the bytes stay at hand.
pub(crate) fn decode_body(body: &[u8], content_type: Option<&str>) -> String {
    let label = content_type.and_then(charset_of);
    let declared = || declared_encoding(body);
    let charset = Encoding::for_bom(body)
        .map(|(charset, _)| charset)
        .or_else(|| Encoding::for_label(label?.as_bytes()))
        .or_else(|| Encoding::for_label(declared()?))
        .unwrap_or(UTF_8);
    charset.decode(body).0.into_owned()
}

fn charset_of(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1);
    let charset = parameters.filter_map(|parameter| parameter.split_once('='));
    let mut found = charset.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    found.next().map(|(_, value)| value.trim().trim_matches('"'))
}

/// The name in `<?xml version="1.0" encoding="GB18030"?>`, which is ASCII in every charset that we read.
fn declared_encoding(body: &[u8]) -> Option<&[u8]> {
    let head = &body[..body.len().min(200)];
    let head = head.trim_ascii_start().strip_prefix(b"<?xml")?;
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let name = b"encoding";
    let at = head[..end].windows(name.len()).position(|word| word == name)?;
    let value = head[at + name.len()..end].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let quote = *value.first().filter(|byte| matches!(byte, b'"' | b'\''))?;
    value[1..].split(|byte| *byte == quote).next()
}

/// Percent-encoded as RFC 3986 has it: all but letters, digits and `-._~`.
pub(super) fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// An id of version 4 from 128 random bits.
pub(super) fn uuid(high: u64, low: u64) -> String {
    let high = high & !0xf000 | 0x4000;
    let low = low & !(0b11 << 62) | (0b10 << 62);
    let digits = format!("{high:016x}{low:016x}");
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_decoded_by_what_says_its_charset() {
        let gbk = encode("<?xml version=\"1.0\" encoding=\"GB18030\"?><单>桥梁</单>", "gb18030").unwrap();
        assert!(decode_body(&gbk, None).ends_with("<单>桥梁</单>"));
        assert!(decode_body(&gbk, Some("text/xml; charset=\"gbk\"")).ends_with("<单>桥梁</单>"));
        assert_eq!(decode_body("桥".as_bytes(), Some("text/plain")), "桥");
        assert_eq!(decode_body(b"\xef\xbb\xbf{}", None), "{}");
        assert_eq!(decode_body(b"\xff\xfe\x65\x68", Some("text/plain; charset=utf-8")), "桥");
    }

    #[test]
    fn what_is_not_of_a_charset_is_told() {
        assert_eq!(decode(b"\xff\xff", "gbk").unwrap_err().code, "function.not_of_charset");
        assert_eq!(encode("桥😀", "gbk").unwrap_err().code, "function.not_in_charset");
        assert_eq!(decode(b"", "klingon").unwrap_err().code, "function.unknown_charset");
    }

    #[test]
    fn ids_by_chance_are_of_version_4() {
        assert_eq!(uuid(0, 0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid(u64::MAX, u64::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }

    #[test]
    fn percent_signs_are_as_rfc_3986_has_them() {
        assert_eq!(percent("a b/桥~"), "a%20b%2F%E6%A1%A5~");
    }
}
