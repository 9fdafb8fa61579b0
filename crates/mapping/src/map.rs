//! Mapping one record: what it needs, and what it becomes.

mod counterpart;
mod named;
mod packet;
pub(crate) mod rule;

use std::borrow::Cow;

use model::flow::{Counterpart, Reference};
use model::{Cause, Map, Value};

use crate::compile::{Compiled, Origin, Rule};
use crate::expression::Scope;
use named::{Naming, named};
use rule::{Given, line_ids, set};

/// Where linked ids and numbers are found.
pub trait Resolve {
    /// The id or number by which the other system knows who has this id here; `None` when they are not bound.
    fn counterpart(&self, counterpart: &Counterpart, id: &str) -> Option<Value<'static>> {
        let _ = (counterpart, id);
        None
    }

    /// The id or number at the target that stands for this id at the source; `None` when there is none yet.
    fn reference(&self, reference: &Reference, id: &str) -> Option<Value<'static>>;
}

/// A record that must be found at the other side before this one is mapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need<'c> {
    pub reference: &'c Reference,
    /// The id (or number) as the source's field holds it.
    pub id: String,
    /// May be missing in the first pass.
    pub later: bool,
}

/// Somebody who must be bound before a record is mapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met<'c> {
    pub counterpart: &'c Counterpart,
    /// The id (or number) as the source's field holds it.
    pub id: String,
    /// Something else is sent for who is not bound.
    pub optional: bool,
}

/// What a record became.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mapped<'r> {
    /// The mapped fields, in the order of the flow.
    pub document: Map<'r>,
    /// The fields of entries marked `later` that could be resolved, for the second pass.
    pub later: Map<'r>,
    /// For each list of the document whose lines are told apart by a field of the source, what that field holds.
    pub lines: Vec<LineIds<'r>>,
    /// The entries marked `later` that could not be resolved yet.
    pub later_missing: Vec<Missing>,
    /// Why the document must not be written; empty when it may.
    pub problems: Vec<Cause>,
}

/// The source's ids of the lines of one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIds<'r> {
    /// The list as it is written at the target.
    pub list: &'r str,
    /// One for each line, in order; none twice.
    pub ids: Vec<Cow<'r, str>>,
}

/// A reference that could not be resolved yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The target field.
    pub field: String,
    pub reference: Reference,
    pub id: String,
}

impl Compiled {
    /// Whether the record is in the flow's scope (数据范围). Fails where the scope cannot be told.
    pub fn scope(&self, record: &Value) -> Result<bool, Cause> {
        match &self.scope {
            Some(scope) => {
                scope.holds(Scope { record, line: None }).map_err(|cause| cause.with("field", "scope"))
            }
            None => Ok(true),
        }
    }

    /// Whether the flow says of some records that they are open.
    pub fn has_open(&self) -> bool {
        self.open.is_some()
    }

    /// Whether the record is open, so that it is to be read again and again. Fails where that cannot be told.
    pub fn open(&self, record: &Value) -> Result<bool, Cause> {
        match &self.open {
            Some(open) => {
                open.holds(Scope { record, line: None }).map_err(|cause| cause.with("field", "open"))
            }
            None => Ok(false),
        }
    }

    /// The references of the record and its lines, each once, in the order of the flow.
    pub fn needs(&self, record: &Value) -> Vec<Need<'_>> {
        if self.references().is_empty() {
            return Vec::new();
        }
        let need = |(reference, id, later)| Need { reference, id, later };
        named(&self.rules, record, reference).into_iter().map(need).collect()
    }

    /// The people and departments of the record and its lines, each once, in the order of the flow.
    pub fn people(&self, record: &Value) -> Vec<Met<'_>> {
        if self.counterparts().is_empty() {
            return Vec::new();
        }
        let met = |(counterpart, id, optional)| Met { counterpart, id, optional };
        named(&self.rules, record, counterpart::naming).into_iter().map(met).collect()
    }

    /// Maps a record. Values are borrowed from the record and the flow wherever they pass through unchanged. The same
    /// record with the same answers of `resolve` gives the same result.
    pub fn map<'r>(&'r self, record: &'r Value<'r>, resolve: &dyn Resolve) -> Mapped<'r> {
        let scope = Scope { record, line: None };
        let mut mapped = Mapped { document: Map::with_capacity(self.rules.len()), ..Mapped::default() };
        for rule in &self.rules {
            let given = rule.give(scope, resolve);
            if let (Origin::Lines { route, id: Some(id), .. }, Ok(Given::Value(_))) = (&rule.origin, &given) {
                match line_ids(rule, route, id, scope) {
                    Ok(ids) => mapped.lines.push(LineIds { list: &rule.field, ids }),
                    Err(problem) => mapped.problems.push(problem),
                }
            }
            match given {
                Ok(Given::Value(value)) if rule.later => set(&mut mapped.later, &rule.to, value),
                Ok(Given::Value(value)) => set(&mut mapped.document, &rule.to, value),
                Ok(Given::Absent) => {}
                Ok(Given::Missing(id)) => mapped.miss(rule, id),
                Err(problems) => mapped.problems.extend(problems),
            }
        }
        mapped
    }
}

impl Mapped<'_> {
    fn miss(&mut self, rule: &Rule, id: String) {
        let Origin::Reference { reference, .. } = &rule.origin else { return };
        match rule.later {
            true => {
                let (field, reference) = (rule.field.clone(), reference.clone());
                self.later_missing.push(Missing { field, reference, id });
            }
            false => self.problems.push(rule.missing(&id)),
        }
    }
}

fn reference(rule: &Rule) -> Option<Naming<'_, Reference>> {
    match &rule.origin {
        Origin::Reference { route, reference } => Some((route, reference, rule.later)),
        _ => None,
    }
}
