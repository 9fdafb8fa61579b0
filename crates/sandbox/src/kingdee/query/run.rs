//! Joins, filters, orders and cuts (`protocols/kingdee.md §5.1, §5.3`).

use std::cmp::Ordering;

use model::{Map, Value};

use super::column::{Column, Joined};
use super::expression::Comparable;
use super::narrow::candidates;
use super::print::Print;
use super::request::{Direction, Fields, Query};
use crate::kingdee::catalogue::FormMeta;
use crate::kingdee::fault::{Code, Fault};
use crate::kingdee::ledger::{Document, Ledger};
use crate::kingdee::turn::Turn;
use crate::switchboard::Switchboard;

/// The reply of ExecuteBillQuery: a list of rows, each a list of values in the order of the keys.
pub fn execute_bill_query(turn: &Turn, packet: &Map) -> Result<Value<'static>, Fault> {
    let query = Query::read(packet, turn.now())?;
    Ok(Value::List(rows(turn, &query)?.into_iter().map(Value::List).collect()))
}

/// All rows of a query, whatever limits hold for callers.
pub fn every_row(turn: &Turn, packet: &Map) -> Result<Value<'static>, Fault> {
    let query = Query::read(packet, turn.now())?;
    Ok(Value::List(part(turn, &query, (0, usize::MAX))?.into_iter().map(Value::List).collect()))
}

/// The reply of BillQuery: a list of objects by the keys as they were asked for.
pub fn bill_query(turn: &Turn, packet: &Map) -> Result<Value<'static>, Fault> {
    let query = Query::read(packet, turn.now())?;
    let named = rows(turn, &query)?.into_iter().map(|row| {
        let members = query.keys.iter().map(|key| key.clone().into()).zip(row);
        Value::Map(members.collect())
    });
    Ok(Value::List(named.collect()))
}

/// The rows of the page that was asked for.
fn rows(turn: &Turn, query: &Query) -> Result<Vec<Vec<Value<'static>>>, Fault> {
    part(turn, query, page(turn, query)?)
}

/// The rows from one place to another.
fn part(turn: &Turn, query: &Query, (start, end): (usize, usize)) -> Result<Vec<Vec<Value<'static>>>, Fault> {
    let ledger = &*turn.ledger;
    let print = Print::new(turn.switches);
    let columns = match &query.fields {
        Fields::Count => {
            let found = found(ledger, query, visible_until(turn), usize::MAX, turn.switches).len();
            return Ok(vec![vec![(found as i64).into()]]);
        }
        Fields::Columns(columns) => columns,
    };
    let found = found(ledger, query, visible_until(turn), end, turn.switches);
    let page = found.iter().take(end).skip(start);
    Ok(page
        .map(|row| {
            columns
                .iter()
                .map(|column| print.seen(column.value(ledger, row.joined()), column.kind()))
                .collect()
        })
        .collect())
}

/// The first row of the page and the row after its last one.
fn page(turn: &Turn, query: &Query) -> Result<(usize, usize), Fault> {
    let most = if turn.is("page_limit", "2000") { 2_000 } else { 10_000 };
    let limit = match query.limit {
        Some(limit) if limit > most && turn.is("over_limit", "error") => {
            let message = format!("参数Limit的值{limit}超过最大行数{most}");
            return Err(Fault::new(Code::Parameter, message));
        }
        Some(limit) => limit.min(most),
        None => most,
    };
    let end = query.start.saturating_add(limit);
    Ok((query.start, query.top.map_or(end, |top| top.min(end))))
}

/// Documents saved after this moment are not seen yet. By default there is no such moment, so that a clock that was
/// set back hides nothing.
fn visible_until(turn: &Turn) -> i64 {
    match turn.switches.value("visible_after_seconds") {
        Some("2") => turn.now_ms - 2_000,
        Some("10") => turn.now_ms - 10_000,
        _ => i64::MAX,
    }
}

/// A joined row that the condition holds for.
struct Found<'a> {
    form: &'static FormMeta,
    document: &'a Document,
    rows: Vec<Option<usize>>,
}

