//! `query`, `findSimple`, `findOne` and `get` (`protocols/fxiaoke.md` §4.4, §4.5).

mod narrow;

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::filter::{self, Filter};
use super::table::Row;
use super::{Crm, named_in};
use crate::fxiaoke::answer::{Answer, Refusal, members};
use crate::fxiaoke::caller::Caller;
use crate::fxiaoke::described::{Field, Kind, Object, all};
use crate::fxiaoke::switches;
use narrow::candidates;

const MAX_LIMIT: i64 = 100;
const MAX_OFFSET: i64 = 10_000;

/// A query as read.
struct Search {
    object: &'static Object,
    limit: usize,
    offset: usize,
    filters: Vec<Filter>,
    /// (field, ascending)
    orders: Vec<(&'static Field, bool)>,
    projection: Option<Vec<String>>,
    asks_total: bool,
}

impl Crm {
    /// `query` and `findSimple`.
    pub fn query(&self, body: &Value, caller: &Caller, now_ms: i64) -> Answer {
        let search = self.search(&body["data"], caller)?;
        let enough = match search.asks_total {
            true => usize::MAX,
            false => search.offset + search.limit,
        };
        let found = self.find(&search, caller, now_ms, enough);
        let page: Vec<Value> = found
            .iter()
            .skip(search.offset)
            .take(search.limit)
            .map(|row| self.render(search.object, row, caller, search.projection.as_deref()))
            .collect();
        let mut data = Map::new();
        data.insert("dataList".into(), Value::Array(page));
        if search.asks_total {
            data.insert("total".into(), json!(found.len()));
        } else if self.switches.is(switches::TOTAL_WHEN_NOT_ASKED, "zero") {
            data.insert("total".into(), json!(0));
        }
        data.insert("offset".into(), json!(search.offset));
        data.insert("limit".into(), json!(search.limit));
        Ok(members(json!({ "data": data })))
    }

    /// `findOne`: the first of the rows, in `data.objectData`.
    pub fn find_one(&self, body: &Value, caller: &Caller, now_ms: i64) -> Answer {
        let search = self.search(&body["data"], caller)?;
        let found = self.find(&search, caller, now_ms, 1);
        let first = found
            .first()
            .map_or(Value::Null, |row| self.render(search.object, row, caller, search.projection.as_deref()));
        Ok(members(json!({ "data": { "objectData": first } })))
    }

    /// `get`: the record itself in `data`, as stored, whatever the index shows.
    pub fn get(&self, body: &Value, caller: &Caller) -> Answer {
        let data = &body["data"];
        let object = named_in(data)?;
        let id = data["objectDataId"].as_str().ok_or_else(|| Refusal::parameter("objectDataId"))?;
        let row = self.owned_row(object, id, caller)?;
        let mut record = self.render(object, row, caller, None);
        if object.name == "PaymentObj" && self.switches.is(switches::DETAILS_IN_GET, "payments_only") {
            record["details"] = self.wrapped_details(object, row, caller);
        }
        Ok(members(json!({ "data": record })))
    }

    fn search(&self, data: &Value, caller: &Caller) -> Result<Search, Refusal> {
        let object = named_in(data)?;
        let info = &data["search_query_info"];
        if !info.is_object() {
            return Err(Refusal::parameter("search_query_info"));
        }
        let limit = self.limit(info)?;
        let offset = offset(info, limit)?;
        let filters = match &info["filters"] {
            Value::Null => Vec::new(),
            Value::Array(list) => list
                .iter()
                .map(|sent| self.filter(object, sent, caller))
                .collect::<Result<Vec<Filter>, Refusal>>()?,
            _ => return Err(Refusal::parameter("filters")),
        };
        Ok(Search {
            object,
            limit: limit as usize,
            offset: offset as usize,
            filters,
            orders: orders(object, info)?,
            projection: projection(data),
            asks_total: asks_total(data),
        })
    }

    fn limit(&self, info: &Value) -> Result<i64, Refusal> {
        let limit = match &info["limit"] {
            Value::Null => 20,
            sent => whole(sent).filter(|n| *n > 0).ok_or_else(|| Refusal::parameter("limit"))?,
        };
        if limit > MAX_LIMIT && self.switches.is(switches::LIMIT_OVER_100, "refused") {
            return Err(Refusal::parameter("limit out of range 100"));
        }
        Ok(limit.min(MAX_LIMIT))
    }

    fn filter(&self, object: &Object, sent: &Value, caller: &Caller) -> Result<Filter, Refusal> {
        let name = sent["field_name"].as_str().ok_or_else(|| Refusal::parameter("field_name"))?;
        let field = object.field(name);
        if field.is_none() && self.switches.is(switches::UNKNOWN_FILTER_FIELD, "refused") {
            return Err(Refusal::parameter(&format!("field {name} is not exist")));
        }
        let is_employee = field.is_some_and(|field| field.kind == Kind::Employee);
        let values = texts(&sent["field_values"])
            .into_iter()
            .map(|value| match is_employee {
                true => self.employee_id(&value, caller).unwrap_or(value),
                false => value,
            })
            .collect();
        let operator = sent["operator"].as_str().ok_or_else(|| Refusal::parameter("operator"))?;
        Filter::new(field, operator, values, self.switches.is(switches::BETWEEN, "end_exclusive"))
    }

