//! A host that answers as badly as a test wishes.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// What happens after the answer has been written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Then {
    Close,
    /// The next request on the same connection is answered too.
    Again,
    /// The last bytes are written again and again.
    Endless,
    /// Nothing more, and the connection stays open.
    Hold,
    /// Answers the first request of a connection and closes in the middle of the second one.
    CloseOnSecond,
    /// The answer is written to whatever comes, be it a request or not, and the connection is closed.
    Unasked,
}

/// A listener on this machine that counts and keeps what it hears; it ends with the test.
pub(super) struct Host {
    pub(super) port: u16,
    heard: Arc<Mutex<Heard>>,
    _running: JoinSet<()>,
}

#[derive(Default)]
struct Heard {
    connections: usize,
    requests: Vec<String>,
}

impl Host {
    pub(super) async fn answering(answer: impl Into<Vec<u8>>, then: Then) -> Host {
        Host::listening(answer.into(), then, None).await
    }

    pub(super) async fn with_tls(answer: &str, tls: tokio_rustls::TlsAcceptor) -> Host {
        Host::listening(answer.into(), Then::Close, Some(tls)).await
    }

    async fn listening(answer: Vec<u8>, then: Then, tls: Option<tokio_rustls::TlsAcceptor>) -> Host {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let mut running = JoinSet::new();
        running.spawn(accept(listener, answer, then, tls, heard.clone()));
        Host { port, heard, _running: running }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(super) fn connections(&self) -> usize {
        self.heard.lock().unwrap().connections
    }

    /// The requests, each as head and body.
    pub(super) fn requests(&self) -> Vec<String> {
        self.heard.lock().unwrap().requests.clone()
    }
}

async fn accept(
    listener: TcpListener,
    answer: Vec<u8>,
    then: Then,
    tls: Option<tokio_rustls::TlsAcceptor>,
    heard: Arc<Mutex<Heard>>,
) {
    let mut talks = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        heard.lock().unwrap().connections += 1;
        let (answer, heard, tls) = (answer.clone(), heard.clone(), tls.clone());
        talks.spawn(async move {
            match tls {
                None => talk(stream, &answer, then, &heard).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        talk(stream, &answer, then, &heard).await;
                    }
                }
            }
        });
    }
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    answer: &[u8],
    then: Then,
    heard: &Mutex<Heard>,
) {
    if matches!(then, Then::Unasked) {
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(answer).await;
        let _ = stream.shutdown().await;
        return;
    }
    let mut round = 0;
    while let Some(request) = read_request(&mut stream).await {
        heard.lock().unwrap().requests.push(request);
        round += 1;
        if matches!(then, Then::CloseOnSecond) && round == 2 {
            return;
        }
        if stream.write_all(answer).await.is_err() {
            return;
        }
        match then {
            Then::Again | Then::CloseOnSecond => {}
            Then::Close | Then::Unasked => {
                // The last bytes must leave before the socket is dropped.
                let _ = stream.shutdown().await;
                return;
            }
            Then::Hold => std::future::pending().await,
            Then::Endless => {
                while stream.write_all(b"400\r\n").await.is_ok() && endless(&mut stream).await {}
            }
        }
    }
}

/// One more chunk of an endless answer.
async fn endless<S: AsyncWrite + Unpin>(stream: &mut S) -> bool {
    stream.write_all(&[b'x'; 0x400]).await.is_ok() && stream.write_all(b"\r\n").await.is_ok()
}

/// One request with its body; `None` when the other side is gone.
async fn read_request<S: AsyncRead + Unpin>(stream: &mut S) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, value)| value.trim().parse().unwrap());
            if body.len() >= length {
                return Some(text);
            }
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&chunk[..read]),
        }
    }
}
