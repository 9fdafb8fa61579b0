//! Which version of which environment fills the placeholders of each text.
//!
//! It is part of a text's applied version, so that a version says exactly what ran. A text whose own values did not
//! change keeps the version it was filled from: a new address of the ERP makes no new version of a notice.

use std::collections::BTreeMap;

use contract::store::{ConfigText, EnvironmentVersion, StoreError, TextVersion};
use mapping::{EnvironmentText, NoFiles, Text};

use super::plan::Sides;
use crate::seams::Seams;
use crate::setup::{Environments, takes_placeholders};

/// What fills the texts that would be in force.
pub(super) struct Stamps {
    /// By kind and name; texts without placeholders have none.
    pub stamps: BTreeMap<(String, String), EnvironmentVersion>,
    /// The environment in force before and afterwards.
    pub before: Option<EnvironmentVersion>,
    pub after: Option<EnvironmentVersion>,
}

pub(super) async fn stamps(seams: &Seams, sides: &Sides) -> Result<Stamps, StoreError> {
    let all = Environments::of(&sides.after);
    let before = version_before(sides);
    let Some(chosen) = all.chosen() else {
        return Ok(Stamps { stamps: BTreeMap::new(), before, after: None });
    };
    let history = seams.store.text_versions(Some(&chosen.name)).await?;
    let history: Vec<TextVersion> =
        history.into_iter().filter(|version| version.text.kind == "environment").collect();
    let after =
        EnvironmentVersion { name: chosen.name.clone(), version: version_after(sides, chosen, &history) };
    let mut stamps = BTreeMap::new();
    for (text, _) in sides.after.iter().filter(|(text, _)| takes_placeholders(&text.kind)) {
        let used = mapping::placeholders(&text.text);
        if used.is_empty() {
            continue;
        }
        let kept = sides.known(text).and_then(|known| known.environment.clone()).filter(|stamp| {
            stamp.name == chosen.name && gives_the_same(chosen, stamp.version, &history, &used)
        });
        let key = (text.kind.clone(), text.name.clone());
        stamps.insert(key, kept.unwrap_or_else(|| after.clone()));
    }
    Ok(Stamps { stamps, before, after: Some(after) })
}

fn version_before(sides: &Sides) -> Option<EnvironmentVersion> {
    let all = Environments::of(&sides.before);
    let name = all.chosen()?.name.clone();
    let known = |text: &&TextVersion| text.text.kind == "environment" && text.text.name == name;
    let version = sides.current.iter().find(known).map(|text| text.version)?;
    Some(EnvironmentVersion { name, version })
}

/// The version that the chosen environment will have: the current one, or the next.
fn version_after(sides: &Sides, chosen: &EnvironmentText, history: &[TextVersion]) -> i64 {
    let is_chosen = |text: &ConfigText| text.kind == "environment" && text.name == chosen.name;
    let text = sides.after.iter().map(|(text, _)| text).find(|text| is_chosen(text));
    let current = text.and_then(|text| sides.known(text)).filter(|known| Some(&known.text) == text);
    match current {
        Some(current) => current.version,
        None => history.iter().map(|version| version.version).max().unwrap_or(0) + 1,
    }
}

/// Whether an earlier version gives the same values for these names.
fn gives_the_same(
    chosen: &EnvironmentText,
    version: i64,
    history: &[TextVersion],
    names: &[(String, (usize, usize))],
) -> bool {
    let Some(earlier) = history.iter().find(|known| known.version == version) else { return false };
    match mapping::read(&earlier.text.text, &NoFiles) {
        Ok(Text::Environment(earlier)) => names.iter().all(|(name, _)| earlier.get(name) == chosen.get(name)),
        _ => false,
    }
}
