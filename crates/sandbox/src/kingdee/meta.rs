//! How a form is described: entities, fields, their types and what the server does with them.
//!
//! The descriptions themselves are tables of data in [`forms`](super::forms). Everything else (saving, queries, View,
//! QueryBusinessInfo) is written once and reads them (`protocols/kingdee.md §3.7, §7`).

/// A business object.
pub struct Form {
    pub id: &'static str,
    pub name: &'static str,
    pub kind: FormKind,
    /// Key of the internal id: `FID` for bills, a name of its own for master data (§5.2).
    pub pk: &'static str,
    /// Key of the number in the head; empty when the form has none.
    pub number: &'static str,
    /// Key of the name in the head; empty for bills.
    pub caption: &'static str,
    pub numbering: Numbering,
    /// The head first.
    pub entities: &'static [Entity],
    pub operations: &'static [FormOperation],
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FormKind {
    /// Master data: unique number per creating organisation.
    Master,
    /// Documents: unique number per form.
    Bill,
    /// Tables of the platform that the interface reads only.
    System,
}

/// How the server numbers a document that comes without a number.
pub struct Numbering {
    pub prefix: &'static str,
    /// Whether year and month follow the prefix: `XSDD2605000004`.
    pub dated: bool,
    pub digits: usize,
}

pub struct Entity {
    pub key: &'static str,
    pub name: &'static str,
    pub table: &'static str,
    /// Key of the row id.
    pub pk: &'static str,
    /// Name of the collection in View.
    pub orm: &'static str,
    pub shape: Shape,
    /// Groups of fields, in order.
    pub fields: &'static [&'static [Field]],
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Head,
    /// One row per document, written as an object.
    Sub,
    /// Any number of rows; a row in which nothing is filled in is dropped when saving.
    Rows,
    /// At least one row.
    SomeRows,
}

impl Shape {
    /// Whether a document has exactly one row of it.
    pub fn is_single(self) -> bool {
        matches!(self, Shape::Head | Shape::Sub)
    }
}

#[derive(Clone, Copy)]
pub struct Field {
    pub key: &'static str,
    pub name: &'static str,
    pub kind: Kind,
    pub must: bool,
    /// Set by the server alone; ignored when written.
    pub by_server: bool,
    pub preset: Preset,
    /// The name in View where it is not the key without its `F`.
    pub orm: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Text per language; written as a plain string or a list of `{Key, Value}`.
    Words,
    Int,
    Amount,
    Flag,
    Date,
    Time,
    /// One of some values, kept as text.
    Choice(&'static [(&'static str, &'static str)]),
    /// A document of that form.
    Base(&'static str),
    /// A value of that group of assistant data.
    Assistant(&'static str),
}

impl Kind {
    /// The form a reference points to.
    pub fn target(self) -> Option<&'static str> {
        match self {
            Kind::Base(form) => Some(form),
            Kind::Assistant(_) => Some(ASSISTANT),
            _ => None,
        }
    }
}

/// The form that holds all groups of assistant data.
pub const ASSISTANT: &str = "BOS_ASSISTANTDATA_SELECT";
pub const ORGANISATION: &str = "ORG_Organizations";
pub const USER: &str = "SEC_User";

/// What a field holds when nobody says anything.
#[derive(Clone, Copy)]
pub enum Preset {
    Nothing,
    Text(&'static str),
    Flag(bool),
    Int(i64),
    Amount(i64),
    /// The document with that number.
    Ref(&'static str),
    /// The document that another field of the head refers to.
    SameAs(&'static str),
    Today,
}

pub struct FormOperation {
    pub number: &'static str,
    pub name: &'static str,
    pub effect: Effect,
}

/// What `ExcuteOperation` does (§3.4).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    Forbid,
    Enable,
    Void,
    Unvoid,
    Close,
    Reopen,
    /// Sets that field of the chosen rows to closed.
    Row(&'static str),
    /// Sets that field of the chosen rows to open again.
    OpenRow(&'static str),
}

const fn field(key: &'static str, name: &'static str, kind: Kind) -> Field {
    Field { key, name, kind, must: false, by_server: false, preset: Preset::Nothing, orm: None }
}

pub const fn text(key: &'static str, name: &'static str) -> Field {
    field(key, name, Kind::Text)
}

pub const fn words(key: &'static str, name: &'static str) -> Field {
    field(key, name, Kind::Words)
}

pub const fn int(key: &'static str, name: &'static str) -> Field {
    field(key, name, Kind::Int)
}

pub const fn amount(key: &'static str, name: &'static str) -> Field {
    field(key, name, Kind::Amount)
}

pub const fn flag(key: &'static str, name: &'static str) -> Field {
    field(key, name, Kind::Flag)
}

pub const fn date(key: &'static str, name: &'static str) -> Field {
    field(key, name, Kind::Date)
}

pub const fn time(key: &'static str, name: &'static str) -> Field {
    field(key, name, Kind::Time)
}

pub const fn base(key: &'static str, name: &'static str, form: &'static str) -> Field {
    field(key, name, Kind::Base(form))
}

pub const fn assistant(key: &'static str, name: &'static str, group: &'static str) -> Field {
    field(key, name, Kind::Assistant(group))
}

pub const fn choice(
    key: &'static str,
    name: &'static str,
    values: &'static [(&'static str, &'static str)],
) -> Field {
    field(key, name, Kind::Choice(values))
}

impl Field {
    pub const fn must(mut self) -> Field {
        self.must = true;
        self
    }

    pub const fn preset(mut self, preset: Preset) -> Field {
        self.preset = preset;
        self
    }

    pub const fn orm(mut self, name: &'static str) -> Field {
        self.orm = Some(name);
        self
    }

    /// The same field, set by the server alone.
    pub const fn by_server(mut self) -> Field {
        self.by_server = true;
        self
    }

    /// The name in View: the key without its `F`, unless the table says otherwise; custom fields keep theirs
    /// (§3.3).
    pub fn property(&self) -> &'static str {
        match self.orm {
            Some(name) => name,
            None if self.key.starts_with("F_") => self.key,
            None => self.key.strip_prefix('F').unwrap_or(self.key),
        }
    }
}
