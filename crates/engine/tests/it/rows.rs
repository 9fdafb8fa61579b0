//! Detail rows of the system of the tests, in both kinds: those of a `bill` stand inside it, those of an `order` are
//! records of their own.

use contract::connector::{DetailLines, Found, PlanAsk};
use model::step::{Action, Step};
use model::{Map, Timestamp, Value, json};

use crate::desk::Desk;
use crate::system::map;

/// The list of either.
pub const LIST: &str = "rows";
/// The field with a row's id.
const ROW: &str = "row";

/// The object of the rows that are records of their own.
fn apart(object: &str) -> Option<&'static str> {
    (object == "order").then_some("order_row")
}

/// The rows of a document that are records of their own, in the order of their making.
pub fn of_document(desk: &Desk, object: &str, id: &str) -> Option<Value<'static>> {
    let table = desk.tables.get(apart(object)?);
    let is_of = |found: &&Found| found.body.get("of").and_then(Value::as_text) == Some(id);
    let row = |found: &Found| {
        let mut row = found.body.clone();
        row.remove("of");
        row.set(ROW, found.id.clone());
        Value::Map(row)
    };
    Some(Value::List(table.into_iter().flat_map(|table| table.values()).filter(is_of).map(row).collect()))
}

/// Gives new rows their ids, and takes those that are records of their own out of the document.
pub fn store(desk: &mut Desk, object: &str, id: &str, body: &mut Map<'static>, now: Timestamp) {
    let Some(Value::List(rows)) = body.get(LIST).cloned() else { return };
    let numbered = rows.into_iter().enumerate().map(|(n, row)| {
        let Value::Map(mut row) = row else { panic!("a row is a map") };
        if row.get(ROW).is_none() {
            row.set(ROW, format!("R{:02}{n}", desk.writes.len()));
        }
        row
    });
    let rows: Vec<Map> = numbered.collect();
    match apart(object) {
        None => body.set(LIST, Value::List(rows.into_iter().map(Value::Map).collect())),
        Some(row_object) => {
            body.remove(LIST);
            for mut row in rows {
                let row_id = text(&row, ROW);
                row.remove(ROW);
                row.set("of", id.to_owned());
                desk.save(row_object, &row_id, &json::write(&Value::Map(row)), now);
            }
        }
    }
}

fn text(row: &Map, name: &str) -> String {
    row.get(name).and_then(Value::plain).unwrap_or_default().into_owned()
}

fn observed_rows(observed: &Found) -> &[Value<'static>] {
    observed.body.get(LIST).and_then(Value::as_list).unwrap_or_default()
}

fn holds(row: &Value, written: &Value) -> bool {
    let Some(written) = written.as_map() else { return false };
    written.iter().all(|(name, value)| matches!(name, "of" | ROW) || row.get(name) == Some(value))
}

/// Whether the document has the rows that were written: those with ids as they were written, and one for each other.
pub fn hold(observed: &Found, written: &Value) -> bool {
    let rows = observed_rows(observed);
    let written = written.as_list().unwrap_or_default();
    rows.len() == written.len() && written.iter().all(|line| rows.iter().any(|row| holds(row, line)))
}

