//! E-mail against a real server on this machine: over TLS, with sign-in, and with everything that can go wrong.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::transport::{Answer, Call, Letter, Login, Mail, Network, Security, Stage, TransportError};
use model::{Secret, Timestamp};

use super::mail_server::{MailServer, PASSWORD, Replies, USER, Ways};
use super::tls::{Authority, authority, server, trusting};
use super::{HttpNetwork, allowing, network};
use crate::exchanges::connection;

/// 2026-06-01 09:00:00 in China.
const NOW: Timestamp = Timestamp(1_780_275_600_000);

fn letter() -> Letter {
    Letter {
        name: Some("桥".into()),
        from: USER.into(),
        to: vec!["wang@example.com".into()],
        subject: "【桥】128 条告警,订单同步失败,请尽快处理,否则今天的发货单出不来".into(),
        text: "三条订单失败\n.\n..以点开头\nXSDD000001".into(),
        id: "00ab".into(),
        date: NOW,
    }
}

fn mail(port: u16, security: Security) -> Mail {
    Mail {
        host: "127.0.0.1".into(),
        port,
        security,
        login: Some(Login { user: USER.into(), password: Secret::new(PASSWORD) }),
        letter: Some(letter()),
    }
}

async fn sent(network: &HttpNetwork, mail: Mail) -> Result<Answer, TransportError> {
    let port = mail.port.to_string();
    let connection = connection("smtp", &[("host", "127.0.0.1"), ("port", &port)], &[]);
    let call = Call { timeout: Duration::from_secs(10), ..Call::mail(mail) };
    network.transport(&connection).send(&call).await
}

fn outcome(answer: &Answer) -> (u16, Option<Stage>) {
    (answer.status, Stage::of(answer))
}

fn over_tls(authority: &Authority, implicit: bool, auth: &'static str) -> Ways {
    Ways { tls: Some(server(authority, "127.0.0.1", 2090)), implicit, auth, ..Ways::default() }
}

/// A server without TLS or sign-in.
async fn plain(ways: Ways) -> (MailServer, Result<Answer, TransportError>) {
    let server = MailServer::new(ways).await;
    let mail = Mail { login: None, ..mail(server.port, Security::Plain) };
    let sent = sent(&network(), mail).await;
    (server, sent)
}

/// A header's value with its encoded words read.
fn header(text: &str, name: &str) -> String {
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    let unfolded = head.replace("\r\n ", " ");
    let found = unfolded.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    let value = found.unwrap_or_else(|| panic!("{name}: {head}"));
    let words = value.split(' ').map(|word| {
        let encoded = word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?="));
        encoded.map_or(format!(" {word}"), |word| String::from_utf8(STANDARD.decode(word).unwrap()).unwrap())
    });
    words.collect::<String>().trim().to_owned()
}

fn body(text: &str) -> String {
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    match header(text, "Content-Transfer-Encoding").as_str() {
        "base64" => String::from_utf8(STANDARD.decode(body.replace("\r\n", "")).unwrap()).unwrap(),
        _ => body.to_owned(),
    }
}

#[tokio::test]
async fn a_mail_is_signed_in_and_handed_over_by_tls_from_the_beginning() {
    let ours = authority("桥公司 CA");
    let server = MailServer::new(over_tls(&ours, true, "PLAIN LOGIN")).await;
    let answer = sent(&trusting(&ours), mail(server.port, Security::Implicit)).await.unwrap();
    assert_eq!(outcome(&answer), (250, Some(Stage::Message)));
    let commands = server.commands();
    let verbs: Vec<&str> = commands.iter().map(|command| command.split(' ').next().unwrap()).collect();
    assert_eq!(verbs, ["EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"], "{commands:?}");
    assert!(server.in_clear().is_empty());
    let [(to, text)] = &server.texts()[..] else { panic!("one text") };
    assert_eq!(*to, ["wang@example.com"]);
    assert!(text.is_ascii(), "what is not is encoded: {text}");
    assert_eq!(header(text, "Subject"), letter().subject);
    assert_eq!(header(text, "From"), "桥 <qiao@example.com>");
    assert_eq!(header(text, "To"), "wang@example.com");
    assert_eq!(header(text, "Date"), "Mon, 01 Jun 2026 01:00:00 +0000");
    assert_eq!(header(text, "Message-ID"), "<00ab@example.com>");
    assert_eq!(header(text, "Auto-Submitted"), "auto-generated");
    assert!(header(text, "Content-Type").contains("utf-8"), "{text}");
    assert_eq!(body(text).replace("\r\n", "\n").trim_end(), letter().text);
}

