//! The OpenAPI document has the shape of OpenAPI 3.1 and says what the object says.

use std::collections::BTreeSet;

use super::*;

fn document(object: &Object, lang: Lang) -> Value<'static> {
    let text = openapi(object, &addresses(), lang);
    assert_eq!(text, openapi(object, &addresses(), lang), "the same every time");
    json::read(&text).unwrap().into_owned()
}

fn members<'v>(value: &'v Value<'static>) -> Vec<(&'v str, &'v Value<'static>)> {
    value.as_map().map(|map| map.iter().collect()).unwrap_or_default()
}

fn only(value: &Value<'static>, allowed: &[&str], at: &str) {
    for (name, _) in members(value) {
        assert!(allowed.contains(&name) || name.starts_with("x-"), "{name} has no place in {at}");
    }
}

/// Every member at its place, by the specification's tables of fixed fields.
fn check(document: &Value<'static>) {
    only(document, &["openapi", "info", "servers", "tags", "paths", "components"], "the document");
    assert_eq!(document.get("openapi").and_then(Value::as_text), Some("3.1.0"));
    let info = document.get("info").unwrap();
    assert!(info.get("title").and_then(Value::as_text).is_some() && info.get("version").is_some());
    let schemes = document.get("components").unwrap().get("securitySchemes").unwrap();
    for (_, scheme) in members(schemes) {
        only(scheme, &["type", "in", "name", "description"], "an apiKey scheme");
    }
    let mut ids = BTreeSet::new();
    for (path, item) in members(document.get("paths").unwrap()) {
        assert!(path.starts_with('/'), "{path}");
        only(item, &["servers", "get", "post"], "a path item");
        for (_, operation) in members(item).into_iter().filter(|(name, _)| *name != "servers") {
            let allowed = [
                "operationId",
                "tags",
                "summary",
                "description",
                "security",
                "parameters",
                "requestBody",
                "responses",
            ];
            only(operation, &allowed, "an operation");
            assert!(ids.insert(operation.get("operationId").and_then(Value::as_text).unwrap().to_owned()));
            for requirement in operation.get("security").unwrap().as_list().unwrap() {
                assert!(members(requirement).iter().all(|(name, _)| schemes.get(name).is_some()));
            }
            let mut seen = BTreeSet::new();
            for parameter in operation.get("parameters").and_then(Value::as_list).unwrap_or_default() {
                only(
                    parameter,
                    &["name", "in", "required", "schema", "example", "description"],
                    "a parameter",
                );
                let name = parameter.get("name").and_then(Value::as_text).unwrap();
                assert!(!["accept", "content-type", "authorization"].contains(&&*name.to_lowercase()));
                assert!(
                    seen.insert((
                        name.to_owned(),
                        parameter.get("in").unwrap().as_text().unwrap().to_owned()
                    ))
                );
                schema(document, parameter.get("schema").unwrap());
            }
            for (_, media) in operation.get("requestBody").map(content).unwrap_or_default() {
                only(media, &["schema", "example"], "a media type");
                schema(document, media.get("schema").unwrap());
            }
            let responses = members(operation.get("responses").unwrap());
            assert!(!responses.is_empty());
            for (status, response) in responses {
                assert!(status.len() == 3 && status.bytes().all(|b| b.is_ascii_digit()), "{status}");
                only(response, &["description", "headers", "content"], "a response");
                assert!(response.get("description").and_then(Value::as_text).is_some());
                for (_, media) in content(response) {
                    only(media, &["schema", "example"], "a media type");
                    schema(document, media.get("schema").unwrap());
                }
            }
        }
    }
    for (name, found) in members(document.get("components").unwrap().get("schemas").unwrap()) {
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')), "{name}");
        schema(document, found);
    }
}

fn content<'v>(value: &'v Value<'static>) -> Vec<(&'v str, &'v Value<'static>)> {
    value.get("content").map(members).unwrap_or_default()
}

