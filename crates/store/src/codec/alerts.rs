//! The codes of alerts and their messages.

use model::alert::{AlertKind, MessageState, Severity};

pub(crate) fn alert_code(kind: AlertKind) -> i64 {
    match kind {
        AlertKind::RecordFailed => 0,
        AlertKind::ConnectionDown => 1,
        AlertKind::BreakerOpen => 2,
        AlertKind::QuotaLow => 3,
        AlertKind::BacklogOld => 4,
        AlertKind::Expiring => 5,
        AlertKind::DifferenceFound => 6,
    }
}

pub(crate) fn alert_of_code(code: i64) -> Option<AlertKind> {
    AlertKind::ALL.into_iter().find(|kind| alert_code(*kind) == code)
}

pub(crate) fn severity_code(severity: Severity) -> i64 {
    match severity {
        Severity::Normal => 0,
        Severity::Important => 1,
        Severity::Critical => 2,
    }
}

pub(crate) fn severity_of_code(code: i64) -> Option<Severity> {
    Severity::ALL.into_iter().find(|severity| severity_code(*severity) == code)
}

pub(crate) fn message_code(state: MessageState) -> i64 {
    match state {
        MessageState::Waiting => 0,
        MessageState::Sending => 1,
        MessageState::Sent => 2,
        MessageState::Failed => 3,
    }
}

pub(crate) fn message_of_code(code: i64) -> Option<MessageState> {
    MessageState::ALL.into_iter().find(|state| message_code(*state) == code)
}
