//! The mapping entries of a flow: a target field each, and where its value comes from.

use model::flow::{
    Convert, Counterpart, Entry, From, KnownBy, Reference, ValueMap, Values, Wanted, Way, WhenMissing,
};
use model::{Cause, Value, binding};

use super::fields::{self, Fields};
use super::flow::{CONFLICTS, expression};
use crate::finding::{Findings, shown, unknown_word};
use crate::yaml::{Key, Node};

/// The one member that says where the value comes from.
const SOURCES: &[&str] = &["from", "value", "expr", "lines"];

const WANTED: &[(&str, Wanted)] = &[("id", Wanted::Id), ("number", Wanted::Number)];

const CONVERSIONS: &[(&str, Convert)] = &[
    ("text", Convert::Text),
    ("number", Convert::Number),
    ("integer", Convert::Integer),
    ("boolean", Convert::Boolean),
    ("date", Convert::Date),
    ("datetime", Convert::DateTime),
    ("epoch", Convert::Epoch),
    ("upper", Convert::Upper),
    ("lower", Convert::Lower),
    ("trim", Convert::Trim),
];

/// Reads `map:`, of a document or of its lines.
pub(super) fn read(node: &Node, findings: &mut Findings) -> Option<Vec<Entry>> {
    let fields = Fields::open(node, "map", findings)?;
    if fields.len() == 0 {
        findings.error(node.at, Cause::new("mapping.map_empty"));
    }
    Some(fields.iter().filter_map(|(key, node)| entry(key, node, findings)).collect())
}

/// The pairs of a value map.
pub(super) fn pairs(node: &Node, findings: &mut Findings) -> Option<Vec<(String, Value<'static>)>> {
    let fields = Fields::open(node, "map", findings)?;
    Some(fields.iter().map(|(key, node)| (key.name.clone(), node.value())).collect())
}

fn entry(key: &Key, node: &Node, findings: &mut Findings) -> Option<Entry> {
    let to = fields::path(key.at, &key.name, findings)?;
    if to.segments().any(|segment| segment.bytes().all(|b| b.is_ascii_digit())) {
        findings.error(key.at, Cause::new("mapping.target_index").with("field", &to));
        return None;
    }
    let mut entry = Entry {
        to,
        from: From::Constant(Value::Null),
        required: false,
        send_empty: false,
        later: false,
        conflict: None,
        convert: Vec::new(),
        at: key.at,
    };
    if fields::scalar(node).is_some() {
        entry.from = From::Field(source_path(node, findings)?);
        return Some(entry);
    }
    let fields = Fields::of(node, &key.name, KNOWN, findings)?;
    entry.required = fields.flag("required", findings);
    entry.send_empty = fields.word("empty", &[("send", true), ("omit", false)], findings).unwrap_or(false);
    entry.later = fields.flag("later", findings);
    entry.conflict = fields.word("conflict", &CONFLICTS, findings);
    entry.convert = fields.get("convert").map(|node| conversions(node, findings)).unwrap_or_default();
    entry.from = origin(key, &fields, findings)?;
    if entry.later && !matches!(entry.from, From::Reference { .. }) {
        findings.error(key.at, Cause::new("mapping.later_without_reference").with("field", &entry.to));
    }
    Some(entry)
}

const KNOWN: &[&str] = &[
    "value",
    "expr",
    "from",
    "lines",
    "values",
    "otherwise",
    "back",
    "reference",
    "target",
    "by",
    "line_of",
    "want",
    "missing",
    "id",
    "key",
    "map",
    "required",
    "empty",
    "later",
    "conflict",
    "convert",
    "person",
    "department",
];

/// The members of a reference.
const REFERENCE: &[&str] = &["reference", "target", "by", "line_of", "want", "missing"];

/// The members that belong to one source or another.
const PARTS: &[&str] = &[
    "values",
    "otherwise",
    "back",
    "person",
    "department",
    "reference",
    "target",
    "by",
    "line_of",
    "want",
    "missing",
    "id",
    "key",
    "map",
];

