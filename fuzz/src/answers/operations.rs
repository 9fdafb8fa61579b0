//! The operations by their names, and what must hold of what they give.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};

use connect::Registry;
use connect::exchanges::ScriptedWire;
use contract::connector::{CountAsk, Done, Found, PageAsk, PlanAsk, Receipt, Refusal};
use contract::{Connector, Wire};
use model::{Map, Timestamp};

use super::script::Script;
use super::{Vendor, document, texts, verdict};

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    connect::registry(None).expect("without a folder of the user's there is none that is broken")
});

/// What a future comes to at once: on a scripted wire nothing waits.
pub(super) fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("an operation waits for something that is not on its wire"),
    }
}

struct Play<'p> {
    vendor: &'p Vendor,
    script: &'p Script<'p>,
    wire: &'p ScriptedWire,
    connector: Arc<dyn Connector>,
    fields: Vec<String>,
}

/// Carries out the operation of the script; `None` where there is none of this name.
pub fn carry_out(vendor: &Vendor, script: &Script<'_>, wire: &ScriptedWire) -> Option<()> {
    let connector = REGISTRY.fresh_connector(vendor.connector).expect("the vendor's connector is built in");
    let play = Play { vendor, script, wire, connector, fields: texts(vendor.fields) };
    match script.operation {
        "check" => play.check(),
        "describe" => play.read(now(play.connector.describe(wire, Some(vendor.object)))),
        "objects" => play.read(now(play.connector.describe(wire, None))),
        "count" => play.read(now(play.connector.count(wire, &counted(vendor.object)))),
        "person" => play.read(now(play.connector.person(wire, "13800001111"))),
        "page" => play.pages(),
        "get" => play.get(),
        "lookup" => play.lookup(),
        "shape" => play.shape(),
        "notify" => play.notify(),
        word => play.step(word)?,
    }
    Some(())
}

/// A window of one day.
const FROM: Timestamp = Timestamp(1_780_185_600_000);
const TO: Timestamp = Timestamp(1_780_272_000_000);

impl Play<'_> {
    fn read<T>(&self, outcome: Result<T, Refusal>) {
        if let Err(refusal) = outcome {
            verdict::refused(self.script, self.wire, &refusal.cause);
        }
    }

    fn check(&self) {
        let findings = now(self.connector.check(self.wire));
        assert!(!findings.is_empty(), "a check that says nothing");
        findings.iter().for_each(|finding| verdict::refused(self.script, self.wire, &finding.cause));
    }

    /// Two pages of a window, the second from where the first ended.
    fn pages(&self) {
        let ask = |after| PageAsk {
            object: self.vendor.object,
            fields: &self.fields,
            filter: None,
            from: FROM,
            to: TO,
            after,
            size: 2,
        };
        let first = now(self.connector.page(self.wire, &ask(None)));
        if let Ok(page) = &first {
            self.found(&page.found);
            if let Some(next) = page.next.as_deref() {
                let second = now(self.connector.page(self.wire, &ask(Some(next))));
                let ended = second.as_ref().ok().and_then(|page| page.next.as_deref());
                assert_ne!(ended, Some(next), "a walk that stands still");
                self.read(second);
            }
        }
        self.read(first);
    }

    fn get(&self) {
        let ids = texts(&["100321", "64a1"]);
        let found = now(self.connector.get(self.wire, self.vendor.object, &ids, &self.fields));
        found.iter().for_each(|found| self.found(found));
        self.read(found);
    }

    fn lookup(&self) {
        let by = texts(self.vendor.by);
        let keys = [vec!["CUST0001".to_owned(); by.len()], vec!["上海启明".to_owned(); by.len()]];
        let found = now(self.connector.lookup(self.wire, &self.vendor.lookup(&by, &keys, &self.fields)));
        if let Ok(found) = &found {
            assert_eq!(found.len(), keys.len(), "one list for each key");
            found.iter().for_each(|found| self.found(found));
        }
        self.read(found);
    }

    fn shape(&self) {
        let steps = (self.vendor.steps)("create").unwrap_or_default();
        let Some(step) = steps.first() else { return };
        let document = document(&step.document).into_owned();
        self.read(now(self.connector.shape(self.wire, self.vendor.object, document)));
    }

    /// Whatever was found can be planned on.
    fn found(&self, found: &[Found]) {
        let steps: Vec<_> =
            ["create", "update", "void"].iter().filter_map(|word| (self.vendor.steps)(word)).collect();
        for found in found {
            assert!(!found.id.trim().is_empty(), "found without an id");
            for step in steps.iter().flatten() {
                self.connector.accomplished(step, found);
                self.plan(&step.document, found);
            }
        }
    }

    fn plan(&self, text: &str, observed: &Found) {
        let mapped = if text.is_empty() { Map::new() } else { document(text) };
        let changed: Vec<String> = mapped.iter().map(|(name, _)| name.to_owned()).collect();
        let facts = self.connector.object(self.wire.connection(), self.vendor.object);
        let planned = self.connector.plan(&PlanAsk {
            connection: self.wire.connection(),
            object: self.vendor.object,
            create: &mapped,
            mapped: &mapped,
            changed: &changed,
            observed: Some(observed),
            status: facts.statuses.last().map(String::as_str),
            void: None,
            agreed: None,
            lines: &[],
            options: &Map::new(),
            waited: false,
            closed: None,
            derived: None,
        });
        if let Err(refusal) = planned {
            verdict::refused(self.script, self.wire, &refusal.cause);
        }
    }

    fn notify(&self) {
        let document = document(self.vendor.notice.1);
        let receipt = now(self.connector.notify(self.wire, &self.vendor.notice(&document)));
        let outcome = receipt.as_ref().map(|_| Done::default()).map_err(Clone::clone);
        verdict::written(self.vendor, self.script, self.wire, &outcome);
        let Ok(receipt) = receipt else { return };
        let told = now(self.connector.receipt(self.wire, &receipt));
        if let Ok(Receipt::Missed(cause)) = &told {
            verdict::refused(self.script, self.wire, cause);
        }
        self.read(told);
    }

    fn step(&self, word: &str) -> Option<()> {
        let steps = (self.vendor.steps)(word)?;
        let outcomes = now(self.connector.step(self.wire, &steps));
        assert_eq!(outcomes.len(), steps.len(), "one outcome for each step");
        for (step, outcome) in steps.iter().zip(&outcomes) {
            verdict::written(self.vendor, self.script, self.wire, outcome);
            if let (model::step::Action::Create, Ok(done)) = (&step.action, outcome) {
                assert!(done.id.as_deref().is_some_and(|id| !id.trim().is_empty()), "created without an id");
            }
        }
        Some(())
    }
}

/// All of an object that changed in the span.
fn counted(object: &str) -> CountAsk<'_> {
    CountAsk { object, filter: None, from: FROM, to: TO }
}
