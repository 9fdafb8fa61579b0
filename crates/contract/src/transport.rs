//! The network seam: one HTTP call and its answer; or one e-mail, and what the mail server made of it.

mod mail;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use model::connection::Connection;
use model::{Cause, Timestamp};

pub use self::mail::{Letter, Login, Mail, Security, Stage};

/// No call takes longer than this, all of its time limits together: whoever sends one sees to it.
pub const LONGEST_CALL: Duration = Duration::from_secs(200);

/// One call to a system: over HTTP, or what is handed to a mail server.
#[derive(Debug, Clone)]
pub struct Call {
    /// The operation of the connector, for records and counts: `Save`, `data/query`.
    pub operation: &'static str,
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
    /// From sending to the last byte of the answer.
    pub timeout: Duration,
    /// An answer larger than this is cut off and refused.
    pub max_bytes: usize,
    /// Texts in headers, body or answer that no record may show: passwords, tokens, signatures.
    pub secrets: Vec<String>,
    /// Whether the call carries a file's content, which no record shows.
    pub carries: Carries,
    /// What is handed to a mail server; then address and body only say for records what that is.
    pub mail: Option<Arc<Mail>>,
}

/// What of a call is a file's content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Carries {
    #[default]
    Nothing,
    /// The body; the text is what a record shows in its place.
    FileUp(String),
    /// The answer; a record shows how long it is.
    FileDown,
}

impl Call {
    /// A POST of JSON text with the usual limits: 30 s, 32 MB.
    pub fn post_json(operation: &'static str, url: impl Into<String>, body: impl Into<Bytes>) -> Call {
        Call {
            operation,
            method: "POST",
            url: url.into(),
            headers: vec![("Content-Type".into(), "application/json".into())],
            body: body.into(),
            timeout: Duration::from_secs(30),
            max_bytes: 32 << 20,
            secrets: Vec::new(),
            carries: Carries::Nothing,
            mail: None,
        }
    }

    /// A GET with the usual limits.
    pub fn get(operation: &'static str, url: impl Into<String>) -> Call {
        Call { method: "GET", headers: Vec::new(), ..Call::post_json(operation, url, Bytes::new()) }
    }

    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Call {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Says which part of the call is a file's content.
    pub fn carrying(mut self, carries: Carries) -> Call {
        self.carries = carries;
        self
    }

    /// Names a text that must not be shown. Blank texts are passed over.
    pub fn hiding(mut self, secret: &str) -> Call {
        if !secret.trim().is_empty() {
            self.secrets.push(secret.into());
        }
        self
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

impl Answer {
    /// The first header of that name, compared without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }
}

/// Why there is no answer. The difference between the first kinds and the rest decides whether a write may simply be
/// repeated. A `reason` is either a single word that has a sentence `transport.<word>`, or free text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The call never left: refused by the guard of outbound calls.
    #[error("the address {host} is not allowed: {reason}")]
    Forbidden { host: String, reason: String },
    /// The call never left: no such host, nobody listens, no trust in the certificate.
    #[error("{host} cannot be reached: {reason}")]
    NotSent { host: String, reason: String },
    /// The certificate was not accepted, so the call never left.
    #[error("the certificate of {host} is not accepted: {reason}")]
    Certificate { host: String, reason: String },
    /// Sent, perhaps carried out; no answer in time.
    #[error("{host} did not answer within {seconds} s")]
    TimedOut { host: String, seconds: u64 },
    /// Sent, perhaps carried out; the connection ended before the answer did.
    #[error("the connection to {host} broke: {reason}")]
    Broken { host: String, reason: String },
    /// Carried out perhaps; the answer is larger than allowed.
    #[error("the answer of {host} is larger than {limit} bytes")]
    TooLarge { host: String, limit: usize },
}

impl TransportError {
    /// Whether the system can have seen the call.
    pub fn may_have_arrived(&self) -> bool {
        !matches!(
            self,
            TransportError::Forbidden { .. }
                | TransportError::NotSent { .. }
                | TransportError::Certificate { .. }
        )
    }

    /// The cause for readers: `transport.<reason>` where the reason is a word (`transport.unknown_host`), else the
    /// kind's own code with the reason as parameter.
    pub fn cause(&self) -> Cause {
        let (code, host, reason) = match self {
            TransportError::Forbidden { host, reason } => ("transport.forbidden", host, reason),
            TransportError::NotSent { host, reason } => ("transport.not_sent", host, reason),
            TransportError::Certificate { host, reason } => ("transport.certificate", host, reason),
            TransportError::Broken { host, reason } => ("transport.broken", host, reason),
            TransportError::TimedOut { host, seconds } => {
                return Cause::new("transport.timed_out").with("host", host).with("seconds", seconds);
            }
            TransportError::TooLarge { host, limit } => {
                return Cause::new("transport.too_large").with("host", host).with("limit", limit);
            }
        };
        let is_word = !reason.is_empty() && reason.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        match is_word {
            true => Cause::new(format!("transport.{reason}")).with("host", host),
            false => Cause::new(code).with("host", host).with("reason", reason),
        }
    }
}

/// Sends one call. Implementations verify TLS, follow no redirects and honour the call's limits.
#[async_trait]
pub trait Transport: Send + Sync {
    async fn send(&self, call: &Call) -> Result<Answer, TransportError>;

    /// The certificates of the hosts that were called over TLS so far, each as it was seen last.
    fn certificates(&self) -> Vec<Certificate> {
        Vec::new()
    }
}

/// A certificate that was accepted, and when it ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Certificate {
    pub host: String,
    pub until: Timestamp,
}

/// Gives each connection its transport, which lets calls out to the hosts of that connection only.
pub trait Network: Send + Sync {
    fn transport(&self, connection: &Connection) -> Arc<dyn Transport>;

    /// When the first of the private authorities ends that are trusted besides the machine's.
    fn authority_until(&self) -> Option<Timestamp> {
        None
    }
}
