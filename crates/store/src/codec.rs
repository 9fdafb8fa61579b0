//! How values are written to columns, the same for every engine of storage.
//!
//! The codes of states and kinds are for ever: databases hold them. Codes below 4 are of states that go on by
//! themselves, which is what the index of due work is cut down to (`state < 4`).

pub(crate) mod alerts;

use std::time::Duration;

use contract::store::Take;
use model::access::Grant;
use model::attempt::StepTaken;
use model::binding::{self, How};
use model::job::{JobState, JobWork};
use model::receipt::ReceiptState;
use model::record::RecordKey;
use model::step::Step;
use model::task::{Kind, State};
use model::{Cause, ConnectionName, Hash, ObjectName, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A due time that never comes by itself.
pub(crate) const NEVER: Timestamp = Timestamp(i64::MAX);

/// Nodes that were not heard of for so long are forgotten.
pub(crate) const FORGET_NODES_AFTER: Duration = Duration::from_secs(86_400);

/// A time as columns hold it.
pub(crate) fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

pub(crate) fn state_code(state: State) -> i64 {
    match state {
        State::Ready => 0,
        State::Waiting => 1,
        State::Retrying => 2,
        State::Unknown => 3,
        State::Synced => 4,
        State::Skipped => 5,
        State::Failed => 6,
        State::Ignored => 7,
        State::Closed => 8,
    }
}

pub(crate) fn state_of_code(code: i64) -> Option<State> {
    State::ALL.into_iter().find(|state| state_code(*state) == code)
}

pub(crate) fn kind_code(kind: Kind) -> i64 {
    match kind {
        Kind::Deliver => 0,
        Kind::Notify => 1,
        Kind::WriteBack => 2,
        Kind::Files => 3,
    }
}

pub(crate) fn kind_of_code(code: i64) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind_code(*kind) == code)
}

pub(crate) fn binding_code(kind: binding::Kind) -> i64 {
    match kind {
        binding::Kind::Person => 0,
        binding::Kind::Department => 1,
    }
}

pub(crate) fn binding_of_code(code: i64) -> Option<binding::Kind> {
    binding::Kind::ALL.into_iter().find(|kind| binding_code(*kind) == code)
}

pub(crate) fn how_code(how: How) -> i64 {
    match how {
        How::Hand => 0,
        How::Import => 1,
        How::Rule => 2,
    }
}

pub(crate) fn how_of_code(code: i64) -> Option<How> {
    [How::Hand, How::Import, How::Rule].into_iter().find(|how| how_code(*how) == code)
}

pub(crate) fn hash_of_bytes(bytes: &[u8]) -> Option<Hash> {
    bytes.try_into().ok().map(Hash::from_bytes)
}

pub(crate) fn cause_text(cause: &Cause) -> String {
    written(cause)
}

pub(crate) fn cause_of_text(text: &str) -> Option<Cause> {
    serde_json::from_str(text).ok()
}

pub(crate) fn step_text(step: &Step) -> String {
    written(step)
}

pub(crate) fn key_text(key: &[(String, String)]) -> String {
    written(&key)
}

pub(crate) fn receipt_code(state: ReceiptState) -> i64 {
    match state {
        ReceiptState::Waiting => 0,
        ReceiptState::Parsed => 1,
        ReceiptState::Failed => 2,
        ReceiptState::Ignored => 3,
    }
}

pub(crate) fn receipt_of_code(code: i64) -> Option<ReceiptState> {
    ReceiptState::ALL.into_iter().find(|state| receipt_code(*state) == code)
}

pub(crate) fn job_code(state: JobState) -> i64 {
    match state {
        JobState::Running => 0,
        JobState::Paused => 1,
        JobState::Stopped => 2,
        JobState::Done => 3,
        JobState::Failed => 4,
    }
}

pub(crate) fn job_of_code(code: i64) -> Option<JobState> {
    JobState::ALL.into_iter().find(|state| job_code(*state) == code)
}

