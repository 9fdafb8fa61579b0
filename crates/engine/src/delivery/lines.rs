//! Which row of the target stands for which line of the source.
//!
//! Line links are stored as soon as a row is known: by the answer that made it, or found in what is observed. A line of
//! the last agreement without a link is looked for by what was sent of it; that covers answers that were lost, crashes
//! between a write and its settlement, and documents from before us. So no line is ever written beside its own row.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use contract::connector::{DerivedRow, DetailLines, Found};
use contract::store::{LineChange, LinkChange, LinkRef, Settlement, SettlementBatch, StoreError};
use mapping::LineIds;
use model::attempt::CallRecord;
use model::step::{Action, Step};
use model::{LinkId, Map, Value};

use super::agreement::{Agreement, list_of};
use super::derive::know_rows;
use super::item::Item;
use super::plan::link_of;
use crate::lane::Work;
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// The lines of one detail list of a document, and what is known of their rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct ItemLines {
    /// As the mapping names it.
    pub list: String,
    /// The source's ids of the mapped lines, in order.
    pub ids: Vec<String>,
    /// The rows of the target by the ids of their lines, those of lines among them that are mapped no more.
    known: BTreeMap<String, String>,
    /// The rows that are known.
    rows: BTreeSet<String>,
    /// Rows that were found in this round and are not stored yet.
    found: Vec<(String, String)>,
    /// Rows that are no line's, as they stood before the last write that was to make some.
    pub others: Vec<String>,
    /// Rows that were derived from rows of the parent that no line names: nobody asked for them.
    strays: Vec<String>,
    /// Whether the system told which row was derived from which.
    is_told: bool,
    /// The lines whose rows the steps will make, in the order of the steps.
    to_make: VecDeque<String>,
}

impl ItemLines {
    pub fn of(lines: LineIds) -> ItemLines {
        let ids = lines.ids.into_iter().map(|id| id.into_owned()).collect();
        ItemLines { list: lines.list.to_owned(), ids, ..ItemLines::default() }
    }

    /// For each mapped line, in order, the row that is linked to it.
    pub fn rows(&self) -> Vec<Option<String>> {
        self.ids.iter().map(|id| self.known.get(id).cloned()).collect()
    }

    /// Rows that are to go: linked ones whose line is mapped no more, and what was derived for no line.
    pub fn gone(&self) -> Vec<String> {
        self.gone_lines().map(|(_, row)| row).chain(&self.strays).cloned().collect()
    }

    /// Whether a mapped line has no row that is known.
    pub fn lacks_rows(&self) -> bool {
        self.ids.iter().any(|id| !self.known.contains_key(id))
    }

    fn gone_lines(&self) -> impl Iterator<Item = (&String, &String)> {
        let here: BTreeSet<&String> = self.ids.iter().collect();
        self.known.iter().filter(move |(id, _)| !here.contains(id))
    }

    /// The rows of the mapped lines alone.
    fn known_here(&self) -> BTreeMap<String, String> {
        let row = |id: &String| Some((id.clone(), self.known.get(id)?.clone()));
        self.ids.iter().filter_map(row).collect()
    }

    /// A line that both sides agree on and whose row is not known.
    pub fn unrecognised(&self, agreed: Option<&Agreement>) -> Option<&str> {
        let is_known = |id: &str| self.known.contains_key(id);
        let unknown: BTreeSet<&str> =
            self.ids.iter().map(String::as_str).filter(|id| !is_known(id)).collect();
        let agreed = agreed.filter(|_| !unknown.is_empty())?.lines(&self.list)?;
        agreed.into_iter().find_map(|(id, _)| unknown.get(id).copied())
    }

    /// Learns which lines the steps make rows of; where that cannot be told, the read-back tells.
    pub fn expect(&mut self, steps: &VecDeque<Step>) {
        let makes =
            |step: &&Step| step.action == Action::Create && step.row_of.as_deref() == Some(&self.list);
        let without_row: VecDeque<String> =
            self.ids.iter().filter(|id| !self.known.contains_key(*id)).cloned().collect();
        self.to_make = match steps.iter().filter(makes).count() == without_row.len() {
            true => without_row,
            false => VecDeque::new(),
        };
    }

    /// The row that a step made.
    pub fn made(&mut self, row: Option<String>) {
        if let (Some(id), Some(row)) = (self.to_make.pop_front(), row) {
            self.learn(id, row);
        }
    }

    fn learn(&mut self, id: String, row: String) {
        if !self.known.contains_key(&id) && !self.rows.contains(&row) {
            self.found.push((id.clone(), row.clone()));
            self.link(id, row);
        }
    }

