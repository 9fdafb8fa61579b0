//! The fields of an object or of a detail list: what each holds.

use model::Cause;
use model::object::{Choice, Field, FieldKind};

use crate::finding::{Findings, shown};
use crate::text::fields::{self, Fields};
use crate::text::label;
use crate::yaml::{Kind, Node};

const KNOWN: &[&str] =
    &["name", "label", "type", "required", "max_length", "scale", "options", "object", "personal"];

/// A word for a type, as texts say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Text,
    LongText,
    Number,
    Decimal,
    Date,
    DateTime,
    Boolean,
    Select,
    MultiSelect,
    Reference,
    Person,
    Department,
    Attachment,
    MasterDetail,
}

const WORDS: &[(&str, Word)] = &[
    ("text", Word::Text),
    ("long_text", Word::LongText),
    ("number", Word::Number),
    ("decimal", Word::Decimal),
    ("date", Word::Date),
    ("datetime", Word::DateTime),
    ("boolean", Word::Boolean),
    ("select", Word::Select),
    ("multi_select", Word::MultiSelect),
    ("reference", Word::Reference),
    ("person", Word::Person),
    ("department", Word::Department),
    ("attachment", Word::Attachment),
    ("master_detail", Word::MasterDetail),
];

/// Most places behind the point.
const MOST_PLACES: u32 = 28;

/// Reads `fields:`.
pub(super) fn all(node: &Node, findings: &mut Findings) -> Vec<Field> {
    let nodes = fields::list(node, "fields", findings);
    if nodes.is_empty() && matches!(node.kind, Kind::List(_)) {
        findings.error(node.at, Cause::new("mapping.fields_empty"));
    }
    nodes.iter().filter_map(|node| field(node, findings)).collect()
}

fn field(node: &Node, findings: &mut Findings) -> Option<Field> {
    let fields = Fields::of(node, "fields", KNOWN, findings)?;
    let name = fields.required_text("name", findings);
    let (label_zh, label_en) = label(&fields, "label", name.as_deref().unwrap_or_default(), findings);
    let word = fields.required("type", findings).and_then(|node| fields::word(node, "type", WORDS, findings));
    let required = fields.flag("required", findings);
    let personal = fields.flag("personal", findings);
    let max_length = whole(&fields, "max_length", 1, u32::MAX, findings);
    let kind = word.and_then(|word| kind(word, &fields, findings));
    Some(Field { name: name?, label_zh, label_en, kind: kind?, required, max_length, personal })
}

fn kind(word: Word, fields: &Fields, findings: &mut Findings) -> Option<FieldKind> {
    belongs(fields, "max_length", &[Word::Text, Word::LongText], word, findings);
    belongs(fields, "scale", &[Word::Decimal], word, findings);
    belongs(fields, "options", &[Word::Select, Word::MultiSelect], word, findings);
    belongs(fields, "object", &[Word::Reference, Word::MasterDetail], word, findings);
    let mut object =
        |fields: &Fields| fields.required_text("object", findings).map(|name| name.as_str().into());
    Some(match word {
        Word::Text => FieldKind::Text,
        Word::LongText => FieldKind::LongText,
        Word::Number => FieldKind::Number,
        Word::Decimal => {
            fields.required("scale", findings)?;
            FieldKind::Decimal { scale: whole(fields, "scale", 0, MOST_PLACES, findings)? }
        }
        Word::Date => FieldKind::Date,
        Word::DateTime => FieldKind::DateTime,
        Word::Boolean => FieldKind::Boolean,
        Word::Select => FieldKind::Select(options(fields, findings)?),
        Word::MultiSelect => FieldKind::MultiSelect(options(fields, findings)?),
        Word::Reference => FieldKind::Reference(object(fields)?),
        Word::MasterDetail => FieldKind::MasterDetail(object(fields)?),
        Word::Person => FieldKind::Person,
        Word::Department => FieldKind::Department,
        Word::Attachment => FieldKind::Attachment,
    })
}

/// A member that only fields of some types have.
fn belongs(fields: &Fields, name: &'static str, to: &[Word], word: Word, findings: &mut Findings) {
    if let Some((key, _)) = fields.member(name).filter(|_| !to.contains(&word)) {
        let named = |words: &[Word]| {
            let known = WORDS.iter().filter(|(_, known)| words.contains(known));
            known.map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
        };
        let cause = Cause::new("mapping.key_of_other_type").with("key", name);
        findings.error(key.at, cause.with("type", named(&[word])).with("types", named(to)));
    }
}

/// `options: { "1": 零售, "2": 批发 }`, or `[A, B]` where an option is its own label.
fn options(fields: &Fields, findings: &mut Findings) -> Option<Vec<Choice>> {
    let node = fields.required("options", findings)?;
    let mut choices: Vec<Choice> = Vec::new();
    match &node.kind {
        Kind::Map(members) => {
            for (key, node) in members {
                if let Some(label) = fields::text(node, &key.name, findings) {
                    choices.push(Choice { value: key.name.clone(), label });
                }
            }
        }
        _ => {
            for node in fields::list(node, "options", findings) {
                let Some(value) = fields::text(node, "options", findings) else { continue };
                if choices.iter().any(|choice| choice.value == value) {
                    findings.error(node.at, Cause::new("mapping.option_twice").with("option", shown(&value)));
                    continue;
                }
                choices.push(Choice { label: value.clone(), value });
            }
        }
    }
    if choices.is_empty() {
        findings.error(node.at, Cause::new("mapping.options_empty"));
    }
    Some(choices)
}

fn whole(fields: &Fields, name: &str, least: u32, most: u32, findings: &mut Findings) -> Option<u32> {
    let node = fields.get(name)?;
    let read = fields::scalar(node).and_then(|scalar| scalar.text.parse::<u32>().ok());
    let taken = read.filter(|number| (least..=most).contains(number));
    if taken.is_none() {
        let cause = Cause::new("mapping.not_whole").with("key", name).with("least", least).with("most", most);
        findings.error(node.at, cause);
    }
    taken
}
