//! What one input says: the operation on its first line, then the answers, each below a line of its own.
//!
//! ```text
//! create
//! === 200
//! {"errorCode":0,"dataId":"64a1"}
//! === lost
//! ```
//!
//! Behind `=== ` stands the HTTP status; anything that is none means that the answer was lost. An operation with a `!`
//! before it signs in with the first answer of the input; any other has been signed in before.

use bytes::Bytes;
use connect::exchanges::{Exchange, Reply};
use contract::connector::Refusal;
use contract::transport::Answer;
use model::{AnswerClass, Cause};

const MARK: &[u8] = b"\n=== ";

pub struct Script<'i> {
    pub operation: &'i str,
    /// In the order of the calls, the sign-in among them.
    pub answers: Vec<Given<'i>>,
}

/// One answer of the script; no status where it was lost.
#[derive(Debug, Clone, Copy)]
pub struct Given<'i> {
    pub status: Option<u16>,
    pub body: &'i [u8],
}

impl<'i> Script<'i> {
    /// `None` for bytes without an operation.
    pub fn read(input: &'i [u8], signed_in: &'static str) -> Option<Script<'i>> {
        let mut parts = Parts(Some(input));
        let operation = std::str::from_utf8(parts.next()?).ok()?.trim();
        let mut answers = Vec::new();
        let operation = match operation.strip_prefix('!') {
            Some(operation) => operation,
            None => {
                answers.push(Given { status: Some(200), body: signed_in.as_bytes() });
                operation
            }
        };
        answers.extend(parts.map(Given::read));
        Some(Script { operation, answers })
    }
}

/// The parts between the marks.
struct Parts<'i>(Option<&'i [u8]>);

impl<'i> Iterator for Parts<'i> {
    type Item = &'i [u8];

    fn next(&mut self) -> Option<&'i [u8]> {
        let rest = self.0.take()?;
        let Some(at) = rest.windows(MARK.len()).position(|part| part == MARK) else { return Some(rest) };
        self.0 = Some(&rest[at + MARK.len()..]);
        Some(&rest[..at])
    }
}

impl<'i> Given<'i> {
    fn read(part: &'i [u8]) -> Given<'i> {
        let end = part.iter().position(|byte| *byte == b'\n').unwrap_or(part.len());
        let (status, body) = (&part[..end], part.get(end + 1..).unwrap_or_default());
        let status = std::str::from_utf8(status).ok().and_then(|status| status.trim().parse().ok());
        Given { status, body }
    }

    /// The answer on the wire; a lost one is refused as the engine's wire refuses it.
    pub fn exchange(&self) -> Exchange {
        let lost = || {
            let cause = Cause::new("transport.timed_out").with("host", "example.com").with("seconds", 30);
            Reply::Refused(Refusal::new(AnswerClass::Unknown, cause))
        };
        let answer = |status| Answer { status, headers: Vec::new(), body: Bytes::copy_from_slice(self.body) };
        Exchange::any(self.status.map_or_else(lost, |status| Reply::Answer(answer(status))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_has_an_operation_and_answers_and_is_signed_in_unless_it_says_otherwise() {
        let input = "create\n=== 200\n{\"错误\":1}\n=== lost\n\n=== 502\n<html>".as_bytes();
        let script = Script::read(input, "signed in").unwrap();
        let answers: Vec<_> =
            script.answers.iter().map(|given| (given.status, String::from_utf8_lossy(given.body))).collect();
        assert_eq!(script.operation, "create");
        let expected =
            [(Some(200), "signed in"), (Some(200), "{\"错误\":1}"), (None, ""), (Some(502), "<html>")];
        assert_eq!(answers, expected.map(|(status, body)| (status, body.into())));
        let unsigned = Script::read(b"!page", "signed in").unwrap();
        assert_eq!((unsigned.operation, unsigned.answers.len()), ("page", 0));
        assert!(Script::read(b"\xff\xfe", "signed in").is_none());
    }
}
