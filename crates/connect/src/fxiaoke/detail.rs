//! Detail objects (明细): rows under a master that are records of their own (`protocols/fxiaoke.md §4.5`, `§4.6`).
//!
//! In documents they stand under `details`, by detail object: `details.SalesOrderProductObj`. A create sends them with
//! their master. Afterwards each row is read by its master's id and written as a record of its own, because it is not
//! documented whether `details` in an update replaces, merges or appends rows, and `data/get` shows them for some old
//! objects only.

pub(super) mod masters;
pub(super) mod plan;
pub(super) mod read;
pub(super) mod rows;

use model::{Map, Value};

/// The document's member with its detail rows by detail object.
pub(super) const DETAILS: &str = "details";

/// The fields of an ask, told apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wants {
    /// The record's own.
    pub(super) own: Vec<String>,
    /// Detail objects and the fields of their rows; no fields where all are meant.
    pub(super) rows: Vec<(String, Vec<String>)>,
}

impl Wants {
    /// `details.SalesOrderProductObj.quantity` is a field of rows, everything else the record's own.
    pub(super) fn of(fields: &[String]) -> Wants {
        let mut wants = Wants::default();
        for field in fields {
            match detail_of(field) {
                Some((object, field)) => wants.add(object, field),
                None if field == DETAILS => {}
                None => wants.own.push(field.clone()),
            }
        }
        // No own fields would ask for all of them.
        if wants.own.is_empty() && !wants.rows.is_empty() {
            wants.own.push(super::record::ID.to_owned());
        }
        wants
    }

    fn add(&mut self, object: &str, field: Option<&str>) {
        let at = match self.rows.iter().position(|(known, _)| known == object) {
            Some(at) => at,
            None => {
                self.rows.push((object.to_owned(), Vec::new()));
                self.rows.len() - 1
            }
        };
        let fields = &mut self.rows[at].1;
        if let Some(field) = field.filter(|field| !fields.iter().any(|known| known == field)) {
            fields.push(field.to_owned());
        }
    }
}

/// Detail object and field of a dotted name below `details`.
fn detail_of(field: &str) -> Option<(&str, Option<&str>)> {
    let below = field.strip_prefix(DETAILS)?.strip_prefix('.')?;
    Some(match below.split_once('.') {
        Some((object, field)) => (object, Some(field)),
        None => (below, None),
    })
}

/// How the mapping names the list of a detail object.
pub(super) fn list_name(object: &str) -> String {
    format!("{DETAILS}.{object}")
}

/// The rows of a detail object in a document or record; `None` where the list is absent.
pub(super) fn rows_in<'v, 'a>(body: &'v Map<'a>, object: &str) -> Option<&'v [Value<'a>]> {
    body.get(DETAILS)?.get(object)?.as_list()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_below_details_are_asked_of_the_rows() {
        let fields = ["name", "details.SalesOrderProductObj.quantity", "details.SalesOrderProductObj.unit"];
        let fields: Vec<String> = fields.into_iter().map(str::to_owned).collect();
        let wants = Wants::of(&fields);
        assert_eq!(wants.own, ["name"]);
        assert_eq!(wants.rows, [("SalesOrderProductObj".into(), vec!["quantity".into(), "unit".into()])]);
        let only_rows = Wants::of(&fields[1..2]);
        assert_eq!(only_rows.own, ["_id"], "else all fields would be read");
        assert_eq!(Wants::of(&[]), Wants::default());
    }
}
