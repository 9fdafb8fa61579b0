//! Wake-ups between the engine's parts. A signal saves waiting: whoever sleeps looks again by itself, but for readers
//! without a schedule and parsers, which the watch wakes.
//!
//! Among several nodes a part may work elsewhere: then the wake-up is rung for on the others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::{ConnectionName, LaneName, ObjectName, Timestamp};
use tokio::sync::Notify;

use crate::nodes::Held;

/// Between the words of a wake-up as it is rung.
const BETWEEN: char = '\u{1f}';

/// Shared by all parts of one engine.
#[derive(Clone, Default)]
pub struct Signals(Arc<Inner>);

/// Who is woken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Lane(LaneName),
    Reader(ConnectionName, ObjectName),
    Parser(ConnectionName),
}

#[derive(Default)]
struct Inner {
    parts: Mutex<BTreeMap<Part, Arc<Notify>>>,
    others: Mutex<Option<Others>>,
    is_for_others: Notify,
    is_served: Notify,
}

/// A caller that is being served over a connection: the node keeps the connection until this is dropped.
pub(crate) struct Serving {
    signals: Signals,
    connection: ConnectionName,
    /// The lease under which; `None` for an engine that is alone.
    held: Option<Arc<Held>>,
}

impl Serving {
    /// Until when its calls may start; for ever where no other node may take over.
    pub fn until(&self) -> Timestamp {
        self.held.as_ref().map_or(Timestamp(i64::MAX), |held| held.lease().until)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(others) = &mut *self.signals.others()
            && let Some(served) = others.served.get_mut(&self.connection)
        {
            *served -= 1;
        }
        self.signals.0.is_served.notify_waiters();
    }
}

/// What is known where others work on the same store.
#[derive(Default)]
struct Others {
    /// The connections that this node works on, each under its lease.
    here: BTreeMap<ConnectionName, Arc<Held>>,
    /// How many callers are being served over each connection.
    served: BTreeMap<ConnectionName, usize>,
    /// Whom to wake elsewhere.
    waiting: BTreeSet<Part>,
}

impl Signals {
    /// From now on only what this node works on is woken here, and others hear of the rest.
    pub(crate) fn share(&self) {
        self.others().get_or_insert_default();
    }

    /// This node works on these connections from now on, under that lease.
    pub(crate) fn work_here(&self, connections: &BTreeSet<ConnectionName>, held: &Arc<Held>) {
        if let Some(others) = &mut *self.others() {
            others.here.extend(connections.iter().map(|connection| (connection.clone(), held.clone())));
        }
    }

    /// Another node works on these connections from now on.
    pub(crate) fn work_elsewhere(&self, connections: &BTreeSet<ConnectionName>) {
        if let Some(others) = &mut *self.others() {
            others.here.retain(|connection, _| !connections.contains(connection));
        }
    }

    /// Whether this node works on the connection.
    pub(crate) fn is_here(&self, connection: &str) -> bool {
        self.others().as_ref().is_none_or(|others| others.here.contains_key(&ConnectionName::new(connection)))
    }

    /// Begins to serve a caller over the connection; `None` where another node works on it.
    pub(crate) fn serve(&self, connection: &ConnectionName) -> Option<Serving> {
        let held = match &mut *self.others() {
            None => None,
            Some(others) => {
                let held = others.here.get(connection)?.clone();
                *others.served.entry(connection.clone()).or_default() += 1;
                Some(held)
            }
        };
        Some(Serving { signals: self.clone(), connection: connection.clone(), held })
    }

    /// Until nobody is served any more over these connections, who was before they went elsewhere.
    pub(crate) async fn served_to_the_end(&self, connections: &BTreeSet<ConnectionName>) {
        loop {
            let mut served = std::pin::pin!(self.0.is_served.notified());
            // Before it is looked: who is done in between is heard of.
            served.as_mut().enable();
            let is_over = self.others().as_ref().is_none_or(|others| {
                connections
                    .iter()
                    .all(|connection| others.served.get(connection).is_none_or(|&served| served == 0))
            });
            if is_over {
                return;
            }
            served.await;
        }
    }

    /// There may be work in the lane.
    pub fn wake_lane(&self, lane: &LaneName) {
        self.wake(Part::Lane(lane.clone()));
    }

    pub async fn lane_woken(&self, lane: &LaneName) {
        self.woken(Part::Lane(lane.clone())).await;
    }

    /// There may be wishes for the object.
    pub fn wake_reader(&self, connection: &ConnectionName, object: &ObjectName) {
        self.wake(Part::Reader(connection.clone(), object.clone()));
    }

