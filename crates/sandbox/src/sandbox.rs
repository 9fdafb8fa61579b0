//! The systems of one company behind one fault dial.
//!
//! A [`Sandbox`] is a state machine: the time arrives with each call, everything else follows from the seed. What it
//! says about a call is an [`Outcome`]; whoever carries the call (the simulator, or [`crate::server`] over sockets)
//! acts it out. Each system draws from its own chance, so calls to one never change what another does.

mod control;
mod late;
mod nonsense;
mod tally;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::company::Company;
use crate::dingtalk::DingTalk;
use crate::faults::{Fate, Faults};
use crate::fxiaoke::Fxiaoke;
use crate::stand_in::{Chance, Moment, Outgoing, Reply, Request, StandIn, Switch};
use crate::standard_erp::StandardErp;
use late::LateWork;
use nonsense::Given;
pub use tally::Tally;

/// What a sandbox is made from.
#[derive(Debug, Clone)]
pub struct Setting {
    pub seed: u64,
    /// How many customers the company has.
    pub customers: usize,
    /// The moment at which the company's records exist, in milliseconds since 1970: all of them are older.
    pub now_ms: i64,
}

/// What a caller sees of one call, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The whole answer of the system, after that many milliseconds.
    Answered { reply: Reply, after_ms: u64 },
    /// A gateway in between answered with an HTML page; the system never saw the call.
    Refused { reply: Reply, after_ms: u64 },
    /// The system did the work, and only the first `arrived` bytes of the body come back before the connection closes.
    Truncated { reply: Reply, arrived: usize, after_ms: u64 },
    /// The system did the work; the connection closes without a byte.
    Lost { after_ms: u64 },
    /// Nothing ever comes back. The system does the work at `applied_at_ms`: see [`Sandbox::run_due`].
    Unanswered { applied_at_ms: i64 },
}

/// The stand-ins, their faults and counts.
pub struct Sandbox {
    systems: Vec<Mounted>,
    default_faults: Faults,
}

/// One stand-in and what surrounds it.
struct Mounted {
    stand_in: Box<dyn StandIn>,
    /// `None`: the sandbox's default applies.
    faults: Option<Faults>,
    chance: Chance,
    late: LateWork,
    tally: Tally,
    /// What calls were answered while answers are taken for each other.
    given: Given,
}

impl Sandbox {
    /// The sandbox of that setting, with all faults off and every switch at its default.
    pub fn new(setting: &Setting) -> Sandbox {
        Sandbox::of(&Company::new(setting.seed, setting.customers), setting)
    }

    /// The same with that many orders of 1 to 12 lines in the CRM, and in the ERP those of the customers it knows.
    pub fn with_orders(setting: &Setting, orders: usize) -> Sandbox {
        Sandbox::of(&Company::with_orders(setting.seed, setting.customers, orders), setting)
    }

    fn of(company: &Company, setting: &Setting) -> Sandbox {
        let stand_ins: Vec<Box<dyn StandIn>> = vec![
            Box::new(Fxiaoke::new(company, setting.seed, setting.now_ms)),
            Box::new(crate::kingdee::K3Cloud::new(company, setting.seed, setting.now_ms)),
            Box::new(DingTalk::new(company, setting.seed, setting.now_ms)),
            Box::new(StandardErp::new(company, setting.seed, setting.now_ms)),
        ];
        let mut seeds = Chance::new(setting.seed ^ 0x5341_4e44_424f_5831);
        let systems = stand_ins
            .into_iter()
            .map(|stand_in| Mounted {
                stand_in,
                faults: None,
                chance: Chance::new(seeds.draw()),
                late: LateWork::default(),
                tally: Tally::default(),
                given: Given::default(),
            })
            .collect();
        Sandbox { systems, default_faults: Faults::default() }
    }

