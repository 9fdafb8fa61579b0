//! Reading documents: the head's query, one query for each list, and the two folded together.
//!
//! Every page of heads is completed before it is given out: its lists are read for exactly the ids on it, page by page
//! under a keyset of (document id, row id) (`protocols/kingdee.md §5.4`).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use contract::connector::{CountAsk, Found, LookupAsk, Page, PageAsk, Refusal};
use model::{AnswerClass, Cause, Timestamp, Value};

use super::call::Api;
use super::files::listing;
use super::form::Form;
use super::query::columns::{self, ListSelection, Selection};
use super::query::fold::Fold;
use super::query::{Query, Row, filter};
use super::zone::Zone;

/// Ids of one condition: more would make the request too long for some gateways.
const IDS_AT_ONCE: usize = 500;
/// The page size that every version takes.
const ROWS: usize = 2000;

/// One form as it is read now.
pub struct Reading<'r> {
    pub api: &'r Api<'r>,
    pub form: &'r Form,
    pub selection: Selection,
    /// The files that are read along.
    pub files: listing::Asked,
    pub zone: Zone,
}

impl<'r> Reading<'r> {
    pub async fn new(api: &'r Api<'r>, form: &'r Form, fields: &[String]) -> Reading<'r> {
        let (files, fields) = listing::Asked::of(form, fields);
        Reading { api, form, selection: columns::select(form, &fields), files, zone: api.zone().await }
    }

    /// One page of a window.
    ///
    /// # Errors
    /// Class `config` for a filter that cannot stand safely beside ours, else what the server answered.
    pub async fn page(&self, ask: &PageAsk<'_>) -> Result<Page, Refusal> {
        let user = self.user_filter(ask.filter)?;
        let window = self.window(ask.from, ask.to);
        let after = ask.after.map(|id| format!("{} > {}", self.form.id, filter::id_literal(id)));
        let condition = filter::all([user, &window, after.as_deref().unwrap_or_default()]);
        // A server that clips a longer page would make it look like the last one.
        let size = ask.size.clamp(1, ROWS);
        let rows = self.heads(&condition, size).await?;
        let next = (rows.len() >= size).then(|| rows.last().and_then(|row| row.first()?.plain())).flatten();
        let next = next.map(|id| id.trim().to_owned());
        Ok(Page { found: self.documents(&rows).await?, next })
    }

    /// The documents of these ids that exist.
    ///
    /// # Errors
    /// What the server answered.
    pub async fn get(&self, ids: &[String]) -> Result<Vec<Found>, Refusal> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(IDS_AT_ONCE) {
            let rows = self.heads(&filter::ids(&self.form.id, ids), ROWS).await?;
            if rows.iter().any(|row| id_of(row).is_none_or(|id| !ids.contains(&id))) {
                return Err(self.of_another());
            }
            found.extend(self.documents(&rows).await?);
        }
        Ok(found)
    }

    /// How many documents were changed last in the span, to the second.
    ///
    /// # Errors
    /// Class `config` for a filter that cannot stand safely beside ours, else what the server answered.
    pub async fn count(&self, ask: &CountAsk<'_>) -> Result<u64, Refusal> {
        let user = self.user_filter(ask.filter)?;
        let condition = filter::all([user, &self.changed_last(ask.from, ask.to)]);
        let keys = ["COUNT(1)".to_owned()];
        let query = Query { form: &self.form.object, keys: &keys, filter: &condition, order: "", limit: 1 };
        let rows = query.rows(self.api).await?;
        let told =
            rows.first().and_then(|row| row.first()?.plain()).and_then(|count| count.trim().parse().ok());
        told.ok_or_else(|| self.of_another())
    }

    /// What came is the answer to another query: it does not say what there is, nor that there is nothing.
    fn of_another(&self) -> Refusal {
        Refusal::new(AnswerClass::Transient, Cause::new("kingdee.not_rows").with("object", &self.form.object))
    }