fn schema(document: &Value<'static>, found: &Value<'static>) {
    if found.get("$ref").is_some() {
        only(found, &["$ref", "required"], "a reference");
    }
    if let Some(reference) = found.get("$ref").and_then(Value::as_text) {
        let name = reference.strip_prefix("#/components/schemas/").unwrap();
        assert!(
            document.get("components").unwrap().get("schemas").unwrap().get(name).is_some(),
            "{reference}"
        );
        return;
    }
    let allowed = [
        "type",
        "title",
        "description",
        "maxLength",
        "oneOf",
        "anyOf",
        "const",
        "enum",
        "items",
        "properties",
        "required",
        "examples",
    ];
    only(found, &allowed, "a schema");
    const TYPES: &[&str] = &["string", "number", "integer", "boolean", "array", "object", "null"];
    let kinds = found.get("type").map(|kind| match kind {
        Value::List(list) => list.iter().filter_map(Value::as_text).collect(),
        kind => vec![kind.as_text().unwrap()],
    });
    assert!(kinds.unwrap_or_default().iter().all(|kind| TYPES.contains(kind)));
    for (_, property) in found.get("properties").map(members).unwrap_or_default() {
        schema(document, property);
    }
    for name in found.get("required").and_then(Value::as_list).unwrap_or_default() {
        assert!(found.get("properties").unwrap().get(name.as_text().unwrap()).is_some(), "{name:?}");
    }
    found.get("items").into_iter().for_each(|items| schema(document, items));
    for key in ["oneOf", "anyOf"] {
        found
            .get(key)
            .and_then(Value::as_list)
            .unwrap_or_default()
            .iter()
            .for_each(|way| schema(document, way));
    }
}

#[test]
fn documents_have_the_shape_of_openapi_3_1() {
    for lang in [Lang::Zh, Lang::En] {
        check(&document(&order(), lang));
        check(&document(&unit(), lang));
    }
}

#[test]
fn every_call_has_its_operation() {
    let document = document(&order(), Lang::Zh);
    let paths: Vec<&str> =
        members(document.get("paths").unwrap()).into_iter().map(|(path, _)| path).collect();
    assert_eq!(
        paths,
        [
            "/order/save",
            "/update",
            "/queryMasterBatch",
            "/queryMasterById",
            "/erp/syncdata/open/objdata/syncpush",
            "/erp/u8/create",
            "/erp/u8/update",
            "/erp/u8/queryMasterBatch",
            "/erp/u8/queryMasterById",
        ]
    );
}

#[test]
fn calls_that_share_a_path_are_told_apart() {
    let mut addresses = addresses();
    addresses.erp.paths.update = addresses.erp.paths.create.clone();
    addresses.erp.paths.query_by_id = "/erp/u8/queryMasterById".into();
    let text = openapi(&order(), &addresses, Lang::Zh);
    let document = json::read(&text).unwrap().into_owned();
    check(&document);
    let paths = document.get("paths").unwrap();
    for path in ["/order/save", "/order/save#update", "/erp/u8/queryMasterById#servedQueryMasterById"] {
        assert!(paths.get(path).is_some(), "{path}: {text}");
    }
}

#[test]
fn what_is_described_can_be_imported_again() {
    let order = order();
    let text = openapi(&order, &addresses(), Lang::Zh);
    let naming = Naming {
        connection: order.connection.clone(),
        name: order.name.clone(),
        code: None,
        title_zh: Some(order.title_zh.clone()),
        title_en: Some(order.title_en.clone()),
    };
    for wanted in [Wanted::Operation("update".into()), Wanted::Schema("Record".into())] {
        let mut imported = import(&naming, text.as_bytes(), &wanted).unwrap().object;
        // One document speaks one language.
        let fields =
            imported.fields.iter_mut().chain(imported.details.iter_mut().flat_map(|d| &mut d.fields));
        for field in fields {
            let known =
                order.fields.iter().chain(&order.details[0].fields).find(|known| known.name == field.name);
            field.label_en = known.map(|known| known.label_en.clone()).unwrap_or_default();
        }
        imported.details[0].title_en = order.details[0].title_en.clone();
        assert_eq!(imported, order);
    }
}
