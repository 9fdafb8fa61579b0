//! The text of the alerts: which, how grave, when, to whom.
//!
//! ```yaml
//! kind: alerts
//! name: alerts
//! quiet: { from: "22:00", to: "07:00" }
//! rules:
//!   - { type: record_failed, flows: [orders-to-erp], severity: critical, to: [sales] }
//!   - { type: quota_low, off: true }
//! receivers:
//!   - { name: it, connection: robot }
//!   - { name: sales, connection: crm, users: [FSUID_1] }
//! ```

use std::time::Duration;

use model::alert::{AlertKind, AlertPlan, AlertRule, Quiet, Receiver, Severity};
use model::{Cause, Lang};

use super::fields::{self, Fields};
use crate::finding::{Findings, shown};
use crate::yaml::Node;

pub(super) const KNOWN: &[&str] =
    &["kind", "name", "title", "language", "zone", "window", "quiet", "rules", "receivers"];

const LANGUAGES: &[(&str, Lang)] = &[("zh", Lang::Zh), ("en", Lang::En)];

/// A window lasts no longer than this: an alert that is told tomorrow is none.
const LONGEST_WINDOW: Duration = Duration::from_secs(24 * 3600);

pub(super) fn read(fields: Fields, findings: &mut Findings) -> Option<AlertPlan> {
    let usual = AlertPlan::usual();
    let name = fields.required_text("name", findings);
    super::title(&fields, name.as_deref().unwrap_or_default(), findings);
    let lang = fields.word("language", LANGUAGES, findings).unwrap_or(usual.lang);
    let zone = fields.get("zone").and_then(|node| zone(node, findings)).unwrap_or(usual.zone);
    let window = fields.get("window").and_then(|node| window(node, findings)).unwrap_or(usual.window);
    let quiet = fields.get("quiet").and_then(|node| quiet(node, findings));
    let receivers = receivers(&fields, findings);
    let rules = rules(&fields, &receivers, findings);
    Some(AlertPlan { name: name?, lang, zone, window, quiet, rules, receivers })
}

fn zone(node: &Node, findings: &mut Findings) -> Option<String> {
    let zone = fields::text(node, "zone", findings)?;
    if jiff::tz::TimeZone::get(&zone).is_err() {
        findings.error(node.at, Cause::new("mapping.alerts_zone").with("zone", shown(&zone)));
        return None;
    }
    Some(zone)
}

fn window(node: &Node, findings: &mut Findings) -> Option<Duration> {
    let window = fields::duration(node, "window", findings)?;
    if window > LONGEST_WINDOW {
        findings.error(node.at, Cause::new("mapping.alerts_window"));
        return None;
    }
    Some(window)
}

fn quiet(node: &Node, findings: &mut Findings) -> Option<Quiet> {
    let fields = Fields::of(node, "quiet", &["from", "to"], findings)?;
    let from = fields.required("from", findings).and_then(|node| minute(node, "from", findings));
    let to = fields.required("to", findings).and_then(|node| minute(node, "to", findings));
    Some(Quiet { from: from?, to: to? })
}

/// `07:30`, as minutes since midnight.
fn minute(node: &Node, name: &str, findings: &mut Findings) -> Option<u16> {
    let text = fields::text(node, name, findings)?;
    let read = text.split_once(':').and_then(|(hour, minute)| {
        let is_pair = hour.len() <= 2 && minute.len() == 2;
        let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
        (is_pair && hour < 24 && minute < 60).then_some(hour * 60 + minute)
    });
    if read.is_none() {
        findings
            .error(node.at, Cause::new("mapping.alerts_hour").with("key", name).with("value", shown(&text)));
    }
    read
}

fn receivers(fields: &Fields, findings: &mut Findings) -> Vec<Receiver> {
    let nodes = fields.get("receivers").map(|node| fields::list(node, "receivers", findings));
    let mut read: Vec<Receiver> = Vec::new();
    for node in nodes.unwrap_or_default() {
        let Some(receiver) = receiver(node, findings) else { continue };
        if read.iter().any(|known| known.name == receiver.name) {
            let cause = Cause::new("mapping.alerts_receiver_twice").with("name", shown(&receiver.name));
            findings.error(node.at, cause);
        }
        read.push(receiver);
    }
    read
}

fn receiver(node: &Node, findings: &mut Findings) -> Option<Receiver> {
    let known = &["name", "connection", "users", "mobiles", "least"];
    let fields = Fields::of(node, "receivers", known, findings)?;
    let name = fields.required_text("name", findings);
    let connection = fields.required_text("connection", findings);
    let users = fields.texts("users", findings);
    let mobiles = fields.texts("mobiles", findings);
    let least = fields.word("least", &severities(), findings).unwrap_or(Severity::Normal);
    Some(Receiver { name: name?, connection: connection?.as_str().into(), users, mobiles, least })
}

fn rules(fields: &Fields, receivers: &[Receiver], findings: &mut Findings) -> Vec<AlertRule> {
    let nodes = fields.get("rules").map(|node| fields::list(node, "rules", findings)).unwrap_or_default();
    nodes.iter().filter_map(|node| rule(node, receivers, findings)).collect()
}

fn rule(node: &Node, receivers: &[Receiver], findings: &mut Findings) -> Option<AlertRule> {
    let known = &["type", "flows", "connections", "severity", "after", "off", "to"];
    let fields = Fields::of(node, "rules", known, findings)?;
    let kinds: Vec<(&str, AlertKind)> = AlertKind::ALL.iter().map(|kind| (kind.name(), *kind)).collect();
    let kind =
        fields.required("type", findings).and_then(|node| fields::word(node, "type", &kinds, findings));
    let to = fields.texts("to", findings);
    for name in to.iter().filter(|name| !receivers.iter().any(|receiver| receiver.name == **name)) {
        let at = fields.get("to").map_or(node.at, |node| node.at);
        findings.error(at, Cause::new("mapping.alerts_no_receiver").with("name", shown(name)));
    }
    Some(AlertRule {
        kind: kind?,
        flows: fields.texts("flows", findings),
        connections: fields.texts("connections", findings),
        severity: fields.word("severity", &severities(), findings),
        after: fields.duration("after", findings),
        off: fields.flag("off", findings),
        to,
    })
}

fn severities() -> [(&'static str, Severity); 3] {
    Severity::ALL.map(|severity| (severity.name(), severity))
}