    /// Learns the rows that were derived, by the rows of the parent that they come from and that the lines name; in the
    /// order of the lines. Only where all of those are known can it be told which row was derived for no line.
    pub fn derived(&mut self, parents: &[Option<&str>], mut rows: Vec<DerivedRow>, all_known: bool) {
        self.is_told = !rows.is_empty();
        let named: Vec<(String, &str)> =
            self.ids.iter().cloned().zip(parents).filter_map(|(id, parent)| Some((id, (*parent)?))).collect();
        let asked: BTreeSet<&str> = named.iter().map(|(_, parent)| *parent).collect();
        for (id, parent) in &named {
            if self.known.contains_key(id) {
                continue;
            }
            let free = |row: &DerivedRow| row.from == *parent && !self.rows.contains(&row.id);
            if let Some(at) = rows.iter().position(free) {
                let row = rows.remove(at).id;
                self.learn(id.clone(), row);
            }
        }
        let is_stray =
            |row: &DerivedRow| all_known && !asked.contains(&*row.from) && !self.rows.contains(&row.id);
        self.strays = rows.into_iter().filter(is_stray).map(|row| row.id).collect();
    }

    fn link(&mut self, id: String, row: String) {
        self.rows.insert(row.clone());
        self.known.insert(id, row);
    }

    /// What was found and is to be stored.
    pub fn take_found(&mut self) -> Option<LineChange> {
        let pairs = std::mem::take(&mut self.found);
        (!pairs.is_empty()).then(|| LineChange { list: self.list.clone(), whole: false, pairs })
    }
}

