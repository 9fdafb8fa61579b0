//! How long files are, what they are called, and what does not stand in them.

use super::{none, sources, text};

/// Longer than this needs a line in [`LONGER`].
const USUAL: usize = 500;
/// Longer than this is never right.
const MOST: usize = 800;

/// Files above [`USUAL`], each with its reason.
const LONGER: &[(&str, &str)] = &[];

/// Words that say nothing about what a file is for.
const EMPTY_NAMES: &[&str] =
    &["manager", "helper", "helpers", "util", "utils", "common", "data", "info", "process", "misc"];

#[test]
fn files_are_short() {
    let mut findings = Vec::new();
    for path in sources() {
        let lines = text(&path).lines().count();
        let has_reason = LONGER.iter().any(|(listed, _)| *listed == path);
        if lines > MOST {
            findings.push(format!("{path}: {lines} lines, more than {MOST}"));
        } else if lines > USUAL && !has_reason {
            findings.push(format!("{path}: {lines} lines, more than {USUAL} without a reason in the list"));
        } else if lines <= USUAL && has_reason {
            findings.push(format!("{path}: {lines} lines, and needs its exception no more"));
        }
    }
    none(findings, "split the file, or say why it is long");
}

#[test]
fn files_are_named_by_what_they_are_for() {
    let mut findings = Vec::new();
    for path in sources() {
        let stem = path.rsplit('/').next().and_then(|name| name.strip_suffix(".rs")).unwrap_or_default();
        if EMPTY_NAMES.contains(&stem) {
            findings.push(path);
        }
    }
    none(findings, "a file name that says nothing");
}

#[test]
fn every_file_says_first_what_it_is_for() {
    // Tests that were moved beside their module are introduced by it.
    let introduces = |path: &String| !path.ends_with("/tests.rs");
    let silent = sources().into_iter().filter(introduces).filter(|path| !text(path).starts_with("//! "));
    none(silent.collect(), "a file without a module doc on its first line");
}

#[test]
fn nothing_is_left_undone_switched_off_or_excused() {
    // Put together here, so that this file does not contain what it looks for.
    let banned = [
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("#[ig", "nore"),
        concat!("#[al", "low("),
        concat!("#![al", "low("),
        concat!("dbg", "!("),
    ];
    let mut findings = Vec::new();
    for path in sources() {
        for (n, line) in text(&path).lines().enumerate() {
            for banned in banned.iter().filter(|banned| line.contains(**banned)) {
                findings.push(format!("{path}:{}: {banned}", n + 1));
            }
        }
    }
    none(findings, "finish it, or leave it out; `#[expect(…, reason = …)]` instead of an excuse");
}

#[test]
fn every_expectation_gives_its_reason() {
    let mut findings = Vec::new();
    for path in sources() {
        let source = text(&path);
        for (at, _) in source.match_indices(concat!("#[exp", "ect(")) {
            let attribute = source[at..].split(")]").next().unwrap_or_default();
            if !attribute.contains("reason = ") {
                let line = source[..at].lines().count() + 1;
                findings.push(format!("{path}:{line}"));
            }
        }
    }
    none(findings, "an `#[expect]` without its reason");
}
