//! The text of a connection and of a value map.

use model::Cause;
use model::flow::{Retries, ValueMap};

use super::fields::{self, Fields};
use super::retries::retries;
use super::title;
use crate::finding::Findings;
use crate::yaml::Node;

pub(super) const KNOWN: &[&str] = &["kind", "name", "connector", "title", "settings", "hosts", "retries"];

/// A connection as written. Which settings are secret only its connector knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionText {
    pub name: String,
    /// The connector's folder: `kingdee-k3cloud`.
    pub connector: String,
    /// In Chinese and English.
    pub title: (String, String),
    /// In the order of the text.
    pub settings: Vec<(String, SettingValue)>,
    /// Hosts that calls may go to beyond the one in the settings.
    pub hosts: Vec<String>,
    /// When failed tries towards it are tried again, where a flow says nothing of its own.
    pub retries: Option<Retries>,
}

/// Where the value of a setting is.
#[derive(Clone, PartialEq, Eq)]
pub enum SettingValue {
    Text(String),
    /// In the environment variable of that name: `{ env: NAME }`.
    Env(String),
}

/// A named value map as written.
#[derive(Debug, Clone, PartialEq)]
pub struct ValuesText {
    pub name: String,
    pub map: ValueMap,
}

/// A setting may be a secret, so its text is not shown.
impl std::fmt::Debug for SettingValue {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            SettingValue::Text(_) => f.write_str("Text(…)"),
            SettingValue::Env(name) => write!(f, "Env({name:?})"),
        }
    }
}

impl ConnectionText {
    pub(super) fn read(fields: Fields, findings: &mut Findings) -> Option<ConnectionText> {
        let name = fields.required_text("name", findings);
        let connector = fields.required_text("connector", findings);
        let title = title(&fields, name.as_deref().unwrap_or_default(), findings);
        let settings = match fields.get("settings") {
            Some(node) => settings(node, findings),
            None => Vec::new(),
        };
        let hosts = fields.texts("hosts", findings);
        let retries = retries(&fields, findings);
        Some(ConnectionText { name: name?, connector: connector?, title, settings, hosts, retries })
    }
}

fn settings(node: &Node, findings: &mut Findings) -> Vec<(String, SettingValue)> {
    let Some(settings) = Fields::open(node, "settings", findings) else { return Vec::new() };
    let mut read = Vec::new();
    for (key, node) in settings.iter() {
        if let Some(value) = setting(&key.name, node, findings) {
            read.push((key.name.clone(), value));
        }
    }
    read
}

fn setting(name: &str, node: &Node, findings: &mut Findings) -> Option<SettingValue> {
    if let Some(scalar) = fields::scalar(node) {
        return Some(SettingValue::Text(scalar.text.clone()));
    }
    if fields::list(node, name, &mut Findings::default()).is_empty() {
        let fields = Fields::of(node, name, &["env"], findings)?;
        return fields.required_text("env", findings).map(SettingValue::Env);
    }
    findings.error(node.at, Cause::new("mapping.not_text").with("key", name));
    None
}
