//! Manifests: what is known of a system, as data (`connectors/<system>/connector.yaml`).
//!
//! A manifest holds the form of a connection's settings with its help texts, limits and capability facts, the table of
//! errors, and presets of objects. It holds no conditions, loops or variables. A connector written in Rust reads its
//! manifest through [`Manifest`]; the format is described in `connectors/README.md`.

mod duration;
mod errors;
mod facts;
mod objects;
mod read;
mod settings;

use std::path::Path;

use contract::connector::{Facts, ObjectFacts};
use model::{Cause, Lang, Sentence};

pub use errors::{ErrorRule, Matches};
pub use settings::{Choice, Setting, SettingKind};

pub use crate::yaml::At;

/// The newest schema of manifests that this version reads.
pub const SCHEMA: u32 = 1;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    pub zh: String,
    pub en: String,
}

impl Words {
    pub fn choose(&self, lang: Lang) -> &str {
        lang.choose(&self.zh, &self.en)
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Warning,
    Error,
}

/// One mistake in a manifest, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub at: At,
    pub cause: Cause,
    pub severity: Severity,
}

/// What is known of a system.
#[derive(Debug, Clone)]
pub struct Manifest {
    name: String,
    driver: String,
    room: String,
    title: Words,
    settings: Vec<Setting>,
    facts: Facts,
    errors: Vec<ErrorRule>,
    objects: Vec<Preset>,
}

/// What is known beforehand of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preset {
    /// The object's api name; `*` for all others.
    pub name: String,
    pub title: Words,
    pub facts: ObjectFacts,
    /// Detail objects under this master, each with its field that holds the master's id.
    pub details: Vec<(String, String)>,
}

impl Manifest {
    /// Reads a manifest and everything that is wrong with it. `None` when one of the findings is an error.
    pub fn parse(text: &str) -> (Option<Manifest>, Vec<Finding>) {
        read::manifest(text)
    }

    /// A manifest that is compiled in.
    ///
    /// # Panics
    /// When it has an error; the tests of this crate parse every built-in manifest, so that it cannot happen to users.
    pub fn built_in(text: &'static str) -> Manifest {
        match Manifest::parse(text) {
            (Some(manifest), _) => manifest,
            (None, findings) => panic!("a built-in manifest is broken: {findings:?}"),
        }
    }

    /// Reads the manifest of a connector's folder.
    ///
    /// # Errors
    /// All findings, when one of them is an error; a file that cannot be read is one.
    pub fn load(folder: &Path) -> Result<Manifest, Vec<Finding>> {
        let file = folder.join("connector.yaml");
        let text = std::fs::read_to_string(&file).map_err(|error| {
            let cause = Cause::new("manifest.unreadable").with("file", file.display()).with("reason", error);
            vec![Finding { at: At::default(), cause, severity: Severity::Error }]
        })?;
        let (manifest, findings) = Manifest::parse(&text);
        manifest.ok_or(findings)
    }

    /// The connector's name, which is its folder's.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The built-in connector that does the talking; the name itself unless the manifest names another.
    pub fn driver(&self) -> &str {
        &self.driver
    }

    /// The first segment of the codes of its causes: `kingdee`.
    pub fn room(&self) -> &str {
        &self.room
    }

    pub fn title(&self) -> &Words {
        &self.title
    }

    /// The connector's own settings, in the order of the form. See [`Manifest::common_settings`] for the rest.
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// The presets of objects, in the order of the manifest.
    pub fn objects(&self) -> &[Preset] {
        &self.objects
    }

    /// The table of errors, in the order of the manifest.
    pub fn errors(&self) -> &[ErrorRule] {
        &self.errors
    }
}

/// The sentences of this module's own causes.
pub fn sentences() -> Vec<Sentence> {
    read::sentences()
}

#[cfg(test)]
mod tests;
