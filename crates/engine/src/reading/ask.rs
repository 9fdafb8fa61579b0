//! What is read of one object, as all flows together want it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use contract::store::{Raise, Reading};
use model::flow::{Include, Mode};
use model::{ConnectionName, ObjectName};

use super::slice::Open;
use crate::connection::Line;
use crate::setup::Setup;

/// One object of one connection, and what is wanted of it.
pub struct ObjectReading {
    /// Of the configuration that wants it.
    pub generation: i64,
    pub line: Arc<Line>,
    pub object: ObjectName,
    /// Top-level fields, and dotted those of files of rows; without those that the include lists make.
    pub fields: Vec<String>,
    /// The vendor's filter, when all flows agree on it.
    pub filter: Option<String>,
    /// The shortest interval any flow wishes; the system's usual one is what a flow wishes that says nothing.
    pub within: Duration,
    pub history: bool,
    pub include: Vec<Include>,
    /// What is to be read again and again, where a flow says so.
    pub open: Option<Open>,
    /// The tasks a change raises, each with what its flow takes.
    raise: Vec<Raised>,
    /// Objects that this one is part of, with the field that names the whole.
    pub part_of: Vec<(ObjectName, String)>,
}

/// A task to be raised, and when.
struct Raised {
    raise: Raise,
    /// Records from before the flow too.
    history: bool,
    /// Documents are brought over when others need them; people are not told of what was only pulled in.
    is_document: bool,
}

impl ObjectReading {
    /// The tasks that a change raises which came in this way.
    pub fn raise_for(&self, how: Reading) -> Vec<Raise> {
        let takes = |raised: &&Raised| how != Reading::History || raised.history;
        self.raise.iter().filter(takes).map(|raised| raised.raise.clone()).collect()
    }

    /// The tasks of a record that was read for the first time because another needs it.
    pub fn raise_for_parents(&self) -> Vec<Raise> {
        self.raise.iter().filter(|raised| raised.is_document).map(|raised| raised.raise.clone()).collect()
    }

    pub fn of(setup: &Setup, connection: &ConnectionName, object: &ObjectName) -> Option<ObjectReading> {
        let line = setup.lines.get(connection)?.clone();
        let mut reading = ObjectReading {
            within: Duration::ZERO,
            generation: setup.generation,
            line,
            object: object.clone(),
            fields: Vec::new(),
            filter: None,
            history: false,
            include: Vec::new(),
            open: Open::of(setup, connection, object),
            raise: Vec::new(),
            part_of: Vec::new(),
        };
        let usual = reading.line.facts.within;
        let mut wished = BTreeSet::new();
        let mut fields = BTreeSet::new();
        let mut filters = BTreeSet::new();
        for active in setup.flows.values() {
            let source = &active.flow().source;
            if source.connection != *connection {
                continue;
            }
            let parts = source.include.iter().filter(|include| include.object == *object);
            for include in parts {
                reading.part_of.push((source.object.clone(), include.by.clone()));
                fields.insert(include.by.clone());
                wished.insert(source.within.unwrap_or(usual));
            }
            if source.object == *object {
                fields.extend(active.fields_read());
                filters.insert(source.filter.clone());
                reading.include.extend(source.include.iter().cloned());
                wished.insert(source.within.unwrap_or(usual));
                reading.history |= source.history;
                reading.raise.push(Raised {
                    raise: active.raise(),
                    history: source.history,
                    is_document: active.flow().mode == Mode::Document,
                });
            }
        }
        reading.within = wished.pop_first().unwrap_or(usual);
        let is_part = |field: &str| {
            let list = field.split('.').next().unwrap_or(field);
            reading.include.iter().any(|include| include.name == list)
        };
        fields.retain(|field| !is_part(field));
        reading.fields = fields.into_iter().collect();
        if filters.len() == 1 {
            reading.filter = filters.pop_first().flatten();
        }
        Some(reading)
    }
}
