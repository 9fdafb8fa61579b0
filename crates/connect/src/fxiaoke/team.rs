//! 相关团队: the people who work on a record beside its owner (`protocols/fxiaoke.md §4.3`, `§4.5`).
//!
//! A mapping writes `team`: people's ids, or maps of `employee`, `role` (2 联合跟进人, 3 售后, 4 普通; 4 where it says
//! none) and `permission` (1 只读, 2 读写; 1). The CRM holds it as `relevant_team` and takes changes by calls of their
//! own: who is missing is added; who goes is whom the last agreement had, so that people's own additions stay.

use std::collections::BTreeSet;

use contract::connector::{Found, PlanAsk};
use model::step::Step;
use model::{Map, Value, json};

use super::plan::life::transition;

/// The field as a mapping writes it, and as the CRM holds it.
pub(super) const TEAM: &str = "team";
pub(super) const RELEVANT_TEAM: &str = "relevant_team";

pub(super) const ADD: &str = "addTeam";
pub(super) const REMOVE: &str = "removeTeam";

/// The vendor's names (`§4.5`).
const EMPLOYEE: &str = "teamMemberEmployee";
const ROLE: &str = "teamMemberRole";
const ROLES: &str = "teamMemberRoleList";
const PERMISSION: &str = "teamMemberPermissionType";

/// 负责人 is changed by `owner`.
const OWNER_ROLE: &str = "1";
const USUAL_ROLE: &str = "4";
const USUAL_PERMISSION: &str = "1";

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Member {
    role: String,
    permission: String,
    employee: String,
}

/// The team of a row of the CRM, in the shape in which a mapping writes it.
pub(super) fn read(relevant_team: &Value) -> Value<'static> {
    let mut members = BTreeSet::new();
    for entry in relevant_team.as_list().unwrap_or_default() {
        let employees = texts(entry.get(EMPLOYEE));
        let roles = match texts(entry.get(ROLES)) {
            roles if roles.is_empty() => texts(entry.get(ROLE)),
            roles => roles,
        };
        let permission = texts(entry.get(PERMISSION)).into_iter().next();
        for role in roles.iter().filter(|role| *role != OWNER_ROLE) {
            let member = |employee: &String| Member {
                role: role.clone(),
                permission: permission.clone().unwrap_or_else(|| USUAL_PERMISSION.into()),
                employee: employee.clone(),
            };
            members.extend(employees.iter().map(member));
        }
    }
    shaped(members)
}

/// A mapped team with roles and permissions said.
pub(super) fn complete(team: &Value) -> Value<'static> {
    shaped(members(Some(team)))
}

fn shaped(members: BTreeSet<Member>) -> Value<'static> {
    let shaped = members.into_iter().map(|member| {
        let mut map = Map::with_capacity(3);
        map.push("employee", member.employee);
        map.push("role", member.role);
        map.push("permission", member.permission);
        Value::Map(map)
    });
    shaped.collect::<Vec<_>>().into()
}

fn members(team: Option<&Value>) -> BTreeSet<Member> {
    let single = team.filter(|team| !matches!(team, Value::List(_)));
    let list = single.into_iter().chain(team.and_then(Value::as_list).into_iter().flatten());
    list.flat_map(|member| {
        let said = |name: &str, usual: &str| {
            texts(member.get(name)).into_iter().next().unwrap_or_else(|| usual.to_owned())
        };
        let (role, permission) = (said("role", USUAL_ROLE), said("permission", USUAL_PERMISSION));
        let employees =
            if member.as_map().is_some() { texts(member.get("employee")) } else { texts(Some(member)) };
        employees.into_iter().map(move |employee| Member {
            role: role.clone(),
            permission: permission.clone(),
            employee,
        })
    })
    .collect()
}

