//! The answers of `object/list` and `object/describe` (`protocols/fxiaoke.md` §4.2).

use serde_json::{Map, Value, json};

use super::{Definer, Field, Kind, Object, all, system_fields};

/// `data.objects[]`.
pub fn list() -> Value {
    all()
        .iter()
        .map(|object| {
            json!({
                "describeApiName": object.name,
                "describeDisplayName": object.label,
                "defineType": if object.is_custom() { "custom" } else { "package" },
                "isActive": true,
                "iconPath": "",
                "iconIndex": 0,
                "hideButton": false,
                "publicObject": false,
            })
        })
        .collect()
}

/// `data.describe`.
pub fn describe(object: &Object, created_ms: i64) -> Value {
    let mut fields = Map::new();
    for field in object.fields {
        fields.insert(field.name.into(), one(object, field, field.definer(), created_ms));
    }
    for field in system_fields() {
        fields.insert(field.name.into(), one(object, field, Definer::System, created_ms));
    }
    for (value, label) in object.record_types {
        if let Some(options) = fields["record_type"]["options"].as_array_mut() {
            options.push(json!({ "label": label, "value": value }));
        }
    }
    json!({
        "api_name": object.name,
        "label": object.label,
        "define_type": if object.is_custom() { "custom" } else { "package" },
        "is_active": true,
        "fields": fields,
    })
}

fn one(object: &Object, field: &Field, definer: Definer, created_ms: i64) -> Value {
    let mut about = json!({
        "describe_api_name": object.name,
        "api_name": field.name,
        "label": field.label,
        "type": field.kind.name(),
        "is_required": field.required || field.name == "owner",
        "is_active": true,
        "is_unique": field.unique,
        "is_index": true,
        "define_type": definer.name(),
        "create_time": created_ms,
        "help_text": "",
    });
    let attributes = about.as_object_mut().expect("an object was just made");
    attributes.extend(kind_attributes(field));
    about
}

/// The attributes that depend on the kind of a field.
fn kind_attributes(field: &Field) -> Map<String, Value> {
    let mut attributes = Map::new();
    if field.kind.is_textual() {
        attributes.insert("max_length".into(), json!(field.max_length()));
    }
    if let Some(places) = field.kind.places() {
        attributes.insert("decimal_places".into(), json!(places));
    }
    if let Some(target) = field.kind.target() {
        attributes.insert("target_api_name".into(), json!(target));
    }
    match field.kind {
        Kind::Currency(_) => {
            attributes.insert("currency_unit".into(), json!("￥"));
        }
        Kind::Date | Kind::DateTime => {
            let format = if field.kind == Kind::Date { "yyyy-MM-dd" } else { "yyyy-MM-dd HH:mm" };
            attributes.insert("date_format".into(), json!(format));
            attributes.insert("time_zone".into(), json!("GMT+8"));
        }
        Kind::SelectOne | Kind::SelectMany => {
            let options: Value = field
                .options
                .iter()
                .map(|(value, label)| json!({ "label": label, "value": value }))
                .collect();
            attributes.insert("options".into(), options);
        }
        _ => {}
    }
    attributes
}
