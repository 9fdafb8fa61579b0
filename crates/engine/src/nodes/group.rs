//! Groups: connections that flows join, directly or by others.

use std::collections::{BTreeMap, BTreeSet};

use model::{ConnectionName, LaneName};

use crate::setup::Setup;

/// Connections that one node works on, all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub connections: BTreeSet<ConnectionName>,
}

impl Group {
    /// The name of its lease; no connection may have one like it.
    pub fn lease(&self) -> LaneName {
        let first = self.connections.first().map(ConnectionName::as_str).unwrap_or_default();
        LaneName::new(format!("$group:{first}"))
    }
}

/// The groups there are, in order. Every connection is in one: also one that no flow uses may be served, or have work left.
pub(crate) fn groups(setup: &Setup) -> Vec<Group> {
    let flows = setup.flows.values().map(|active| active.flow());
    let joined = flows.map(|flow| [flow.source.connection.clone(), flow.target.connection.clone()]);
    joined_by(setup.lines.keys().cloned(), joined)
}

fn joined_by(
    all: impl Iterator<Item = ConnectionName>,
    joined: impl Iterator<Item = [ConnectionName; 2]>,
) -> Vec<Group> {
    // Each is known by the first name of its group.
    let mut first: BTreeMap<ConnectionName, ConnectionName> = all.map(|name| (name.clone(), name)).collect();
    for [one, other] in joined {
        let (Some(one), Some(other)) = (first.get(&one).cloned(), first.get(&other).cloned()) else {
            continue;
        };
        let (kept, gone) = if one <= other { (one, other) } else { (other, one) };
        first.values_mut().filter(|of| **of == gone).for_each(|of| of.clone_from(&kept));
    }
    let mut groups: BTreeMap<ConnectionName, BTreeSet<ConnectionName>> = BTreeMap::new();
    for (name, of) in first {
        groups.entry(of).or_default().insert(name);
    }
    groups.into_values().map(|connections| Group { connections }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_that_flows_join_are_one_group() {
        let name = |name: &str| ConnectionName::new(name);
        let all = ["crm", "erp", "oa", "北京-crm", "北京-erp", "没人用"].map(name);
        let joined = [["oa", "crm"], ["crm", "erp"], ["北京-erp", "北京-crm"], ["crm", "走了"]];
        let groups = joined_by(all.into_iter(), joined.into_iter().map(|pair| pair.map(name)));
        let told: Vec<Vec<&str>> = groups
            .iter()
            .map(|group| group.connections.iter().map(ConnectionName::as_str).collect())
            .collect();
        assert_eq!(told, [vec!["crm", "erp", "oa"], vec!["北京-crm", "北京-erp"], vec!["没人用"]]);
        assert_eq!(groups[0].lease().as_str(), "$group:crm");
    }
}