/// The steps that change the team: removals first, so that a changed role or permission is taken anew.
pub(super) fn steps(ask: &PlanAsk<'_>, observed: Option<&Found>) -> Vec<Step> {
    let is_changed = observed.is_none() || ask.changed.iter().any(|field| field == TEAM);
    let document = if observed.is_none() { ask.create } else { ask.mapped };
    if !is_changed || document.get(TEAM).is_none() {
        return Vec::new();
    }
    let wanted = members(document.get(TEAM));
    let there = members(observed.and_then(|found| found.body.get(TEAM)));
    let before = members(ask.agreed.and_then(|agreed| agreed.get(TEAM)));
    let is_ours = |member: &&Member| {
        before.contains(member) || wanted.iter().any(|wanted| wanted.employee == member.employee)
    };
    let gone: BTreeSet<&str> =
        there.difference(&wanted).filter(is_ours).map(|member| member.employee.as_str()).collect();
    let mut steps = Vec::new();
    if !gone.is_empty() {
        steps.push(change(ask, observed, REMOVE, gone.iter().copied(), None));
    }
    // Whoever was removed with one role loses all of them.
    let missing: Vec<&Member> = (wanted.iter())
        .filter(|member| !there.contains(member) || gone.contains(member.employee.as_str()))
        .collect();
    for members in
        missing.chunk_by(|one, other| (&one.role, &one.permission) == (&other.role, &other.permission))
    {
        let employees = members.iter().map(|member| member.employee.as_str());
        steps.push(change(ask, observed, ADD, employees, members.first().copied()));
    }
    steps
}

fn change<'m>(
    ask: &PlanAsk<'_>,
    observed: Option<&Found>,
    name: &str,
    employees: impl Iterator<Item = &'m str>,
    kind: Option<&Member>,
) -> Step {
    let mut document = Map::with_capacity(3);
    document.push(EMPLOYEE, employees.map(Value::from).collect::<Vec<_>>());
    if let Some(kind) = kind {
        document.push(ROLE, kind.role.as_str());
        document.push(PERMISSION, kind.permission.as_str());
    }
    Step { document: json::write(&Value::Map(document)), ..transition(ask, observed, name) }
}

/// Whether the observed team is as the step would make it.
pub(super) fn accomplished(name: &str, document: &str, observed: &Found) -> bool {
    let document = json::read(document).unwrap_or_default();
    let there = members(observed.body.get(TEAM));
    let first = |name: &str| texts(document.get(name)).into_iter().next();
    let has = |employee: &String| {
        there.iter().any(|member| {
            member.employee == *employee
                && first(ROLE).is_none_or(|role| role == member.role)
                && first(PERMISSION).is_none_or(|permission| permission == member.permission)
        })
    };
    let employees = texts(document.get(EMPLOYEE));
    match name {
        ADD => employees.iter().all(has),
        REMOVE => !employees.iter().any(has),
        _ => false,
    }
}

/// One text or a list of them.
fn texts(value: Option<&Value>) -> Vec<String> {
    let members = match value {
        Some(Value::List(list)) => list.iter().collect(),
        Some(value) => vec![value],
        None => Vec::new(),
    };
    let plain = members.into_iter().filter_map(Value::plain);
    plain.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_reads_back_as_a_mapping_writes_it() {
        let relevant = r#"[{"teamMemberEmployee":["FSUID_O"],"teamMemberRole":"1","teamMemberPermissionType":"2"},
            {"teamMemberEmployee":["FSUID_B","FSUID_A"],"teamMemberRole":"4","teamMemberRoleList":["4"],"teamMemberPermissionType":"1"},
            {"teamMemberEmployee":["FSUID_C"],"teamMemberRole":"2","teamMemberPermissionType":"2"}]"#;
        let written = r#"["FSUID_A",{"employee":["FSUID_C"],"role":2,"permission":"2"},"FSUID_B"]"#;
        let read_back = read(&json::read(relevant).unwrap());
        assert_eq!(read_back, complete(&json::read(written).unwrap()));
        assert_eq!(complete(&read_back), read_back);
        assert_eq!(complete(&Value::from("FSUID_A")), complete(&json::read(r#"["FSUID_A"]"#).unwrap()));
    }
}
