//! Everything that outlives the engine: the company at the vendors', the store, the configuration, the clock.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contract::store::Store;
use contract::{Chance, Clock};
use engine::{Engine, Options, Seams};
use model::Catalogue;
use sandbox::Sandbox;
use sandbox::faults::Faults;
use sandbox::stand_in::Switch;

use serde_json::Value;
use store::PassingSchema;

use crate::business::{Business, Pace, Receiver};
use crate::chance::Dice;
use crate::clock::{BEGINNING, SimClock};
use crate::ground::Ground;
use crate::network::SimNetwork;
use crate::people;
use crate::points::Points;
use crate::screens::{Screens, list, text};
use crate::store::SimStore;
use crate::trace::Trace;

/// How many customers the companies of drawn worlds begin with, at most.
const CUSTOMERS: u64 = 12;

/// Of a hundred drawn worlds, so many play the business from order to cash, and so many that of dispatching.
const ORDERS_TO_CASH: u64 = 8;
const DISPATCHES: u64 = 5;
/// Of those that are left, so many of a hundred play the business of partners: drawn apart, so that the others stay what
/// they were.
const PARTNERS: u64 = 12;

/// Of a hundred drawn worlds, so many have three engines on their store, and so many two.
const THREE_NODES: u64 = 8;
const TWO_NODES: u64 = 20;

/// Until somebody asks again whose question was refused.
const SOON: Duration = Duration::from_secs(20);

/// What a world is made from.
#[derive(Debug, Clone)]
pub struct Setting {
    pub business: Business,
    pub pace: Pace,
    pub seed: u64,
    /// How many customers the company has.
    pub customers: usize,
    /// How many orders of 1 to 12 lines stand in the CRM; `None` is half as many as customers, of 1 to 4 lines.
    pub orders: Option<usize>,
    /// How many engines work on the store.
    pub nodes: u64,
    /// How many of a million calls are answered with what is no answer, while things go wrong.
    pub nonsense: u32,
}

impl Setting {
    /// What a seed plays: one business or the other, brisk, in a small company.
    pub fn drawn(seed: u64) -> Setting {
        let mut seeds = sandbox::stand_in::Chance::new(seed ^ 0x4255_5349_4e45_5353);
        let business = match seeds.below(100) {
            0..ORDERS_TO_CASH => Business::OrderToCash,
            n if n < ORDERS_TO_CASH + DISPATCHES => Business::Dispatch,
            _ => Business::Customers,
        };
        let mut apart = sandbox::stand_in::Chance::new(seed ^ 0x5041_5254_4e45_5253);
        let business = match business {
            Business::Customers if apart.below(100) < PARTNERS => Business::Partners,
            drawn => drawn,
        };
        let customers = 1 + seeds.below(CUSTOMERS) as usize;
        let mut seeds = sandbox::stand_in::Chance::new(seed ^ 0x004e_4f44_4553);
        let nodes = match seeds.below(100) {
            n if n < THREE_NODES => 3,
            n if n < THREE_NODES + TWO_NODES => 2,
            _ => 1,
        };
        Setting { business, pace: Pace::Brisk, seed, customers, orders: None, nodes, nonsense: 0 }
    }

    /// A company from order to cash, with the flows as they ship, that begins without orders.
    pub fn as_shipped(seed: u64, customers: usize) -> Setting {
        let business = Business::OrderToCash;
        Setting { business, pace: Pace::AsWritten, seed, customers, orders: Some(0), nodes: 1, nonsense: 0 }
    }
}

