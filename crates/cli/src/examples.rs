//! The examples, which are a part of the program: flows, connections, packets and samples to see at work and to start
//! from.

use std::fs;
use std::path::Path;

use model::{Cause, Lang};

use crate::exit::Failure;

/// One folder of `examples/`.
#[derive(Debug)]
pub struct Example {
    pub name: &'static str,
    /// Path below the folder and text.
    files: &'static [(&'static str, &'static str)],
}

const EXAMPLES: &[Example] = include!(concat!(env!("OUT_DIR"), "/examples.rs"));

/// All examples, in order of their names.
pub fn all() -> &'static [Example] {
    EXAMPLES
}

/// The example of that name.
///
/// # Errors
/// `cli.example.unknown` names those there are.
pub fn find(name: &str) -> Result<&'static Example, Failure> {
    EXAMPLES.iter().find(|example| example.name == name).ok_or_else(|| {
        let known: Vec<&str> = EXAMPLES.iter().map(|example| example.name).collect();
        let cause = Cause::new("cli.example.unknown").with("example", name);
        Failure::configuration(cause.with("known", known.join(", ")))
    })
}

impl Example {
    /// What it is, in a line: the heading of its README.
    pub fn title(&self, lang: Lang) -> &'static str {
        let readme = lang.choose("README.md", "README.en.md");
        let text = self.files.iter().find(|(path, _)| *path == readme).map_or("", |(_, text)| text);
        text.lines().next().unwrap_or_default().trim_start_matches('#').trim()
    }

    /// Writes its files below a folder, which is made where it is not there yet.
    ///
    /// # Errors
    /// `cli.example.there` for a file that exists already; then nothing has been written.
    pub fn write_to(&self, folder: &Path) -> Result<(), Failure> {
        let there = self.files.iter().map(|(below, _)| folder.join(below)).find(|path| path.exists());
        if let Some(path) = there {
            return Err(Failure::configuration(Cause::new("cli.example.there").with("path", path.display())));
        }
        for (below, text) in self.files {
            let path = folder.join(below);
            let made = path.parent().map_or(Ok(()), fs::create_dir_all);
            made.and_then(|()| fs::write(&path, text)).map_err(|error| Failure::file(&path, &error))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_called_what_its_readme_says_in_the_readers_language() {
        let example = find("first").unwrap();
        assert_eq!(example.title(Lang::Zh), "示例:客户与通知");
        assert_eq!(example.title(Lang::En), "Example: customers and notices");
    }

    #[test]
    fn what_is_written_out_is_what_stands_in_the_repository() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples"));
        for example in all() {
            let folder = tempfile::tempdir().unwrap();
            example.write_to(folder.path()).unwrap();
            for (below, _) in example.files {
                let read = |folder: &Path| fs::read_to_string(folder.join(below)).unwrap();
                assert_eq!(read(folder.path()), read(&root.join(example.name)), "{below}");
            }
        }
    }

    #[test]
    fn nothing_that_is_there_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("flows")).unwrap();
        let mine = folder.path().join("flows/customers-to-erp.yaml");
        fs::write(&mine, "kind: flow\n").unwrap();
        let refused = find("first").unwrap().write_to(folder.path()).unwrap_err();
        assert_eq!(refused.cause.code, "cli.example.there");
        assert_eq!(fs::read_to_string(&mine).unwrap(), "kind: flow\n");
        assert!(!folder.path().join("README.md").exists());
    }

    #[test]
    fn an_unknown_name_is_answered_with_those_there_are() {
        let cause = find("last").unwrap_err().cause;
        assert_eq!(cause.code, "cli.example.unknown");
        assert!(
            cause.params.iter().any(|(name, known)| name == "known" && known.contains("first")),
            "{cause:?}"
        );
    }
}
