//! Bindings by rule: who has the same mobile or employee number in two systems is proposed as the same person.
//!
//! A rule proposes only what is certain: one here, one there, and nobody else with the same mark on either side. What
//! is not is told as ambiguous and left to a person.

use std::collections::{BTreeMap, BTreeSet};

use contract::connector::{PeopleAsk, Person, Refusal};
use contract::store::{BindingFilter, StoreError};
use model::binding::{Binding, How, Kind, Party};

use crate::connection::Line;
use crate::seams::Seams;

/// What two are taken for the same by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    Mobile,
    EmployeeNumber,
    /// Departments: the number that documents refer to them by.
    Number,
    /// Departments only: people of one name are not one.
    Name,
}

impl Ground {
    pub fn name(self) -> &'static str {
        match self {
            Ground::Mobile => "mobile",
            Ground::EmployeeNumber => "employee_number",
            Ground::Number => "number",
            Ground::Name => "name",
        }
    }

    /// Chinese and English names for people.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Ground::Mobile => ("手机号", "mobile"),
            Ground::EmployeeNumber => ("工号", "employee number"),
            Ground::Number => ("编码", "number"),
            Ground::Name => ("名称", "name"),
        }
    }
}

/// Two that are the same by rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub one: Person,
    pub other: Person,
    pub rests_on: Vec<Ground>,
}

/// Somebody for whom several come into question, or whose only counterpart is somebody else's too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ambiguous {
    pub one: Person,
    pub candidates: Vec<Person>,
}

/// What a rule finds between two systems.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matching {
    pub proposals: Vec<Proposal>,
    pub ambiguous: Vec<Ambiguous>,
    /// At work here, and with nobody there who shares a mark.
    pub unmatched: Vec<Person>,
    /// Who is bound already, and is left as it is.
    pub bound: usize,
}

/// Why nothing can be proposed.
#[derive(Debug, thiserror::Error)]
pub enum MatchError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Lists the people or departments of both systems and finds who is the same. Nothing is stored.
///
/// # Errors
/// When one of the systems cannot list them.
pub async fn find(seams: &Seams, from: &Line, to: &Line, kind: Kind) -> Result<Matching, MatchError> {
    let ask = PeopleAsk { kind, ids: None };
    let ones = from.connector.people(&from.wire(""), &ask).await?;
    let others = to.connector.people(&to.wire(""), &ask).await?;
    let connections = vec![from.name().clone(), to.name().clone()];
    let bindings = seams.store.bindings(&BindingFilter { kind: Some(kind), connections }).await?;
    let bound = |line: &Line| -> BTreeSet<String> {
        let parties = bindings.iter().flat_map(|binding| [&binding.one, &binding.other]);
        let ours = parties.filter(|party| party.connection == *line.name());
        ours.flat_map(|party| std::iter::once(&party.id).chain(&party.number)).cloned().collect()
    };
    Ok(matched(kind, ones, others, [&bound(from), &bound(to)]))
}

/// Binds what is proposed.
pub async fn apply(
    seams: &Seams,
    [from, to]: [&Line; 2],
    kind: Kind,
    proposals: &[Proposal],
) -> Result<(), StoreError> {
    let at = seams.clock.now();
    let binding = |proposal: &Proposal| Binding {
        kind,
        one: party(from, &proposal.one),
        other: party(to, &proposal.other),
        how: How::Rule,
        at,
    };
    seams.store.bind(&proposals.iter().map(binding).collect::<Vec<_>>()).await
}

fn party(line: &Line, person: &Person) -> Party {
    Party {
        connection: line.name().clone(),
        id: person.id.clone(),
        number: person.number.clone(),
        name: Some(person.name.clone()).filter(|name| !name.is_empty()),
    }
}

