//! Mapping one record: what it needs, what it becomes, and the packet for a create.

use model::flow::Reference;
use model::{Cause, Map, Value};

use crate::compile::{Compiled, Origin, Rule};
use crate::convert::convert;
use crate::expression::Scope;
use crate::finding::shown;
use crate::route::{Found, Route};

/// Where linked ids and numbers are found.
pub trait Resolve {
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

/// What a record became.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mapped<'r> {
    /// The mapped fields, in the order of the flow.
    pub document: Map<'r>,
    /// The fields of entries marked `later` that could be resolved, for the second pass.
    pub later: Map<'r>,
    /// The entries marked `later` that could not be resolved yet.
    pub later_missing: Vec<Missing>,
    /// Why the document must not be written; empty when it may.
    pub problems: Vec<Cause>,
}

/// A reference that could not be resolved yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The target field.
    pub field: String,
    pub reference: Reference,
    pub id: String,
}

/// What one rule gives.
pub(crate) enum Given<'r> {
    Value(Value<'r>),
    Absent,
    /// A reference that does not resolve, by its id.
    Missing(String),
}

impl Compiled {
    /// Whether the record is in the flow's scope (数据范围). Fails where the scope cannot be told.
    pub fn scope(&self, record: &Value) -> Result<bool, Cause> {
        match &self.scope {
            Some(scope) => scope.holds(Scope { record, line: None }),
            None => Ok(true),
        }
    }

    /// The references of the record and its lines, each once, in the order of the flow.
    pub fn needs(&self, record: &Value) -> Vec<Need<'_>> {
        let mut needs = Vec::new();
        collect_needs(&self.rules, Scope { record, line: None }, &mut needs);
        needs
    }

    /// Maps a record. Values are borrowed from the record and the flow wherever they pass through unchanged. The same
    /// record with the same answers of `resolve` gives the same result.
    pub fn map<'r>(&'r self, record: &'r Value<'r>, resolve: &dyn Resolve) -> Mapped<'r> {
        let scope = Scope { record, line: None };
        let mut mapped = Mapped { document: Map::with_capacity(self.rules.len()), ..Mapped::default() };
        for rule in &self.rules {
            let given = rule.give(scope, resolve);
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

    /// The complete document for a create: the packet with the mapped fields laid over it. Mapped fields win, maps are
    /// merged, lists replaced; where the packet's list is one template row, each mapped line is laid over that row.
    pub fn create_document<'r>(&'r self, mapped: &'r Map<'r>) -> Map<'r> {
        let Some(base) = &self.flow().base else { return mapped.borrow() };
        let mut document = base.borrow();
        for rule in &self.rules {
            // The row of a list that is mapped is a template: without lines nothing of it is sent.
            if matches!(rule.origin, Origin::Lines { .. }) && find(mapped, &rule.to).is_none() {
                remove(&mut document, &rule.to);
            }
        }
        lay_over(&mut document, mapped);
        document
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
            false => self.problems.push(missing(rule, reference, &id)),
        }
    }
}

fn missing(rule: &Rule, reference: &Reference, id: &str) -> Cause {
    Cause::new("mapping.reference_missing")
        .with("field", &rule.field)
        .with("object", &reference.object)
        .with("id", shown(id))
}

impl Rule {
    /// The value for one record or line, with everything that is wrong with it.
    pub fn give<'r>(&'r self, scope: Scope<'r>, resolve: &dyn Resolve) -> Result<Given<'r>, Vec<Cause>> {
        if let Origin::Lines { route, rules, .. } = &self.origin {
            return self.lines(route, rules, scope, resolve);
        }
        let told = |cause: Cause| vec![cause.with("field", &self.field)];
        let value = match &self.origin {
            Origin::Path(route) => found(route, scope),
            Origin::Constant(value) => return Ok(Given::Value(value.borrow())),
            Origin::Expression(expression) => expression.value(scope).map_err(told)?,
            Origin::Values { route, table, name } => {
                let option = |value| through_table(value, table, name.as_deref());
                found(route, scope).filter(|value| !value.is_blank()).map(option).transpose().map_err(told)?
            }
            Origin::Reference { route, reference } => {
                match found(route, scope).map(|value| resolved(value, reference, resolve)).transpose() {
                    Ok(value) => value,
                    Err(Unresolved::Missing(id)) => return Ok(Given::Missing(id)),
                    Err(Unresolved::NoId) => {
                        let cause = Cause::new("mapping.reference_no_id").with("source", route.written());
                        return Err(told(cause));
                    }
                }
            }
            Origin::Lines { .. } => None,
        };
        self.finish(value).map_err(|cause| told(cause.with("source", self.source())))
    }