    /// For each key, in order, the documents that have it.
    ///
    /// # Errors
    /// What the server answered.
    pub async fn lookup(mut self, ask: &LookupAsk<'_>) -> Result<Vec<Vec<Found>>, Refusal> {
        let by: Vec<String> = ask.by.iter().map(|name| columns::condition_key(self.form, name)).collect();
        let at: Vec<usize> = by.iter().map(|key| self.selection.also(key)).collect();
        let mut rows: Vec<Row> = Vec::new();
        for keys in ask.keys.chunks(IDS_AT_ONCE) {
            rows.extend(self.all_heads(&keys_condition(&by, keys)).await?);
        }
        let has = |row: &Row, key: &[String]| at.iter().zip(key).all(|(at, text)| same(row.get(*at), text));
        if !rows.is_empty() && !rows.iter().any(|row| ask.keys.iter().any(|key| has(row, key))) {
            return Err(self.of_another());
        }
        let found = self.documents(&rows).await?;
        let places: BTreeMap<&str, usize> =
            found.iter().enumerate().map(|(place, document)| (&*document.id, place)).collect();
        let with_key = |key: &Vec<String>| {
            let ids = rows.iter().filter(|row| has(row, key)).filter_map(id_of);
            let hits: BTreeSet<usize> = ids.filter_map(|id| places.get(&*id).copied()).collect();
            hits.into_iter().map(|place| found[place].clone()).collect()
        };
        Ok(ask.keys.iter().map(with_key).collect())
    }

    /// The window as a condition: any of the form's dates in it, to the second, closed on both ends. Blank where the
    /// form has no dates.
    fn window(&self, from: Timestamp, to: Timestamp) -> String {
        let settings = &self.api.settings;
        let upper = settings.date_literal(&self.zone.second_after(to));
        let lower = settings.date_literal(&self.zone.second(from));
        let of_date = |date: &String| match from.0 > 0 {
            true => format!("{date} >= {lower} and {date} <= {upper}"),
            false => format!("{date} <= {upper}"),
        };
        let dates: Vec<String> = self.form.changed_by.iter().map(of_date).collect();
        filter::any(dates.iter().map(String::as_str))
    }

    /// The span as a condition on the latest of the form's dates, which is a document's version: one of them is in it or
    /// behind it, and none behind it. Other than in a window, every document is in one span of those that follow each
    /// other. Dates of what has not happened yet are null (§5.5).
    fn changed_last(&self, from: Timestamp, to: Timestamp) -> String {
        let settings = &self.api.settings;
        let end = settings.date_literal(&self.zone.second_after(Timestamp(to.0.saturating_add(1))));
        let begin = settings.date_literal(&self.zone.second(from));
        let dates = &self.form.changed_by;
        let begun: Vec<String> = match from.0 > 0 {
            true => dates.iter().map(|date| format!("{date} >= {begin}")).collect(),
            false => Vec::new(),
        };
        let over = dates.iter().map(|date| format!("{date} < {end} or {date} is null"));
        let over: Vec<String> = over.collect();
        let begun = filter::any(begun.iter().map(String::as_str));
        filter::all(std::iter::once(begun.as_str()).chain(over.iter().map(String::as_str)))
    }

