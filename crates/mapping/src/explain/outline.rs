//! Explaining a mapping without a record: every target field, and where it comes from.

use model::{Lang, Map, Value};

use super::{Told, files, table, told};
use crate::compile::{Compiled, Origin, Rule};
use crate::finding::Place;
use crate::text::conversion_word;

/// A mapping by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline(pub Vec<Outlined>);

/// One target field, and what is said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlined {
    /// The target field; of lines below their list: `FEntity[].FQty`.
    pub field: String,
    pub from: Told,
    /// An error when the source has no value.
    pub required: bool,
    /// Sent empty when the source is.
    pub send_empty: bool,
    /// Written in a second pass.
    pub later: bool,
    /// As in the flow's text: `decimal(2)`.
    pub conversions: Vec<String>,
    /// The constant, where it is one.
    pub constant: Option<Value<'static>>,
    pub at: Place,
}

impl Compiled {
    /// Every entry in the order of the flow; those of lines after their list.
    pub fn outline(&self) -> Outline {
        let mut entries = Vec::new();
        self.rules.iter().for_each(|rule| outline(rule, "", &mut entries));
        entries.extend(files::outline(self));
        Outline(entries)
    }
}

fn outline(rule: &Rule, within: &str, entries: &mut Vec<Outlined>) {
    let constant = match &rule.origin {
        Origin::Constant(value) => Some(value.clone()),
        _ => None,
    };
    entries.push(Outlined {
        field: format!("{within}{}", rule.field),
        from: told(rule),
        required: rule.required,
        send_empty: rule.send_empty,
        later: rule.later,
        conversions: rule.convert.iter().map(|convert| conversion_word(*convert)).collect(),
        constant,
        at: rule.at,
    });
    if let Origin::Lines { rules, .. } = &rule.origin {
        let within = format!("{}[].", rule.field);
        rules.iter().for_each(|rule| outline(rule, &within, entries));
    }
}

impl Outline {
    /// As an aligned text for people.
    pub fn text(&self, lang: Lang) -> String {
        let head = match lang {
            Lang::Zh => ["目标字段", "来源", "位置", "说明"],
            Lang::En => ["target field", "from", "at", "notes"],
        };
        let mut rows = vec![head.map(str::to_owned)];
        rows.extend(self.0.iter().map(|entry| entry.row(lang)));
        table::aligned(&rows)
    }

    /// As a value, for `--json`.
    pub fn to_value(&self) -> Value<'static> {
        Value::List(self.0.iter().map(Outlined::to_value).collect())
    }
}

impl Outlined {
    fn row(&self, lang: Lang) -> [String; 4] {
        let mut from = self.from.words(lang);
        if let Some(constant) = &self.constant {
            from.push_str(&format!(" {}", model::json::write(constant)));
        }
        let at = format!("{}:{}", self.at.0, self.at.1);
        [self.field.clone(), from, at, self.notes(lang).join(lang.choose("、", ", "))]
    }

    fn notes(&self, lang: Lang) -> Vec<String> {
        let said = [
            (self.required, "必填", "required"),
            (self.send_empty, "为空也发送", "sent when empty"),
            (self.later, "第二步写", "second pass"),
        ];
        let flags = said.into_iter().filter(|(is_so, ..)| *is_so);
        let mut notes: Vec<String> = flags.map(|(_, zh, en)| lang.choose(zh, en).to_owned()).collect();
        notes.extend(self.conversions.iter().cloned());
        notes
    }

    fn to_value(&self) -> Value<'static> {
        let mut map = Map::new();
        map.push("field", self.field.clone());
        map.push("kind", self.from.kind());
        map.push("from", self.from.words(Lang::En));
        if let Some(constant) = &self.constant {
            map.push("value", constant.clone());
        }
        map.push("required", self.required);
        map.push("send_empty", self.send_empty);
        map.push("later", self.later);
        map.push("convert", Value::List(self.conversions.iter().cloned().map(Value::from).collect()));
        map.push("line", self.at.0 as i64);
        map.push("column", self.at.1 as i64);
        Value::Map(map)
    }
}
