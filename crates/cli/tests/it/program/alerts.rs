//! Alerts as they leave the program: a test message to an address of one's own.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use super::qiao::Place;

/// An operations platform that takes one message; what it got, head and body.
fn platform() -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/alerts", listener.local_addr().expect("an address"));
    let taking = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a call");
        let (mut got, mut part) = (Vec::new(), [0; 4096]);
        while !String::from_utf8_lossy(&got).ends_with('}') {
            let read = stream.read(&mut part).expect("a call");
            assert!(read > 0, "{}", String::from_utf8_lossy(&got));
            got.extend(&part[..read]);
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").expect("an answer");
        String::from_utf8(got).expect("a text")
    });
    (address, taking)
}

#[test]
fn a_test_message_reaches_an_address_of_ones_own() {
    let mut place = Place::new();
    let (address, taking) = platform();
    place.set("OPS_URL", &address);
    place.set("OPS_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    place.write(
        "texts/connections/ops.yaml",
        "kind: connection\nname: ops\nconnector: notify-webhook\n\
         settings: { url: { env: OPS_URL }, secret: { env: OPS_SECRET } }\n",
    );
    let alerts = "kind: alerts\nname: alerts\nreceivers:\n  - { name: 运维, connection: ops }\n";
    place.write("texts/alerts.yaml", alerts);
    place.says(&["apply", "texts"], 0, &[], &[]);
    let ran = place.run(&["alerts", "test", "运维"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let got = taking.join().expect("it was called");
    for part in ["POST /alerts HTTP/1.1", "webhook-signature: v1,", "【桥】测试", "这是一条测试消息"]
    {
        assert!(got.contains(part), "{part}: {got}");
    }
    assert!(!format!("{ran:?}").contains("MfKQ9r8"), "{ran:?}");
    place.says(&["alerts", "list"], 0, &["没有未恢复的告警"], &["There is no open alert"]);
    place.says(&["alerts", "show", "7"], 3, &["没有告警 7"], &["There is no alert 7"]);
    place.says(&["alerts", "test", "王芳"], 3, &["没有名为 王芳 的接收方"], &["no receiver named 王芳"]);
    // Nobody listens there any more.
    place.says(&["alerts", "test", "运维"], 4, &["127.0.0.1"], &["127.0.0.1"]);
    place.write("texts/alerts.yaml", &alerts.replace("connection: ops", "connection: 没有"));
    assert_ne!(place.run(&["apply", "texts"]).code, 0, "there is no such connection");
}
