//! Mapping one record: what it needs, and what it becomes.

mod counterpart;
mod packet;
pub(crate) mod rule;

use std::borrow::Cow;

use model::flow::{Counterpart, Reference};
use model::{Cause, Map, Value};

use crate::compile::{Compiled, Origin, Rule};
use crate::expression::Scope;
use crate::route::Found;
use rule::{Given, found, line_ids, set};

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
        let mut needs = Vec::new();
        if self.references().is_empty() {
            return needs;
        }
        collect_needs(&self.rules, Scope { record, line: None }, &mut needs);
        needs
    }

    /// The people and departments of the record and its lines, each once, in the order of the flow.
    pub fn people(&self, record: &Value) -> Vec<Met<'_>> {
        let mut people = Vec::new();
        if self.counterparts().is_empty() {
            return people;
        }
        counterpart::collect(&self.rules, Scope { record, line: None }, &mut people);
        people
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

fn collect_needs<'c>(rules: &'c [Rule], scope: Scope, needs: &mut Vec<Need<'c>>) {
    for rule in rules {
        match &rule.origin {
            Origin::Reference { route, reference } => {
                if let Some(value) = found(route, scope) {
                    need(&value, reference, rule.later, needs);
                }
            }
            Origin::Lines { route, rules, .. } => {
                let Found::Value(Value::List(list)) = route.find(scope) else { continue };
                for (n, line) in list.iter().enumerate() {
                    collect_needs(rules, Scope { record: scope.record, line: Some((line, n + 1)) }, needs);
                }
            }
            _ => {}
        }
    }
}

fn need<'c>(value: &Value, reference: &'c Reference, later: bool, needs: &mut Vec<Need<'c>>) {
    if let Value::List(list) = value {
        return list.iter().for_each(|member| need(member, reference, later, needs));
    }
    let Some(id) = value.plain().filter(|id| !id.trim().is_empty()) else { return };
    match needs.iter_mut().find(|known| known.id == *id && known.reference == reference) {
        // Needed at once by one entry is needed at once.
        Some(known) => known.later &= later,
        None => needs.push(Need { reference, id: id.into_owned(), later }),
    }
}
