//! Objects as people described them, told like those of systems that can tell by themselves.

use contract::connector::{Description, Field, Refusal};
use model::connection::Connection;
use model::object::{self, FieldKind, Object, Part};
use model::{AnswerClass, Cause};

pub(super) fn describe(connection: &Connection, object: Option<&str>) -> Result<Vec<Description>, Refusal> {
    let Some(name) = object else {
        let titled = |object: &std::sync::Arc<Object>| Description {
            object: object.name.to_string(),
            title: title(&object.title_zh, &object.title_en),
            ..Description::default()
        };
        return Ok(connection.objects.iter().map(titled).collect());
    };
    let Some(object) = connection.object(name) else {
        let cause = Cause::new("erp.object_unknown").with("object", name);
        return Err(Refusal::new(AnswerClass::Config, cause.with("connection", &connection.name)));
    };
    let is_read = object.part != Part::Bill;
    let detail = |detail: &object::Detail| Description {
        object: detail.name.clone(),
        title: title(&detail.title_zh, &detail.title_en),
        fields: detail.fields.iter().map(|field| told(field, false)).collect(),
        details: Vec::new(),
    };
    Ok(vec![Description {
        object: object.name.to_string(),
        title: title(&object.title_zh, &object.title_en),
        fields: object.fields.iter().map(|field| told(field, is_read)).collect(),
        details: object.details.iter().map(detail).collect(),
    }])
}

fn told(field: &object::Field, read_only: bool) -> Field {
    let (options, refers_to) = match &field.kind {
        FieldKind::Select(choices) | FieldKind::MultiSelect(choices) => {
            (choices.iter().map(|choice| (choice.value.clone(), choice.label.clone())).collect(), None)
        }
        FieldKind::Reference(object) | FieldKind::MasterDetail(object) => {
            (Vec::new(), Some(object.to_string()))
        }
        _ => (Vec::new(), None),
    };
    Field {
        name: field.name.clone(),
        title: title(&field.label_zh, &field.label_en),
        kind: field.kind.name().to_owned(),
        required: field.required,
        read_only,
        options,
        refers_to,
    }
}

fn title(zh: &str, en: &str) -> String {
    if zh == en { zh.to_owned() } else { format!("{zh} {en}") }
}
