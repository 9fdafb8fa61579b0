//! What may be said of a write after the answers it got.

use connect::exchanges::ScriptedWire;
use contract::connector::{Done, Refusal};
use contract::wire::Wire;
use model::{AnswerClass, Cause, Value, json};

use super::Vendor;
use super::script::{Given, Script};
use crate::words;

/// # Panics
/// When a write counts as done without a word of the vendor's, or as surely not done where its answer was lost or
/// says nothing.
pub fn written(vendor: &Vendor, script: &Script<'_>, wire: &ScriptedWire, outcome: &Result<Done, Refusal>) {
    let calls = wire.sent();
    let answered: Vec<(bool, Given<'_>)> = calls
        .iter()
        .zip(&script.answers)
        .map(|(call, given)| ((vendor.is_write)(call.operation), *given))
        .collect();
    let writes = || answered.iter().filter(|(is_write, _)| *is_write).map(|(_, given)| given);
    match outcome {
        Ok(_) => {
            let is_said = writes().filter_map(value).any(|value| (vendor.says_done)(&value));
            let is_seen =
                answered.last().is_some_and(|(is_write, given)| !is_write && value(given).is_some())
                    && writes().filter_map(value).any(|value| (vendor.may_be_done_already)(&value));
            assert!(is_said || is_seen, "done, and nobody said so: {answered:?}");
        }
        Err(refusal) => {
            refused(script, wire, &refusal.cause);
            let last_write = calls.iter().rposition(|call| (vendor.is_write)(call.operation));
            let its_answer = last_write.and_then(|at| script.answers.get(at));
            if its_answer.is_some_and(says_nothing) {
                assert_eq!(refusal.class, AnswerClass::Unknown, "perhaps carried out: {answered:?}");
            }
        }
    }
}

/// # Panics
/// When a cause has no words, or shows a secret that was not in the answers. That the script had no more answers is
/// none of the connector's causes.
pub fn refused(script: &Script<'_>, wire: &ScriptedWire, cause: &Cause) {
    words::told(cause);
    if cause.code.starts_with("exchanges.") {
        return;
    }
    for (name, secret) in &wire.connection().secrets {
        let secret = secret.reveal();
        let is_told = cause.params.iter().any(|(_, value)| value.contains(secret));
        let is_echo = script.answers.iter().any(|given| String::from_utf8_lossy(given.body).contains(secret));
        assert!(!is_told || is_echo, "{} shows the secret {name}", cause.code);
    }
}

fn value<'i>(given: &Given<'i>) -> Option<Value<'i>> {
    given.status.and_then(|_| json::read_bytes(given.body).ok())
}

/// Lost, or a success of HTTP with a body that is nothing. A page of HTML is set apart: it comes from a host that is
/// not the vendor's.
fn says_nothing(given: &Given<'_>) -> bool {
    let is_html = given.body.trim_ascii_start().starts_with(b"<");
    given.status.is_none() || given.status == Some(200) && !is_html && value(given).is_none()
}
