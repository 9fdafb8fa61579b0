//! Flows that go both ways between two objects, and lines that are referred to: what of them rests on links.

use mapping::ReferenceUse;
use model::flow::{KnownBy, Mode, Reference, Wanted, WhenMissing};
use model::{Cause, FlowName};

use super::{ActiveFlow, ParentUse};

/// Whether one flow carries back what the other carries over.
pub(super) fn goes_back(one: &ActiveFlow, other: &ActiveFlow) -> bool {
    let (one, other) = (one.flow(), other.flow());
    one.mode == Mode::Document
        && other.mode == Mode::Document
        && one.source.connection == other.target.connection
        && one.source.object == other.target.object
        && one.target.connection == other.source.connection
        && one.target.object == other.source.object
}

/// References to lines of lists whose line links no flow keeps, with their place.
pub(super) fn unlinked_lines(flows: &[ActiveFlow]) -> Vec<(FlowName, (usize, usize), Cause)> {
    let mut found = Vec::new();
    for flow in flows {
        for used in flow.compiled.references() {
            let Some(list) = &used.line_of else { continue };
            if !flows.iter().any(|other| links_lines(other, flow, used, list)) {
                let cause =
                    Cause::new("config.lines_not_linked").with("object", &used.object).with("list", list);
                found.push((flow.name().clone(), used.at, cause));
            }
        }
    }
    found
}

/// Whether the other flow keeps the line links of that list, from either side.
fn links_lines(other: &ActiveFlow, flow: &ActiveFlow, used: &ReferenceUse, list: &str) -> bool {
    let (here, there) = (&flow.flow().source.connection, &flow.flow().target.connection);
    let is_there = |object| used.target.as_ref().is_none_or(|target| target == object);
    let (source, target) = (&other.flow().source, &other.flow().target);
    let carries = source.connection == *here
        && source.object == used.object
        && target.connection == *there
        && is_there(&target.object);
    let brings_back = target.connection == *here
        && target.object == used.object
        && source.connection == *there
        && is_there(&source.object);
    (carries || brings_back) && other.compiled.lists().iter().any(|known| known.has_ids && known.list == list)
}

/// How the parent of a flow's derived documents is found: through the links of the flow that makes it.
///
/// # Errors
/// The place and the cause, where no flow makes such a parent or none keeps the links of its lines.
pub(super) fn parent_of(
    flow: &ActiveFlow,
    flows: &[ActiveFlow],
) -> Result<Option<ParentUse>, ((usize, usize), Cause)> {
    let Some(derive) = &flow.flow().target.derive else { return Ok(None) };
    let (source, target) = (&flow.flow().source.connection, &flow.flow().target.connection);
    let makes = |other: &&ActiveFlow| {
        let other = other.flow();
        other.mode == Mode::Document
            && other.source.connection == *source
            && other.target.connection == *target
            && other.target.object == derive.from
    };
    let Some(maker) = flows.iter().find(makes) else {
        return Err((derive.at, Cause::new("config.derive_without_flow").with("object", &derive.from)));
    };
    let reference = |by: KnownBy| Reference {
        object: maker.flow().source.object.clone(),
        by,
        target: Some(derive.from.clone()),
        want: Wanted::Id,
        missing: WhenMissing::Wait,
    };
    let of = derive.lines.as_ref().map(|lines| &lines.of);
    if let Some(list) =
        of.filter(|list| !maker.compiled.lists().iter().any(|known| known.has_ids && known.list == **list))
    {
        let cause = Cause::new("config.lines_not_linked").with("object", &derive.from).with("list", list);
        return Err((derive.at, cause));
    }
    let line = of.map(|list| reference(KnownBy::LineOf(list.clone())));
    Ok(Some(ParentUse { record: reference(KnownBy::Id), line }))
}
