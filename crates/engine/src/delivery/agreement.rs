//! What both sides last agreed on, as the link keeps it: the mapped fields, and which lines stand in their lists.
//!
//! It holds more than was settled: from the moment a write goes out also what that write brings, and the lines whose
//! removal has not been settled. So a line that was written and never answered for is still known as ours.

use std::collections::BTreeSet;

use contract::connector::Found;
use model::link::Link;
use model::{Hash, Map, Path, Value, json};

use super::item::Item;
use super::lines::ItemLines;
use super::two_way::{self, SIDES};
use crate::setup::ActiveFlow;

/// The last agreement of a link.
#[derive(Debug, Clone)]
pub(crate) struct Agreement {
    /// The mapped document.
    pub fields: Map<'static>,
    /// For each list, the source's ids of its lines, in the order in which they stand in the document.
    ids: Map<'static>,
    /// For each list in which an open write was to make rows, those that were there before and are no line's.
    others: Map<'static>,
    /// The status that the document had before an open write, where the flow names none: a write that took it back
    /// (un-audited) and came to nothing leaves it to be restored.
    pub status: Option<String>,
    /// Whether the document was closed before an open write, where the flow leaves that to people: a write that opened
    /// it and came to nothing leaves it to be closed again.
    pub closed: bool,
}

/// How a document stood before the first write that is not settled, as far as the flow leaves it to people.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Standing {
    status: Option<String>,
    closed: bool,
}

/// Members of the stored text that are no fields, and that no target field is called: the ids of lines, the rows of
/// others, and how the document stood.
const LINES: &str = "$lines";
const OTHERS: &str = "$others";
const STATUS: &str = "$status";
const CLOSED: &str = "$closed";

impl Agreement {
    pub fn of(link: Option<&Link>) -> Option<Agreement> {
        let Value::Map(mut fields) = json::read(link?.agreed.fields.as_deref()?).ok()?.into_owned() else {
            return None;
        };
        let mut lists = |name| match fields.remove(name) {
            Some(Value::Map(lists)) => lists,
            _ => Map::new(),
        };
        let (ids, others) = (lists(LINES), lists(OTHERS));
        let status = fields.remove(STATUS).and_then(|status| Some(status.as_text()?.to_owned()));
        let closed = fields.remove(CLOSED).is_some();
        fields.remove(SIDES);
        Some(Agreement { fields, ids, others, status, closed })
    }

    /// The rows of a list that stood there before an open write and are no line's.
    pub fn others(&self, list: &str) -> Vec<String> {
        let rows = self.others.get(list).and_then(Value::as_list).unwrap_or_default();
        rows.iter().filter_map(|row| Some(row.as_text()?.to_owned())).collect()
    }

    /// The agreed lines of a list with their ids; `None` where their ids were not kept.
    pub fn lines(&self, list: &str) -> Option<Vec<(&str, &Value<'static>)>> {
        let ids = self.ids.get(list)?.as_list()?.iter().filter_map(Value::as_text);
        Some(ids.zip(list_of(&self.fields, list).unwrap_or_default()).collect())
    }
}

/// A list of a document by its dotted name.
pub(super) fn list_of<'m, 'a>(document: &'m Map<'a>, list: &str) -> Option<&'m [Value<'a>]> {
    let mut segments = list.split('.');
    let first = document.get(segments.next()?)?;
    segments.try_fold(first, |value, name| value.get(name))?.as_list()
}

/// What the target may hold of us once the first step has gone out, as JSON text: the document, with the lines of the
/// last agreement that it no longer has. `None` leaves what is known: voiding writes no field.
pub(super) fn may_hold(active: &ActiveFlow, item: &Item) -> Option<String> {
    item.void.is_none().then(|| {
        let mut content = content(active, item, &|_| true);
        let rows =
            |lines: &ItemLines| Value::List(lines.others.iter().map(|row| row.clone().into()).collect());
        let with_others = item.lines.iter().filter(|lines| !lines.others.is_empty());
        let others: Map = with_others.map(|lines| (lines.list.as_str().into(), rows(lines))).collect();
        if !others.is_empty() {
            content.push(OTHERS, others);
        }
        let standing = standing(active, item);
        if let Some(status) = standing.status {
            content.push(STATUS, status);
        }
        if standing.closed {
            content.push(CLOSED, true);
        }
        if let Some(sides) = two_way::as_it_was(active, item) {
            content.push(SIDES, sides);
        }
        json::write(&Value::Map(content))
    })
}

