//! The fields and details that a schema describes.

use model::object::{Choice, Detail, Field, FieldKind};
use model::{Cause, ObjectName, Value};

use super::document::Document;
use super::resolve::{MAX_DEPTH, Schema, texts};
use crate::draft::{self, Drafted, Naming, Parts};

/// Texts that may be longer are long ones.
const LONG: u64 = 1000;
/// Taken where nothing says how many places a number has.
const USUAL_SCALE: u32 = 2;

pub(super) fn draft<'d>(
    naming: &Naming,
    document: &Document<'d>,
    schema: &'d Value<'d>,
) -> Result<Drafted, Cause> {
    let mut reading = Reading { root: document.root, details: Vec::new(), notes: Vec::new() };
    let mut schema = Schema::of(document.root, schema, &[])?;
    let mut code = None;
    let mut details = None;
    let property = |schema: &Schema<'d>, name| {
        schema.properties.iter().find(|(known, _)| *known == name).map(|(_, p)| *p)
    };
    // A body in the standard form: its two parts are the object.
    if let Some(master) = property(&schema, "masterFieldVal") {
        code = match property(&schema, "objAPIName") {
            Some(code) => Schema::of(document.root, code, &schema.trail)?.text("const").map(str::to_owned),
            None => None,
        };
        details = property(&schema, "detailFieldVals");
        schema = Schema::of(document.root, master, &schema.trail)?;
    }
    let title = schema.text("title").map(str::to_owned);
    let fields = reading.fields(&schema, "", Lists::Taken, 0)?;
    if let Some(details) = details {
        let details = Schema::of(document.root, details, &schema.trail)?;
        reading.fields(&details, "", Lists::Taken, 0)?;
    }
    let Reading { details, notes, .. } = reading;
    let naming = Naming { title_zh: naming.title_zh.clone().or(title), ..naming.clone() };
    naming.object(code, Parts { fields, details, ..Parts::default() }, &|_| true, notes)
}

struct Reading<'d> {
    root: &'d Value<'d>,
    details: Vec<Detail>,
    notes: Vec<Cause>,
}

/// Whether lists of objects can be kept where they stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lists<'l> {
    Taken,
    /// In the lines of this list they cannot.
    Within(&'l str),
}

impl<'d> Reading<'d> {
    fn fields(
        &mut self,
        schema: &Schema<'d>,
        before: &str,
        lists: Lists,
        depth: usize,
    ) -> Result<Vec<Field>, Cause> {
        let mut fields = Vec::new();
        for (name, property) in &schema.properties {
            let plain = name.replace('.', "_");
            let (own, told) = (format!("{before}{plain}"), told(lists, before, &plain));
            if depth > MAX_DEPTH || schema.is_within(self.root, property)? {
                self.notes.push(Cause::new("objects.openapi.circle").with("field", told));
                continue;
            }
            let inner = Schema::of(self.root, property, &schema.trail)?;
            if inner.chose {
                self.notes.push(Cause::new("objects.openapi.first_way").with("field", &told));
            }
            match inner.kind() {
                "object" if inner.properties.is_empty() => {
                    self.notes.push(Cause::new("objects.left_out").with("field", told));
                }
                "object" => {
                    self.notes.push(Cause::new("objects.flattened").with("field", &told));
                    fields.extend(self.fields(&inner, &format!("{own}_"), lists, depth + 1)?);
                }
                "array" => fields.extend(self.list(&own, name, &told, &inner, lists, depth)?),
                _ => {
                    let required = schema.required.contains(name) && !is_nullable(&inner);
                    let field = self.field(&own, &told, &inner, required);
                    fields.push(labelled(field, name, &inner));
                }
            }
        }
        Ok(fields)
    }

    /// A list: of objects a detail, of values a field with several options.
    fn list(
        &mut self,
        name: &str,
        own: &str,
        told: &str,
        list: &Schema<'d>,
        lists: Lists,
        depth: usize,
    ) -> Result<Option<Field>, Cause> {
        let Some(items) = list.get("items") else {
            self.notes.push(Cause::new("objects.left_out").with("field", told));
            return Ok(None);
        };
        if list.is_within(self.root, items)? {
            self.notes.push(Cause::new("objects.openapi.circle").with("field", told));
            return Ok(None);
        }
        let line = Schema::of(self.root, items, &list.trail)?;
        if line.kind() != "object" {
            let choices = choices(&line);
            let kind = match choices.is_empty() {
                true => {
                    self.notes.push(Cause::new("objects.list_without_options").with("field", told));
                    FieldKind::Text
                }
                false => FieldKind::MultiSelect(choices),
            };
            let field = draft::field(name, kind, false, None);
            return Ok(Some(labelled(field, own, list)));
        }
        if let Lists::Within(outer) = lists {
            self.notes.push(Cause::new("objects.list_in_line").with("field", name).with("list", outer));
            return Ok(None);
        }
        let fields = self.fields(&line, "", Lists::Within(name), depth + 1)?;
        if fields.is_empty() {
            self.notes.push(Cause::new("objects.empty_list").with("list", name));
            return Ok(None);
        }
        let title = list.text("title").or_else(|| line.text("title"));
        self.details.push(draft::detail(name, title, fields, &mut self.notes));
        Ok(None)
    }

