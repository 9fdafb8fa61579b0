//! What an answer means: its envelope, and the class of its code (`protocols/standard-erp.md §1, §2`).
//!
//! Which code means success is a setting, and codes are compared as text: `0` and `"0"` are the same. A code that nobody
//! says anything of is `rejected`, with all that the system said. An answer that cannot be read says nothing of a write,
//! so that it is `unknown`.

use std::time::Duration;

use contract::connector::Refusal;
use contract::functions::ReadAnswer;
use contract::transport::Answer;
use model::{AnswerClass, Cause, Timestamp, Value};

use super::settings::Settings;
use crate::manifest::Manifest;

/// After 429 without a word on how long.
const USUAL_WAIT: Duration = Duration::from_secs(30);
/// Longer waits that a system asks for are cut.
const LONGEST_WAIT: u64 = 3_600;
/// Longer messages are cut in causes.
const LONGEST: usize = 300;

/// How an answer is judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judge<'j> {
    pub settings: &'j Settings,
    pub manifest: &'j Manifest,
    pub is_write: bool,
    pub now: Timestamp,
}

impl Judge<'_> {
    /// The `data` of a success; `None` where the answer says that there is nothing, or no such record.
    ///
    /// # Errors
    /// What the system said otherwise, with its class.
    pub(super) fn data(&self, answer: &Answer) -> Result<Option<Value<'static>>, Refusal> {
        let is_success = (200..300).contains(&answer.status);
        let envelope = match self.settings.answers.read(&answer.body, answer.header("content-type")) {
            Ok(Value::Map(envelope)) => envelope,
            Ok(_) if is_success => return Err(self.unreadable(Cause::new("erp.not_map"))),
            Err(cause) if is_success => return Err(self.unreadable(cause)),
            _ => return Err(self.by_status(answer)),
        };
        let names = &self.settings.envelope;
        let plain = |name: &str| envelope.get(name).and_then(Value::plain).map(|text| text.trim().to_owned());
        let Some(code) = plain(&names.code).filter(|code| !code.is_empty()) else {
            return Err(self.without_code(answer));
        };
        if is_success && names.success.contains(&code) {
            let data = envelope.get(&names.data).cloned();
            return Ok(data.filter(|data| !data.is_blank()));
        }
        if names.absent.contains(&code) && !self.is_write {
            return Ok(None);
        }
        let message = plain(&names.message).unwrap_or_default().chars().take(LONGEST).collect::<String>();
        Err(self.not_done(&code, &message, answer))
    }

    /// As [`Judge::data`], of an answer that a function read. What it says outright of success counts; else its code and
    /// the status do, by the connection's rules.
    ///
    /// # Errors
    /// What the function says that the system said, with its class.
    pub(super) fn told(&self, read: ReadAnswer, answer: &Answer) -> Result<Option<Value<'static>>, Refusal> {
        let code = read.code.map(|code| code.trim().to_owned()).unwrap_or_default();
        let envelope = &self.settings.envelope;
        let is_success = (200..300).contains(&answer.status);
        if read.ok.unwrap_or_else(|| is_success && envelope.success.contains(&code)) {
            return Ok(Some(read.data).filter(|data| !data.is_blank()));
        }
        if envelope.absent.contains(&code) && !self.is_write {
            return Ok(None);
        }
        if read.ok.is_none() && code.is_empty() {
            return Err(self.without_code(answer));
        }
        let message = read.message.unwrap_or_default().chars().take(LONGEST).collect::<String>();
        if read.ok.is_none() {
            return Err(self.not_done(&code, &message, answer));
        }
        let refusal = self.refused(&code, &message, answer);
        // It was said that the system refused it, whatever its status is.
        let is_by_status =
            !refusal.cause.code.ends_with(".duplicate") && refusal.cause.param("code").is_none();
        Err(match is_by_status && answer.status >= 500 {
            true => {
                let cause = Cause::new("erp.refused").with("code", &code).with("message", message);
                Refusal::new(AnswerClass::Rejected, cause)
            }
            false => refusal,
        })
    }

    /// An answer that says nothing of success.
    fn without_code(&self, answer: &Answer) -> Refusal {
        match answer.status {
            200..300 => self.doubtful(Cause::new("erp.no_code").with("name", &self.settings.envelope.code)),
            _ => self.by_status(answer),
        }
    }

    /// What was answered with a code and is no success. A code of success whose status says otherwise says nothing.
    fn not_done(&self, code: &str, message: &str, answer: &Answer) -> Refusal {
        let refusal = self.refused(code, message, answer);
        let is_of_success = self.settings.envelope.success.iter().any(|known| known == code);
        match refusal.class {
            AnswerClass::Rejected if is_of_success => self.doubtful(refusal.cause),
            _ => refusal,
        }
    }

    /// A code that is no success: as the settings class it, else as the manifest does; else by the status of HTTP.
    fn refused(&self, code: &str, message: &str, answer: &Answer) -> Refusal {
        if self.is_write && self.settings.envelope.duplicate.iter().any(|known| known == code) {
            // It may be ours, from a create whose answer was lost.
            let cause = Cause::new("erp.duplicate").with("code", code).with("message", message);
            return Refusal::new(AnswerClass::Unknown, cause);
        }
        let named = self.settings.envelope.classes.iter().find(|(known, _)| known == code);
        let known = named.map(|(_, class)| *class);
        let (class, cause) = match (known, self.manifest.error(code)) {
            (Some(class), Some((_, cause))) => (class, cause),
            (Some(class), None) => (class, Cause::new("erp.refused").with("code", code)),
            (None, Some(told)) => told,
            (None, None) if answer.status >= 500 || matches!(answer.status, 401 | 403 | 429) => {
                return self.by_status(answer);
            }
            (None, None) => (AnswerClass::Rejected, Cause::new("erp.refused").with("code", code)),
        };
        let class = match class {
            AnswerClass::Throttled(None) => AnswerClass::Throttled(Some(self.now + wait(answer))),
            AnswerClass::Unknown if !self.is_write => AnswerClass::Transient,
            class => class,
        };
        Refusal::new(class, cause.with("message", message))
    }

    /// What the status alone says.
    fn by_status(&self, answer: &Answer) -> Refusal {
        let cause = |code: &'static str| {
            Cause::new(code).with("host", self.settings.host()).with("status", answer.status)
        };
        match answer.status {
            401 | 403 => Refusal::new(AnswerClass::Config, cause("erp.token_refused")),
            429 => Refusal::new(AnswerClass::Throttled(Some(self.now + wait(answer))), cause("erp.too_many")),
            404 | 405 => Refusal::new(AnswerClass::Config, cause("erp.no_such_call")),
            500.. => self.doubtful(cause("erp.failing")),
            _ => Refusal::new(AnswerClass::Config, cause("erp.wrong_address")),
        }
    }

    fn unreadable(&self, cause: Cause) -> Refusal {
        self.doubtful(Cause::new("erp.unreadable").with("host", self.settings.host()).because(&cause))
    }

    /// A write may have been carried out; whatever only reads may be asked again.
    fn doubtful(&self, cause: Cause) -> Refusal {
        let class = if self.is_write { AnswerClass::Unknown } else { AnswerClass::Transient };
        Refusal::new(class, cause)
    }
}

/// How long the system wants to be left alone.
fn wait(answer: &Answer) -> Duration {
    let seconds = answer.header("retry-after").and_then(|text| text.trim().parse::<u64>().ok());
    seconds.map_or(USUAL_WAIT, |seconds| Duration::from_secs(seconds.clamp(1, LONGEST_WAIT)))
}

/// The new record's id: `{"masterDataId":…}`.
///
/// `detailDataIds` beside it say nothing that could be relied on: the protocol shows them as a map and names no order
/// (`protocols/standard-erp.md §1`), some give the last row's alone, and a line that is linked to another's row stays so and
/// is written over it. The rows are known from what is read back, by their key or by what they hold.
pub(super) fn master_id(data: &Value<'_>) -> Option<String> {
    text(data, "masterDataId")
}

/// The new record's number, which the protocol does not name and some tell: `{"masterDataNumber":…}`, as our own answers do.
pub(super) fn master_number(data: &Value<'_>) -> Option<String> {
    text(data, "masterDataNumber")
}

fn text(data: &Value<'_>, name: &str) -> Option<String> {
    let text = data.get(name)?.plain()?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}