pub struct World {
    pub business: Business,
    pub clock: Arc<SimClock>,
    pub dice: Dice,
    pub points: Arc<Points>,
    pub trace: Arc<Trace>,
    pub screens: Screens,
    pub store: Arc<SimStore>,
    /// Whether the CRM shows voided records to those who ask for them.
    pub shows_voided: bool,
    /// Whether an order moves when one of its lines does.
    pub lines_touch_orders: bool,
    /// Whether what other documents write into one of the ERP moves its date of change.
    pub write_backs_move_dates: bool,
    /// The rows that orders of the ERP have in the beginning, in a company that has any.
    pub first_rows: BTreeSet<String>,
    /// By how many milliseconds the clocks of systems are off.
    skews: BTreeMap<&'static str, i64>,
    pub seed: u64,
    /// How many engines work on the store.
    pub nodes: u64,
    seams: Seams,
    /// Removed last.
    _schema: Option<PassingSchema>,
}

impl World {
    /// That world, configured, with its unknown facts drawn from the seed and no faults yet.
    pub async fn new(ground: &Ground, setting: &Setting, trace: Trace) -> World {
        let mut seeds = sandbox::stand_in::Chance::new(setting.seed);
        let clock = Arc::new(SimClock::begin());
        let sandbox = Arc::new(Mutex::new(company(setting, seeds.draw())));
        let points = Arc::new(Points::new(seeds.draw()));
        let trace = Arc::new(trace);
        let standing = ground.store(setting.seed);
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
            functions: Arc::new(functions::Scripts::inline(clock.clone())),
            catalogue: Arc::new(Catalogue::default()),
        };
        let dice = Dice::new(seeds.draw());
        let screens = Screens(sandbox);
        let mut world = World {
            business: setting.business,
            clock,
            dice,
            points,
            trace,
            screens,
            store,
            shows_voided: true,
            lines_touch_orders: false,
            write_backs_move_dates: false,
            first_rows: BTreeSet::new(),
            skews: BTreeMap::new(),
            seed: setting.seed,
            nodes: setting.nodes,
            seams,
            _schema: standing.schema,
        };
        if setting.business.is_of_orders() && setting.orders.is_none() {
            let orders = list(world.screens.read(world.now_ms(), "kingdee-k3cloud/SAL_SaleOrder"));
            let rows =
                orders.iter().flat_map(|order| order["FSaleOrderEntry"].as_array().into_iter().flatten());
            world.first_rows = rows.map(|row| text(&row["id"])).collect();
        }
        world.draw_unknown_facts();
        if setting.business == Business::Partners {
            world.draw_skews();
        }
        world.configure(setting).await;
        world
    }

    pub fn engine(&self) -> Engine {
        Engine::new(self.seams.clone(), Options { owner: "sim".into(), reads: true })
    }

    /// What one of several engines takes: it dies at points of its own.
    pub(crate) fn seams_of_node(&self, points: Arc<Points>, seeds: [u64; 2]) -> Seams {
        let store = SimStore {
            inner: self.store.inner.clone(),
            points: points.clone(),
            dice: Dice::new(seeds[0]),
            failures: self.store.failures.clone(),
        };
        let network = SimNetwork {
            sandbox: self.screens.0.clone(),
            clock: self.clock.clone(),
            points,
            trace: self.trace.clone(),
        };
        Seams {
            store: Arc::new(store),
            network: Arc::new(network),
            chance: Arc::new(Dice::new(seeds[1])),
            ..self.seams.clone()
        }
    }

    /// How often an operation of a system was called.
    pub fn calls_of(&self, system: &str, operation: &str) -> u64 {
        let sandbox = self.screens.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        sandbox.calls().get(system).map_or(0, |tally| tally.of(operation).calls)
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now().0
    }

    /// What the engine takes, for those who ask beside it.
    pub fn seams(&self) -> &Seams {
        &self.seams
    }

    /// The store as the law sees it, without anything that may go wrong.
    pub fn facts(&self) -> &dyn Store {
        &*self.store.inner
    }

    /// The clocks of both systems are off, each its own way.
    fn draw_skews(&mut self) {
        for system in ["fxiaoke", "kingdee-k3cloud"] {
            let skew = self.dice.below(120_000) as i64 - 60_000;
            self.trace.note(&format!("{system} is {skew} ms ahead"));
            self.skews.insert(system, skew);
        }
        self.set_faults(None);
    }

    /// Every fact that nobody is sure of takes one of its values.
    fn draw_unknown_facts(&mut self) {
        self.take_facts(|world, system, switch| {
            let value = world.dice.pick(switch.values);
            world.trace.note(&format!("{system} {} = {value}", switch.name));
            value
        });
    }

    /// What nobody is sure of is what the stand-ins take it for by themselves.
    pub fn take_usual_facts(&mut self) {
        self.take_facts(|_, _, switch| switch.values[0]);
    }

    fn take_facts(&mut self, choose: impl Fn(&World, &str, &Switch) -> &'static str) {
        let screens = self.screens.clone();
        let mut sandbox = screens.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for (system, switches) in sandbox.switches() {
            for switch in switches {
                let value = choose(self, system, &switch);
                assert!(sandbox.set_switch(system, switch.name, value), "{system} {}", switch.name);
                match (system, switch.name) {
                    ("fxiaoke", "voided_rows") => self.shows_voided = value != "never",
                    ("fxiaoke", "detail_edit") => self.lines_touch_orders = value == "touches_master",
                    ("kingdee-k3cloud", "modified_on_write_back") => {
                        self.write_backs_move_dates = value == "moved"
                    }
                    _ => {}
                }
            }
        }
    }

    /// Turns the faults on, or with `None` off. Clocks that are off stay so.
    pub fn set_faults(&self, faults: Option<Faults>) {
        let mut sandbox = self.screens.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.store.failures.store(if faults.is_some() { 5 } else { 0 }, Ordering::Relaxed);
        match &faults {
            Some(faults) => {
                sandbox.set_faults(None, faults.clone());
            }
            None => sandbox.clear_faults(),
        }
        for (system, clock_skew_ms) in &self.skews {
            let faults = Faults { clock_skew_ms: *clock_skew_ms, ..faults.clone().unwrap_or_default() };
            sandbox.set_faults(Some(system), faults);
        }
    }

    async fn configure(&self, setting: &Setting) {
        let given = self.connection_values();
        let texts = setting.business.texts(setting.pace, &self.a_reachable_person());
        let outcome = engine::apply::apply(&self.seams, &texts, &|name| given.get(name).cloned())
            .await
            .expect("nothing goes wrong yet");
        assert!(!outcome.is_refused(), "{:?}", outcome.problems);
        match setting.pace {
            _ if !setting.business.names_people() => {}
            Pace::AsWritten | Pace::Daily => self.bind_people(100).await,
            Pace::Brisk => self.bind_people(self.dice.below(101)).await,
        }
    }

    /// Binds about so many of a hundred people of those who are not bound yet; until a system is ready for it, it is
    /// tried again.
    pub async fn bind_people(&self, percent: u64) {
        while people::bind(&self.seams, || self.dice.percent(percent)).await.is_err() {
            self.clock.sleep_until(self.clock.now() + SOON).await;
        }
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
        values
    }

    /// Somebody who can get work notices.
    fn a_reachable_person(&self) -> Receiver {
        let staff = self.screens.read(BEGINNING.0, "dingtalk/users");
        let first = staff.as_array().and_then(|staff| {
            staff.iter().find(|person| person["visible"] == Value::Bool(true)).or(staff.first())
        });
        let of = |field: &str| first.and_then(|person| person[field].as_str()).unwrap_or_default().to_owned();
        Receiver { user_id: of("userid"), mobile: of("mobile") }
    }
}

/// The stand-ins of the company that a setting begins with.
fn company(setting: &Setting, seed: u64) -> Sandbox {
    let made = sandbox::Setting { seed, customers: setting.customers, now_ms: BEGINNING.0 };
    match setting.orders {
        None => Sandbox::new(&made),
        Some(orders) => Sandbox::with_orders(&made, orders),
    }
}
