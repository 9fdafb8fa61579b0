//! What must hold for the text of the alerts.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::connector::Bulletin;
use model::alert::AlertPlan;
use model::{Cause, ConnectionName};

use super::ActiveFlow;
use crate::connection::Line;

/// What is wrong with a text of alerts. It is not in force, unless that is a warning.
pub(super) struct Objection {
    pub name: String,
    pub cause: Cause,
    pub is_warning: bool,
}

/// All that is wrong with the texts.
pub(super) fn objections(
    plans: &[AlertPlan],
    lines: &BTreeMap<ConnectionName, Arc<Line>>,
    flows: &[ActiveFlow],
) -> Vec<Objection> {
    let objection = |is_warning| move |(name, cause)| Objection { name, cause, is_warning };
    let refused = refused(plans, lines).into_iter().map(objection(false));
    refused.chain(ownerless(plans, flows).into_iter().map(objection(true))).collect()
}

/// Owners whose field no flow reads: nobody would know whose a record is, and nobody would notice.
fn ownerless(plans: &[AlertPlan], flows: &[ActiveFlow]) -> Vec<(String, Cause)> {
    let mut ownerless = Vec::new();
    for plan in plans {
        for rule in &plan.owners {
            let is_its = |flow: &&ActiveFlow| plan.owners_of(flow.name().as_str()) == Some(rule);
            let mut its = flows.iter().filter(is_its).peekable();
            let is_any = its.peek().is_some();
            if is_any && !its.any(|flow| flow.fields_read().contains(rule.field.first())) {
                let cause = Cause::new("config.owner_unread").with("field", rule.field.first());
                ownerless.push((plan.name.clone(), cause));
            }
        }
    }
    ownerless
}

/// The texts that cannot be in force, by name, and why.
fn refused(plans: &[AlertPlan], lines: &BTreeMap<ConnectionName, Arc<Line>>) -> Vec<(String, Cause)> {
    let mut refused = Vec::new();
    for (n, plan) in plans.iter().enumerate() {
        if let Some(first) = plans[..n].first() {
            let cause = Cause::new("config.alerts_twice").with("name", &plan.name).with("other", &first.name);
            refused.push((plan.name.clone(), cause));
        }
        let receivers = plan.receivers.iter().map(|receiver| &receiver.connection);
        let owners = plan.owners.iter().map(|rule| &rule.connection);
        for connection in receivers.chain(owners) {
            let code = match lines.get(connection) {
                None => "config.unknown_connection",
                Some(line) if line.connector.announcement(&Bulletin::default()).is_none() => {
                    "config.cannot_tell"
                }
                Some(_) => continue,
            };
            refused.push((plan.name.clone(), Cause::new(code).with("connection", connection)));
        }
    }
    refused
}
