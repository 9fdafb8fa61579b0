//! Bindings (账户绑定): the same person, or the same department, in two systems.

use serde::{Deserialize, Serialize};

use crate::{ConnectionName, Timestamp};

/// What is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Person,
    Department,
}

impl Kind {
    pub const ALL: [Kind; 2] = [Kind::Person, Kind::Department];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Person => "person",
            Kind::Department => "department",
        }
    }

    pub fn of_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Chinese and English names for people.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Kind::Person => ("人员", "person"),
            Kind::Department => ("部门", "department"),
        }
    }
}

/// A person or department as one system knows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Party {
    pub connection: ConnectionName,
    /// The system's own, unchanging id; a number where people know nothing else.
    pub id: String,
    /// The number that other documents refer to it by, where that is not the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// For people to recognise it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// How a binding came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// Somebody named the two.
    Hand,
    /// It came with a file.
    Import,
    /// The same mobile or employee number.
    Rule,
}

impl How {
    pub fn name(self) -> &'static str {
        match self {
            How::Hand => "hand",
            How::Import => "import",
            How::Rule => "rule",
        }
    }

    pub fn of_name(name: &str) -> Option<How> {
        [How::Hand, How::Import, How::Rule].into_iter().find(|how| how.name() == name)
    }

    /// Chinese and English names for people.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            How::Hand => ("手工", "by hand"),
            How::Import => ("导入", "import"),
            How::Rule => ("规则", "rule"),
        }
    }
}

/// The same person or department in two systems. It is used from either side: several people here may be one there
/// (a salesperson's number that a team shares), and going back the first that was bound is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    pub kind: Kind,
    /// Has one counterpart in the other's connection.
    pub one: Party,
    pub other: Party,
    pub how: How,
    pub at: Timestamp,
}

/// Who is asked for: somebody known here by id or number, as known in another connection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BindingSide {
    pub kind: Kind,
    pub connection: ConnectionName,
    /// An id or a number; an id is meant where it is both.
    pub id: String,
    pub other_connection: ConnectionName,
}
