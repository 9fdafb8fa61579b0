//! Each connector is a folder with the same parts.

use super::{folders, none, root, text};

#[test]
fn every_connector_has_its_parts() {
    let mut findings = Vec::new();
    let connectors = folders("connectors");
    assert!(!connectors.is_empty(), "there are connectors");
    for name in connectors {
        for part in ["connector.yaml", "tests.yaml", "README.md"] {
            if !root().join("connectors").join(&name).join(part).exists() {
                findings.push(format!("connectors/{name}/{part}"));
            }
        }
    }
    none(findings, "a connector without one of its parts (docs/recipes/add-a-connector.md)");
}

#[test]
fn every_connector_is_introduced_to_users_in_chinese() {
    let foreign = folders("connectors").into_iter().filter(|name| {
        let readme = text(&format!("connectors/{name}/README.md"));
        !readme.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
    });
    none(foreign.collect(), "a connector whose README its users cannot read");
}
