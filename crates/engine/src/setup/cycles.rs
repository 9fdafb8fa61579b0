//! Cycles of references between flows: customer needs contact needs customer.

use std::collections::{BTreeMap, BTreeSet};

use model::FlowName;
use model::flow::Mode;

use super::ActiveFlow;

/// Groups of flows that wait for each other for ever; each flow stands in one group at most. References marked
/// `later` do not count.
pub(super) fn cycles(flows: &[ActiveFlow]) -> Vec<Vec<FlowName>> {
    let edges: BTreeMap<&FlowName, Vec<&FlowName>> =
        flows.iter().map(|flow| (flow.name(), parents(flow, flows))).collect();
    let mut done = BTreeSet::new();
    let mut found = Vec::new();
    for start in edges.keys() {
        let mut path = Vec::new();
        if let Some(cycle) = walk(start, &edges, &mut path, &mut done) {
            found.push(cycle);
        }
    }
    found
}

/// The flows that must have carried a record before this flow can. A flow whose records refer to others of its own
/// (a customer's parent company) is no cycle of flows.
fn parents<'f>(flow: &'f ActiveFlow, flows: &'f [ActiveFlow]) -> Vec<&'f FlowName> {
    let source = &flow.flow().source.connection;
    let target = &flow.flow().target.connection;
    let refers_to = |other: &ActiveFlow| {
        let other = other.flow();
        other.mode == Mode::Document
            && other.name != flow.flow().name
            && other.source.connection == *source
            && other.target.connection == *target
            && flow.compiled.references().iter().any(|used| {
                !used.later
                    && used.object == other.source.object
                    && used.target.as_ref().is_none_or(|object| *object == other.target.object)
            })
    };
    flows.iter().filter(|other| refers_to(other)).map(ActiveFlow::name).collect()
}

fn walk<'f>(
    at: &'f FlowName,
    edges: &BTreeMap<&'f FlowName, Vec<&'f FlowName>>,
    path: &mut Vec<&'f FlowName>,
    done: &mut BTreeSet<&'f FlowName>,
) -> Option<Vec<FlowName>> {
    if let Some(from) = path.iter().position(|flow| *flow == at) {
        return Some(path[from..].iter().map(|flow| (*flow).clone()).collect());
    }
    if !done.insert(at) {
        return None;
    }
    path.push(at);
    let parents = edges.get(at).map(Vec::as_slice).unwrap_or_default();
    let cycle = parents.iter().find_map(|parent| walk(parent, edges, path, done));
    path.pop();
    cycle
}
