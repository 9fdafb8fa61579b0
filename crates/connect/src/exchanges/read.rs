//! From the text of `tests.yaml` to the tests in it.

use std::sync::Arc;

use contract::connector::Refusal;
use contract::transport::Answer;
use mapping::{NoFiles, Text};
use model::connection::Connection;
use model::object::Object;
use model::{AnswerClass, Cause, Secret, Timestamp, Value};

use super::outputs::text_of;
use super::wire::{Exchange, Reply, ScriptedWire};
use crate::yaml::{self, At, Node};

/// One recorded exchange.
pub(super) struct Test {
    pub name: String,
    pub at: At,
    /// Which operation is carried out …
    pub operation: String,
    /// … with which inputs.
    pub with: Value<'static>,
    pub expected: Expected,
    connection: Connection,
    now: Option<Timestamp>,
    calls: Vec<Exchange>,
}

pub(super) enum Expected {
    Gives(Value<'static>),
    Refused(Value<'static>),
}

impl Test {
    /// The wire that answers as recorded.
    pub(super) fn wire(&self) -> ScriptedWire {
        let wire = ScriptedWire::new(self.connection.clone());
        let wire = match self.now {
            Some(now) => wire.at(now),
            None => wire,
        };
        self.calls.iter().cloned().fold(wire, ScriptedWire::expect)
    }
}

/// Reads all tests of a file.
///
/// # Errors
/// `exchanges.bad_file` with the place of the first mistake.
pub(super) fn tests(text: &str, connector: &str) -> Result<Vec<Test>, Cause> {
    let node = yaml::read(text).map_err(|(at, _)| bad(at, "YAML"))?;
    let base = connection(node.get("connection"), connector)?;
    let tests = node.get("tests").and_then(Node::list).ok_or_else(|| bad(node.at, "tests"))?;
    tests.iter().map(|node| test(node, &base)).collect()
}

fn bad(at: At, key: &str) -> Cause {
    Cause::new("exchanges.bad_file").with("line", at.line).with("column", at.column).with("key", key)
}

fn known(node: &Node, keys: &[&str]) -> Result<(), Cause> {
    let members = node.members().ok_or_else(|| bad(node.at, "…"))?;
    match members.iter().find(|(name, _, _)| !keys.contains(&name.as_str())) {
        Some((name, at, _)) => Err(bad(*at, name)),
        None => Ok(()),
    }
}

fn need(node: &Node, key: &str) -> Result<String, Cause> {
    node.get(key).and_then(Node::scalar).ok_or_else(|| bad(node.at, key))
}

fn connection(node: Option<&Node>, connector: &str) -> Result<Connection, Cause> {
    let mut connection = super::connection(connector, &[], &[]);
    if let Some(node) = node {
        known(node, &["settings", "secrets", "hosts", "objects"])?;
        settle(&mut connection, node)?;
        connection.objects = objects(node)?;
    }
    Ok(connection)
}

/// The objects that people would have described, each as its text.
fn objects(node: &Node) -> Result<Vec<Arc<Object>>, Cause> {
    let Some(texts) = node.get("objects") else { return Ok(Vec::new()) };
    let texts = texts.list().ok_or_else(|| bad(texts.at, "objects"))?;
    let object = |node: &Node| match mapping::read(&node.scalar().unwrap_or_default(), &NoFiles) {
        Ok(Text::Object(object)) => Ok(Arc::new(object)),
        _ => Err(bad(node.at, "objects")),
    };
    texts.iter().map(object).collect()
}

/// Takes settings and secrets; those of the same name are replaced.
fn settle(connection: &mut Connection, node: &Node) -> Result<(), Cause> {
    for (name, value) in texts(node, "settings")? {
        connection.settings.retain(|(known, _)| *known != name);
        connection.settings.push((name, value));
    }
    for (name, value) in texts(node, "secrets")? {
        connection.secrets.retain(|(known, _)| *known != name);
        connection.secrets.push((name, Secret::new(value)));
    }
    Ok(())
}

fn texts(node: &Node, key: &str) -> Result<Vec<(String, String)>, Cause> {
    let Some(member) = node.get(key) else { return Ok(Vec::new()) };
    let members = member.members().ok_or_else(|| bad(member.at, key))?;
    members
        .iter()
        .map(|(name, at, value)| Ok((name.clone(), value.scalar().ok_or_else(|| bad(*at, name))?)))
        .collect()
}

fn test(node: &Node, base: &Connection) -> Result<Test, Cause> {
    known(node, &["name", "now", "settings", "secrets", "do", "with", "calls", "gives", "refused"])?;
    let mut connection = base.clone();
    settle(&mut connection, node)?;
    let expected = match (node.get("gives"), node.get("refused")) {
        (Some(gives), None) => Expected::Gives(gives.value()),
        (None, Some(refused)) => Expected::Refused(refused.value()),
        _ => return Err(bad(node.at, "gives | refused")),
    };
    let now = match node.get("now") {
        None => None,
        Some(now) => Some(moment(&now.value()).ok_or_else(|| bad(now.at, "now"))?),
    };
    let calls = node.get("calls").map_or(&[][..], |calls| calls.list().unwrap_or_default());
    Ok(Test {
        name: need(node, "name")?,
        at: node.at,
        operation: need(node, "do")?,
        with: node.get("with").map_or(Value::Map(model::Map::new()), Node::value),
        expected,
        connection,
        now,
        calls: calls.iter().map(exchange).collect::<Result<_, _>>()?,
    })
}

/// A point in time: RFC 3339, or milliseconds since 1970.
pub(super) fn moment(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => number.as_i64().map(Timestamp),
        Value::Text(text) => text.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond())),
        _ => None,
    }
}

fn exchange(node: &Node) -> Result<Exchange, Cause> {
    known(node, &["send", "headers", "body", "answer", "status", "answer_headers", "lost"])?;
    let send = need(node, "send")?;
    let (method, url) = send.split_once(' ').ok_or_else(|| bad(node.at, "send"))?;
    Ok(Exchange {
        method: Some(method.to_owned()),
        url: Some(url.trim().to_owned()),
        headers: texts(node, "headers")?,
        body: node.get("body").map(Node::value),
        reply: reply(node)?,
    })
}

fn reply(node: &Node) -> Result<Reply, Cause> {
    if let Some(lost) = node.get("lost") {
        let class = lost.scalar().as_deref().and_then(AnswerClass::of_name);
        let class = class.ok_or_else(|| bad(lost.at, "lost"))?;
        let code = match class {
            AnswerClass::Transient => "transport.not_sent",
            AnswerClass::Config => "transport.forbidden",
            _ => "transport.timed_out",
        };
        return Ok(Reply::Refused(Refusal::new(class, Cause::new(code))));
    }
    let answer = node.get("answer").ok_or_else(|| bad(node.at, "answer"))?;
    let status = match node.get("status") {
        None => 200,
        Some(status) => {
            status.scalar().and_then(|text| text.parse().ok()).ok_or_else(|| bad(status.at, "status"))?
        }
    };
    let headers = texts(node, "answer_headers")?;
    Ok(Reply::Answer(Answer { status, headers, body: text_of(&answer.value()).into_bytes().into() }))
}
