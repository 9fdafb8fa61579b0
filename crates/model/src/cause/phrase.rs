//! What libraries and the operating system say in English, told to a Chinese reader.
//!
//! A parser or a disk gives its reason in its own words. They are kept as they are, since a search for them finds help;
//! a Chinese sentence tells them in Chinese where they are known.

use std::borrow::Cow;

/// Words that are not ours, and their Chinese. `{}` in both stands for whatever is said there, in the same order; what
/// it stands for is told in Chinese too where it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phrase {
    pub en: &'static str,
    pub zh: &'static str,
}

impl Phrase {
    pub const fn new(en: &'static str, zh: &'static str) -> Phrase {
        Phrase { en, zh }
    }

    /// What the phrase's `{}` stand for in the text; `None` when the text says something else.
    fn parts<'t>(&self, text: &'t str) -> Option<Vec<&'t str>> {
        let mut literals = self.en.split("{}");
        let mut rest = text.strip_prefix(literals.next()?)?;
        let mut literals = literals.peekable();
        let mut parts = Vec::new();
        while let Some(literal) = literals.next() {
            let at = match literals.peek() {
                Some(_) => rest.find(literal)?,
                None => rest.strip_suffix(literal)?.len(),
            };
            parts.push(&rest[..at]);
            rest = &rest[at + literal.len()..];
        }
        rest.is_empty().then_some(parts)
    }
}

/// The text in Chinese, by the first phrase that it is; the text itself where there is none.
pub(super) fn in_chinese<'t>(phrases: &[Phrase], text: &'t str) -> Cow<'t, str> {
    let known = phrases.iter().find_map(|phrase| Some((phrase, phrase.parts(text)?)));
    let Some((phrase, parts)) = known else { return Cow::Borrowed(text) };
    // A phrase of nothing but a place would stand for itself for ever.
    let told = |part: &&'t str| match part.len() < text.len() {
        true => in_chinese(phrases, part),
        false => Cow::Borrowed(*part),
    };
    let mut parts = parts.iter().map(told);
    let mut out = String::new();
    for (place, literal) in phrase.zh.split("{}").enumerate() {
        if place > 0 {
            out.push_str(&parts.next().unwrap_or_default());
        }
        out.push_str(literal);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHRASES: &[Phrase] = &[
        Phrase::new("unexpected {}, expected {}", "不应出现{}，应为{}"),
        Phrase::new("end of input", "结尾"),
        Phrase::new("No space left on device (os error {})", "磁盘已满（系统错误 {}）"),
    ];

    #[test]
    fn a_reason_is_told_in_chinese_with_what_it_speaks_of() {
        for (text, expected) in [
            ("unexpected end of input, expected `)`", "不应出现结尾，应为`)`"),
            ("No space left on device (os error 28)", "磁盘已满（系统错误 28）"),
            ("end of input", "结尾"),
            ("something of 客户 that nobody knows", "something of 客户 that nobody knows"),
            ("unexpected , expected ", "不应出现，应为"),
            ("", ""),
        ] {
            assert_eq!(in_chinese(PHRASES, text), expected, "{text}");
        }
    }
}
