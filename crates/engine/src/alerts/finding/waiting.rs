//! What is due for long, and what ends soon.

use std::time::Duration;

use contract::store::{Store, StoreError};
use model::alert::{AlertKind, Sighting};
use model::{Cause, Timestamp};

use super::lines::at_connection;
use crate::setup::{Setup, lane_of};

/// How long something may be due, where no rule says otherwise.
const DUE_FOR: Duration = Duration::from_secs(30 * 60);

/// How long before its end somebody is told.
pub(super) const BEFORE_ITS_END: Duration = Duration::from_secs(14 * 86_400);

/// Connections towards which something has been due for long, though nothing keeps it.
pub(super) async fn backlogs(
    setup: &Setup,
    store: &dyn Store,
    now: Timestamp,
) -> Result<Vec<Sighting>, StoreError> {
    let mut seen = Vec::new();
    for line in setup.lines.values() {
        let Some(due) = store.next_due(&lane_of(line.name())).await? else { continue };
        let rule = setup.alerts.rule(AlertKind::BacklogOld, None, Some(line.name().as_str()));
        let waits = now.since(due);
        if waits >= rule.and_then(|rule| rule.after).unwrap_or(DUE_FOR) {
            let cause = Cause::new("alert.backlog_old").with("connection", line.name());
            let cause = cause.with("minutes", waits.as_secs() / 60);
            seen.extend(at_connection(&setup.alerts, AlertKind::BacklogOld, line, cause));
        }
    }
    Ok(seen)
}

/// Access tokens that end soon, or have ended.
pub(super) async fn expiring(
    setup: &Setup,
    store: &dyn Store,
    now: Timestamp,
) -> Result<Vec<Sighting>, StoreError> {
    let kind = AlertKind::Expiring;
    let rule = setup.alerts.rule(kind, None, None);
    if rule.is_some_and(|rule| rule.off) {
        return Ok(Vec::new());
    }
    let before = rule.and_then(|rule| rule.after).unwrap_or(BEFORE_ITS_END);
    let ends = store.access().await?.into_iter().filter_map(|token| Some((token.name, token.until?)));
    let soon = ends.filter(|(_, until)| *until <= now + before);
    let sighting = |(token, until): (String, Timestamp)| {
        let code = if until <= now { "alert.token_expired" } else { "alert.token_expiring" };
        Sighting {
            kind,
            subject: format!("token:{token}"),
            flow: None,
            connection: None,
            severity: rule.and_then(|rule| rule.severity).unwrap_or(kind.severity()),
            what: Cause::new(code).with("token", &token).with("until", until),
            count: 0,
            examples: vec![token],
            options: String::new(),
        }
    };
    Ok(soon.map(sighting).collect())
}
