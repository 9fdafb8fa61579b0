//! What was pushed to us, raw, and what became of it.

use std::fmt;

use bytes::Bytes;

use crate::record::RecordKey;
use crate::{Cause, ConnectionName, ReceiptId, Timestamp};

/// A body that a system pushed to a connection, as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct Pushed {
    pub connection: ConnectionName,
    /// The system's code of the bill (`objectApiName`), or the address of the webhook that it was sent to
    /// ([`Pushed::hook`]).
    pub code: String,
    /// The name of the access token that it came with; of a webhook, the setting with the secret.
    pub token: String,
    pub at: Timestamp,
    /// The id that the sender named beside the body; without one the body is in a form of the sender's own.
    pub id: Option<String>,
    /// Whether the sender says that the record is void (作废).
    pub void: bool,
    pub content_type: Option<String>,
    /// What tells it from everything else that is sent there: the same again is not kept twice.
    pub once: Option<String>,
    pub body: Bytes,
}

/// Before the name of a flow, in the address of its webhook. No code of a bill begins so.
pub const HOOK: &str = "/hook/";

impl Pushed {
    /// The flow to whose webhook it was sent.
    pub fn hook(&self) -> Option<&str> {
        self.code.strip_prefix(HOOK)
    }
}

/// Without its body, which holds business data.
impl fmt::Debug for Pushed {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Pushed({} {} {:?}, {} bytes)", self.connection, self.code, self.id, self.body.len())
    }
}

/// What was pushed, as kept, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub id: ReceiptId,
    pub pushed: Pushed,
    pub state: ReceiptState,
    /// Why it could not be parsed.
    pub cause: Option<Cause>,
    /// The records that it was parsed to, in order.
    pub about: Vec<RecordKey>,
}

/// How far a receipt has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReceiptState {
    /// Stored, to be parsed.
    Waiting,
    /// Its records are stored.
    Parsed,
    /// It could not be parsed: a person must mend the function or the object, or ignore it.
    Failed,
    /// A person said that it says nothing.
    Ignored,
}

impl ReceiptState {
    pub const ALL: [ReceiptState; 4] =
        [ReceiptState::Waiting, ReceiptState::Parsed, ReceiptState::Failed, ReceiptState::Ignored];

    pub fn name(self) -> &'static str {
        match self {
            ReceiptState::Waiting => "waiting",
            ReceiptState::Parsed => "parsed",
            ReceiptState::Failed => "failed",
            ReceiptState::Ignored => "ignored",
        }
    }

    pub fn of_name(name: &str) -> Option<ReceiptState> {
        ReceiptState::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// The letter that tells a receipt from a number of business when somebody asks for it.
const MARK: char = 'R';

impl ReceiptId {
    /// As it is told to senders and asked for by people: `R1042`.
    pub fn told(self) -> String {
        format!("{MARK}{}", self.0)
    }

    /// The receipt that is asked for so.
    pub fn of_told(text: &str) -> Option<ReceiptId> {
        let digits = text.trim().strip_prefix([MARK, MARK.to_ascii_lowercase()])?;
        let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        all_digits.then(|| digits.parse().ok().map(ReceiptId)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_asked_for_as_it_was_told() {
        assert_eq!(ReceiptId(1042).told(), "R1042");
        assert_eq!(ReceiptId::of_told(" r1042 "), Some(ReceiptId(1042)));
        for other in ["1042", "R", "R-1", "R10.2", "RK20261130", "R99999999999999999999999"] {
            assert_eq!(ReceiptId::of_told(other), None, "{other}");
        }
    }

    #[test]
    fn a_body_is_not_printed() {
        let pushed = Pushed {
            connection: "erp".into(),
            code: "SAL_Order".into(),
            token: "wms".into(),
            at: Timestamp(0),
            id: None,
            void: false,
            content_type: None,
            once: None,
            body: Bytes::from_static("手机 13800138000".as_bytes()),
        };
        let told = format!("{pushed:?}");
        assert!(!told.contains("138") && told.contains("bytes"), "{told}");
    }
}
