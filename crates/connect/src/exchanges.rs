//! Recorded exchanges: what a connector is asked, the calls it must make, the answers it gets, and what it must make
//! of them. The format of `tests.yaml` is described in `connectors/README.md`.
//!
//! [`ScriptedWire`] is the wire of such a test: its clock stands still, its chance is seeded, and it answers from a
//! script. Calls that are not in the script and answers that nobody comes for are failures.

mod inputs;
mod operation;
mod outputs;
mod read;
mod wire;

use contract::Connectors;
use model::{Cause, Sentence, Value, json};

pub use wire::{Exchange, Reply, ScriptedWire, connection};

pub use crate::yaml::At;

use crate::Registry;
use operation::Came;
use outputs::holds;
use read::{Expected, Test};

/// How one recorded exchange went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub test: String,
    /// Where it stands in the file.
    pub at: At,
    /// Empty when it passed.
    pub problems: Vec<Cause>,
}

/// Runs the recorded exchanges of a connector, in order.
///
/// # Errors
/// `exchanges.unknown_connector`, `manifest.unreadable`, and `exchanges.bad_file` with the place of the mistake.
pub async fn run(registry: &Registry, name: &str) -> Result<Vec<Outcome>, Cause> {
    let unknown = || {
        let known: Vec<&str> = registry.manifests().map(|manifest| manifest.name()).collect();
        Cause::new("exchanges.unknown_connector").with("connector", name).with("known", known.join(", "))
    };
    let text = registry.tests(name).ok_or_else(unknown)??;
    let connector = registry.connector(name).ok_or_else(unknown)?;
    let mut outcomes = Vec::new();
    for test in read::tests(&text, name)? {
        let wire = test.wire();
        let came = operation::carry_out(&*connector, &wire, &test.operation, &test.with).await;
        let mut problems = wire.problems();
        problems.extend(judge(&test, &came));
        outcomes.push(Outcome { test: test.name, at: test.at, problems });
    }
    Ok(outcomes)
}

/// What is wrong with what came of it.
fn judge(test: &Test, came: &Came) -> Option<Cause> {
    let other = |expected: String, got: String| {
        Some(Cause::new("exchanges.other_result").with("expected", expected).with("got", got))
    };
    match (&test.expected, came) {
        (_, Came::Nothing(cause)) => Some(cause.clone()),
        (Expected::Gives(expected), Came::Value(got)) => match holds(expected, got) {
            true => None,
            false => other(json::write(expected), json::write(got)),
        },
        (Expected::Refused(expected), Came::Refused(got)) => match holds(expected, got) {
            true => None,
            false => other(json::write(expected), json::write(got)),
        },
        (Expected::Gives(expected), Came::Refused(got)) => {
            other(json::write(expected), format!("refused {}", json::write(got)))
        }
        (Expected::Refused(expected), Came::Value(got)) => {
            other(format!("refused {}", json::write(expected)), json::write(got))
        }
    }
}

/// A refusal as a value: the cause's parameters, then class and code, which a parameter of that name (the vendor's
/// code) must not hide.
fn refused(class: Option<&str>, cause: &Cause) -> Value<'static> {
    let mut map = model::Map::new();
    for (name, value) in &cause.params {
        map.set(name.clone(), value.clone());
    }
    if let Some(class) = class {
        map.set("class", class.to_owned());
    }
    map.set("code", cause.code.clone().into_owned());
    Value::Map(map)
}

/// The words of what can go wrong with recorded exchanges.
pub(crate) fn sentences() -> Vec<Sentence> {
    SENTENCES.to_vec()
}

const SENTENCES: &[Sentence] = &[
    Sentence::new(
        "exchanges.unknown_connector",
        "没有名为 {connector} 的连接器。",
        "There is no connector named {connector}.",
        "可用的连接器：{known}。",
        "Known connectors: {known}.",
    ),
    Sentence::new(
        "exchanges.bad_file",
        "tests.yaml 第 {line} 行第 {column} 列：{key} 的写法不对。",
        "tests.yaml, line {line}, column {column}: {key} is written wrongly.",
        "格式见 connectors/README.md。",
        "The format is described in connectors/README.md.",
    ),
    Sentence::new(
        "exchanges.bad_input",
        "操作 {operation} 的输入 {key} 缺失或写法不对。",
        "The input {key} of the operation {operation} is missing or written wrongly.",
        "各操作的输入见 connectors/README.md。",
        "The inputs of every operation are described in connectors/README.md.",
    ),
    Sentence::new(
        "exchanges.unknown_operation",
        "没有名为 {operation} 的操作。",
        "There is no operation named {operation}.",
        "操作的名单见 connectors/README.md。",
        "The operations are listed in connectors/README.md.",
    ),
    Sentence::new(
        "exchanges.unexpected",
        "连接器发出了录制里没有的调用：{call}。",
        "The connector made a call that is not recorded: {call}.",
        "请把它加进 calls，或改正连接器。",
        "Add it to calls, or mend the connector.",
    ),
    Sentence::new(
        "exchanges.not_called",
        "录制的调用没有发生：{call}。",
        "A recorded call was not made: {call}.",
        "请从 calls 里删掉它，或改正连接器。",
        "Remove it from calls, or mend the connector.",
    ),
    Sentence::new(
        "exchanges.differs",
        "调用 {call} 的 {part} 与录制不同。应当是：{expected}；实际是：{got}",
        "The {part} of the call {call} is not as recorded. Expected: {expected}; got: {got}",
        "",
        "",
    ),
    Sentence::new(
        "exchanges.other_result",
        "结果与录制不同。应当是：{expected}；实际是：{got}",
        "The result is not as recorded. Expected: {expected}; got: {got}",
        "",
        "",
    ),
];

#[cfg(test)]
mod tests;
