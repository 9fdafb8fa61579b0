//! Detail rows that come with their master in a create or update (`protocols/fxiaoke.md` §4.5).

use serde_json::{Map, Value, json};

use super::draft::Draft;
use super::new_id;
use crate::fxiaoke::answer::Refusal;
use crate::fxiaoke::caller::Caller;
use crate::fxiaoke::crm::table::{Life, Row};
use crate::fxiaoke::crm::{Crm, Now, find};
use crate::fxiaoke::described::Object;
use crate::fxiaoke::switches;

/// One change of a detail row, checked.
pub enum Line {
    Add { object: &'static Object, draft: Draft },
    Change { object: &'static Object, row: Row },
    Remove { object: &'static Object, row: Row },
}

impl Line {
    fn object(&self) -> &'static Object {
        match self {
            Line::Add { object, .. } | Line::Change { object, .. } | Line::Remove { object, .. } => object,
        }
    }
}

impl Crm {
    /// The changes that `details` mean. For a new master (`master_id` is `None`) all rows are added; for an existing
    /// one the switch decides between replacing, merging and appending.
    pub fn draft_details(
        &self,
        master: &Object,
        details: &Value,
        master_draft: &Draft,
        master_id: Option<&str>,
        caller: &Caller,
    ) -> Result<Vec<Line>, Refusal> {
        let mut lines = Vec::new();
        let groups = match details {
            Value::Null => return Ok(lines),
            Value::Object(groups) => groups,
            _ => return Err(Refusal::parameter("details")),
        };
        for (name, rows) in groups {
            let object = find(name)?;
            if object.master().is_none_or(|(of, _)| of != master.name) {
                return Err(Refusal::parameter(&format!("{name} is not a detail of {}", master.name)));
            }
            let rows = rows.as_array().ok_or_else(|| Refusal::parameter(name))?;
            let kept: Vec<&Row> =
                master_id.map(|id| self.details_of(object, id).collect()).unwrap_or_default();
            let mut mentioned = Vec::new();
            for row in rows {
                let row = row.as_object().ok_or_else(|| Refusal::parameter(name))?;
                let known = self.mentioned(&kept, row)?;
                mentioned.extend(known.map(|row| row.id.clone()));
                lines.push(self.draft_line(object, row, known, master_draft, caller)?);
            }
            if master_id.is_some() && self.switches.is(switches::UPDATE_DETAILS, "replace") {
                lines.extend(
                    kept.iter()
                        .filter(|row| !mentioned.contains(&row.id))
                        .map(|row| Line::Remove { object, row: (*row).clone() }),
                );
            }
        }
        Ok(lines)
    }

    /// The detail rows of a master, voided ones included.
    pub fn details_of<'a>(
        &'a self,
        object: &'static Object,
        master_id: &'a str,
    ) -> impl Iterator<Item = &'a Row> {
        let (_, field) = object.master().expect("only details of a master are asked for");
        self.table(object).with_text(field.name, master_id)
    }

    /// The kept row that a sent one names by `_id`, unless rows are only ever appended.
    fn mentioned<'a>(&self, kept: &[&'a Row], sent: &Map<String, Value>) -> Result<Option<&'a Row>, Refusal> {
        let Some(id) = sent.get("_id").and_then(Value::as_str) else {
            return Ok(None);
        };
        if self.switches.is(switches::UPDATE_DETAILS, "append") {
            return Ok(None);
        }
        match kept.iter().find(|row| row.id == id) {
            Some(row) => Ok(Some(row)),
            None => Err(Refusal::not_found("details", id)),
        }
    }

    fn draft_line(
        &self,
        object: &'static Object,
        sent: &Map<String, Value>,
        known: Option<&Row>,
        master: &Draft,
        caller: &Caller,
    ) -> Result<Line, Refusal> {
        let (_, master_field) = object.master().expect("only details of a master are drafted");
        let mut sent = sent.clone();
        sent.shift_remove(master_field.name);
        let mut draft = self.draft(object, &sent, caller, known)?;
        if let Some(row) = known {
            return Ok(Line::Change { object, row: Row { fields: draft.fields, ..row.clone() } });
        }
        draft.owner = draft.owner.or_else(|| master.owner.clone());
        // The master's id is filled when it is known; until then it only counts as present.
        draft.fields.insert(master_field.name.into(), json!(""));
        self.check_required(object, &draft)?;
        Ok(Line::Add { object, draft })
    }

    /// Keeps the changes; the ids of the added rows by object, in the order they were sent.
    pub fn put_details(
        &mut self,
        lines: Vec<Line>,
        master_id: &str,
        life: Life,
        caller: &Caller,
        now: &mut Now,
    ) -> Map<String, Value> {
        let mut ids: Map<String, Value> = Map::new();
        let objects: Vec<&'static Object> = lines.iter().map(Line::object).collect();
        // One server makes all of them, so their ids follow their order.
        let added = lines.iter().filter(|line| matches!(line, Line::Add { .. })).count();
        let mut new_ids: Vec<String> = (0..added).map(|_| new_id(now)).collect();
        new_ids.sort_by(|one, other| other.cmp(one));
        for line in lines {
            match line {
                Line::Add { object, mut draft } => {
                    let (_, field) = object.master().expect("only details of a master are drafted");
                    draft.fields.insert(field.name.into(), json!(master_id));
                    let id = new_ids.pop().expect("an id was made for each row to add");
                    let row = self.new_row(object, id.clone(), draft, life, caller, now);
                    self.put(object, row, now);
                    if let Value::Array(list) = ids.entry(object.name).or_insert_with(|| json!([])) {
                        list.push(json!(id));
                    }
                }
                Line::Change { object, mut row } => {
                    row.touch(&caller.operator, now.ms);
                    self.put(object, row, now);
                }
                Line::Remove { object, mut row } => {
                    row.touch(&caller.operator, now.ms);
                    row.deleted = true;
                    self.put(object, row, now);
                }
            }
        }
        self.sum_each(&objects, master_id, caller, now);
        ids
    }

    /// Works out the sums that a master has of each kind of line that was written.
    fn sum_each(&mut self, lines: &[&'static Object], master_id: &str, caller: &Caller, now: &mut Now) {
        for (n, line) in lines.iter().enumerate() {
            if lines[..n].iter().all(|before| before.name != line.name) {
                self.sum_lines(line, &[master_id.to_string()], caller, now);
            }
        }
    }
}
