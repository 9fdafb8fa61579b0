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
//! owners: { connection: dingtalk, field: owner }
//! link: https://qiao.example.com
//! ```

use std::time::Duration;

use model::alert::{AlertKind, AlertPlan, AlertRule, OwnerRule, Quiet, Receiver, Severity};
use model::{Cause, Lang, Path};

use super::fields::{self, Fields};
use crate::finding::{Findings, shown};
use crate::yaml::{Kind, Node};

pub(super) const KNOWN: &[&str] = &[
    "kind",
    "name",
    "title",
    "language",
    "zone",
    "window",
    "quiet",
    "rules",
    "receivers",
    "owners",
    "link",
    "link_for",
];

const LANGUAGES: &[(&str, Lang)] = &[("zh", Lang::Zh), ("en", Lang::En)];

/// Where the records of the CRM name their owner.
const OWNER_FIELD: &str = "owner";

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
    let owners = owners(&fields, findings);
    let link = fields.get("link").and_then(|node| link(node, findings));
    let link_for = fields.duration("link_for", findings).unwrap_or(usual.link_for);
    Some(AlertPlan { name: name?, lang, zone, window, quiet, rules, receivers, owners, link, link_for })
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
    let known = &["name", "connection", "users", "mobiles", "emails", "least"];
    let fields = Fields::of(node, "receivers", known, findings)?;
    let name = fields.required_text("name", findings);
    let connection = fields.required_text("connection", findings);
    let users = fields.texts("users", findings);
    let mobiles = fields.texts("mobiles", findings);
    let emails = fields.texts("emails", findings);
    for email in emails.iter().filter(|email| !is_email(email)) {
        let at = fields.get("emails").map_or(node.at, |node| node.at);
        findings.error(at, Cause::new("mapping.alerts_email").with("email", shown(email)));
    }
    let least = fields.word("least", &severities(), findings).unwrap_or(Severity::Normal);
    let connection = connection?.as_str().into();
    Some(Receiver { name: name?, connection, users, mobiles, emails, least })
}

/// Whether a text looks like an address: something, one `@`, and a domain.
fn is_email(text: &str) -> bool {
    let is_plain = text.chars().all(|c| c.is_ascii_graphic() && !"<>,;\"()".contains(c));
    let parts = text.split_once('@').filter(|(name, domain)| !name.is_empty() && !domain.contains('@'));
    is_plain && parts.is_some_and(|(_, domain)| domain.len() > 1 && !domain.starts_with('.'))
}

/// An address of ours from outside: scheme, host, perhaps a path; nothing that could end in somebody else's hands.
fn link(node: &Node, findings: &mut Findings) -> Option<String> {
    let link = fields::text(node, "link", findings)?;
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
    let is_plain = |rest: &str| rest.chars().all(|c| c.is_ascii_alphanumeric() || "-._~:/[]%".contains(c));
    let is_address = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && is_plain(rest));
    if !is_address {
        findings.error(node.at, Cause::new("mapping.alerts_link").with("link", shown(&link)));
        return None;
    }
    Some(link.trim_end_matches('/').to_owned())
}

/// One way for all flows, or several, of which the first that fits holds.
fn owners(fields: &Fields, findings: &mut Findings) -> Vec<OwnerRule> {
    let Some(node) = fields.get("owners") else { return Vec::new() };
    let nodes = match &node.kind {
        Kind::Map(_) => std::slice::from_ref(node),
        _ => fields::list(node, "owners", findings),
    };
    nodes.iter().filter_map(|node| owner(node, findings)).collect()
}

fn owner(node: &Node, findings: &mut Findings) -> Option<OwnerRule> {
    let fields = Fields::of(node, "owners", &["connection", "field", "flows"], findings)?;
    let connection = fields.required_text("connection", findings)?;
    let field = match fields.get("field") {
        Some(node) => {
            let written = fields::text(node, "field", findings)?;
            fields::path(node.at, &written, findings)
        }
        None => Path::parse(OWNER_FIELD),
    };
    Some(OwnerRule {
        connection: connection.as_str().into(),
        field: field?,
        flows: fields.texts("flows", findings),
    })
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