    /// Deals with an empty value, and converts the others.
    fn finish<'r>(&self, value: Option<Value<'r>>) -> Result<Given<'r>, Cause> {
        let mut value = value.unwrap_or(Value::Null);
        if !value.is_blank() {
            for to in &self.convert {
                value = convert(value, *to)?;
            }
        }
        match value.is_blank() {
            false => Ok(Given::Value(value)),
            true if self.required => Err(Cause::new("mapping.required")),
            true if self.send_empty => Ok(Given::Value(value)),
            true => Ok(Given::Absent),
        }
    }

    /// The source as a person would name it.
    pub fn source(&self) -> String {
        match &self.origin {
            Origin::Path(route)
            | Origin::Values { route, .. }
            | Origin::Reference { route, .. }
            | Origin::Lines { route, .. } => route.written().to_owned(),
            Origin::Constant(value) => model::json::write(value),
            Origin::Expression(expression) => shown(expression.text()),
        }
    }

    fn lines<'r>(
        &'r self,
        route: &Route,
        rules: &'r [Rule],
        scope: Scope<'r>,
        resolve: &dyn Resolve,
    ) -> Result<Given<'r>, Vec<Cause>> {
        let told = |code, source: &Route| {
            vec![Cause::new(code).with("field", &self.field).with("source", source.written())]
        };
        let list = match route.find(scope) {
            Found::Value(Value::List(list)) if !(list.is_empty() && self.required) => list,
            Found::Value(Value::Null) | Found::Nothing if !self.required => {
                return Ok(if self.send_empty {
                    Given::Value(Value::List(Vec::new()))
                } else {
                    Given::Absent
                });
            }
            Found::Value(Value::List(_) | Value::Null) | Found::Nothing => {
                return Err(told("mapping.required", route));
            }
            _ => return Err(told("mapping.not_lines", route)),
        };
        let (mut lines, mut problems) = (Vec::with_capacity(list.len()), Vec::new());
        for (n, line) in list.iter().enumerate() {
            match line {
                Value::Map(_) => {
                    let scope = Scope { record: scope.record, line: Some((line, n + 1)) };
                    lines.push(Value::Map(self.line(rules, scope, resolve, &mut problems)));
                }
                _ => problems.extend(told("mapping.not_lines", route)),
            }
        }
        match problems.is_empty() {
            true => Ok(Given::Value(Value::List(lines))),
            false => Err(problems),
        }
    }

    fn line<'r>(
        &self,
        rules: &'r [Rule],
        scope: Scope<'r>,
        resolve: &dyn Resolve,
        problems: &mut Vec<Cause>,
    ) -> Map<'r> {
        let number = scope.line.map_or(0, |(_, number)| number);
        let mut line = Map::with_capacity(rules.len());
        for rule in rules {
            match rule.give(scope, resolve) {
                Ok(Given::Value(value)) => set(&mut line, &rule.to, value),
                Ok(Given::Absent) => {}
                Ok(Given::Missing(id)) => {
                    if let Origin::Reference { reference, .. } = &rule.origin {
                        problems.push(self.in_line(missing(rule, reference, &id), number));
                    }
                }
                Err(causes) => problems.extend(causes.into_iter().map(|cause| self.in_line(cause, number))),
            }
        }
        line
    }

    /// Names the line in the field: `FEntity[2].FQty`.
    fn in_line(&self, mut cause: Cause, number: usize) -> Cause {
        for (name, value) in &mut cause.params {
            if name == "field" {
                *value = format!("{}[{number}].{value}", self.field);
            }
        }
        cause
    }
}