    /// The names of the systems, which are also their path prefixes.
    pub fn systems(&self) -> Vec<&'static str> {
        self.systems.iter().map(|mounted| mounted.stand_in.system()).collect()
    }

    /// One call to the system whose prefix its path begins with (`/fxiaoke/cgi/…`). Work that is due is done first.
    /// A path below no system is answered 404.
    pub fn call(&mut self, now_ms: i64, call: &Request) -> Outcome {
        for mounted in &mut self.systems {
            if let Some(below) = call.below(&format!("/{}", mounted.stand_in.system())) {
                return mounted.call(now_ms, &below, &self.default_faults);
            }
        }
        let reply = Reply::text(404, "text/plain; charset=utf-8", "no system is mounted at this path\n");
        Outcome::Answered { reply, after_ms: 0 }
    }

    /// One call to a system at the root of its own address. `None` when there is no such system.
    pub fn call_system(&mut self, now_ms: i64, system: &str, call: &Request) -> Option<Outcome> {
        let below = call.below("")?;
        let faults = self.default_faults.clone();
        Some(self.mounted(system)?.call(now_ms, &below, &faults))
    }

    /// Does all late work whose time has come, each piece at its own time. Calls do this for their system by
    /// themselves.
    pub fn run_due(&mut self, now_ms: i64) {
        for mounted in &mut self.systems {
            mounted.run_until(now_ms, now_ms, &self.default_faults);
        }
    }

    /// When the next late work is due, over all systems.
    pub fn next_due(&self) -> Option<i64> {
        self.systems.iter().filter_map(|mounted| mounted.late.next_due()).min()
    }

    /// Does all late work now, whatever its time, in the order of its times.
    pub fn settle(&mut self, now_ms: i64) {
        for mounted in &mut self.systems {
            mounted.run_until(i64::MAX, now_ms, &self.default_faults);
        }
    }

    /// The calls that the systems make by themselves and that are due, each with the system it comes from. Whoever
    /// takes them makes each once and tells what came back by [`Sandbox::outgoing_answered`].
    pub fn take_outgoing(&mut self, now_ms: i64) -> Vec<(&'static str, Outgoing)> {
        let mut taken = Vec::new();
        for mounted in &mut self.systems {
            let system = mounted.stand_in.system();
            let skew = mounted.faults.as_ref().unwrap_or(&self.default_faults).clock_skew_ms;
            let calls = mounted.stand_in.take_outgoing(now_ms.saturating_add(skew));
            taken.extend(calls.into_iter().map(|call| (system, call)));
        }
        taken
    }

    /// When the next call of a system's own is due, by that system's clock.
    pub fn next_outgoing(&self) -> Option<i64> {
        self.systems.iter().filter_map(|mounted| mounted.stand_in.next_outgoing()).min()
    }

    /// What came back of a system's own call; `None` when nothing did in time.
    pub fn outgoing_answered(&mut self, system: &str, number: u64, now_ms: i64, answer: Option<&Reply>) {
        if let Some(mounted) = self.mounted(system) {
            mounted.stand_in.outgoing_answered(number, now_ms, answer);
        }
    }

    /// Sets the faults of one system, or with `None` those of every system that has none of its own.
    /// `false` when there is no such system.
    pub fn set_faults(&mut self, system: Option<&str>, faults: Faults) -> bool {
        match system {
            None => self.default_faults = faults,
            Some(system) => match self.mounted(system) {
                Some(mounted) => mounted.faults = Some(faults),
                None => return false,
            },
        }
        true
    }

    /// Turns every fault off, also those of single systems.
    pub fn clear_faults(&mut self) {
        self.default_faults = Faults::default();
        for mounted in &mut self.systems {
            mounted.faults = None;
        }
    }

    /// The faults in force for a system.
    pub fn faults(&self, system: &str) -> Option<&Faults> {
        let mounted = self.systems.iter().find(|mounted| mounted.stand_in.system() == system)?;
        Some(mounted.faults.as_ref().unwrap_or(&self.default_faults))
    }

    /// The switches of every system.
    pub fn switches(&self) -> BTreeMap<&'static str, Vec<Switch>> {
        self.systems.iter().map(|mounted| (mounted.stand_in.system(), mounted.stand_in.switches())).collect()
    }

    /// Sets a switch. `false` when the system, the switch or the value is unknown.
    pub fn set_switch(&mut self, system: &str, name: &str, value: &str) -> bool {
        self.mounted(system).is_some_and(|mounted| mounted.stand_in.set_switch(name, value))
    }

    /// The calls counted so far, by system.
    pub fn calls(&self) -> BTreeMap<&'static str, &Tally> {
        self.systems.iter().map(|mounted| (mounted.stand_in.system(), &mounted.tally)).collect()
    }

    /// What `qiao sandbox` prints: what the settings form of a connection to each system needs. `bases` gives the
    /// address of each system (`http://127.0.0.1:8080/fxiaoke`); a system without one is left out.
    pub fn connections(&self, bases: &BTreeMap<String, String>) -> Value {
        let mut systems = serde_json::Map::new();
        for mounted in &self.systems {
            let system = mounted.stand_in.system();
            if let Some(base) = bases.get(system) {
                systems.insert(system.into(), mounted.stand_in.connection(base.trim_end_matches('/')));
            }
        }
        json!({ "systems": systems })
    }

    fn mounted(&mut self, system: &str) -> Option<&mut Mounted> {
        self.systems.iter_mut().find(|mounted| mounted.stand_in.system() == system)
    }
}

