//! Objects that people describe: which connection has which, and the flows that name them.

use std::collections::BTreeMap;
use std::sync::Arc;

use mapping::{Compiled, Finding};
use model::connection::Connection;
use model::flow::Flow;
use model::object::{FieldKind, Object};
use model::{Cause, ConnectionName, ObjectName};

use crate::connection::Line;

/// The objects among the texts, by the connection that they name.
#[derive(Default)]
pub(super) struct Described(BTreeMap<ConnectionName, Vec<Arc<Object>>>);

impl Described {
    pub fn add(&mut self, object: Object) {
        let objects = self.0.entry(object.connection.clone()).or_default();
        objects.push(Arc::new(object));
        objects.sort_by(|one, other| one.name.cmp(&other.name));
    }

    /// Those of a connection, by name.
    pub fn of(&self, connection: &str) -> Vec<Arc<Object>> {
        self.0.get(&ConnectionName::new(connection)).cloned().unwrap_or_default()
    }

    /// What is wrong or doubtful beside the connections in force: the object, whether it is a warning, and why.
    pub fn problems(&self, lines: &BTreeMap<ConnectionName, Arc<Line>>) -> Vec<(Arc<Object>, bool, Cause)> {
        let mut found = Vec::new();
        for (connection, objects) in &self.0 {
            let line = lines.get(connection);
            for object in objects {
                let mut note = |is_warning, cause| found.push((object.clone(), is_warning, cause));
                match line {
                    None => {
                        note(false, Cause::new("config.unknown_connection").with("connection", connection))
                    }
                    Some(line) if names_in_vain(object, line) => {
                        let cause = Cause::new("config.object_functions").with("connection", connection);
                        note(
                            false,
                            cause.with("object", &object.name).with("connector", &line.connection.connector),
                        );
                    }
                    Some(line) if line.connector.knows_its_objects() => {
                        let cause = Cause::new("config.object_known").with("connection", connection);
                        note(
                            true,
                            cause.with("object", &object.name).with("connector", &line.connection.connector),
                        );
                    }
                    Some(line) => {
                        for other in referred(object).filter(|other| !has(&line.connection, other)) {
                            let cause = Cause::new("config.object_refers").with("connection", connection);
                            note(true, cause.with("object", &object.name).with("other", other));
                        }
                    }
                }
            }
        }
        found
    }
}

/// Whether the object names functions that nothing would ever call.
fn names_in_vain(object: &Object, line: &Line) -> bool {
    let (hooks, connector) = (&object.hooks, &line.connector);
    let names_calls = !hooks.request.is_empty() || !hooks.answer.is_empty();
    names_calls && !connector.calls_functions() || hooks.parse.is_some() && connector.knows_its_objects()
}

/// The name of an object's text.
pub(super) fn text_name(object: &Object) -> String {
    format!("{}/{}", object.connection, object.name)
}

fn referred(object: &Object) -> impl Iterator<Item = &ObjectName> {
    let lines = object.details.iter().flat_map(|detail| &detail.fields);
    object.fields.iter().chain(lines).filter_map(|field| match &field.kind {
        FieldKind::Reference(other) | FieldKind::MasterDetail(other) => Some(other),
        _ => None,
    })
}

fn has(connection: &Connection, object: &ObjectName) -> bool {
    connection.object(object.as_str()).is_some()
}

/// Objects that a flow names and nobody described, where their system cannot tell what they are like.
pub(super) fn undescribed(flow: &Flow, source: &Line, target: &Line) -> Vec<Cause> {
    let read = std::iter::once(&flow.source.object).chain(flow.source.include.iter().map(|one| &one.object));
    let named = read.map(|object| (source, object)).chain([(target, &flow.target.object)]);
    let is_unknown = |(line, object): &(&Line, &ObjectName)| {
        !line.connector.knows_its_objects() && !has(&line.connection, object)
    };
    named.filter(is_unknown).map(|(line, object)| not_described(&line.connection, object)).collect()
}

fn not_described(connection: &Connection, object: &ObjectName) -> Cause {
    let known: Vec<&str> = connection.objects.iter().map(|object| object.name.as_str()).collect();
    let cause = match known.is_empty() {
        true => Cause::new("config.no_objects_described"),
        false => Cause::new("config.object_not_described").with("known", known.join(", ")),
    };
    cause.with("connection", &connection.name).with("object", object)
}

/// What the flow names that its objects, as described, do not have.
pub(super) fn misfits(compiled: &Compiled, source: &Line, target: &Line) -> Vec<Finding> {
    let flow = compiled.flow();
    let of = |line: &Line, object: &ObjectName| line.connection.object(object.as_str()).cloned();
    let (source, target) = (of(source, &flow.source.object), of(target, &flow.target.object));
    compiled.misfits(source.as_deref(), target.as_deref())
}
