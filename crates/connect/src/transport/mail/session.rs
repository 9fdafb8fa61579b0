//! One talk with a mail server (RFC 5321): greeting, TLS, sign-in, sender, addresses, text.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::transport::{Answer, Login, Mail, Security, Stage};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::Trouble;
use super::line::{Reply, command, data, reply};
use crate::transport::CONNECT_LIMIT;
use crate::transport::failure::reason;
use crate::transport::validity::Seen;

/// What is done at a server, and with what.
pub(super) struct Talk<'t> {
    pub mail: &'t Mail,
    /// The letter as it is handed over.
    pub written: Option<&'t str>,
    pub tls: Option<Arc<ClientConfig>>,
    /// Set before the text goes out: behind that it may be passed on.
    pub handed_over: &'t AtomicBool,
    pub seen: &'t Seen,
}

impl Talk<'_> {
    /// Talks with the server at one of these addresses.
    ///
    /// An address that the server does not take keeps the others from nothing; their number is in the answer's `refused`.
    pub(super) async fn at(&self, addresses: &[SocketAddr]) -> Result<Answer, Trouble> {
        let mut stream = connect(addresses).await?;
        let hello = hello(&stream);
        match self.mail.security {
            Security::Implicit => {
                let mut stream = self.secured(stream).await?;
                greeting(&mut stream).await?;
                self.go_on(&mut stream, &hello).await
            }
            Security::StartTls => {
                greeting(&mut stream).await?;
                let offers = extensions(&mut stream, &hello).await?;
                if !offers.iter().any(|offer| offer.eq_ignore_ascii_case("STARTTLS")) {
                    leave(&mut stream).await;
                    return Err(Trouble::Unfit(reason::MAIL_NO_TLS));
                }
                command(&mut stream, "STARTTLS").await?.positive(Stage::Greeting)?;
                // Nothing was read ahead: what somebody put behind that answer meets the handshake, which fails of it.
                let mut stream = self.secured(stream).await?;
                self.go_on(&mut stream, &hello).await
            }
            Security::Plain => {
                greeting(&mut stream).await?;
                self.go_on(&mut stream, &hello).await
            }
        }
    }

    async fn secured(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>, Trouble> {
        let host =
            ServerName::try_from(self.mail.host.clone()).map_err(|_| Trouble::Unfit(reason::ADDRESS))?;
        let config = self.tls.clone().ok_or(Trouble::Unfit(reason::MAIL_NO_TLS))?;
        let stream = TlsConnector::from(config).connect(host, stream).await.map_err(Trouble::Broken)?;
        if let Some(shown) = stream.get_ref().1.peer_certificates().and_then(<[_]>::first) {
            self.seen.note(&self.mail.host, shown);
        }
        Ok(stream)
    }

    async fn go_on<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut S,
        hello: &str,
    ) -> Result<Answer, Trouble> {
        let offers = extensions(stream, hello).await?;
        if let Some(login) = &self.mail.login {
            sign_in(stream, &offers, login).await?;
        }
        let answer = match (&self.mail.letter, self.written) {
            (Some(letter), Some(written)) => {
                self.hand_over(stream, &letter.from, &letter.to, written).await?
            }
            _ => Stage::Ready.answer(250, ""),
        };
        // It has what it was to have; how it takes its leave changes nothing.
        leave(stream).await;
        Ok(answer)
    }

    async fn hand_over<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut S,
        from: &str,
        to: &[String],
        written: &str,
    ) -> Result<Answer, Trouble> {
        command(stream, &format!("MAIL FROM:<{from}>")).await?.positive(Stage::Sender)?;
        let mut refused = Vec::new();
        for address in to {
            let reply = command(stream, &format!("RCPT TO:<{address}>")).await?;
            match reply.positive(Stage::Receiver) {
                Ok(_) => {}
                // It is about to leave, and the others are of no use either.
                Err(Trouble::Refused(answer)) if answer.status == 421 => {
                    return Err(Trouble::Refused(answer));
                }
                Err(Trouble::Refused(answer)) => refused.push(answer),
                Err(trouble) => return Err(trouble),
            }
        }
        if refused.len() == to.len() {
            leave(stream).await;
            // One that may be taken later is worth coming again for.
            let later = refused.iter().position(|answer| answer.status < 500).unwrap_or(0);
            return Err(Trouble::Refused(refused.swap_remove(later)));
        }
        command(stream, "DATA").await?.intermediate(Stage::Message)?;
        self.handed_over.store(true, Ordering::Relaxed);
        let mut answer = data(stream, written).await?.positive(Stage::Message)?.answer(Stage::Message);
        answer.headers.push(("refused".to_owned(), refused.len().to_string()));
        Ok(answer)
    }
}

/// Connects to the first of these addresses that accepts it.
async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, Trouble> {
    let mut last = std::io::ErrorKind::AddrNotAvailable.into();
    for address in addresses {
        match tokio::time::timeout(CONNECT_LIMIT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = error,
            Err(_) => last = std::io::ErrorKind::TimedOut.into(),
        }
    }
    Err(Trouble::Unreached(last))
}

/// Under which name we come: our address, as those do that have no name of their own.
fn hello(stream: &TcpStream) -> String {
    match stream.local_addr().map(|address| address.ip()) {
        Ok(IpAddr::V4(address)) => format!("[{address}]"),
        Ok(IpAddr::V6(address)) => format!("[IPv6:{address}]"),
        Err(_) => "[127.0.0.1]".to_owned(),
    }
}

async fn greeting<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> Result<Reply, Trouble> {
    reply(stream).await?.positive(Stage::Greeting)
}

/// What the server offers, one text each.
async fn extensions<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    hello: &str,
) -> Result<Vec<String>, Trouble> {
    let reply = command(stream, &format!("EHLO {hello}")).await?.positive(Stage::Greeting)?;
    Ok(reply.lines.into_iter().skip(1).collect())
}

async fn leave<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) {
    let _ = command(stream, "QUIT").await;
}

/// Signs in by the first mechanism that both know. Each shows the password to whoever listens, so that it is used over TLS
/// only, or within this machine.
async fn sign_in<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    offers: &[String],
    login: &Login,
) -> Result<(), Trouble> {
    let offered = |mechanism: &str| {
        offers.iter().any(|offer| {
            let mut words = offer.split([' ', '=']);
            let is_auth = words.next().is_some_and(|word| word.eq_ignore_ascii_case("AUTH"));
            is_auth && words.any(|word| word.eq_ignore_ascii_case(mechanism))
        })
    };
    let (user, password) = (login.user.as_str(), login.password.reveal());
    let outcome = if offered("PLAIN") {
        command(stream, &format!("AUTH PLAIN {}", STANDARD.encode(format!("\0{user}\0{password}")))).await?
    } else if offered("LOGIN") {
        command(stream, "AUTH LOGIN").await?.intermediate(Stage::Login)?;
        command(stream, &STANDARD.encode(user)).await?.intermediate(Stage::Login)?;
        command(stream, &STANDARD.encode(password)).await?
    } else {
        leave(stream).await;
        return Err(Trouble::Unfit(reason::MAIL_NO_LOGIN));
    };
    match outcome.positive(Stage::Login) {
        Ok(_) => Ok(()),
        Err(trouble) => {
            leave(stream).await;
            Err(trouble)
        }
    }
}