fn found<'r>(route: &Route, scope: Scope<'r>) -> Option<Value<'r>> {
    match route.find(scope) {
        Found::Nothing => None,
        Found::Value(value) => Some(value.borrow()),
        Found::LineNumber(number) => Some(Value::from(number as i64)),
    }
}

/// The value that stands for an option; of a list, those that stand for its members.
fn through_table<'r>(
    value: Value<'r>,
    table: &'r model::flow::ValueMap,
    name: Option<&str>,
) -> Result<Value<'r>, Cause> {
    if let Value::List(list) = value {
        let members: Result<Vec<_>, _> =
            list.into_iter().map(|member| through_table(member, table, name)).collect();
        return members.map(Value::List);
    }
    let option = value.plain().unwrap_or_default();
    match table.get(&option).or(table.otherwise.as_ref()) {
        Some(found) => Ok(found.borrow()),
        None => Err(Cause::new("mapping.value_not_in_map")
            .with("value", shown(&option))
            .with("values", name.unwrap_or("map"))),
    }
}

enum Unresolved {
    Missing(String),
    NoId,
}

/// What stands at the target for an id; of a list, what stands for its members.
fn resolved(
    value: Value<'_>,
    reference: &Reference,
    resolve: &dyn Resolve,
) -> Result<Value<'static>, Unresolved> {
    match value {
        value if value.is_blank() => Ok(Value::Null),
        Value::List(list) => {
            let members = list.into_iter().map(|member| resolved(member, reference, resolve));
            members.collect::<Result<Vec<_>, _>>().map(Value::List)
        }
        value => {
            let id = value.plain().ok_or(Unresolved::NoId)?;
            resolve.reference(reference, &id).ok_or_else(|| Unresolved::Missing(id.into_owned()))
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

/// Sets a target field. The lint has made sure that no field is set twice and none within another.
fn set<'r>(map: &mut Map<'r>, to: &'r [Box<str>], value: Value<'r>) {
    match to {
        [] => {}
        [last] => map.push(&**last, value),
        [first, rest @ ..] => {
            if map.get(first).is_none() {
                map.push(&**first, Map::with_capacity(1));
            }
            if let Some(Value::Map(inner)) = map.get_mut(first) {
                set(inner, rest, value);
            }
        }
    }
}

fn find<'m, 'r>(map: &'m Map<'r>, to: &[Box<str>]) -> Option<&'m Value<'r>> {
    let (first, rest) = to.split_first()?;
    let found = map.get(first)?;
    if rest.is_empty() { Some(found) } else { find(found.as_map()?, rest) }
}

fn remove(map: &mut Map, to: &[Box<str>]) {
    match to {
        [] => {}
        [last] => {
            map.remove(last);
        }
        [first, rest @ ..] => {
            if let Some(Value::Map(inner)) = map.get_mut(first) {
                remove(inner, rest);
            }
        }
    }
}

fn lay_over<'r>(under: &mut Map<'r>, over: &'r Map<'r>) {
    for (name, value) in over.iter() {
        match (under.get_mut(name), value) {
            (Some(Value::Map(inner)), Value::Map(value)) => lay_over(inner, value),
            (Some(Value::List(rows)), Value::List(lines)) => match rows.as_slice() {
                [Value::Map(template)] if lines.iter().all(|line| line.as_map().is_some()) => {
                    *rows = lines.iter().map(|line| over_template(template, line)).collect();
                }
                _ => *rows = lines.iter().map(Value::borrow).collect(),
            },
            (Some(place), value) => *place = value.borrow(),
            (None, value) => under.push(name.to_owned(), value.borrow()),
        }
    }
}

fn over_template<'r>(template: &Map<'r>, line: &'r Value<'r>) -> Value<'r> {
    let mut row = template.clone();
    if let Some(line) = line.as_map() {
        lay_over(&mut row, line);
    }
    Value::Map(row)
}

#[cfg(test)]
mod tests;
