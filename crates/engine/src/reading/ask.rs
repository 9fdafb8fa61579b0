//! What is read of one object, as all flows together want it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use contract::store::Raise;
use model::flow::Include;
use model::{ConnectionName, ObjectName};

use crate::connection::Line;
use crate::setup::Setup;

/// One object of one connection, and what is wanted of it.
pub struct ObjectReading {
    pub line: Arc<Line>,
    pub object: ObjectName,
    /// Top-level fields, without those that the include lists make.
    pub fields: Vec<String>,
    /// The vendor's filter, when all flows agree on it.
    pub filter: Option<String>,
    /// The shortest interval any flow wishes.
    pub within: Duration,
    pub history: bool,
    pub include: Vec<Include>,
    /// The tasks a change raises.
    pub raise: Vec<Raise>,
    /// Objects that this one is part of, with the field that names the whole.
    pub part_of: Vec<(ObjectName, String)>,
}

impl ObjectReading {
    pub fn of(setup: &Setup, connection: &ConnectionName, object: &ObjectName) -> Option<ObjectReading> {
        let line = setup.lines.get(connection)?.clone();
        let mut reading = ObjectReading {
            within: line.facts.within,
            line,
            object: object.clone(),
            fields: Vec::new(),
            filter: None,
            history: false,
            include: Vec::new(),
            raise: Vec::new(),
            part_of: Vec::new(),
        };
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
                reading.within = reading.within.min(source.within.unwrap_or(reading.within));
            }
            if source.object == *object {
                fields.extend(active.compiled.source_fields());
                fields.extend(source.fields.iter().cloned());
                filters.insert(source.filter.clone());
                reading.include.extend(source.include.iter().cloned());
                reading.within = reading.within.min(source.within.unwrap_or(reading.within));
                reading.history |= source.history;
                reading.raise.push(active.raise());
            }
        }
        reading.include.iter().for_each(|include| {
            fields.remove(&include.name);
        });
        reading.fields = fields.into_iter().collect();
        if filters.len() == 1 {
            reading.filter = filters.pop_first().flatten();
        }
        Some(reading)
    }
}
