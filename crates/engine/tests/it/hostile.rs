//! Bodies that are meant to break whoever reads them, sent to a webhook: each is kept byte for byte; all of its records are
//! stored or none is, and nobody else notices.

use engine::webhooks::{Refused, Taken};
use model::receipt::ReceiptState;

use crate::webhooks::Shop;

const JSON: &str = "application/json";
const XML: &str = "application/xml";

/// A second order, which says something hostile, after one that says nothing wrong.
fn json(hostile: &str) -> Vec<u8> {
    format!(r#"{{"order":[{{"id":"1","no":"K1"}},{{"id":"2","no":"K2","name":{hostile}}}]}}"#).into_bytes()
}

fn xml(before: &str, hostile: &str) -> Vec<u8> {
    format!("{before}<order><id>1</id><no>K1</no><name>{hostile}</name></order>").into_bytes()
}

fn nested(depth: usize, open: &str, close: &str) -> String {
    format!("{}{}", open.repeat(depth), close.repeat(depth))
}

/// Each entity ten times the one before it: 桥, 10¹² times.
fn bomb() -> String {
    let mut text = String::from("<!DOCTYPE o [<!ENTITY a0 \"桥\">");
    for level in 1..=12 {
        let ten = format!("&a{};", level - 1).repeat(10);
        text += &format!("<!ENTITY a{level} \"{ten}\">");
    }
    text + "]>"
}

/// In the text of the body, these bytes for that letter.
fn with_bytes(body: &[u8], letter: &str, bytes: &[u8]) -> Vec<u8> {
    let at = body.windows(letter.len()).position(|window| window == letter.as_bytes()).expect("it is there");
    [&body[..at], bytes, &body[at + letter.len()..]].concat()
}

/// What it is, its content type and bytes; how it fails, or what of it is in what is stored.
type Hostile = (&'static str, &'static str, Vec<u8>, Result<&'static str, &'static str>);

fn bodies() -> Vec<Hostile> {
    let whole = json("\"桥\"");
    let digits = "9".repeat(100_000);
    vec![
        ("10,000 levels", JSON, json(&nested(10_000, "[", "]")), Err("hook.not_json")),
        (
            "10,000 maps",
            JSON,
            json(&format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000))),
            Err("hook.not_json"),
        ),
        ("levels that are never closed", JSON, "[".repeat(1_000_000).into_bytes(), Err("hook.not_json")),
        ("a key twice", JSON, json(r#""甲","name":"乙""#), Err("hook.not_json")),
        ("a huge number", JSON, json(&format!("1e{}", "9".repeat(300))), Ok("1e999")),
        ("a long number", JSON, json(&digits), Ok("9999999999")),
        ("a NUL that is written out", JSON, json(r#""甲\u0000乙""#), Ok("甲\\u0000乙")),
        ("a bare NUL", JSON, with_bytes(&whole, "桥", b"\0"), Err("hook.not_json")),
        ("a lone surrogate", JSON, json(r#""\ud800""#), Err("hook.not_json")),
        ("surrogates in the wrong order", JSON, json(r#""\udc00\ud800""#), Err("hook.not_json")),
        ("no UTF-8", JSON, with_bytes(&whole, "桥", b"\xff\xfe"), Err("charset.wrong")),
        ("half a letter", JSON, with_bytes(&whole, "桥", b"\xe6\xa1"), Err("charset.wrong")),
        (
            "a charset that nobody knows",
            "application/json; charset=klingon",
            whole.clone(),
            Err("charset.unknown"),
        ),
        ("cut off within a text", JSON, whole[..whole.len() - 8].to_vec(), Err("hook.not_json")),
        ("cut off before its end", JSON, whole[..whole.len() - 1].to_vec(), Err("hook.not_json")),
        ("two bodies", JSON, whole.repeat(2), Err("hook.not_json")),
        ("a bomb", XML, xml(&bomb(), "&a12;"), Err("xml.dtd")),
        ("a DTD that does nothing", XML, xml("<!DOCTYPE order>", "桥"), Err("xml.dtd")),
        (
            "an outside DTD",
            XML,
            xml("<!DOCTYPE order SYSTEM \"http://127.0.0.1/o.dtd\">", "桥"),
            Err("xml.dtd"),
        ),
        (
            "an outside entity",
            XML,
            xml("<!DOCTYPE o [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>", "&x;"),
            Err("xml.dtd"),
        ),
        ("an entity of nobody", XML, xml("", "&x;"), Err("xml.entity")),
        ("10,000 elements deep", XML, xml("", &nested(10_000, "<a>", "</a>")), Err("xml.deep")),
        ("XML cut off", XML, b"<order><id>1</id><no>K1</no><name>\xe6\xa1\xa5".to_vec(), Err("xml.broken")),
        ("XML that is no UTF-8", XML, with_bytes(&xml("", "桥"), "桥", b"\xff"), Err("charset.wrong")),
    ]
}

#[tokio::test(start_paused = true)]
async fn all_of_a_hostile_body_is_stored_or_nothing_and_nobody_else_notices() {
    for (what, content_type, body, wanted) in bodies() {
        let shop = Shop::new("{ records: /order }", "").await;
        let sent = shop.send_bytes(content_type, body.clone()).await;
        let Ok(Taken::Kept(receipt)) = sent else { panic!("{what}: {sent:?}") };
        let honest = shop.sent(r#"{"order":{"id":"9","no":"K9","name":"好"}}"#).await;
        shop.world.run(5).await;
        let kept = shop.receipt(receipt).await;
        assert_eq!(kept.pushed.body, body, "{what}: byte for byte");
        let stored = shop.body("1").await.or(shop.body("2").await);
        match wanted {
            Err(code) => {
                let told = kept.cause.map(|cause| cause.code.to_string());
                assert_eq!((kept.state, told.as_deref()), (ReceiptState::Failed, Some(code)), "{what}");
                assert_eq!((stored, kept.about), (None, vec![]), "{what}");
            }
            Ok(part) => {
                assert_eq!((kept.state, kept.about.len()), (ReceiptState::Parsed, 2), "{what}");
                assert!(shop.body("1").await.is_some(), "{what}");
                assert!(shop.body("2").await.unwrap().contains(part), "{what}");
            }
        }
        assert_eq!(shop.receipt(honest).await.state, ReceiptState::Parsed, "{what}");
        assert!(
            shop.world.desk().table("customer").contains(&r#"{"no":"K9","name":"好"}"#.to_owned()),
            "{what}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_says_nothing_is_refused_and_leaves_nothing() {
    let shop = Shop::new("{}", "").await;
    assert_eq!(shop.send_bytes(JSON, Vec::new()).await, Err(Refused::Empty));
    assert!(shop.world.store().list_receipts(&Default::default()).await.unwrap().is_empty());
}
