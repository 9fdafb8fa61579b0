//! What one mapping entry gives for one record or line.

use std::borrow::Cow;
use std::collections::BTreeSet;

use model::flow::{Reference, Way};
use model::{Cause, Map, Value};

use super::{Resolve, counterpart};
use crate::compile::{Origin, Rule};
use crate::convert::convert;
use crate::expression::Scope;
use crate::finding::shown;
use crate::route::{Found, Route};

/// What one rule gives.
pub(crate) enum Given<'r> {
    Value(Value<'r>),
    Absent,
    /// A reference that does not resolve, by its id.
    Missing(String),
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
            Origin::Values { route, table, way, name } => {
                let named = (name.as_deref().unwrap_or("map"), *way);
                let option = |value| through_table(value, table, named);
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
            Origin::Counterpart { route, counterpart, otherwise } => {
                let other = |value| counterpart::other_side(value, counterpart, otherwise.as_ref(), resolve);
                found(route, scope).map(other).transpose().map_err(told)?
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

    /// Why a reference that does not resolve keeps the document from being written.
    pub fn missing(&self, id: &str) -> Cause {
        let cause = Cause::new("mapping.reference_missing").with("field", &self.field);
        match &self.origin {
            Origin::Reference { reference, .. } => {
                cause.with("object", &reference.object).with("id", shown(id))
            }
            _ => cause,
        }
    }

    /// The source as a person would name it.
    pub fn source(&self) -> String {
        match &self.origin {
            Origin::Path(route)
            | Origin::Values { route, .. }
            | Origin::Reference { route, .. }
            | Origin::Counterpart { route, .. }
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
                Ok(Given::Missing(id)) => problems.push(self.in_line(rule.missing(&id), number)),
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

/// What tells the lines of a list apart at the source, one for each.
pub(super) fn line_ids<'r>(
    rule: &Rule,
    list: &Route,
    id: &Route,
    scope: Scope<'r>,
) -> Result<Vec<Cow<'r, str>>, Cause> {
    let Found::Value(Value::List(lines)) = list.find(scope) else { return Ok(Vec::new()) };
    let mut ids = Vec::with_capacity(lines.len());
    let mut seen = BTreeSet::new();
    for (n, line) in lines.iter().enumerate() {
        let problem = |code| Cause::new(code).with("field", &rule.field).with("line", n + 1);
        let found = match id.find(Scope { record: scope.record, line: Some((line, n + 1)) }) {
            Found::Value(value) => value.plain().filter(|id| !id.trim().is_empty()),
            Found::Nothing | Found::LineNumber(_) => None,
        };
        let Some(found) = found else {
            return Err(problem("mapping.line_without_id").with("source", id.written()));
        };
        if !seen.insert(found.clone()) {
            return Err(problem("mapping.line_id_twice").with("id", shown(&found)));
        }
        ids.push(found);
    }
    Ok(ids)
}

pub(crate) fn found<'r>(route: &Route, scope: Scope<'r>) -> Option<Value<'r>> {
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
    (name, way): (&str, Way),
) -> Result<Value<'r>, Cause> {
    if let Value::List(list) = value {
        let members: Result<Vec<_>, _> =
            list.into_iter().map(|member| through_table(member, table, (name, way))).collect();
        return members.map(Value::List);
    }
    let option = value.plain().unwrap_or_default();
    let code = match way {
        Way::Forth => "mapping.value_not_in_map",
        Way::Back => "mapping.value_without_way_back",
    };
    match table.sent(&option) {
        Some(found) => Ok(found.borrow()),
        None => Err(Cause::new(code).with("value", shown(&option)).with("values", name)),
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

/// Sets a target field. The lint has made sure that no field is set twice and none within another.
pub(super) fn set<'r>(map: &mut Map<'r>, to: &'r [Box<str>], value: Value<'r>) {
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
