//! Alerts as they leave the program: a test message to an address of one's own.

use std::io::{BufRead, BufReader, Read, Write};
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

/// A mail server that takes one message, and refuses every address at `gone.example`; what it was told, line by line.
fn mail_server() -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port().to_string();
    let taking = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a call");
        let mut lines = BufReader::new(stream.try_clone().expect("a stream")).lines();
        let mut told = Vec::new();
        let mut say = |line: &str| stream.write_all(format!("{line}\r\n").as_bytes()).expect("an answer");
        say("220 mail.example.com ESMTP");
        let mut in_text = false;
        while let Some(Ok(line)) = lines.next() {
            told.push(line.clone());
            match line.split(' ').next().unwrap_or_default() {
                "." => {
                    in_text = false;
                    say("250 queued");
                }
                _ if in_text => {}
                "DATA" => {
                    in_text = true;
                    say("354 go on");
                }
                "QUIT" => {
                    say("221 bye");
                    break;
                }
                _ if line.contains("@gone.example") => say("550 5.1.1 <wang@gone.example> unknown"),
                _ => say("250 ok"),
            }
        }
        told
    });
    (port, taking)
}

#[test]
fn a_test_message_reaches_a_mailbox() {
    let place = Place::new();
    let write = |port: &str, to: &str| {
        place.write(
            "texts/connections/mail.yaml",
            &format!(
                "kind: connection\nname: mail\nconnector: smtp\n\
                 settings: {{ host: 127.0.0.1, port: \"{port}\", tls: none, from: 桥 <qiao@example.com> }}\n"
            ),
        );
        place.write(
            "texts/alerts.yaml",
            &format!("kind: alerts\nname: alerts\nreceivers:\n  - {{ name: it, connection: mail, emails: [{to}] }}\n"),
        );
        place.says(&["apply", "texts"], 0, &[], &[]);
    };
    let (port, taking) = mail_server();
    write(&port, "wang@example.com");
    let ran = place.run(&["alerts", "test", "it"]);
    assert!(ran.code == 0 && ran.out.contains("已发出"), "{ran:?}");
    let told = taking.join().expect("it was called");
    assert!(told.contains(&"MAIL FROM:<qiao@example.com>".to_owned()), "{told:?}");
    assert!(told.contains(&"RCPT TO:<wang@example.com>".to_owned()), "{told:?}");
    assert!(told.iter().any(|line| line.starts_with("Subject: =?utf-8?b?")), "{told:?}");
    // A check says nothing to anybody, and an address that nobody has is told without showing it.
    let (port, taking) = mail_server();
    write(&port, "wang@gone.example");
    let ran = place.run(&["connection", "check", "mail"]);
    assert!(ran.code == 0 && ran.out.contains("可以登录"), "{ran:?}");
    assert!(!taking.join().expect("it was called").iter().any(|line| line.starts_with("MAIL")));
    let (port, taking) = mail_server();
    write(&port, "wang@gone.example");
    let ran = place.run(&["alerts", "test", "it"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(!format!("{ran:?}").contains("wang@"), "{ran:?}");
    taking.join().expect("it was called");
    place.write(
        "texts/alerts.yaml",
        "kind: alerts\nname: alerts\nreceivers:\n  - { name: it, connection: mail, emails: [wang] }\n",
    );
    place.says(&["apply", "texts"], 3, &["不是邮箱地址"], &["no e-mail address"]);
}
