//! What is seen at the connections of this process: breakers and quotas.

use std::collections::BTreeSet;

use contract::store::{Store, StoreError};
use model::alert::{AlertKind, AlertPlan, Sighting};
use model::{AnswerClass, Cause, FlowName, Timestamp};

use super::certificates;
use crate::connection::Line;
use crate::setup::Setup;

/// Most open alerts that are looked at.
const MOST_OPEN: usize = 10_000;

/// Of a day's calls so many in a hundred are nearly all.
const NEARLY_ALL: u64 = 90;

/// Connections that are down, flows that are braked, quotas that are nearly spent.
///
/// A breaker is new after a restart, and opens only after several failures: what was open before stays so until
/// something went well.
pub(in crate::alerts) async fn at_lines(
    setup: &Setup,
    store: &dyn Store,
    now: Timestamp,
) -> Result<Vec<Sighting>, StoreError> {
    let open = store.alerts(true, MOST_OPEN).await?;
    let earlier = |kind: AlertKind, subject: &str| {
        open.iter()
            .find(|alert| alert.seen.kind == kind && alert.seen.subject == subject)
            .map(|alert| &alert.seen)
    };
    let mut seen = Vec::new();
    for line in setup.lines.values() {
        let connection = line.name().as_str();
        let is_ours = line.brakes().is_some();
        let before = || earlier(AlertKind::ConnectionDown, connection).filter(|_| is_ours);
        let down = down(line)
            .or_else(|| before().filter(|_| !line.breaker.is_proven()).map(|earlier| earlier.what.clone()));
        seen.extend(
            down.and_then(|what| at_connection(&setup.alerts, AlertKind::ConnectionDown, line, what)),
        );
        seen.extend(
            quota(line, now).and_then(|what| at_connection(&setup.alerts, AlertKind::QuotaLow, line, what)),
        );
        let before = || earlier(AlertKind::Expiring, connection);
        let ending = certificates::ending(&setup.alerts, line, before, now);
        seen.extend(ending.and_then(|what| at_connection(&setup.alerts, AlertKind::Expiring, line, what)));
        let Some(brakes) = line.brakes() else { continue };
        let free: BTreeSet<FlowName> = brakes.free().into_iter().collect();
        let mut braked: BTreeSet<FlowName> = brakes.braked().into_iter().collect();
        let writes_here = setup.flows.values().filter(|active| active.target.name() == line.name());
        braked.extend(
            writes_here.map(|active| active.name().clone()).filter(|flow| {
                !free.contains(flow) && earlier(AlertKind::BreakerOpen, flow.as_str()).is_some()
            }),
        );
        seen.extend(braked.iter().filter_map(|flow| at_flow(&setup.alerts, line, flow)));
    }
    Ok(seen)
}

fn down(line: &Line) -> Option<Cause> {
    let code = match line.breaker.open_for()? {
        AnswerClass::Auth => "alert.connection_refuses",
        AnswerClass::Transient | AnswerClass::Unknown => "alert.connection_down",
        _ => return None,
    };
    Some(Cause::new(code).with("connection", line.name()))
}

fn quota(line: &Line, now: Timestamp) -> Option<Cause> {
    let (spent, daily) = line.spent(now)?;
    let is_low = spent.saturating_mul(100) >= daily.saturating_mul(NEARLY_ALL);
    let cause = Cause::new("alert.quota_low").with("connection", line.name());
    is_low.then(|| cause.with("spent", spent).with("daily", daily))
}

pub(super) fn at_connection(plan: &AlertPlan, kind: AlertKind, line: &Line, what: Cause) -> Option<Sighting> {
    let connection = line.name().as_str();
    let rule = plan.rule(kind, None, Some(connection));
    if rule.is_some_and(|rule| rule.off) {
        return None;
    }
    Some(Sighting {
        kind,
        subject: connection.into(),
        flow: None,
        connection: Some(connection.into()),
        severity: rule.and_then(|rule| rule.severity).unwrap_or(kind.severity()),
        what,
        count: 0,
        examples: Vec::new(),
        options: String::new(),
    })
}

fn at_flow(plan: &AlertPlan, line: &Line, flow: &FlowName) -> Option<Sighting> {
    let kind = AlertKind::BreakerOpen;
    let rule = plan.rule(kind, Some(flow.as_str()), Some(line.name().as_str()));
    if rule.is_some_and(|rule| rule.off) {
        return None;
    }
    Some(Sighting {
        kind,
        subject: flow.to_string(),
        flow: Some(flow.to_string()),
        connection: Some(line.name().to_string()),
        severity: rule.and_then(|rule| rule.severity).unwrap_or(kind.severity()),
        what: Cause::new("alert.breaker_open").with("flow", flow),
        count: 0,
        examples: Vec::new(),
        options: format!("--flow {flow}"),
    })
}
