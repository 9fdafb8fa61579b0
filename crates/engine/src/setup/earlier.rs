//! Earlier mappings: a flow as it was in force at some time, for one delivery that a person asked for (原映射版本).
//!
//! The flow's text and what it is made with (value maps, packets, functions, the environment) are of then; connections,
//! descriptions of objects and all other flows are of now. Where the flow had another source or target then, its mapping is
//! of no use for what is to be delivered now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contract::store::{ConfigText, StoreError, TextVersion};
use model::flow::{Flow, Mode};
use model::{Cause, FlowName, Timestamp};

use super::{ActiveFlow, CHOICE, Setup};
use crate::connection::TokenBox;
use crate::seams::Seams;

/// What a flow is made with, beside its own text.
const MADE_WITH: [&str; 5] = ["values", "packet", "function", "environment", CHOICE];

type Found = Result<Arc<ActiveFlow>, Cause>;

/// Those that were asked for, for as long as the configuration stays as it is.
#[derive(Default)]
pub(super) struct Earlier(Mutex<BTreeMap<(FlowName, Timestamp), Found>>);

impl Earlier {
    fn known(&self) -> MutexGuard<'_, BTreeMap<(FlowName, Timestamp), Found>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Setup {
    /// The flow with its mapping as of that time; why there is none that can be used.
    pub async fn as_of(
        &self,
        seams: &Seams,
        active: &ActiveFlow,
        at: Timestamp,
    ) -> Result<Result<Arc<ActiveFlow>, Cause>, StoreError> {
        let key = (active.name().clone(), at);
        let known = self.earlier.known().get(&key).cloned();
        match known {
            Some(found) => Ok(found),
            None => {
                let found = make(seams, active, at).await?;
                self.earlier.known().insert(key, found.clone());
                Ok(found)
            }
        }
    }
}

async fn make(seams: &Seams, active: &ActiveFlow, at: Timestamp) -> Result<Found, StoreError> {
    let all = seams.store.text_versions(None).await?;
    let name = active.name();
    let own = all.iter().find(|text| is_of(name, text) && is_in_force(text, &all, at));
    let Some(version) = own.map(|text| text.version) else {
        return Ok(Err(Cause::new("engine.mapping_gone").with("flow", name)));
    };
    let texts: Vec<(ConfigText, i64)> =
        all.iter().filter(|text| is_meant(name, text, &all, at)).map(as_given).collect();
    let tokens = Arc::new(TokenBox::new(seams.store.clone()));
    let mut setup = Setup::of(seams, &tokens, &texts, None).await?;
    let named = |code| Cause::new(code).with("flow", name).with("version", version);
    let made = setup.flows.remove(name).and_then(Arc::into_inner);
    let Some(made) = made else {
        let is_about = |problem: &&super::Problem| problem.name == name.as_str() && !problem.is_warning;
        let cause = named("engine.mapping_unusable");
        let why = setup.problems.iter().find(is_about);
        return Ok(Err(why.map_or(cause.clone(), |problem| cause.because(&problem.cause))));
    };
    if !goes_the_same_way(made.flow(), active.flow()) {
        return Ok(Err(named("engine.mapping_elsewhere")));
    }
    let (source, target) = (active.source.clone(), active.target.clone());
    Ok(Ok(Arc::new(ActiveFlow { source, target, is_mirrored: active.is_mirrored, ..made })))
}

fn is_of(flow: &FlowName, text: &TextVersion) -> bool {
    text.text.kind == "flow" && text.text.name == flow.as_str()
}

/// Whether that version of a text was in force then. One that was taken out of force without another in its place was not.
fn is_in_force(text: &TextVersion, all: &[TextVersion], at: Timestamp) -> bool {
    let is_later = |other: &TextVersion| {
        other.text.kind == text.text.kind
            && other.text.name == text.text.name
            && other.version > text.version
            && other.at <= at
    };
    text.at <= at && text.removed.is_none_or(|removed| removed > at) && !all.iter().any(is_later)
}

