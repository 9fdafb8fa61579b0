//! E-mail: what is handed to a mail server (SMTP, RFC 5321), under the same rules as calls over HTTP.
//!
//! * Only the server that the connection names, at the addresses that the filter of addresses lets through.
//! * Without TLS nothing is said where TLS is wanted: a server that offers no STARTTLS is left.
//! * No proxy: one for HTTP passes no mail on, and a connection that names one is refused instead of going around it.
//! * A server that ends the connection before it was given the text has nothing to pass on; behind that, it may have.

mod line;
mod session;
mod trust;
mod written;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use contract::transport::{Answer, Mail, Security, TransportError};
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use url::Host;

use self::session::Talk;
use super::failure::{self, reason};
use super::resolver;
use super::rules::Rules;
use super::validity::Seen;

/// Hands mails of one connection over.
pub(super) struct Postman {
    rules: Arc<Rules>,
    authorities: Vec<CertificateDer<'static>>,
    seen: Arc<Seen>,
}

/// Why nothing was handed over, or what the server said to it.
pub(super) enum Trouble {
    /// It said so.
    Refused(Answer),
    /// It is not as it has to be; nothing was handed over.
    Unfit(&'static str),
    /// No connection came to be.
    Unreached(std::io::Error),
    /// The connection, or what came over it, is broken.
    Broken(std::io::Error),
}

impl Postman {
    pub(super) fn new(
        rules: Arc<Rules>,
        authorities: Vec<CertificateDer<'static>>,
        seen: Arc<Seen>,
    ) -> Postman {
        Postman { rules, authorities, seen }
    }

    /// Hands it over within that time.
    pub(super) async fn send(&self, mail: &Mail, limit: Duration) -> Result<Answer, TransportError> {
        let host = || mail.host.clone();
        let forbidden = |word: &str| TransportError::Forbidden { host: host(), reason: word.to_owned() };
        let not_sent = |word: &str| TransportError::NotSent { host: host(), reason: word.to_owned() };
        if self.rules.proxy().is_some() {
            return Err(forbidden(reason::MAIL_PROXY));
        }
        let server = self.rules.admit_server(&mail.host, mail.port).map_err(forbidden)?;
        let written = match &mail.letter {
            None => None,
            Some(letter) => Some(written::written(letter).ok_or_else(|| forbidden(reason::MAIL_ADDRESS))?),
        };
        let tls = match mail.security {
            Security::Plain => None,
            Security::Implicit | Security::StartTls => Some(self.tls().ok_or_else(|| not_sent(reason::TLS))?),
        };
        // Behind this it may be passed on, whatever comes back.
        let handed_over = AtomicBool::new(false);
        let talk =
            Talk { mail, written: written.as_deref(), tls, handed_over: &handed_over, seen: &self.seen };
        let talking = async {
            let addresses = self.addresses(&server, mail.port).await?;
            match talk.at(&addresses).await {
                Ok(answer) | Err(Trouble::Refused(answer)) => Ok(answer),
                Err(Trouble::Unfit(word)) => Err(forbidden(word)),
                Err(Trouble::Unreached(error)) => Err(failure::not_connected(&error, false, host())),
                Err(Trouble::Broken(error)) => {
                    Err(failure::of_mail(&error, host(), handed_over.load(Ordering::Relaxed)))
                }
            }
        };
        let outcome = tokio::time::timeout(limit, talking).await;
        outcome.unwrap_or_else(|_| match handed_over.load(Ordering::Relaxed) {
            true => Err(TransportError::TimedOut { host: host(), seconds: limit.as_secs() }),
            false => Err(not_sent(reason::MAIL_SILENT)),
        })
    }

    /// Where the server may be dialled.
    async fn addresses(&self, server: &Host<String>, port: u16) -> Result<Vec<SocketAddr>, TransportError> {
        match server {
            Host::Ipv4(address) => Ok(vec![(*address, port).into()]),
            Host::Ipv6(address) => Ok(vec![(*address, port).into()]),
            Host::Domain(name) => {
                let found = resolver::dialled(&self.rules, name, port).await;
                found.map_err(|unresolved| failure::unresolved(unresolved, name.clone()))
            }
        }
    }

    /// What a server's certificate is held against.
    fn tls(&self) -> Option<Arc<ClientConfig>> {
        trust::config(&self.authorities).map(Arc::new)
    }
}
