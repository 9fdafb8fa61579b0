//! The message itself: from the document to `{msgtype, <kind>: {…}}`, within the vendor's limits.

use model::{Cause, Map, Path, Value, json};

use super::unknown_field;
use crate::dingtalk::kinds::{Kind, LARGEST, LONGEST_ACTION, LONGEST_BUTTONS, MOST_ROWS};

/// The message of this kind in the document.
pub(super) fn of(kind: &Kind, document: &Map<'_>) -> Result<Map<'static>, Cause> {
    let block = match document.get("msg").filter(|msg| !msg.is_blank()) {
        Some(msg) => inside_msg(kind, msg)?,
        None => short(kind, document)?,
    };
    let block = Value::Map(block.into_owned());
    check(kind, &block)?;
    let mut msg = Map::new();
    msg.push("msgtype", kind.name);
    msg.push(kind.name, block);
    let size = json::write(&Value::Map(msg.clone())).len();
    if size > LARGEST && !kind.is_markdown() {
        return Err(Cause::new("dingtalk.too_large").with("size", size).with("most", LARGEST));
    }
    Ok(msg)
}

/// The block of the vendor's own form. A plain text in its place stands for the main field.
fn inside_msg<'d>(kind: &Kind, msg: &'d Value<'_>) -> Result<Map<'d>, Cause> {
    let members = msg.as_map().ok_or_else(|| shape("msg"))?;
    let known = ["msgtype", "agent_id", kind.name];
    if let Some((name, _)) = members.iter().find(|(name, _)| !known.contains(name)) {
        return Err(unknown_field(name, &known));
    }
    let msgtype = members.get("msgtype").and_then(Value::plain).unwrap_or(kind.name.into());
    if msgtype != kind.name {
        return Err(Cause::new("dingtalk.kind_other").with("kind", kind.name).with("msgtype", msgtype));
    }
    let mut block = Map::new();
    match members.get(kind.name) {
        None | Some(Value::Null) => {}
        Some(value) => take_block(kind, value, &mut block)?,
    }
    Ok(block)
}

/// The block of the short form: below the kind's name, or its fields beside the receivers, or both.
fn short<'d>(kind: &Kind, document: &'d Map<'_>) -> Result<Map<'d>, Cause> {
    let mut block = Map::new();
    let is_field = |name: &str| kind.fields.iter().any(|part| part.first() == name);
    for (name, value) in document.iter() {
        match value {
            Value::Null => {}
            value if name == kind.name => take_block(kind, value, &mut block)?,
            value if is_field(name) => put(&mut block, name, value),
            _ => {}
        }
    }
    Ok(block)
}

fn take_block<'d>(kind: &Kind, value: &'d Value<'_>, block: &mut Map<'d>) -> Result<(), Cause> {
    match (value, kind.main) {
        (Value::Map(members), _) => members.iter().for_each(|(name, value)| put(block, name, value)),
        (value, Some(main)) if value.plain().is_some() => put(block, main, value),
        _ => return Err(shape(kind.name)),
    }
    Ok(())
}

fn put<'d>(block: &mut Map<'d>, name: &'d str, value: &'d Value<'_>) {
    if let Some(value) = in_texts(value) {
        block.set(name, value);
    }
}

/// The value with texts in the place of numbers and truth values, as all samples of the vendor have it. Nulls are left
/// out.
fn in_texts<'d>(value: &'d Value<'_>) -> Option<Value<'d>> {
    Some(match value {
        Value::Null => return None,
        Value::List(list) => Value::List(list.iter().filter_map(in_texts).collect()),
        Value::Map(map) => {
            let members = map.iter().filter_map(|(name, value)| Some((name.into(), in_texts(value)?)));
            Value::Map(members.collect())
        }
        scalar => Value::Text(scalar.plain()?),
    })
}

fn shape(field: &str) -> Cause {
    Cause::new("dingtalk.field_shape").with("field", field)
}

fn too_long(field: &str, length: usize, most: usize) -> Cause {
    Cause::new("dingtalk.too_long").with("field", field).with("length", length).with("most", most)
}

/// Required fields, unknown ones, and the limits of single fields.
fn check(kind: &Kind, block: &Value<'static>) -> Result<(), Cause> {
    let known: Vec<&str> = kind.fields.iter().map(|part| part.first()).collect();
    let mut members = block.as_map().into_iter().flat_map(|map| map.iter());
    if let Some((name, _)) = members.find(|(name, _)| !known.contains(name)) {
        return Err(unknown_field(name, &known));
    }
    for part in kind.fields {
        let value =
            Path::parse(part.path).and_then(|path| path.find(block)).filter(|value| !value.is_blank());
        let field = || format!("{}.{}", kind.name, part.path);
        if part.required && value.is_none() {
            return Err(Cause::new("dingtalk.field_missing").with("field", field()));
        }
        let length = value.and_then(Value::as_text).map_or(0, |text| text.chars().count());
        if let Some(most) = part.longest.filter(|most| length > *most) {
            return Err(too_long(&field(), length, most));
        }
    }
    match kind.name {
        "oa" => check_oa(block),
        "action_card" => check_card(block),
        _ => Ok(()),
    }
}

/// An OA message needs a body, and a form of at most six rows.
fn check_oa(block: &Value<'_>) -> Result<(), Cause> {
    let Some(body) = block.get("body").filter(|body| !body.is_blank()) else {
        return Err(Cause::new("dingtalk.field_missing").with("field", "oa.body"));
    };
    let rows = match body.get("form") {
        None => 0,
        Some(form) => form.as_list().ok_or_else(|| shape("oa.body.form"))?.len(),
    };
    if rows > MOST_ROWS {
        return Err(Cause::new("dingtalk.too_many_rows").with("count", rows).with("most", MOST_ROWS));
    }
    Ok(())
}

/// A card needs one button, or a list of them.
fn check_card(block: &Value<'_>) -> Result<(), Cause> {
    let given = |name: &str| block.get(name).is_some_and(|value| !value.is_blank());
    if given("single_title") && given("single_url") {
        return Ok(());
    }
    let buttons = block.get("btn_json_list").filter(|list| !list.is_blank());
    let Some(buttons) = buttons else { return Err(Cause::new("dingtalk.button_missing")) };
    let list = buttons.as_list().ok_or_else(|| shape("action_card.btn_json_list"))?;
    let length = json::write(buttons).chars().count();
    if length > LONGEST_BUTTONS {
        return Err(too_long("action_card.btn_json_list", length, LONGEST_BUTTONS));
    }
    for button in list {
        let part =
            |name: &str| button.get(name).and_then(Value::as_text).filter(|text| !text.trim().is_empty());
        let (Some(_), Some(url)) = (part("title"), part("action_url")) else {
            return Err(Cause::new("dingtalk.button_missing"));
        };
        let length = url.chars().count();
        if length > LONGEST_ACTION {
            return Err(too_long("action_card.btn_json_list.action_url", length, LONGEST_ACTION));
        }
    }
    Ok(())
}
