//! Every cause has words, in both languages, with the same parameters.

use std::collections::BTreeSet;

use cli::words::{all_sentences, built_in_catalogue};

use super::{none, sources, text, without_tests};

#[test]
fn every_code_in_the_sources_has_a_sentence() {
    let catalogue = built_in_catalogue();
    let mut findings = Vec::new();
    for path in sources().into_iter().filter(|path| !is_of_tests(path)) {
        let source = text(&path);
        for (n, line) in without_tests(&source).lines().enumerate() {
            for code in codes(line).filter(|code| !catalogue.contains(code)) {
                findings.push(format!("{path}:{}: {code}", n + 1));
            }
        }
    }
    none(findings, "a cause without a sentence");
}

#[test]
fn every_sentence_speaks_both_languages_with_the_same_parameters() {
    let mut findings = Vec::new();
    for sentence in all_sentences() {
        let code = &sentence.code;
        if sentence.zh.trim().is_empty() || sentence.en.trim().is_empty() {
            findings.push(format!("{code}: a language is missing"));
        }
        if sentence.remedy_zh.trim().is_empty() != sentence.remedy_en.trim().is_empty() {
            findings.push(format!("{code}: the remedy is in one language only"));
        }
        for (zh, en) in [(&sentence.zh, &sentence.en), (&sentence.remedy_zh, &sentence.remedy_en)] {
            let (zh, en) = (parameters(zh), parameters(en));
            if zh != en {
                findings.push(format!("{code}: {zh:?} in Chinese, {en:?} in English"));
            }
        }
        if !is_chinese(&sentence.zh) {
            findings.push(format!("{code}: the Chinese sentence is not Chinese"));
        }
    }
    none(findings, "a sentence that one reader would miss");
}

/// `title_zh` and `title_en` are one parameter in two languages.
fn parameters(template: &str) -> BTreeSet<String> {
    let braced = template.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    let is_name = |name: &&str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    braced
        .filter(is_name)
        .map(|name| name.trim_end_matches("_zh").trim_end_matches("_en").to_owned())
        .collect()
}

/// The codes of causes that are made on this line.
fn codes(line: &str) -> impl Iterator<Item = &str> {
    line.split("Cause::new(\"").skip(1).filter_map(|rest| rest.split('"').next())
}

fn is_of_tests(path: &str) -> bool {
    path.contains("/tests/")
        || path.ends_with("/tests.rs")
        || path.contains("/benches/")
        || path.contains("/suites/")
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}
