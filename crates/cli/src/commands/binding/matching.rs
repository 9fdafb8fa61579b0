//! `qiao binding match`: who is the same in two systems, by rule; proposed, and bound only with `--apply`.

use contract::connector::Person;
use engine::bindings::{Ambiguous, Ground, MatchError, Matching, Proposal, apply, find};
use serde_json::{Value, json};

use super::{MatchOptions, between, kind};
use crate::commands::connection;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::table;
use crate::wire::InForce;

/// Whether people's numbers are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Personal {
    Shown,
    Masked,
}

pub async fn run(screen: &Screen, in_force: &InForce, options: &MatchOptions) -> Outcome {
    let InForce { seams, setup } = in_force;
    between(setup, &options.from, &options.to)?;
    let (from, to) = (connection::line(setup, &options.from)?, connection::line(setup, &options.to)?);
    let kind = kind(options.department);
    let matching = find(seams, &from, &to, kind).await.map_err(|error| match error {
        MatchError::Store(error) => Failure::from(error),
        MatchError::Refused(refusal) => Failure::new(Exit::System, refusal.cause),
    })?;
    if options.apply {
        apply(seams, [&from, &to], kind, &matching.proposals).await?;
    }
    let personal = if options.with_personal { Personal::Shown } else { Personal::Masked };
    screen.result(&as_json(&matching, personal, options.apply));
    show(screen, &matching, personal);
    screen.line(summary(screen, &matching, options.apply));
    Ok(Exit::Ok)
}

fn summary(screen: &Screen, matching: &Matching, applied: bool) -> String {
    let Matching { proposals, ambiguous, unmatched, bound } = matching;
    let (proposals, ambiguous, unmatched) = (proposals.len(), ambiguous.len(), unmatched.len());
    let zh = format!("可绑定 {proposals},不确定 {ambiguous},未找到 {unmatched},已绑定 {bound}。");
    let en =
        format!("{proposals} certain, {ambiguous} ambiguous, {unmatched} not found, {bound} bound already.");
    let further = match applied {
        true => screen.words("已绑定确定的部分。", " The certain ones are bound now."),
        false if proposals > 0 => {
            screen.words("加 --apply 执行绑定。", " Add --apply to bind the certain ones.")
        }
        false => "",
    };
    format!("{}{further}", screen.words(&zh, &en))
}

fn show(screen: &Screen, matching: &Matching, personal: Personal) {
    let headings = match screen.lang {
        model::Lang::Zh => ["", "id", "姓名", "手机号", "对方 id", "对方编码", "对方姓名", "依据"],
        model::Lang::En => ["", "id", "name", "mobile", "id", "number", "name", "rests on"],
    };
    let proposed = matching.proposals.iter().map(|proposal| {
        let grounds: Vec<&str> = proposal.rests_on.iter().map(|ground| title(screen, *ground)).collect();
        row("=", &proposal.one, Some(&proposal.other), grounds.join("+"), personal)
    });
    let ambiguous = matching.ambiguous.iter().flat_map(|ambiguous| {
        let candidate = |person| row("?", &ambiguous.one, Some(person), String::new(), personal);
        ambiguous.candidates.iter().map(candidate)
    });
    let unmatched = matching.unmatched.iter().map(|person| row("-", person, None, String::new(), personal));
    let rows: Vec<Vec<String>> = proposed.chain(ambiguous).chain(unmatched).collect();
    if !rows.is_empty() {
        screen.line(table::render(&headings, &rows));
    }
}

fn title(screen: &Screen, ground: Ground) -> &'static str {
    let (zh, en) = ground.title();
    screen.lang.choose(zh, en)
}

fn row(mark: &str, one: &Person, other: Option<&Person>, grounds: String, personal: Personal) -> Vec<String> {
    let of_other = |text: fn(&Person) -> String| other.map(text).unwrap_or_default();
    vec![
        mark.to_owned(),
        one.id.clone(),
        one.name.clone(),
        mobile(one, personal).unwrap_or_default(),
        of_other(|person| person.id.clone()),
        of_other(|person| person.number.clone().unwrap_or_default()),
        of_other(|person| person.name.clone()),
        grounds,
    ]
}

fn as_json(matching: &Matching, personal: Personal, applied: bool) -> Value {
    let person = |person: &Person| {
        json!({
            "id": person.id, "number": person.number, "name": person.name,
            "mobile": mobile(person, personal), "employee_number": person.employee_number,
        })
    };
    let proposal = |proposal: &Proposal| {
        let grounds: Vec<&str> = proposal.rests_on.iter().map(|ground| ground.name()).collect();
        json!({ "one": person(&proposal.one), "other": person(&proposal.other), "rests_on": grounds })
    };
    let ambiguous = |ambiguous: &Ambiguous| {
        let candidates: Vec<Value> = ambiguous.candidates.iter().map(person).collect();
        json!({ "one": person(&ambiguous.one), "candidates": candidates })
    };
    json!({
        "proposals": matching.proposals.iter().map(proposal).collect::<Vec<_>>(),
        "ambiguous": matching.ambiguous.iter().map(ambiguous).collect::<Vec<_>>(),
        "unmatched": matching.unmatched.iter().map(person).collect::<Vec<_>>(),
        "bound": matching.bound, "applied": applied,
    })
}

/// `138****0001`, unless people's numbers were asked for.
fn mobile(person: &Person, personal: Personal) -> Option<String> {
    let number = person.mobile.as_ref()?.reveal();
    if personal == Personal::Shown {
        return Some(number.to_owned());
    }
    let letters: Vec<char> = number.chars().collect();
    match letters.len() {
        0..8 => Some("****".into()),
        length => Some([&letters[..3], &['*'; 4], &letters[length - 4..]].concat().into_iter().collect()),
    }
}

#[cfg(test)]
mod tests {
    use model::Secret;

    use super::*;

    #[test]
    fn mobile_numbers_are_masked_unless_they_are_asked_for() {
        for (number, masked) in [
            ("13800000001", "138****0001"),
            ("+86 13800000001", "+86****0001"),
            ("1234567", "****"),
            ("", "****"),
        ] {
            let person = Person {
                id: "1000".into(),
                number: None,
                name: "王强".into(),
                mobile: Some(Secret::new(number)),
                employee_number: None,
                active: true,
            };
            assert_eq!(mobile(&person, Personal::Masked).as_deref(), Some(masked));
            assert_eq!(mobile(&person, Personal::Shown).as_deref(), Some(number));
            assert!(!format!("{person:?}").contains("138"), "it prints as nothing");
        }
    }
}