    /// The condition of the flow, checked.
    fn user_filter<'f>(&self, filter: Option<&'f str>) -> Result<&'f str, Refusal> {
        let object = &self.form.object;
        filter::checked(filter.unwrap_or_default())
            .map_err(|cause| Refusal::new(AnswerClass::Config, cause.with("object", object)))
    }

    async fn heads(&self, condition: &str, limit: usize) -> Result<Vec<Row>, Refusal> {
        let keys: Vec<String> = self.selection.head.iter().map(|column| column.key.clone()).collect();
        let order = format!("{} ASC", self.form.id);
        let query = Query { form: &self.form.object, keys: &keys, filter: condition, order: &order, limit };
        query.rows(self.api).await
    }

    /// The heads of all pages. A condition on a field of a list repeats heads, so that a page may end inside a
    /// document: its rows are left to the next page.
    async fn all_heads(&self, condition: &str) -> Result<Vec<Row>, Refusal> {
        let mut all: Vec<Row> = Vec::new();
        let mut after = String::new();
        loop {
            let mut rows = self.heads(&filter::all([condition, &after]), ROWS).await?;
            let is_last = rows.len() < ROWS;
            if !is_last {
                let last = rows.last().and_then(id_of);
                let whole = rows.iter().position(|row| id_of(row) == last).filter(|at| *at > 0);
                rows.truncate(whole.unwrap_or(rows.len()));
            }
            let Some(last) = rows.last().and_then(id_of).filter(|_| !is_last) else {
                all.extend(rows);
                return Ok(all);
            };
            after = format!("{} > {}", self.form.id, filter::id_literal(&last));
            all.extend(rows);
        }
    }

    /// The documents of these heads, with their lists.
    async fn documents(&self, heads: &[Row]) -> Result<Vec<Found>, Refusal> {
        let mut fold = Fold::new(self.form, &self.selection, &self.zone);
        heads.iter().for_each(|row| fold.head(row));
        let ids = fold.ids();
        for (at, list) in self.selection.lists.iter().enumerate() {
            for ids in ids.chunks(IDS_AT_ONCE) {
                self.list_rows(list, ids, |row| fold.row(at, row)).await?;
            }
        }
        let mut found = fold.finish();
        self.files.put(self.api, &self.form.object, &mut found).await?;
        Ok(found)
    }

    /// All rows of one list of these documents.
    async fn list_rows(
        &self,
        list: &ListSelection,
        ids: &[String],
        mut take: impl FnMut(&Row),
    ) -> Result<(), Refusal> {
        let (id, row_id) = (&self.form.id, &list.id_key);
        let own = [id.clone(), row_id.clone()];
        let keys: Vec<String> =
            own.into_iter().chain(list.columns.iter().map(|column| column.key.clone())).collect();
        let order = format!("{id} ASC,{row_id} ASC");
        let these = filter::ids(id, ids);
        let mut after = String::new();
        loop {
            let condition = filter::all([&*these, &*after]);
            let query = Query {
                form: &self.form.object,
                keys: &keys,
                filter: &condition,
                order: &order,
                limit: ROWS,
            };
            let rows = query.rows(self.api).await?;
            rows.iter().for_each(&mut take);
            let last = rows.last().filter(|_| rows.len() >= ROWS);
            let Some((row, document)) = last.and_then(|row| Some((row, id_of(row)?))) else { return Ok(()) };
            // A document without rows has a null in place of a row's id.
            let row = row.get(1).and_then(Value::plain).unwrap_or_else(|| "0".into());
            let (document, row) = (filter::id_literal(&document), filter::id_literal(row.trim()));
            after = format!("{id} > {document} or ({id} = {document} and {row_id} > {row})");
        }
    }
}

fn id_of(row: &Row) -> Option<String> {
    row.first()?.plain().map(|id| id.trim().to_owned())
}

/// The condition for these keys: `in` for one field, else a list of alternatives.
fn keys_condition(by: &[String], keys: &[Vec<String>]) -> String {
    if let [only] = by {
        return filter::texts(only, keys.iter().filter_map(|key| key.first()).map(String::as_str));
    }
    let of_key = |key: &Vec<String>| {
        let parts: Vec<String> =
            by.iter().zip(key).map(|(field, text)| format!("{field} = {}", filter::literal(text))).collect();
        parts.join(" and ")
    };
    let alternatives: Vec<String> = keys.iter().map(of_key).collect();
    filter::any(alternatives.iter().map(String::as_str))
}

/// The text with full-width letters, digits and signs as half-width ones, which Chinese collations take for the same.
fn half_width(text: &str) -> Cow<'_, str> {
    match text.chars().any(|letter| matches!(letter, '\u{ff01}'..='\u{ff5e}' | '\u{3000}')) {
        true => text.chars().map(narrowed).collect(),
        false => text.into(),
    }
}

fn narrowed(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter),
        '\u{3000}' => ' ',
        letter => letter,
    }
}

/// Whether a cell is what a key asks for, as the server compares: without regard to case, width and blanks around, numbers
/// by value.
fn same(cell: Option<&Value>, text: &str) -> bool {
    let Some(cell) = cell.and_then(Value::plain) else { return false };
    let (cell, text) = (half_width(cell.trim()), half_width(text.trim()));
    let (cell, text) = (&*cell, &*text);
    let canonical = |text: &str| model::Number::parse(text.to_owned()).map(|number| number.canonical());
    cell.to_lowercase() == text.to_lowercase()
        || canonical(cell).is_some_and(|cell| canonical(text) == Some(cell))
}
