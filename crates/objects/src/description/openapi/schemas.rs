//! The schemas: the master, each list, the standard form, and the answers.

use model::object::{Choice, Field, FieldKind};
use model::{Lang, Map, Number, Value};

use super::super::addresses::{Addresses, Success};
use super::super::types;
use super::super::wire::{Member, Wire};
use super::{list, map, reference};

pub(super) fn of(wire: &Wire, addresses: &Addresses, lang: Lang) -> Value<'static> {
    let mut schemas = Map::new();
    schemas.push("Master", object(&wire.master, Some(wire.id), lang));
    let (mut lists, mut new_lists) = (Map::new(), Map::new());
    let mut line_ids = Map::new();
    for (n, detail) in wire.lists.iter().enumerate() {
        let name = format!("Detail{}", n + 1);
        let mut line = object(&detail.fields, detail.id, lang);
        titled(&mut line, lang.choose(detail.title_zh, detail.title_en));
        schemas.push(name.clone(), line);
        let id = detail.fields.iter().find(|member| Some(member.name) == detail.id && member.field.required);
        let lines = |items| map([("type", Value::from("array")), ("items", items)]);
        lists.set(detail.name.to_owned(), lines(with_id(&name, id.map(|id| id.name))));
        new_lists.set(detail.name.to_owned(), lines(reference(&name)));
        let ids = map([("type", Value::from("array")), ("items", map([("type", Value::from("string"))]))]);
        line_ids.set(detail.name.to_owned(), ids);
    }
    schemas.push("Details", properties(lists, Vec::new()));
    schemas.push("NewDetails", properties(new_lists, Vec::new()));
    schemas.push("DetailIds", properties(line_ids, Vec::new()));
    let parts =
        || [("masterFieldVal", with_id("Master", Some(wire.id))), ("detailFieldVals", reference("Details"))];
    schemas.push("Record", record(wire, parts()));
    let new_parts = [("masterFieldVal", reference("Master")), ("detailFieldVals", reference("NewDetails"))];
    schemas.push("NewRecord", record(wire, new_parts));
    let one: Map = parts().into_iter().map(|(name, part)| (name.into(), part)).collect();
    let written = map([
        ("masterDataId", map([("type", Value::from("string"))])),
        ("detailDataIds", reference("DetailIds")),
    ]);
    let records = map([("type", Value::from("array")), ("items", reference("Record"))]);
    let batch = map([("totalNum", map([("type", Value::from("integer"))])), ("dataList", records)]);
    let served = Success::default();
    for (before, success) in [("Erp", &addresses.erp.success), ("Served", &served)] {
        schemas.push(format!("{before}Written"), answer(success, as_object(written.clone())));
        schemas.push(format!("{before}Batch"), answer(success, as_object(batch.clone())));
        schemas.push(format!("{before}One"), answer(success, properties(one.clone(), Vec::new())));
    }
    let text = || map([("type", Value::from("string"))]);
    let pushed: Map = [("errCode".into(), text()), ("errMsg".into(), text())].into_iter().collect();
    schemas.push("Pushed", properties(pushed, vec!["errCode", "errMsg"]));
    Value::Map(schemas)
}

fn record(wire: &Wire, parts: [(&'static str, Value<'static>); 2]) -> Value<'static> {
    let code = map([("type", Value::from("string")), ("const", Value::from(wire.code.to_owned()))]);
    let mut record = Map::new();
    record.push("objAPIName", code);
    parts.into_iter().for_each(|(name, part)| record.push(name, part));
    properties(record, vec!["objAPIName", "masterFieldVal"])
}

/// What is there already has its id; what is to be made gets it.
fn with_id(schema: &str, id: Option<&str>) -> Value<'static> {
    let mut schema = reference(schema);
    if let (Value::Map(map), Some(id)) = (&mut schema, id) {
        map.push("required", vec![Value::from(id.to_owned())]);
    }
    schema
}

fn as_object(members: Value<'static>) -> Value<'static> {
    match members {
        Value::Map(members) => properties(members, Vec::new()),
        other => other,
    }
}

fn properties(members: Map<'static>, required: Vec<&str>) -> Value<'static> {
    let mut schema = Map::new();
    schema.push("type", "object");
    schema.push("properties", members);
    if !required.is_empty() {
        let required: Vec<Value> = required.into_iter().map(|name| Value::from(name.to_owned())).collect();
        schema.push("required", required);
    }
    Value::Map(schema)
}

/// `code`, `message`, `data`, under the names that the connection has for them. Without data it is null.
fn answer(success: &Success, data: Value<'static>) -> Value<'static> {
    let mut members = Map::new();
    members.set(success.code_name.clone(), map([("type", list(["string", "integer"].map(Value::from)))]));
    members.set(success.message_name.clone(), map([("type", list(["string", "null"].map(Value::from)))]));
    members
        .set(success.data_name.clone(), map([("anyOf", list([data, map([("type", Value::from("null"))])]))]));
    properties(members, vec![&success.code_name])
}

/// The fields; that of the id is required only where [`with_id`] says so.
fn object(fields: &[Member], id: Option<&str>, lang: Lang) -> Value<'static> {
    let (mut members, mut required) = (Map::new(), Vec::new());
    for member in fields {
        if member.field.required && Some(member.name) != id {
            required.push(member.name);
        }
        members.set(member.name.to_owned(), of_field(member.field, lang));
    }
    properties(members, required)
}

/// The field as a schema, with our own words where a schema has none, so that the document can be imported again.
fn of_field(field: &Field, lang: Lang) -> Value<'static> {
    let mut schema = Map::new();
    let kind = match &field.kind {
        FieldKind::Number => Value::from("integer"),
        FieldKind::Decimal { .. } => Value::from("number"),
        FieldKind::Boolean => Value::from("boolean"),
        FieldKind::MultiSelect(_) => Value::from("array"),
        FieldKind::Date | FieldKind::DateTime => list(["string", "integer"].map(Value::from)),
        _ => Value::from("string"),
    };
    schema.push("type", kind);
    schema.push("title", lang.choose(&field.label_zh, &field.label_en).to_owned());
    if let Some(writing) = types::writing(&field.kind, lang) {
        schema.push("description", writing);
    }
    if let Some(length) = field.max_length {
        schema.push("maxLength", i64::from(length));
    }
    match &field.kind {
        FieldKind::Select(choices) => options(&mut schema, choices),
        FieldKind::MultiSelect(choices) => {
            let mut items = Map::new();
            items.push("type", "string");
            options(&mut items, choices);
            schema.push("items", items);
        }
        FieldKind::Decimal { scale } => schema.push("x-qiao-scale", i64::from(*scale)),
        FieldKind::Reference(object) | FieldKind::MasterDetail(object) => {
            schema.push("x-qiao-object", object.as_str().to_owned());
        }
        _ => {}
    }
    schema.push("x-qiao-type", field.kind.name());
    let example = super::super::sample::of(field);
    if example != Value::Null && example != Value::Number(Number::from(0)) {
        schema.push("examples", vec![example]);
    }
    Value::Map(schema)
}

fn options(schema: &mut Map<'static>, choices: &[Choice]) {
    if choices.is_empty() {
        return;
    }
    let ways = choices.iter().map(|choice| {
        map([("const", Value::from(choice.value.clone())), ("title", Value::from(choice.label.clone()))])
    });
    schema.push("oneOf", ways.collect::<Vec<_>>());
}

fn titled(schema: &mut Value<'static>, title: &str) {
    if let Value::Map(map) = schema {
        map.push("title", title.to_owned());
    }
}
