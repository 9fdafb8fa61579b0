//! The table of a system's errors: what each code or text means, and what to do.

use model::{AnswerClass, Cause, Sentence};

use super::{Manifest, Words};

/// One entry of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorRule {
    pub matches: Matches,
    pub class: AnswerClass,
    /// Whether it is about the record alone, and says that the system itself goes well (`of: record`).
    pub of_record: bool,
    /// The last part of the cause's code; absent when it is the vendor's code itself.
    pub name: Option<String>,
    /// What happened; `{code}` and the parameters that the connector adds may stand in it.
    pub words: Words,
    pub remedy: Words,
}

/// What an entry is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matches {
    /// Codes, ranges of whole numbers (`10001-10015`) and beginnings (`Forbidden.*`).
    Codes(Vec<String>),
    /// Parts of the vendor's message, for systems whose errors have no code.
    Texts(Vec<String>),
}

impl ErrorRule {
    fn code(&self, room: &str, key: &str) -> String {
        format!("{room}.{}", self.name.as_deref().unwrap_or(key))
    }

    /// Its codes or texts.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        let (Matches::Codes(keys) | Matches::Texts(keys)) = &self.matches;
        keys.iter().map(String::as_str)
    }

    fn codes(&self) -> &[String] {
        match &self.matches {
            Matches::Codes(codes) => codes,
            Matches::Texts(_) => &[],
        }
    }

    fn sentences<'r>(&'r self, room: &'r str) -> impl Iterator<Item = Sentence> + 'r {
        let named = self.name.iter().cloned();
        let keys = if self.name.is_some() { &[] } else { self.codes() };
        named.chain(keys.iter().cloned()).map(move |key| Sentence {
            code: format!("{room}.{key}").into(),
            zh: self.words.zh.clone().into(),
            en: self.words.en.clone().into(),
            remedy_zh: self.remedy.zh.clone().into(),
            remedy_en: self.remedy.en.clone().into(),
        })
    }
}

impl Manifest {
    /// What a code of the system means: looked up exactly first, then by range, then by beginning. The cause's code is
    /// the room and the entry's name or key (`fxiaoke.20016`, `fxiaoke.10001-10015`); its parameter `code` is the
    /// vendor's code.
    pub fn error(&self, code: &str) -> Option<(AnswerClass, Cause)> {
        let find = |test: fn(&str, &str) -> bool| {
            self.errors.iter().find_map(|rule| {
                rule.codes().iter().find(|key| test(key, code)).map(|key| (rule, key.as_str()))
            })
        };
        let (rule, key) =
            find(|key, code| key == code).or_else(|| find(in_range)).or_else(|| find(begins_so))?;
        Some((rule.class, Cause::new(rule.code(&self.room, key)).with("code", code)))
    }

    /// What a message of the system means, by the first entry of which it has a part. For systems whose errors have no
    /// code.
    pub fn error_text(&self, message: &str) -> Option<(AnswerClass, Cause)> {
        self.errors.iter().find_map(|rule| match &rule.matches {
            Matches::Texts(texts) => {
                let text = texts.iter().find(|text| message.contains(text.as_str()))?;
                Some((rule.class, Cause::new(rule.code(&self.room, text))))
            }
            Matches::Codes(_) => None,
        })
    }

    /// Whether a cause of the table is about one record alone.
    pub fn is_of_record(&self, cause: &Cause) -> bool {
        let is_it = |rule: &ErrorRule| rule.keys().any(|key| rule.code(&self.room, key) == cause.code);
        self.errors.iter().any(|rule| rule.of_record && is_it(rule))
    }

    /// The words of the whole table.
    pub fn sentences(&self) -> Vec<Sentence> {
        self.errors.iter().flat_map(|rule| rule.sentences(&self.room)).collect()
    }
}

/// The ends of `10001-10015`.
pub(super) fn range(key: &str) -> Option<(i64, i64)> {
    let (first, last) = key.split_once('-').filter(|(first, _)| !first.is_empty())?;
    Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
}

fn in_range(key: &str, code: &str) -> bool {
    match (range(key), code.parse::<i64>()) {
        (Some((first, last)), Ok(code)) => (first..=last).contains(&code),
        _ => false,
    }
}

fn begins_so(key: &str, code: &str) -> bool {
    key.strip_suffix('*').is_some_and(|beginning| code.starts_with(beginning))
}
