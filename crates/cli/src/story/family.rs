//! The records that a story's record is connected with: before it what it refers to, after it what came of it.

use engine::kin::{Family, Kin, Member, TOLD, Way};
use model::link::Link;
use model::task::{Kind, State, Task};
use serde_json::{Value, json};

use crate::screen::Screen;

/// The family as lines; none where the record stands alone.
pub fn text(family: &Family, screen: &Screen) -> Vec<String> {
    let has_states = family.own.iter().any(|own| !own.states.is_empty());
    if family.kin.is_empty() && !has_states {
        return Vec::new();
    }
    let mut lines = vec![format!("  {}", screen.words("来龙去脉", "Connected with"))];
    lines.extend(of_way(family, Way::Up, screen));
    lines.extend(family.own.first().map(|own| line("●", own, &own_states(family), screen)));
    lines.extend(of_way(family, Way::Down, screen));
    lines
}

fn of_way(family: &Family, way: Way, screen: &Screen) -> Vec<String> {
    let sign = match way {
        Way::Up => "↑",
        Way::Down => "↓",
    };
    let kin = family.kin.iter().filter(|kin| kin.way == way);
    let mut lines: Vec<String> = kin.map(|kin| line(sign, &kin.member, &kin.member.states, screen)).collect();
    for ((_, object), count) in family.untold.iter().filter(|((of, _), _)| *of == way) {
        let told = screen.words("另有", "and");
        lines.push(format!("    {sign} {told} {count} {} {object}", screen.words("条", "more")));
    }
    lines
}

/// The states that were told of the record itself, at whichever side they were read.
fn own_states(family: &Family) -> Vec<(String, String)> {
    family.own.iter().flat_map(|own| own.states.clone()).collect()
}

fn line(sign: &str, member: &Member, states: &[(String, String)], screen: &Screen) -> String {
    let record = &member.record;
    let number = record.number.as_deref().unwrap_or(&record.key.id);
    let name = record.name.as_deref().filter(|name| *name != number).unwrap_or_default();
    let mut line = format!("    {sign} {} {number} {name}", record.key.object);
    line.truncate(line.trim_end().len());
    for link in &member.links {
        let (object, there) = there(link, member);
        line.push_str(&format!(" ↔ {object} {there}"));
    }
    if let Some(task) = task(member) {
        let (zh, en) = task.state.title();
        line.push_str(&format!("  {}", screen.words(zh, en)));
        if let Some(cause) = task.cause.as_ref().filter(|_| task.state != State::Synced) {
            line.push_str(&format!(" — {}", screen.sentence(cause)));
        }
    }
    if record.void {
        line.push_str(screen.words("  已作废", "  void"));
    }
    for (field, value) in states {
        line.push_str(&format!("  {field}: {value}"));
    }
    line
}

/// What stands at the other side, as people know it.
fn there<'l>(link: &'l Link, member: &'l Member) -> (&'l str, &'l str) {
    match link.source == member.record.key {
        true => {
            let number = link.target_number.as_deref().or(link.target_id.as_deref());
            (link.target_object.as_str(), number.unwrap_or_default())
        }
        false => (link.source.object.as_str(), &link.source.id),
    }
}

/// Of several flows that carry a record, the one that is not through is told.
fn task(member: &Member) -> Option<&Task> {
    let deliveries = || member.tasks.iter().filter(|task| task.kind == Kind::Deliver);
    let open = deliveries().find(|task| !matches!(task.state, State::Synced | State::Skipped));
    open.or_else(|| deliveries().find(|task| task.state == State::Synced)).or_else(|| deliveries().next())
}

/// The family for programs.
pub fn as_json(family: &Family, screen: &Screen) -> Value {
    json!({
        "own": family.own.iter().map(|own| member(own, screen)).collect::<Vec<_>>(),
        "related": family.kin.iter().map(|kin| kin_json(kin, screen)).collect::<Vec<_>>(),
        "more": family.untold.iter().map(|((way, object), count)| json!({
            "way": way_name(*way), "object": object, "count": count, "told": TOLD,
        })).collect::<Vec<_>>(),
    })
}

fn way_name(way: Way) -> &'static str {
    match way {
        Way::Up => "up",
        Way::Down => "down",
    }
}

fn kin_json(kin: &Kin, screen: &Screen) -> Value {
    let mut told = member(&kin.member, screen);
    told["way"] = json!(way_name(kin.way));
    told["distance"] = json!(kin.distance);
    told
}

fn member(member: &Member, screen: &Screen) -> Value {
    let record = &member.record;
    let link = |link: &Link| {
        json!({
            "source": link.source.to_string(), "connection": link.target_connection,
            "object": link.target_object, "id": link.target_id, "number": link.target_number,
        })
    };
    json!({
        "connection": record.key.connection, "object": record.key.object, "id": record.key.id,
        "number": record.number, "name": record.name, "void": record.void,
        "links": member.links.iter().map(link).collect::<Vec<_>>(),
        "tasks": member.tasks.iter().map(|task| super::json::task(task, screen)).collect::<Vec<_>>(),
        "states": member.states.iter().map(|(field, value)| json!({ "field": field, "value": value }))
            .collect::<Vec<_>>(),
    })
}
