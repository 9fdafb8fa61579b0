//! Query filters: one field, one operator, some values (`protocols/fxiaoke.md` §4.4).

use std::cmp::Ordering;

use serde_json::Value;

use super::decimal;
use crate::fxiaoke::answer::Refusal;
use crate::fxiaoke::described::{Field, Kind};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Eq,
    Gt,
    Lt,
    Gte,
    Lte,
    /// Not equal; a field without a value counts.
    N,
    Like,
    NotLike,
    IsNull,
    IsNotNull,
    In,
    NotIn,
    Between,
    NotBetween,
    StartsWith,
    EndsWith,
    Contains,
    HasAnyOf,
    HasNoneOf,
}

fn operator(name: &str) -> Result<Operator, Refusal> {
    Ok(match name {
        "EQ" => Operator::Eq,
        "GT" => Operator::Gt,
        "LT" => Operator::Lt,
        "GTE" => Operator::Gte,
        "LTE" => Operator::Lte,
        "N" => Operator::N,
        "LIKE" => Operator::Like,
        "NLIKE" => Operator::NotLike,
        "IS" => Operator::IsNull,
        "ISN" => Operator::IsNotNull,
        "IN" => Operator::In,
        "NIN" => Operator::NotIn,
        "BETWEEN" => Operator::Between,
        "NBETWEEN" => Operator::NotBetween,
        "STARTWITH" => Operator::StartsWith,
        "ENDWITH" => Operator::EndsWith,
        "CONTAINS" => Operator::Contains,
        "HASANYOF" => Operator::HasAnyOf,
        "NHASANYOF" => Operator::HasNoneOf,
        other => return Err(Refusal::parameter(&format!("operator {other}"))),
    })
}

/// One condition of a query.
#[derive(Debug)]
pub struct Filter {
    /// `None`: a field that does not exist, which no row matches.
    pub field: Option<&'static Field>,
    operator: Operator,
    values: Vec<String>,
    end_exclusive: bool,
}

impl Filter {
    /// `values` must already be in the form in which rows are kept.
    pub fn new(
        field: Option<&'static Field>,
        operator_name: &str,
        values: Vec<String>,
        end_exclusive: bool,
    ) -> Result<Filter, Refusal> {
        let operator = operator(operator_name)?;
        let needed = match operator {
            Operator::IsNull | Operator::IsNotNull => 0,
            Operator::Between | Operator::NotBetween => 2,
            _ => 1,
        };
        if values.len() < needed {
            return Err(Refusal::parameter(&format!("field_values of {operator_name}")));
        }
        Ok(Filter { field, operator, values, end_exclusive })
    }

    /// Whether a value of the field passes.
    pub fn matches(&self, value: &Value) -> bool {
        let Some(field) = self.field else {
            return false;
        };
        let is_null = value.is_null();
        match self.operator {
            Operator::IsNull => return is_null,
            Operator::IsNotNull => return !is_null,
            Operator::N => return is_null || !self.equals_any(field, value, &self.values[..1]),
            Operator::NotIn | Operator::HasNoneOf => {
                return is_null || !self.equals_any(field, value, &self.values);
            }
            Operator::NotLike => return is_null || !self.text_of(value, |text, part| text.contains(part)),
            Operator::NotBetween => return is_null || !self.between(field, value),
            _ if is_null => return false,
            _ => {}
        }
        match self.operator {
            Operator::Eq | Operator::Contains => self.equals_any(field, value, &self.values[..1]),
            Operator::In | Operator::HasAnyOf => self.equals_any(field, value, &self.values),
            Operator::Gt => self.compares(field, value, Ordering::is_gt),
            Operator::Lt => self.compares(field, value, Ordering::is_lt),
            Operator::Gte => self.compares(field, value, Ordering::is_ge),
            Operator::Lte => self.compares(field, value, Ordering::is_le),
            Operator::Between => self.between(field, value),
            Operator::Like => self.text_of(value, |text, part| text.contains(part)),
            Operator::StartsWith => self.text_of(value, |text, part| text.starts_with(part)),
            Operator::EndsWith => self.text_of(value, |text, part| text.ends_with(part)),
            _ => false,
        }
    }

    /// The field and the values of which a row must have one; `None` when the condition is of another kind.
    pub fn wanted(&self) -> Option<(&'static Field, &[String])> {
        let field = self.field?;
        match self.operator {
            Operator::Eq => Some((field, &self.values[..1])),
            Operator::In => Some((field, &self.values)),
            _ => None,
        }
    }

    /// The lowest and the highest whole number that passes, where the condition is about whole numbers.
    pub fn bounds(&self) -> Option<(i64, i64)> {
        let value = |n: usize| self.values.get(n)?.trim().parse::<i64>().ok();
        Some(match self.operator {
            Operator::Eq => (value(0)?, value(0)?),
            Operator::Gt | Operator::Gte => (value(0)?, i64::MAX),
            Operator::Lt | Operator::Lte => (i64::MIN, value(0)?),
            Operator::Between => (value(0)?, value(1)?),
            _ => return None,
        })
    }

    /// The text at or above which a passing value lies.
    pub fn lowest_text(&self) -> Option<&str> {
        matches!(self.operator, Operator::Gt | Operator::Gte).then(|| self.values[0].as_str())
    }

    fn equals_any(&self, field: &Field, value: &Value, wanted: &[String]) -> bool {
        let equals =
            |one: &Value| wanted.iter().any(|text| compare(field, one, text).is_some_and(Ordering::is_eq));
        match value {
            Value::Array(members) => members.iter().any(equals),
            one => equals(one),
        }
    }

    fn compares(&self, field: &Field, value: &Value, holds: fn(Ordering) -> bool) -> bool {
        compare(field, value, &self.values[0]).is_some_and(holds)
    }

    fn between(&self, field: &Field, value: &Value) -> bool {
        let (Some(start), Some(end)) =
            (compare(field, value, &self.values[0]), compare(field, value, &self.values[1]))
        else {
            return false;
        };
        start.is_ge() && if self.end_exclusive { end.is_lt() } else { end.is_le() }
    }

    fn text_of(&self, value: &Value, holds: fn(&str, &str) -> bool) -> bool {
        value.as_str().is_some_and(|text| holds(text, &self.values[0]))
    }
}

/// Compares a kept value with a text in the way of the field's type.
fn compare(field: &Field, value: &Value, text: &str) -> Option<Ordering> {
    match value {
        Value::Bool(truth) => Some(truth.cmp(&text.parse::<bool>().ok()?)),
        Value::Number(number) => Some(number.as_i64()?.cmp(&text.trim().parse::<i64>().ok()?)),
        Value::String(kept) if is_numeric(field) => decimal::compare(kept, text),
        Value::String(kept) => Some(kept.as_str().cmp(text)),
        _ => None,
    }
}

/// Compares two kept values of one field, for sorting; a missing value is the smallest.
pub fn order(field: &Field, one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (_, Value::String(text)) => compare(field, one, text).unwrap_or(Ordering::Equal),
        (_, other) => compare(field, one, &other.to_string()).unwrap_or(Ordering::Equal),
    }
}

fn is_numeric(field: &Field) -> bool {
    field.name == "version" || matches!(field.kind, Kind::Number(_) | Kind::Currency(_) | Kind::Percentile(_))
}