/// A source path written as a plain text. A quoted one, or one that begins with a digit, was meant as a constant.
fn source_path(node: &Node, findings: &mut Findings) -> Option<model::Path> {
    let scalar = fields::scalar(node);
    let is_constant =
        |text: &str| text.is_empty() || text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    match scalar {
        Some(scalar) if matches!(scalar.text.as_str(), "$" | "record") => {
            findings.error(node.at, Cause::new("mapping.whole_record"));
            None
        }
        Some(scalar) if scalar.plain && !is_constant(&scalar.text) => {
            fields::path(node.at, &scalar.text, findings)
        }
        Some(scalar) => {
            let value = model::json::write(&scalar.value());
            let cause = Cause::new("mapping.constant_as_path").with("value", shown(&value));
            findings.error(node.at, cause);
            None
        }
        None => {
            findings.error(node.at, Cause::new("mapping.not_text").with("key", "from"));
            None
        }
    }
}

fn origin(key: &Key, fields: &Fields, findings: &mut Findings) -> Option<From> {
    let present: Vec<&(Key, Node)> = SOURCES.iter().filter_map(|name| fields.member(name)).collect();
    let [(word, node)] = present.as_slice() else {
        let code = if present.is_empty() { "mapping.no_source" } else { "mapping.two_sources" };
        findings.error(key.at, Cause::new(code).with("field", &key.name));
        return None;
    };
    let belongs: &[&str] = match word.name.as_str() {
        "value" | "expr" => &[],
        "lines" => &["id", "key", "map"],
        _ if fields.get("values").is_some() => &["values", "otherwise", "back"],
        _ if fields.get("person").is_some() => &["person", "want", "otherwise"],
        _ if fields.get("department").is_some() => &["department", "want", "otherwise"],
        _ if fields.get("reference").is_some() => REFERENCE,
        _ => &[],
    };
    let mut parts = PARTS.to_vec();
    if matches!(word.name.as_str(), "value" | "lines") {
        parts.push("convert");
    }
    for part in parts.iter().filter(|part| !belongs.contains(part)) {
        if let Some((stray, _)) = fields.member(part) {
            let cause = Cause::new("mapping.stray_key").with("key", part).with("field", &key.name);
            findings.error(stray.at, cause);
        }
    }
    match word.name.as_str() {
        "value" => Some(From::Constant(node.value())),
        "expr" => expression(node, "expr", findings).map(From::Expression),
        "lines" => lines(key, node, fields, findings),
        _ => from(node, fields, findings),
    }
}

fn from(node: &Node, fields: &Fields, findings: &mut Findings) -> Option<From> {
    let field = source_path(node, findings)?;
    if let Some(node) = fields.get("values") {
        let otherwise = fields.get("otherwise").map(Node::value);
        let way = if fields.flag("back", findings) { Way::Back } else { Way::Forth };
        return values(node, findings).map(|values| From::Values { field, values, way, otherwise });
    }
    for kind in binding::Kind::ALL {
        if let Some(node) = fields.get(kind.name()) {
            return counterpart(kind, node, field, fields, findings);
        }
    }
    if fields.get("reference").is_none() {
        return Some(From::Field(field));
    }
    reference(fields, findings).map(|reference| From::Reference { field, reference })
}

/// Of a line only ids are known, at either side.
fn reference(fields: &Fields, findings: &mut Findings) -> Option<Reference> {
    const WORDS: &[(&str, Wanted)] = &[("id", Wanted::Id), ("number", Wanted::Number)];
    let object = fields.text("reference", findings)?;
    let target = fields.text("target", findings);
    let line_of = fields.text("line_of", findings);
    let by = fields.word("by", WORDS, findings);
    let want = fields.word("want", WORDS, findings);
    let missing = [("wait", WhenMissing::Wait), ("skip", WhenMissing::Skip)];
    let missing = fields.word("missing", &missing, findings).unwrap_or(WhenMissing::Wait);
    if line_of.is_some() {
        for (word, said) in [("by", by), ("want", want)] {
            if let Some((key, _)) = fields.member(word).filter(|_| said == Some(Wanted::Number)) {
                findings.error(key.at, Cause::new("mapping.line_has_no_number").with("key", word));
            }
        }
    }
    let usual = if line_of.is_some() { Wanted::Id } else { Wanted::Number };
    Some(Reference {
        object: object.as_str().into(),
        by: match (line_of, by) {
            (Some(list), _) => KnownBy::LineOf(list),
            (None, Some(Wanted::Number)) => KnownBy::Number,
            (None, _) => KnownBy::Id,
        },
        target: target.map(|target| target.as_str().into()),
        want: want.unwrap_or(usual),
        missing,
    })
}

