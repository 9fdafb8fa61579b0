//! Wake-ups between the engine's parts. A signal saves waiting: whoever sleeps looks again by itself, but for readers
//! without a schedule and parsers, which the watch wakes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use model::{ConnectionName, LaneName, ObjectName};
use tokio::sync::Notify;

/// Shared by all parts of one engine.
#[derive(Clone, Default)]
pub struct Signals(Arc<Inner>);

#[derive(Default)]
struct Inner {
    lanes: Mutex<BTreeMap<LaneName, Arc<Notify>>>,
    readers: Mutex<BTreeMap<(ConnectionName, ObjectName), Arc<Notify>>>,
    parsers: Mutex<BTreeMap<ConnectionName, Arc<Notify>>>,
}

impl Signals {
    /// There may be work in the lane.
    pub fn wake_lane(&self, lane: &LaneName) {
        entry(&self.0.lanes, lane.clone()).notify_one();
    }

    pub async fn lane_woken(&self, lane: &LaneName) {
        entry(&self.0.lanes, lane.clone()).notified().await;
    }

    /// There may be wishes for the object.
    pub fn wake_reader(&self, connection: &ConnectionName, object: &ObjectName) {
        entry(&self.0.readers, (connection.clone(), object.clone())).notify_one();
    }

    pub async fn reader_woken(&self, connection: &ConnectionName, object: &ObjectName) {
        entry(&self.0.readers, (connection.clone(), object.clone())).notified().await;
    }

    /// There may be something pushed to the connection.
    pub fn wake_parser(&self, connection: &ConnectionName) {
        entry(&self.0.parsers, connection.clone()).notify_one();
    }

    pub async fn parser_woken(&self, connection: &ConnectionName) {
        entry(&self.0.parsers, connection.clone()).notified().await;
    }
}

fn entry<K: Ord>(map: &Mutex<BTreeMap<K, Arc<Notify>>>, key: K) -> Arc<Notify> {
    map.lock().unwrap_or_else(std::sync::PoisonError::into_inner).entry(key).or_default().clone()
}
