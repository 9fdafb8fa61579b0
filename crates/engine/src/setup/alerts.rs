//! What must hold for the text of the alerts.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::connector::Bulletin;
use model::alert::AlertPlan;
use model::{Cause, ConnectionName};

use crate::connection::Line;

/// The texts that cannot be in force, by name, and why.
pub(super) fn refused(
    plans: &[AlertPlan],
    lines: &BTreeMap<ConnectionName, Arc<Line>>,
) -> Vec<(String, Cause)> {
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
