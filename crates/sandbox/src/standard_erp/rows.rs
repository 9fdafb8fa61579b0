//! The rows of details: new ones, and what an update does to those that are there.

use std::collections::BTreeMap;

use model::Map;

use super::answer::{Code, Refusal};
use super::check::{self, Rules};
use super::dictionary::{Detail, ENTRY_ID, Object, SEQ};
use super::ledger::{Origin, Row};
use super::switches as s;
use super::turn::Turn;
use super::write::without_nulls;

/// New rows in the order sent; ids that are sent with them say nothing.
pub fn added(
    turn: &mut Turn,
    rules: Rules,
    detail: &'static Detail,
    sent: &[Map<'static>],
) -> Result<Vec<Row>, Refusal> {
    sent.iter().map(|sent| new(turn, rules, detail, sent)).collect()
}

/// The rows of a detail after an update, and the ids of those that were sent, in that order. People at the screens
/// always change the rows they name and leave the others.
pub fn changed(
    turn: &mut Turn,
    rules: Rules,
    detail: &'static Detail,
    before: &[Row],
    sent: &[Map<'static>],
) -> Result<(Vec<Row>, Vec<String>), Refusal> {
    let way = match turn.origin {
        Origin::Interface => turn.switches.value(s::UPDATE_DETAILS).unwrap_or_default(),
        _ => "merge",
    };
    if way == "append" {
        let added = added(turn, rules, detail, sent)?;
        let ids = added.iter().map(|row| row.id.clone()).collect();
        return Ok(([before.to_vec(), added].concat(), ids));
    }
    let (mut rows, mut ids) = (if way == "merge" { before.to_vec() } else { Vec::new() }, Vec::new());
    for sent in sent {
        let row = match named(sent) {
            None => new(turn, rules, detail, sent)?,
            Some(id) => {
                let known = before
                    .iter()
                    .find(|row| row.id == id)
                    .ok_or_else(|| Refusal::new(Code::NoRecord, format!("{}[{id}]不存在", detail.label)))?;
                over(known, rules, detail, sent)?
            }
        };
        ids.push(row.id.clone());
        match rows.iter_mut().find(|other| other.id == row.id) {
            Some(place) => *place = row,
            None => rows.push(row),
        }
    }
    Ok((rows, ids))
}

/// That a bill has the rows it needs.
pub fn require(object: &Object, details: &BTreeMap<&'static str, Vec<Row>>) -> Result<(), Refusal> {
    let is_missing =
        |detail: &&Detail| detail.is_required && details.get(detail.name).is_none_or(Vec::is_empty);
    match object.details.iter().find(is_missing) {
        None => Ok(()),
        Some(detail) => Err(Refusal::new(Code::Missing, format!("{}至少要有一行", detail.label))),
    }
}

fn named(sent: &Map) -> Option<String> {
    let id = sent.get(ENTRY_ID)?.plain()?.trim().to_owned();
    (!id.is_empty()).then_some(id)
}

fn checked(detail: &'static Detail, sent: &Map, rules: Rules) -> Result<Map<'static>, Refusal> {
    check::fields(detail.fields, sent, |name| name == ENTRY_ID || name == SEQ, rules)
}

fn new(turn: &mut Turn, rules: Rules, detail: &'static Detail, sent: &Map) -> Result<Row, Refusal> {
    let fields = checked(detail, sent, rules)?;
    check::required(detail.fields, &fields)?;
    Ok(Row { id: turn.ledger.row_id(), fields: without_nulls(fields) })
}

fn over(known: &Row, rules: Rules, detail: &'static Detail, sent: &Map) -> Result<Row, Refusal> {
    let mut fields = known.fields.clone();
    for (name, value) in checked(detail, sent, rules)? {
        fields.set(name, value);
    }
    check::required(detail.fields, &fields)?;
    Ok(Row { id: known.id.clone(), fields: without_nulls(fields) })
}
