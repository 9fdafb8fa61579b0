//! The classes of answers: what kind of thing went wrong, and so who mends it.

use crate::Timestamp;

/// What a vendor's answer means for the work at hand. The connector decides; the engine acts on the class alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerClass {
    /// A person must mend the business data.
    Rejected,
    /// An administrator must mend settings or permissions; every record would meet it.
    Config,
    /// The sign-in was refused after it had been renewed once.
    Auth,
    /// Not carried out: too many calls. Until then nothing more should be sent, if the vendor said when.
    Throttled(Option<Timestamp>),
    /// Not carried out, for a reason that passes.
    Transient,
    /// Perhaps carried out: the answer did not come, or says nothing.
    Unknown,
}

impl AnswerClass {
    /// The name used in manifests and stored.
    pub fn name(self) -> &'static str {
        match self {
            AnswerClass::Rejected => "rejected",
            AnswerClass::Config => "config",
            AnswerClass::Auth => "auth",
            AnswerClass::Throttled(_) => "throttled",
            AnswerClass::Transient => "transient",
            AnswerClass::Unknown => "unknown",
        }
    }

    /// The class of that name in a manifest's error table.
    pub fn of_name(name: &str) -> Option<AnswerClass> {
        Some(match name {
            "rejected" => AnswerClass::Rejected,
            "config" => AnswerClass::Config,
            "auth" => AnswerClass::Auth,
            "throttled" => AnswerClass::Throttled(None),
            "transient" => AnswerClass::Transient,
            "unknown" => AnswerClass::Unknown,
            _ => return None,
        })
    }
}
