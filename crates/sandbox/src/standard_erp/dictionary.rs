//! The ERP's data dictionary: what it keeps, with which fields, and what it asks of them.
//!
//! A home-grown system: the names are its programmer's own. Checking, reading and describing are written once over
//! these tables.

mod bills;
mod master_data;

use serde_json::{Value, json};

/// The fields that every record has and the ERP keeps by itself.
pub const STATUS: &str = "status";
pub const CREATED: &str = "createTime";
pub const LAST_MODIFIED: &str = "lastModified";
pub const ROW_VERSION: &str = "rowVersion";
/// The fields that every row of a detail has.
pub const ENTRY_ID: &str = "entryId";
pub const SEQ: &str = "seq";

/// The contents of [`STATUS`].
pub const NORMAL: &str = "1";
pub const VOID: &str = "9";

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text of at most that many characters.
    Text(usize),
    /// The same over several lines.
    LongText(usize),
    Whole,
    /// A decimal number with at most that many places.
    Decimal(u32),
    /// `2026-11-24`
    Date,
    Flag,
    /// One of these: (code, name).
    Choice(&'static [(&'static str, &'static str)]),
    /// The number of a record of that object.
    Reference(&'static str),
}

/// Who fills a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Free,
    Required,
    /// The ERP works it out; what a caller sends is passed over.
    System,
}

#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub kind: Kind,
    pub mark: Mark,
}

/// The rows of a bill.
#[derive(Debug, Clone, Copy)]
pub struct Detail {
    pub name: &'static str,
    pub label: &'static str,
    pub fields: &'static [Field],
    /// Whether a bill needs at least one row.
    pub is_required: bool,
}

#[derive(Debug)]
pub struct Object {
    pub name: &'static str,
    pub label: &'static str,
    /// The field of the id.
    pub id: &'static str,
    /// The field of the number that people know a record by.
    pub number: &'static str,
    /// What numbers that the ERP gives begin with.
    pub prefix: &'static str,
    /// Whether the caller always names the id, whatever the switch says.
    pub named_by_caller: bool,
    pub fields: &'static [Field],
    pub details: &'static [Detail],
}

/// Everything the ERP keeps. Ids follow from the place in this list: new objects go to its end.
pub const OBJECTS: &[&Object] = &[
    &master_data::CUSTOMER,
    &master_data::MATERIAL,
    &bills::SALE_ORDER,
    &bills::STOCK_OUT,
    &master_data::SAMPLE,
];

pub fn lookup(name: &str) -> Option<&'static Object> {
    OBJECTS.iter().copied().find(|object| object.name == name)
}

impl Object {
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub fn detail(&self, name: &str) -> Option<&'static Detail> {
        self.details.iter().find(|detail| detail.name == name)
    }

    /// Whether a master field of that name is kept by the ERP itself, beside the listed ones.
    pub fn keeps(&self, name: &str) -> bool {
        [STATUS, CREATED, LAST_MODIFIED, ROW_VERSION].contains(&name)
    }

    /// The object as the ERP's manual has it.
    pub fn describe(&self) -> Value {
        let own = |name: &str, label: &str, kind: &str| json!({ "name": name, "label": label, "type": kind, "mark": "system" });
        let mut fields = Vec::new();
        if self.field(self.id).is_none() {
            fields.push(own(self.id, "内码", "text"));
        }
        fields.extend(self.fields.iter().map(Field::describe));
        fields.extend([
            json!({ "name": STATUS, "label": "状态", "type": "choice", "mark": "system",
                "options": { NORMAL: "正常", VOID: "作废" } }),
            own(CREATED, "创建时间", "time"),
            own(LAST_MODIFIED, "最后修改时间", "time"),
            own(ROW_VERSION, "数据版本", "whole"),
        ]);
        let details = self.details.iter().map(|detail| {
            let mut rows = vec![own(ENTRY_ID, "分录内码", "text"), own(SEQ, "行号", "whole")];
            rows.extend(detail.fields.iter().map(Field::describe));
            json!({ "name": detail.name, "label": detail.label, "required": detail.is_required, "fields": rows })
        });
        json!({ "name": self.name, "label": self.label, "id": self.id, "number": self.number, "fields": fields,
            "details": details.collect::<Vec<_>>() })
    }
}

impl Field {
    fn describe(&self) -> Value {
        let mark = match self.mark {
            Mark::Free => "free",
            Mark::Required => "required",
            Mark::System => "system",
        };
        let mut shown = json!({ "name": self.name, "label": self.label, "mark": mark });
        match self.kind {
            Kind::Text(length) => (shown["type"], shown["length"]) = ("text".into(), length.into()),
            Kind::LongText(length) => (shown["type"], shown["length"]) = ("long_text".into(), length.into()),
            Kind::Whole => shown["type"] = "whole".into(),
            Kind::Decimal(places) => (shown["type"], shown["places"]) = ("decimal".into(), places.into()),
            Kind::Date => shown["type"] = "date".into(),
            Kind::Flag => shown["type"] = "flag".into(),
            Kind::Reference(object) => (shown["type"], shown["object"]) = ("reference".into(), object.into()),
            Kind::Choice(options) => {
                shown["type"] = "choice".into();
                shown["options"] = options
                    .iter()
                    .map(|(code, name)| ((*code).to_owned(), json!(name)))
                    .collect::<serde_json::Map<_, _>>()
                    .into();
            }
        }
        shown
    }
}

const fn field(name: &'static str, label: &'static str, kind: Kind) -> Field {
    Field { name, label, kind, mark: Mark::Free }
}

const fn required(name: &'static str, label: &'static str, kind: Kind) -> Field {
    Field { name, label, kind, mark: Mark::Required }
}

const fn system(name: &'static str, label: &'static str, kind: Kind) -> Field {
    Field { name, label, kind, mark: Mark::System }
}
