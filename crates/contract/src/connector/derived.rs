//! Derived documents (下推): what one is made from, and which of its rows come from where.

/// The document of the target from which another is derived (下推).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    pub object: String,
    pub id: String,
    pub number: Option<String>,
    /// The vendor's conversion rule; `None` takes its usual one.
    pub rule: Option<String>,
    /// For each line of the first detail list, in order, the row of the parent that it comes from; empty where the flow
    /// names none and the whole parent is meant.
    pub rows: Vec<String>,
    /// What [`super::Connector::derived`] told before: these were not made by the step that is planned.
    pub known: Vec<String>,
}

impl Derived {
    /// What stands for the parent where a document's key would: object and id.
    pub fn key(&self) -> Vec<(String, String)> {
        vec![(self.object.clone(), self.id.clone())]
    }
}

/// A row of a document that was derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedRow {
    pub id: String,
    /// The row of the parent that it comes from.
    pub from: String,
}
