//! The one system of the tests: tables in memory, and what it answers on a dial.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use contract::connector::{
    Announcement, Bulletin, CallReply, Connector, CountAsk, Derived, DerivedRow, Description, DetailLines,
    Done, Event, Facts, Field, File, FileEntry, FilePlace, FileSide, Finding, Found, IncomingCall, Limits,
    LookupAsk, Notice, ObjectFacts, Page, PageAsk, PeopleAsk, Person, PlanAsk, PushRules, PushedBill,
    PushedRecord, Receipt, Refusal, Verified, unsupported,
};
use contract::transport::Call;
use contract::wire::Wire;
use model::connection::Connection;
use model::step::{Action, Step};
use model::{AnswerClass, Cause, Map, Timestamp, Value, json};

use crate::deriving;
use crate::desk::Desk;
use crate::filing;
use crate::pushing;
use crate::rows::{self, step};

pub fn map(text: &str) -> Map<'static> {
    match json::read(text).unwrap().into_owned() {
        Value::Map(map) => map,
        _ => panic!("no map: {text}"),
    }
}

pub struct System(pub Arc<Mutex<Desk>>);

impl System {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.0.lock().unwrap()
    }

    fn carry_out(&self, wire: &dyn Wire, step: &Step) -> Result<Done, Refusal> {
        let mut desk = self.desk();
        let refusal = desk.refusal(&step.object);
        if refusal.as_ref().is_some_and(|refusal| refusal.class != AnswerClass::Unknown || desk.loses_writes)
        {
            return Err(refusal.expect("it is some"));
        }
        desk.writes.push((step.action.name().to_owned(), step.object.clone(), step.document.clone()));
        let id = step.id.clone().unwrap_or_else(|| format!("T{}", desk.writes.len()));
        if let Action::Transition(name) = &step.action {
            let in_name = name == "audit" && desk.audits_in_name > 0;
            desk.audits_in_name -= usize::from(in_name);
            let found = desk.tables.get_mut(&step.object).and_then(|table| table.get_mut(&id));
            let found = found.expect("what is closed or voided is there");
            match &**name {
                "audit" if in_name => found.status = Some("saved".into()),
                "forbid" => found.void = true,
                "audit" => found.status = Some("audited".into()),
                "unaudit" => found.status = Some("saved".into()),
                name => found.closed = Some(name == "close"),
            }
        } else if step.action == Action::Derive {
            deriving::carry_out(&mut desk, step, &id, wire.clock().now())?;
        } else if step.action == Action::Delete {
            desk.tables.entry(step.object.clone()).or_default().remove(&id);
        } else {
            let before = desk.tables.get(&step.object).and_then(|table| table.get(&id));
            let mut body = before.map_or_else(Map::new, |found| found.body.clone());
            map(&step.document).into_iter().for_each(|(name, value)| body.set(name, value));
            let now = wire.clock().now();
            rows::store(&mut desk, &step.object, &id, &mut body, now);
            desk.save(&step.object, &id, &json::write(&Value::Map(body)), now);
            if desk.asks_for_approval && step.action == Action::Update {
                let saved = desk.tables.get_mut(&step.object).and_then(|table| table.get_mut(&id));
                saved.expect("it was saved").status = Some("in_change".into());
            }
        }
        match refusal {
            Some(refusal) => Err(refusal),
            None => Ok(Done { id: Some(id.clone()), number: Some(id) }),
        }
    }
}

fn is_audited(found: &Found) -> bool {
    found.status.as_deref() == Some("audited")
}

#[async_trait]
impl Connector for System {
    fn name(&self) -> &str {
        "box"
    }

    fn facts(&self, _: &Connection) -> Facts {
        Facts {
            settle_window: Duration::from_secs(10),
            overlap: Duration::from_secs(10),
            within: Duration::from_secs(5),
            page: 50,
            batch: 1,
            lookup: 50,
            limits: Limits { rates: Vec::new(), each_operation: false, at_once: 4, daily: None },
            notice_dedupe: false,
        }
    }

    fn object(&self, _: &Connection, _: &str) -> ObjectFacts {
        ObjectFacts {
            id: "_id".into(),
            number: Some("no".into()),
            name: Some("name".into()),
            version: None,
            by_time: true,
            statuses: vec!["saved".into(), "audited".into()],
            personal: vec!["mobile".into()],
        }
    }

    fn knows_its_objects(&self) -> bool {
        !self.desk().is_strange
    }

    fn is_of_record(&self, _: &Cause) -> bool {
        self.desk().is_of_record
    }

