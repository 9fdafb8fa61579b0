//! The connectors there are: the built-in ones, and those of a user's own folder.

mod check;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use contract::connector::Finding;
use contract::{Connector, Connectors};
use model::connection::Connection;
use model::{Cause, Sentence};

use crate::manifest::{self, At, Manifest, Severity};

/// A connector that is compiled in: its manifest, its recorded exchanges, and the code that reads them.
#[derive(Clone, Copy)]
pub struct BuiltIn {
    /// The text of `connector.yaml`.
    pub manifest: &'static str,
    /// The text of `tests.yaml`.
    pub tests: &'static str,
    pub connector: fn(Arc<Manifest>) -> Arc<dyn Connector>,
}

/// Every built-in connector. A new one adds its line here.
const BUILT_IN: &[BuiltIn] = &[
    crate::dingtalk::BUILT_IN,
    crate::fxiaoke::BUILT_IN,
    crate::kingdee::BUILT_IN,
    crate::standard_erp::BUILT_IN,
    crate::webhook::BUILT_IN,
    crate::announcer::DINGTALK_ROBOT,
    crate::announcer::NOTIFY_WEBHOOK,
    crate::announcer::SMTP,
];

/// The connectors by name.
pub struct Registry {
    entries: BTreeMap<String, Entry>,
}

struct Entry {
    manifest: Arc<Manifest>,
    make: fn(Arc<Manifest>) -> Arc<dyn Connector>,
    connector: Arc<dyn Connector>,
    tests: Tests,
}

/// Where the recorded exchanges of a connector are.
enum Tests {
    BuiltIn(&'static str),
    File(PathBuf),
}

/// A connector's folder that cannot be used, with everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the connector in {} has {} findings", folder.display(), findings.len())]
pub struct BrokenConnector {
    pub folder: PathBuf,
    pub findings: Vec<manifest::Finding>,
}

/// The built-in connectors, and those in the folders below the user's own. A user's connector names a built-in one as
/// its `driver`; one with the name of a built-in connector takes its place.
///
/// # Errors
/// The first folder that cannot be used.
pub fn registry(user_folder: Option<&Path>) -> Result<Registry, BrokenConnector> {
    let mut entries = BTreeMap::new();
    for built_in in BUILT_IN {
        let manifest = Arc::new(Manifest::built_in(built_in.manifest));
        let entry = Entry::new(manifest.clone(), built_in.connector, Tests::BuiltIn(built_in.tests));
        entries.insert(manifest.name().to_owned(), entry);
    }
    let mut registry = Registry { entries };
    for folder in user_folder.map(folders_with_manifests).transpose()?.unwrap_or_default() {
        registry.add(&folder)?;
    }
    Ok(registry)
}

/// The folders below this one that hold a `connector.yaml`, in order of their names.
fn folders_with_manifests(below: &Path) -> Result<Vec<PathBuf>, BrokenConnector> {
    let broken = |reason: std::io::Error| {
        let cause = Cause::new("manifest.unreadable").with("file", below.display()).with("reason", reason);
        let finding = manifest::Finding { at: At::default(), cause, severity: Severity::Error };
        BrokenConnector { folder: below.to_owned(), findings: vec![finding] }
    };
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(below).map_err(broken)? {
        let folder = entry.map_err(broken)?.path();
        if folder.join("connector.yaml").is_file() {
            folders.push(folder);
        }
    }
    folders.sort();
    Ok(folders)
}

impl Entry {
    fn new(manifest: Arc<Manifest>, make: fn(Arc<Manifest>) -> Arc<dyn Connector>, tests: Tests) -> Entry {
        Entry { connector: make(manifest.clone()), manifest, make, tests }
    }
}

impl Registry {
    /// Takes in the connector of one folder.
    fn add(&mut self, folder: &Path) -> Result<(), BrokenConnector> {
        let broken = |findings| BrokenConnector { folder: folder.to_owned(), findings };
        let manifest = Arc::new(Manifest::load(folder).map_err(broken)?);
        let Some(driver) =
            BUILT_IN.iter().find(|b| Manifest::built_in(b.manifest).name() == manifest.driver())
        else {
            let known: Vec<String> =
                BUILT_IN.iter().map(|b| Manifest::built_in(b.manifest).name().to_owned()).collect();
            let cause = Cause::new("manifest.driver")
                .with("driver", manifest.driver())
                .with("name", manifest.name())
                .with("known", known.join(", "));
            return Err(broken(vec![manifest::Finding {
                at: At::default(),
                cause,
                severity: Severity::Error,
            }]));
        };
        let entry = Entry::new(manifest.clone(), driver.connector, Tests::File(folder.join("tests.yaml")));
        self.entries.insert(manifest.name().to_owned(), entry);
        Ok(())
    }

    /// The manifests, in order of their names.
    pub fn manifests(&self) -> impl Iterator<Item = &Arc<Manifest>> {
        self.entries.values().map(|entry| &entry.manifest)
    }

    pub fn manifest(&self, name: &str) -> Option<&Arc<Manifest>> {
        self.entries.get(name).map(|entry| &entry.manifest)
    }

    /// A connector that remembers nothing of what others were told (K/3 Cloud's keeps descriptions of forms), so that
    /// one run of a test says nothing to the next.
    pub fn fresh_connector(&self, name: &str) -> Option<Arc<dyn Connector>> {
        self.entries.get(name).map(|entry| (entry.make)(entry.manifest.clone()))
    }

    /// The words of this crate and of all error tables.
    pub fn sentences(&self) -> Vec<Sentence> {
        let mut all = crate::sentences();
        all.extend(self.manifests().flat_map(|manifest| manifest.sentences()));
        all
    }

    /// The text of a connector's recorded exchanges; `None` when there is no such connector.
    ///
    /// # Errors
    /// `manifest.unreadable` when the user's file cannot be read.
    pub fn tests(&self, name: &str) -> Option<Result<String, Cause>> {
        self.entries.get(name).map(|entry| match &entry.tests {
            Tests::BuiltIn(text) => Ok((*text).to_owned()),
            Tests::File(file) => std::fs::read_to_string(file).map_err(|error| {
                Cause::new("manifest.unreadable").with("file", file.display()).with("reason", error)
            }),
        })
    }
}

impl Connectors for Registry {
    fn connector(&self, name: &str) -> Option<Arc<dyn Connector>> {
        self.entries.get(name).map(|entry| entry.connector.clone())
    }

    fn secret_settings(&self, name: &str) -> Vec<String> {
        self.manifest(name).map(|manifest| manifest.secrets()).unwrap_or_default()
    }

    fn check_settings(&self, connection: &Connection) -> Vec<Finding> {
        self.settings_of(connection)
    }
}

#[cfg(test)]
mod tests;