/// Reads the line links of the items that are to be written, and looks for the rows of lines that have none. Gives the
/// calls made.
pub(crate) async fn know(
    seams: &Seams,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<Vec<CallRecord>, StoreError> {
    if !active.compiled.keeps_line_links() {
        return Ok(Vec::new());
    }
    let is_asked = |item: &Item| item.goes_on() && item.observed.is_some() && !item.lines.is_empty();
    let link = |item: &Item| item.link.as_ref().filter(|_| is_asked(item)).map(|link| link.id);
    let links: Vec<LinkId> = items.iter().filter_map(link).collect();
    let stored = if links.is_empty() { Vec::new() } else { seams.store.lines(&links).await? };
    let mut stored = stored.into_iter();
    for item in items.iter_mut().filter(|item| is_asked(item)) {
        let links = item.link.is_some().then(|| stored.next()).flatten().unwrap_or_default();
        for link in links {
            if let Some(lines) = item.lines.iter_mut().find(|lines| lines.list == link.list) {
                lines.link(link.line, link.row);
            }
        }
        item.read_agreement();
    }
    let calls = know_rows(seams, active, items).await?;
    for item in items.iter_mut().filter(|item| is_asked(item)) {
        let mut lines = std::mem::take(&mut item.lines);
        for lines in &mut lines {
            let agreed = item.agreed.as_ref();
            lines.others = agreed.map(|agreed| agreed.others(&lines.list)).unwrap_or_default();
            recognise(active, item, lines);
            lines.others = others(active, item, lines);
        }
        item.lines = lines;
    }
    Ok(calls)
}

/// Looks for the rows of agreed lines without a link, by what was agreed of them; in a document from before us, for those
/// of all lines.
fn recognise(active: &ActiveFlow, item: &Item, lines: &mut ItemLines) {
    let Some(observed) = &item.observed else { return };
    let agreed = item.agreed.as_ref().and_then(|agreed| agreed.lines(&lines.list));
    let any = Value::Map(Map::new());
    let rows = list_of(&observed.body, &lines.list).map(<[Value]>::len);
    let sought: Vec<(&str, &Value)> = match agreed {
        Some(agreed) => agreed,
        // Where the system cannot tell, rows that were derived are taken for those of the lines in their order, whatever
        // they hold; where there are not as many, some were derived before, and only what they hold tells.
        None if active.parent.is_some() && !lines.is_told && rows == Some(lines.ids.len()) => {
            lines.ids.iter().map(|id| (id.as_str(), &any)).collect()
        }
        None => {
            let mapped = list_of(&item.document, &lines.list).unwrap_or_default();
            lines.ids.iter().map(String::as_str).zip(mapped).collect()
        }
    };
    if sought.iter().all(|(id, _)| lines.known.contains_key(*id)) {
        return;
    }
    let rows = rows_of(active, lines, &sought, observed);
    let found = sought.iter().zip(rows).filter_map(|((id, _), row)| Some(((*id).to_owned(), row?)));
    let found: Vec<(String, String)> = found.collect();
    found.into_iter().for_each(|(id, row)| lines.learn(id, row));
}

/// The rows that are no line's: whatever is written next, it did not make them. None where it makes no row.
fn others(active: &ActiveFlow, item: &Item, lines: &ItemLines) -> Vec<String> {
    let Some(observed) = item.observed.as_ref().filter(|_| lines.lacks_rows()) else { return Vec::new() };
    let rows = list_of(&observed.body, &lines.list).map_or(0, <[Value]>::len);
    // A line of which nothing is asked takes any row that is free.
    let any = Value::Map(Map::new());
    let sought: Vec<(&str, &Value)> = vec![("", &any); rows];
    rows_of(active, lines, &sought, observed).into_iter().flatten().collect()
}

/// The observed rows of these lines, in order. All rows that are linked already are named, so that none is taken twice.
fn rows_of(
    active: &ActiveFlow,
    lines: &ItemLines,
    sought: &[(&str, &Value)],
    observed: &Found,
) -> Vec<Option<String>> {
    let named: BTreeSet<&str> = sought.iter().map(|(id, _)| *id).collect();
    let others = lines.known.keys().filter(|id| !named.contains(id.as_str()));
    let ids: Vec<&str> = sought.iter().map(|(id, _)| *id).chain(others.map(String::as_str)).collect();
    let mut values: Vec<Value> = sought.iter().map(|(_, value)| value.borrow()).collect();
    values.resize_with(ids.len(), Value::default);
    let key = active.compiled.lists().iter().find(|list| list.list == lines.list);
    let asked = DetailLines {
        list: lines.list.clone(),
        key: key.and_then(|list| list.key.clone()),
        rows: ids.iter().map(|id| lines.known.get(*id).cloned()).collect(),
        gone: Vec::new(),
        others: lines.others.clone(),
    };
    let object = active.flow().target.object.as_str();
    let target = &active.target;
    let mut rows = target.connector.rows(&target.connection, object, &asked, &values, observed);
    rows.resize(sought.len(), None);
    rows
}

/// The line links of an item that is through: as the target shows them, else as they are known. A row whose line is gone
/// and that is still there stays ours.
pub(super) fn settled(active: &ActiveFlow, item: &Item, found: Option<&Found>) -> Vec<LineChange> {
    let Some(found) = found.filter(|_| item.void.is_none()) else { return Vec::new() };
    let change = |lines: &ItemLines| {
        let mapped = list_of(&item.document, &lines.list).unwrap_or_default();
        let pairs = held(active, lines, mapped, found);
        LineChange { list: lines.list.clone(), whole: true, pairs }
    };
    item.lines.iter().map(change).collect()
}

/// Lines and their rows in a document that is as it is to be. A line without a row of its own holds that of a line that
/// is gone, where it says the same: then nothing had to be written.
fn held(active: &ActiveFlow, lines: &ItemLines, mapped: &[Value], found: &Found) -> Vec<(String, String)> {
    let nothing = Value::Null;
    let here: Vec<(&str, &Value)> = lines.ids.iter().map(String::as_str).zip(mapped).collect();
    let gone = lines.gone_lines().map(|(id, _)| (id.as_str(), &nothing));
    let all: Vec<(&str, &Value)> = here.iter().copied().chain(gone).collect();
    let mut rows = rows_of(active, lines, &all, found);
    if rows.iter().take(here.len()).any(Option::is_none) {
        let without_gone = ItemLines { known: lines.known_here(), ..lines.clone() };
        let again = rows_of(active, &without_gone, &here, found);
        rows.iter_mut().zip(again).for_each(|(row, again)| *row = again.or(row.take()));
    }
    let mut taken = BTreeSet::new();
    let pair = |(at, ((id, _), row)): (usize, (&(&str, &Value), Option<String>))| {
        let known = || lines.known.get(*id).filter(|_| at < here.len()).cloned();
        let row = row.or_else(known)?;
        taken.insert(row.clone()).then(|| ((*id).to_owned(), row))
    };
    all.iter().zip(rows).enumerate().filter_map(pair).collect()
}

/// Stores the rows that were found, before anything is written: what is written next may be lost again.
pub(super) async fn keep_found(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<(), StoreError> {
    let at = work.seams.clock.now();
    let mut settlements = Vec::new();
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        let lines: Vec<LineChange> = item.lines.iter_mut().filter_map(ItemLines::take_found).collect();
        if lines.is_empty() {
            continue;
        }
        let link = match &item.link {
            Some(link) => LinkRef::Known(link.id),
            None => link_of(active, item),
        };
        let link = Some(LinkChange { link, fill: None, agreed: None, lines });
        settlements.push(Settlement { link, ..item.round(at) });
    }
    if settlements.is_empty() {
        return Ok(());
    }
    let batch = SettlementBatch { at, settlements, calls: Vec::new() };
    work.seams.store.settle(&work.lease(), batch).await.map(|_| ())
}
