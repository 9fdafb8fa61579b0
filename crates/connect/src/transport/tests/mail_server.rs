//! A mail server on this machine (RFC 5321), as strict as one can be, and as unwilling as a test wishes.

use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

pub(super) const USER: &str = "qiao@example.com";
pub(super) const PASSWORD: &str = "授权码 0!";

/// Beginnings of commands, and what is answered to them.
pub(super) type Replies = &'static [(&'static str, &'static str)];

/// How it behaves.
#[derive(Clone, Default)]
pub(super) struct Ways {
    pub tls: Option<TlsAcceptor>,
    /// TLS from the first byte; else it is offered.
    pub implicit: bool,
    /// The mechanisms of sign-in, once the way is secret or where there is no TLS at all; without any nobody has to.
    pub auth: &'static str,
    /// What a command that begins so is answered in place of the usual; `""` is the greeting.
    pub replies: Replies,
    /// It closes the connection in place of the answer to what begins so; `.` is the end of the text.
    pub leaves_at: Option<&'static str>,
    /// What somebody on the way puts behind its answer to STARTTLS.
    pub injected: &'static str,
    /// It takes connections and says nothing.
    pub silent: bool,
}

#[derive(Default)]
pub(super) struct Heard {
    /// Commands, and whether the way was secret when they came.
    pub commands: Vec<(String, bool)>,
    /// Texts with the addresses they were for, as they were handed over.
    pub texts: Vec<(Vec<String>, String)>,
}

pub(super) struct MailServer {
    pub port: u16,
    heard: Arc<Mutex<Heard>>,
    _running: JoinSet<()>,
}

impl MailServer {
    pub(super) async fn new(ways: Ways) -> MailServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let mut running = JoinSet::new();
        let told = heard.clone();
        running.spawn(async move {
            let mut talks = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                talks.spawn(serve(stream, ways.clone(), told.clone()));
            }
        });
        MailServer { port, heard, _running: running }
    }

    /// The commands, without what follows the first word of a sign-in.
    pub(super) fn commands(&self) -> Vec<String> {
        self.heard.lock().unwrap().commands.iter().map(|(command, _)| command.clone()).collect()
    }

    /// The commands that came while everybody could read them.
    pub(super) fn in_clear(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        heard.commands.iter().filter(|(_, secret)| !secret).map(|(command, _)| command.clone()).collect()
    }

    pub(super) fn texts(&self) -> Vec<(Vec<String>, String)> {
        self.heard.lock().unwrap().texts.clone()
    }
}

enum Next {
    Over,
    StartTls,
}

async fn serve(mut stream: TcpStream, ways: Ways, heard: Arc<Mutex<Heard>>) {
    if ways.silent {
        return std::future::pending().await;
    }
    let acceptor = ways.tls.clone();
    match (acceptor, ways.implicit) {
        (Some(tls), true) => {
            if let Ok(mut stream) = tls.accept(stream).await {
                talk(&mut stream, &ways, &heard, true, true).await;
            }
        }
        (tls, _) => {
            let next = talk(&mut stream, &ways, &heard, false, true).await;
            if let (Some(Next::StartTls), Some(tls)) = (next, tls)
                && let Ok(mut stream) = tls.accept(stream).await
            {
                talk(&mut stream, &ways, &heard, true, false).await;
            }
        }
    }
}

