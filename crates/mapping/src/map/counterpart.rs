//! People and departments in a record: who they are, and what stands for them at the other side.

use model::flow::Counterpart;
use model::{Cause, Value, binding};

use super::rule::found;
use super::{Met, Resolve};
use crate::compile::{Origin, Rule};
use crate::expression::Scope;
use crate::finding::shown;
use crate::route::Found;

/// Everybody whom a record and its lines name, each once.
pub(super) fn collect<'c>(rules: &'c [Rule], scope: Scope, people: &mut Vec<Met<'c>>) {
    for rule in rules {
        match &rule.origin {
            Origin::Counterpart { route, counterpart, otherwise } => {
                if let Some(value) = found(route, scope) {
                    meet(&value, counterpart, otherwise.is_some(), people);
                }
            }
            Origin::Lines { route, rules, .. } => {
                let Found::Value(Value::List(list)) = route.find(scope) else { continue };
                for (n, line) in list.iter().enumerate() {
                    collect(rules, Scope { record: scope.record, line: Some((line, n + 1)) }, people);
                }
            }
            _ => {}
        }
    }
}

fn meet<'c>(value: &Value, counterpart: &'c Counterpart, optional: bool, people: &mut Vec<Met<'c>>) {
    if let Value::List(list) = value {
        return list.iter().for_each(|member| meet(member, counterpart, optional, people));
    }
    let Some(id) = value.plain().filter(|id| !id.trim().is_empty()) else { return };
    match people.iter_mut().find(|known| known.id == *id && known.counterpart == counterpart) {
        // Needed by one entry is needed.
        Some(known) => known.optional &= optional,
        None => people.push(Met { counterpart, id: id.into_owned(), optional }),
    }
}

/// What stands for a person at the other side; of a list, what stands for its members. A list of one is one: systems
/// keep who is meant in lists even where it can only be one (`["1000"]`).
pub(super) fn other_side<'r>(
    value: Value<'r>,
    counterpart: &Counterpart,
    otherwise: Option<&'r Value<'static>>,
    resolve: &dyn Resolve,
) -> Result<Value<'r>, Cause> {
    match value {
        value if value.is_blank() => Ok(Value::Null),
        Value::List(mut list) if list.len() == 1 => {
            other_side(list.remove(0), counterpart, otherwise, resolve)
        }
        Value::List(list) => {
            let members = list.into_iter().map(|member| other_side(member, counterpart, otherwise, resolve));
            members.collect::<Result<Vec<_>, _>>().map(Value::List)
        }
        value => {
            let id = value.plain().ok_or_else(|| Cause::new("mapping.counterpart_no_id"))?;
            let bound = resolve.counterpart(counterpart, &id);
            let sent = bound.or_else(|| otherwise.map(Value::borrow));
            sent.ok_or_else(|| not_bound(counterpart, &id))
        }
    }
}

fn not_bound(counterpart: &Counterpart, id: &str) -> Cause {
    let code = match counterpart.kind {
        binding::Kind::Person => "mapping.person_not_bound",
        binding::Kind::Department => "mapping.department_not_bound",
    };
    Cause::new(code).with("id", shown(id)).with("connection", &counterpart.connection)
}
