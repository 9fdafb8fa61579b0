//! What a company says about its alerts: which, how grave, when, to whom.

use std::time::Duration;

use super::{Alert, AlertKind, Severity};
use crate::{ConnectionName, Lang, Path};

/// The text of `kind: alerts`. Without one, alerts are found and kept by the rules below, and sent nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertPlan {
    pub name: String,
    /// In which messages are written.
    pub lang: Lang,
    /// The company's zone, for quiet hours and the times in messages: `Asia/Shanghai`.
    pub zone: String,
    /// After a message no other goes out for so long: what is found meanwhile is gathered.
    pub window: Duration,
    pub quiet: Option<Quiet>,
    /// The first that fits an alert holds; one that none fits is as its kind is by itself.
    pub rules: Vec<AlertRule>,
    pub receivers: Vec<Receiver>,
    /// How the owners of records hear of theirs; the first that fits a flow holds.
    pub owners: Vec<OwnerRule>,
    /// Where the server is reached from outside, without a slash at its end: messages to owners lead to the story of each
    /// record there.
    pub link: Option<String>,
    /// For how long such a link leads there.
    pub link_for: Duration,
}

/// How the owners of a flow's records hear of those that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerRule {
    /// Through which they are told; whoever is bound to a person of it is told as that person.
    pub connection: ConnectionName,
    /// Where a record names its owner, at its source: the path of one person or of several.
    pub field: Path,
    /// Only of these flows; empty for all.
    pub flows: Vec<String>,
}

/// Hours in which only critical alerts are told, in minutes since midnight; `from` may lie behind `to` (over midnight).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    pub from: u16,
    pub to: u16,
}

/// What holds for some alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRule {
    pub kind: AlertKind,
    /// Only of these flows; empty for all.
    pub flows: Vec<String>,
    /// Only of these connections; empty for all.
    pub connections: Vec<String>,
    pub severity: Option<Severity>,
    /// How long it must last before it is one.
    pub after: Option<Duration>,
    /// Nothing of it is told or kept.
    pub off: bool,
    /// The receivers that are told; empty for all.
    pub to: Vec<String>,
}

/// Somebody who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    pub name: String,
    /// Through which it goes.
    pub connection: ConnectionName,
    /// Ids of people in that system.
    pub users: Vec<String>,
    /// Mobile numbers of people.
    pub mobiles: Vec<String>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// Only what is at least so grave.
    pub least: Severity,
}

impl AlertPlan {
    /// The plan of a company that said nothing.
    pub fn usual() -> AlertPlan {
        AlertPlan {
            name: String::new(),
            lang: Lang::Zh,
            zone: "Asia/Shanghai".into(),
            window: Duration::from_secs(600),
            quiet: None,
            rules: Vec::new(),
            receivers: Vec::new(),
            owners: Vec::new(),
            link: None,
            link_for: Duration::from_secs(30 * 86_400),
        }
    }

    /// How the owners of the flow's records hear of them.
    pub fn owners_of(&self, flow: &str) -> Option<&OwnerRule> {
        self.owners.iter().find(|rule| rule.flows.is_empty() || rule.flows.iter().any(|known| known == flow))
    }

    /// The rule for such alerts.
    pub fn rule(&self, kind: AlertKind, flow: Option<&str>, connection: Option<&str>) -> Option<&AlertRule> {
        let fits = |names: &[String], name: Option<&str>| {
            names.is_empty() || name.is_some_and(|name| names.iter().any(|known| known == name))
        };
        let holds = |rule: &&AlertRule| {
            rule.kind == kind && fits(&rule.flows, flow) && fits(&rule.connections, connection)
        };
        self.rules.iter().find(holds)
    }

    /// Who is told of the alert.
    pub fn receivers_of(&self, alert: &Alert) -> impl Iterator<Item = &Receiver> {
        let seen = &alert.seen;
        let rule = self.rule(seen.kind, seen.flow.as_deref(), seen.connection.as_deref());
        let (to, severity) = (rule.map(|rule| rule.to.as_slice()).unwrap_or_default(), seen.severity);
        self.receivers.iter().filter(move |receiver| {
            (to.is_empty() || to.contains(&receiver.name)) && severity >= receiver.least
        })
    }
}

impl Quiet {
    /// Whether the minute of a day lies in these hours.
    pub fn holds(self, minute: u16) -> bool {
        match self.from <= self.to {
            true => (self.from..self.to).contains(&minute),
            false => minute >= self.from || minute < self.to,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_may_go_over_midnight() {
        let night = Quiet { from: 22 * 60, to: 7 * 60 };
        let noon = Quiet { from: 12 * 60, to: 13 * 60 };
        for (quiet, minute, holds) in [
            (night, 22 * 60, true),
            (night, 0, true),
            (night, 7 * 60 - 1, true),
            (night, 7 * 60, false),
            (night, 12 * 60, false),
            (noon, 12 * 60, true),
            (noon, 13 * 60, false),
            (noon, 0, false),
        ] {
            assert_eq!(quiet.holds(minute), holds, "{quiet:?} {minute}");
        }
    }

    #[test]
    fn the_first_rule_that_fits_holds() {
        let rule = |kind, flows: &[&str], severity| AlertRule {
            kind,
            flows: flows.iter().map(|flow| (*flow).to_owned()).collect(),
            connections: Vec::new(),
            severity: Some(severity),
            after: None,
            off: false,
            to: Vec::new(),
        };
        let plan = AlertPlan {
            rules: vec![
                rule(AlertKind::RecordFailed, &["订单"], Severity::Critical),
                rule(AlertKind::RecordFailed, &[], Severity::Normal),
            ],
            ..AlertPlan::usual()
        };
        let severity = |kind, flow| plan.rule(kind, flow, None).and_then(|rule| rule.severity);
        assert_eq!(severity(AlertKind::RecordFailed, Some("订单")), Some(Severity::Critical));
        assert_eq!(severity(AlertKind::RecordFailed, Some("客户")), Some(Severity::Normal));
        assert_eq!(severity(AlertKind::QuotaLow, None), None);
    }
}
