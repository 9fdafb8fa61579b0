//! A very small CRM: signs anybody in and answers queries over its rows, so that reading can be tested for what is
//! read instead of for the calls made. It knows the operators that reading uses, and no offset but 0.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use contract::connector::Refusal;
use contract::transport::{Answer, Call};
use contract::wire::Tokens;
use contract::{Chance, Clock, Wire};
use model::connection::Connection;

use super::*;

/// Whether a query that does not ask for voided rows shows them: nobody knows (`protocols/fxiaoke.md §4.4`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum VoidedRows {
    Shown,
    Hidden,
}

pub(super) struct Crm {
    wire: ScriptedWire,
    rows: Vec<Map<'static>>,
    voided: VoidedRows,
    queries: AtomicUsize,
    sign_ins: AtomicUsize,
}

impl Crm {
    pub(super) fn new(mut rows: Vec<Map<'static>>, voided: VoidedRows) -> Crm {
        rows.sort_by_key(|row| text(row, "_id"));
        Crm { wire: wire(&[]), rows, voided, queries: AtomicUsize::new(0), sign_ins: AtomicUsize::new(0) }
    }

    pub(super) fn queries(&self) -> usize {
        self.queries.load(Ordering::Relaxed)
    }

    pub(super) fn sign_ins(&self) -> usize {
        self.sign_ins.load(Ordering::Relaxed)
    }

    fn query(&self, call: &Call) -> String {
        self.queries.fetch_add(1, Ordering::Relaxed);
        let body = body(call);
        let inner = body.get("data").unwrap();
        let search = inner.get("search_query_info").unwrap();
        let number = |name: &str| match search.get(name) {
            Some(Value::Number(number)) => number.as_i64().unwrap(),
            other => panic!("{name}: {other:?}"),
        };
        let (limit, offset) = (number("limit"), number("offset"));
        assert!((1..=100).contains(&limit) && offset == 0, "limit {limit}, offset {offset}");
        assert_eq!(json::write(search.get("orders").unwrap()), r#"[{"fieldName":"_id","isAsc":true}]"#);
        let filters: Vec<Filter> =
            search.get("filters").and_then(Value::as_list).unwrap().iter().map(Filter::read).collect();
        let asks_for_void = filters.iter().any(|filter| filter.field == "life_status");
        let rows = (self.rows.iter())
            .filter(|row| asks_for_void || self.voided == VoidedRows::Shown || !is_void(row))
            .filter(|row| filters.iter().all(|filter| filter.passes(row)));
        let total = match inner.get("find_explicit_total_num") {
            Some(Value::Bool(true)) => rows.clone().count(),
            _ => 0,
        };
        let rows = rows.take(usize::try_from(limit).unwrap());
        let list: Vec<Value> = rows.map(|row| Value::Map(row.borrow())).collect();
        let mut page = Map::new();
        page.push("dataList", list);
        page.push("total", total as i64);
        page.push("limit", limit);
        let mut answer = Map::new();
        answer.push("errorCode", 0);
        answer.push("data", page);
        json::write(&Value::Map(answer))
    }

    /// The record map itself, or a business refusal (§4.5).
    fn get(&self, call: &Call) -> String {
        let body = body(call);
        let id =
            body.get("data").and_then(|inner| inner.get("objectDataId")).and_then(Value::as_text).unwrap();
        match self.rows.iter().find(|row| text(row, "_id") == id && !is_void(row)) {
            Some(row) => format!(r#"{{"errorCode":0,"data":{}}}"#, json::write(&Value::Map(row.borrow()))),
            None => r#"{"errorCode":320002404,"errorDescription":"数据不存在"}"#.into(),
        }
    }
}

fn is_void(row: &Map) -> bool {
    row.get("life_status").and_then(Value::as_text) == Some("invalid")
}

fn text(row: &Map, name: &str) -> String {
    row.get(name).and_then(Value::plain).unwrap_or_default().into_owned()
}

struct Filter {
    field: String,
    operator: String,
    values: Vec<String>,
}

impl Filter {
    fn read(filter: &Value) -> Filter {
        let member = |name: &str| filter.get(name).and_then(Value::as_text).unwrap().to_owned();
        let values = filter.get("field_values").and_then(Value::as_list).unwrap();
        Filter {
            field: member("field_name"),
            operator: member("operator"),
            values: values.iter().map(|value| value.plain().unwrap().into_owned()).collect(),
        }
    }

    /// Times are compared as numbers, everything else as text.
    fn passes(&self, row: &Map) -> bool {
        let has = row.get(&self.field).and_then(Value::plain).unwrap_or_default();
        let ordering = match self.field.ends_with("time") {
            true => has.parse::<i64>().unwrap().cmp(&self.values[0].parse().unwrap()),
            false => (*has).cmp(&*self.values[0]),
        };
        match &*self.operator {
            "EQ" => ordering.is_eq(),
            "N" => !ordering.is_eq(),
            "GT" => ordering.is_gt(),
            "GTE" => ordering.is_ge(),
            "LTE" => ordering.is_le(),
            "IN" => self.values.iter().any(|value| **value == *has),
            other => panic!("no operator {other}"),
        }
    }
}

#[async_trait]
impl Wire for Crm {
    fn connection(&self) -> &Connection {
        self.wire.connection()
    }

    fn clock(&self) -> &dyn Clock {
        self.wire.clock()
    }

    fn chance(&self) -> &dyn Chance {
        self.wire.chance()
    }

    async fn send(&self, call: Call) -> Result<Answer, Refusal> {
        let body = match path(&call) {
            "/cgi/corpAccessToken/get/V2" => {
                self.sign_ins.fetch_add(1, Ordering::Relaxed);
                // Others get their turn while the vendor thinks.
                tokio::task::yield_now().await;
                TOKEN.to_owned()
            }
            path if path.ends_with("/data/query") => self.query(&call),
            path if path.ends_with("/data/get") => self.get(&call),
            other => panic!("no path {other}"),
        };
        Ok(Answer { status: 200, headers: Vec::new(), body: body.into() })
    }

    fn tokens(&self) -> &dyn Tokens {
        self.wire.tokens()
    }
}