#[tokio::test]
async fn by_starttls_nothing_is_said_before_it_and_the_sign_in_may_be_by_login() {
    let ours = authority("桥公司 CA");
    let server = MailServer::new(over_tls(&ours, false, "LOGIN")).await;
    let answer = sent(&trusting(&ours), mail(server.port, Security::StartTls)).await.unwrap();
    assert_eq!(outcome(&answer), (250, Some(Stage::Message)));
    let in_clear = server.in_clear();
    assert_eq!(in_clear.len(), 2, "{in_clear:?}");
    assert!(in_clear[0].starts_with("EHLO ") && in_clear[1] == "STARTTLS", "{in_clear:?}");
    assert!(server.commands().contains(&"AUTH LOGIN".to_owned()), "{:?}", server.commands());
    assert_eq!(server.texts().len(), 1);
}

#[tokio::test]
async fn a_server_without_starttls_is_told_nothing() {
    let server = MailServer::new(Ways { auth: "PLAIN", ..Ways::default() }).await;
    let error = sent(&network(), mail(server.port, Security::StartTls)).await.unwrap_err();
    assert_eq!(error.cause().code, "transport.mail_no_tls");
    assert!(!error.may_have_arrived());
    let verbs: Vec<String> =
        server.commands().iter().map(|command| command.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(verbs, ["EHLO", "QUIT"]);
}

#[tokio::test]
async fn what_is_put_behind_the_answer_to_starttls_is_not_taken_for_the_servers() {
    let ours = authority("桥公司 CA");
    let injected = "\r\n250-mail.example.com\r\n250 AUTH PLAIN";
    let server = MailServer::new(Ways { injected, ..over_tls(&ours, false, "LOGIN") }).await;
    let error = sent(&trusting(&ours), mail(server.port, Security::StartTls)).await.unwrap_err();
    assert!(!error.may_have_arrived(), "{error:?}");
    assert_eq!(server.commands().last().map(String::as_str), Some("STARTTLS"));
}

#[tokio::test]
async fn only_a_good_certificate_is_accepted() {
    let (ours, strangers) = (authority("桥公司 CA"), authority("别家 CA"));
    for (issuer, name, year, reason) in [
        (&ours, "127.0.0.1", 2001, "certificate_expired"),
        (&ours, "mail.example.com", 2090, "certificate_other_name"),
        (&strangers, "127.0.0.1", 2090, "certificate_unknown_issuer"),
    ] {
        for (security, implicit) in [(Security::Implicit, true), (Security::StartTls, false)] {
            let ways = Ways {
                tls: Some(self::server(issuer, name, year)),
                implicit,
                auth: "PLAIN",
                ..Ways::default()
            };
            let server = MailServer::new(ways).await;
            let error = sent(&trusting(&ours), mail(server.port, security)).await.unwrap_err();
            let expected = TransportError::Certificate { host: "127.0.0.1".into(), reason: reason.into() };
            assert_eq!(error, expected, "{name} {year} {security:?}");
            assert!(!server.commands().iter().any(|command| command.starts_with("AUTH")));
        }
    }
}

#[tokio::test]
async fn a_wrong_password_is_the_servers_answer() {
    let ours = authority("桥公司 CA");
    let server = MailServer::new(over_tls(&ours, true, "PLAIN")).await;
    let login = Some(Login { user: USER.into(), password: Secret::new("别的") });
    let wrong = Mail { login, ..mail(server.port, Security::Implicit) };
    let answer = sent(&trusting(&ours), wrong).await.unwrap();
    assert_eq!(outcome(&answer), (535, Some(Stage::Login)));
    assert!(String::from_utf8_lossy(&answer.body).contains("authentication failed"), "{answer:?}");
    assert!(server.texts().is_empty());
    let server = MailServer::new(over_tls(&ours, true, "CRAM-MD5")).await;
    let error = sent(&trusting(&ours), mail(server.port, Security::Implicit)).await.unwrap_err();
    assert_eq!(error.cause().code, "transport.mail_no_login");
}

#[tokio::test]
async fn without_a_letter_it_is_seen_whether_one_is_let_in() {
    let ours = authority("桥公司 CA");
    let server = MailServer::new(over_tls(&ours, true, "PLAIN")).await;
    let only_in = Mail { letter: None, ..mail(server.port, Security::Implicit) };
    assert_eq!(outcome(&sent(&trusting(&ours), only_in).await.unwrap()), (250, Some(Stage::Ready)));
    assert!(!server.commands().iter().any(|command| command.starts_with("MAIL")));
}

/// What a server says in place of the usual, and what is made of that.
const REFUSALS: &[(Replies, (u16, Stage))] = &[
    (&[("", "421 4.3.2 try later")], (421, Stage::Greeting)),
    (&[("", "554 5.7.1 no")], (554, Stage::Greeting)),
    (&[("MAIL", "452 4.3.1 no room")], (452, Stage::Sender)),
    (&[("MAIL", "550 5.7.1 not your address")], (550, Stage::Sender)),
    (&[("RCPT", "550 5.1.1 unknown")], (550, Stage::Receiver)),
    (&[("RCPT", "450 4.2.0 greylisted")], (450, Stage::Receiver)),
    (&[("DATA", "451 4.3.0 not now")], (451, Stage::Message)),
    (&[(".", "554 5.7.1 looks like spam")], (554, Stage::Message)),
    (&[(".", "451 4.3.0 disk")], (451, Stage::Message)),
];

#[tokio::test]
async fn what_a_server_refuses_is_told_with_how_far_it_went_along() {
    for &(replies, expected) in REFUSALS {
        let (_server, answer) = plain(Ways { replies, ..Ways::default() }).await;
        assert_eq!(outcome(&answer.unwrap()), (expected.0, Some(expected.1)), "{replies:?}");
    }
}

#[tokio::test]
async fn an_address_that_is_refused_keeps_nothing_from_the_others() {
    let replies = &[("RCPT TO:<gone@", "550 5.1.1 unknown")];
    let server = MailServer::new(Ways { replies, ..Ways::default() }).await;
    let to = ["gone@example.com", "li@example.com"].map(str::to_owned).to_vec();
    let letter = Letter { to, ..letter() };
    let mail = Mail { login: None, letter: Some(letter), ..mail(server.port, Security::Plain) };
    let answer = sent(&network(), mail).await.unwrap();
    assert_eq!((answer.status, answer.header("refused")), (250, Some("1")));
    assert_eq!(server.texts()[0].0, ["li@example.com"]);
}

#[tokio::test]
async fn a_server_that_leaves_may_have_passed_on_what_it_has() {
    for (leaves_at, code, may_have_arrived) in [
        ("EHLO", "transport.mail_", false),
        ("MAIL", "transport.mail_", false),
        ("RCPT", "transport.mail_", false),
        ("DATA", "transport.mail_", false),
        (".", "transport.mail_closed", true),
    ] {
        let (server, outcome) = plain(Ways { leaves_at: Some(leaves_at), ..Ways::default() }).await;
        let error = outcome.unwrap_err();
        assert!(error.cause().code.starts_with(code), "{leaves_at}: {error:?}");
        assert_eq!(error.may_have_arrived(), may_have_arrived, "{leaves_at}: {error:?}");
        assert_eq!(server.texts().len(), usize::from(may_have_arrived), "{leaves_at}");
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left_in_time() {
    let server = MailServer::new(Ways { silent: true, ..Ways::default() }).await;
    let mail = Mail { login: None, ..mail(server.port, Security::Plain) };
    let call = Call { timeout: Duration::from_millis(300), ..Call::mail(mail) };
    let transport = network().transport(&allowing(&["127.0.0.1"]));
    let error = transport.send(&call).await.unwrap_err();
    assert_eq!((&*error.cause().code, error.may_have_arrived()), ("transport.mail_silent", false));
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nobody = Mail { login: None, port, ..self::mail(0, Security::Plain) };
    assert_eq!(sent(&network(), nobody).await.unwrap_err().cause().code, "transport.refused");
    // It speaks HTTP.
    let host = super::Host::answering("HTTP/1.1 400 Bad Request\r\n\r\n", super::Then::Unasked).await;
    let other = Mail { login: None, ..self::mail(host.port, Security::Implicit) };
    assert_eq!(sent(&network(), other).await.unwrap_err().cause().code, "transport.mail_not_smtp");
}

#[tokio::test]
async fn nothing_that_is_said_begins_a_line_of_its_own() {
    let server = MailServer::new(Ways::default()).await;
    let evil = "告警\r\nBcc: evil@example.com\r\n\r\nevil\u{b}\0";
    let text = "一\r\n.\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<evil@example.com>\nDATA\r.\r\n";
    let letter = |letter| Mail { login: None, letter: Some(letter), ..mail(server.port, Security::Plain) };
    let said = Letter {
        subject: evil.into(),
        name: Some(evil.into()),
        text: text.into(),
        id: evil.into(),
        ..self::letter()
    };
    sent(&network(), letter(said)).await.unwrap();
    let [(to, text)] = &server.texts()[..] else { panic!("one text") };
    assert_eq!(*to, ["wang@example.com"]);
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    assert!(!head.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{head}");
    assert!(header(text, "Subject").starts_with("告警"), "{head}");
    let verbs =
        |server: &MailServer| server.commands().iter().filter(|line| line.starts_with("MAIL")).count();
    assert_eq!(verbs(&server), 1);
    for address in [
        "wang@example.com>\r\nRCPT TO:<evil@example.com",
        "wang@example.com\r\nDATA",
        "<wang@example.com>",
        "wang@example.com, evil@example.com",
        "wang",
        "wang@",
        "",
    ] {
        for letter in [
            letter(Letter { to: vec![address.into()], ..self::letter() }),
            letter(Letter { from: address.into(), ..self::letter() }),
        ] {
            let error = sent(&network(), letter).await.unwrap_err();
            assert_eq!(error.cause().code, "transport.mail_address", "{address:?}");
        }
    }
    assert_eq!((verbs(&server), server.texts().len()), (1, 1), "nothing of it reached the server");
}

#[tokio::test]
async fn only_the_server_that_the_connection_names_is_dialled() {
    let server = MailServer::new(Ways::default()).await;
    let mail = |host: &str| Mail { host: host.into(), login: None, ..mail(server.port, Security::Plain) };
    let port = server.port.to_string();
    for (settings, host, code) in [
        (&[("host", "mail.example.com"), ("port", &*port)][..], "127.0.0.1", "host_not_listed"),
        (&[("host", "127.0.0.1"), ("port", "25")], "127.0.0.1", "host_not_listed"),
        (&[("host", "169.254.169.254")], "169.254.169.254", "forbidden_address"),
        (&[("host", "127.0.0.1"), ("proxy", "http://10.0.0.2:3128")], "127.0.0.1", "mail_proxy"),
        (&[("host", "mail.invalid")], "mail.invalid", "unknown_host"),
    ] {
        let transport = network().transport(&connection("smtp", settings, &[]));
        let error = transport.send(&Call::mail(mail(host))).await.unwrap_err();
        assert_eq!(error.cause().code, format!("transport.{code}"), "{settings:?}");
        assert!(!error.may_have_arrived());
    }
    assert!(server.commands().is_empty());
    let named = connection("smtp", &[("host", "localhost"), ("port", &port)], &[]);
    network().transport(&named).send(&Call::mail(mail("localhost"))).await.unwrap();
    assert_eq!(server.texts().len(), 1);
}