/// Finds who is the same. `bound` are the ids and numbers of who is bound already, here and there.
fn matched(
    kind: Kind,
    ones: Vec<Person>,
    others: Vec<Person>,
    [bound_here, bound_there]: [&BTreeSet<String>; 2],
) -> Matching {
    let (ones, others) = (at_work(ones), at_work(others));
    let (here, there) = (by_mark(kind, &ones), by_mark(kind, &others));
    let mut matching = Matching::default();
    for one in &ones {
        if is_among(one, bound_here) {
            matching.bound += 1;
            continue;
        }
        let candidates = sharing(kind, one, &there);
        let [only] = candidates.iter().copied().collect::<Vec<_>>()[..] else {
            match candidates.is_empty() {
                true => matching.unmatched.push(one.clone()),
                false => matching.ambiguous.push(ambiguous(one, &candidates, &others)),
            }
            continue;
        };
        let other = &others[only];
        match sharing(kind, other, &here).len() == 1 && !is_among(other, bound_there) {
            true => matching.proposals.push(Proposal {
                one: one.clone(),
                other: other.clone(),
                rests_on: grounds(kind, one, other),
            }),
            false => matching.ambiguous.push(ambiguous(one, &candidates, &others)),
        }
    }
    matching
}

fn ambiguous(one: &Person, candidates: &BTreeSet<usize>, others: &[Person]) -> Ambiguous {
    Ambiguous { one: one.clone(), candidates: candidates.iter().map(|at| others[*at].clone()).collect() }
}

/// Those who are still there, in the order of their ids.
fn at_work(people: Vec<Person>) -> Vec<Person> {
    let mut active: Vec<Person> = people.into_iter().filter(|person| person.active).collect();
    active.sort_by(|one, other| one.id.cmp(&other.id));
    active.dedup_by(|one, other| one.id == other.id);
    active
}

fn is_among(person: &Person, bound: &BTreeSet<String>) -> bool {
    bound.contains(&person.id) || person.number.as_ref().is_some_and(|number| bound.contains(number))
}

type Marks = BTreeMap<(Ground, String), BTreeSet<usize>>;

fn by_mark(kind: Kind, people: &[Person]) -> Marks {
    let mut marks = Marks::new();
    for (at, person) in people.iter().enumerate() {
        for mark in marks_of(kind, person) {
            marks.entry(mark).or_default().insert(at);
        }
    }
    marks
}

/// Who shares a mark with the person.
fn sharing(kind: Kind, person: &Person, marks: &Marks) -> BTreeSet<usize> {
    marks_of(kind, person).iter().filter_map(|mark| marks.get(mark)).flatten().copied().collect()
}

fn grounds(kind: Kind, one: &Person, other: &Person) -> Vec<Ground> {
    let others = marks_of(kind, other);
    marks_of(kind, one).into_iter().filter(|mark| others.contains(mark)).map(|(ground, _)| ground).collect()
}

fn marks_of(kind: Kind, person: &Person) -> Vec<(Ground, String)> {
    let mobile = || person.mobile.as_ref().and_then(|mobile| digits(mobile.reveal()));
    let plain = |text: &str| Some(text.trim().to_uppercase()).filter(|text| !text.is_empty());
    let marks = match kind {
        Kind::Person => [
            (Ground::Mobile, mobile()),
            (Ground::EmployeeNumber, person.employee_number.as_deref().and_then(plain)),
        ],
        Kind::Department => {
            [(Ground::Number, person.number.as_deref().and_then(plain)), (Ground::Name, plain(&person.name))]
        }
    };
    marks.into_iter().filter_map(|(ground, mark)| Some((ground, mark?))).collect()
}

/// A mobile number without country code and separators; `None` for what is none.
fn digits(mobile: &str) -> Option<String> {
    let digits: String = mobile.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.strip_prefix("86").filter(|rest| rest.len() == 11).unwrap_or(&digits);
    (digits.len() >= 7).then(|| digits.to_owned())
}

#[cfg(test)]
mod tests {
    use model::Secret;

    use super::*;

    fn person(id: &str, name: &str, mobile: &str, employee_number: &str) -> Person {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Person {
            id: id.into(),
            number: None,
            name: name.into(),
            mobile: text(mobile).map(Secret::new),
            employee_number: text(employee_number),
            active: true,
        }
    }

    fn run(kind: Kind, ones: &[Person], others: &[Person], bound: [&[&str]; 2]) -> Matching {
        let bound = bound.map(|ids| ids.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>());
        matched(kind, ones.to_vec(), others.to_vec(), [&bound[0], &bound[1]])
    }