impl Found<'_> {
    fn joined(&self) -> Joined<'_> {
        Joined { form: self.form, document: self.document, rows: &self.rows }
    }
}

/// The rows in their order; as soon as the order of ids decides, no more than `enough`.
fn found<'a>(
    ledger: &'a Ledger,
    query: &Query,
    visible_until: i64,
    enough: usize,
    switches: &Switchboard,
) -> Vec<Found<'a>> {
    let entities = query.joined_entities();
    let by_id = is_by_id(query, switches);
    let mut found = Vec::new();
    for document in candidates(query.form, ledger.table(query.form), query.condition.as_ref()) {
        if document.created_ms > visible_until {
            continue;
        }
        let first = found.len();
        explode(query, ledger, document, &entities, &mut found);
        if by_id {
            sort(ledger, query, &mut found[first..]);
            if found.len() >= enough {
                break;
            }
        }
    }
    if !by_id {
        without_order(query, switches, &mut found);
        sort(ledger, query, &mut found);
    }
    found
}

/// Whether the order of ids is the order of the rows, so that reading may stop early.
fn is_by_id(query: &Query, switches: &Switchboard) -> bool {
    match query.order.first() {
        None => switches.is("row_order", "by-id"),
        Some((column, direction)) => column.is_document_id() && *direction == Direction::Ascending,
    }
}

/// The order that nobody asked for.
fn without_order(query: &Query, switches: &Switchboard, found: &mut [Found]) {
    if switches.is("row_order", "newest-first") {
        found.reverse();
    } else if switches.is("row_order", "by-number") {
        found.sort_by(|a, b| a.document.number(query.form).cmp(b.document.number(query.form)));
    }
}

fn sort(ledger: &Ledger, query: &Query, found: &mut [Found]) {
    if query.order.is_empty() || found.len() < 2 {
        return;
    }
    found.sort_by(|a, b| {
        let compare = |(column, direction): &(Column, Direction)| {
            let of = |row: &Found| {
                // A text borrows from the row, which outlives the comparison only as an owned key.
                Key::of(Comparable::of(column.value(ledger, row.joined()), column.kind()))
            };
            let order = of(a).cmp(&of(b));
            if *direction == Direction::Descending { order.reverse() } else { order }
        };
        query.order.iter().map(compare).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    });
}

/// A value to sort by; NULL is the smallest, as in SQL Server.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Null,
    Int(i64),
    Number(rust_decimal::Decimal),
    Text(String),
    Time(crate::kingdee::local_time::LocalTime),
}

impl Key {
    fn of(value: Option<Comparable>) -> Key {
        match value {
            None => Key::Null,
            Some(Comparable::Int(whole)) => Key::Int(whole),
            Some(Comparable::Number(number)) => Key::Number(number),
            Some(Comparable::Text(text)) => Key::Text(text.to_owned()),
            Some(Comparable::Time(time)) => Key::Time(time),
        }
    }
}

/// One document as LEFT JOINs show it: a row per combination of the rows of the joined entities; an entity without
/// rows contributes one empty row.
fn explode<'a>(
    query: &Query,
    ledger: &'a Ledger,
    document: &'a Document,
    entities: &[usize],
    found: &mut Vec<Found<'a>>,
) {
    let mut rows: Vec<Option<usize>> =
        query.form.entities.iter().map(|entity| entity.def.shape.is_single().then_some(0)).collect();
    let counts: Vec<usize> = entities.iter().map(|entity| document.rows[*entity].len()).collect();
    let mut chosen = vec![0; entities.len()];
    loop {
        for (n, entity) in entities.iter().enumerate() {
            rows[*entity] = (counts[n] > 0).then_some(chosen[n]);
        }
        let joined = Joined { form: query.form, document, rows: &rows };
        if query.condition.as_ref().is_none_or(|condition| condition.holds(ledger, joined) == Some(true)) {
            found.push(Found { form: query.form, document, rows: rows.clone() });
        }
        // Counts up like an odometer, the last entity fastest.
        let Some(next) = (0..entities.len()).rev().find(|n| chosen[*n] + 1 < counts[*n]) else { return };
        chosen[next] += 1;
        chosen[next + 1..].fill(0);
    }
}
