//! From the fields that are asked for to the columns of queries, and where each column's value goes in the document.
//!
//! A field may be asked for as a mapping names it: a key (`FName`), a reference with or without its member
//! (`FCreateOrgId.FNumber`, `FCreateOrgId`), a list or a field in it (`FT_BD_CUSTBANK`, `FT_BD_CUSTBANK.FBANKCODE`,
//! `FBANKCODE`), or an underscore name of another platform (`FCreateOrgId_FNumber`). Lists are read by queries of their
//! own, because two of them in one query would multiply each other's rows (`protocols/kingdee.md §5.3`).

use super::super::form::{Entity, Form, FormField, alias};

/// What is read of a form: one query for the head, one for each list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    pub head: Vec<Column>,
    pub lists: Vec<ListSelection>,
    /// Names asked for that neither the preset nor a description knows.
    pub unknown: Vec<String>,
}

/// One list of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListSelection {
    /// Under which the rows stand in the document.
    pub key: String,
    /// The member of a row that holds its id.
    pub id: String,
    /// Other spellings by which the id was asked for.
    pub id_as: Vec<String>,
    /// The row's id as a query names it.
    pub id_key: String,
    pub columns: Vec<Column>,
}

/// One column: its key in the query, and the places in the document (or row) that its value is put to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub key: String,
    /// Dotted, from the document's or row's root; none for columns that are read for the connector's own use.
    pub places: Vec<String>,
}

/// The columns for these fields. The head's own columns (id, number, name, dates, statuses) are always among them.
pub fn select(form: &Form, asked: &[String]) -> Selection {
    let mut selection = Selection { head: own_columns(form), lists: Vec::new(), unknown: Vec::new() };
    for name in asked {
        let name: Vec<&str> = name.split('.').filter(|part| part.trim().parse::<usize>().is_err()).collect();
        let Some((first, rest)) = name.split_first() else { continue };
        if let Some(entity) = form.entity(first) {
            selection.entity(entity, rest);
        } else {
            selection.field(form, first, rest);
        }
    }
    selection
}

fn own_columns(form: &Form) -> Vec<Column> {
    let mut columns = vec![Column { key: form.id.clone(), places: Vec::new() }];
    for key in form.own_fields() {
        put(&mut columns, key, None);
    }
    columns
}

/// The key of a field as a condition names it: lists are named by the field in them, references by their member.
pub fn condition_key(form: &Form, name: &str) -> String {
    let mut parts: Vec<&str> = name.split('.').filter(|part| part.trim().parse::<usize>().is_err()).collect();
    if parts.len() > 1 && form.entity(parts[0]).is_some() {
        parts.remove(0);
    }
    let Some((first, members)) = parts.split_first() else { return name.to_owned() };
    let field = form.field(first).or_else(|| form.owner(first).map(|(_, field)| field));
    match (field, alias(first)) {
        (None, Some((field, member))) if members.is_empty() => format!("{field}.{member}"),
        _ => column_key(first, field, members),
    }
}

impl Selection {
    /// Adds a column for the connector's own use; its place among the head's columns.
    pub fn also(&mut self, key: &str) -> usize {
        put(&mut self.head, key, None);
        let at = self.head.iter().position(|column| column.key.eq_ignore_ascii_case(key));
        at.expect("the column is there: it was just put")
    }

    /// A whole entity, or the field in it that `rest` names.
    fn entity(&mut self, entity: &Entity, rest: &[&str]) {
        match rest {
            [] if entity.is_single => {
                entity.fields.iter().for_each(|field| self.in_single(entity, &field.key, Some(field), &[]));
            }
            [] => {
                let list = self.list(entity);
                entity.fields.iter().for_each(|field| list.field(&field.key, Some(field), &[]));
            }
            [name, members @ ..] => self.in_entity(entity, name, members),
        }
    }

    fn in_entity(&mut self, entity: &Entity, name: &str, members: &[&str]) {
        if !entity.is_single && name.eq_ignore_ascii_case(&entity.id) {
            return self.list(entity).id_asked_as(name);
        }
        match (entity.field(name), alias(name)) {
            (None, Some((field, member))) => {
                let known = entity.field(field);
                match entity.is_single {
                    true => self.in_single(entity, field, known, &[member]),
                    false => self.list(entity).aliased(name, field, member),
                }
            }
            (field, _) => match entity.is_single {
                true => self.in_single(entity, name, field, members),
                false => self.list(entity).field(name, field, members),
            },
        }
    }

