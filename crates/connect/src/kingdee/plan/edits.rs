//! What an update changes: the fields that differ from what is there, and the lines of its lists.

use contract::connector::{DetailLines, Found, PlanAsk};
use model::step::{Action, Step};
use model::{Cause, Map, Value, json};

use super::super::alike::{alike, member, part_alike};
use super::super::form::Form;
use super::super::query::fold::id_value;
use super::super::rows::{row_id, row_id_name, without};
use super::lines::{List, ListEdit};
use super::options::{GONE, KNOWN, Options};

/// The saves of an update.
#[derive(Debug, Default)]
pub struct Edits {
    removal: Option<Step>,
    update: Option<Step>,
    /// Whether the update has to go before the removal.
    update_first: bool,
}

impl Edits {
    pub fn is_empty(&self) -> bool {
        self.removal.is_none() && self.update.is_none()
    }

    /// Rows that have to go go first, so that what is new never stands beside what it replaces. But where none would
    /// stay, what is new comes first: an order must have a line at any time. And where the head changes: each save checks
    /// all of it, and what it refers to now may be forbidden since.
    pub fn in_order(self) -> impl Iterator<Item = Step> {
        let (first, then) = match self.update_first {
            false => (self.removal, self.update),
            true => (self.update, self.removal),
        };
        first.into_iter().chain(then)
    }
}

/// The saves that bring the changed fields over.
///
/// # Errors
/// What [`List::edit`] finds unsafe.
pub fn edits(form: &Form, ask: &PlanAsk<'_>, observed: &Found, options: &Options) -> Result<Edits, Cause> {
    let mut model = Map::new();
    model.push(form.id.clone(), id_value(&observed.id));
    let (mut update, mut gone, mut known) = (Vec::new(), Map::new(), Map::new());
    let mut changes_head = false;
    let has_gone = |name: &str| detail_lines(ask, name).is_some_and(|lines| !lines.gone.is_empty());
    let is_changed = |name: &str| ask.changed.iter().any(|changed| changed == name) || has_gone(name);
    for (name, value) in ask.mapped.iter().filter(|(name, _)| is_changed(name) && *name != form.id) {
        if let Some(lines) = lines_of(form, name, value) {
            let edit = list_edit(form, ask, observed, name, lines)?;
            if !edit.known.is_empty() {
                known.push(name.to_owned(), texts(&edit.known));
            }
            add_list(name, edit, &mut model, &mut update, &mut gone);
        } else if !is_there(form, name, value, observed) {
            changes_head = true;
            update.push(name.to_owned());
            if let (Some(entity), Value::Map(part)) = (form.entity(name), value) {
                update.extend(
                    part.iter().map(|(field, _)| field.to_owned()).filter(|field| *field != entity.id),
                );
            }
            model.push(name.to_owned(), value.borrow().into_owned());
        }
    }
    let step = |document: &Map, options: Map| Step {
        action: Action::Update,
        object: form.object.clone(),
        id: Some(observed.id.clone()),
        number: observed.number.clone(),
        document: json::write(&Value::Map(document.borrow())),
        options: json::write(&Value::Map(options)),
        row_of: None,
    };
    let returned = form.number.as_deref();
    let empties = gone.iter().any(|(name, ids)| rows_of(observed, name) == ids.as_list().map(<[Value]>::len));
    let removal = (!gone.is_empty()).then(|| {
        let document = remaining(form, observed, &gone);
        let mut options = options.save(&[], returned, true);
        options.push(GONE, gone);
        step(&document, options)
    });
    let update = (!update.is_empty()).then(|| {
        let mut options = options.save(&update, returned, false);
        if !known.is_empty() {
            options.push(KNOWN, known);
        }
        step(&model, options)
    });
    Ok(Edits { removal, update, update_first: empties || changes_head })
}

fn rows_of(observed: &Found, list: &str) -> Option<usize> {
    member(&observed.body, list).and_then(Value::as_list).map(<[Value]>::len)
}

/// Whether the document already holds the value. The id of a sub-head, which is not read, does not count.
fn is_there(form: &Form, name: &str, value: &Value, observed: &Found) -> bool {
    match (form.entity(name), value, observed.body.get(name)) {
        (Some(entity), Value::Map(part), Some(Value::Map(read))) => {
            part_alike(&without(part, &entity.id), read)
        }
        (_, value, read) => alike(value, read),
    }
}

/// The lines of a list, when the field is one: by its value, or by its name where the value is blank.
fn lines_of<'v>(form: &Form, name: &str, value: &'v Value<'v>) -> Option<&'v [Value<'v>]> {
    let is_list = form.entity(name).is_some_and(|entity| !entity.is_single);
    match value {
        Value::List(lines) if is_list || lines.iter().any(|line| line.as_map().is_some()) => Some(lines),
        blank if is_list && blank.is_blank() => Some(&[]),
        _ => None,
    }
}

fn list_edit(
    form: &Form,
    ask: &PlanAsk<'_>,
    observed: &Found,
    name: &str,
    mapped: &[Value<'_>],
) -> Result<ListEdit, Cause> {
    let plain = DetailLines { list: name.to_owned(), ..DetailLines::default() };
    let lines = detail_lines(ask, name).unwrap_or(&plain);
    let agreed = ask.agreed.and_then(|agreed| agreed.get(name)?.as_list()).unwrap_or_default();
    let observed = member(&observed.body, name).and_then(Value::as_list);
    List { form, lines, mapped, observed, agreed }.edit()
}

fn detail_lines<'l>(ask: &PlanAsk<'l>, name: &str) -> Option<&'l DetailLines> {
    ask.lines.iter().find(|lines| lines.list == name)
}

fn texts(ids: &[String]) -> Vec<Value<'static>> {
    ids.iter().cloned().map(Value::from).collect()
}

fn add_list(
    name: &str,
    edit: ListEdit,
    model: &mut Map<'static>,
    update: &mut Vec<String>,
    gone: &mut Map<'static>,
) {
    if !edit.rows.is_empty() {
        update.push(name.to_owned());
        update.extend(edit.fields);
        model.push(name.to_owned(), edit.rows);
    }
    if !edit.gone.is_empty() {
        gone.push(name.to_owned(), texts(&edit.gone));
    }
}

/// The document of a save that removes rows: by id every row that stays, of every list that is known of the document,
/// since rows that are not named are deleted (`protocols/kingdee.md §3.1`).
pub fn remaining(form: &Form, observed: &Found, gone: &Map) -> Map<'static> {
    let mut document = Map::new();
    document.push(form.id.clone(), id_value(&observed.id));
    for (name, rows) in observed.body.iter().filter_map(|(name, value)| Some((name, value.as_list()?))) {
        let is_list = form.entity(name).is_some() || rows.iter().any(|row| row.as_map().is_some());
        if !is_list {
            continue;
        }
        let id_name = row_id_name(form, name, rows);
        let goes = |id: &str| {
            let ids = gone.get(name).and_then(Value::as_list).unwrap_or_default();
            ids.iter().any(|gone| gone.as_text() == Some(id))
        };
        let ids = rows.iter().filter_map(|row| row.get(&id_name).and_then(row_id)).filter(|id| !goes(id));
        let rows: Vec<Value> = ids
            .map(|id| {
                let mut row = Map::with_capacity(1);
                row.push(id_name.clone(), id_value(&id));
                Value::Map(row)
            })
            .collect();
        document.push(name.to_owned(), rows);
    }
    document
}
