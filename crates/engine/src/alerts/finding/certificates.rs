//! Certificates that end soon: of the hosts that were called, and of the private authorities that are trusted.

use std::time::Duration;

use model::alert::{AlertKind, AlertPlan, Sighting};
use model::{Cause, Timestamp};

use super::waiting::BEFORE_ITS_END;
use crate::connection::Line;

/// For so long after its end a certificate is told of that nobody has seen since a restart.
const REMEMBERED: Duration = Duration::from_secs(30 * 86_400);

/// The certificate of a connection's hosts that ends first, where that is soon. It is known once a host was called: until
/// then, after a restart, it is as it was seen before.
pub(super) fn ending<'s>(
    plan: &AlertPlan,
    line: &Line,
    earlier: impl Fn() -> Option<&'s Sighting>,
    now: Timestamp,
) -> Option<Cause> {
    let known = line.certificates();
    let Some(first) = known.iter().min_by_key(|certificate| certificate.until) else {
        return earlier().map(|earlier| earlier.what.clone()).filter(|what| is_lately(what, now));
    };
    let before = before(plan, Some(line.name().as_str()));
    let code = match first.until {
        until if until <= now => "alert.certificate_expired",
        until if until <= now + before => "alert.certificate_expiring",
        _ => return None,
    };
    let cause = Cause::new(code).with("connection", line.name()).with("host", &first.host);
    Some(cause.with("until", first.until))
}

/// The private authority that ends first, where that is soon.
pub(in crate::alerts) fn authority(
    plan: &AlertPlan,
    until: Option<Timestamp>,
    now: Timestamp,
) -> Option<Sighting> {
    let (kind, until) = (AlertKind::Expiring, until?);
    let rule = plan.rule(kind, None, None);
    if rule.is_some_and(|rule| rule.off) || until > now + before(plan, None) {
        return None;
    }
    Some(Sighting {
        kind,
        subject: "authority".into(),
        flow: None,
        connection: None,
        severity: rule.and_then(|rule| rule.severity).unwrap_or(kind.severity()),
        what: Cause::new("alert.authority_expiring").with("until", until),
        count: 0,
        examples: Vec::new(),
        options: String::new(),
    })
}

/// Whether the end of which it tells is not long past: a host that is called over TLS no more shows nothing newer.
fn is_lately(what: &Cause, now: Timestamp) -> bool {
    let until = what.param("until").and_then(|until| until.parse::<jiff::Timestamp>().ok());
    until.is_some_and(|until| Timestamp(until.as_millisecond()) + REMEMBERED > now)
}

fn before(plan: &AlertPlan, connection: Option<&str>) -> Duration {
    let rule = plan.rule(AlertKind::Expiring, None, connection);
    rule.and_then(|rule| rule.after).unwrap_or(BEFORE_ITS_END)
}