/// `person: erp`: the same person as known in that connection.
fn counterpart(
    kind: binding::Kind,
    node: &Node,
    field: model::Path,
    fields: &Fields,
    findings: &mut Findings,
) -> Option<From> {
    let connection = fields::text(node, kind.name(), findings)?;
    let want = fields.word("want", WANTED, findings).unwrap_or(Wanted::Number);
    let otherwise = fields.get("otherwise").map(Node::value);
    let counterpart = Counterpart { kind, connection: connection.as_str().into(), want };
    Some(From::Counterpart { field, counterpart, otherwise })
}

fn values(node: &Node, findings: &mut Findings) -> Option<Values> {
    if fields::scalar(node).is_some() {
        let name = expression(node, "values", findings)?;
        return Some(Values::Named(model::flow::Located { value: name.value, at: node.at }));
    }
    pairs(node, findings).map(|pairs| Values::Inline(ValueMap { pairs, ..ValueMap::default() }))
}

fn lines(key: &Key, node: &Node, fields: &Fields, findings: &mut Findings) -> Option<From> {
    let list = source_path(node, findings);
    let id = fields.get("id").and_then(|node| source_path(node, findings));
    let line_key = fields.text("key", findings);
    let entries = match fields.get("map") {
        Some(node) => read(node, findings),
        None => {
            findings.error(key.at, Cause::new("mapping.key_missing").with("key", "map"));
            None
        }
    }?;
    for entry in &entries {
        if entry.later {
            findings.error(entry.at, Cause::new("mapping.later_in_lines").with("field", &entry.to));
        }
        if entry.conflict.is_some() {
            findings.error(entry.at, Cause::new("mapping.conflict_in_lines").with("field", &entry.to));
        }
        if matches!(entry.from, From::Lines { .. }) {
            findings.error(entry.at, Cause::new("mapping.lines_in_lines").with("field", &entry.to));
        }
    }
    Some(From::Lines { list: list?, id, key: line_key, entries })
}

/// One conversion, or a list of them: `trim`, `decimal(2)`, `[trim, upper]`.
fn conversions(node: &Node, findings: &mut Findings) -> Vec<Convert> {
    let nodes = match fields::scalar(node) {
        Some(_) => std::slice::from_ref(node),
        None => fields::list(node, "convert", findings),
    };
    nodes.iter().filter_map(|node| conversion(node, findings)).collect()
}

fn conversion(node: &Node, findings: &mut Findings) -> Option<Convert> {
    let text = fields::text(node, "convert", findings)?;
    let places = text.strip_prefix("decimal(").and_then(|rest| rest.strip_suffix(')'));
    if let Some(places) = places.and_then(|places| places.trim().parse().ok()).filter(|places| *places <= 20)
    {
        return Some(Convert::Decimal(places));
    }
    let found = CONVERSIONS.iter().find(|(word, _)| *word == text).map(|(_, convert)| *convert);
    if found.is_none() {
        let mut known: Vec<&str> = CONVERSIONS.iter().map(|(word, _)| *word).collect();
        known.push("decimal(2)");
        findings.error(node.at, unknown_word("word", &text, &known).with("key", "convert"));
    }
    found
}

/// A conversion as it is written: `trim`, `decimal(2)`.
pub(crate) fn conversion_word(convert: Convert) -> String {
    match CONVERSIONS.iter().find(|(_, known)| *known == convert) {
        Some((word, _)) => (*word).to_owned(),
        None => match convert {
            Convert::Decimal(places) => format!("decimal({places})"),
            other => format!("{other:?}").to_lowercase(),
        },
    }
}
