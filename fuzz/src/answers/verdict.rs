//! What may be said of a write after the answers it got.

use connect::exchanges::ScriptedWire;
use contract::connector::{Done, Refusal};
use contract::wire::Wire;
use model::{AnswerClass, Cause, Value};

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
            let value = |given: &Given<'_>| value(vendor, given);
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
            if its_answer.is_some_and(|given| says_nothing(vendor, given)) {
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

fn value(vendor: &Vendor, given: &Given<'_>) -> Option<Value<'static>> {
    given.status.and_then(|_| (vendor.reads)(given.body))
}

/// Lost, or a success of HTTP with a body that is nothing. A page of HTML is set apart: it comes from a host that is
/// not the vendor's.
fn says_nothing(vendor: &Vendor, given: &Given<'_>) -> bool {
    let is_html = given.body.trim_ascii_start().starts_with(b"<");
    given.status.is_none() || given.status == Some(200) && !is_html && value(vendor, given).is_none()
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::super::{fxiaoke, kingdee, standard_erp};
    use super::*;
    use contract::transport::Call;

    /// Whether the verdict finds fault with what is said of a write that got this answer.
    fn is_faulted(
        vendor: &'static Vendor,
        write: &'static str,
        answer: &str,
        class: Option<AnswerClass>,
    ) -> bool {
        let answer = answer.to_owned();
        catch_unwind(move || {
            let (status, body) = answer.split_once('\n').unwrap_or((&answer, ""));
            let given = Given { status: status.parse().ok(), body: body.as_bytes() };
            let script = Script { operation: "create", answers: vec![given] };
            let wire = ScriptedWire::new(vendor.connection.clone()).expect(given.exchange());
            // What it comes to is what is judged here.
            let sent = super::super::operations::now(wire.send(Call::get(write, "https://example.com/")));
            assert_eq!(sent.is_ok(), given.status.is_some());
            let told = Cause::new("transport.timed_out").with("host", "example.com").with("seconds", 30);
            let outcome = class.map_or_else(|| Ok(Done::default()), |class| Err(Refusal::new(class, told)));
            written(vendor, &script, &wire, &outcome);
        })
        .is_err()
    }

    #[test]
    fn a_write_is_done_by_the_vendors_word_only_and_undone_never_without_one() {
        let create = "/cgi/crm/v2/data/create";
        let saved = r#"{"Result":{"ResponseStatus":{"IsSuccess":true}}}"#;
        let (unknown, transient) = (Some(AnswerClass::Unknown), Some(AnswerClass::Transient));
        for (vendor, write, answer, class, expected) in [
            (&*fxiaoke::VENDOR, create, "200\n{\"errorCode\":0}", None, false),
            (&*fxiaoke::VENDOR, create, "200\n{\"errorCode\":1}", None, true),
            (&*fxiaoke::VENDOR, create, "200\n桥", None, true),
            (&*fxiaoke::VENDOR, create, "200\n桥", transient, true),
            (&*fxiaoke::VENDOR, create, "200\n桥", unknown, false),
            (&*fxiaoke::VENDOR, create, "lost", transient, true),
            (&*fxiaoke::VENDOR, create, "lost", unknown, false),
            (&*fxiaoke::VENDOR, create, "lost", None, true),
            (&*fxiaoke::VENDOR, "/cgi/crm/v2/data/query", "200\n{\"errorCode\":0}", None, true),
            (&*kingdee::VENDOR, "Save", &format!("200\n{saved}"), None, false),
            (&*kingdee::VENDOR, "Save", &format!("200\n[{}]", saved.replace("true", "false")), None, true),
            (&*standard_erp::VENDOR, "create", "200\n{\"code\":\"0\",\"data\":{}}", None, false),
            (&*standard_erp::VENDOR, "create", "200\ncode=0", None, false),
            (&*standard_erp::VENDOR, "create", "200\n<r><code>1</code></r>", None, true),
            (&*standard_erp::VENDOR, "create", "200\n桥", transient, true),
            (&*kingdee::VENDOR, "View", &format!("200\n{saved}"), None, true),
        ] {
            assert_eq!(is_faulted(vendor, write, answer, class), expected, "{write} {answer} {class:?}");
        }
    }
}