/// Plans the rows. Those inside the document are sent whole, with those that people made.
pub fn plan(ask: &PlanAsk<'_>, observed: &Found, changed: &mut Map) -> Vec<Step> {
    let Some(lines) = ask.lines.iter().find(|lines| lines.list == LIST) else { return Vec::new() };
    let Some(Value::List(mapped)) = changed.remove(LIST).map(Value::into_owned) else { return Vec::new() };
    let is_there = |id: &String| {
        observed_rows(observed).iter().any(|row| row.get(ROW).and_then(Value::as_text) == Some(id))
    };
    let linked = |n: usize| lines.rows.get(n).cloned().flatten().filter(&is_there);
    match apart(ask.object) {
        Some(row_object) => {
            let mut steps = Vec::new();
            for (n, line) in mapped.iter().enumerate() {
                let mut document = line.as_map().expect("a line is a map").borrow();
                let id = linked(n);
                let is_same =
                    |row: &Value| row.get(ROW).and_then(Value::as_text) == id.as_deref() && holds(row, line);
                if id.is_some() && observed_rows(observed).iter().any(is_same) {
                    continue;
                }
                document.set("of", observed.id.clone());
                let action = if id.is_some() { Action::Update } else { Action::Create };
                steps.push(of_row(step(action, row_object, id.as_deref(), &document)));
            }
            let gone = lines.gone.iter().filter(|id| is_there(id));
            steps.extend(gone.map(|id| of_row(step(Action::Delete, row_object, Some(id), &Map::new()))));
            steps
        }
        None => {
            let mut rows: Vec<Value> = Vec::new();
            for (n, line) in mapped.into_iter().enumerate() {
                let Value::Map(line) = line else { panic!("a line is a map") };
                let row = linked(n).and_then(|id| {
                    observed_rows(observed)
                        .iter()
                        .find(|row| row.get(ROW).and_then(Value::as_text) == Some(&*id))
                });
                let mut merged = row.and_then(Value::as_map).cloned().unwrap_or_default();
                line.into_iter().for_each(|(name, value)| merged.set(name, value));
                rows.push(Value::Map(merged));
            }
            let is_ours = |id: &str| {
                lines.rows.iter().flatten().any(|row| row == id) || lines.gone.iter().any(|row| row == id)
            };
            let others =
                observed_rows(observed).iter().filter(|row| !is_ours(&text(row.as_map().unwrap(), ROW)));
            rows.extend(others.cloned());
            if rows.as_slice() != observed_rows(observed) {
                changed.push(LIST, Value::List(rows));
            }
            Vec::new()
        }
    }
}

fn of_row(step: Step) -> Step {
    Step { row_of: Some(LIST.into()), ..step }
}

pub fn accomplished(step: &Step, observed: &Found) -> bool {
    let rows = observed_rows(observed);
    let has_id = |row: &Value| row.get(ROW).and_then(Value::as_text) == step.id.as_deref();
    let written = Value::Map(map(if step.document.is_empty() { "{}" } else { &step.document }));
    match step.action {
        Action::Create => rows.iter().any(|row| holds(row, &written)),
        Action::Delete => !rows.iter().any(has_id),
        _ => rows.iter().any(|row| has_id(row) && holds(row, &written)),
    }
}

/// As the contract says: the linked row, else the first unlinked one that holds what is mapped.
pub fn standing_for(lines: &DetailLines, mapped: &[Value<'_>], observed: &Found) -> Vec<Option<String>> {
    let ids: Vec<String> =
        observed_rows(observed).iter().map(|row| text(row.as_map().unwrap(), ROW)).collect();
    let linked = |n: usize| lines.rows.get(n).cloned().flatten().filter(|id| ids.contains(id));
    let mut rows: Vec<Option<String>> = (0..mapped.len()).map(linked).collect();
    for pass in [Pass::Whole, Pass::Rounded] {
        for (n, line) in mapped.iter().enumerate() {
            let free = |(row, id): &(&Value, &String)| {
                pass.is_row_of(lines, line, row, id) && !rows.contains(&Some((*id).clone()))
            };
            if rows[n].is_none() {
                rows[n] = observed_rows(observed).iter().zip(&ids).find(free).map(|(_, id)| id.clone());
            }
        }
    }
    rows
}

/// How a row is known again.
#[derive(Clone, Copy)]
enum Pass {
    /// It holds the whole line.
    Whole,
    /// What was rounded is told by the item alone, among the rows that a write of ours may have made.
    Rounded,
}

impl Pass {
    fn is_row_of(self, lines: &DetailLines, line: &Value, row: &Value, id: &String) -> bool {
        match self {
            Pass::Whole => holds(row, line),
            Pass::Rounded => {
                let is_alike = line.get("item").is_some_and(|item| row.get("item") == Some(item));
                is_alike && !lines.others.contains(id)
            }
        }
    }
}

pub fn step(action: Action, object: &str, id: Option<&str>, document: &Map) -> Step {
    Step {
        action,
        object: object.into(),
        id: id.map(str::to_owned),
        number: None,
        document: json::write(&Value::Map(document.borrow())),
        options: String::new(),
        row_of: None,
    }
}
