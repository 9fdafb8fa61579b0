//! Whether sent fields are what the dictionary asks for, and what they are kept as.

use jiff::civil::Date;
use model::{Map, Number, Value};
use rust_decimal::{Decimal, RoundingStrategy};

use super::answer::{Code, Refusal};
use super::dictionary::{Field, Kind, Mark};

/// How strict a check is.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Whether values carry their JSON types; XML and text know only texts.
    pub typed: bool,
    pub ignore_unknown: bool,
    pub round_decimals: bool,
}

/// The fields of a list that were sent, as they are kept; what was sent empty is null. Fields that the ERP works out
/// are passed over. `passed_over` are names that mean something else.
pub fn fields(
    known: &'static [Field],
    sent: &Map,
    passed_over: impl Fn(&str) -> bool,
    rules: Rules,
) -> Result<Map<'static>, Refusal> {
    let mut kept = Map::with_capacity(sent.len());
    for (name, value) in sent.iter() {
        match known.iter().find(|field| field.name == name) {
            Some(field) if field.mark == Mark::System => {}
            Some(field) => kept.push(field.name, checked(field, value, rules)?),
            None if passed_over(name) || rules.ignore_unknown => {}
            None => return Err(Refusal::new(Code::UnknownField, format!("未知的字段：{name}"))),
        }
    }
    Ok(kept)
}

/// That none of the required fields is empty.
pub fn required(known: &[Field], kept: &Map) -> Result<(), Refusal> {
    let is_missing =
        |field: &&Field| field.mark == Mark::Required && kept.get(field.name).is_none_or(Value::is_blank);
    match known.iter().find(is_missing) {
        None => Ok(()),
        Some(field) => Err(Refusal::new(Code::Missing, format!("{}不能为空", named(field)))),
    }
}

fn named(field: &Field) -> String {
    format!("字段[{} {}]", field.label, field.name)
}

fn checked(field: &Field, value: &Value, rules: Rules) -> Result<Value<'static>, Refusal> {
    let wrong = |what: &str| Refusal::new(Code::BadValue, format!("{}{what}", named(field)));
    let is_empty_text = value.as_text().is_some_and(str::is_empty);
    if *value == Value::Null || is_empty_text {
        return Ok(Value::Null);
    }
    match field.kind {
        Kind::Text(length) | Kind::LongText(length) => {
            let text = value.as_text().ok_or_else(|| wrong("应为文本"))?;
            match text.chars().count() <= length {
                true => Ok(Value::from(text.to_owned())),
                false => Err(wrong(&format!("超过最大长度{length}"))),
            }
        }
        Kind::Reference(_) => match value.as_text() {
            Some(text) => Ok(Value::from(text.to_owned())),
            None => Err(wrong("应为文本")),
        },
        Kind::Whole => whole(value).ok_or_else(|| wrong("应为整数")),
        Kind::Decimal(places) => decimal(value, places, rules).map_err(|what| wrong(&what)),
        Kind::Date => match value.as_text().map(str::parse::<Date>) {
            Some(Ok(date)) => Ok(Value::from(date.to_string())),
            _ => Err(wrong("应为yyyy-MM-dd格式的日期")),
        },
        Kind::Flag => match (value, value.as_text()) {
            (Value::Bool(truth), _) => Ok(Value::Bool(*truth)),
            (_, Some("true")) if !rules.typed => Ok(Value::Bool(true)),
            (_, Some("false")) if !rules.typed => Ok(Value::Bool(false)),
            _ => Err(wrong("应为true或false")),
        },
        Kind::Choice(options) => {
            let code = value.plain().unwrap_or_default();
            match options.iter().find(|(known, _)| *known == code) {
                Some((known, _)) => Ok(Value::from(*known)),
                None => Err(wrong(&format!("没有选项{code}"))),
            }
        }
    }
}

fn whole(value: &Value) -> Option<Value<'static>> {
    let number = Number::parse(value.plain()?.trim().to_owned())?;
    Some(Value::from(number.as_i64()?))
}

fn decimal(value: &Value, places: u32, rules: Rules) -> Result<Value<'static>, String> {
    let text = match value {
        Value::Number(_) | Value::Text(_) => value.plain().unwrap_or_default(),
        _ => return Err("应为数字".into()),
    };
    let number = Number::parse(text.trim().to_owned()).ok_or("应为数字")?;
    let exact = Decimal::from_str_exact(&number.canonical()).map_err(|_| "数字过大")?;
    let rounded = exact.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    if rounded != exact && !rules.round_decimals {
        return Err(format!("最多{places}位小数"));
    }
    kept_decimal(rounded, places).ok_or_else(|| "数字过大".into())
}

/// A decimal with exactly that many places, as it is kept; `None` when it is too large for the column.
pub fn kept_decimal(decimal: Decimal, places: u32) -> Option<Value<'static>> {
    let mut kept = decimal.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    kept.rescale(places);
    let fits = kept.abs() < Decimal::from(1_000_000_000_000_000_i64) && kept.scale() == places;
    Number::parse(kept.to_string()).filter(|_| fits).map(Value::Number)
}

/// The decimal that a field holds; zero when it has none.
pub fn amount(fields: &Map, name: &str) -> Decimal {
    let text = fields.get(name).and_then(Value::plain).unwrap_or_default();
    Decimal::from_str_exact(&text).unwrap_or_default()
}