pub(crate) fn work_text(work: &JobWork) -> String {
    written(work)
}

pub(crate) fn work_of_text(text: &str) -> Option<JobWork> {
    read(text)
}

/// The records that a receipt is about, as object and id: its connection is theirs.
pub(crate) fn about_text(about: &[RecordKey]) -> String {
    written(&about.iter().map(|key| (key.object.as_str(), &*key.id)).collect::<Vec<_>>())
}

pub(crate) fn about_of_text(connection: &ConnectionName, text: &str) -> Option<Vec<RecordKey>> {
    let about: Vec<(ObjectName, String)> = read(text)?;
    Some(about.into_iter().map(|(object, id)| RecordKey::new(connection, &object, id)).collect())
}

pub(crate) fn list_text(texts: &[String]) -> String {
    written(&texts)
}

pub(crate) fn connections_text(connections: &[ConnectionName]) -> String {
    written(&connections)
}

pub(crate) fn connections_of_text(text: &str) -> Option<Vec<ConnectionName>> {
    read(text)
}

pub(crate) fn grants_text(grants: &[Grant]) -> String {
    grants.iter().map(|grant| grant.name()).collect::<Vec<_>>().join(" ")
}

pub(crate) fn grants_of_text(text: &str) -> Option<Vec<Grant>> {
    text.split_whitespace().map(Grant::of_name).collect()
}

pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// A [`StepTaken`] as written.
#[derive(Serialize, Deserialize)]
struct WrittenStep {
    name: String,
    at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cause: Option<Cause>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    note: String,
}

pub(crate) fn steps_text(steps: &[StepTaken]) -> String {
    let steps = steps.iter().map(|step| WrittenStep {
        name: step.name.clone(),
        at: step.at.0,
        cause: step.cause.clone(),
        note: step.note.clone(),
    });
    written(&steps.collect::<Vec<_>>())
}

pub(crate) fn steps_of_text(text: &str) -> Option<Vec<StepTaken>> {
    let steps: Vec<WrittenStep> = read(text)?;
    let steps = steps.into_iter().map(|step| StepTaken {
        name: step.name,
        at: Timestamp(step.at),
        cause: step.cause,
        note: step.note,
    });
    Some(steps.collect())
}

pub(crate) fn written(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts, numbers and lists of them can always be written")
}

/// The code of the side that a person chose.
pub(crate) fn take_code(take: Take) -> i64 {
    match take {
        Take::Source => 0,
        Take::Target => 1,
    }
}

pub(crate) fn take_of_code(code: i64) -> Option<Take> {
    [Take::Source, Take::Target].into_iter().find(|take| take_code(*take) == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_and_kind_has_its_own_code() {
        for state in State::ALL {
            assert_eq!(state_of_code(state_code(state)), Some(state));
            assert_eq!(state_code(state) >= 4, state.rests(), "{}", state.name());
        }
        for kind in Kind::ALL {
            assert_eq!(kind_of_code(kind_code(kind)), Some(kind));
        }
        for kind in binding::Kind::ALL {
            assert_eq!(binding_of_code(binding_code(kind)), Some(kind));
        }
        for how in [How::Hand, How::Import, How::Rule] {
            assert_eq!(how_of_code(how_code(how)), Some(how));
        }
        assert_eq!(state_of_code(99), None);
        assert_eq!(kind_of_code(99), None);
    }

    #[test]
    fn steps_come_back_as_they_were_written() {
        let steps = vec![
            StepTaken { name: "lookup".into(), at: Timestamp(1), cause: None, note: String::new() },
            StepTaken {
                name: "Submit".into(),
                at: Timestamp(2),
                cause: Some(Cause::new("kingdee.rejected").with("message", "客户名称重复")),
                note: "CUST0001".into(),
            },
        ];
        assert_eq!(steps_of_text(&steps_text(&steps)), Some(steps));
        assert_eq!(steps_of_text("{"), None);
    }
}
