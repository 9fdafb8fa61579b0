//! What stands in the one system of the tests, and how it answers.

use std::collections::{BTreeMap, VecDeque};

use contract::connector::{DerivedRow, Found, Person, PushRules, Receipt, Refusal};
use model::{AnswerClass, Cause, Timestamp, Value, json};

use crate::filing::Filing;
use crate::rows;
use crate::system::map;

/// What stands in the system, and how it answers.
#[derive(Default)]
pub struct Desk {
    pub tables: BTreeMap<String, BTreeMap<String, Found>>,
    /// Every write that was carried out: action, object, document.
    pub writes: Vec<(String, String, String)>,
    /// Contents of the notices that were accepted.
    pub notices: Vec<String>,
    /// What becomes of the next notices; people get them when nothing is said.
    pub receipts: VecDeque<Receipt>,
    /// Every reading by ids: when, object, ids.
    pub gets: Vec<(Timestamp, String, Vec<String>)>,
    /// Whether each plan was asked for as after a wait; the plans that are refused for what a search does not show yet.
    pub plans: Vec<bool>,
    pub lags: bool,
    /// Whether what it refuses for now is about the one record.
    pub is_of_record: bool,
    /// Cannot tell what its objects are like.
    pub is_strange: bool,
    /// Whether it does not tell who works there: the call for it is sent, and nobody answers.
    pub hides_people: bool,
    /// Every look-up: the object, and how many keys were asked for.
    pub lookups: Vec<(String, usize)>,
    /// Whether a create of what is to be audited is followed by the audit at once.
    pub splits_creates: bool,
    /// Whether an update puts a record under approval.
    pub asks_for_approval: bool,
    /// How many of the next audits are answered as done, and are not.
    pub audits_in_name: usize,
    /// Whether searches show no record yet; readings by ids do.
    pub searches_lag: bool,
    /// Whether it has no look-up at all.
    pub looks_nothing_up: bool,
    /// How many of the next readings by ids of an object show nothing yet.
    pub hidden: BTreeMap<String, usize>,
    /// Who works there, and how often they were asked for.
    pub people: Vec<Person>,
    pub people_asked: usize,
    /// How often a receipt was asked for.
    pub receipts_asked: usize,
    /// Answers to the next writes and notices of an object; a write with an unknown answer is carried out.
    pub refusals: BTreeMap<String, VecDeque<AnswerClass>>,
    /// What becomes of each next write of an object; `None` answers as always.
    pub answers: BTreeMap<String, VecDeque<Option<AnswerClass>>>,
    /// Whether a refused unknown write is carried out after all.
    pub loses_writes: bool,
    /// Every count, page and reading by ids.
    pub asked: Vec<String>,
    /// Whether it can be asked for what has a text in a field, and whether it refuses that.
    pub narrows: Option<bool>,
    /// How many records each page leaves out without saying so.
    pub left_out: usize,
    /// Whether the next pages are refused.
    pub refused_pages: VecDeque<bool>,
    pub password: String,
    /// Whether it cannot tell what was derived from what.
    pub tells_no_derived: bool,
    /// By document: the rows that were derived.
    pub derived_rows: Vec<(String, DerivedRow)>,
    /// After so many writes the next answer never comes: whoever waits for it is dropped.
    pub hangs_after: Option<usize>,
    /// What hangs at records.
    pub filing: Filing,
    /// Whether pushes that could not be understood can be now.
    pub mended: bool,
    /// How it pushes to us, where it does.
    pub pushes: Option<PushRules>,
    /// The password of the connection at the last call.
    pub password_seen: String,
}

impl Desk {
    pub fn save(&mut self, object: &str, id: &str, body: &str, now: Timestamp) {
        let body = map(body);
        let number = body.get("no").and_then(|no| no.plain()).map(|no| no.into_owned());
        let name = body.get("name").and_then(|name| name.plain()).map(|name| name.into_owned());
        let found = Found {
            id: id.into(),
            number,
            name,
            version: Some(now.0),
            status: None,
            void: false,
            body,
            closed: None,
        };
        let table = self.tables.entry(object.into()).or_default();
        let (closed, status) = match table.get(id) {
            Some(before) => (before.closed, before.status.clone()),
            None => (None, None),
        };
        table.insert(id.into(), Found { closed, status, ..found });
    }

    /// Somebody voids a record: its state says so.
    pub fn void(&mut self, object: &str, id: &str, now: Timestamp) {
        let found = self.tables.get_mut(object).and_then(|table| table.get_mut(id)).unwrap();
        found.void = true;
        found.version = Some(now.0);
        found.body.set("state", "invalid");
    }

    /// The contents of a table, by id.
    pub fn table(&self, object: &str) -> Vec<String> {
        let rows = self.tables.get(object).into_iter().flatten();
        rows.map(|(_, found)| json::write(&Value::Map(found.body.borrow()))).collect()
    }

    /// A record as it is read: rows that are records of their own among its fields.
    pub fn found(&self, object: &str, id: &str) -> Option<Found> {
        let mut found = self.tables.get(object)?.get(id)?.clone();
        if let Some(rows) = rows::of_document(self, object, id) {
            found.body.set(rows::LIST, rows);
        }
        Some(found)
    }

    pub fn hangs(&self) -> bool {
        self.hangs_after.is_some_and(|writes| self.writes.len() >= writes)
    }

    pub fn refusal(&mut self, object: &str) -> Option<Refusal> {
        let answer = self.answers.get_mut(object).and_then(VecDeque::pop_front).flatten();
        let refused = || self.refusals.get_mut(object).and_then(VecDeque::pop_front);
        let class = answer.or_else(refused)?;
        Some(Refusal::new(class, Cause::new("box.refused")))
    }
}