    fn push_rules(&self, _: &Connection) -> Option<PushRules> {
        self.desk().pushes.clone()
    }

    fn check_push(&self, body: &[u8]) -> Result<(), Cause> {
        json::read_bytes(body).map(|_| ()).map_err(|_| Cause::new("box.no_json"))
    }

    fn pushed(&self, _: &Connection, bill: PushedBill<'_>) -> Result<Vec<PushedRecord>, Cause> {
        pushing::records(&bill, self.desk().mended)
    }

    fn standing(&self, _: &str) -> Vec<(String, Value<'static>)> {
        vec![("state".into(), Value::text("normal"))]
    }

    async fn people(&self, wire: &dyn Wire, ask: &PeopleAsk<'_>) -> Result<Vec<Person>, Refusal> {
        let hides = {
            let mut desk = self.desk();
            desk.people_asked += 1;
            desk.hides_people
        };
        if hides {
            wire.send(Call::get("people", "http://box/people")).await?;
        }
        let desk = self.desk();
        let is_asked = |person: &&Person| ask.ids.is_none_or(|ids| ids.contains(&person.id));
        Ok(desk.people.iter().filter(is_asked).cloned().collect())
    }

    async fn check(&self, _: &dyn Wire) -> Vec<Finding> {
        Vec::new()
    }

    async fn describe(&self, _: &dyn Wire, object: Option<&str>) -> Result<Vec<Description>, Refusal> {
        let field = |name: &str, read_only| Field { name: name.into(), read_only, ..Field::default() };
        let fields = vec![field("no", false), field("name", false), field("fixed", true)];
        Ok(vec![Description { object: object.unwrap_or_default().into(), fields, ..Description::default() }])
    }

    fn narrowed(&self, filter: Option<&str>, equal: &[(String, String)]) -> Option<String> {
        assert!(filter.is_none(), "no flow of these tests has one together with a condition");
        let (field, value) = equal.first()?;
        self.desk().narrows.map(|_| format!("{field}={value}"))
    }

    async fn page(&self, wire: &dyn Wire, ask: &PageAsk<'_>) -> Result<Page, Refusal> {
        let mut desk = self.desk();
        desk.asked.push(format!("page {}", ask.object));
        let secret = wire.connection().secrets.first();
        desk.password_seen = secret.map(|(_, secret)| secret.reveal().to_owned()).unwrap_or_default();
        if desk.refused_pages.pop_front().unwrap_or_default() {
            return Err(Refusal::new(AnswerClass::Transient, Cause::new("box.refused")));
        }
        let asked = ask.filter.and_then(|filter| filter.split_once('='));
        if asked.is_some() && desk.narrows == Some(false) {
            return Err(Refusal::new(AnswerClass::Rejected, Cause::new("box.refused")));
        }
        let has =
            |found: &&Found| asked.is_none_or(|(field, value)| found.body.get(field) == Some(&value.into()));
        let span = ask.from.0..=ask.to.0;
        let is_next = |found: &Found| ask.after.is_none_or(|after| found.id.as_str() > after);
        let changed =
            |found: &&Found| is_next(found) && found.version.is_some_and(|version| span.contains(&version));
        let known =
            desk.tables.get(ask.object).into_iter().flat_map(BTreeMap::values).filter(changed).filter(has);
        let only = |found: &Found| Found {
            body: (found.body.iter())
                .filter(|(name, _)| ask.fields.iter().any(|field| field == name))
                .map(|(name, value)| (name.to_owned().into(), value.clone().into_owned()))
                .collect(),
            ..found.clone()
        };
        let found: Vec<Found> = known.take(ask.size).map(only).collect();
        let next = found.last().filter(|_| found.len() == ask.size).map(|last| last.id.clone());
        let found = found.into_iter().skip(desk.left_out).collect();
        Ok(Page { found, next })
    }

    async fn get(
        &self,
        wire: &dyn Wire,
        object: &str,
        ids: &[String],
        _: &[String],
    ) -> Result<Vec<Found>, Refusal> {
        let mut desk = self.desk();
        desk.asked.push(format!("get {object}"));
        desk.gets.push((wire.clock().now(), object.to_owned(), ids.to_vec()));
        if let Some(left) = desk.hidden.get_mut(object).filter(|left| **left > 0) {
            *left -= 1;
            return Ok(Vec::new());
        }
        Ok(ids.iter().filter_map(|id| desk.found(object, id)).collect())
    }

