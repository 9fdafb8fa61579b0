//! Whether what was read back is what a system makes of what was written, or has been edited in between. Pure.

use model::{Number, Value};

use super::sides::alike;
use crate::delivery::read_back::holds;

/// Whether a system makes the one that was read of the other that was written: rounded or cut, in other letters, without a
/// reference that it does not know.
pub(super) fn is_made_of(read: &Value, written: &Value) -> bool {
    if alike(read, written) || holds(read, written) {
        return true;
    }
    match (read, written) {
        (read, Value::Map(_)) if read.is_blank() => true,
        (Value::Map(read), Value::Map(written)) => written.iter().all(|(name, written)| {
            read.get(name).is_none_or(|read| read.is_blank() || is_made_of(read, written))
        }),
        (read, written) => match (read.plain(), written.plain()) {
            (Some(read), Some(written)) => is_rounded(&read, &written) || is_cut(&read, &written),
            _ => false,
        },
    }
}

/// Whether two numbers differ by less than one in the last place of the first.
fn is_rounded(read: &str, written: &str) -> bool {
    let parsed = |text: &str| Number::parse(text.trim().to_owned()).map(|number| number.canonical());
    let (Some(read), Some(written)) = (parsed(read), parsed(written)) else { return false };
    let places = |text: &str| text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let (kept, fine) = (places(&read), places(&written));
    // Both as whole numbers of the finer unit.
    let whole = |text: &str| {
        let (head, fraction) = text.split_once('.').unwrap_or((text, ""));
        format!("{head}{fraction:0<fine$}").parse::<i128>().ok()
    };
    let unit = u32::try_from(fine.saturating_sub(kept)).ok().and_then(|places| 10_i128.checked_pow(places));
    match (whole(&read), whole(&written), unit) {
        (Some(read), Some(written), Some(unit)) => fine > kept && (read - written).abs() < unit,
        _ => false,
    }
}

fn is_cut(read: &str, written: &str) -> bool {
    let (read, written) = (read.trim().to_lowercase(), written.trim().to_lowercase());
    !read.is_empty() && Number::parse(read.as_str()).is_none() && written.starts_with(&read)
}

#[cfg(test)]
mod tests {
    use model::json;

    use super::*;

    #[test]
    fn what_a_system_makes_of_a_value_is_no_edit_and_anything_else_is() {
        for (read, written, expected) in [
            ("13.46", "13.456", true),
            ("13", "13.456", true),
            ("14", "13.456", true),
            ("15", "13.456", false),
            ("2", "28", false),
            ("28", "43", false),
            ("13.5", "13", false),
            (r#""北京市桥梁""#, r#""北京市桥梁公司""#, true),
            (r#""北京市48号""#, r#""上海市42号""#, false),
            (r#""ABC""#, r#""abc""#, true),
            (r#""""#, r#""010-1""#, false),
            (r#"" ""#, r#"{"FNumber":"T01"}"#, true),
            (r#"{"FNumber":" "}"#, r#"{"FNumber":"T01"}"#, true),
            (r#"{"FNumber":"T02","FName":"乙"}"#, r#"{"FNumber":"T01"}"#, false),
            (r#"{"FNumber":"T01","FName":"甲"}"#, r#"{"FNumber":"T01"}"#, true),
        ] {
            let (value, other) = (json::read(read).unwrap(), json::read(written).unwrap());
            assert_eq!(is_made_of(&value, &other), expected, "{read} {written}");
        }
    }
}
