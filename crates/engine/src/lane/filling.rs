//! Fuller batches: where a system takes batches, a bundle that is not full waits a moment while another of its flow is
//! out. A call is dearer than the wait for one, and what comes in meanwhile goes along.

use std::collections::BTreeMap;
use std::time::Duration;

use model::task::Kind;
use model::{FlowName, Timestamp};

use crate::delivery::Bundle;

/// How long the slowest call of another bundle may keep one that is not full.
const PATIENCE: Duration = Duration::from_secs(1);

type Group = (FlowName, Kind);

/// The bundles that are out: when each of a flow and kind began.
#[derive(Default)]
pub(super) struct Out(BTreeMap<Group, Vec<Timestamp>>);

/// One bundle that is out.
pub(super) struct Begun {
    group: Group,
    at: Timestamp,
}

impl Out {
    /// Whether the bundle goes out now. One with open intents does: it asks before it writes, and others wait for it.
    pub fn admits(&self, bundle: &Bundle, full: usize, now: Timestamp) -> bool {
        let is_full = bundle.dues.len() >= full;
        let asks = bundle.dues.iter().any(|due| due.intent.is_some());
        let group = (bundle.flow.clone(), bundle.kind);
        is_full
            || asks
            || self.0.get(&group).is_none_or(|out| out.iter().all(|began| now >= *began + PATIENCE))
    }

    pub fn begin(&mut self, bundle: &Bundle, now: Timestamp) -> Begun {
        let group = (bundle.flow.clone(), bundle.kind);
        self.0.entry(group.clone()).or_default().push(now);
        Begun { group, at: now }
    }

    pub fn end(&mut self, begun: &Begun) {
        if let Some(out) = self.0.get_mut(&begun.group) {
            let place = out.iter().position(|at| *at == begun.at);
            place.map(|place| out.swap_remove(place));
            if out.is_empty() {
                self.0.remove(&begun.group);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use contract::store::Due;
    use model::intent::Intent;
    use model::record::{Record, RecordKey};
    use model::step::{Action, Step};
    use model::task::{State, Task};
    use model::{Hash, LinkId, RecordId, TaskId};

    use super::*;

    fn due(id: i64, has_intent: bool) -> Due {
        let key = RecordKey::new(&"crm".into(), &"SalesOrderObj".into(), format!("订单{id}"));
        let step = Step {
            action: Action::Create,
            object: "SAL_SaleOrder".into(),
            id: None,
            number: None,
            document: String::new(),
            options: String::new(),
            row_of: None,
        };
        let intent = Intent {
            task: TaskId(id),
            link: LinkId(id),
            step,
            key: Vec::new(),
            revision: 1,
            sent: Timestamp(0),
        };
        Due {
            task: Task {
                id: TaskId(id),
                flow: "orders".into(),
                record: RecordId(id),
                kind: Kind::Deliver,
                state: State::Ready,
                cause: None,
                want: 1,
                done: 0,
                tries: 0,
                due: Timestamp(0),
                as_of: None,
            },
            record: Record {
                id: RecordId(id),
                key,
                number: None,
                name: None,
                version: None,
                revision: 1,
                hash: Hash::of_text(""),
                void: false,
                body: "{}".into(),
            },
            intent: has_intent.then_some(intent),
        }
    }

    fn bundle(flow: &str, count: i64, has_intent: bool) -> Bundle {
        let dues = (1..=count).map(|id| due(id, has_intent)).collect();
        Bundle { flow: flow.into(), kind: Kind::Deliver, as_of: None, dues }
    }

    #[test]
    fn a_bundle_that_is_not_full_waits_while_another_of_its_flow_is_out() {
        let start = Timestamp(1_000_000);
        let mut out = Out::default();
        let begun = out.begin(&bundle("orders", 3, false), start);
        for (why, asked, at, admitted) in [
            ("not full", bundle("orders", 19, false), start, false),
            ("full", bundle("orders", 20, false), start, true),
            ("of another flow", bundle("contacts", 1, false), start, true),
            ("with an open intent", bundle("orders", 1, true), start, true),
            ("after a while", bundle("orders", 1, false), start + PATIENCE, true),
        ] {
            assert_eq!(out.admits(&asked, 20, at), admitted, "{why}");
        }
        out.end(&begun);
        assert!(out.admits(&bundle("orders", 1, false), 20, start));
    }
}
