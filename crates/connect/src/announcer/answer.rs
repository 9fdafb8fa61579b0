//! What a status says that is not 200.

use contract::connector::Refusal;
use model::{AnswerClass, Cause};

/// The refusal for an answer that is no success. A server that failed may have passed the message on; one that says that
/// it is too busy, or that there is nothing at this address, has not.
pub(super) fn refused(status: u16) -> Refusal {
    let class = match status {
        429 => AnswerClass::Throttled(None),
        503 => AnswerClass::Transient,
        300..=499 => AnswerClass::Config,
        _ => AnswerClass::Unknown,
    };
    Refusal::new(class, Cause::new("announcer.refused").with("status", status))
}
