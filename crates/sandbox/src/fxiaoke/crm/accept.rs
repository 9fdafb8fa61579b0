//! Which values a field takes, and how they are kept (`protocols/fxiaoke.md` §4.3).

use serde_json::{Value, json};

use super::decimal;
use super::table::Life;
use super::{Crm, find};
use crate::fxiaoke::answer::Refusal;
use crate::fxiaoke::caller::Caller;
use crate::fxiaoke::described::{Field, Kind};
use crate::fxiaoke::switches;

const DAY_MS: i64 = 86_400_000;
const GMT8_MS: i64 = 28_800_000;

/// The years 1 to 9999.
const EARLIEST_MS: i64 = -62_135_596_800_000;
const LATEST_MS: i64 = 253_402_271_999_999;

impl Crm {
    /// The value as it is kept, or the refusal that a person would see. Null and `""` clear the field: `Null`.
    pub fn accept(&self, field: &Field, sent: &Value, caller: &Caller) -> Result<Value, Refusal> {
        if sent.is_null() || sent.as_str() == Some("") || sent.as_array().is_some_and(Vec::is_empty) {
            return Ok(Value::Null);
        }
        match field.kind {
            Kind::SelectOne => option(field, sent),
            Kind::SelectMany => options(field, sent),
            Kind::Number(places) | Kind::Currency(places) | Kind::Percentile(places) => {
                self.decimal(field, sent, places)
            }
            Kind::Date => moment(field, sent).map(|ms| json!(midnight(ms))),
            Kind::DateTime => moment(field, sent).map(|ms| json!(ms)),
            Kind::TrueOrFalse => match sent {
                Value::Bool(_) => Ok(sent.clone()),
                _ => Err(Refusal::field(field.label, "应为布尔值")),
            },
            Kind::Employee => self.employee_list(field, sent, caller),
            Kind::Department => self.department_list(field, sent),
            Kind::Reference(target) | Kind::MasterDetail(target) => self.reference(field, sent, target),
            Kind::Attachment | Kind::Image => files(field, sent),
            Kind::Text | Kind::LongText | Kind::Phone | Kind::Email | Kind::Url | Kind::AutoNumber => {
                text(field, sent)
            }
        }
    }

    fn decimal(&self, field: &Field, sent: &Value, places: u32) -> Result<Value, Refusal> {
        let text = match sent {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(Refusal::field(field.label, "应为数字")),
        };
        match decimal::with_places(&text, places) {
            None => Err(Refusal::field(field.label, "应为数字")),
            Some((_, true)) if self.switches.is(switches::EXTRA_DECIMALS, "refused") => {
                Err(Refusal::field(field.label, &format!("最多{places}位小数")))
            }
            Some((kept, _)) => Ok(Value::String(kept)),
        }
    }

    /// One employee of a list, as the numeric id.
    pub fn employee_list(&self, field: &Field, sent: &Value, caller: &Caller) -> Result<Value, Refusal> {
        let Some([Value::String(id)]) = sent.as_array().map(Vec::as_slice) else {
            return Err(Refusal::field(field.label, "应为仅含一个员工的列表"));
        };
        match self.employee_id(id, caller) {
            Some(id) => Ok(json!([id])),
            None => Err(Refusal::field(field.label, &format!("员工不存在：{id}"))),
        }
    }

    /// The numeric id of an employee named in the caller's kind of id.
    pub fn employee_id(&self, sent: &str, caller: &Caller) -> Option<String> {
        let either = self.switches.is(switches::FOREIGN_EMPLOYEE_IDS, "accepted");
        let by_open_id = || self.staff.by_open_id(sent);
        let by_id = || self.staff.by_id(sent);
        let found = match (caller.open_ids, either) {
            (_, true) => by_open_id().or_else(by_id),
            (true, false) => by_open_id(),
            (false, false) => by_id(),
        };
        found.map(|employee| employee.id.clone())
    }

    fn department_list(&self, field: &Field, sent: &Value) -> Result<Value, Refusal> {
        let Some([Value::String(id)]) = sent.as_array().map(Vec::as_slice) else {
            return Err(Refusal::field(field.label, "应为仅含一个部门的列表"));
        };
        match self.staff.departments.iter().any(|department| department.id == *id) {
            true => Ok(json!([id])),
            false => Err(Refusal::field(field.label, &format!("部门不存在：{id}"))),
        }
    }

    fn reference(&self, field: &Field, sent: &Value, target: &str) -> Result<Value, Refusal> {
        let Value::String(id) = sent else {
            return Err(Refusal::field(field.label, "应为数据ID"));
        };
        let object = find(target)?;
        match self.table(object).get(id) {
            None => Err(Refusal::field(field.label, &format!("关联的{}不存在：{id}", object.label))),
            Some(row) if row.life == Life::Invalid => {
                Err(Refusal::field(field.label, &format!("关联的{}已作废：{}", object.label, row.name())))
            }
            Some(_) => Ok(sent.clone()),
        }
    }
}

/// Attachments are named; images say that they are, with their ending (§4.3).
fn files(field: &Field, sent: &Value) -> Result<Value, Refusal> {
    let has = |entry: &Value, name: &str| entry[name].as_str().is_some_and(|text| !text.trim().is_empty());
    let is_whole = |entry: &Value| match field.kind {
        Kind::Image => {
            entry["isImage"] == Value::Bool(true)
                && ["ext", "filename", "path"].iter().all(|name| has(entry, name))
        }
        _ => has(entry, "name") && has(entry, "path"),
    };
    match sent {
        Value::Array(entries) if entries.iter().all(is_whole) => Ok(sent.clone()),
        _ => Err(Refusal::field(field.label, "应为附件列表")),
    }
}

fn text(field: &Field, sent: &Value) -> Result<Value, Refusal> {
    let Value::String(text) = sent else {
        return Err(Refusal::field(field.label, "应为文本"));
    };
    if text.chars().count() > field.max_length() {
        return Err(Refusal::field(field.label, &format!("长度不能超过{}", field.max_length())));
    }
    if field.kind == Kind::Email && !text.contains('@') {
        return Err(Refusal::field(field.label, "邮件格式不正确"));
    }
    Ok(sent.clone())
}

fn option(field: &Field, sent: &Value) -> Result<Value, Refusal> {
    let value = sent.as_str().ok_or_else(|| Refusal::field(field.label, "应为选项值"))?;
    match field.options.iter().any(|(known, _)| *known == value) {
        true => Ok(sent.clone()),
        false => Err(Refusal::field(field.label, &format!("选项不存在：{value}"))),
    }
}

fn options(field: &Field, sent: &Value) -> Result<Value, Refusal> {
    let list = sent.as_array().ok_or_else(|| Refusal::field(field.label, "应为选项值的列表"))?;
    for value in list {
        option(field, value)?;
    }
    Ok(sent.clone())
}

fn moment(field: &Field, sent: &Value) -> Result<i64, Refusal> {
    let ms = match sent {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let is_sensible = |ms: &i64| (EARLIEST_MS..=LATEST_MS).contains(ms);
    ms.filter(is_sensible).ok_or_else(|| Refusal::field(field.label, "应为毫秒时间戳"))
}

/// The midnight (GMT+8) at or before a moment.
pub fn midnight(ms: i64) -> i64 {
    (ms + GMT8_MS).div_euclid(DAY_MS) * DAY_MS - GMT8_MS
}