/// Whether the text is among those that the mapping of then is made of.
fn is_meant(flow: &FlowName, text: &TextVersion, all: &[TextVersion], at: Timestamp) -> bool {
    let is_of_then = is_of(flow, text) || MADE_WITH.contains(&text.text.kind.as_str());
    is_in_force(text, all, if is_of_then { at } else { Timestamp(i64::MAX) })
}

fn as_given(text: &TextVersion) -> (ConfigText, i64) {
    (text.text.clone(), text.version)
}

fn goes_the_same_way(then: &Flow, now: &Flow) -> bool {
    let ends = |flow: &Flow| {
        let (source, target) = (&flow.source, &flow.target);
        let ends = [&source.connection, &target.connection].map(|end| end.to_string());
        (ends, source.object.to_string(), target.object.to_string(), flow.mode == Mode::Document)
    };
    ends(then) == ends(now)
}

/// The time that stands for the mapping with which a flow of that version was tried at that time: when it last changed until
/// then. `None` where that version is known no more.
pub(crate) fn moment(
    all: &[TextVersion],
    flow: &FlowName,
    version: i64,
    tried: Timestamp,
) -> Option<Timestamp> {
    let own: Vec<&TextVersion> = all.iter().filter(|text| is_of(flow, text)).collect();
    let that = own.iter().find(|text| text.version == version)?;
    // What was applied while it was tried came in force a moment later.
    let next = own.iter().filter(|text| text.version > version).map(|text| Timestamp(text.at.0 - 1)).min();
    let ended = that.removed.map(|removed| Timestamp(removed.0 - 1));
    let until = [next, ended].into_iter().flatten().fold(tried, Timestamp::min).max(that.at);
    let made_with = all.iter().filter(|text| MADE_WITH.contains(&text.text.kind.as_str()));
    let changes: BTreeSet<Timestamp> = made_with
        .flat_map(|text| [Some(text.at), text.removed])
        .flatten()
        .chain([that.at])
        .filter(|at| *at <= until)
        .collect();
    changes.last().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(kind: &str, name: &str, version: i64, at: i64, removed: Option<i64>) -> TextVersion {
        TextVersion {
            text: ConfigText { kind: kind.into(), name: name.into(), text: String::new() },
            version,
            at: Timestamp(at),
            environment: None,
            removed: removed.map(Timestamp),
        }
    }

    #[test]
    fn the_moment_is_when_the_mapping_last_changed_before_it_was_tried() {
        let flow = FlowName::new("客户");
        let all = [
            text("flow", "客户", 1, 100, None),
            text("flow", "客户", 2, 500, None),
            text("values", "客户类别", 1, 100, None),
            text("values", "客户类别", 2, 300, None),
            text("values", "地区", 1, 100, Some(400)),
            text("flow", "别的", 1, 450, None),
        ];
        let at = |version, tried| moment(&all, &flow, version, Timestamp(tried)).map(|at| at.0);
        assert_eq!(at(1, 200), Some(100));
        assert_eq!(at(1, 350), Some(300));
        assert_eq!(at(1, 450), Some(400));
        assert_eq!(at(1, 510), Some(400), "the second was not taken up yet");
        assert_eq!(at(2, 900), Some(500));
        assert_eq!(at(3, 900), None);
        let meant = |at| {
            let is_meant = |text: &&TextVersion| is_meant(&flow, text, &all, Timestamp(at));
            let told = |text: &TextVersion| format!("{} {}", text.text.name, text.version);
            all.iter().filter(is_meant).map(told).collect::<Vec<_>>()
        };
        assert_eq!(meant(350), ["客户 1", "客户类别 2", "地区 1", "别的 1"]);
        assert_eq!(meant(500), ["客户 2", "客户类别 2", "别的 1"]);
    }
}
