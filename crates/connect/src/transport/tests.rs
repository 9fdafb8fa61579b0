//! The transport against hosts on this machine that behave badly.

mod host;
mod mail;
mod mail_server;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use contract::transport::{Answer, Call, Network, Transport, TransportError};
use model::connection::Connection;

use super::*;
use crate::exchanges::connection;
use host::{Host, Then};

fn network() -> HttpNetwork {
    HttpNetwork::new(Arc::new(crate::registry(None).unwrap()), None).unwrap()
}

/// A connection that may call these hosts.
fn allowing(hosts: &[&str]) -> Connection {
    let mut connection = connection("", &[], &[]);
    connection.hosts = hosts.iter().map(|host| (*host).into()).collect();
    connection
}

fn transport() -> Arc<dyn Transport> {
    network().transport(&allowing(&["127.0.0.1"]))
}

fn call(url: String) -> Call {
    let call = Call::post_json("test", url, r#"{"客户":"桥"}"#);
    Call { timeout: Duration::from_secs(20), max_bytes: 1 << 20, ..call }
}

/// What the transport makes of this host's answer.
async fn sent_to(answer: impl Into<Vec<u8>>, then: Then) -> Result<Answer, TransportError> {
    let host = Host::answering(answer, then).await;
    transport().send(&call(host.url("/"))).await
}

fn broken(reason: &str) -> TransportError {
    TransportError::Broken { host: "127.0.0.1".into(), reason: reason.into() }
}

fn not_sent(reason: &str) -> TransportError {
    TransportError::NotSent { host: "127.0.0.1".into(), reason: reason.into() }
}

fn too_large() -> TransportError {
    TransportError::TooLarge { host: "127.0.0.1".into(), limit: 1 << 20 }
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

#[tokio::test]
async fn a_call_carries_its_headers_and_body_and_brings_the_answer() {
    let host =
        Host::answering("HTTP/1.1 418 Teapot\r\nX-One: 一\r\nContent-Length: 3\r\n\r\n桥", Then::Close).await;
    let call = call(host.url("/a?b=c")).with_header("X-Token", "t");
    let answer = transport().send(&call).await.unwrap();
    assert_eq!((answer.status, &answer.body[..]), (418, "桥".as_bytes()));
    assert_eq!(answer.header("x-one"), Some("一"));
    let request = &host.requests()[0];
    assert!(request.starts_with("POST /a?b=c HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("x-token: t\r\n") && request.ends_with("{\"客户\":\"桥\"}"), "{request}");
}

#[tokio::test]
async fn a_dead_port_is_known_not_to_have_been_reached() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = transport().send(&call(format!("http://127.0.0.1:{port}/"))).await.unwrap_err();
    assert_eq!(error, not_sent("refused"));
    assert!(!error.may_have_arrived());
}

#[tokio::test]
async fn an_unknown_host_is_named() {
    let transport = network().transport(&allowing(&["erp.invalid"]));
    let error = transport.send(&call("http://erp.invalid/".into())).await.unwrap_err();
    assert_eq!(error, TransportError::NotSent { host: "erp.invalid".into(), reason: "unknown_host".into() });
    assert_eq!(error.cause().code, "transport.unknown_host");
}

#[tokio::test]
async fn a_host_that_never_answers_may_have_acted() {
    let host = Host::answering("", Then::Hold).await;
    let call = Call { timeout: Duration::from_millis(1100), ..call(host.url("/")) };
    let error = transport().send(&call).await.unwrap_err();
    assert_eq!(error, TransportError::TimedOut { host: "127.0.0.1".into(), seconds: 1 });
    assert!(error.may_have_arrived());
}

#[tokio::test]
async fn the_time_limit_holds_for_the_whole_answer() {
    let host = Host::answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{", Then::Hold).await;
    let call = Call { timeout: Duration::from_millis(300), ..call(host.url("/")) };
    let error = transport().send(&call).await.unwrap_err();
    assert!(matches!(error, TransportError::TimedOut { .. }), "{error:?}");
}

#[tokio::test]
async fn answers_beyond_the_size_limit_are_cut() {
    let endless = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert_eq!(sent_to(endless, Then::Endless).await.unwrap_err(), too_large());
    let announced = "HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n";
    assert_eq!(sent_to(announced, Then::Hold).await.unwrap_err(), too_large());
    let mut huge = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    huge.resize(100 << 20, b'x');
    assert_eq!(sent_to(huge, Then::Close).await.unwrap_err(), too_large());
}

#[tokio::test]
async fn compressed_answers_are_unpacked_and_limited_by_their_unpacked_size() {
    let packed = |hex: &str| {
        let body = hex::decode(hex).unwrap();
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", body.len());
        [head.into_bytes(), body].concat()
    };
    let answer = sent_to(packed(SMALL_GZIP), Then::Close).await.unwrap();
    assert_eq!(answer.body, r#"{"客户":"桥"}"#.as_bytes());
    let host = Host::answering(packed(FIVE_THOUSAND_GZIP), Then::Close).await;
    let error = transport().send(&Call { max_bytes: 1000, ..call(host.url("/")) }).await.unwrap_err();
    assert!(matches!(error, TransportError::TooLarge { limit: 1000, .. }), "{error:?}");
    let damaged = packed(SMALL_GZIP).iter().map(|b| if *b == 0x1f { 0x2f } else { *b }).collect::<Vec<u8>>();
    assert_eq!(sent_to(damaged, Then::Close).await.unwrap_err(), broken("not_decodable"));
}

/// `{"客户":"桥"}`
const SMALL_GZIP: &str = "1f8b0800000000000203ab567aba6ed1b38eed4a564acf162e55aa0500f734f25010000000";
/// Five thousand times the letter a.
const FIVE_THOUSAND_GZIP: &str =
    "1f8b0800000000000203edc13101000000c2a0aceb5fc2147e4001000000006f037659f44c88130000";

#[tokio::test]
async fn what_is_no_whole_http_answer_may_have_been_carried_out() {
    for (answer, reason) in [
        ("SSH-2.0-OpenSSH_9.6\r\n", "not_http"),
        ("", "closed"),
        ("HTTP/1.1 200 OK\r\nContent-Le", "closed"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"a\"", "closed"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"", "closed"),
    ] {
        assert_eq!(sent_to(answer, Then::Close).await.unwrap_err(), broken(reason), "{answer}");
    }
}

#[tokio::test]
async fn a_page_of_html_is_an_answer_for_the_connector_to_judge() {
    let html = "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n\r\n<html>网关错误</html>";
    let answer = sent_to(html, Then::Close).await.unwrap();
    assert_eq!((answer.status, answer.header("Content-Type")), (502, Some("text/html")));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Host::answering(OK, Then::Close).await;
    let moved = format!(
        "HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
        elsewhere.url("/stolen?token=x")
    );
    assert_eq!(sent_to(moved, Then::Close).await.unwrap().status, 302);
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn a_host_that_nobody_listed_is_never_dialled() {
    let host = Host::answering(OK, Then::Close).await;
    for hosts in [&[][..], &["*.example.com"], &["127.0.0.1:1"]] {
        let transport = network().transport(&allowing(hosts));
        let error = transport.send(&call(host.url("/"))).await.unwrap_err();
        assert_eq!(error.cause().code, "transport.host_not_listed", "{hosts:?}");
        assert!(!error.may_have_arrived());
    }
    let metadata = network().transport(&allowing(&["169.254.169.254"]));
    let error = metadata.send(&call("http://169.254.169.254/latest/meta-data/".into())).await.unwrap_err();
    assert_eq!(error.cause().code, "transport.forbidden_address");
    assert_eq!(host.connections(), 0);
}

#[tokio::test]
async fn a_name_is_dialled_at_a_private_address_only_when_it_is_listed() {
    let host = Host::answering(OK, Then::Close).await;
    let url = format!("http://localhost:{}/", host.port);
    let listed = network().transport(&allowing(&["localhost"]));
    assert_eq!(listed.send(&call(url)).await.unwrap().status, 200);
}

#[tokio::test]
async fn connections_are_shared_by_the_calls_of_one_connection() {
    let host = Host::answering(OK, Then::Again).await;
    let network = network();
    for _ in 0..3 {
        let transport = network.transport(&allowing(&["127.0.0.1"]));
        transport.send(&call(host.url("/"))).await.unwrap();
    }
    assert_eq!((host.connections(), host.requests().len()), (1, 3));
}

#[tokio::test]
async fn a_request_that_arrived_on_a_reused_connection_is_not_sent_again() {
    let host = Host::answering(OK, Then::CloseOnSecond).await;
    let transport = transport();
    transport.send(&call(host.url("/first"))).await.unwrap();
    let error = transport.send(&call(host.url("/second"))).await.unwrap_err();
    assert_eq!(error, broken("closed"));
    assert!(error.may_have_arrived());
    assert_eq!((host.connections(), host.requests().len()), (1, 2));
}

#[tokio::test]
async fn after_an_idle_connection_was_closed_the_next_call_arrives_at_most_once() {
    for _ in 0..20 {
        let host = Host::answering(OK, Then::Close).await;
        let transport = transport();
        transport.send(&call(host.url("/first"))).await.unwrap();
        let second = transport.send(&call(host.url("/second"))).await;
        let arrived = host.requests().iter().filter(|request| request.contains("/second")).count();
        match second {
            Ok(_) => assert_eq!(arrived, 1),
            Err(error) => assert!(error.may_have_arrived() && arrived <= 1, "{error:?} {arrived}"),
        }
    }
}

#[tokio::test]
async fn a_proxy_is_used_only_where_the_connection_names_one() {
    let proxy = Host::answering(OK, Then::Close).await;
    let mut connection = allowing(&["erp.invalid"]);
    connection.settings.push(("proxy".into(), proxy.url("")));
    let transport = network().transport(&connection);
    transport.send(&call("http://erp.invalid/k3cloud".into())).await.unwrap();
    assert!(proxy.requests()[0].starts_with("POST http://erp.invalid/k3cloud HTTP/1.1"));
    let error = transport.send(&call("http://other.invalid/".into())).await.unwrap_err();
    assert_eq!(error.cause().code, "transport.host_not_listed");
}

#[tokio::test]
async fn what_cannot_be_written_as_http_is_not_sent() {
    let host = Host::answering(OK, Then::Close).await;
    let call = call(host.url("/")).with_header("X-Token", "a\r\nX-Evil: b");
    assert_eq!(transport().send(&call).await.unwrap_err(), not_sent("bad_call"));
    assert_eq!(host.connections(), 0);
}

#[test]
fn every_word_has_its_sentence() {
    let known: Vec<String> = sentences().iter().map(|sentence| sentence.code.to_string()).collect();
    let words = include_str!("failure.rs").split('"').filter(|text| {
        !text.is_empty() && text.contains('_') && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    });
    for word in
        words.chain(["refused", "unreachable", "closed", "reset", "certificate", "broken", "forbidden"])
    {
        assert!(known.contains(&format!("transport.{word}")), "{word}");
    }
}
