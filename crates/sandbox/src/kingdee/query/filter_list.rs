//! The list form of FilterString (`protocols/kingdee.md §5.5`), turned into its text form.

use model::{Map, Value, json};

use crate::kingdee::arguments::{member, plain};
use crate::kingdee::fault::{Code, Fault};

/// The condition as text, whichever form it came in.
pub fn as_text(filter: Option<&Value>) -> Result<String, Fault> {
    match filter {
        Some(Value::List(list)) => list_text(list),
        // The list may come as JSON text, too.
        Some(Value::Text(text)) if text.trim_start().starts_with('[') => match json::read(text) {
            Ok(Value::List(list)) => list_text(&list),
            _ => Ok(text.to_string()),
        },
        other => Ok(plain(other)),
    }
}

fn list_text(list: &[Value]) -> Result<String, Fault> {
    let mut out = String::new();
    let mut logic = "";
    for condition in list.iter().filter_map(Value::as_map) {
        let text = |name: &str| plain(member(condition, name));
        let value = text("Value").replace('\'', "''");
        let sign = sign(condition)?;
        out.push_str(&format!(
            "{logic} {} {} {sign} '{value}' {} ",
            text("Left"),
            text("FieldName"),
            text("Right")
        ));
        logic = match text("Logic").to_lowercase().as_str() {
            "1" | "or" => "or",
            _ => "and",
        };
    }
    Ok(out)
}

/// The comparison: the one inner code of the documentation, or a sign written out.
fn sign(condition: &Map) -> Result<&'static str, Fault> {
    let compare = plain(member(condition, "Compare"));
    match compare.trim().to_lowercase().as_str() {
        "67" | "=" => Ok("="),
        "<>" | "!=" => Ok("<>"),
        ">" => Ok(">"),
        ">=" => Ok(">="),
        "<" => Ok("<"),
        "<=" => Ok("<="),
        "like" => Ok("like"),
        _ => Err(Fault::new(Code::Exception, format!("GetRealExpress error，不支持的比较符：{compare}"))),
    }
}