    async fn count(&self, _: &dyn Wire, ask: &CountAsk<'_>) -> Result<u64, Refusal> {
        let mut desk = self.desk();
        desk.asked.push(format!("count {}", ask.object));
        let span = ask.from.0..=ask.to.0;
        let table = desk.tables.get(ask.object).into_iter().flat_map(BTreeMap::values);
        Ok(table.filter(|found| found.version.is_some_and(|version| span.contains(&version))).count() as u64)
    }

    async fn lookup(&self, _: &dyn Wire, ask: &LookupAsk<'_>) -> Result<Vec<Vec<Found>>, Refusal> {
        let mut desk = self.desk();
        if desk.looks_nothing_up {
            return Err(unsupported("lookup"));
        }
        desk.lookups.push((ask.object.to_owned(), ask.keys.len()));
        if desk.searches_lag {
            return Ok(vec![Vec::new(); ask.keys.len()]);
        }
        let has = |found: &&Found, key: &[String]| {
            let is = |(field, value): (&String, &String)| {
                found.body.get(field).and_then(|found| found.plain()).as_deref() == Some(value.as_str())
            };
            ask.by.iter().zip(key).all(is)
        };
        let hits = |key: &Vec<String>| {
            let table = desk.tables.get(ask.object).into_iter().flat_map(BTreeMap::values);
            let hits = table.filter(|found| has(found, key));
            hits.filter_map(|found| desk.found(ask.object, &found.id)).collect()
        };
        Ok(ask.keys.iter().map(hits).collect())
    }

    fn plan(&self, ask: &PlanAsk<'_>) -> Result<Vec<Step>, Refusal> {
        {
            let mut desk = self.desk();
            desk.plans.push(ask.waited);
            if desk.lags && !ask.waited {
                return Err(Refusal::new(AnswerClass::Transient, Cause::new("box.not_shown")));
            }
        }
        let Some(observed) = ask.observed else {
            if let Some(parent) = ask.derived {
                return Ok(vec![deriving::plan(ask.object, parent)]);
            }
            let create = step(Action::Create, ask.object, None, ask.create);
            let audit = || step(Action::Transition("audit".into()), ask.object, None, &Map::new());
            let is_audited = self.desk().splits_creates && ask.status == Some("audited");
            return Ok(std::iter::once(create).chain(is_audited.then(audit)).collect());
        };
        if let Some(transition) = ask.void {
            let action = Action::Transition(transition.into());
            let voiding = step(action, ask.object, Some(&observed.id), &Map::new());
            return Ok(if observed.void { Vec::new() } else { vec![voiding] });
        }
        let mut changed: Map = (ask.mapped.iter())
            .filter(|(name, _)| ask.changed.iter().any(|changed| changed == name))
            .map(|(name, value)| (name.into(), value.borrow()))
            .collect();
        let mut steps = rows::plan(ask, observed, &mut changed);
        if !changed.is_empty() {
            steps.insert(0, step(Action::Update, ask.object, Some(&observed.id), &changed));
        }
        // What is audited takes no change.
        let transition =
            |name: &str| step(Action::Transition(name.into()), ask.object, Some(&observed.id), &Map::new());
        if is_audited(observed) && !steps.is_empty() {
            steps.insert(0, transition("unaudit"));
        }
        let wants = is_audited(observed) || ask.status == Some("audited");
        if wants && (!is_audited(observed) || !steps.is_empty()) {
            steps.push(transition("audit"));
        }
        // So does what is closed.
        let is_closed = observed.closed == Some(true);
        let wants_closed = ask.closed.unwrap_or(is_closed);
        let opens = is_closed && !steps.is_empty();
        if opens {
            steps.insert(0, transition("open"));
        }
        if wants_closed != (is_closed && !opens) {
            steps.push(transition(if wants_closed { "close" } else { "open" }));
        }
        Ok(steps)
    }

