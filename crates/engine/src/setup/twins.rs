//! Fields that two flows carry both ways: which of the one stand for which of the other, and who is right where both sides
//! were edited.
//!
//! A field of the target is a twin where the flow makes it of a source field that the flow the other way makes of it. What
//! only one of the two carries has one owner and no conflicts; lists of lines are carried as a whole by whoever comes first.

use std::collections::BTreeSet;

use mapping::FieldOrigin;
use model::flow::Conflict;
use model::{Cause, FlowName};

use super::ActiveFlow;
use super::pairs::goes_back;

/// The fields that a flow shares with the one that goes the other way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twins {
    /// The flow that goes the other way.
    pub other: FlowName,
    pub fields: Vec<Twin>,
}

/// One field of the target, and the fields of the source that it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    /// The top-level field at the target.
    pub there: String,
    /// The top-level fields at the source that both flows carry; never empty.
    pub here: Vec<String>,
    /// Further top-level fields of the source that the target's field is made of, and that only this flow carries.
    pub with: Vec<String>,
    pub conflict: Conflict,
}

impl Twins {
    /// Whether a field of the target is among them.
    pub fn writes(&self, field: &str) -> bool {
        self.fields.iter().any(|twin| twin.there == field)
    }
}

/// A flow that says something of conflicts which cannot be held to, and whether it stays in force.
pub(super) struct Objection {
    pub flow: FlowName,
    pub cause: Cause,
    pub is_warning: bool,
}

/// For each flow what it shares with the flow the other way.
pub(super) fn twins(flows: &[ActiveFlow]) -> Vec<Option<Twins>> {
    flows.iter().map(|flow| of(flow, flows.iter().find(|other| goes_back(other, flow))?)).collect()
}

fn of(flow: &ActiveFlow, other: &ActiveFlow) -> Option<Twins> {
    let back = other.compiled.origins();
    let told = |origin: FieldOrigin| {
        let is_shared = |here: &&String| {
            let goes_back = |back: &&FieldOrigin| back.field == **here && back.of.contains(&origin.field);
            back.iter().any(|back| goes_back(&back))
        };
        let (here, with): (Vec<_>, Vec<_>) = origin.of.iter().partition(is_shared);
        let of_other = back.iter().find(|back| here.contains(&&back.field)).and_then(|back| back.conflict);
        let conflict = origin
            .conflict
            .or(of_other.map(Conflict::seen_from_there))
            .or(flow.flow().conflict)
            .or(other.flow().conflict.map(Conflict::seen_from_there));
        (!here.is_empty()).then(|| Twin {
            there: origin.field.clone(),
            here: here.into_iter().cloned().collect(),
            with: with.into_iter().cloned().collect(),
            conflict: conflict.unwrap_or(Conflict::Source),
        })
    };
    let fields: Vec<Twin> = flow.compiled.origins().into_iter().filter_map(told).collect();
    (!fields.is_empty()).then(|| Twins { other: other.name().clone(), fields })
}

/// Flows that contradict the one that goes the other way, and those that say something although none does.
pub(super) fn objections(flows: &[ActiveFlow]) -> Vec<Objection> {
    let mut found = Vec::new();
    let mut refused: BTreeSet<&FlowName> = BTreeSet::new();
    for flow in flows {
        let said = flow.flow().conflict.is_some()
            || flow.compiled.origins().iter().any(|origin| origin.conflict.is_some());
        let other = flows.iter().find(|other| goes_back(other, flow));
        let objection = |code, is_warning, field: &str, other: &str| Objection {
            flow: flow.name().clone(),
            cause: Cause::new(code).with("flow", flow.name()).with("field", field).with("other", other),
            is_warning,
        };
        match other {
            None if said => found.push(objection("config.conflict_one_way", true, "conflict", "")),
            Some(other) if !refused.contains(other.name()) => {
                if let Some(field) = contradicted(flow, other) {
                    refused.insert(flow.name());
                    found.push(objection("config.conflict_disagrees", false, &field, other.name().as_str()));
                }
            }
            _ => {}
        }
    }
    found
}

/// The field of which both flows say something else; `conflict` where it is the flows themselves.
fn contradicted(flow: &ActiveFlow, other: &ActiveFlow) -> Option<String> {
    let differ = |one: Option<Conflict>, two: Option<Conflict>| {
        one.zip(two).is_some_and(|(one, two)| one != two.seen_from_there())
    };
    let back = other.compiled.origins();
    let fields = flow.compiled.origins();
    let field = fields.iter().find(|origin| {
        let twins =
            back.iter().filter(|back| origin.of.contains(&back.field) && back.of.contains(&origin.field));
        twins.into_iter().any(|back| differ(origin.conflict, back.conflict))
    });
    match field {
        Some(origin) => Some(origin.field.clone()),
        None => differ(flow.flow().conflict, other.flow().conflict).then(|| "conflict".to_owned()),
    }
}
