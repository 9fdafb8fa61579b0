//! The stand-in of 金蝶云星空 K/3 Cloud: its WebAPI, and one account set behind it (`protocols/kingdee.md`).
//!
//! Written as if by the vendor: forms are described by tables of data (`forms`), and saving, queries, View and the
//! rest are written once over those tables. What the page marks as uncertain is a switch (`switches`).

mod account;
mod allocate;
mod arguments;
mod attachments;
mod auth;
mod catalogue;
mod cell;
mod control;
mod deferred;
mod dispatch;
mod effect;
mod fault;
mod forms;
mod groups;
mod ledger;
mod local_time;
mod meta;
mod metadata;
mod opening;
mod operation;
mod perform;
mod push;
mod query;
mod replies;
mod save;
mod status;
mod stock;
mod switches;
mod turn;
mod usable;
mod view;
mod write_off;

use serde_json::{Value, json};

use self::account::Account;
use self::attachments::Files;
use self::auth::session::Sessions;
use self::deferred::Tasks;
use self::ledger::Ledger;
use self::operation::{Asked, asked};
use self::save::Repeats;
use self::switches::SWITCHES;
use self::turn::Turn;
use crate::company::Company;
use crate::stand_in::{Moment, Reply, Request, StandIn, Switch};
use crate::switchboard::Switchboard;

/// How many of the company's customers, in percent, the ERP knows from before.
const EXISTING_PERCENT: u64 = 10;

/// One server with one account set.
pub struct K3Cloud {
    account: Account,
    company: String,
    /// Internal id of the integration user.
    user: i64,
    switches: Switchboard,
    sessions: Sessions,
    ledger: Ledger,
    files: Files,
    tasks: Tasks,
    repeats: Repeats,
}

impl K3Cloud {
    /// The account set of that company and seed. A tenth of the company's customers, with their orders, have been in
    /// it from before `opened_ms` (milliseconds since 1970).
    pub fn new(company: &Company, seed: u64, opened_ms: i64) -> K3Cloud {
        K3Cloud::with_existing(company, seed, opened_ms, EXISTING_PERCENT)
    }

    /// The same with another share of customers from before, in percent.
    pub fn with_existing(company: &Company, seed: u64, opened_ms: i64, percent: u64) -> K3Cloud {
        let org = company.organisations.first().map_or("100", |(number, _)| number);
        let account = Account::new(seed, &company.name, org);
        let mut ledger = Ledger::new();
        let user = opening::fill(&mut ledger, company, &account.username, seed, opened_ms, percent);
        K3Cloud {
            account,
            company: company.name.clone(),
            user,
            switches: Switchboard::new(SWITCHES),
            sessions: Sessions::default(),
            ledger,
            files: Files::default(),
            tasks: Tasks::default(),
            repeats: Repeats::new(),
        }
    }

    fn asked(&self, call: &Request) -> Asked {
        asked(&call.path, self.switches.value("operation_spelling").unwrap_or_default())
    }
}

impl StandIn for K3Cloud {
    fn system(&self) -> &'static str {
        "kingdee-k3cloud"
    }

    fn answer(&mut self, call: &Request, moment: &mut Moment) -> Reply {
        self.dispatch(call, moment)
    }

    fn changes(&self, call: &Request) -> bool {
        matches!(self.asked(call), Asked::Operation(operation) if operation.changes())
    }

    fn operation(&self, call: &Request) -> String {
        match self.asked(call) {
            Asked::Operation(operation) => operation.name(),
            Asked::Unknown(_) | Asked::Nothing => call.path.clone(),
        }
    }

    fn refusal(&self, reply: &Reply) -> Option<String> {
        replies::refusal(reply)
    }

    fn connection(&self, base: &str) -> Value {
        self.account.connection(base)
    }

    fn switches(&self) -> Vec<Switch> {
        self.switches.list()
    }

    fn switch(&self, name: &str) -> Option<&'static str> {
        self.switches.value(name)
    }

    fn set_switch(&mut self, name: &str, value: &str) -> bool {
        let is_set = self.switches.set(name, value);
        self.ledger.ids_in_blocks = self.switches.is("id_order", "blocks");
        is_set
    }

    fn control(&mut self, path: &str, body: &Value, moment: &mut Moment) -> Option<Value> {
        if path.trim_matches('/') == "forget_sessions" && !body.is_null() {
            return Some(json!({ "forgotten": self.sessions.close_all() }));
        }
        let org = self.home_org();
        let mut turn = Turn {
            ledger: &mut self.ledger,
            switches: &self.switches,
            now_ms: moment.now_ms,
            user: self.user,
            org,
            conditions: moment.conditions,
        };
        if path.trim_matches('/') == "files" && body.is_null() {
            return Some(self.files.dump());
        }
        if let Some((form, bill, name, content)) = control::hanging(turn.ledger, path, body) {
            let id = self.files.hang(&mut turn, moment.chance, (form, bill), (&name, content));
            return Some(json!({ "id": id }));
        }
        control::control(&mut turn, path, body)
    }
}
