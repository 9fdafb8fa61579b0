//! A home-grown ERP whose programmer implemented the four calls of the standard protocol, and which pushes by itself
//! (`protocols/standard-erp.md`).
//!
//! Written as if by its programmer: the names, the dictionary and the checks are the ERP's own. What the protocol
//! leaves open is a switch ([`switches`]).

mod account;
mod answer;
mod business;
mod check;
mod control;
mod derive;
mod dictionary;
mod form;
mod ledger;
mod opening;
mod push;
mod query;
mod render;
mod rows;
mod switches;
mod turn;
mod write;

use model::{Map, Value};

use self::account::{Account, Operation};
use self::answer::{Answer, Code, Refusal};
use self::business::Timer;
use self::dictionary::OBJECTS;
use self::ledger::{Ledger, Origin};
use self::push::{Outbox, Snapshot};
use self::query::{Batch, PageFaults};
use self::render::Style;
use self::turn::{Change, Turn, Wanted};
use self::write::Written;
use crate::company::Company;
use crate::stand_in::{Chance, Moment, Outgoing, Reply, Request, StandIn, Switch};
use crate::switchboard::Switchboard;

/// One ERP of one company.
pub struct StandardErp {
    account: Account,
    switches: Switchboard,
    ledger: Ledger,
    outbox: Outbox,
    timer: Timer,
    /// When the next piece of the business is done.
    work_due_ms: Option<i64>,
    chance: Chance,
    last_refusal: Option<Code>,
}

impl StandardErp {
    /// The ERP of that company, with all its records older than `opened_ms`.
    pub fn new(company: &Company, seed: u64, opened_ms: i64) -> StandardErp {
        let mut chance = Chance::new(seed ^ 0x5354_4445_5250_0001);
        let token = chance.hex(32);
        let mut ledger = Ledger::new();
        opening::fill(&mut ledger, company, &mut chance, opened_ms)
            .expect("the company's records are what the dictionary asks for");
        StandardErp {
            account: Account::new(token),
            switches: Switchboard::new(switches::SWITCHES),
            ledger,
            outbox: Outbox::default(),
            timer: Timer::default(),
            work_due_ms: None,
            chance,
            last_refusal: None,
        }
    }

    fn operate(&mut self, call: &Request, moment: &mut Moment) -> Answer {
        let found = self.account.operation(&call.path);
        let (operation, method) =
            found.ok_or_else(|| Refusal::new(Code::UnknownPath, format!("接口{}不存在", call.path)))?;
        if call.method != method {
            return Err(Refusal::new(Code::UnknownPath, format!("请使用{method}请求")));
        }
        if !self.account.admits(call) {
            return Err(Refusal::new(Code::BadToken, "token无效"));
        }
        if moment.conditions.throttled {
            return Err(Refusal::new(Code::Busy, "系统繁忙，请稍后再试"));
        }
        match operation {
            Operation::Create | Operation::Update => self.write(call, operation == Operation::Create, moment),
            Operation::Batch => self.batch(call, moment),
            Operation::ById => query::by_id(call, &self.ledger, &self.switches, moment.now_ms),
        }
    }

    fn write(&mut self, call: &Request, creates: bool, moment: &Moment) -> Answer {
        let bad = |what: String| Refusal::new(Code::BadRequest, what);
        let sent = form::read(call.header("Content-Type").unwrap_or_default(), &call.body).map_err(bad)?;
        let is_taken = match self.switches.value(switches::REQUEST_FORM) {
            Some("json") => sent.kind == form::Kind::Json,
            Some("xml") => sent.kind == form::Kind::Xml,
            Some("text") => sent.kind == form::Kind::Text,
            _ => true,
        };
        if !is_taken {
            return Err(bad("不支持的报文格式".into()));
        }
        if moment.conditions.locked && !creates {
            return Err(Refusal::new(Code::Locked, "单据正在被其他用户编辑"));
        }
        let (object, written) = self.turn(moment.now_ms, Origin::Interface, |turn| {
            let wanted = Wanted::read(turn, sent.value, sent.kind)?;
            let written = if creates { write::create(turn, &wanted) } else { write::update(turn, &wanted) };
            written.map(|written| (wanted.object, written))
        })?;
        if moment.conditions.timed_out {
            return Err(Refusal::new(Code::TimedOut, format!("{}处理超时", object.label)));
        }
        Ok(self.ids(&written))
    }

