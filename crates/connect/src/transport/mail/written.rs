//! A letter as a message of the internet (RFC 5322, MIME): what is not ASCII is encoded, headers (RFC 2047) and text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::transport::Letter;
use jiff::tz::TimeZone;

/// Bytes of a text in one encoded word: with what stands around it a word has 72 characters, and may have 75.
const WORD: usize = 45;

/// Bytes of a text in one line of base64, 76 characters.
const LINE: usize = 57;

/// An address is no longer than this (RFC 5321 §4.5.3.1).
const LONGEST_ADDRESS: usize = 254;
const LONGEST_LOCAL: usize = 64;

/// The letter, written, with `\r\n` at the end of each line. Nothing in it can begin a line of its own: addresses are held
/// against their grammar, and what is said is encoded. `None` where one of the addresses is none.
pub(super) fn written(letter: &Letter) -> Option<String> {
    let addresses = letter.to.iter().chain([&letter.from]);
    if letter.to.is_empty() || !addresses.into_iter().all(|address| is_address(address)) {
        return None;
    }
    let (_, domain) = letter.from.split_once('@')?;
    let id: String = letter.id.chars().filter(char::is_ascii_alphanumeric).collect();
    let date = jiff::Timestamp::from_millisecond(letter.date.0).ok()?.to_zoned(TimeZone::UTC);
    let from = match letter.name.as_deref().map(in_one_line).filter(|name| !name.is_empty()) {
        Some(name) => format!("{} <{}>", words(&name), letter.from),
        None => letter.from.clone(),
    };
    let headers = [
        ("From", from),
        ("To", letter.to.join(",\r\n ")),
        ("Subject", words(&in_one_line(&letter.subject))),
        ("Date", date.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()),
        ("Message-ID", format!("<{id}@{domain}>")),
        // No person wrote it, so that no automatic reply comes (RFC 3834).
        ("Auto-Submitted", "auto-generated".to_owned()),
        ("MIME-Version", "1.0".to_owned()),
        ("Content-Type", "text/plain; charset=utf-8".to_owned()),
        ("Content-Transfer-Encoding", "base64".to_owned()),
    ];
    let mut out: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    out.push_str("\r\n");
    let text = letter.text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
    for line in text.as_bytes().chunks(LINE) {
        out.push_str(&STANDARD.encode(line));
        out.push_str("\r\n");
    }
    Some(out)
}

/// Whether it is an address that a server is told: ASCII, without quotes or comments.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_local = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let is_label = |label: &str| {
        let fits = !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-');
        fits && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    text.len() <= LONGEST_ADDRESS
        && (1..=LONGEST_LOCAL).contains(&local.len())
        && local.chars().all(is_local)
        && domain.split('.').all(is_label)
}

/// A text without line breaks and other control characters.
fn in_one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.trim().to_owned()
}

/// A text of a header, as encoded words: one a line.
fn words(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " .-_".contains(c);
    if text.len() <= WORD && text.chars().all(is_plain) {
        return text.to_owned();
    }
    let mut parts = vec![String::new()];
    for c in text.chars() {
        match parts.last_mut() {
            Some(part) if part.len() + c.len_utf8() <= WORD => part.push(c),
            _ => parts.push(c.to_string()),
        }
    }
    let word = |part: &String| format!("=?utf-8?b?{}?=", STANDARD.encode(part));
    parts.iter().map(word).collect::<Vec<_>>().join("\r\n ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_short_and_whole_characters() {
        assert_eq!(words("Qiao 1.0"), "Qiao 1.0");
        assert_eq!(words("桥"), "=?utf-8?b?5qGl?=");
        let long = "【桥】128 条告警，订单同步失败，请尽快处理".repeat(5);
        let encoded = words(&long);
        assert!(encoded.split("\r\n ").all(|word| word.len() <= 75), "{encoded}");
        let read = encoded.split("\r\n ").map(|word| {
            let inner = word.strip_prefix("=?utf-8?b?").unwrap().strip_suffix("?=").unwrap();
            String::from_utf8(STANDARD.decode(inner).unwrap()).unwrap()
        });
        assert_eq!(read.collect::<String>(), long);
    }

    #[test]
    fn only_what_a_server_may_be_told_is_an_address() {
        for address in ["a@b.cn", "wang.fang+erp@mail.example.com", "it@localhost", "o'neil@example.com"] {
            assert!(is_address(address), "{address}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for other in [
            "",
            "a",
            "a@",
            "@b",
            "a@b@c.cn",
            "a b@c.cn",
            "a@b c",
            "<a@b.cn>",
            "a@b.cn>",
            "a@-b.cn",
            "a@b..cn",
            "\"a\"@b.cn",
            "a@[127.0.0.1]",
            "王@例子.cn",
            "a@b.cn\r\nRCPT TO:<c@d.cn>",
            "a@b.cn,c@d.cn",
            &long,
        ] {
            assert!(!is_address(other), "{other:?}");
        }
    }
}
