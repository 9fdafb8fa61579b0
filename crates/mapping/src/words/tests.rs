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
