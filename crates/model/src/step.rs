//! Steps: the single writes that a plan is made of.

use serde::{Deserialize, Serialize};

/// One write to one target document: what a connector's `plan` gives and its `step` carries out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub action: Action,
    pub object: String,
    /// The target's id; absent for a create.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The target's number, where it is known; some systems act by number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The document to be sent, as JSON text: the whole for a create, the changed fields for an update, empty for
    /// anything else.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// The vendor's options of this write, as JSON text; empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub options: String,
    /// The detail list that the step writes a row of, where rows are records of their own: `object` and `id` are then
    /// the row's, and what it answers is the row's id, never the document's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_of: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Create,
    /// A create from another document of the target (下推).
    Derive,
    Update,
    /// A change of status by the connector's name for it: `Submit`, `Audit`, `UnAudit`, `Forbid`, `Enable`, `invalid`.
    Transition(String),
    Delete,
    /// A notice to people; at most once.
    Notify,
    /// A file is hung at a document, or at a row of it (附件).
    Attach,
}

impl Action {
    /// The word shown in a story and used in tests: `create`, `update`, `Submit`.
    pub fn name(&self) -> &str {
        match self {
            Action::Create => "create",
            Action::Derive => "derive",
            Action::Update => "update",
            Action::Transition(name) => name,
            Action::Delete => "delete",
            Action::Notify => "notify",
            Action::Attach => "attach",
        }
    }
}
