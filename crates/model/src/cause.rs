//! Why something is as it is: a code and parameters, stored; a sentence in the reader's language, rendered late.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Lang;

mod phrase;

pub use phrase::Phrase;

/// A reason, as stored: `mapping.required {field: FName}`. The words are in the [`Catalogue`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Dotted, lower case, stable over versions; its first segment is the room it comes from.
    pub code: Cow<'static, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<(String, String)>,
}

impl Cause {
    pub fn new(code: impl Into<Cow<'static, str>>) -> Cause {
        Cause { code: code.into(), params: Vec::new() }
    }

    /// Adds a parameter. Values may be shown to users and stored: never a secret.
    pub fn with(mut self, name: &str, value: impl ToString) -> Cause {
        self.params.push((name.into(), value.to_string()));
        self
    }

    /// Adds the cause of this cause, which is told in its place `{cause}`.
    pub fn because(mut self, cause: &Cause) -> Cause {
        self.params.push(("cause".into(), cause.code.to_string()));
        let inner = cause.params.iter().map(|(name, value)| (format!("cause.{name}"), value.clone()));
        self.params.extend(inner);
        self
    }

    /// The cause that [`Cause::because`] gave it.
    pub fn inner(&self) -> Option<Cause> {
        let code = self.param("cause")?.to_owned();
        let inner =
            |(name, value): &(String, String)| Some((name.strip_prefix("cause.")?.to_owned(), value.clone()));
        Some(Cause { code: code.into(), params: self.params.iter().filter_map(inner).collect() })
    }

    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// The words for one code: what happened, and what to do about it. `{name}` stands for a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    pub code: Cow<'static, str>,
    pub zh: Cow<'static, str>,
    pub en: Cow<'static, str>,
    /// What the reader can do; may be empty where there is nothing to do.
    pub remedy_zh: Cow<'static, str>,
    pub remedy_en: Cow<'static, str>,
}

impl Sentence {
    /// A sentence written in the code.
    pub const fn new(
        code: &'static str,
        zh: &'static str,
        en: &'static str,
        remedy_zh: &'static str,
        remedy_en: &'static str,
    ) -> Sentence {
        Sentence {
            code: Cow::Borrowed(code),
            zh: Cow::Borrowed(zh),
            en: Cow::Borrowed(en),
            remedy_zh: Cow::Borrowed(remedy_zh),
            remedy_en: Cow::Borrowed(remedy_en),
        }
    }
}

/// All the sentences there are: each crate's own and those of the connectors' error tables.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    sentences: BTreeMap<String, Sentence>,
    phrases: Vec<Phrase>,
}

/// A cause in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// What happened.
    pub what: String,
    /// What to do; empty where there is nothing to do.
    pub remedy: String,
}

impl Catalogue {
    pub fn add(&mut self, sentences: impl IntoIterator<Item = Sentence>) {
        for sentence in sentences {
            self.sentences.insert(sentence.code.clone().into_owned(), sentence);
        }
    }

    /// Adds phrases, by which a Chinese sentence tells the `{reason}` that a library gave in English.
    pub fn add_phrases(&mut self, phrases: &[Phrase]) {
        self.phrases.extend_from_slice(phrases);
    }

    /// The cause in the reader's language. A code without a sentence is shown as it is, with its parameters, so that
    /// nothing is hidden.
    pub fn render(&self, cause: &Cause, lang: Lang) -> Rendered {
        match self.sentences.get(&*cause.code) {
            Some(sentence) => Rendered {
                what: self.fill(lang.choose(&sentence.zh, &sentence.en), cause, lang),
                remedy: self.fill(lang.choose(&sentence.remedy_zh, &sentence.remedy_en), cause, lang),
            },
            None => {
                let params: Vec<String> = cause.params.iter().map(|(n, v)| format!("{n}={v}")).collect();
                Rendered {
                    what: format!("{} {}", cause.code, params.join(", ")).trim_end().into(),
                    remedy: String::new(),
                }
            }
        }
    }

    /// A sentence with its parameters: the cause of the cause in the words of its own, a library's reason in the
    /// reader's language.
    fn fill(&self, template: &str, cause: &Cause, lang: Lang) -> String {
        let inner = cause.inner();
        fill(template, &|name| {
            let value = cause.param(name)?;
            Some(match (name, &inner) {
                ("cause", Some(inner)) => Cow::Owned(self.render(inner, lang).what),
                ("reason", _) if lang == Lang::Zh => phrase::in_chinese(&self.phrases, value),
                _ => Cow::Borrowed(value),
            })
        })
    }

    /// What happened and what to do, as one text.
    pub fn text(&self, cause: &Cause, lang: Lang) -> String {
        let rendered = self.render(cause, lang);
        match rendered.remedy.is_empty() {
            true => rendered.what,
            false => format!("{}{}{}", rendered.what, lang.choose("", " "), rendered.remedy),
        }
    }

    pub fn contains(&self, code: &str) -> bool {
        self.sentences.contains_key(code)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Sentence> {
        self.sentences.values()
    }
}

/// Replaces `{name}` by the parameter; a name without a parameter becomes `?`. Braces around anything but a name stay,
/// so that a sentence can show a text such as `{ value: "603" }`.
fn fill<'a>(template: &str, param: &dyn Fn(&str) -> Option<Cow<'a, str>>) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, after) = (&rest[..open], &rest[open + 1..]);
        let length = after.bytes().take_while(|b| b.is_ascii_lowercase() || *b == b'_').count();
        out.push_str(before);
        if length > 0 && after.as_bytes().get(length) == Some(&b'}') {
            out.push_str(&param(&after[..length]).unwrap_or(Cow::Borrowed("?")));
            rest = &after[length + 1..];
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_in_the_readers_language() {
        let mut catalogue = Catalogue::default();
        catalogue.add([Sentence::new(
            "mapping.required",
            "字段 {field} 没有值。",
            "Field {field} has no value.",
            "请在源系统填写。",
            "Fill it in at the source.",
        )]);
        let cause = Cause::new("mapping.required").with("field", "FName");
        assert_eq!(catalogue.text(&cause, Lang::Zh), "字段 FName 没有值。请在源系统填写。");
        assert_eq!(catalogue.text(&cause, Lang::En), "Field FName has no value. Fill it in at the source.");
        assert_eq!(catalogue.text(&Cause::new("x.y").with("a", 1), Lang::En), "x.y a=1");
    }

    #[test]
    fn the_cause_of_a_cause_is_told_in_its_own_words() {
        let mut catalogue = Catalogue::default();
        catalogue.add([
            Sentence::new("a.child", "{number} 失败：{cause}", "{number} failed: {cause}", "请先处理。", ""),
            Sentence::new(
                "a.parent",
                "客户 {name} 已禁用。",
                "Customer {name} is forbidden.",
                "请启用。",
                "",
            ),
        ]);
        let parent = Cause::new("a.parent").with("name", "桥梁公司");
        let child = Cause::new("a.child").with("number", "KH1").because(&parent);
        assert_eq!(child.inner(), Some(parent));
        assert_eq!(catalogue.text(&child, Lang::Zh), "KH1 失败：客户 桥梁公司 已禁用。请先处理。");
        assert_eq!(catalogue.text(&child, Lang::En), "KH1 failed: Customer 桥梁公司 is forbidden.");
    }

    #[test]
    fn braces_around_anything_but_a_name_stay() {
        let param = |name: &str| (name == "value").then_some(Cow::Borrowed("603"));
        assert_eq!(fill("写成 { value: {value} } 或 {},{missing}", &param), "写成 { value: 603 } 或 {},?");
    }
}