    fn rows(
        &self,
        _: &Connection,
        _: &str,
        lines: &DetailLines,
        mapped: &[Value<'_>],
        observed: &Found,
    ) -> Vec<Option<String>> {
        rows::standing_for(lines, mapped, observed)
    }

    fn accomplished(&self, step: &Step, observed: &Found) -> bool {
        if step.action == Action::Derive {
            return deriving::accomplished(step, observed);
        }
        if let Action::Transition(name) = &step.action {
            match &**name {
                "forbid" => return observed.void,
                "audit" | "unaudit" => return (name == "audit") == is_audited(observed),
                _ => {}
            }
            return observed.closed == Some(name == "close");
        }
        match step.row_of {
            Some(_) => rows::accomplished(step, observed),
            None => map(&step.document).iter().all(|(name, value)| match name == rows::LIST {
                true => rows::hold(observed, value),
                false => observed.body.get(name) == Some(value),
            }),
        }
    }

    async fn derived(
        &self,
        _: &dyn Wire,
        object: &str,
        from: &Derived,
        _: &[String],
    ) -> Result<Vec<Found>, Refusal> {
        let desk = self.desk();
        match desk.tells_no_derived {
            true => Err(unsupported("derived")),
            false => Ok(deriving::of_parent(&desk, object, &from.id)),
        }
    }

    async fn derived_rows(
        &self,
        _: &dyn Wire,
        _: &str,
        id: &str,
        _: &str,
    ) -> Result<Vec<DerivedRow>, Refusal> {
        let desk = self.desk();
        match desk.tells_no_derived {
            true => Err(unsupported("derived_rows")),
            false => {
                Ok(desk.derived_rows.iter().filter(|(of, _)| of == id).map(|(_, row)| row.clone()).collect())
            }
        }
    }

    fn refuses_files(&self, _: &Connection, field: Option<&str>, _: FileSide) -> Option<Cause> {
        (field == Some("fixed")).then(|| unsupported("files").cause)
    }

    fn held_files(&self, value: &Value<'_>) -> Vec<FileEntry> {
        filing::held(value)
    }

    async fn files(&self, _: &dyn Wire, place: &FilePlace<'_>) -> Result<Vec<FileEntry>, Refusal> {
        self.desk().filing.files(place)
    }

    async fn fetch<'c>(&'c self, _: &'c dyn Wire, file: &FileEntry, most: u64) -> Result<File<'c>, Refusal> {
        self.desk().filing.fetch(file, most)
    }

    async fn attach(&self, _: &dyn Wire, place: &FilePlace<'_>, file: File<'_>) -> Result<String, Refusal> {
        let attached = filing::attach(&self.0, place, file).await;
        if self.desk().hangs() {
            std::future::pending::<()>().await;
        }
        attached
    }

    async fn step(&self, wire: &dyn Wire, steps: &[Step]) -> Vec<Result<Done, Refusal>> {
        let done = steps.iter().map(|step| self.carry_out(wire, step)).collect();
        if self.desk().hangs() {
            std::future::pending::<()>().await;
        }
        done
    }

    async fn preview(&self, _: &dyn Wire, steps: &[Step]) -> Result<Vec<(String, String)>, Refusal> {
        Ok(steps.iter().map(|step| (step.action.name().to_owned(), step.document.clone())).collect())
    }

    fn announcement(&self, bulletin: &Bulletin<'_>) -> Option<Announcement> {
        let mut document = Map::new();
        document.push("text", bulletin.text.to_owned());
        document.push("body", bulletin.body.to_owned());
        document.push("users", bulletin.users.join(","));
        Some(Announcement { object: "alert", document })
    }

    async fn notify(&self, _: &dyn Wire, notice: &Notice<'_>) -> Result<String, Refusal> {
        let mut desk = self.desk();
        if let Some(refusal) = desk.refusal(notice.object) {
            return Err(refusal);
        }
        desk.notices.push(json::write(&Value::Map(notice.document.borrow())));
        Ok(format!("R{}", desk.notices.len()))
    }

    async fn receipt(&self, _: &dyn Wire, _: &str) -> Result<Receipt, Refusal> {
        let mut desk = self.desk();
        desk.receipts_asked += 1;
        Ok(desk.receipts.pop_front().unwrap_or(Receipt::Received))
    }

    /// Trusts whoever says `object id` for each record, one a line; the first line tells the call from others.
    fn verify(&self, _: &Connection, call: &IncomingCall<'_>, now: Timestamp) -> Result<Verified, Refusal> {
        let text = String::from_utf8(call.body.to_vec()).unwrap();
        let (once, lines) = text.split_once('\n').ok_or_else(|| Cause::new("box.forged"))?;
        let event = |line: &str| {
            let (object, id) = line.split_once(' ').unwrap();
            Event { object: object.into(), id: id.into(), operation: "update".into() }
        };
        Ok(Verified {
            events: lines.lines().map(event).collect(),
            once: Some(once.into()),
            good_until: now + Duration::from_secs(500),
            reply: CallReply { content_type: "text/plain", body: "success".into() },
        })
    }

    async fn person(&self, _: &dyn Wire, _: &str) -> Result<Option<String>, Refusal> {
        Err(unsupported("person"))
    }
}