    pub async fn reader_woken(&self, connection: &ConnectionName, object: &ObjectName) {
        self.woken(Part::Reader(connection.clone(), object.clone())).await;
    }

    /// There may be something pushed to the connection.
    pub fn wake_parser(&self, connection: &ConnectionName) {
        self.wake(Part::Parser(connection.clone()));
    }

    pub async fn parser_woken(&self, connection: &ConnectionName) {
        self.woken(Part::Parser(connection.clone())).await;
    }

    /// Waits for those who are to be woken elsewhere, as other nodes read them.
    pub(crate) async fn for_others(&self) -> Vec<String> {
        loop {
            let waiting = self.others().as_mut().map(|others| std::mem::take(&mut others.waiting));
            let names: Vec<String> = waiting.unwrap_or_default().iter().map(Part::written).collect();
            if !names.is_empty() {
                return names;
            }
            self.0.is_for_others.notified().await;
        }
    }

    /// Wakes whom another node rang for, where they are here.
    pub(crate) fn heard(&self, names: &[String]) {
        for part in names.iter().filter_map(|name| Part::read(name)) {
            if self.is_here(part.connection()) {
                self.entry(part).notify_one();
            }
        }
    }

    fn wake(&self, part: Part) {
        if self.is_here(part.connection()) {
            self.entry(part).notify_one();
        } else if let Some(others) = &mut *self.others() {
            others.waiting.insert(part);
            self.0.is_for_others.notify_one();
        }
    }

    async fn woken(&self, part: Part) {
        self.entry(part).notified().await;
    }

    fn entry(&self, part: Part) -> Arc<Notify> {
        self.0.parts.lock().unwrap_or_else(PoisonError::into_inner).entry(part).or_default().clone()
    }

    fn others(&self) -> MutexGuard<'_, Option<Others>> {
        self.0.others.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Part {
    /// A lane is named as its connection.
    fn connection(&self) -> &str {
        match self {
            Part::Lane(lane) => lane.as_str(),
            Part::Reader(connection, _) | Part::Parser(connection) => connection.as_str(),
        }
    }

    fn written(&self) -> String {
        match self {
            Part::Lane(lane) => format!("lane\u{1f}{lane}"),
            Part::Reader(connection, object) => format!("reader\u{1f}{connection}\u{1f}{object}"),
            Part::Parser(connection) => format!("parser\u{1f}{connection}"),
        }
    }

    /// `None` for what a newer version rings for.
    fn read(name: &str) -> Option<Part> {
        let (kind, rest) = name.split_once(BETWEEN)?;
        match kind {
            "lane" => Some(Part::Lane(LaneName::new(rest))),
            "reader" => {
                let (connection, object) = rest.split_once(BETWEEN)?;
                Some(Part::Reader(ConnectionName::new(connection), ObjectName::new(object)))
            }
            "parser" => Some(Part::Parser(ConnectionName::new(rest))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_connection_is_kept_until_the_last_caller_is_served() {
        let signals = Signals::default();
        let crm = ConnectionName::new("crm");
        assert!(signals.serve(&crm).is_some(), "who is alone serves everything");
        signals.share();
        assert!(signals.serve(&crm).is_none());
        let connections = BTreeSet::from([crm.clone()]);
        signals.work_here(&connections, &Arc::new(Held::for_tests()));
        let serving = signals.serve(&crm).expect("it is here");
        signals.work_elsewhere(&connections);
        assert!(signals.serve(&crm).is_none(), "who comes now is sent on");
        let ends = async {
            tokio::task::yield_now().await;
            drop(serving);
        };
        tokio::join!(signals.served_to_the_end(&connections), ends);
    }

    #[tokio::test]
    async fn whom_another_node_rings_for_is_woken_where_it_works() {
        let (one, other) = (Signals::default(), Signals::default());
        let crm = ConnectionName::new("crm");
        let order = ObjectName::new("销售 订单");
        one.share();
        other.share();
        other.work_here(&BTreeSet::from([crm.clone()]), &Arc::new(Held::for_tests()));
        one.wake_reader(&crm, &order);
        one.wake_lane(&LaneName::new("crm"));
        one.wake_parser(&crm);
        other.heard(&one.for_others().await);
        other.reader_woken(&crm, &order).await;
        other.lane_woken(&LaneName::new("crm")).await;
        other.parser_woken(&crm).await;
        assert_eq!((Part::read("clock\u{1f}x"), Part::read("lane")), (None, None), "of a newer version");
        other.wake_lane(&LaneName::new("crm"));
        assert!(other.others().as_ref().unwrap().waiting.is_empty(), "what is here is no others' business");
    }
}