    /// `1000=S1 by mobile`, `1001? S1 S2`, `1002-`.
    fn told(matching: &Matching) -> Vec<String> {
        let proposal = |proposal: &Proposal| {
            let grounds: Vec<&str> = proposal.rests_on.iter().map(|ground| ground.name()).collect();
            format!("{}={} by {}", proposal.one.id, proposal.other.id, grounds.join("+"))
        };
        let ambiguous = |ambiguous: &Ambiguous| {
            let ids: Vec<&str> = ambiguous.candidates.iter().map(|person| &*person.id).collect();
            format!("{}? {}", ambiguous.one.id, ids.join(" "))
        };
        let proposals = matching.proposals.iter().map(proposal);
        let unmatched = matching.unmatched.iter().map(|person| format!("{}-", person.id));
        proposals.chain(matching.ambiguous.iter().map(ambiguous)).chain(unmatched).collect()
    }

    #[test]
    fn the_same_mobile_or_employee_number_is_the_same_person() {
        let crm = [
            person("1000", "王强", "+86 138-0000-0001", "QL001"),
            person("1001", "李娜", "13800000002", ""),
            person("1002", "张伟", "", "ql003"),
            person("1003", "刘洋", "13900000009", "QL009"),
        ];
        let erp = [
            person("S1", "王强", "13800000001", "QL001"),
            person("S2", "李娜(销售)", "138 0000 0002", "YG002"),
            person("S3", "张伟", "13800000003", "QL003 "),
            person("S4", "刘洋", "", ""),
        ];
        let matching = run(Kind::Person, &crm, &erp, [&[], &[]]);
        assert_eq!(
            told(&matching),
            ["1000=S1 by mobile+employee_number", "1001=S2 by mobile", "1002=S3 by employee_number", "1003-"],
            "one name is not enough"
        );
    }

    #[test]
    fn what_is_not_certain_is_never_proposed() {
        let crm = [
            person("1000", "王强", "13800000001", "QL001"),
            person("1001", "前台一", "02100000000", ""),
            person("1002", "前台二", "021-00000000", ""),
            person("1003", "赵敏", "", "QL005"),
        ];
        let erp = [
            person("S1", "王强", "13800000001", ""),
            person("S2", "别人", "", "QL001"),
            person("S3", "总机", "02100000000", ""),
            person("S5", "赵敏", "", "QL005"),
            person("S6", "赵敏(停用前)", "", "QL005"),
        ];
        let matching = run(Kind::Person, &crm, &erp, [&[], &[]]);
        assert_eq!(told(&matching), ["1000? S1 S2", "1001? S3", "1002? S3", "1003? S5 S6"]);
    }

    #[test]
    fn who_is_bound_or_gone_is_left_out() {
        let gone = |person: Person| Person { active: false, ..person };
        let crm = [
            person("1000", "王强", "13800000001", ""),
            gone(person("1001", "李娜", "13800000002", "")),
            person("1002", "李娜", "13800000002", ""),
            person("1003", "张伟", "13800000003", ""),
        ];
        let erp = [
            person("S1", "王强", "13800000001", ""),
            person("S2", "李娜", "13800000002", ""),
            gone(person("S3", "张伟", "13800000003", "")),
        ];
        let matching = run(Kind::Person, &crm, &erp, [&["1000"], &[]]);
        assert_eq!((told(&matching), matching.bound), (vec!["1002=S2 by mobile".into(), "1003-".into()], 1));
        let taken = run(Kind::Person, &crm[2..3], &erp, [&[], &["S2"]]);
        assert_eq!(told(&taken), ["1002? S2"], "bound to somebody else by hand");
    }

    #[test]
    fn departments_are_the_same_by_number_or_name() {
        let department = |id: &str, number: &str, name: &str| Person {
            number: (!number.is_empty()).then(|| number.to_owned()),
            ..person(id, name, "", "")
        };
        let crm = [department("1001", "", "华东销售部"), department("1002", "BM02", "研发")];
        let erp = [department("7", "BM01", "华东销售部"), department("8", "BM02", "研发中心")];
        let matching = run(Kind::Department, &crm, &erp, [&[], &[]]);
        assert_eq!(told(&matching), ["1001=7 by name", "1002=8 by number"]);
    }
}
