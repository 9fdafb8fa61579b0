//! `THIRD-PARTY.md`: what of others is in the program, and the texts of their licences, each once.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result};

use super::packages::Package;

/// How the names of files with licences begin, in capital letters.
const NAMES: &[&str] = &["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];

/// The page, from what lies in the packages.
pub fn page(packages: &[Package]) -> Result<String> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in packages {
        for text in texts_in(&package.folder()?)? {
            texts.entry(text).or_default().push(format!("{} {}", package.name, package.version));
        }
    }
    Ok(written(packages, &texts))
}

fn written(packages: &[Package], texts: &BTreeMap<String, Vec<String>>) -> String {
    let mut page = String::from(
        "# What of others is in the program\n\n\
         Qiao itself is under the licence of the file LICENSE. Its program holds the packages below, and SQLite, which is \
         in the public domain.\n\n| package | version | licence | from |\n|---|---|---|---|\n",
    );
    for Package { name, version, licence, repository, .. } in packages {
        // Writing into a String cannot fail.
        let _ = writeln!(page, "| {name} | {version} | {licence} | {repository} |");
    }
    for (text, whose) in texts {
        let _ = write!(page, "\n## {}\n\n```\n{}\n```\n", whose.join(", "), text.replace("```", "'''"));
    }
    page
}

/// The texts of the licence files in a package's folder, without what differs only in white space.
fn texts_in(folder: &Path) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| path.is_file()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        if NAMES.iter().any(|start| name.starts_with(start)) {
            let text = String::from_utf8_lossy(&std::fs::read(&path)?).into_owned();
            let lines: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
            texts.push(lines.join("\n"));
        }
    }
    texts.sort();
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_many_share_stands_there_once() {
        let package = |name: &str| Package {
            name: name.into(),
            version: "1.0.0".into(),
            licence: "MIT".into(),
            repository: String::new(),
            checksum: String::new(),
        };
        let texts =
            BTreeMap::from([("MIT License".to_owned(), vec!["a 1.0.0".to_owned(), "b 1.0.0".to_owned()])]);
        let page = written(&[package("a"), package("b")], &texts);
        assert_eq!(page.matches("MIT License").count(), 1, "{page}");
        assert!(page.contains("## a 1.0.0, b 1.0.0") && page.contains("| b | 1.0.0 | MIT |"), "{page}");
    }
}
