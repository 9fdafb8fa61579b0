//! Values that could be real: of the right type and length, Chinese, and the same every time.

use model::object::{Choice, Field, FieldKind};
use model::{Map, Number, Value};

use super::wire::{List, Member, Wire};
use crate::words;

/// Texts by what the name or the label speaks of; the first that fits counts.
const TEXTS: &[(&[&str], &str)] = &[
    (&["手机", "mobile", "cellphone"], "13800138000"),
    (&["电话", "传真", "phone", "tel", "fax"], "0755-86001234"),
    (&["邮箱", "邮件", "mail"], "wangqiang@example.com"),
    (&["地址", "address"], "深圳市南山区科技南路8号"),
    (&["税号", "taxno", "taxid"], "91440300MA5EXAMPLE"),
    (&["单位", "unit", "uom"], "个"),
    (&["币", "currency"], "CNY"),
    (&["编码", "编号", "单号", "code", "number"], "BH000001"),
    (&["备注", "说明", "remark", "memo", "note"], "请在周五前送货"),
    (&["物料", "产品", "商品", "material", "product", "goods"], "六角螺栓 M8×30"),
    (&["联系人", "姓名", "业务员", "contact", "person"], "王强"),
    (&["客户", "公司", "供应商", "customer", "company", "supplier"], "深圳市华桥电子有限公司"),
];

/// The id of the record that all samples speak of.
const ID: &str = "100001";

/// A record in the standard form, with one line in each list.
pub(super) fn record(wire: &Wire) -> Value<'static> {
    let mut map = Map::new();
    map.push("objAPIName", wire.code.to_owned());
    parts(wire, &mut map);
    Value::Map(map)
}

/// A record that is still to be made, without the ids that it will get.
pub(super) fn new_record(wire: &Wire) -> Value<'static> {
    let mut record = record(wire);
    let Value::Map(parts) = &mut record else { return record };
    if let Some(Value::Map(master)) = parts.get_mut("masterFieldVal") {
        master.remove(wire.id);
    }
    let Some(Value::Map(lists)) = parts.get_mut("detailFieldVals") else { return record };
    for list in &wire.lists {
        if let (Some(id), Some(Value::List(lines))) = (list.id, lists.get_mut(list.name)) {
            for line in lines {
                if let Value::Map(line) = line {
                    line.remove(id);
                }
            }
        }
    }
    record
}

/// A record's two parts alone, as `queryMasterById` answers.
pub(super) fn parts(wire: &Wire, map: &mut Map<'static>) {
    map.push("masterFieldVal", values(&wire.master, wire.id, ID));
    let mut lists = Map::new();
    for list in &wire.lists {
        let line = values(&list.fields, list.id.unwrap_or_default(), &line_id(1));
        lists.set(list.name.to_owned(), vec![Value::Map(line)]);
    }
    map.push("detailFieldVals", lists);
}

/// The master's id as text, as it stands in headers and addresses.
pub(super) fn id() -> &'static str {
    ID
}

/// The ids of new lines, for an answer.
pub(super) fn line_ids(lists: &[List]) -> Map<'static> {
    let mut map = Map::new();
    for list in lists {
        map.set(list.name.to_owned(), vec![Value::from(line_id(1))]);
    }
    map
}

fn line_id(n: usize) -> String {
    format!("{ID}-{n}")
}

fn values(members: &[Member], id_name: &str, id: &str) -> Map<'static> {
    let mut map = Map::new();
    for member in members {
        let value = match member.name == id_name {
            true => of_id(member.field, id),
            false => of(member.field),
        };
        map.set(member.name.to_owned(), value);
    }
    map
}

fn of_id(field: &Field, id: &str) -> Value<'static> {
    match field.kind {
        FieldKind::Number => {
            let digits: String = id.chars().filter(char::is_ascii_digit).collect();
            Number::parse(digits).map_or(Value::Null, Value::Number)
        }
        _ => Value::from(id.to_owned()),
    }
}

/// A value of the field.
pub(super) fn of(field: &Field) -> Value<'static> {
    match &field.kind {
        FieldKind::Text | FieldKind::LongText => Value::from(text(field)),
        FieldKind::Number if words::tells_time(&field.name) => Value::from(1_795_996_800_000),
        FieldKind::Number => Value::from(12),
        FieldKind::Decimal { scale } => decimal(field, *scale),
        FieldKind::Date => Value::from("2026-11-30"),
        FieldKind::DateTime => Value::from("2026-11-30 10:20:30"),
        FieldKind::Boolean => Value::from(true),
        FieldKind::Select(choices) => Value::from(first(choices)),
        FieldKind::MultiSelect(choices) => {
            let values = choices.iter().take(2).map(|choice| Value::from(choice.value.clone()));
            Value::List(values.collect())
        }
        FieldKind::Reference(_) | FieldKind::MasterDetail(_) => Value::from("200001"),
        FieldKind::Person => Value::from("1001"),
        FieldKind::Department => Value::from("2001"),
        FieldKind::Attachment => Value::from("FILE-000001"),
    }
}

fn first(choices: &[Choice]) -> String {
    choices.first().map_or_else(|| "1".into(), |choice| choice.value.clone())
}

fn decimal(field: &Field, scale: u32) -> Value<'static> {
    let spoken = spoken(field);
    let is_rate = ["rate", "税率", "折扣", "discount"].iter().any(|word| spoken.contains(word));
    let (whole, places) = if is_rate { ("0", "13") } else { ("1280", "5") };
    let places: String = places.chars().chain(std::iter::repeat('0')).take(scale as usize).collect();
    let text = if places.is_empty() { whole.to_owned() } else { format!("{whole}.{places}") };
    Number::parse(text).map_or(Value::Null, Value::Number)
}

fn text(field: &Field) -> String {
    let spoken = spoken(field);
    let fitting = TEXTS.iter().find(|(words, _)| words.iter().any(|word| spoken.contains(word)));
    let text = match fitting {
        Some((_, text)) => (*text).to_owned(),
        None if words::plain(&field.name).ends_with("no") => "BH000001".into(),
        None => format!("{}示例", field.label_zh),
    };
    // A line break in a label is no line break in a value.
    let one_line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    one_line.take(field.max_length.map_or(usize::MAX, |length| length as usize)).collect()
}

fn spoken(field: &Field) -> String {
    format!("{}{}", words::plain(&field.name), field.label_zh)
}
