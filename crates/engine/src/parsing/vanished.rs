//! Lines that are gone from their bill. An object that a bill is split into (拆分类型) has each of them as a record of its own,
//! and of a line that is there no more nothing is pushed.
//!
//! What is gone is told by the bill as it was known: so only where the bill itself is an object of the connection, too,
//! and its pushes are read. Nothing is told by a poll, whose pages hold what changed and not what was removed.

use std::collections::BTreeSet;

use model::connection::Connection;
use model::object::{Object, Part};
use model::record::RecordKey;
use model::{Map, Value};

/// Before the name of a header's field, in a record that is a line.
const MASTER: &str = "master";

/// The objects that lines of the bill are records of, each with the list that it has them from.
fn splits<'c>(connection: &'c Connection, bill: &'c Object) -> impl Iterator<Item = (&'c Object, &'c str)> {
    let others = connection.objects.iter();
    let others = others.filter(move |other| bill.part == Part::Bill && other.code == bill.code);
    others.filter_map(move |other| match &other.part {
        Part::Lines(list) if bill.detail(list).is_some() => Some((&**other, list.as_str())),
        _ => None,
    })
}

/// The ids of the lines in a list of a bill; `None` for a list that is not there.
fn ids<'b>(body: &'b Map<'_>, list: &str, id: &str) -> Option<BTreeSet<&'b str>> {
    let rows = body.get(list)?.as_list().unwrap_or_default();
    Some(rows.iter().filter_map(|row| text(row.get(id)?)).collect())
}

/// A text or number, as it is written.
fn text<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    let text = match value {
        Value::Number(number) => number.as_str(),
        other => other.as_text()?,
    };
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// All lines that the bill had, for looking them up.
pub(super) fn lines(connection: &Connection, bill: &Object, known: &Map<'_>) -> Vec<RecordKey> {
    gone(connection, bill, known, &Map::new(), true).into_iter().map(|(_, key)| key).collect()
}

/// The lines that a bill had as it was known and has no more, each with its object. A list that did not come says nothing,
/// unless the bill is void: its lines are, then.
pub(super) fn gone<'c>(
    connection: &'c Connection,
    bill: &'c Object,
    known: &Map<'_>,
    came: &Map<'_>,
    void: bool,
) -> Vec<(&'c Object, RecordKey)> {
    let mut gone = Vec::new();
    for (lines, list) in splits(connection, bill) {
        let before = ids(known, list, &lines.id).unwrap_or_default();
        let now = match ids(came, list, &lines.id) {
            Some(now) => now,
            None if void => BTreeSet::new(),
            None => continue,
        };
        let key = |id: &&str| (lines, RecordKey::new(&connection.name, &lines.name, *id));
        gone.extend(before.difference(&now).map(key));
    }
    gone
}

/// Whether the line, as it is known, is still one of that bill: it may have been moved to another.
pub(super) fn is_of(line: &Map<'_>, bill: &Object, id: &str) -> bool {
    line.get(MASTER).and_then(|master| text(master.get(&bill.id)?)) == Some(id)
}

/// Whether lines are as new as their bill: they have the header's version.
pub(super) fn is_of_header(lines: &Object, bill: &Object) -> bool {
    let of_header = lines.version.as_deref().and_then(|field| field.strip_prefix(MASTER)?.strip_prefix('.'));
    of_header.is_some() && of_header == bill.version.as_deref()
}
