//! Forms: what is known of a kind of document before it is read or written.
//!
//! A form comes from its preset (`connectors/kingdee-k3cloud/objects/*.yaml`) and, where that does not suffice, from the
//! system's own description (`QueryBusinessInfo`). Names of fields are compared without case, as the server does
//! (`protocols/kingdee.md §5.2`).

mod described;
mod preset;

pub use described::{described, description};
pub use preset::{Presets, presets};

/// Where most forms keep the number of the document that a row was derived from.
const SOURCE: &str = "FSrcBillNo";

/// One kind of document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    pub object: String,
    /// The field with the inner id: `FID`, `FCUSTID`.
    pub id: String,
    pub number: Option<String>,
    pub name: Option<String>,
    /// The date fields that move when a document changes; a window holds when any of them is in it. Empty where the
    /// form has none: then every reading reads everything.
    pub changed_by: Vec<String>,
    /// The field with Z, A, B, C, D.
    pub status: Option<String>,
    /// The field that is `B` in a forbidden document.
    pub forbidden: Option<String>,
    /// The field that is `B` in a cancelled document.
    pub cancelled: Option<String>,
    /// Forbidding is refused unless the document is audited.
    pub forbid_audited_only: bool,
    /// Cancelling is refused unless the document can be edited: a submitted one is taken back first, an audited one
    /// un-audited.
    pub cancel_opened: bool,
    /// How the form is closed for further business; `None` where it knows no such thing.
    pub close: Option<Close>,
    /// The field of a list that holds the number of the document a row was derived from.
    pub source: String,
    /// The field of its links that holds that document's inner id: numbers of several forms may be the same.
    pub source_id: Option<String>,
    /// The field that puts a record into a group (分组).
    pub group: Option<String>,
    pub fields: Vec<FormField>,
    pub entities: Vec<Entity>,
    /// Whether the system's own description is in it.
    pub is_described: bool,
}

/// Closing (关闭): by which operation, and where it shows.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// The field of the head that shows it …
    pub field: String,
    /// … and what it says of a closed document.
    pub closed: String,
    #[serde(rename = "do")]
    pub operation: String,
    pub undo: String,
}

impl Close {
    /// Whether what the operation does is so already; `None` for any other operation.
    pub fn is_done(&self, operation: &str, closed: Option<bool>) -> Option<bool> {
        match operation {
            name if name == self.operation => Some(closed == Some(true)),
            name if name == self.undo => Some(closed == Some(false)),
            _ => None,
        }
    }
}

/// A part of a document with fields of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    pub key: String,
    /// The field with the row's id: `FEntryID`, `FENTRYID`.
    pub id: String,
    /// A sub-head: one object per document instead of a list of rows.
    pub is_single: bool,
    pub fields: Vec<FormField>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FormField {
    pub key: String,
    /// For references: the member that plain values go to (`FNumber`, `FNUMBER`, `FUserID`, `FNAME`, `FCODE`).
    pub member: Option<String>,
    /// Most characters of a text, where the system tells.
    pub longest: Option<usize>,
    /// Most decimals of a number, where the system tells.
    pub scale: Option<usize>,
}

impl Form {
    /// A bill of which nothing is known but its name.
    pub fn bill(object: &str) -> Form {
        Form {
            object: object.to_owned(),
            id: "FID".to_owned(),
            number: Some("FBillNo".to_owned()),
            name: None,
            changed_by: vec!["FModifyDate".to_owned(), "FApproveDate".to_owned()],
            status: Some("FDocumentStatus".to_owned()),
            forbidden: None,
            cancelled: None,
            forbid_audited_only: false,
            cancel_opened: false,
            close: None,
            source: SOURCE.to_owned(),
            source_id: None,
            group: None,
            fields: Vec::new(),
            entities: Vec::new(),
            is_described: false,
        }
    }

    pub fn entity(&self, key: &str) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.key.eq_ignore_ascii_case(key))
    }

    /// The lists of rows, without the sub-heads.
    pub fn lists(&self) -> impl Iterator<Item = &Entity> {
        self.entities.iter().filter(|entity| !entity.is_single)
    }

    /// A field of the head.
    pub fn field(&self, key: &str) -> Option<&FormField> {
        find(&self.fields, key)
    }

    /// The entity that has a field of this name.
    pub fn owner(&self, key: &str) -> Option<(&Entity, &FormField)> {
        self.entities.iter().find_map(|entity| Some((entity, entity.field(key)?)))
    }

    /// Whether the name is one of those by which the head is known: id, number, name, dates, statuses.
    pub fn is_own_field(&self, key: &str) -> bool {
        self.id.eq_ignore_ascii_case(key) || self.own_fields().any(|own| own.eq_ignore_ascii_case(key))
    }

    /// The fields beside the id by which the head is known, in the order in which they are read.
    pub fn own_fields(&self) -> impl Iterator<Item = &String> {
        let states = [&self.number, &self.name, &self.status, &self.forbidden, &self.cancelled];
        let closed = self.close.as_ref().map(|close| &close.field);
        states.into_iter().flatten().chain(closed).chain(&self.changed_by)
    }
}

impl Entity {
    pub fn field(&self, key: &str) -> Option<&FormField> {
        find(&self.fields, key)
    }

    /// The row's id as a query names it: `FSaleOrderEntry_FEntryID`.
    pub fn id_key(&self) -> String {
        format!("{}_{}", self.key, self.id)
    }
}

fn find<'f>(fields: &'f [FormField], key: &str) -> Option<&'f FormField> {
    fields.iter().find(|field| field.key.eq_ignore_ascii_case(key))
}

/// The field and member of a name as another integration platform writes it: `FCreateOrgId_FNumber` is
/// `FCreateOrgId.FNumber`. `None` for names that only look so: custom fields (`F_PAEZ_FName`) are names of their own.
pub fn alias(name: &str) -> Option<(&str, &str)> {
    const MEMBERS: [&str; 5] = ["FNumber", "FName", "FUserID", "FCODE", "FDataValue"];
    let (field, member) = name.rsplit_once('_')?;
    let is_member = MEMBERS.iter().any(|known| known.eq_ignore_ascii_case(member));
    let is_prefix =
        field.eq_ignore_ascii_case("F") || field.strip_prefix("F_").is_some_and(|rest| !rest.contains('_'));
    (is_member && !is_prefix && !field.is_empty()).then_some((field, member))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn underscore_names_are_aliases_and_custom_fields_are_not() {
        for (name, expected) in [
            ("FCreateOrgId_FNumber", Some(("FCreateOrgId", "FNumber"))),
            ("FGroup_FNUMBER", Some(("FGroup", "FNUMBER"))),
            ("F_PAEZ_Base_FNumber", Some(("F_PAEZ_Base", "FNumber"))),
            ("F_PAEZ_FName", None),
            ("F_FNumber", None),
            ("FSaleOrderEntry_FEntryID", None),
            ("FNumber", None),
            ("_FNumber", None),
        ] {
            assert_eq!(alias(name), expected, "{name}");
        }
    }
}
