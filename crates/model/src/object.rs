//! Objects that people describe (ERP 对象, 中间表对象): what records of a system are like that cannot tell it by itself.

use crate::{ConnectionName, ObjectName};

/// A kind of business record of one connection, described by hand, from a sample, from an API description or from a
/// spreadsheet. Flows name it like the object of any other system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub connection: ConnectionName,
    /// As flows name it.
    pub name: ObjectName,
    /// The system's own code of the bill that it comes from (真实 ERP 对象编码), sent as `objAPIName`; of several objects
    /// that one bill is split into, the same. Equal to the name unless the text says otherwise.
    pub code: String,
    pub title_zh: String,
    pub title_en: String,
    /// Which part of the bill it is (拆分类型).
    pub part: Part,
    /// The field with the unchanging id, one of `fields`.
    pub id: String,
    /// The field with the number people know it by.
    pub number: Option<String>,
    /// The field with the name people know it by.
    pub display: Option<String>,
    /// The field with the version or modification time. Where there is none, what is pushed is a wake-up for a system that
    /// can be asked, and the newest otherwise.
    pub version: Option<String>,
    pub push: Push,
    /// The field by which one of its records is void, and what it then holds; `None` where the connection's rule holds.
    pub void: Option<(String, String)>,
    /// In the order of the text, the id among them.
    pub fields: Vec<Field>,
    pub details: Vec<Detail>,
    pub hooks: ObjectHooks,
}

/// Which part of a bill an object is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Part {
    /// The bill's header, with those detail lists that the object describes.
    #[default]
    Bill,
    /// Each line of that detail list is a record of its own. It holds the line's fields, and those of the header under
    /// `master.`.
    Lines(String),
}

/// What a pushed record says of fields that it does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Push {
    /// They are empty.
    #[default]
    Full,
    /// They are as they were.
    Partial,
}

/// A detail list (明细) of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// As the system names it: the key in `detailFieldVals`.
    pub name: String,
    pub title_zh: String,
    pub title_en: String,
    /// The field with the unchanging id of a line, where lines have one.
    pub id: Option<String>,
    pub fields: Vec<Field>,
}

/// A field of an object or of a detail list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// As the system names it.
    pub name: String,
    pub label_zh: String,
    pub label_en: String,
    pub kind: FieldKind,
    pub required: bool,
    /// Most characters of a text.
    pub max_length: Option<u32>,
    /// Whether it holds personal data, which no record of a call and no sample shows.
    pub personal: bool,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    Text,
    LongText,
    /// A whole number.
    Number,
    /// A number with so many places behind the point.
    Decimal {
        scale: u32,
    },
    /// `2026-11-30`, or milliseconds since 1970.
    Date,
    /// `2026-11-30 10:20:30`, with a zone or in the connection's, or milliseconds since 1970.
    DateTime,
    Boolean,
    Select(Vec<Choice>),
    MultiSelect(Vec<Choice>),
    /// The id or number of a record of another object of the connection.
    Reference(ObjectName),
    Person,
    Department,
    Attachment,
    /// The id of the master's record, in an object whose records are lines of another.
    MasterDetail(ObjectName),
}

/// One option of a select field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

/// The functions (自定义函数) of an object, as paths of files beside its text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ObjectHooks {
    /// Makes standard records of a body in a form of the pusher's own.
    pub parse: Option<String>,
    /// Builds the request of a call.
    pub request: CallHooks,
    /// Reads the answer to a call.
    pub answer: CallHooks,
}

/// A function for each of the four calls of the standard protocol (`protocols/standard-erp.md §1, §2`), as paths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallHooks([Option<String>; 4]);

impl CallHooks {
    /// The calls, as texts and functions name them.
    pub const CALLS: [&str; 4] = ["create", "update", "queryMasterBatch", "queryMasterById"];

    /// The same function for all calls.
    pub fn every(path: &str) -> CallHooks {
        CallHooks([(); 4].map(|()| Some(path.to_owned())))
    }

    /// Names the function of one call. Nothing happens where there is no such call.
    pub fn set(&mut self, call: &str, path: String) {
        let place = Self::CALLS.iter().position(|known| *known == call);
        if let Some(place) = place.and_then(|place| self.0.get_mut(place)) {
            *place = Some(path);
        }
    }

    pub fn of(&self, call: &str) -> Option<&str> {
        let place = Self::CALLS.iter().position(|known| *known == call)?;
        self.0.get(place)?.as_deref()
    }

    /// Each call that has a function, with its path.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        Self::CALLS.into_iter().zip(&self.0).filter_map(|(call, path)| Some((call, path.as_deref()?)))
    }

    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

impl FieldKind {
    /// The word for it in texts.
    pub fn name(&self) -> &'static str {
        match self {
            FieldKind::Text => "text",
            FieldKind::LongText => "long_text",
            FieldKind::Number => "number",
            FieldKind::Decimal { .. } => "decimal",
            FieldKind::Date => "date",
            FieldKind::DateTime => "datetime",
            FieldKind::Boolean => "boolean",
            FieldKind::Select(_) => "select",
            FieldKind::MultiSelect(_) => "multi_select",
            FieldKind::Reference(_) => "reference",
            FieldKind::Person => "person",
            FieldKind::Department => "department",
            FieldKind::Attachment => "attachment",
            FieldKind::MasterDetail(_) => "master_detail",
        }
    }
}

impl Object {
    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The names of the fields with personal data, those of its lines among them.
    pub fn personal(&self) -> impl Iterator<Item = &str> {
        let lines = self.details.iter().flat_map(|detail| &detail.fields);
        let fields = self.fields.iter().chain(lines).filter(|field| field.personal);
        // Of a header's field in a record that is a line, the last name is that of the field.
        fields.map(|field| field.name.rsplit('.').next().unwrap_or(&field.name))
    }

    /// The detail list of that name.
    pub fn detail(&self, name: &str) -> Option<&Detail> {
        self.details.iter().find(|detail| detail.name == name)
    }
}
