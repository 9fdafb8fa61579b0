//! QueryBusinessInfo: what a form consists of, read off its description (`protocols/kingdee.md §3.7`).

use model::{Map, Value};

use super::arguments::{member, plain};
use super::catalogue::FormMeta;
use super::fault::{Fault, Outcome, object};
use super::meta::{Field, FormKind, Kind};
use super::turn;
use super::view::words;

/// The reply of QueryBusinessInfo: what a form consists of. `names_head` says whether entries name the head as parent.
pub fn business_info(packet: &Map, names_head: bool) -> Result<Value<'static>, Fault> {
    let id = plain(member(packet, "FormId"));
    let form = turn::form(id.trim())?;
    let entries = form.entities.iter().map(|meta| {
        let is_head = meta.def.key == "FBillHead";
        object([
            ("Key", meta.def.key.into()),
            ("ParentKey", if names_head && !is_head { "FBillHead".into() } else { Value::Null }),
            ("Name", words(meta.def.name)),
            ("TableName", meta.def.table.into()),
            ("EntryName", meta.def.orm.into()),
            ("EntryPkFieldName", meta.def.pk.to_uppercase().into()),
            ("Fields", Value::List(meta.fields.iter().map(|field| field_info(form, field)).collect())),
        ])
        .into()
    });
    let info = object([
        ("Id", form.def.id.into()),
        ("Name", words(form.def.name)),
        ("PkFieldName", form.def.pk.to_uppercase().into()),
        ("Entrys", Value::List(entries.collect())),
        ("Operations", Value::List(operations(form))),
    ]);
    Ok(Outcome::fine().body([("NeedReturnData", info.into())]))
}

fn operations(form: &FormMeta) -> Vec<Value<'static>> {
    const ALWAYS: &[(&str, &str)] = &[
        ("Save", "保存"),
        ("Submit", "提交"),
        ("Audit", "审核"),
        ("UnAudit", "反审核"),
        ("Delete", "删除"),
        ("View", "查看"),
    ];
    let always: &[(&str, &str)] = if form.def.kind == FormKind::System { &ALWAYS[5..] } else { ALWAYS };
    let own = form.def.operations.iter().map(|operation| (operation.number, operation.name));
    always
        .iter()
        .copied()
        .chain(own)
        .map(|(number, name)| {
            object([("OperationNumber", number.into()), ("OperationName", words(name))]).into()
        })
        .collect()
}

fn field_info(form: &FormMeta, field: &Field) -> Value<'static> {
    let (field_type, element_type) = match form.is_bill() && field.key == form.def.number {
        true => (231, 12),
        false => type_codes(field.kind),
    };
    let extends = match field.kind {
        Kind::Choice(values) => {
            let values = values
                .iter()
                .map(|(value, name)| object([("Value", (*value).into()), ("Caption", words(name))]).into());
            Value::List(values.collect())
        }
        _ => Value::Null,
    };
    object([
        ("Key", field.key.into()),
        ("Name", words(field.name)),
        ("FieldName", field.key.to_uppercase().into()),
        ("FieldType", field_type.into()),
        ("ElementType", element_type.into()),
        ("MustInput", i64::from(field.must).into()),
        ("LookUpObjectFormId", field.kind.target().map_or(Value::Null, Value::from)),
        ("IsViewVisible", true.into()),
        ("Extends", extends),
    ])
    .into()
}

fn type_codes(kind: Kind) -> (i64, i64) {
    match kind {
        Kind::Text => (231, 1),
        Kind::Words => (231, 2),
        Kind::Int => (56, 5),
        Kind::Amount => (106, 6),
        Kind::Flag => (175, 8),
        Kind::Date => (61, 10),
        Kind::Time => (61, 11),
        Kind::Choice(_) => (167, 9),
        Kind::Base(_) => (56, 13),
        Kind::Assistant(_) => (56, 29),
    }
}
