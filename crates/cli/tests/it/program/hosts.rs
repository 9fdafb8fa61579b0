//! Systems that do not answer as they should: each gives a sentence that says what to do, and exit code 4.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use tokio_rustls::rustls;

use super::qiao::{Place, example, example_variables};

/// Answers every connection in its own way until the test's process ends.
fn host(answer: fn(TcpStream)) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it listens");
    thread::spawn(move || {
        for stream in listener.incoming().filter_map(Result::ok) {
            thread::spawn(move || answer(stream));
        }
    });
    format!("http://{address}")
}

fn read_request(stream: &mut TcpStream) {
    let mut buffer = [0; 4096];
    let _ = stream.read(&mut buffer);
}

fn html(mut stream: TcpStream) {
    read_request(&mut stream);
    let page = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n";
    let _ = write!(stream, "{head}Content-Length: {}\r\n\r\n{page}", page.len());
}

fn hundred_megabytes(mut stream: TcpStream) {
    read_request(&mut stream);
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 104857600\r\n\r\n"
    );
    let piece = [b' '; 65_536];
    while stream.write_all(&piece).is_ok() {}
}

/// A body of unknown length that never ends.
fn endless(mut stream: TcpStream) {
    read_request(&mut stream);
    let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n[");
    while stream.write_all(b"1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,").is_ok() {}
}

/// Serves TLS with a certificate that was good until 2001.
fn expired(stream: TcpStream) {
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
    params.not_before = date_time_ymd(2000, 1, 1);
    params.not_after = date_time_ymd(2001, 1, 1);
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate");
    let key = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("the certificate and its key");
    let mut connection = rustls::ServerConnection::new(Arc::new(config)).expect("a connection");
    let mut stream = stream;
    let _ = connection.complete_io(&mut stream);
}

/// A place whose connections all point at the address.
fn place(base: &str) -> Place {
    let mut place = Place::new();
    example_variables(&mut place, base);
    let ran = place.run(&["apply", example().to_str().expect("plain paths")]);
    assert_eq!(ran.code, 0, "{ran:?}");
    place
}

/// Each connection is checked; each must say so in its own sentence, without a secret, and leave the texts in force.
fn is_told(base: &str, zh: &str, en: &str) {
    let place = place(base);
    for connection in ["crm", "erp", "dingtalk"] {
        place.says(&["connection", "check", connection], 4, &["✗", zh], &["✗", en]);
        let ran = place.run(&["connection", "check", connection]);
        assert!(!ran.out.contains("geheim"), "{}", ran.out);
    }
    place.holds_texts(10);
}

#[test]
fn a_dead_host_is_told() {
    // Port 9 of this machine: nobody listens there.
    is_told("http://127.0.0.1:9", "127.0.0.1", "127.0.0.1");
}

#[test]
fn html_where_json_was_expected_is_told() {
    is_told(&host(html), "✗", "✗");
}

#[test]
fn an_answer_of_a_hundred_megabytes_is_cut_off_and_told() {
    is_told(&host(hundred_megabytes), "127.0.0.1", "127.0.0.1");
}

#[test]
fn an_answer_that_never_ends_is_cut_off_and_told() {
    is_told(&host(endless), "127.0.0.1", "127.0.0.1");
}

#[test]
fn an_expired_certificate_is_told() {
    is_told(&host(expired).replace("http://", "https://"), "证书", "certificate");
}
