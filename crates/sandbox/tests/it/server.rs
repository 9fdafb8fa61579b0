//! The sandbox over real sockets.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use sandbox::server::{Clock, Door, Sleep, Surroundings, addresses, serve};
use sandbox::{Sandbox, Setting};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::world::START_MS;

const TOKEN: &str = "/cgi/corpAccessToken/get/V2";

/// A server with a door to all systems and one to Fxiaoke alone; waiting is only counted.
struct Served {
    shared: String,
    alone: String,
    waited_ms: Arc<AtomicI64>,
    sandbox: Arc<Mutex<Sandbox>>,
    /// Ends the server when dropped.
    _running: JoinSet<()>,
}

async fn served() -> Served {
    let waited_ms = Arc::new(AtomicI64::new(0));
    let counted = waited_ms.clone();
    let sleep: Sleep = Arc::new(move |ms| {
        counted.fetch_add(ms as i64, Ordering::SeqCst);
        Box::pin(async {})
    });
    served_with(sleep, waited_ms).await
}

async fn served_with(sleep: Sleep, waited_ms: Arc<AtomicI64>) -> Served {
    served_at(Arc::new(|| START_MS), sleep, waited_ms).await
}

async fn served_at(clock: Clock, sleep: Sleep, waited_ms: Arc<AtomicI64>) -> Served {
    let sandbox = Arc::new(Mutex::new(Sandbox::new(&Setting { seed: 7, customers: 3, now_ms: START_MS })));
    let mut doors = Vec::new();
    for system in [None, Some("fxiaoke")] {
        doors.push(Door { listener: TcpListener::bind("127.0.0.1:0").await.unwrap(), system });
    }
    let addresses = addresses(&doors).unwrap();
    let surroundings = Surroundings { sandbox: sandbox.clone(), clock, sleep };
    let mut running = JoinSet::new();
    running.spawn(serve(doors, surroundings));
    Served {
        shared: addresses[0].to_string(),
        alone: addresses[1].to_string(),
        waited_ms,
        sandbox,
        _running: running,
    }
}

/// Writes one request; everything that comes back until the connection closes or `length` bytes of body are there.
async fn exchange(stream: &mut TcpStream, method: &str, path: &str, body: &str) -> String {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: sandbox.example\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await.unwrap_or(0);
        answer.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&answer).into_owned();
        let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| body.len() >= length(head));
        if read == 0 || whole {
            return text;
        }
    }
}

fn length(head: &str) -> usize {
    let line = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(String::from));
    line.and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn body_of(answer: &str) -> Value {
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test]
async fn one_port_serves_every_system_below_its_prefix_and_keeps_connections() {
    let served = served().await;
    let mut stream = TcpStream::connect(&served.shared).await.unwrap();
    let answer = exchange(&mut stream, "POST", &format!("/fxiaoke{TOKEN}"), "{}").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert_eq!(body_of(&answer)["errorCode"], 10001);
    let answer = exchange(&mut stream, "GET", "/dingtalk/gettoken", "").await;
    assert_eq!(body_of(&answer)["errcode"], 40035, "on the same connection");
    let answer = exchange(&mut stream, "GET", "/_sandbox/calls", "").await;
    assert_eq!(body_of(&answer)["fxiaoke"]["/corpAccessToken/get/V2"]["calls"], 1);
}

#[tokio::test]
async fn a_port_of_its_own_serves_a_system_at_its_root() {
    let served = served().await;
    let bases = BTreeMap::from([("fxiaoke".to_string(), format!("http://{}", served.alone))]);
    let printed = served.sandbox.lock().unwrap().connections(&bases);
    let connection = &printed["systems"]["fxiaoke"];
    assert_eq!(connection["base_url"], format!("http://{}", served.alone));
    let body = json!({ "appId": connection["app_id"], "appSecret": connection["app_secret"],
        "permanentCode": connection["permanent_code"] });
    let mut stream = TcpStream::connect(&served.alone).await.unwrap();
    let answer = exchange(&mut stream, "POST", TOKEN, &body.to_string()).await;
    assert_eq!(body_of(&answer)["errorCode"], 0);
    let answer = exchange(&mut stream, "GET", "/_sandbox/fxiaoke/tenant", "").await;
    assert_eq!(body_of(&answer)["api_package"], true, "the control interface is at every door");
}

#[tokio::test]
async fn latency_is_waited_and_cut_answers_break_off() {
    let served = served().await;
    let mut stream = TcpStream::connect(&served.shared).await.unwrap();
    let set = json!({ "latency_ms": 40, "truncated": 1_000_000 }).to_string();
    exchange(&mut stream, "POST", "/_sandbox/faults", &set).await;
    let answer = exchange(&mut stream, "POST", &format!("/fxiaoke{TOKEN}"), "{}").await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(!body.is_empty() && body.len() < length(head), "{answer}");
    assert_eq!(served.waited_ms.load(Ordering::SeqCst), 40);
}

