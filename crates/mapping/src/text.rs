//! The texts people write: flows, connections, objects, value maps, environments and alerts, each a YAML document of its `kind`.
//!
//! Everything wrong with a text is found in one reading, as far as it can be read.

mod alerts;
mod checks;
mod connection;
mod entries;
mod environment;
pub(crate) mod fields;
mod files;
mod flow;
mod hook;
mod object;
mod retries;
pub(crate) mod values;

use model::Cause;
use model::alert::AlertPlan;
use model::flow::{Flow, ValueMap};
use model::object::Object;

pub use connection::{ConnectionText, SettingValue, ValuesText};
pub(crate) use entries::conversion_word;
pub use environment::{EnvironmentText, EnvironmentValue};

use crate::finding::{Finding, Findings, shown, unknown_word};
use crate::{placeholder, yaml};
use fields::Fields;

/// What surrounds a text: the files that it names, and what its placeholders stand for.
pub trait Files {
    /// The content of the file at this path, relative to the text's own; `None` when there is none.
    fn load(&self, relative: &str) -> Option<String>;

    /// The environment that fills placeholders; `None` when none is chosen.
    fn environment(&self) -> Option<&EnvironmentText> {
        None
    }
}

/// No files at all, and no environment.
pub struct NoFiles;

impl Files for NoFiles {
    fn load(&self, _relative: &str) -> Option<String> {
        None
    }
}

/// What a text says.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "texts are read one by one and taken apart at once")]
pub enum Text {
    Flow(Flow),
    Connection(ConnectionText),
    Object(Object),
    Values(ValuesText),
    Environment(EnvironmentText),
    Alerts(AlertPlan),
}

/// A named value map.
impl ValuesText {
    fn read(fields: Fields, findings: &mut Findings) -> Option<ValuesText> {
        let name = fields.required_text("name", findings);
        let pairs = fields.required("map", findings).and_then(|node| entries::pairs(node, findings));
        let otherwise = fields.get("otherwise").map(yaml::Node::value);
        let back = fields.get("back").map(|node| values::back(node, findings)).unwrap_or_default();
        let otherwise_back = fields.get("otherwise_back").map(yaml::Node::value);
        let map = ValueMap { pairs: pairs?, otherwise, back, otherwise_back };
        values::check(&fields, &map, findings);
        Some(ValuesText { name: name?, map })
    }
}

/// Reads one document of a known kind, with its placeholders filled. Fails with everything that is wrong with it, in the
/// order of the text; never panics, whatever the text is.
pub fn read(text: &str, files: &dyn Files) -> Result<Text, Vec<Finding>> {
    let mut node = yaml::read(text).map_err(|finding| vec![finding])?;
    let mut findings = Findings::default();
    let read = read_node(&mut node, files, &mut findings);
    match read {
        Some(text) if !findings.has_errors() => Ok(text),
        _ => Err(findings.into_sorted()),
    }
}

/// Everything to be said about one text: its mistakes, those of its expressions and the value maps it names, and what
/// is doubtful in it. `values` gives the named value maps.
pub fn lint(text: &str, files: &dyn Files, values: &dyn Fn(&str) -> Option<ValueMap>) -> Vec<Finding> {
    let mut node = match yaml::read(text) {
        Ok(node) => node,
        Err(finding) => return vec![finding],
    };
    let mut findings = Findings::default();
    if let Some(Text::Flow(flow)) = read_node(&mut node, files, &mut findings) {
        findings.extend(crate::compile(flow, values).err().unwrap_or_default());
    }
    findings.into_sorted()
}

const KINDS: &[&str] = &["flow", "connection", "object", "values", "environment", "alerts"];

fn read_node(node: &mut yaml::Node, files: &dyn Files, findings: &mut Findings) -> Option<Text> {
    let kind = Fields::open(node, "kind", findings)?.required("kind", findings)?;
    let (word, at) = (fields::text(kind, "kind", findings)?, kind.at);
    if KINDS.contains(&word.as_str()) && word != "environment" {
        // What a placeholder should have been is unknown: nothing is said of the text around one without a value.
        fill(node, word == "connection", files, findings)?;
    }
    let node = &*node;
    let mut fields = |known| Fields::of(node, "kind", known, findings);
    match word.as_str() {
        "flow" => {
            let fields = fields(flow::KNOWN)?;
            flow::read(fields, files, findings).map(Text::Flow)
        }
        "connection" => {
            let fields = fields(connection::KNOWN)?;
            ConnectionText::read(fields, findings).map(Text::Connection)
        }
        "object" => {
            let fields = fields(object::KNOWN)?;
            object::read(fields, files, findings).map(Text::Object)
        }
        "values" => {
            let fields = fields(values::KNOWN)?;
            ValuesText::read(fields, findings).map(Text::Values)
        }
        "environment" => {
            let fields = fields(environment::KNOWN)?;
            EnvironmentText::read(fields, findings).map(Text::Environment)
        }
        "alerts" => {
            let fields = fields(alerts::KNOWN)?;
            alerts::read(fields, findings).map(Text::Alerts)
        }
        other => {
            findings.error(at, unknown_word("word", other, KINDS).with("key", "kind"));
            None
        }
    }
}

/// Fills the placeholders; `None` when one could not be.
fn fill(node: &mut yaml::Node, may_be_env: bool, files: &dyn Files, findings: &mut Findings) -> Option<()> {
    if let yaml::Kind::Map(members) = &node.kind {
        placeholder::refuse_in_names(members, findings);
    }
    placeholder::fill(node, files.environment(), may_be_env, findings);
    (!findings.has_errors()).then_some(())
}

/// A title in Chinese and English: `{ zh: …, en: … }`, or one text for both. Without one the name stands for it.
fn title(fields: &Fields, name: &str, findings: &mut Findings) -> (String, String) {
    label(fields, "title", name, findings)
}

/// As [`title`], under another key.
fn label(fields: &Fields, key: &str, name: &str, findings: &mut Findings) -> (String, String) {
    let Some(node) = fields.get(key) else { return (name.into(), name.into()) };
    if fields::scalar(node).is_some() {
        let title = fields::text(node, key, findings).unwrap_or_default();
        return (title.clone(), title);
    }
    let Some(both) = Fields::of(node, key, &["zh", "en"], findings) else { return Default::default() };
    let (zh, en) = (both.text("zh", findings), both.text("en", findings));
    match (zh, en) {
        (Some(zh), Some(en)) => (zh, en),
        (Some(one), None) | (None, Some(one)) => (one.clone(), one),
        (None, None) => {
            findings.error(node.at, Cause::new("mapping.key_missing").with("key", "zh"));
            Default::default()
        }
    }
}

/// A function that a text names: the path of a file beside it, which must be there.
fn function(fields: &Fields, key: &str, files: &dyn Files, findings: &mut Findings) -> Option<String> {
    let node = fields.get(key)?;
    let path = fields::text(node, key, findings)?;
    if !path.ends_with(".js") {
        findings.error(node.at, Cause::new("mapping.function_not_js").with("file", shown(&path)));
        return None;
    }
    if files.load(&path).is_none() {
        findings.error(node.at, Cause::new("mapping.file_missing").with("file", shown(&path)));
        return None;
    }
    Some(path)
}
