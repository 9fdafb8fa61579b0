//! A draft of an object: what it is called, what was found, and what was only guessed.

use model::object::{Detail, Field, FieldKind, Object, ObjectHooks, Part, Push};
use model::{Cause, ConnectionName, ObjectName};

use crate::words;

/// What a new object is called. Nothing of it can be known from a sample or a spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    pub connection: ConnectionName,
    /// As flows will name it.
    pub name: ObjectName,
    /// The system's own code of the bill; else the one the sample names, else the name.
    pub code: Option<String>,
    /// The titles; the name stands for one that is missing.
    pub title_zh: Option<String>,
    pub title_en: Option<String>,
}

/// An object as far as it could be made out, for a person to correct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    pub object: Object,
    /// What was guessed and why, in the order of the fields. None holds a value of a sample.
    pub notes: Vec<Cause>,
}

/// Fields and details, before anybody knows which of them is the id.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub fields: Vec<Field>,
    pub details: Vec<Detail>,
    /// What says by itself which field has which part to play; else names decide.
    pub roles: Roles,
}

/// The fields with a part of their own to play.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Roles {
    pub id: Option<String>,
    pub number: Option<String>,
    pub display: Option<String>,
    pub version: Option<String>,
}

impl Naming {
    /// Makes the object. `is_unique` tells whether no two records that were seen share the field's value.
    ///
    /// # Errors
    /// `objects.no_fields` where there is none that could be the id.
    pub(crate) fn object(
        &self,
        code: Option<String>,
        parts: Parts,
        is_unique: &dyn Fn(&str) -> bool,
        mut notes: Vec<Cause>,
    ) -> Result<Drafted, Cause> {
        let Parts { mut fields, details, roles } = parts;
        let Some(first) = fields.first().map(|field| field.name.clone()) else {
            return Err(Cause::new("objects.no_fields"));
        };
        let guessed = words::roles(&fields, is_unique);
        let mut role = |given: Option<String>, guessed: Option<String>, code: &'static str| {
            if given.is_none()
                && let Some(field) = &guessed
            {
                notes.push(Cause::new(code).with("field", field));
            }
            given.or(guessed)
        };
        let number = role(roles.number, guessed.number, "objects.guessed_number_field");
        let display = role(roles.display, guessed.display, "objects.guessed_name_field");
        let version = role(roles.version, guessed.version, "objects.guessed_version_field");
        let id = role(roles.id, guessed.id, "objects.guessed_id_field");
        let id = id.unwrap_or_else(|| {
            let id = number.clone().filter(|number| is_unique(number)).unwrap_or(first);
            notes.push(Cause::new("objects.no_id_field").with("field", &id));
            id
        });
        if version.is_none() {
            notes.push(Cause::new("objects.no_version_field"));
        }
        if let Some(field) = fields.iter_mut().find(|field| field.name == id) {
            field.required = true;
        }
        let name = self.name.as_str();
        let object = Object {
            connection: self.connection.clone(),
            name: self.name.clone(),
            code: self.code.clone().or(code).unwrap_or_else(|| name.to_owned()),
            title_zh: self.title_zh.clone().or_else(|| self.title_en.clone()).unwrap_or_else(|| name.into()),
            title_en: self.title_en.clone().or_else(|| self.title_zh.clone()).unwrap_or_else(|| name.into()),
            part: Part::Bill,
            id,
            number,
            display,
            version,
            push: Push::Full,
            void: None,
            fields,
            details,
            hooks: ObjectHooks::default(),
        };
        Ok(Drafted { object, notes })
    }
}

/// A detail list whose line id is guessed by its name.
pub(crate) fn detail(name: &str, title: Option<&str>, fields: Vec<Field>, notes: &mut Vec<Cause>) -> Detail {
    let id = words::line_id(&fields);
    match &id {
        Some(field) => notes.push(
            Cause::new("objects.guessed_line_id").with("field", format!("{name}.{field}")).with("list", name),
        ),
        None => notes.push(Cause::new("objects.no_line_id").with("list", name)),
    }
    let title = title.unwrap_or(name);
    Detail { name: name.into(), title_zh: title.into(), title_en: title.into(), id, fields }
}

/// A field that is labelled by its name.
pub(crate) fn field(name: &str, kind: FieldKind, required: bool, max_length: Option<u32>) -> Field {
    let (label_zh, label_en) = (name.into(), name.into());
    Field { name: name.into(), label_zh, label_en, kind, required, max_length, personal: false }
}
