//! Texts of other systems as they come: bytes in a charset that a mark, a declaration or a content type names.
//!
//! UTF-8, GB18030 (with GBK and GB2312 in it) and UTF-16 are taken. A text that is not in the charset it is said to be in is
//! refused: half of its characters would become others.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::Cause;

/// The charset that a content type names: `text/xml; charset=GB18030`.
pub fn of_content_type(content_type: &str) -> Option<&str> {
    let is_named = |part: &&str| part.get(..8).is_some_and(|name| name.eq_ignore_ascii_case("charset="));
    let named = content_type.split(';').skip(1).map(str::trim).find(is_named)?;
    Some(named[8..].trim().trim_matches('"')).filter(|label| !label.is_empty())
}

/// The text of these bytes. `label` is the charset that the content type names; a byte order mark is passed over.
///
/// # Errors
/// `charset.unknown` for one that is not taken, `charset.differs` where mark and label contradict each other,
/// `charset.wrong` where the bytes are not in it.
pub fn decode<'b>(bytes: &'b [u8], label: Option<&str>) -> Result<Cow<'b, str>, Cause> {
    decode_declared(bytes, label, None)
}

/// As [`decode`], with the charset that the text itself declares.
pub(crate) fn decode_declared<'b>(
    bytes: &'b [u8],
    label: Option<&str>,
    declared: Option<&str>,
) -> Result<Cow<'b, str>, Cause> {
    let seen = seen(bytes);
    let named = [label, declared].into_iter().flatten().map(named).collect::<Result<Vec<_>, _>>()?;
    let charset = seen.or(named.first().copied()).unwrap_or(UTF_8);
    if let Some(other) = named.iter().find(|other| !are_alike(charset, other)) {
        let cause = Cause::new("charset.differs").with("charset", charset.name());
        return Err(cause.with("other", other.name()));
    }
    let wrong = || Cause::new("charset.wrong").with("charset", charset.name());
    let bytes = &bytes[mark(bytes)..];
    if charset == WINDOWS_1252 {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii());
        return text.map(Cow::Borrowed).ok_or_else(wrong);
    }
    charset.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(wrong)
}

/// What the first bytes show: a byte order mark, or the `<` of a text in UTF-16.
fn seen(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => Some(UTF_8),
        [0xfe, 0xff, ..] | [0, b'<', ..] => Some(UTF_16BE),
        [0xff, 0xfe, ..] | [b'<', 0, ..] => Some(UTF_16LE),
        _ => None,
    }
}

/// The length of the byte order mark.
fn mark(bytes: &[u8]) -> usize {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => 3,
        [0xfe, 0xff, ..] | [0xff, 0xfe, ..] => 2,
        _ => 0,
    }
}

/// ASCII alone is taken of what stands for it here (`us-ascii`, `iso-8859-1`): any bytes at all would pass for the rest.
fn named(label: &str) -> Result<&'static Encoding, Cause> {
    let known = Encoding::for_label(label.as_bytes());
    let taken = known.filter(|known| [UTF_8, GBK, GB18030, UTF_16LE, UTF_16BE, WINDOWS_1252].contains(known));
    let shown: String = label.chars().take(40).collect();
    taken.ok_or_else(|| Cause::new("charset.unknown").with("charset", shown))
}

/// GBK is a part of GB18030; `utf-16` says nothing of the order of bytes, which the mark does.
fn are_alike(one: &'static Encoding, other: &'static Encoding) -> bool {
    let family = |charset: &'static Encoding| match charset {
        _ if charset == GBK => GB18030,
        _ if charset == UTF_16BE => UTF_16LE,
        _ => charset,
    };
    family(one) == family(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gb(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    fn utf_16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn a_text_is_read_in_the_charset_that_is_named_or_marked() {
        let (utf_8, gb, utf_16) = ("桥梁公司".as_bytes(), gb("桥梁公司"), utf_16("\u{feff}桥梁公司"));
        for (bytes, label) in [
            (utf_8, None),
            (utf_8, Some("UTF-8")),
            (&*gb, Some("GB18030")),
            (&gb, Some("gb2312")),
            (&utf_16, None),
            (&utf_16, Some("utf-16")),
            (&[&[0xef, 0xbb, 0xbf], utf_8].concat(), None),
        ] {
            assert_eq!(decode(bytes, label).as_deref(), Ok("桥梁公司"), "{label:?}");
        }
        assert_eq!(decode(b"plain", Some("us-ascii")).as_deref(), Ok("plain"));
    }

    #[test]
    fn a_wrong_label_is_refused_and_never_guessed_at() {
        let gb = gb("桥梁公司");
        for (bytes, label, code) in [
            (&*gb, None, "charset.wrong"),
            (&gb, Some("utf-8"), "charset.wrong"),
            (&gb, Some("iso-8859-1"), "charset.wrong"),
            (&gb, Some("utf-17"), "charset.unknown"),
            (&gb, Some("big5"), "charset.unknown"),
            (&utf_16("\u{feff}桥"), Some("utf-8"), "charset.differs"),
            (&[0xef, 0xbb, 0xbf, b'a'], Some("gbk"), "charset.differs"),
        ] {
            assert_eq!(decode(bytes, label).unwrap_err().code, code, "{label:?}");
        }
    }

    #[test]
    fn a_content_type_names_its_charset() {
        for (content_type, charset) in [
            ("text/xml; charset=GB18030", Some("GB18030")),
            ("application/xml;Charset=\"utf-8\"", Some("utf-8")),
            ("text/xml; boundary=x; charset=gbk", Some("gbk")),
            ("text/xml", None),
            ("text/xml; charset=", None),
            ("text/xml; 编码=是", None),
        ] {
            assert_eq!(of_content_type(content_type), charset, "{content_type}");
        }
    }
}
