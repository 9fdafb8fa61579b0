//! Queries: one request of `ExecuteBillQuery` or `BillQuery` and its rows (`protocols/kingdee.md §5`).
//!
//! `TopRowCount` caps a whole query and not a page, so it stays 0; pages are made by a keyset on ids, because offsets
//! over changing data skip and repeat rows.

pub mod columns;
pub mod filter;
pub mod fold;

use contract::connector::Refusal;
use model::{AnswerClass, Cause, Map, Value, json};

use super::answer::{self, Nature};
use super::call::{Api, Request};

/// One row in the order of the columns.
pub type Row = Vec<Value<'static>>;

/// One query.
#[derive(Debug, Clone)]
pub struct Query<'q> {
    pub form: &'q str,
    pub keys: &'q [String],
    pub filter: &'q str,
    /// `FID ASC`; blank for an order of the server's own.
    pub order: &'q str,
    pub limit: usize,
}

impl Query<'_> {
    fn data(&self) -> String {
        let limit = i64::try_from(self.limit).unwrap_or(i64::MAX);
        let mut data = Map::with_capacity(8);
        data.push("FormId", self.form);
        data.push("FieldKeys", self.keys.join(","));
        data.push("FilterString", self.filter);
        data.push("OrderString", self.order);
        data.push("TopRowCount", 0);
        data.push("StartRow", 0);
        data.push("Limit", limit);
        data.push("SubSystemId", "");
        json::write(&Value::Map(data))
    }

    /// The rows.
    ///
    /// # Errors
    /// The server's refusal by its class; `kingdee.not_rows` (`transient`) for an answer that is no table.
    pub async fn rows(&self, api: &Api<'_>) -> Result<Vec<Row>, Refusal> {
        let request = Request {
            operation: api.settings.query,
            body: api.data_body(&self.data()),
            nature: Nature::Read,
        };
        let reply = api.call(&request).await?;
        let value = reply.value()?;
        if let Some(status) = answer::failed(&value) {
            let refusal = answer::refusal(api.manifest, &status, None);
            return Err(Refusal::new(refusal.class, refusal.cause.with("object", self.form)));
        }
        let not_rows =
            || Refusal::new(AnswerClass::Transient, Cause::new("kingdee.not_rows").with("object", self.form));
        let Value::List(rows) = value else { return Err(not_rows()) };
        rows.into_iter().map(|row| self.row(row).ok_or_else(not_rows)).collect()
    }

    /// A row of either operation: a list, or a map by the keys that were asked for.
    fn row(&self, row: Value<'_>) -> Option<Row> {
        match row {
            Value::List(cells) if cells.len() == self.keys.len() => {
                Some(cells.into_iter().map(Value::into_owned).collect())
            }
            Value::Map(cells) => Some(self.keys.iter().map(|key| by_key(&cells, key)).collect()),
            _ => None,
        }
    }
}

fn by_key(cells: &Map, key: &str) -> Value<'static> {
    let cell = cells.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
    cell.map_or(Value::Null, |(_, value)| value.borrow().into_owned())
}
