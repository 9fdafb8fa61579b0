//! What one value of a sample looks like.

use model::{Number, Value};

use super::seen::Seen;
use crate::words;

/// Where a value was read. XML knows only texts, so its digits may be numbers; JSON had the choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Json,
    Xml,
}

/// From where on a text is a long one, in characters.
const LONG: usize = 255;

/// What the value of a field of that name looks like; `None` for one that says nothing.
pub(super) fn look(name: &str, value: &Value, source: Source) -> Option<Seen> {
    if value.is_blank() {
        return None;
    }
    Some(match value {
        Value::Bool(_) => Seen::Boolean,
        Value::Number(number) => of_number(name, number),
        Value::Text(text) => of_text(name, text.trim(), source),
        Value::List(_) => Seen::Several,
        Value::Null | Value::Map(_) => return None,
    })
}

fn of_number(name: &str, number: &Number) -> Seen {
    let text = number.as_str();
    match decimals(text) {
        0 if is_milliseconds(text) && words::tells_time(name) => Seen::Milliseconds,
        0 if text.len() == 10 && text.starts_with('1') && words::tells_time(name) => Seen::Seconds,
        0 => Seen::Whole,
        scale => Seen::Decimal { scale },
    }
}

fn of_text(name: &str, text: &str, source: Source) -> Seen {
    let lower = text.to_ascii_lowercase();
    if matches!(lower.as_str(), "true" | "false") {
        return Seen::Boolean;
    }
    if matches!(text, "是" | "否" | "Y" | "N") {
        return Seen::YesNo;
    }
    if let Some(seen) = of_date(name, text) {
        return seen;
    }
    if let Some(number) = Number::parse(text).filter(|number| may_be_number(name, number.as_str(), source)) {
        return of_number(name, &number);
    }
    match text.chars().count() > LONG || text.contains('\n') {
        true => Seen::LongText,
        false => Seen::Text,
    }
}

/// Whether digits in a text are a number: never where the name speaks of a code. A quoted number of JSON is one only
/// where it has places behind the point or its name speaks of an amount.
fn may_be_number(name: &str, text: &str, source: Source) -> bool {
    if words::tells_code(name) && !words::tells_amount(name) || text.len() > 18 {
        return false;
    }
    match source {
        Source::Xml => true,
        Source::Json => text.contains('.') || words::tells_amount(name) || is_milliseconds(text),
    }
}

/// Thirteen digits between the years 2001 and 2096.
fn is_milliseconds(text: &str) -> bool {
    text.len() == 13 && text.bytes().all(|b| b.is_ascii_digit()) && matches!(text.as_bytes()[0], b'1'..=b'3')
}

/// Places behind the point; of a number with an exponent those of its value.
fn decimals(text: &str) -> u32 {
    let canonical;
    let text = match text.contains(['e', 'E']) {
        true => {
            canonical = Number::parse(text).map(|number| number.canonical()).unwrap_or_default();
            canonical.as_str()
        }
        false => text,
    };
    text.split_once('.').map_or(0, |(_, places)| places.len().min(18) as u32)
}

/// Dates and times in the shapes that ERPs write them in.
fn of_date(name: &str, text: &str) -> Option<Seen> {
    if text.len() > 40 {
        return None;
    }
    if let Some(inner) = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")) {
        let digits = inner.split(['+', '-']).next().unwrap_or_default();
        return digits.parse::<i64>().is_ok().then_some(Seen::DateTime { usual: false });
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return of_digits(name, text);
    }
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    let (date, time) = match shape.split_once(['T', ' ']) {
        Some((date, time)) => (date.to_owned(), Some(time.trim().to_owned())),
        None => (shape, None),
    };
    let usual_date = date == "9999-99-99";
    if !usual_date && !is_date_shape(&date) || !is_month_and_day(text) {
        return None;
    }
    match time.as_deref() {
        None => Some(Seen::Date { usual: usual_date }),
        Some(time) => is_time_shape(time).then_some(Seen::DateTime { usual: usual_date && time.len() >= 8 }),
    }
}

fn is_date_shape(shape: &str) -> bool {
    const SHAPES: &[&str] = &[
        "9999-99-99",
        "9999-9-9",
        "9999-9-99",
        "9999-99-9",
        "9999/99/99",
        "9999/9/9",
        "9999/9/99",
        "9999/99/9",
        "9999.99.99",
        "9999.9.9",
        "9999.9.99",
        "9999.99.9",
        "9999年99月99日",
        "9999年9月9日",
        "9999年9月99日",
        "9999年99月9日",
    ];
    SHAPES.contains(&shape)
}

