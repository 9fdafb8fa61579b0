//! What works on one group of connections.

use std::sync::Arc;

use contract::connector::PushRules;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use model::ConnectionName;
use model::flow::Source;
use tokio::sync::watch;

use super::{can_be_asked, until_closed};
use crate::connection::Line;
use crate::lane::Lane;
use crate::nodes::{Group, Holdings, Leases};
use crate::parsing::Parser;
use crate::reading::{ObjectReading, Reader};
use crate::reconcile::{Standing, StandingSweeps};
use crate::seams::Seams;
use crate::setup::Setup;
use crate::signals::Signals;
use crate::webhooks;

/// What works on a group of connections: readers, lanes, parsers, and what compares both sides.
pub(super) struct GroupWorker {
    pub seams: Seams,
    pub holdings: Arc<Holdings>,
    pub signals: Signals,
    pub setup: Arc<Setup>,
    pub group: Group,
    pub reads: bool,
}

impl GroupWorker {
    pub fn parts(&self, leases: &Leases, closing: &watch::Receiver<bool>) -> Vec<BoxFuture<'static, ()>> {
        let mut parts: Vec<BoxFuture<()>> = Vec::new();
        let setup = &self.setup;
        let is_ours = |name: &ConnectionName| self.group.connections.contains(name);
        for (connection, object) in setup.objects_read().into_iter().filter(|(name, _)| is_ours(name)) {
            let Some(reading) = ObjectReading::of(setup, &connection, &object) else { continue };
            if !can_be_asked(&reading.line) {
                continue;
            }
            let reader = Reader {
                seams: self.seams.clone(),
                reading,
                signals: self.signals.clone(),
                scheduled: self.reads,
                held: leases.group.clone(),
            };
            parts.push(until_closed(reader.run(), closing.clone()).boxed());
        }
        for (name, line) in setup.lanes().into_iter().filter(|(_, line)| is_ours(line.name())) {
            let lane = Lane {
                held: leases.lanes.get(&name).cloned(),
                name,
                holdings: self.holdings.clone(),
                line,
                seams: self.seams.clone(),
                setup: setup.clone(),
                signals: self.signals.clone(),
                closing: closing.clone(),
            };
            parts.push(lane.run().boxed());
        }
        for (line, rules) in pushed_to(setup).into_iter().filter(|(line, _)| is_ours(line.name())) {
            let (seams, signals) = (self.seams.clone(), self.signals.clone());
            let parser = Parser { seams, setup: setup.clone(), line, rules, signals };
            parts.push(until_closed(parser.run(), closing.clone()).boxed());
        }
        let flows: Vec<_> =
            setup.flows.values().filter(|flow| is_ours(flow.source.name())).cloned().collect();
        if self.reads && Standing::is_wanted(&flows) {
            let (seams, setup, owner) = (self.seams.clone(), setup.clone(), self.holdings.owner().to_owned());
            let flows = flows.clone();
            parts.push(until_closed(Standing { seams, setup, flows, owner }.run(), closing.clone()).boxed());
        }
        if self.reads && StandingSweeps::is_wanted(&flows) {
            let (seams, setup, owner) = (self.seams.clone(), setup.clone(), self.holdings.owner().to_owned());
            let sweeps = StandingSweeps { seams, setup, flows, owner };
            parts.push(until_closed(sweeps.run(), closing.clone()).boxed());
        }
        parts
    }
}

/// The connections that are pushed to, or that a webhook belongs to.
pub(super) fn pushed_to(setup: &Setup) -> Vec<(Arc<Line>, PushRules)> {
    let has_webhook = |line: &Line| {
        let is_its = |source: &Source| source.connection == *line.name() && source.hook.is_some();
        setup.flows.values().any(|active| is_its(&active.flow().source))
    };
    let rules = |line: &Arc<Line>| {
        let rules = match has_webhook(line) {
            true => webhooks::rules_of(line)?,
            false => line.connector.push_rules(&line.connection)?,
        };
        Some((line.clone(), rules))
    };
    setup.lines.values().filter_map(rules).collect()
}