#[tokio::test]
async fn a_lost_answer_closes_the_connection_after_the_work_was_done() {
    let served = served().await;
    let mut stream = TcpStream::connect(&served.shared).await.unwrap();
    let (path, body) = sending(&served);
    exchange(&mut stream, "POST", "/_sandbox/faults", r#"{"answer_lost":1000000}"#).await;
    let answer = exchange(&mut stream, "POST", &path, &body).await;
    assert_eq!(answer, "");
    let mut stream = TcpStream::connect(&served.shared).await.unwrap();
    let messages = exchange(&mut stream, "GET", "/_sandbox/dingtalk/messages", "").await;
    assert_eq!(body_of(&messages)[0]["message"]["text"]["content"], "客户 KH000001");
}

/// A notice to nobody in particular, with a good token: (path, body).
fn sending(served: &Served) -> (String, String) {
    let mut sandbox = served.sandbox.lock().unwrap();
    let bases = BTreeMap::from([("dingtalk".to_string(), String::new())]);
    let connection = sandbox.connections(&bases)["systems"]["dingtalk"].clone();
    let path = format!(
        "/dingtalk/gettoken?appkey={}&appsecret={}",
        connection["app_key"].as_str().unwrap(),
        connection["app_secret"].as_str().unwrap()
    );
    let call = sandbox::stand_in::Request::new("GET", &path, Vec::new(), "");
    let sandbox::Outcome::Answered { reply, .. } = sandbox.call(START_MS, &call) else {
        panic!("not answered")
    };
    let token = crate::world::json_of(&reply)["access_token"].as_str().unwrap().to_string();
    let body = json!({ "agent_id": connection["agent_id"], "userid_list": "nobody",
        "msg": { "msgtype": "text", "text": { "content": "客户 KH000001" } } });
    (format!("/dingtalk/topapi/message/corpconversation/asyncsend_v2?access_token={token}"), body.to_string())
}

#[tokio::test]
async fn events_are_posted_to_whoever_subscribed() {
    // The subscriber is in time: nobody's patience ends.
    let served = served_with(Arc::new(|_| Box::pin(std::future::pending())), Arc::default()).await;
    let subscriber = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/callback/crm", subscriber.local_addr().unwrap());
    let key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    let setting = json!({ "url": url, "token": "口令", "encoding_aes_key": key });
    let account = json!({ "name": "无锡瑞达" });
    let mut stream = TcpStream::connect(&served.shared).await.unwrap();
    for (path, body) in [("callback", setting), ("AccountObj", account)] {
        let answer =
            exchange(&mut stream, "POST", &format!("/_sandbox/fxiaoke/{path}"), &body.to_string()).await;
        assert!(answer.contains(" 200 "), "{answer}");
    }
    let (mut event, _) = subscriber.accept().await.unwrap();
    let mut head = vec![0; 4096];
    let length = event.read(&mut head).await.unwrap();
    let head = String::from_utf8_lossy(&head[..length]).into_owned();
    assert!(head.starts_with("POST /callback/crm HTTP/1.1\r\n"), "{head}");
    event
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nsuccess")
        .await
        .unwrap();
    for _ in 0..1_000 {
        let shown =
            served.sandbox.lock().unwrap().control(START_MS, "GET", "/_sandbox/fxiaoke/callback", b"");
        let shown: Value = serde_json::from_slice(&shown.body).unwrap();
        if shown["delivered"] == 1 {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the answer of the subscriber was never noted");
}

/// A server whose only sleeper that ever wakes is the one who sleeps a minute.
async fn served_by_the_minute() -> Served {
    let now_ms = Arc::new(AtomicI64::new(START_MS));
    let clock: Clock = Arc::new({
        let now_ms = now_ms.clone();
        move || now_ms.load(Ordering::SeqCst)
    });
    let sleep: Sleep = Arc::new(move |ms| match ms {
        60_000 => {
            now_ms.fetch_add(60_000, Ordering::SeqCst);
            Box::pin(async {})
        }
        _ => Box::pin(std::future::pending()),
    });
    served_at(clock, sleep, Arc::default()).await
}

#[tokio::test]
async fn what_a_system_does_by_itself_later_is_posted_then() {
    let served = served_by_the_minute().await;
    let receiver = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/erp/syncdata/open/objdata/syncpush", receiver.local_addr().unwrap());
    let mut stream = TcpStream::connect(&served.shared).await.unwrap();
    let setting = json!({ "url": url, "token": "口令", "tenant_id": "736231" });
    let timer = json!({ "every_ms": 60_000, "left": 20 });
    for (path, body) in [("push", setting), ("business", timer)] {
        let path = format!("/_sandbox/standard-erp/{path}");
        let answer = exchange(&mut stream, "POST", &path, &body.to_string()).await;
        assert!(answer.contains(" 200 "), "{answer}");
    }
    let (mut push, _) = receiver.accept().await.unwrap();
    let mut head = vec![0; 8192];
    let length = push.read(&mut head).await.unwrap();
    let head = String::from_utf8_lossy(&head[..length]).into_owned();
    assert!(head.starts_with("POST /erp/syncdata/open/objdata/syncpush HTTP/1.1\r\n"), "{head}");
    assert!(head.to_lowercase().contains("token: 口令\r\ntenantid: 736231\r\n"), "{head}");
}
