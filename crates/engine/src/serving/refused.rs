//! Why a call was not served.

use contract::connector::Refusal;
use contract::store::StoreError;
use model::Cause;

use super::write::Written;

/// Why a call was not served. But for [`NotServed::Refused`] nothing was sent to the system.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotServed {
    #[error("no such token may use the connection")]
    Token,
    #[error("there is no connection {0}")]
    Connection(String),
    #[error("the connection has no object {0}")]
    Object(String),
    /// A parameter that is missing, or has a value that it cannot have.
    #[error("{}", .0.code)]
    Parameter(Cause),
    /// What was sent is not in the standard form.
    #[error("{}", .0.code)]
    Form(Cause),
    /// Another node works on the connection, and this one may not write beside it.
    #[error("another node works on {0}")]
    Elsewhere(String),
    #[error("there is no record {0}")]
    Record(String),
    /// The system, or its connector, did not do what was asked.
    #[error("{refusal}")]
    Refused {
        refusal: Refusal,
        /// What is there: what was written before that, or by the same create; `None` where nothing is known to be.
        written: Option<Box<Written>>,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Refusal> for NotServed {
    fn from(refusal: Refusal) -> NotServed {
        NotServed::Refused { refusal, written: None }
    }
}

impl NotServed {
    /// What happened, as a cause with a sentence.
    pub fn cause(&self) -> Cause {
        match self {
            NotServed::Token => Cause::new("serving.token"),
            NotServed::Connection(name) => Cause::new("serving.no_connection").with("connection", name),
            NotServed::Object(name) => Cause::new("serving.no_object").with("object", name),
            NotServed::Parameter(cause) | NotServed::Form(cause) => cause.clone(),
            NotServed::Elsewhere(name) => Cause::new("serving.elsewhere").with("connection", name),
            NotServed::Record(id) => Cause::new("serving.no_record").with("id", id),
            NotServed::Refused { refusal, .. } if refusal.cause.code == "serving.exists" => {
                refusal.cause.clone()
            }
            NotServed::Refused { refusal, written: Some(written) } => {
                Cause::new("serving.partly").with("id", &written.id).because(&refusal.cause)
            }
            NotServed::Refused { refusal, written: None } => refusal.cause.clone(),
            NotServed::Store(error) => error.cause(),
        }
    }
}
