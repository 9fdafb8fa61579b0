//! People and departments in a record: who they are, and what stands for them at the other side.

use model::flow::Counterpart;
use model::{Cause, Value, binding};

use super::Resolve;
use super::named::Naming;
use crate::compile::{Origin, Rule};
use crate::finding::shown;

/// Whom a rule names; one who is not bound is spared where something else is sent then.
pub(super) fn naming(rule: &Rule) -> Option<Naming<'_, Counterpart>> {
    match &rule.origin {
        Origin::Counterpart { route, counterpart, otherwise } => {
            Some((route, counterpart, otherwise.is_some()))
        }
        _ => None,
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
