//! Those that call and do not behave: a crowd that says nothing, and senders that hang up before they are answered.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream as Stream};
use tokio::task::JoinSet;

use super::pushing::{json, place, push, push_text};
use super::qiao::eventually;

/// So many say nothing at once, as far as this process may hold them.
const CROWD: usize = 10_000;
/// From so many addresses: one has a quarter of the places at most.
const ADDRESSES: usize = 10;
/// Those that connect side by side.
const AT_ONCE: usize = 200;
/// What else this process holds open.
const OTHERS: usize = 200;

#[test]
fn ten_thousand_that_say_nothing_keep_no_push_out() {
    let (place, token) = place();
    let server = place.serve();
    let address = server.line["listening"].as_str().expect("it says where").to_owned();
    let crowd = CROWD.min(open_files().saturating_sub(OTHERS));
    if crowd < CROWD {
        eprintln!("only {crowd} of {CROWD}: this process may hold no more files open (ulimit -n)");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let answer = runtime.block_on(async {
        let silent = gathered(address.parse().expect("an address"), crowd).await;
        assert_eq!(silent.len(), crowd);
        let headers = format!("token: {token}\r\nid: 100\r\n");
        let pushed = tokio::task::spawn_blocking(move || {
            push(&address, &headers, r#"{"masterFieldVal":{"billNo":"销-1","rev":1}}"#)
        });
        let answer = tokio::time::timeout(Duration::from_secs(8), pushed).await;
        let answer = answer.expect("before any of the silent is sent away for its silence");
        drop(silent);
        answer.expect("it does not panic")
    });
    assert!(answer.contains("s106240000"), "{answer}");
    assert_eq!(json(&place.run(&["receipts", "list", "--json"])).as_array().map(Vec::len), Some(1));
    assert_eq!(server.interrupt(), Some(0));
}

/// How many files this process may hold open.
fn open_files() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(1_024)
}

/// So many connections, held by whoever has them.
async fn gathered(address: SocketAddr, count: usize) -> Vec<Stream> {
    let (mut coming, mut all) = (JoinSet::new(), Vec::with_capacity(count));
    for of in 0..count {
        if coming.len() >= AT_ONCE
            && let Some(came) = coming.join_next().await
        {
            all.push(came.expect("it does not panic"));
        }
        coming.spawn(async move {
            let socket = TcpSocket::new_v4().expect("a socket");
            let last = 2 + u8::try_from(of % ADDRESSES).expect("a few addresses");
            let from = SocketAddr::from((IpAddr::V4(Ipv4Addr::new(127, 0, 0, last)), 0));
            socket.bind(from).expect("an address of this machine");
            socket.connect(address).await.expect("the server listens")
        });
    }
    all.extend(coming.join_all().await);
    all
}

#[test]
fn a_sender_that_hangs_up_before_the_answer_leaves_its_push_whole_or_not_at_all() {
    let (place, token) = place();
    let server = place.serve();
    let address = server.line["listening"].as_str().expect("it says where").to_owned();
    let headers = format!("token: {token}\r\nid: 100\r\n");
    let body = |version: usize| {
        format!(
            r#"{{"masterFieldVal":{{"billNo":"销-1","custName":"商店{version}","rev":{version},"备注":"{}"}}}}"#,
            "挂断".repeat(2_000)
        )
    };
    for version in 1..=40 {
        let mut stream = TcpStream::connect(&address).expect("the server listens");
        stream.write_all(push_text(&headers, &body(version)).as_bytes()).expect("it reads");
        // Gone before an answer can be read.
        drop(stream);
    }
    assert!(push(&address, &headers, &body(99)).contains("s106240000"), "it is pushed again");
    assert!(push(&address, &headers, &body(99)).contains("s106240000"), "and again");
    assert!(push(&address, &headers, &body(7)).contains("s106240000"), "an old one comes late");
    let listed = || json(&place.run(&["receipts", "list", "--json"]));
    let is_parsed = |receipts: &serde_json::Value| {
        receipts.as_array().expect("a list").iter().all(|receipt| receipt["state"] == "parsed")
    };
    eventually(Duration::from_secs(20), || is_parsed(&listed()));
    for receipt in listed().as_array().expect("a list") {
        let version = receipt["bytes"].as_u64().map(|bytes| bytes as usize);
        assert!(version == Some(body(1).len()) || version == Some(body(10).len()), "it is whole: {receipt}");
    }
    let story = json(&place.run(&["trace", "销-1", "--json"]));
    assert_eq!(story["stories"].as_array().map(Vec::len), Some(1), "one record: {story}");
    place.says(&["trace", "销-1"], 0, &["商店99 销-1"], &["商店99 销-1"]);
    assert_eq!(server.interrupt(), Some(0));
}