    /// A field of a sub-head: a column of the head's query, placed under the sub-head's name.
    fn in_single(&mut self, entity: &Entity, name: &str, field: Option<&FormField>, members: &[&str]) {
        let key = column_key(name, field, members);
        put(&mut self.head, &key, Some(format!("{}.{key}", entity.key)));
    }

    /// A name that is no entity's: a field of the head or of some entity, an alias, a row's id, or unknown.
    fn field(&mut self, form: &Form, name: &str, members: &[&str]) {
        if let Some(field) = form.field(name) {
            let key = column_key(name, Some(field), members);
            return put(&mut self.head, &key, Some(key.clone()));
        }
        if form.is_own_field(name) {
            return put(&mut self.head, name, Some(name.to_owned()));
        }
        if let Some((entity, _)) = form.owner(name) {
            return self.in_entity(entity, name, members);
        }
        if let Some(entity) = form.lists().find(|entity| name.eq_ignore_ascii_case(&entity.id_key())) {
            self.list(entity);
            return;
        }
        match alias(name) {
            Some((field, member)) => self.alias(form, name, field, member),
            None => {
                if members.is_empty() {
                    self.unknown.push(name.to_owned());
                }
                let key = column_key(name, None, members);
                put(&mut self.head, &key, Some(key.clone()));
            }
        }
    }

    /// `FCreateOrgId_FNumber`: in the shape of a write, and plain under the name it was asked by.
    fn alias(&mut self, form: &Form, name: &str, field: &str, member: &str) {
        match form.owner(field) {
            Some((entity, _)) if entity.is_single => {
                let key = format!("{field}.{member}");
                put(&mut self.head, &key, Some(format!("{}.{key}", entity.key)));
                put(&mut self.head, &key, Some(name.to_owned()));
            }
            Some((entity, _)) => self.list(entity).aliased(name, field, member),
            None => {
                let key = format!("{field}.{member}");
                put(&mut self.head, &key, Some(key.clone()));
                put(&mut self.head, &key, Some(name.to_owned()));
            }
        }
    }

    fn list(&mut self, entity: &Entity) -> &mut ListSelection {
        let at = self.lists.iter().position(|list| list.key == entity.key).unwrap_or_else(|| {
            self.lists.push(ListSelection {
                key: entity.key.clone(),
                id: entity.id.clone(),
                id_as: Vec::new(),
                id_key: entity.id_key(),
                columns: Vec::new(),
            });
            self.lists.len() - 1
        });
        &mut self.lists[at]
    }
}

impl ListSelection {
    fn id_asked_as(&mut self, name: &str) {
        if name != self.id && !self.id_as.iter().any(|known| known == name) {
            self.id_as.push(name.to_owned());
        }
    }

    fn field(&mut self, name: &str, field: Option<&FormField>, members: &[&str]) {
        let key = column_key(name, field, members);
        put(&mut self.columns, &key, Some(key.clone()));
    }

    fn aliased(&mut self, name: &str, field: &str, member: &str) {
        let key = format!("{field}.{member}");
        put(&mut self.columns, &key, Some(key.clone()));
        put(&mut self.columns, &key, Some(name.to_owned()));
    }
}

/// `FGroup` → `FGroup.FNumber` for a reference named without its member.
fn column_key(name: &str, field: Option<&FormField>, members: &[&str]) -> String {
    match (members, field.and_then(|field| field.member.as_deref())) {
        ([], Some(member)) => format!("{name}.{member}"),
        ([], None) => name.to_owned(),
        (members, _) => format!("{name}.{}", members.join(".")),
    }
}

/// Adds a place to the column of that key, and the column where it is new.
fn put(columns: &mut Vec<Column>, key: &str, place: Option<String>) {
    let column = match columns.iter_mut().position(|column| column.key.eq_ignore_ascii_case(key)) {
        Some(at) => &mut columns[at],
        None => {
            columns.push(Column { key: key.to_owned(), places: Vec::new() });
            columns.last_mut().expect("a column was just added")
        }
    };
    if let Some(place) = place.filter(|place| !column.places.contains(place)) {
        column.places.push(place);
    }
}

#[cfg(test)]
mod tests;