    /// The rows that pass, in their order; as soon as they come in it, no more than `enough`.
    fn find(&self, search: &Search, caller: &Caller, now_ms: i64, enough: usize) -> Vec<&Row> {
        let object = search.object;
        if object.name == "PersonnelObj" && self.switches.is(switches::PERSONNEL_RECORDS, "not_shared") {
            return Vec::new();
        }
        let asks_life = search.filters.iter().any(|f| f.field.is_some_and(|f| f.name == "life_status"));
        let shows_voided = match self.switches.value(switches::VOIDED_ROWS) {
            Some("always") => true,
            Some("never") => false,
            _ => asks_life,
        };
        let sees_all = self.staff.is_administrator(&caller.operator);
        let passes = |row: &&Row| {
            (shows_voided || !Crm::is_voided(row))
                && (sees_all || self.may_see(row, caller))
                && search.filters.iter().all(|filter| {
                    filter.field.is_some_and(|field| filter.matches(&self.column(row, field.name)))
                })
        };
        let candidates = candidates(self.table(object), search, now_ms);
        let passing = candidates.rows.filter(passes);
        match candidates.in_order {
            true => passing.take(enough).collect(),
            false => self.sort(passing.collect(), &search.orders),
        }
    }

    /// By the orders asked for, then by `_id`; without orders the latest change first.
    fn sort<'a>(&'a self, rows: Vec<&'a Row>, orders: &[(&'static Field, bool)]) -> Vec<&'a Row> {
        if orders.is_empty() {
            let mut rows = rows;
            rows.sort_by_key(|row| (std::cmp::Reverse(row.last_modified_time), &row.id));
            return rows;
        }
        let keys = |row: &'a Row| -> Vec<Cow<'a, Value>> {
            orders.iter().map(|(field, _)| self.column(row, field.name)).collect()
        };
        let mut keyed: Vec<(Vec<Cow<Value>>, &Row)> = rows.into_iter().map(|row| (keys(row), row)).collect();
        keyed.sort_by(|(one, one_row), (other, other_row)| {
            for (n, (field, ascending)) in orders.iter().enumerate() {
                let by_field = filter::order(field, &one[n], &other[n]);
                if by_field.is_ne() {
                    return if *ascending { by_field } else { by_field.reverse() };
                }
            }
            one_row.id.cmp(&other_row.id)
        });
        keyed.into_iter().map(|(_, row)| row).collect()
    }

    fn wrapped_details(&self, master: &Object, row: &Row, caller: &Caller) -> Value {
        let mut details = Map::new();
        for detail in all() {
            if detail.master().is_none_or(|(name, _)| name != master.name) {
                continue;
            }
            let lines: Vec<Value> = self
                .details_of(detail, &row.id)
                .enumerate()
                .map(|(n, line)| {
                    let record = self.render(detail, line, caller, None);
                    json!({
                        "id": line.id,
                        "describeApiName": detail.name,
                        "recordType": line.record_type,
                        "orderBy": 10 * (n + 1),
                        "name": line.name(),
                        "owner": record["owner"],
                        "createdBy": self.shown_id(&line.created_by, caller),
                        "createTime": line.create_time,
                        "version": line.version,
                        "deleted": false,
                        "containerDocument": record,
                    })
                })
                .collect();
            details.insert(detail.name.into(), Value::Array(lines));
        }
        Value::Object(details)
    }
}

fn offset(info: &Value, limit: i64) -> Result<i64, Refusal> {
    let offset = match &info["offset"] {
        Value::Null => 0,
        sent => whole(sent).filter(|n| *n >= 0).ok_or_else(|| Refusal::parameter("offset"))?,
    };
    if offset > MAX_OFFSET {
        return Err(Refusal::new(10013, "offset out of range 10000", "offset 不能超过10000"));
    }
    if offset % limit != 0 {
        return Err(Refusal::parameter("offset must be a multiple of limit"));
    }
    Ok(offset)
}

fn orders(object: &Object, info: &Value) -> Result<Vec<(&'static Field, bool)>, Refusal> {
    let sent = info["orders"].as_array().map(Vec::as_slice).unwrap_or_default();
    sent.iter()
        .map(|order| {
            let name = order["fieldName"].as_str().ok_or_else(|| Refusal::parameter("fieldName"))?;
            let field = object
                .field(name)
                .ok_or_else(|| Refusal::parameter(&format!("field {name} is not exist")))?;
            Ok((field, order["isAsc"].as_bool().unwrap_or(true)))
        })
        .collect()
}

/// The fields asked for; an empty list asks for all, as published clients send it.
fn projection(data: &Value) -> Option<Vec<String>> {
    let sent = [&data["search_query_info"]["fieldProjection"], &data["field_projection"]];
    let list = sent.into_iter().find_map(Value::as_array).filter(|list| !list.is_empty())?;
    Some(list.iter().filter_map(Value::as_str).map(String::from).collect())
}

/// `find_explicit_total_num`, or the newer `returnTotalNum` (1 exact, 2 estimate, 3 none).
fn asks_total(data: &Value) -> bool {
    let newer = [&data["returnTotalNum"], &data["search_query_info"]["returnTotalNum"]];
    match newer.into_iter().find_map(whole) {
        Some(kind) => kind != 3,
        None => data["find_explicit_total_num"].as_bool().unwrap_or(true),
    }
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A scalar or a list, of texts or numbers, as texts.
fn texts(sent: &Value) -> Vec<String> {
    match sent {
        Value::Null => Vec::new(),
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}
