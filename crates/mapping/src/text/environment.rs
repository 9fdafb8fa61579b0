//! The text of an environment: what stands for the placeholders of the other texts in one place where they are used,
//! such as the test book or the live one.
//!
//! ```yaml
//! kind: environment
//! name: live
//! title: { zh: 正式账套, en: Live book }
//! values:
//!   organisation: "100"
//!   erp_url: https://erp.example.com/k3cloud
//!   erp_password: { env: LIVE_ERP_PASSWORD }
//! ```

use model::Cause;

use super::fields::{self, Fields};
use super::title;
use crate::finding::{Findings, Place};
use crate::placeholder;
use crate::yaml::{Kind, Node};

pub(super) const KNOWN: &[&str] = &["kind", "name", "title", "values"];

/// An environment as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentText {
    pub name: String,
    /// In Chinese and English.
    pub title: (String, String),
    /// In the order of the text.
    values: Vec<(String, Place, EnvironmentValue)>,
}

/// What stands for a placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvironmentValue {
    /// A text, number or truth, as it was written; `plain` where it stands without quotes.
    Scalar { text: String, plain: bool },
    /// In the environment variable of that name: `{ env: NAME }`. Only settings of connections may be that.
    Env(String),
}

impl EnvironmentText {
    pub(super) fn read(fields: Fields, findings: &mut Findings) -> Option<EnvironmentText> {
        let name = fields.required_text("name", findings);
        let title = title(&fields, name.as_deref().unwrap_or_default(), findings);
        let node = fields.required("values", findings)?;
        let mut values = Vec::new();
        for (key, node) in Fields::open(node, "values", findings)?.iter() {
            if !placeholder::is_name(&key.name) {
                findings.error(key.at, Cause::new("mapping.placeholder_name").with("name", &key.name));
            } else if let Some(value) = value(&key.name, node, findings) {
                values.push((key.name.clone(), key.at, value));
            }
        }
        Some(EnvironmentText { name: name?, title, values })
    }

    /// What stands for the placeholder of that name.
    pub fn get(&self, name: &str) -> Option<&EnvironmentValue> {
        self.values.iter().find(|(known, ..)| known == name).map(|(_, _, value)| value)
    }

    /// The names it gives values for, each with its place in the text, in order.
    pub fn names(&self) -> impl Iterator<Item = (&str, Place)> {
        self.values.iter().map(|(name, at, _)| (name.as_str(), *at))
    }
}

/// As it stands in the environment's text.
impl std::fmt::Display for EnvironmentValue {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            EnvironmentValue::Scalar { text, .. } => f.write_str(text),
            EnvironmentValue::Env(name) => write!(f, "{{ env: {name} }}"),
        }
    }
}

fn value(name: &str, node: &Node, findings: &mut Findings) -> Option<EnvironmentValue> {
    match &node.kind {
        Kind::Scalar(scalar) if scalar.text.contains("${") => {
            findings.error(node.at, Cause::new("mapping.placeholder_fixed").with("key", name));
            None
        }
        Kind::Scalar(scalar) => {
            Some(EnvironmentValue::Scalar { text: scalar.text.clone(), plain: scalar.plain })
        }
        Kind::Map(_) => {
            let fields = Fields::of(node, name, &["env"], findings)?;
            fields.required_text("env", findings).map(EnvironmentValue::Env)
        }
        Kind::List(_) => {
            fields::text(node, name, findings);
            None
        }
    }
}
