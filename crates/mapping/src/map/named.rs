//! Whom and what a record and its lines name: references and people are gathered by one walk.

use std::collections::BTreeMap;

use model::Value;

use super::rule::found;
use crate::compile::{Origin, Rule};
use crate::expression::Scope;
use crate::route::{Found, Route};

/// Something a rule names: where it stands, what it is (a reference, a counterpart), and whether the rule can do
/// without it.
pub(super) type Naming<'c, W> = (&'c Route, &'c W, bool);

/// What is named by the rules that `naming` picks: each once with its id, in the order of the flow. Spared by one rule
/// and needed by another is needed.
pub(super) fn named<'c, W: PartialEq>(
    rules: &'c [Rule],
    record: &Value,
    naming: fn(&'c Rule) -> Option<Naming<'c, W>>,
) -> Vec<(&'c W, String, bool)> {
    let mut gathered = Gathered { whats: Vec::new(), places: BTreeMap::new(), all: Vec::new() };
    gathered.walk(rules, Scope { record, line: None }, naming);
    gathered.all
}

struct Gathered<'c, W> {
    /// What is named at all; equal ones are one.
    whats: Vec<&'c W>,
    /// The places in `all`, by what is named and its id.
    places: BTreeMap<(usize, String), usize>,
    all: Vec<(&'c W, String, bool)>,
}

impl<'c, W: PartialEq> Gathered<'c, W> {
    fn walk(&mut self, rules: &'c [Rule], scope: Scope, naming: fn(&'c Rule) -> Option<Naming<'c, W>>) {
        for rule in rules {
            if let Some((route, what, is_spared)) = naming(rule) {
                if let Some(value) = found(route, scope) {
                    let what = self.which(what);
                    self.take(&value, what, is_spared);
                }
            } else if let Origin::Lines { route, rules, .. } = &rule.origin
                && let Found::Value(Value::List(list)) = route.find(scope)
            {
                for (n, line) in list.iter().enumerate() {
                    self.walk(rules, Scope { record: scope.record, line: Some((line, n + 1)) }, naming);
                }
            }
        }
    }

    fn which(&mut self, what: &'c W) -> usize {
        self.whats.iter().position(|known| *known == what).unwrap_or_else(|| {
            self.whats.push(what);
            self.whats.len() - 1
        })
    }

    fn take(&mut self, value: &Value, what: usize, is_spared: bool) {
        if let Value::List(list) = value {
            return list.iter().for_each(|member| self.take(member, what, is_spared));
        }
        let Some(id) = value.plain().filter(|id| !id.trim().is_empty()) else { return };
        let id = id.into_owned();
        match self.places.get(&(what, id.clone())) {
            Some(&place) => self.all[place].2 &= is_spared,
            None => {
                self.places.insert((what, id.clone()), self.all.len());
                self.all.push((self.whats[what], id, is_spared));
            }
        }
    }
}
