//! The described model: which objects the tenant has, with which fields (`protocols/fxiaoke.md` §4.2, §4.3, §4.7).

mod json;
mod objects;
mod system;

pub use json::{describe, list};

/// What values a field holds, and how JSON carries them (§4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    LongText,
    Phone,
    Email,
    Url,
    /// Filled by the system when nothing is sent.
    AutoNumber,
    SelectOne,
    SelectMany,
    /// A decimal text with that many places.
    Number(u32),
    Currency(u32),
    Percentile(u32),
    /// Midnight GMT+8, in milliseconds.
    Date,
    DateTime,
    TrueOrFalse,
    /// A list of one employee id.
    Employee,
    /// A list of one department id.
    Department,
    /// The `_id` of a record of that object.
    Reference(&'static str),
    /// The `_id` of the master this record is a detail of.
    MasterDetail(&'static str),
    Attachment,
    /// Pictures, as attachments with their extension and size.
    Image,
}

impl Kind {
    /// The type name in a description.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::LongText => "long_text",
            Kind::Phone => "phone_number",
            Kind::Email => "email",
            Kind::Url => "url",
            Kind::AutoNumber => "auto_number",
            Kind::SelectOne => "select_one",
            Kind::SelectMany => "select_many",
            Kind::Number(_) => "number",
            Kind::Currency(_) => "currency",
            Kind::Percentile(_) => "percentile",
            Kind::Date => "date",
            Kind::DateTime => "date_time",
            Kind::TrueOrFalse => "true_or_false",
            Kind::Employee => "employee",
            Kind::Department => "department",
            Kind::Reference(_) => "object_reference",
            Kind::MasterDetail(_) => "master_detail",
            Kind::Attachment => "file_attachment",
            Kind::Image => "image",
        }
    }

    /// The decimal places of a decimal field.
    pub fn places(self) -> Option<u32> {
        match self {
            Kind::Number(places) | Kind::Currency(places) | Kind::Percentile(places) => Some(places),
            _ => None,
        }
    }

    /// The object a field points to.
    pub fn target(self) -> Option<&'static str> {
        match self {
            Kind::Reference(target) | Kind::MasterDetail(target) => Some(target),
            _ => None,
        }
    }

    /// Whether a text is what the field holds, so that a length limit applies.
    pub fn is_textual(self) -> bool {
        matches!(self, Kind::Text | Kind::LongText | Kind::Phone | Kind::Email | Kind::Url | Kind::AutoNumber)
    }
}

/// Who defined a field or an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Definer {
    System,
    Package,
    Custom,
}

impl Definer {
    pub fn name(self) -> &'static str {
        match self {
            Definer::System => "system",
            Definer::Package => "package",
            Definer::Custom => "custom",
        }
    }
}

/// One field of an object.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub kind: Kind,
    pub required: bool,
    pub unique: bool,
    /// (value, label) of a select field.
    pub options: &'static [(&'static str, &'static str)],
}

impl Field {
    pub const fn new(name: &'static str, label: &'static str, kind: Kind) -> Field {
        Field { name, label, kind, required: false, unique: false, options: &[] }
    }

    pub const fn text(name: &'static str, label: &'static str) -> Field {
        Field::new(name, label, Kind::Text)
    }

    pub const fn select(
        name: &'static str,
        label: &'static str,
        options: &'static [(&'static str, &'static str)],
    ) -> Field {
        Field { options, ..Field::new(name, label, Kind::SelectOne) }
    }

    pub const fn required(self) -> Field {
        Field { required: true, ..self }
    }

    pub const fn unique(self) -> Field {
        Field { unique: true, ..self }
    }

    /// The length in characters that a text may have.
    pub fn max_length(&self) -> usize {
        match self.kind {
            Kind::LongText => 2000,
            Kind::Url => 500,
            _ => 100,
        }
    }

    pub fn definer(&self) -> Definer {
        match self.name {
            "name" => Definer::System,
            name if name.ends_with("__c") => Definer::Custom,
            _ => Definer::Package,
        }
    }
}

/// One kind of business record.
#[derive(Debug, Clone, Copy)]
pub struct Object {
    pub name: &'static str,
    pub label: &'static str,
    pub fields: &'static [Field],
    /// Records may be made and changed through the interface. People and departments may not.
    pub writable: bool,
    /// (value, label) of the tenant's own 业务类型, beside the preset one.
    pub record_types: &'static [(&'static str, &'static str)],
}

/// The record type that every object has.
pub const DEFAULT_RECORD_TYPE: &str = "default__c";

impl Object {
    pub fn is_custom(&self) -> bool {
        self.name.ends_with("__c")
    }

    /// Whether records may be of that type.
    pub fn has_record_type(&self, value: &str) -> bool {
        value == DEFAULT_RECORD_TYPE || self.record_types.iter().any(|(known, _)| *known == value)
    }

    /// A field of its own, or one that every object has.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().chain(system::FIELDS).find(|field| field.name == name)
    }

    /// The master this object is a detail of, and the field that points to it.
    pub fn master(&self) -> Option<(&'static str, &'static Field)> {
        self.fields.iter().find_map(|field| match field.kind {
            Kind::MasterDetail(master) => Some((master, field)),
            _ => None,
        })
    }
}

/// All objects, in the order of the list.
pub fn all() -> &'static [&'static Object] {
    objects::ALL
}

pub fn object(name: &str) -> Option<&'static Object> {
    all().iter().copied().find(|object| object.name == name)
}

/// The fields that every object has besides its own.
pub fn system_fields() -> &'static [Field] {
    system::FIELDS
}