    fn field(&mut self, name: &str, told: &str, schema: &Schema, required: bool) -> Field {
        let length = schema
            .get("maxLength")
            .and_then(Value::plain)
            .and_then(|length| length.parse::<u64>().ok())
            .filter(|length| *length > 0);
        let kind = self.kind(told, schema, length);
        let takes_length = matches!(kind, FieldKind::Text | FieldKind::LongText);
        let max_length = length.filter(|_| takes_length).and_then(|length| u32::try_from(length).ok());
        draft::field(name, kind, required, max_length)
    }

    fn kind(&mut self, told: &str, schema: &Schema, length: Option<u64>) -> FieldKind {
        if let Some(kind) = own_kind(schema) {
            return kind;
        }
        let choices = choices(schema);
        if !choices.is_empty() {
            return FieldKind::Select(choices);
        }
        match (schema.kind(), schema.text("format").unwrap_or_default()) {
            ("integer", _) => FieldKind::Number,
            ("number", _) => match scale(schema) {
                Some(scale) => FieldKind::Decimal { scale },
                None => {
                    let cause = Cause::new("objects.scale_guessed").with("field", told);
                    self.notes.push(cause.with("scale", USUAL_SCALE));
                    FieldKind::Decimal { scale: USUAL_SCALE }
                }
            },
            ("boolean", _) => FieldKind::Boolean,
            (_, "date") => FieldKind::Date,
            (_, "date-time") => FieldKind::DateTime,
            (_, "binary" | "byte") => FieldKind::Attachment,
            _ if length.is_some_and(|length| length > LONG) => FieldKind::LongText,
            _ => FieldKind::Text,
        }
    }
}

fn told(lists: Lists, before: &str, name: &str) -> String {
    match lists {
        Lists::Taken => format!("{before}{name}"),
        Lists::Within(list) => format!("{list}.{before}{name}"),
    }
}

/// The type that a description of ours names beside the schema's.
fn own_kind(schema: &Schema) -> Option<FieldKind> {
    let object = || schema.text("x-qiao-object").map(ObjectName::new);
    Some(match schema.text("x-qiao-type")? {
        "text" => FieldKind::Text,
        "long_text" => FieldKind::LongText,
        "number" => FieldKind::Number,
        "date" => FieldKind::Date,
        "datetime" => FieldKind::DateTime,
        "boolean" => FieldKind::Boolean,
        "person" => FieldKind::Person,
        "department" => FieldKind::Department,
        "attachment" => FieldKind::Attachment,
        "decimal" => FieldKind::Decimal { scale: scale(schema)? },
        "reference" => FieldKind::Reference(object()?),
        "master_detail" => FieldKind::MasterDetail(object()?),
        _ => return None,
    })
}

/// Places behind the point, from our own word or from `multipleOf: 0.01`.
fn scale(schema: &Schema) -> Option<u32> {
    if let Some(scale) = schema.get("x-qiao-scale").and_then(Value::plain) {
        return scale.parse().ok();
    }
    let step = schema.get("multipleOf").and_then(Value::plain)?;
    let step = model::Number::parse(step.into_owned())?.canonical();
    let places = step.split_once('.').map_or(0, |(_, places)| places.len());
    u32::try_from(places).ok().filter(|places| *places <= 18)
}

/// The options, with the names that generators of such documents give them.
fn choices(schema: &Schema) -> Vec<Choice> {
    let ways = schema.get("oneOf").and_then(Value::as_list).unwrap_or_default();
    let constants = ways.iter().filter_map(|way| {
        let value = way.get("const")?.plain()?.into_owned();
        let label = ["title", "description"].iter().find_map(|key| way.get(key).and_then(Value::as_text));
        Some(Choice { label: label.map_or_else(|| value.clone(), str::to_owned), value })
    });
    let constants = once_each(constants);
    if !constants.is_empty() {
        return constants;
    }
    let keys = ["x-enumNames", "x-enum-descriptions", "x-enum-varnames"];
    let labels: Vec<&str> = keys
        .iter()
        .map(|key| texts(schema.get(key)).collect())
        .find(|l: &Vec<&str>| !l.is_empty())
        .unwrap_or_default();
    let values = schema.get("enum").and_then(Value::as_list).unwrap_or_default();
    let values = values.iter().filter_map(Value::plain).enumerate();
    let choice = |(n, value): (usize, std::borrow::Cow<str>)| {
        let label = labels.get(n).map_or_else(|| value.to_string(), |label| (*label).to_owned());
        Choice { value: value.into_owned(), label }
    };
    once_each(values.map(choice))
}

fn once_each(choices: impl Iterator<Item = Choice>) -> Vec<Choice> {
    let mut once: Vec<Choice> = Vec::new();
    for choice in choices.filter(|choice| !choice.value.trim().is_empty()) {
        if !once.iter().any(|known| known.value == choice.value) {
            once.push(choice);
        }
    }
    once
}

/// The title, else the first line of the description where it is short enough to be a label, else the name.
fn labelled(field: Field, name: &str, schema: &Schema) -> Field {
    const LONGEST: usize = 40;
    let first_line = schema.text("description").and_then(|text| text.lines().next()).map(str::trim);
    let short = first_line.filter(|line| !line.is_empty() && line.chars().count() <= LONGEST);
    let label = schema.text("title").or(short).unwrap_or(name);
    Field { label_zh: label.to_owned(), label_en: label.to_owned(), ..field }
}

fn is_nullable(schema: &Schema) -> bool {
    schema.get("nullable") == Some(&Value::Bool(true)) || texts(schema.get("type")).any(|kind| kind == "null")
}
