//! A create from another document of the system (下推, `protocols/kingdee.md §3.5`).
//!
//! Only the conversion is planned. It carries over what the rule says; what the flow maps, and the status, are planned
//! on the document that it made, as on any other.

use contract::connector::Derived;
use model::step::{Action, Step};
use model::{Map, Value, json};

use super::Planner;
use super::options::KNOWN;

/// In the options of a derivation: the form of the document that it starts from.
pub const FROM: &str = "from";
/// In the options of a derivation: by what people know that document.
pub const OF: &str = "of";

impl Planner<'_> {
    /// The push: of the parent's rows where the flow names them, else of all of it; by the rule that the flow names,
    /// else by the system's usual one.
    pub(super) fn deriving(&self, parent: &Derived) -> Step {
        let mut data = Map::with_capacity(10);
        let is_whole = parent.rows.is_empty();
        data.push("Ids", if is_whole { Value::from(parent.id.clone()) } else { Value::text("") });
        data.push("Numbers", Vec::new());
        data.push("EntryIds", parent.rows.join(","));
        data.push("RuleId", parent.rule.clone().unwrap_or_default());
        data.push("TargetBillTypeId", "");
        data.push("TargetOrgId", 0);
        data.push("TargetFormId", self.form.object.clone());
        data.push("IsEnableDefaultRule", if parent.rule.is_none() { "true" } else { "false" });
        // A draft that is left when saving fails would have no number: nobody could tell whose it is.
        data.push("IsDraftWhenSaveFail", "false");
        data.push("CustomParams", Map::new());
        let mut options = Map::with_capacity(3);
        options.push(FROM, parent.object.clone());
        options.push(OF, parent.number.clone().unwrap_or_else(|| parent.id.clone()));
        options.push(KNOWN, parent.known.iter().cloned().map(Value::from).collect::<Vec<Value>>());
        Step {
            action: Action::Derive,
            object: self.form.object.clone(),
            id: None,
            number: None,
            document: json::write(&Value::Map(data)),
            options: json::write(&Value::Map(options)),
            row_of: None,
        }
    }
}