/// One talk; `None` when the other side left, or was left.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    ways: &Ways,
    heard: &Mutex<Heard>,
    secret: bool,
    greets: bool,
) -> Option<Next> {
    let instead = |command: &str| {
        ways.replies.iter().find(|(begins, _)| match begins.is_empty() {
            true => command.is_empty(),
            false => command.starts_with(begins),
        })
    };
    if greets {
        say(stream, instead("").map_or("220 mail.example.com ESMTP", |(_, reply)| reply)).await?;
    }
    let (mut signed_in, mut from, mut to) = (ways.auth.is_empty(), None, Vec::new());
    loop {
        let line = line(stream).await?;
        let shown = if line.starts_with("AUTH") {
            line.split(' ').take(2).collect::<Vec<_>>().join(" ")
        } else {
            line.clone()
        };
        heard.lock().unwrap().commands.push((shown, secret));
        if ways.leaves_at.is_some_and(|at| line.starts_with(at)) {
            return None;
        }
        if let Some((_, reply)) = instead(&line) {
            say(stream, reply).await?;
            continue;
        }
        let offers_tls = ways.tls.is_some() && !secret;
        match line.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => {
                let mut lines = vec!["mail.example.com".to_owned()];
                if offers_tls {
                    lines.push("STARTTLS".into());
                } else if !ways.auth.is_empty() {
                    lines.push(format!("AUTH {}", ways.auth));
                }
                lines.push("SIZE 1000000".into());
                let last = lines.len() - 1;
                for (at, text) in lines.iter().enumerate() {
                    say(stream, &format!("250{}{text}", if at == last { ' ' } else { '-' })).await?;
                }
            }
            "STARTTLS" if offers_tls => {
                say(stream, &format!("220 go ahead{}", ways.injected)).await?;
                return Some(Next::StartTls);
            }
            "AUTH" if !offers_tls => {
                signed_in = sign_in(stream, &line, ways.auth).await?;
                say(stream, if signed_in { "235 2.7.0 ok" } else { "535 5.7.8 authentication failed" })
                    .await?;
            }
            "MAIL" if signed_in && from.is_none() => {
                from = Some(address(&line, "MAIL FROM:"));
                say(stream, "250 2.1.0 ok").await?;
            }
            "RCPT" if from.is_some() => {
                to.push(address(&line, "RCPT TO:"));
                say(stream, "250 2.1.5 ok").await?;
            }
            "DATA" if !to.is_empty() => {
                say(stream, "354 end with .").await?;
                let text = text(stream).await?;
                heard.lock().unwrap().texts.push((std::mem::take(&mut to), text));
                from = None;
                if ways.leaves_at == Some(".") {
                    return None;
                }
                say(stream, instead(".").map_or("250 2.0.0 queued as 4F1", |(_, reply)| reply)).await?;
            }
            "QUIT" => {
                say(stream, "221 bye").await?;
                return Some(Next::Over);
            }
            _ => say(stream, "503 5.5.1 bad sequence of commands").await?,
        }
    }
}

async fn sign_in<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, line: &str, auth: &str) -> Option<bool> {
    let decoded = |text: &str| String::from_utf8(STANDARD.decode(text).unwrap()).unwrap();
    match line.split(' ').collect::<Vec<_>>()[..] {
        ["AUTH", "PLAIN", response] if auth.contains("PLAIN") => {
            Some(decoded(response) == format!("\0{USER}\0{PASSWORD}"))
        }
        ["AUTH", "LOGIN"] if auth.contains("LOGIN") => {
            say(stream, "334 VXNlcm5hbWU6").await?;
            let user = decoded(&self::line(stream).await?);
            say(stream, "334 UGFzc3dvcmQ6").await?;
            let password = decoded(&self::line(stream).await?);
            Some(user == USER && password == PASSWORD)
        }
        _ => Some(false),
    }
}

/// The address of a command, without parameters.
fn address(line: &str, begins: &str) -> String {
    let rest = line.strip_prefix(begins).unwrap_or_else(|| panic!("{line}"));
    let (address, parameters) = rest.strip_prefix('<').and_then(|rest| rest.split_once('>')).unwrap();
    assert!(parameters.is_empty() || parameters.starts_with(' '), "{line}");
    address.to_owned()
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, line: &str) -> Option<()> {
    stream.write_all(format!("{line}\r\n").as_bytes()).await.ok()?;
    stream.flush().await.ok()
}

/// A line; it ends with both characters, and holds neither of them.
async fn line<S: AsyncRead + Unpin>(stream: &mut S) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n") {
        bytes.push(stream.read_u8().await.ok()?);
    }
    bytes.truncate(bytes.len() - 2);
    let line = String::from_utf8(bytes).unwrap();
    assert!(!line.contains(['\r', '\n']), "{line:?}");
    assert!(line.len() <= 998, "{line}");
    Some(line)
}

/// The lines up to the dot that stands alone.
async fn text<S: AsyncRead + Unpin>(stream: &mut S) -> Option<String> {
    let mut lines = Vec::new();
    loop {
        let line = line(stream).await?;
        if line == "." {
            return Some(lines.join("\r\n"));
        }
        lines.push(line.strip_prefix('.').map_or(line.clone(), str::to_owned));
    }
}
