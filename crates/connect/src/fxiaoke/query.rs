//! Queries: filters that are all to hold, an order, the fields wanted (`protocols/fxiaoke.md §4.4`).
//!
//! Long lists are read by keyset: in the order of `_id`, each page with `_id` greater than the last one seen and the
//! offset left at 0. So the vendor's end of offsets at 10000 is never met, and records with equal modification times
//! are not told apart by anything that two of them could share.

use contract::connector::Refusal;
use model::{AnswerClass, Cause, Map, Value};

use super::answer::whole_number;
use super::call::{Kind, Session};
use super::path::Act;

/// Most rows of one page, and most values in one `IN` (§4.4).
pub(super) const MOST: usize = 100;

/// One query. Filters are ANDed; the vendor has no OR.
#[derive(Debug, Clone)]
pub(super) struct Query<'q> {
    pub(super) object: &'q str,
    filters: Vec<Value<'q>>,
    /// All fields when empty.
    fields: &'q [String],
    limit: usize,
    total: bool,
}

/// What a query found.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) rows: Vec<Map<'static>>,
    pub(super) total: Option<u64>,
    /// The page held as many rows as it could, so that there may be more.
    pub(super) full: bool,
}

impl<'q> Query<'q> {
    pub(super) fn of(object: &'q str, fields: &'q [String]) -> Query<'q> {
        Query { object, filters: Vec::new(), fields, limit: MOST, total: false }
    }

    /// One of the vendor's operators on a field (§4.4).
    pub(super) fn filter(mut self, field: &str, operator: &'static str, values: &[String]) -> Query<'q> {
        let mut filter = Map::with_capacity(3);
        filter.push("field_name", field.to_owned());
        filter
            .push("field_values", values.iter().map(|value| Value::from(value.clone())).collect::<Vec<_>>());
        filter.push("operator", operator);
        self.filters.push(filter.into());
        self
    }

    pub(super) fn equals(self, field: &str, value: &str) -> Query<'q> {
        self.filter(field, "EQ", &[value.to_owned()])
    }

    /// The changes of a closed span. Two bounds and not `BETWEEN`, whose ends are not documented to be inclusive.
    pub(super) fn changed(self, from: i64, to: i64) -> Query<'q> {
        self.filter("last_modified_time", "GTE", &[from.to_string()]).filter(
            "last_modified_time",
            "LTE",
            &[to.to_string()],
        )
    }

    /// Only rows behind this id in the order of `_id`.
    pub(super) fn after(self, id: Option<&str>) -> Query<'q> {
        match id {
            Some(id) => self.filter("_id", "GT", &[id.to_owned()]),
            None => self,
        }
    }

    /// The filters of a flow in front of ours.
    pub(super) fn with(mut self, filters: Vec<Value<'static>>) -> Query<'q> {
        self.filters.splice(0..0, filters);
        self
    }

    pub(super) fn limit(mut self, limit: usize) -> Query<'q> {
        self.limit = limit.clamp(1, MOST);
        self
    }

    /// Asks for the number of all rows, which is slow and so is asked for by counts only.
    pub(super) fn counted(mut self) -> Query<'q> {
        self.total = true;
        self
    }

    /// The body of the call.
    pub(super) fn body(&self) -> Map<'_> {
        let mut search = Map::with_capacity(5);
        search.push("limit", self.limit as i64);
        search.push("offset", 0);
        search.push("filters", self.filters.iter().map(Value::borrow).collect::<Vec<_>>());
        let mut order = Map::with_capacity(2);
        order.push("fieldName", "_id");
        order.push("isAsc", true);
        search.push("orders", vec![Value::Map(order)]);
        if !self.fields.is_empty() {
            let fields: Vec<Value> = self.fields.iter().map(|field| Value::text(field.as_str())).collect();
            search.push("fieldProjection", fields);
        }
        let mut inner = Map::with_capacity(3);
        inner.push("dataObjectApiName", self.object);
        inner.push("find_explicit_total_num", self.total);
        inner.push("search_query_info", search);
        let mut body = Map::with_capacity(1);
        body.push("data", inner);
        body
    }

    /// One page.
    pub(super) async fn run(&self, session: &Session<'_>) -> Result<Rows, Refusal> {
        let answer = session.crm(Act::Query.path(self.object), Kind::Read, self.body()).await?;
        rows_of(answer, self.limit).ok_or_else(|| unreadable(self.object))
    }

    /// All pages, by keyset.
    pub(super) async fn run_all(self, session: &Session<'_>) -> Result<Vec<Map<'static>>, Refusal> {
        let mut found = Vec::new();
        let mut last: Option<String> = None;
        loop {
            let Rows { rows, full, .. } = self.clone().after(last.as_deref()).run(session).await?;
            let next = next_id(self.object, last.as_deref(), &rows, full)?;
            found.extend(rows);
            match next {
                Some(id) => last = Some(id),
                None => return Ok(found),
            }
        }
    }
}

/// The id that the next page begins behind; `None` when this one was the last.
///
/// # Errors
/// When a full page ends where the one before it did: then the vendor does not heed `_id` filters on this object, and
/// going on would never end.
pub(super) fn next_id(
    object: &str,
    after: Option<&str>,
    rows: &[Map],
    full: bool,
) -> Result<Option<String>, Refusal> {
    if !full {
        return Ok(None);
    }
    match rows.last().and_then(|row| row.get("_id")).and_then(Value::plain) {
        Some(id) if after != Some(&*id) => Ok(Some(id.into_owned())),
        _ => Err(Refusal::new(AnswerClass::Config, Cause::new("fxiaoke.no_progress").with("object", object))),
    }
}

/// The rows of an answer. A page is full when it holds as many rows as asked for, or as the answer says it holds at
/// most.
fn rows_of(mut answer: Map<'static>, asked: usize) -> Option<Rows> {
    let Some(Value::Map(mut page)) = answer.remove("data") else { return None };
    let list = match page.remove("dataList") {
        Some(Value::List(list)) => list,
        Some(Value::Null) => Vec::new(),
        // What says nothing of a page either is the answer to something else.
        None if ["total", "limit", "offset"].iter().any(|name| page.get(name).is_some()) => Vec::new(),
        _ => return None,
    };
    let rows: Vec<Map<'static>> = list
        .into_iter()
        .map(|row| match row {
            Value::Map(row) => Some(row),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let number =
        |name: &str| page.get(name).and_then(whole_number).and_then(|number| u64::try_from(number).ok());
    let most = number("limit").filter(|limit| *limit > 0).map_or(asked, |limit| asked.min(limit as usize));
    Some(Rows { full: rows.len() >= most, total: number("total"), rows })
}

pub(super) fn unreadable(object: &str) -> Refusal {
    Refusal::new(AnswerClass::Transient, Cause::new("fxiaoke.unreadable").with("object", object))
}