/// `10:20`, `10:20:30`, with a fraction and a zone.
fn is_time_shape(shape: &str) -> bool {
    let (clock, rest) = match shape.find(['.', 'Z', '+', '-']) {
        Some(at) => shape.split_at(at),
        None => (shape, ""),
    };
    let is_rest = rest.chars().all(|c| matches!(c, '9' | '.' | 'Z' | '+' | '-' | ':'));
    matches!(clock, "99:99" | "99:99:99" | "9:99" | "9:99:99") && is_rest
}

fn is_month_and_day(text: &str) -> bool {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut next = || numbers.next().and_then(|part| part.parse::<u32>().ok()).unwrap_or_default();
    let (year, month, day) = (next(), next(), next());
    (1900..=2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// `20261130` and `20261130102030`, where the name speaks of time.
fn of_digits(name: &str, text: &str) -> Option<Seen> {
    if !words::tells_time(name) {
        return None;
    }
    let day = text.get(..8)?;
    let apart = format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]);
    match text.len() {
        _ if !is_month_and_day(&apart) => None,
        8 => Some(Seen::Date { usual: false }),
        14 => Some(Seen::DateTime { usual: false }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Source::{Json, Xml};

    #[test]
    fn values_are_told_by_their_looks() {
        let (date, datetime) = (Seen::Date { usual: true }, Seen::DateTime { usual: true });
        let (other_date, other_time) = (Seen::Date { usual: false }, Seen::DateTime { usual: false });
        for (name, json, source, expected) in [
            ("备注", "\" \"", Json, None),
            ("备注", "null", Json, None),
            ("x", "true", Json, Some(Seen::Boolean)),
            ("x", "\"False\"", Xml, Some(Seen::Boolean)),
            ("是否含税", "\"是\"", Json, Some(Seen::YesNo)),
            ("x", "12", Json, Some(Seen::Whole)),
            ("x", "12.50", Json, Some(Seen::Decimal { scale: 2 })),
            ("x", "125e-3", Json, Some(Seen::Decimal { scale: 3 })),
            ("金额", "\"1280.5000\"", Json, Some(Seen::Decimal { scale: 4 })),
            ("数量", "\"12\"", Json, Some(Seen::Whole)),
            ("备注", "\"12\"", Json, Some(Seen::Text)),
            ("备注", "\"12\"", Xml, Some(Seen::Whole)),
            ("客户编码", "\"12\"", Xml, Some(Seen::Text)),
            ("数量", "\"0012\"", Xml, Some(Seen::Text)),
            ("手机", "\"13800138000\"", Xml, Some(Seen::Text)),
            ("updateTime", "1764000000000", Json, Some(Seen::Milliseconds)),
            ("updateTime", "\"1764000000000\"", Json, Some(Seen::Milliseconds)),
            ("id", "1764000000000", Json, Some(Seen::Whole)),
            ("updateTime", "1764000000", Json, Some(Seen::Seconds)),
            ("d", "\"2026-11-30\"", Json, Some(date)),
            ("d", "\"2026/1/5\"", Json, Some(other_date)),
            ("d", "\"2026年11月30日\"", Json, Some(other_date)),
            ("d", "\"2026.11.30\"", Xml, Some(other_date)),
            ("d", "\"2026-13-30\"", Json, Some(Seen::Text)),
            ("单据日期", "\"20261130\"", Json, Some(other_date)),
            ("批号", "\"20261130\"", Json, Some(Seen::Text)),
            ("修改时间", "\"20261130102030\"", Xml, Some(other_time)),
            ("d", "\"2026-11-30 10:20:30\"", Json, Some(datetime)),
            ("d", "\"2026-11-30T10:20:30.123+08:00\"", Json, Some(datetime)),
            ("d", "\"2026/11/30 9:05\"", Json, Some(other_time)),
            ("d", "\"/Date(1764000000000+0800)/\"", Json, Some(other_time)),
            ("d", "\"2026-11-30 到货\"", Json, Some(Seen::Text)),
            ("x", "\"第一行\\n第二行\"", Json, Some(Seen::LongText)),
            ("标签", "[\"a\",\"b\"]", Json, Some(Seen::Several)),
        ] {
            let value = model::json::read(json).unwrap();
            assert_eq!(look(name, &value, source), expected, "{name} {json} {source:?}");
        }
    }
}
