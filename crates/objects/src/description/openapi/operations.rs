//! One call as an operation.

use model::pushing::{PushFailure, SUCCESS};
use model::{Lang, Map, Value};

use super::super::addresses::Format;
use super::super::calls::{Call, Side};
use super::super::wire::Wire;
use super::{list, map, reference};

/// Headers that OpenAPI describes elsewhere and forbids here.
const ELSEWHERE: &[&str] = &["token", "content-type", "accept", "authorization"];

/// One of the four calls.
pub(super) fn of(wire: &Wire, call: &Call, lang: Lang) -> Value<'static> {
    let (tag, scheme, before) = match call.side {
        Side::Served => ("served", "qiaoToken", "Served"),
        Side::Erp | Side::Push => ("erp", "erpToken", "Erp"),
    };
    let mut operation = head(call, tag, scheme, lang);
    let mut parameters: Vec<Value> = Vec::new();
    let own = call.headers.iter().filter(|header| !ELSEWHERE.contains(&&*header.name.to_lowercase()));
    parameters.extend(own.map(|header| parameter("header", &header.name, &header.value, text(), true)));
    for (name, value) in &call.query {
        let schema = match *name {
            "objAPIName" => {
                map([("type", Value::from("string")), ("const", Value::from(wire.code.to_owned()))])
            }
            "dataId" => text(),
            "includeDetail" => map([("type", Value::from("boolean"))]),
            _ => map([("type", Value::from("integer"))]),
        };
        parameters.push(parameter("query", name, value, schema, true));
    }
    if !parameters.is_empty() {
        operation.push("parameters", parameters);
    }
    if let Some(body) = &call.body {
        let mut media = Map::new();
        let is_new = call.key.ends_with("reate");
        media.push("schema", reference(if is_new { "NewRecord" } else { "Record" }));
        media.push(
            "example",
            match call.forms.0 {
                Format::Json => json_of(body),
                _ => Value::from(body.clone()),
            },
        );
        let content = map([(call.forms.0.media(), Value::Map(media))]);
        operation.push("requestBody", map([("required", Value::from(true)), ("content", content)]));
    }
    let kind = match call.path_kind() {
        Kind::Write => "Written",
        Kind::Batch => "Batch",
        Kind::One => "One",
    };
    let example = match call.forms.1 {
        Format::Json => call.answer.clone(),
        _ => Value::from(call.answer_text()),
    };
    let media = map([("schema", reference(&format!("{before}{kind}"))), ("example", example)]);
    let success = lang.choose("成功或失败，见 code", "A success or a failure, as its code says");
    operation.push("responses", map([("200", response(success, call.forms.1, media))]));
    Value::Map(operation)
}

/// All pushes: they share one address.
pub(super) fn push(calls: &[Call], lang: Lang) -> Value<'static> {
    let pushes: Vec<&Call> = calls.iter().filter(|call| call.side == Side::Push).collect();
    let Some(standard) = pushes.first() else { return Value::Null };
    let mut operation = head(standard, "push", "qiaoToken", lang);
    let told = pushes.iter().map(|call| {
        let (zh, en) =
            (format!("{}:{}", call.title.0, call.about.0), format!("{}: {}", call.title.1, call.about.1));
        lang.choose(&zh, &en).to_owned()
    });
    operation.set("description", told.collect::<Vec<_>>().join("\n\n"));
    let mut parameters = Vec::new();
    for header in &standard.headers {
        let required = header.name != "id";
        if !ELSEWHERE.contains(&&*header.name.to_lowercase()) {
            parameters.push(parameter("header", &header.name, &header.value, text(), required));
        }
    }
    let kinds = map([("type", Value::from("string")), ("enum", list(["1", "2", "3"].map(Value::from)))]);
    parameters.push(parameter("header", "operationType", "3", kinds, false));
    operation.push("parameters", parameters);
    let mut content = Map::new();
    let body = standard.body.as_deref().unwrap_or_default();
    content.push("application/json", map([("schema", reference("Record")), ("example", json_of(body))]));
    for (kind, example) in
        [("application/xml", pushes.get(1).and_then(|call| call.body.clone())), ("text/plain", None)]
    {
        let mut media = Map::new();
        media.push("schema", text());
        if let Some(example) = example {
            media.push("example", example);
        }
        content.push(kind, media);
    }
    operation.push("requestBody", map([("required", Value::from(false)), ("content", Value::Map(content))]));
    operation.push("responses", answers(standard, lang));
    Value::Map(operation)
}

/// By HTTP status, each with its failure codes.
fn answers(call: &Call, lang: Lang) -> Value<'static> {
    let mut statuses: Vec<u16> = PushFailure::ALL.iter().map(|failure| failure.status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    let mut responses = Map::new();
    for status in statuses {
        let mut told: Vec<String> = Vec::new();
        if status == 200 {
            told.push(format!("{SUCCESS} {}", lang.choose("已收到并落盘", "received and on disk")));
        }
        for failure in PushFailure::ALL.iter().filter(|failure| failure.status == status) {
            told.push(format!("{} {}", failure.code, lang.choose(failure.what.0, failure.what.1)));
        }
        let mut media = map([("schema", reference("Pushed"))]);
        if let Value::Map(media) = &mut media
            && status == 200
        {
            media.push("example", call.answer.clone());
        }
        let mut answer = response(&told.join("\n"), Format::Json, media);
        if let Value::Map(answer) = &mut answer
            && status == 200
        {
            let receipt = map([
                (
                    "description",
                    Value::from(lang.choose("回执编号，可凭它追踪", "the receipt, to trace it by")),
                ),
                ("schema", text()),
            ]);
            answer.push("headers", map([("X-Qiao-Receipt", receipt)]));
        }
        responses.push(status.to_string(), answer);
    }
    Value::Map(responses)
}

fn head(call: &Call, tag: &'static str, scheme: &'static str, lang: Lang) -> Map<'static> {
    let mut operation = Map::new();
    operation.push("operationId", call.key);
    operation.push("tags", list([Value::from(tag)]));
    operation.push("summary", lang.choose(call.title.0, call.title.1).to_owned());
    operation.push("description", lang.choose(call.about.0, call.about.1).to_owned());
    operation.push("security", list([map([(scheme, Value::List(Vec::new()))])]));
    operation
}

fn response(description: &str, format: Format, media: Value<'static>) -> Value<'static> {
    map([("description", Value::from(description.to_owned())), ("content", map([(format.media(), media)]))])
}

fn parameter(
    place: &'static str,
    name: &str,
    example: &str,
    schema: Value<'static>,
    required: bool,
) -> Value<'static> {
    let is_text = schema.get("type").and_then(Value::as_text) == Some("string");
    let example = match is_text {
        true => Value::from(example.to_owned()),
        false => json_of(example),
    };
    map([
        ("name", Value::from(name.to_owned())),
        ("in", Value::from(place)),
        ("required", Value::from(required)),
        ("schema", schema),
        ("example", example),
    ])
}

fn text() -> Value<'static> {
    map([("type", Value::from("string"))])
}

/// A text that we wrote as JSON, as the value again.
fn json_of(text: &str) -> Value<'static> {
    model::json::read(text).map(Value::into_owned).unwrap_or_else(|_| Value::from(text.to_owned()))
}

/// What a call is about.
enum Kind {
    Write,
    Batch,
    One,
}

impl Call {
    fn path_kind(&self) -> Kind {
        match self.query.len() {
            0 => Kind::Write,
            _ if self.query.iter().any(|(name, _)| *name == "dataId") => Kind::One,
            _ => Kind::Batch,
        }
    }
}