impl Mounted {
    fn call(&mut self, now_ms: i64, call: &Request, default_faults: &Faults) -> Outcome {
        self.run_until(now_ms, now_ms, default_faults);
        let faults = self.faults.as_ref().unwrap_or(default_faults).clone();
        let operation = self.stand_in.operation(call);
        let fate = faults.fate(&mut self.chance, self.stand_in.changes(call));
        let after_ms = faults.latency(&mut self.chance);
        let conditions = faults.conditions(&mut self.chance);
        self.tally.called(&operation, fate);
        if let Fate::AppliedLate(by_ms) = fate {
            let applied_at_ms = now_ms.saturating_add_unsigned(by_ms);
            self.late.add(applied_at_ms, call.clone(), conditions);
            return Outcome::Unanswered { applied_at_ms };
        }
        if fate == Fate::Refused {
            return Outcome::Refused { reply: bad_gateway(), after_ms };
        }
        if let Fate::Nonsense { kind, is_applied: false } = fate {
            return Outcome::Answered { reply: self.given.nonsense(kind, &operation), after_ms };
        }
        let mut moment = Moment {
            now_ms: now_ms.saturating_add(faults.clock_skew_ms),
            chance: &mut self.chance,
            conditions,
        };
        let date = http_date(moment.now_ms);
        let reply = self.stand_in.answer(call, &mut moment).with_header("Date", date);
        match self.stand_in.refusal(&reply) {
            Some(code) => self.tally.refused(&operation, &code),
            None if faults.nonsense > 0 => self.given.note(&operation, &reply),
            None => {}
        }
        match fate {
            Fate::AnswerLost => Outcome::Lost { after_ms },
            Fate::Truncated => Outcome::Truncated { arrived: reply.body.len() / 2, reply, after_ms },
            Fate::Nonsense { kind, .. } => {
                Outcome::Answered { reply: self.given.nonsense(kind, &operation), after_ms }
            }
            Fate::Answered | Fate::Refused | Fate::AppliedLate(_) => Outcome::Answered { reply, after_ms },
        }
    }

    /// Does the late work due by `until_ms`, each piece at its own time but none after `now_ms`.
    fn run_until(&mut self, until_ms: i64, now_ms: i64, default_faults: &Faults) {
        let skew = self.faults.as_ref().unwrap_or(default_faults).clock_skew_ms;
        while let Some(work) = self.late.take_due(until_ms) {
            let mut moment = Moment {
                now_ms: work.due_ms.min(now_ms).saturating_add(skew),
                chance: &mut self.chance,
                conditions: work.conditions,
            };
            let reply = self.stand_in.answer(&work.call, &mut moment);
            if let Some(code) = self.stand_in.refusal(&reply) {
                self.tally.refused(&self.stand_in.operation(&work.call), &code);
            }
        }
    }
}

fn bad_gateway() -> Reply {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1>\
                </center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
    Reply::text(502, "text/html", page)
}

/// The time as answers tell it (RFC 9110 §5.6.7), by the vendor's clock.
fn http_date(now_ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(now_ms).unwrap_or_default();
    at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
