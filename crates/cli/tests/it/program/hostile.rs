//! Bodies that are meant to break whoever reads them: each is kept whole, or nothing of it is, and nobody else notices.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::pushing::{json, place, push};
use super::qiao::eventually;

/// Pushes bytes; the whole answer.
fn push_bytes(address: &str, headers: &str, body: &[u8]) -> String {
    let head = "POST /erp/syncdata/open/objdata/syncpush HTTP/1.1\r\nHost: qiao\r\nConnection: close\r\n\
                tenantId: 82313\r\nobjectApiName: SAL_Order\r\nversion: v1";
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let request = format!("{head}\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
    stream.write_all(&[request.as_bytes(), body].concat()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

fn bomb() -> String {
    let mut text = String::from("<?xml version=\"1.0\"?><!DOCTYPE b [<!ENTITY a0 \"爆\">");
    for level in 1..=20 {
        let twice = format!("&a{};", level - 1).repeat(10);
        text += &format!("<!ENTITY a{level} \"{twice}\">");
    }
    text + "]><b>&a20;</b>"
}

/// The bodies, whether they say that they are in the standard form, and whether they are kept: the standard form is looked
/// at before the answer, any other after it.
fn bodies() -> Vec<(&'static str, &'static str, Vec<u8>, bool)> {
    let master =
        |inner: &str| format!(r#"{{"masterFieldVal":{{"billNo":"恶-1",{inner},"rev":1}}}}"#).into_bytes();
    let nested = |depth: usize| format!(r#""a":{}{}"#, "[".repeat(depth), "]".repeat(depth));
    let standard = "id: 666\r\nContent-Type: application/json\r\n";
    let xml = "Content-Type: application/xml\r\n";
    let xxe = r#"<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]><b>&x;</b>"#;
    vec![
        ("nested 10,000 deep", standard, master(&nested(10_000)), false),
        ("a key twice", standard, master(r#""custName":"甲","custName":"乙""#), false),
        ("a huge number", standard, master(&format!(r#""custName":1e{}"#, "9".repeat(300))), true),
        ("a long number", standard, master(&format!(r#""custName":{}"#, "9".repeat(100_000))), true),
        ("a NUL", standard, master("\"custName\":\"甲\\u0000乙\""), true),
        ("a lone surrogate", standard, master(r#""custName":"\ud800""#), false),
        (
            "no UTF-8",
            standard,
            master("\"custName\":\"甲\"").into_iter().map(|b| if b == 0xe7 { 0xff } else { b }).collect(),
            false,
        ),
        ("an array", standard, b"[]".to_vec(), false),
        ("nothing", standard, Vec::new(), false),
        ("a bomb", xml, bomb().into_bytes(), true),
        ("an outside entity", xml, xxe.into(), true),
        (
            "a wrong charset",
            "Content-Type: application/xml; charset=utf-16\r\n",
            b"<b>\xff\xfe\xff".to_vec(),
            true,
        ),
        ("nested XML", xml, [b"<a>".repeat(100_000), b"</a>".repeat(100_000)].concat(), true),
    ]
}

#[test]
fn a_hostile_body_is_kept_whole_or_not_at_all_and_stops_nobody() {
    let (place, token) = place();
    let server = place.serve();
    let address = server.line["listening"].as_str().expect("it says where").to_owned();
    let mut kept = Vec::new();
    for (what, headers, body, is_kept) in bodies() {
        let answer = push_bytes(&address, &format!("token: {token}\r\n{headers}"), &body);
        assert_eq!(answer.contains("s106240000"), is_kept, "{what}: {answer}");
        if is_kept {
            let receipt = answer.lines().find_map(|line| line.strip_prefix("x-qiao-receipt: "));
            kept.push((what, receipt.expect("its receipt").trim().to_owned(), body));
        } else {
            assert!(answer.contains("s306240006"), "{what}: {answer}");
        }
    }
    let honest = format!("token: {token}\r\nid: 100\r\n");
    assert!(
        push(&address, &honest, r#"{"masterFieldVal":{"billNo":"销-1","rev":1}}"#).contains("s106240000")
    );
    let listed = || json(&place.run(&["receipts", "list", "--json"]));
    let receipts = || listed().as_array().cloned().expect("a list");
    eventually(Duration::from_secs(30), || receipts().iter().all(|receipt| receipt["state"] != "waiting"));
    assert_eq!(receipts().len(), kept.len() + 1, "nothing is left of the others");
    for (what, receipt, body) in kept {
        let mut show = place.command(&["receipts", "show", &receipt, "--body"]);
        assert_eq!(show.output().expect("qiao runs").stdout, body, "{what}: byte for byte");
    }
    place.says(&["trace", "销-1"], 0, &["erp/SaleOrder/100"], &["erp/SaleOrder/100"]);
    assert_eq!(server.interrupt(), Some(0));
}
