//! One call of a function: which, at which hook, with what, within which limits.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::{Hash, Map, Timestamp, Value};

/// The text of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// The path as the configuration writes it: `functions/parse-order.js`. Faults name it.
    pub name: Arc<str>,
    pub text: Arc<str>,
    /// By which compiled texts are kept: the hash of name and text.
    pub version: Hash,
}

impl Function {
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Function {
        let (name, text) = (name.into(), text.into());
        let version = Hash::of_text(&format!("{name}\0{text}"));
        Function { name, text, version }
    }
}

/// Where a function stands in the way of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hook {
    /// The body of a foreign push → standard records.
    Parse,
    /// The record → the record that is mapped.
    BeforeMapping,
    /// The mapped document → the document that is written.
    AfterMapping,
    /// What is to be sent → the request.
    Request,
    /// What came back → the standard answer.
    Answer,
    /// After the target said yes; gives nothing back.
    AfterSuccess,
}

impl Hook {
    pub const ALL: [Hook; 6] = [
        Hook::Parse,
        Hook::BeforeMapping,
        Hook::AfterMapping,
        Hook::Request,
        Hook::Answer,
        Hook::AfterSuccess,
    ];

    /// As configuration and the command line write it, and as the script sees it in `input.hook`.
    pub fn name(self) -> &'static str {
        match self {
            Hook::Parse => "parse",
            Hook::BeforeMapping => "before_mapping",
            Hook::AfterMapping => "after_mapping",
            Hook::Request => "request",
            Hook::Answer => "answer",
            Hook::AfterSuccess => "after_success",
        }
    }

    pub fn of_name(name: &str) -> Option<Hook> {
        Hook::ALL.into_iter().find(|hook| hook.name() == name)
    }
}

/// What a hook is called with. Each field is a member of the script's `input` under the name given here.
#[derive(Debug, Clone)]
pub enum Work<'a> {
    /// `body` (text, decoded by the content type, a byte order mark or the XML declaration; UTF-8 otherwise), `bytes`
    /// (the same, undecoded), `contentType`, `headers` (names in lower case).
    Parse { body: Bytes, content_type: Option<String>, headers: Vec<(String, String)> },
    /// `record`.
    BeforeMapping { record: &'a Map<'a> },
    /// `record`, `document`.
    AfterMapping { record: &'a Map<'a>, document: &'a Map<'a> },
    /// `operation` (`create`, `update`, `queryMasterBatch`, `queryMasterById`), `object`, `data` (what the standard
    /// protocol would send, `protocols/standard-erp.md §1, §2`), and the call that would send it: `method`, `url`,
    /// `headers` (as they are written), `body` (text; empty where there is none).
    Request { operation: &'a str, object: &'a str, data: &'a Value<'a>, planned: Planned<'a> },
    /// `operation`, `object`, `status` (HTTP), `headers`, `contentType`, `body`, `bytes`.
    Answer {
        operation: &'a str,
        object: &'a str,
        status: u16,
        headers: Vec<(String, String)>,
        content_type: Option<String>,
        body: Bytes,
    },
    /// `record`, `document`, `targetId`, `targetNumber` (null where it has none).
    AfterSuccess {
        record: &'a Map<'a>,
        document: &'a Map<'a>,
        target_id: &'a str,
        target_number: Option<&'a str>,
    },
}

/// The call that goes out where no function builds another.
#[derive(Debug, Clone, Copy, Default)]
pub struct Planned<'a> {
    pub method: &'a str,
    pub url: &'a str,
    /// The connection's token is among them: a signature may need it.
    pub headers: &'a [(String, String)],
    pub body: &'a str,
}

impl Work<'_> {
    pub fn hook(&self) -> Hook {
        match self {
            Work::Parse { .. } => Hook::Parse,
            Work::BeforeMapping { .. } => Hook::BeforeMapping,
            Work::AfterMapping { .. } => Hook::AfterMapping,
            Work::Request { .. } => Hook::Request,
            Work::Answer { .. } => Hook::Answer,
            Work::AfterSuccess { .. } => Hook::AfterSuccess,
        }
    }
}

/// One call.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    pub function: &'a Function,
    pub work: Work<'a>,
    /// What the script sees as `input.about`: names of the flow, the connection, the object. No secrets.
    pub about: &'a Map<'a>,
    pub limits: Limits,
    /// The time that the script sees.
    pub now: Timestamp,
    /// Whether [`Spent::memory`] is to be counted, which takes longer than a short function does.
    pub measure: bool,
}

/// What a call may take. All of it is cut to [`Limits::MOST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Processor time of the script, without waiting.
    pub processor: Duration,
    /// Bytes on the script's heap.
    pub memory: usize,
    /// From the call to its end, waiting for the host included.
    pub total: Duration,
    /// How often it may ask the host for something that takes time (`http`, `link`).
    pub asks: usize,
    /// Bytes of what it gives back, as JSON.
    pub result: usize,
    /// Lines that it may log; further ones are passed over.
    pub log_lines: usize,
}

impl Limits {
    /// The most that a function can be given.
    pub const MOST: Limits = Limits {
        processor: Duration::from_secs(5),
        memory: 512 << 20,
        total: Duration::from_secs(300),
        asks: 500,
        result: 64 << 20,
        log_lines: 1000,
    };

    /// These limits, none of them above [`Limits::MOST`].
    pub fn bounded(self) -> Limits {
        let most = Limits::MOST;
        Limits {
            processor: self.processor.min(most.processor),
            memory: self.memory.min(most.memory),
            total: self.total.min(most.total),
            asks: self.asks.min(most.asks),
            result: self.result.min(most.result),
            log_lines: self.log_lines.min(most.log_lines),
        }
    }
}

/// 50 ms of processor time, 32 MB, 60 s in all, 20 questions, a result of 16 MB, 100 lines of log.
impl Default for Limits {
    fn default() -> Limits {
        Limits {
            processor: Duration::from_millis(50),
            memory: 32 << 20,
            total: Duration::from_secs(60),
            asks: 20,
            result: 16 << 20,
            log_lines: 100,
        }
    }
}
