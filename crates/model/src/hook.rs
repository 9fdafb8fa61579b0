//! How a flow receives its records by a webhook (`POST /hook/{flow}`), as its text says it: what proves the sender, and
//! where in what it sends the records and their ids are.

mod pointer;

use std::time::Duration;

pub use pointer::{Pointer, Spot};

/// The setting of the source connection that holds the secret that senders and we share.
pub const SECRET: &str = "hook_secret";
/// The setting with the secret that takes its place: both are taken while senders change over.
pub const NEXT_SECRET: &str = "hook_secret_next";

/// `hook:` below the source of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    pub proof: Proof,
    /// What tells one call from every other of its sender, so that one sent again does nothing.
    pub event: Option<Whence>,
    /// Which calls, or records of a call, are meant; absent takes all.
    pub only: Option<Condition>,
    /// Where the records are: one map, or a list of them; absent is the whole body.
    pub records: Option<Pointer>,
    /// Where a record's id is; absent is where its object has it.
    pub id: Option<Pointer>,
    /// Where what goes into the object's number field is, if elsewhere.
    pub number: Option<Pointer>,
    /// Where what goes into the object's version field is, if elsewhere.
    pub version: Option<Pointer>,
    /// When a record is void.
    pub void: Option<Condition>,
    /// How the sender tries the address before it sends anything.
    pub challenge: Option<Challenge>,
    /// Line and column in the flow's file, from 1.
    pub at: (usize, usize),
}

/// What proves that a call comes from whom it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The secret itself.
    Secret(Carrier),
    /// A signature made with the secret.
    Signature(Signature),
}

/// Where a call has the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carrier {
    Header(Part),
    /// A parameter of the address, for senders that can set nothing else.
    Query(String),
}

/// A part of a header: what follows the prefix, in the whole value or in those of its pieces that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// In small letters.
    pub header: String,
    pub prefix: String,
    /// What stands between the pieces of the value: `,` in `t=1492774577,v1=5257a8…`; absent takes it whole.
    pub separator: Option<char>,
}

/// A signature (HMAC) over what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub part: Part,
    pub algorithm: Algorithm,
    pub encoding: Encoding,
    pub key: KeyForm,
    /// What is signed, piece by piece.
    pub over: Vec<Piece>,
    /// When it was signed.
    pub timestamp: Option<Stamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    Sha1,
    Sha256,
    Sha512,
}

/// How the signature is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Hex,
    Base64,
}

/// What the key is, in the text of the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyForm {
    /// The text itself.
    Text,
    /// What the text says in base64, behind `whsec_` where it begins so.
    Base64,
}

/// A piece of what is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    /// The body, byte for byte.
    Body,
    /// The timestamp, as it came.
    Timestamp,
    /// The event id, as it came.
    Event,
}

/// Where a call says when it was signed, in seconds or milliseconds since 1970, and how far that may be from our time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    pub part: Part,
    pub within: Duration,
}

/// Where something stands in a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whence {
    /// In small letters.
    Header(String),
    Body(Pointer),
}

/// What a call, or a record in it, must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub at: Whence,
    /// One of these.
    pub is: Vec<String>,
}

/// How a sender tries the address: it wants to hear what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Challenge {
    /// By `GET` (or `POST`) with this parameter, whose value is the answer. Where the sender names the secret in another
    /// one, it must be right.
    Query { name: String, secret: Option<String> },
    /// By a call like all others whose body has it there; it is answered with `{"challenge": …}`.
    Body(Pointer),
}

impl Condition {
    /// Whether what was found is one of the values.
    pub fn holds(&self, found: Option<&str>) -> bool {
        found.is_some_and(|found| self.is.iter().any(|value| value == found.trim()))
    }
}
