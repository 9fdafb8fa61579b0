//! ARCHITECTURE.md is the map: short, and true.

use super::{folders, none, root, text};

#[test]
fn the_map_is_short() {
    assert!(text("ARCHITECTURE.md").lines().count() < 250, "the map must stay readable in one sitting");
}

#[test]
fn every_crate_stands_on_the_map() {
    let map = text("ARCHITECTURE.md");
    let missing = folders("crates").into_iter().filter(|name| !map.contains(&format!("`crates/{name}`")));
    none(missing.collect(), "a crate that ARCHITECTURE.md does not mention");
}

#[test]
fn everything_on_the_map_exists() {
    let mut findings = Vec::new();
    for page in ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "README.en.md"] {
        for path in named_paths(&text(page)) {
            if !root().join(&path).exists() {
                findings.push(format!("{page}: {path}"));
            }
        }
    }
    none(findings, "a path that does not exist");
}

/// Paths of this repository in back-quotes: those that begin with one of its folders.
fn named_paths(page: &str) -> Vec<String> {
    const FOLDERS: &[&str] =
        &["crates/", "connectors/", "docs/", "examples/", "xtask/", "tests/", ".ci/", ".config/"];
    page.split('`')
        .skip(1)
        .step_by(2)
        .filter(|quoted| FOLDERS.iter().any(|folder| quoted.starts_with(folder)))
        .filter(|quoted| !quoted.contains([' ', '*', '<', '…', '{']))
        .map(str::to_owned)
        .collect()
}

#[test]
fn both_readmes_have_the_same_chapters() {
    let chapters = |page: &str| text(page).lines().filter(|line| line.starts_with("## ")).count();
    assert_eq!(chapters("README.md"), chapters("README.en.md"));
}
