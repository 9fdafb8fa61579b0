//! Everything that outlives the engine: the company at the vendors', the store, the configuration, the clock.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use contract::Clock;
use contract::store::{ConfigText, Store};
use engine::{Engine, Options, Seams};
use model::Catalogue;
use sandbox::faults::Faults;
use sandbox::{Sandbox, Setting};

use serde_json::Value;
use store::PassingSchema;

use crate::chance::Dice;
use crate::clock::{BEGINNING, SimClock};
use crate::company::Screens;
use crate::ground::Ground;
use crate::network::SimNetwork;
use crate::points::Points;
use crate::store::SimStore;
use crate::trace::Trace;

const TEXTS: &[(&str, &str, &str)] = &[
    ("connection", "crm", include_str!("../flows/crm.yaml")),
    ("connection", "erp", include_str!("../flows/erp.yaml")),
    ("connection", "dingtalk", include_str!("../flows/dingtalk.yaml")),
    ("flow", "customers", include_str!("../flows/customers.yaml")),
    ("flow", "contacts", include_str!("../flows/contacts.yaml")),
    ("flow", "notice", include_str!("../flows/notice.yaml")),
];

/// How many customers the company begins with.
const CUSTOMERS: u64 = 12;

pub struct World {
    pub clock: Arc<SimClock>,
    pub dice: Dice,
    pub points: Arc<Points>,
    pub trace: Arc<Trace>,
    pub screens: Screens,
    pub store: Arc<SimStore>,
    /// Whether the CRM shows voided records to those who ask for them.
    pub shows_voided: bool,
    seams: Seams,
    /// Removed last.
    _schema: Option<PassingSchema>,
}

impl World {
    /// The world of that seed, configured, with its unknown facts drawn and no faults yet.
    pub async fn new(ground: &Ground, seed: u64, trace: Trace) -> World {
        let mut seeds = sandbox::stand_in::Chance::new(seed);
        let clock = Arc::new(SimClock::new());
        let setting = Setting {
            seed: seeds.draw(),
            customers: (1 + seeds.below(CUSTOMERS)) as usize,
            now_ms: BEGINNING.0,
        };
        let sandbox = Arc::new(Mutex::new(Sandbox::new(&setting)));
        let points = Arc::new(Points::new(seeds.draw()));
        let trace = Arc::new(trace);
        let standing = ground.store(seed);
        let store = Arc::new(SimStore {
            inner: standing.store,
            points: points.clone(),
            dice: Dice::new(seeds.draw()),
            failures: Default::default(),
        });
        let network = SimNetwork {
            sandbox: sandbox.clone(),
            clock: clock.clone(),
            points: points.clone(),
            trace: trace.clone(),
        };
        let seams = Seams {
            store: store.clone(),
            clock: clock.clone(),
            chance: Arc::new(Dice::new(seeds.draw())),
            network: Arc::new(network),
            connectors: Arc::new(connect::registry(None).expect("the built-in connectors are whole")),
            catalogue: Arc::new(Catalogue::default()),
        };
        let dice = Dice::new(seeds.draw());
        let screens = Screens(sandbox);
        let mut world = World {
            clock,
            dice,
            points,
            trace,
            screens,
            store,
            shows_voided: true,
            seams,
            _schema: standing.schema,
        };
        world.draw_unknown_facts();
        world.configure().await;
        world
    }

    pub fn engine(&self) -> Engine {
        Engine::new(self.seams.clone(), Options { owner: "sim".into(), reads: true })
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now().0
    }

    /// The store as the law sees it, without anything that may go wrong.
    pub fn facts(&self) -> &dyn Store {
        &*self.store.inner
    }

    /// Every fact that nobody is sure of takes one of its values.
    fn draw_unknown_facts(&mut self) {
        let screens = self.screens.clone();
        let mut sandbox = screens.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for (system, switches) in sandbox.switches() {
            for switch in switches {
                let value = self.dice.pick(switch.values);
                self.trace.note(&format!("{system} {} = {value}", switch.name));
                self.shows_voided &= (switch.name, *value) != ("voided_rows", "never");
                assert!(sandbox.set_switch(system, switch.name, value), "{system} {}", switch.name);
            }
        }
    }

    /// Turns the faults on, or with `None` off.
    pub fn set_faults(&self, faults: Option<Faults>) {
        let mut sandbox = self.screens.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.store.failures.store(if faults.is_some() { 5 } else { 0 }, Ordering::Relaxed);
        match faults {
            Some(faults) => {
                sandbox.set_faults(None, faults);
            }
            None => sandbox.clear_faults(),
        }
    }

    async fn configure(&self) {
        let given = self.connection_values();
        let receiver = given.get("RECEIVER").cloned().unwrap_or_default();
        let texts: Vec<ConfigText> = TEXTS
            .iter()
            .map(|(kind, name, text)| ConfigText {
                kind: (*kind).into(),
                name: (*name).into(),
                text: text.replace("RECEIVER", &receiver),
            })
            .collect();
        let outcome = engine::apply::apply(&self.seams, &texts, &|name| given.get(name).cloned())
            .await
            .expect("nothing goes wrong yet");
        assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    }

    /// The settings of the three connections, as variables.
    fn connection_values(&self) -> BTreeMap<String, String> {
        let bases = ["fxiaoke", "kingdee-k3cloud", "dingtalk"]
            .map(|system| (system.to_owned(), format!("http://sandbox/{system}")));
        let connections = {
            let sandbox = self.screens.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            sandbox.connections(&bases.into_iter().collect())
        };
        let mut values = BTreeMap::new();
        for (system, prefix) in [("fxiaoke", "CRM"), ("kingdee-k3cloud", "ERP"), ("dingtalk", "DINGTALK")] {
            let settings = connections["systems"][system].as_object().cloned().unwrap_or_default();
            for (name, value) in settings {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                values.insert(format!("{prefix}_{}", name.to_uppercase()), text);
            }
        }
        values.insert("RECEIVER".into(), self.a_reachable_person());
        values
    }

    /// The id of somebody who can get work notices.
    fn a_reachable_person(&self) -> String {
        let staff = self.screens.read(BEGINNING.0, "dingtalk/users");
        let first = staff.as_array().and_then(|staff| {
            staff.iter().find(|person| person["visible"] == Value::Bool(true)).or(staff.first())
        });
        first.and_then(|person| person["userid"].as_str()).unwrap_or_default().to_owned()
    }
}
