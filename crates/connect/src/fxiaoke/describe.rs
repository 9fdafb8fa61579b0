//! Objects and their fields (`protocols/fxiaoke.md §4.2`, `§4.3`).

use contract::connector::{Description, Field, Refusal};
use model::{Map, Value};

use super::call::{Kind, Session};
use super::path;
use super::query::unreadable;
use super::record;
use super::settings::Style;

/// Types whose values the CRM computes (§4.3).
const COMPUTED: [&str; 4] = ["formula", "count", "quote", "auto_number"];

/// System fields that the CRM keeps by itself (§4.3).
const KEPT_BY_CRM: [&str; 13] = [
    "_id",
    "version",
    "create_time",
    "created_by",
    "last_modified_time",
    "last_modified_by",
    "life_status",
    "lock_status",
    "lock_rule",
    "lock_user",
    "is_deleted",
    "owner_department",
    "extend_obj_data_id",
];

/// All active objects, without their fields.
pub(super) async fn objects(session: &Session<'_>) -> Result<Vec<Description>, Refusal> {
    let answer = session.crm(path::OBJECT_LIST, Kind::Read, Map::new()).await?;
    let list = answer.get("data").and_then(|inner| inner.get("objects")).and_then(Value::as_list);
    let list = list.ok_or_else(|| unreadable("*"))?;
    let described = list.iter().filter(|object| is_active(object, "isActive")).filter_map(|object| {
        let object_name = text(object, "describeApiName")?;
        let title = text(object, "describeDisplayName").unwrap_or_else(|| object_name.clone());
        Some(Description { object: object_name, title, ..Description::default() })
    });
    Ok(described.collect())
}

/// One object with its active fields.
pub(super) async fn object(session: &Session<'_>, object: &str) -> Result<Description, Refusal> {
    let answer = session.crm(path::OBJECT_DESCRIBE, Kind::Read, ask(session.settings.style, object)).await?;
    let describe = answer.get("data").and_then(|inner| inner.get("describe").or(Some(inner)));
    let described = describe.and_then(|describe| {
        let fields = describe.get("fields")?.as_map()?;
        Some(Description {
            object: text(describe, "api_name").unwrap_or_else(|| object.to_owned()),
            title: text(describe, "label").unwrap_or_else(|| object.to_owned()),
            fields: fields.iter().filter(|(_, field)| is_active(field, "is_active")).map(field).collect(),
            details: Vec::new(),
        })
    });
    described.ok_or_else(|| unreadable(object))
}

/// The two styles name the object on different levels, and the documents disagree on where `includeDetail` goes.
fn ask(style: Style, object: &str) -> Map<'_> {
    let mut body = Map::new();
    body.push("includeDetail", true);
    match style {
        Style::Token => body.push("apiName", object),
        Style::OAuth => {
            let mut inner = Map::new();
            inner.push("apiName", object);
            inner.push("includeDetail", true);
            body.push("data", inner);
        }
    }
    body
}

fn field((name, field): (&str, &Value)) -> Field {
    let kind = text(field, "type").unwrap_or_default();
    let is_set = |attribute: &str| field.get(attribute).and_then(Value::plain).as_deref() == Some("true");
    Field {
        title: text(field, "label").unwrap_or_else(|| name.to_owned()),
        required: is_set("is_required"),
        read_only: COMPUTED.contains(&&*kind)
            || KEPT_BY_CRM.contains(&name)
            || record::companion_of(name).is_some()
            || is_set("is_readonly"),
        options: options(field),
        // The attribute is not in a public sample (L): where it is absent, the reference's object is not known.
        refers_to: text(field, "target_api_name"),
        name: name.to_owned(),
        kind,
    }
}

fn options(field: &Value) -> Vec<(String, String)> {
    let list = field.get("options").and_then(Value::as_list).unwrap_or_default();
    let pair = |option: &Value| {
        let value = text(option, "value")?;
        let label = text(option, "label").unwrap_or_else(|| value.clone());
        Some((value, label))
    };
    list.iter().filter_map(pair).collect()
}

fn is_active(value: &Value, attribute: &str) -> bool {
    value.get(attribute).and_then(Value::plain).as_deref() != Some("false")
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.plain().map(|text| text.into_owned())
}
