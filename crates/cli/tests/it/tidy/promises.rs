//! docs/concepts/promises.md and docs/guides/when-things-go-wrong.md: each promise names tests, and each test that is named
//! exists.

use std::collections::BTreeSet;

use super::{none, sources, text};

const PAGES: [&str; 2] = ["docs/concepts/promises.md", "docs/concepts/promises.en.md"];
const TROUBLES: [&str; 2] = ["docs/guides/when-things-go-wrong.md", "docs/guides/when-things-go-wrong.en.md"];

/// The names in back-quotes that are names of tests.
fn tests(page: &str) -> BTreeSet<String> {
    let quoted = page.split('`').skip(1).step_by(2);
    let is_name = |word: &&str| {
        word.contains('_')
            && word
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
    };
    quoted.filter(is_name).map(str::to_owned).collect()
}

#[test]
fn every_test_that_is_named_exists() {
    let sources: String = sources().iter().map(|path| text(path)).collect();
    let mut missing = Vec::new();
    for page in PAGES.into_iter().chain(TROUBLES) {
        let named = tests(&text(page));
        assert!(named.len() > 20, "{page} names {} tests", named.len());
        missing.extend(named.into_iter().filter(|name| !sources.contains(&format!("fn {name}("))));
    }
    none(missing, "a test that a promise names and that does not exist");
}

#[test]
fn every_promise_names_a_test_and_both_languages_name_the_same() {
    let [chinese, english] = TROUBLES.map(text);
    assert_eq!(tests(&chinese), tests(&english));
    let [chinese, english] = PAGES.map(text);
    assert_eq!(tests(&chinese), tests(&english));
    for page in [&chinese, &english] {
        let rows = page.lines().filter(|line| line.starts_with("| ") && !line.ends_with("|---|---|"));
        let bare =
            rows.filter(|row| tests(row).is_empty() && !row.contains("test |") && !row.contains("测试 |"));
        none(bare.map(str::to_owned).collect(), "a promise without a test");
    }
}
