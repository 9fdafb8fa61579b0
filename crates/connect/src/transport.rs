//! The one way out to the network: HTTP/1.1 over TLS, and SMTP, to the hosts of a connection only.
//!
//! * Schemes https and http; no user names in addresses; redirects are answers like any other and are not followed.
//! * Hosts: those of the connection's addresses and of its `hosts`; every address a name resolves to passes
//!   the same filter in the moment it is dialled, so that a name cannot point elsewhere afterwards.
//! * TLS is always verified, against the machine's certificates and a private authority if one is given.
//! * No proxy but the one that the connection names. A proxy resolves names itself: with one, the host allow-list holds
//!   and the address filter holds for the proxy only.
//! * The whole answer has one time limit and one size limit, counted after decompression.
//!
//! **Nothing is sent twice.** Neither reqwest nor hyper repeats a request of which a byte may have been written: hyper
//! takes a request back only when a reused connection turned out to be closed before the request was taken from its
//! queue, and puts it on a new connection then. A connection that closes later gives [`TransportError::Broken`]. The
//! tests count what arrives.

mod address;
mod failure;
mod mail;
mod resolver;
mod rules;
mod validity;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use contract::transport::{Answer, Call, Network, Transport, TransportError};
use model::connection::Connection;
use model::{Cause, ConnectionName, Sentence, Timestamp};
use reqwest::{Certificate, Client, Proxy, Url};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::Registry;
use failure::reason;
use mail::Postman;
use resolver::GuardedResolver;
use rules::Rules;
pub(crate) use rules::is_host;
use validity::Seen;

/// How long a host may take to accept a connection; then the call never left.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// How long an idle connection is kept. Shorter than what servers and balancers commonly allow, so that a reused
/// connection is rarely one that the other side is about to close.
const IDLE_LIMIT: Duration = Duration::from_secs(20);

/// Gives each connection its transport; one pool of TCP connections per connection, kept as long as its rules stay.
pub struct HttpNetwork {
    registry: Arc<Registry>,
    authorities: Vec<Authority>,
    transports: Mutex<BTreeMap<ConnectionName, Arc<HttpTransport>>>,
}

impl HttpNetwork {
    /// `authority`: a PEM text with private certificate authorities that are trusted besides the machine's.
    ///
    /// # Errors
    /// `transport.authority` when the PEM text cannot be read or holds no certificate.
    pub fn new(registry: Arc<Registry>, authority: Option<&[u8]>) -> Result<HttpNetwork, Cause> {
        let authorities = match authority {
            None => Vec::new(),
            Some(pem) => certificates(pem).ok_or_else(|| Cause::new("transport.authority"))?,
        };
        Ok(HttpNetwork { registry, authorities, transports: Mutex::default() })
    }
}

/// A private authority, as clients take it.
#[derive(Clone)]
struct Authority {
    certificate: Certificate,
    der: CertificateDer<'static>,
}

/// The certificates of a PEM text; `None` when there are none or one cannot be trusted as an authority.
fn certificates(pem: &[u8]) -> Option<Vec<Authority>> {
    let mut store = RootCertStore::empty();
    let mut certificates = Vec::new();
    for der in CertificateDer::pem_slice_iter(pem) {
        let der = der.ok()?;
        certificates.push(Authority { certificate: Certificate::from_der(&der).ok()?, der: der.clone() });
        store.add(der).ok()?;
    }
    (!certificates.is_empty()).then_some(certificates)
}

impl Network for HttpNetwork {
    fn transport(&self, connection: &Connection) -> Arc<dyn Transport> {
        let manifest = self.registry.manifest(&connection.connector);
        let rules = Rules::of(connection, manifest.map(|manifest| manifest.settings()).unwrap_or_default());
        let mut transports = self.transports.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(known) = transports.get(&connection.name).filter(|known| *known.rules == rules) {
            return known.clone();
        }
        let transport = Arc::new(HttpTransport::new(rules, &self.authorities));
        transports.insert(connection.name.clone(), transport.clone());
        transport
    }

    fn authority_until(&self) -> Option<Timestamp> {
        self.authorities.iter().filter_map(|authority| validity::until(&authority.der)).min()
    }
}

