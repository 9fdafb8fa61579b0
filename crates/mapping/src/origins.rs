//! Which fields of the source each field of the target is made of: what flows that go both ways are paired by.

use std::collections::{BTreeMap, BTreeSet};

use model::flow::Conflict;

use crate::compile::{Compiled, Origin, fields_read};
use crate::finding::Place;

/// A top-level field of the target, and where its content comes from. Lists of lines and what is written in a second pass
/// are left out: they are carried as a whole, one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldOrigin {
    pub field: String,
    /// The top-level fields of the source record that it is made of; empty for constants.
    pub of: BTreeSet<String>,
    /// What its entry says of edits on both sides; the first that says something, where it has several.
    pub conflict: Option<Conflict>,
    /// Line and column of its first entry.
    pub at: Place,
}

impl Compiled {
    /// The fields that the flow writes, each with what it is made of, in the order of the flow.
    pub fn origins(&self) -> Vec<FieldOrigin> {
        let mut found: Vec<FieldOrigin> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let of_lists: BTreeSet<&str> = (self.rules.iter())
            .filter(|rule| matches!(rule.origin, Origin::Lines { .. }) || rule.later)
            .filter_map(|rule| rule.to.first().map(|first| &**first))
            .collect();
        for rule in &self.rules {
            let Some(field) = rule.to.first().filter(|field| !of_lists.contains(&***field)) else { continue };
            let mut of = BTreeSet::new();
            fields_read(std::slice::from_ref(rule), false, &mut of);
            match places.get(&**field) {
                Some(&place) => {
                    let known = &mut found[place];
                    known.of.extend(of);
                    known.conflict = known.conflict.or(rule.conflict);
                }
                None => {
                    places.insert(field.to_string(), found.len());
                    let (field, conflict, at) = (field.to_string(), rule.conflict, rule.at);
                    found.push(FieldOrigin { field, of, conflict, at });
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_field_is_made_of_all_that_its_entries_read_and_lists_are_left_out() {
        let text = "kind: flow\nname: 客户\nsource: { connection: crm, object: A }\n\
                    target: { connection: erp, object: B }\nmap:\n  FName: name\n  \
                    FType.FNumber: { from: kind, values: { 重点: V }, conflict: target }\n  \
                    FType.FText: { expr: \"kind ~ level\" }\n  FOrg: { value: '603' }\n  \
                    FLines: { lines: items, map: { FQty: qty } }\n";
        let Ok(crate::Text::Flow(flow)) = crate::read(text, &crate::NoFiles) else { panic!("no flow") };
        let compiled = crate::compile(flow, &|_| None).unwrap();
        let told: Vec<String> = compiled
            .origins()
            .iter()
            .map(|origin| format!("{} {:?} {:?}", origin.field, origin.of, origin.conflict))
            .collect();
        assert_eq!(
            told,
            [r#"FName {"name"} None"#, r#"FType {"kind", "level"} Some(Target)"#, "FOrg {} None",]
        );
    }
}