    /// `masterDataId` and `detailDataIds`.
    fn ids(&self, written: &Written) -> Value<'static> {
        let style = Style::of(&self.switches);
        let mut data = Map::new();
        data.push("masterDataId", style.id(&written.id));
        let mut details = Map::new();
        let way = self.switches.value(switches::DETAIL_IDS).unwrap_or_default();
        for (detail, ids) in &written.rows {
            match way {
                "scalars" => ids.iter().last().into_iter().for_each(|id| details.push(*detail, style.id(id))),
                "numbered" => {
                    ids.iter()
                        .zip(1..)
                        .for_each(|(id, n)| details.push(format!("{detail}{n}"), style.id(id)));
                }
                _ => details.push(*detail, ids.iter().map(|id| style.id(id)).collect::<Vec<_>>()),
            }
        }
        if way != "absent" {
            data.push("detailDataIds", details);
        }
        data.into()
    }

    fn batch(&mut self, call: &Request, moment: &mut Moment) -> Answer {
        let batch = Batch::read(call, &self.switches)?;
        if moment.conditions.shifting_pages {
            self.shift(&batch, moment);
        }
        let faults =
            PageFaults { repeats: moment.conditions.repeated_rows, miscounts: moment.conditions.wrong_total };
        let table = self.ledger.table(batch.object);
        Ok(batch.answer(table, &self.switches, moment.now_ms, faults, moment.chance))
    }

    /// Between two pages somebody saves a record of an earlier one, so that it leaves its place.
    fn shift(&mut self, batch: &Batch, moment: &mut Moment) {
        let rows = batch.rows(self.ledger.table(batch.object), &self.switches, moment.now_ms);
        let read = batch.offset.min(rows.len());
        if read == 0 {
            return;
        }
        let saved = rows[moment.chance.below(read as u64) as usize].clone();
        self.turn(moment.now_ms, Origin::Business, |turn| {
            turn.store(batch.object, saved.clone(), saved, true)
        });
    }

    /// One piece of work; what it changed is reported.
    fn turn<T>(&mut self, now_ms: i64, origin: Origin, work: impl FnOnce(&mut Turn) -> T) -> T {
        let mut turn =
            Turn { ledger: &mut self.ledger, switches: &self.switches, now_ms, origin, changes: Vec::new() };
        let result = work(&mut turn);
        let changes = turn.changes;
        self.report(changes, now_ms);
        result
    }

    /// Puts changes into the outbox.
    fn report(&mut self, changes: Vec<Change>, now_ms: i64) {
        let own_writes = self.switches.is(switches::PUSH_OWN_WRITES, "yes");
        for change in changes {
            if self.outbox.wants(change.object.name) && (own_writes || change.origin != Origin::Interface) {
                self.outbox.add(Snapshot::of(&change, &self.switches), now_ms);
            }
        }
    }

    /// Sets when the next piece of work is due.
    fn wind(&mut self, now_ms: i64) {
        let runs = self.timer.every_ms > 0 && self.timer.left > 0;
        self.work_due_ms = runs.then(|| now_ms.saturating_add(self.timer.every_ms));
    }

    /// Does the business that is due, each piece at its own time.
    fn pass(&mut self, now_ms: i64) {
        while let Some(due_ms) = self.work_due_ms.filter(|due_ms| *due_ms <= now_ms) {
            self.timer.left = self.timer.left.saturating_sub(1);
            self.work(due_ms);
            self.wind(due_ms);
        }
    }

    /// One piece of business; whether the ERP let it be done.
    fn work(&mut self, now_ms: i64) -> bool {
        let mut chance = self.chance.clone();
        let done = self.turn(now_ms, Origin::Business, |turn| business::work(turn, &mut chance));
        self.chance = chance;
        done.is_ok()
    }
}

impl StandIn for StandardErp {
    fn system(&self) -> &'static str {
        "standard-erp"
    }

    fn answer(&mut self, call: &Request, moment: &mut Moment) -> Reply {
        self.pass(moment.now_ms);
        let answer = self.operate(call, moment);
        self.last_refusal = answer.as_ref().err().map(|refusal| refusal.code);
        let mut reply = answer::reply(&self.switches, answer);
        if moment.conditions.wrong_content_type {
            answer::mislabel(&mut reply, moment.chance);
        }
        reply
    }

    fn changes(&self, call: &Request) -> bool {
        call.method == "POST"
    }

    /// The code of the call that was answered last: the forms of answers are many.
    fn refusal(&self, _: &Reply) -> Option<String> {
        self.last_refusal.map(|code| (code as u32).to_string())
    }

    fn connection(&self, base: &str) -> serde_json::Value {
        let objects: Vec<&str> = OBJECTS.iter().map(|object| object.name).collect();
        serde_json::json!({ "base_url": base, "token": self.account.token, "objects": objects })
    }

    fn switches(&self) -> Vec<Switch> {
        self.switches.list()
    }

    fn switch(&self, name: &str) -> Option<&'static str> {
        self.switches.value(name)
    }

    fn set_switch(&mut self, name: &str, value: &str) -> bool {
        self.switches.set(name, value)
    }

    fn take_outgoing(&mut self, now_ms: i64) -> Vec<Outgoing> {
        self.pass(now_ms);
        self.outbox.take(now_ms, &self.switches)
    }

    fn next_outgoing(&self) -> Option<i64> {
        [self.outbox.next_due(), self.work_due_ms].into_iter().flatten().min()
    }

    fn outgoing_answered(&mut self, number: u64, now_ms: i64, answer: Option<&Reply>) {
        self.outbox.answered(number, now_ms, answer);
    }

    fn control(
        &mut self,
        path: &str,
        body: &serde_json::Value,
        moment: &mut Moment,
    ) -> Option<serde_json::Value> {
        self.pass(moment.now_ms);
        control::control(self, path, body, moment.now_ms)
    }
}
