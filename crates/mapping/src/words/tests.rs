use std::collections::BTreeSet;
use std::path::Path;

use super::*;

/// The codes in string literals of the crate's own sources.
fn codes_in_sources(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "words" {
            codes_in_sources(&path, codes);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            let source = std::fs::read_to_string(&path).unwrap();
            let source = source.split("#[cfg(test)]").next().unwrap();
            for piece in source.split("\"mapping.").skip(1) {
                codes.insert(format!("mapping.{}", piece.split('"').next().unwrap()));
            }
        }
    }
}

#[test]
fn every_code_has_its_sentence_and_every_sentence_its_code() {
    let mut used = BTreeSet::new();
    codes_in_sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut used);
    let worded: BTreeSet<String> = sentences().iter().map(|sentence| sentence.code.to_string()).collect();
    assert_eq!(used.difference(&worded).collect::<Vec<_>>(), Vec::<&String>::new(), "codes without words");
    assert_eq!(worded.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "words without a code");
    assert_eq!(worded.len(), sentences().len(), "a code stands twice");
}

#[test]
fn every_sentence_says_what_and_what_to_do_in_both_languages() {
    for sentence in sentences() {
        for text in [&sentence.zh, &sentence.en, &sentence.remedy_zh, &sentence.remedy_en] {
            assert!(!text.is_empty(), "{}", sentence.code);
        }
        let names = |text: &str| -> BTreeSet<String> {
            text.split('{')
                .skip(1)
                .filter_map(|part| part.split_once('}'))
                .map(|(name, _)| name.into())
                .collect()
        };
        let (zh, en) = (names(&sentence.zh), names(&sentence.en));
        assert_eq!(zh, en, "{} names other parameters in the two languages", sentence.code);
    }
}

/// What a Chinese reader is told of the cause, beside our own words.
fn reason(cause: &model::Cause) -> String {
    let mut catalogue = model::Catalogue::default();
    catalogue.add(sentences());
    catalogue.add_phrases(&phrases());
    let told = catalogue.render(cause, model::Lang::Zh).what;
    let english = catalogue.render(cause, model::Lang::En).what;
    assert!(english.is_ascii(), "{english}");
    told
}

/// Letters in a row are names of fields, or English.
fn has_english(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_lowercase()).any(|word| word.len() > 3)
}

#[test]
fn what_is_wrong_with_a_text_is_told_in_chinese() {
    for text in [
        "a: [1, 2",
        "a: {b: 1",
        "a: \"没有结束",
        "a: b: c",
        "a:\n\t- b",
        "a\nb: 1",
        "- a\nb: 1",
        "a: [1, 2}",
        "a: ]",
        "a: @b",
        "a: `b`",
        "a: \"\\q\"",
        "a: *b",
        "%YAML 9.9\n---\na: 1",
        "a: |0\n b",
        "a: 'b' c",
        "  a: 1\n b: 2",
        "a: 1\n  b: 2",
        "a: &\n",
        "a: {b: 1]",
        "a: !x!y z",
    ] {
        let Err(finding) = crate::yaml::read(text) else { panic!("{text} is one") };
        let told = reason(&finding.cause);
        assert!(!has_english(&told.replace("YAML", "")), "{text:?}: {told}");
    }
}

#[test]
fn what_is_wrong_with_an_expression_is_told_in_chinese() {
    for text in [
        "a +",
        "(a",
        "a b",
        "a[",
        "a[]",
        "'没有结束",
        "a ? b",
        "1_",
        "f(a",
        "a |",
        "a if",
        "not",
        "$a",
        "{a",
        "{'a' 1}",
        "a.",
        "99999999999999999999999999999999999999999999",
        "a == ",
        "a in",
        "}}",
        "%}",
        "a, b",
        "[1, 2",
    ] {
        let Err(mistakes) = crate::expression::desugar::desugar(text) else { panic!("{text} is one") };
        for (_, cause) in mistakes {
            let told = reason(&cause);
            assert!(!has_english(&told), "{text:?}: {told}");
        }
    }
}