/// The calls of one connection.
struct HttpTransport {
    rules: Arc<Rules>,
    /// `Err` holds the word for why no client could be made.
    client: Result<Client, &'static str>,
    postman: Postman,
    seen: Arc<Seen>,
}

impl HttpTransport {
    fn new(rules: Rules, authorities: &[Authority]) -> HttpTransport {
        let rules = Arc::new(rules);
        let client = client(&rules, authorities);
        let trusted = authorities.iter().map(|authority| authority.der.clone()).collect();
        let seen = Arc::new(Seen::default());
        HttpTransport { client, postman: Postman::new(rules.clone(), trusted, seen.clone()), rules, seen }
    }

    /// Whether the call may leave; its address when it may.
    fn admit(&self, call: &Call) -> Result<Url, TransportError> {
        let forbidden = |host: &str, reason: &str| TransportError::Forbidden {
            host: host.to_owned(),
            reason: reason.to_owned(),
        };
        let url = Url::parse(&call.url).map_err(|_| forbidden("?", reason::ADDRESS))?;
        match self.rules.admit(&url) {
            Ok(()) => Ok(url),
            Err(word) => Err(forbidden(url.host_str().unwrap_or("?"), word)),
        }
    }
}

/// A client for these rules. Where the machine has no certificates at all, one that trusts the private authority only:
/// plain http must work there too.
fn client(rules: &Arc<Rules>, authorities: &[Authority]) -> Result<Client, &'static str> {
    let base = || {
        let builder = Client::builder()
            .user_agent(concat!("qiao/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .http1_only()
            .connect_timeout(CONNECT_LIMIT)
            .pool_idle_timeout(IDLE_LIMIT)
            .tls_info(true)
            .dns_resolver(GuardedResolver::new(rules.clone()));
        match rules.proxy() {
            None => Ok(builder),
            Some(proxy) => Proxy::all(proxy).map(|proxy| builder.proxy(proxy)).map_err(|_| reason::PROXY),
        }
    };
    let trusted = || authorities.iter().map(|authority| authority.certificate.clone());
    match base()?.tls_certs_merge(trusted()).build() {
        Ok(client) => Ok(client),
        Err(_) => base()?.tls_certs_only(trusted()).build().map_err(|_| reason::TLS),
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, call: &Call) -> Result<Answer, TransportError> {
        if let Some(mail) = &call.mail {
            return self.postman.send(mail, call.timeout).await;
        }
        let url = self.admit(call)?;
        let host = url.host_str().unwrap_or("?").to_owned();
        let not_sent = |word: &str| TransportError::NotSent { host: host.clone(), reason: word.to_owned() };
        let client = self.client.as_ref().map_err(|word| not_sent(word))?;
        let method =
            reqwest::Method::from_bytes(call.method.as_bytes()).map_err(|_| not_sent(reason::CALL))?;
        let mut request = client.request(method, url).timeout(call.timeout);
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        if !call.body.is_empty() {
            request = request.body(call.body.clone());
        }
        let response =
            request.send().await.map_err(|error| failure::before_answer(&error, &host, call.timeout))?;
        let shown =
            response.extensions().get::<reqwest::tls::TlsInfo>().and_then(|tls| tls.peer_certificate());
        if let Some(der) = shown {
            self.seen.note(&host, der);
        }
        take(response, &host, call).await
    }

    fn certificates(&self) -> Vec<contract::transport::Certificate> {
        self.seen.all()
    }
}

/// Takes the answer in, up to its limits.
async fn take(mut response: reqwest::Response, host: &str, call: &Call) -> Result<Answer, TransportError> {
    let too_large = || TransportError::TooLarge { host: host.to_owned(), limit: call.max_bytes };
    if response.content_length().is_some_and(|length| length > call.max_bytes as u64) {
        return Err(too_large());
    }
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    let mut body = BytesMut::new();
    loop {
        let chunk = response.chunk().await;
        let chunk: Option<Bytes> =
            chunk.map_err(|error| failure::within_answer(&error, host, call.timeout))?;
        let Some(chunk) = chunk else { break };
        if body.len() + chunk.len() > call.max_bytes {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, headers, body: body.freeze() })
}

/// The words of why a call got no answer.
pub(crate) fn sentences() -> Vec<Sentence> {
    failure::SENTENCES.to_vec()
}

#[cfg(test)]
mod tests;
