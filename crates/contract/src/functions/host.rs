//! What a script may ask for, and who answers.

use async_trait::async_trait;
use bytes::Bytes;
use model::{AnswerClass, Cause, Value};

/// Answers the questions of one call. The engine implements it for the flow or connection whose function runs.
///
/// `http` and `link` are awaited by whoever polls the call; `value_map` and `log` are called on the script's thread,
/// which waits for them: they must answer from memory.
#[async_trait]
pub trait Host: Send + Sync {
    /// One HTTP call through the guarded transport, to a host that the connection allows.
    async fn http(&self, request: HttpRequest) -> Result<HttpReply, Denied>;

    /// What stands at the other side of these records; one answer for each question, in order.
    async fn links(&self, questions: Vec<LinkQuestion>) -> Result<Vec<Linked>, Denied>;

    /// The value that stands for an option in the value map (值映射) of that name: what it sends for all others where
    /// it says so, `None` where it does not.
    fn value_map(&self, name: &str, option: &str) -> Result<Option<Value<'static>>, Denied>;

    /// A line that ends in the attempt. The text is at most 2,000 characters long.
    fn log(&self, level: Level, text: &str);
}

/// Why the host does not give what was asked for. A script may catch it; where it does not, the call fails with this
/// cause and class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    pub cause: Cause,
    pub class: AnswerClass,
}

/// What `qiao.http(…)` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// In upper case.
    pub method: String,
    /// Whole, or a path below the connection's own address.
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
    /// Milliseconds that the script wants to wait at most; the host may wait less.
    pub timeout_ms: Option<u64>,
}

/// What came back, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpReply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

/// What `qiao.link(…)` and `qiao.linked(…)` ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkQuestion {
    /// The object that the known record is of.
    pub object: String,
    /// The id, or the number, that is known.
    pub known: String,
    /// Whether `known` is a number.
    pub by_number: bool,
    /// The object at the other side; absent where any will do.
    pub target: Option<String>,
    /// From the target's side back to the source's (`qiao.linked`).
    pub backwards: bool,
}

/// What stands at the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Linked {
    Nothing,
    One {
        id: String,
        number: Option<String>,
    },
    /// Several records have the number that was asked for.
    Several,
}

/// How loud a line of the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Info,
    Warn,
    Error,
}

impl Level {
    pub fn name(self) -> &'static str {
        match self {
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
        }
    }
}