/// What to come back to: how it stood before the first write that is not settled.
fn standing(active: &ActiveFlow, item: &Item) -> Standing {
    let target = &active.flow().target;
    let known = active.target.object(target.object.as_str()).statuses;
    let open = item.agreed.as_ref().and_then(|agreed| agreed.status.clone());
    let status = open.or_else(|| item.observed.as_ref()?.status.clone());
    let was_closed = item.agreed.as_ref().is_some_and(|agreed| agreed.closed);
    let is_closed = item.observed.as_ref().is_some_and(|observed| observed.closed == Some(true));
    Standing {
        status: status.filter(|status| target.status.is_none() && known.contains(status)),
        closed: item.closed.is_none() && (was_closed || is_closed),
    }
}

/// What both sides agree on once the item is through, as JSON text. A list that is left alone stays as it was.
pub(super) fn settled(active: &ActiveFlow, item: &Item, read_back: Option<&Found>) -> Option<String> {
    let is_absent = |list: &str| list_of(&item.document, list).is_none();
    item.void.is_none().then(|| {
        let mut content = content(active, item, &is_absent);
        if let Some(sides) = two_way::settled(active, item, read_back) {
            content.push(SIDES, sides);
        }
        json::write(&Value::Map(content))
    })
}

/// The document with the ids of its lines. Of the lists for which `keeps` holds, the agreed lines that are mapped no more
/// are kept.
fn content<'i>(active: &'i ActiveFlow, item: &'i Item, keeps: &dyn Fn(&str) -> bool) -> Map<'i> {
    let mut document = item.document.borrow();
    let mut ids = Map::new();
    for list in active.compiled.lists() {
        let mut lines = Vec::new();
        let gone = if keeps(&list.list) { gone(item, &list.list, list.key.as_deref()) } else { Vec::new() };
        let has_gone = !gone.is_empty();
        let mut line_ids = ids_of(item, &list.list);
        if has_gone {
            lines.extend(list_of(&item.document, &list.list).unwrap_or_default().iter().map(Value::borrow));
        }
        for (id, line) in gone {
            line_ids.extend(id);
            lines.push(line.borrow());
        }
        if list.has_ids && (has_gone || list_of(&item.document, &list.list).is_some()) {
            ids.push(&*list.list, Value::List(line_ids.into_iter().map(Value::from).collect()));
        }
        if let Some(path) = Path::parse(&list.list).filter(|_| has_gone) {
            path.set(&mut document, Value::List(lines));
        }
    }
    if !ids.is_empty() {
        document.push(LINES, ids);
    }
    document
}

fn ids_of<'i>(item: &'i Item, list: &str) -> Vec<&'i str> {
    let lines = item.lines.iter().find(|lines| lines.list == list);
    lines.map(|lines| lines.ids.iter().map(String::as_str).collect()).unwrap_or_default()
}

/// The agreed lines that the document has no more, told apart by their ids or by their key.
fn gone<'i>(item: &'i Item, list: &str, key: Option<&str>) -> Vec<(Option<&'i str>, &'i Value<'static>)> {
    let Some(agreed) = &item.agreed else { return Vec::new() };
    if let Some(lines) = agreed.lines(list) {
        let here: BTreeSet<&str> = ids_of(item, list).into_iter().collect();
        let is_gone = |(id, _): &(&str, _)| !here.contains(id);
        return lines.into_iter().filter(is_gone).map(|(id, line)| (Some(id), line)).collect();
    }
    let (Some(key), Some(before)) = (key, list_of(&agreed.fields, list)) else { return Vec::new() };
    let named = |line: &Value| Hash::of(line.get(key).unwrap_or(&Value::Null));
    let here: BTreeSet<Hash> = list_of(&item.document, list).unwrap_or_default().iter().map(named).collect();
    let is_gone = |line: &&Value| !here.contains(&named(line));
    before.iter().filter(is_gone).map(|line| (None, line)).collect()
}
