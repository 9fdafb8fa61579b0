//! The ERP's outbox: what waits to be pushed, what is under way, and what became of the rest.
//!
//! The changes of one record go one after the other, whatever becomes of those of others. A call that is not answered
//! `s106240000` is repeated, each record of it by itself or with others.

use std::collections::{BTreeMap, BTreeSet};

use model::{Value, json};
use serde_json::json;

use super::{Setting, Snapshot, message};
use crate::stand_in::{Outgoing, Reply};
use crate::state;
use crate::switchboard::Switchboard;

/// What the receiver answers when it has taken something.
const TAKEN: &str = "s106240000";

/// The longest time between two tries.
const LONGEST_MS: i64 = 60_000;

/// How much of an answer is kept for the administrator to read, in characters.
const KEPT_ANSWER: usize = 200;

/// A change that was not taken yet.
#[derive(Debug, Clone)]
struct Entry {
    snapshot: Snapshot,
    changed_ms: i64,
    due_ms: i64,
    tries: u32,
    last_answer: String,
}

#[derive(Default)]
pub struct Outbox {
    setting: Setting,
    /// By their number, which is the order of the changes.
    waiting: BTreeMap<u64, Entry>,
    /// By the number of the call.
    under_way: BTreeMap<u64, BTreeMap<u64, Entry>>,
    given_up: BTreeMap<u64, Entry>,
    changes: u64,
    calls: u64,
    accepted: BTreeMap<&'static str, u64>,
    repeated: u64,
}

impl Outbox {
    /// The setting with its counts. `accepted` is how many changes of each object were taken.
    pub fn show(&self) -> serde_json::Value {
        let mut shown = json!(self.setting);
        let under_way: usize = self.under_way.values().map(BTreeMap::len).sum();
        let counts = json!({ "waiting": self.waiting.len() + under_way, "calls": self.calls,
            "accepted": self.accepted, "repeated": self.repeated, "given_up": self.given_up.len() });
        if let (Some(shown), serde_json::Value::Object(counts)) = (shown.as_object_mut(), counts) {
            shown.extend(counts);
        }
        shown
    }

    /// Changes the setting; an `error` when a name or value is wrong.
    pub fn change(&mut self, sent: &serde_json::Value) -> serde_json::Value {
        let mut setting = self.setting.clone();
        let answer = state::change(&mut setting, sent);
        if answer.get("error").is_some() {
            return answer;
        }
        if setting.records == 0 || setting.at_once == 0 || setting.tries == 0 || setting.retry_ms < 1 {
            return json!({ "error": "records, at_once, tries and retry_ms are at least 1" });
        }
        self.setting = setting;
        self.show()
    }

    /// What waits, is under way and was given up, one line each.
    pub fn list(&self) -> serde_json::Value {
        let waiting = self.waiting.values().map(|entry| ("waiting", entry));
        let under_way = self.under_way.values().flat_map(BTreeMap::values).map(|entry| ("under_way", entry));
        let given_up = self.given_up.values().map(|entry| ("given_up", entry));
        waiting
            .chain(under_way)
            .chain(given_up)
            .map(|(state, entry)| {
                json!({ "state": state, "object": entry.snapshot.object.name, "id": entry.snapshot.id,
                    "number": entry.snapshot.number, "void": entry.snapshot.is_void(), "tries": entry.tries,
                    "changed_ms": entry.changed_ms, "due_ms": entry.due_ms, "last_answer": entry.last_answer })
            })
            .collect()
    }

    /// Lets everything that was given up be sent again.
    pub fn resend(&mut self, now_ms: i64) -> usize {
        let given_up = std::mem::take(&mut self.given_up);
        let count = given_up.len();
        let renewed = |(n, entry)| (n, Entry { tries: 0, due_ms: now_ms, ..entry });
        self.waiting.extend(given_up.into_iter().map(renewed));
        count
    }

    /// Whether changes of an object are pushed.
    pub fn wants(&self, object: &str) -> bool {
        let objects = &self.setting.objects;
        !self.setting.url.is_empty() && (objects.is_empty() || objects.iter().any(|wanted| wanted == object))
    }

    pub fn add(&mut self, snapshot: Snapshot, now_ms: i64) {
        self.changes += 1;
        let entry =
            Entry { snapshot, changed_ms: now_ms, due_ms: now_ms, tries: 0, last_answer: String::new() };
        self.waiting.insert(self.changes, entry);
    }

    /// When the next call is due; `None` while nothing may be sent.
    pub fn next_due(&self) -> Option<i64> {
        if self.setting.url.is_empty() || self.under_way.len() >= self.setting.at_once {
            return None;
        }
        let mut busy = self.records_under_way();
        let mut earliest = None;
        for entry in self.waiting.values() {
            if !busy.insert(record(entry)) {
                continue;
            }
            earliest = Some(earliest.map_or(entry.due_ms, |due: i64| due.min(entry.due_ms)));
            // What was never sent is due already: nothing can be earlier than now.
            if entry.tries == 0 {
                break;
            }
        }
        earliest
    }

    /// The calls that are due.
    pub fn take(&mut self, now_ms: i64, switches: &Switchboard) -> Vec<Outgoing> {
        let mut taken = Vec::new();
        for numbers in self.plan(now_ms, switches) {
            let mut entries: BTreeMap<u64, Entry> =
                numbers.into_iter().filter_map(|n| Some((n, self.waiting.remove(&n)?))).collect();
            entries.values_mut().for_each(|entry| entry.tries += 1);
            let records: Vec<&Snapshot> = entries.values().map(|entry| &entry.snapshot).collect();
            let Some(message) = message(&self.setting, switches, &records, now_ms) else { continue };
            self.calls += 1;
            let (number, url) = (self.calls, self.setting.url.clone());
            let patience_ms = self.setting.patience_ms;
            taken.push(Outgoing { number, url, headers: message.headers, body: message.body, patience_ms });
            self.under_way.insert(number, entries);
        }
        taken
    }

    /// Which entries go in which call: of each record only the earliest, and together only those of one object and one
    /// `operationType`.
    fn plan(&self, now_ms: i64, switches: &Switchboard) -> Vec<Vec<u64>> {
        if self.setting.url.is_empty() {
            return Vec::new();
        }
        let room = self.setting.at_once.saturating_sub(self.under_way.len());
        let mut busy = self.records_under_way();
        let most = |object: &str| match self.setting.is_standard(switches, object) {
            true => 1,
            false => self.setting.records,
        };
        let mut groups: Vec<(&str, Option<&str>, Vec<u64>)> = Vec::new();
        for (number, entry) in &self.waiting {
            if !busy.insert(record(entry)) || entry.due_ms > now_ms {
                continue;
            }
            let object = entry.snapshot.object.name;
            let operation = entry.snapshot.operation_type(switches);
            let open = groups.iter().position(|(of, with, numbers)| {
                *of == object && *with == operation && numbers.len() < most(object)
            });
            match open {
                Some(at) => groups[at].2.push(*number),
                None if groups.len() < room => groups.push((object, operation, vec![*number])),
                None if groups.iter().all(|(of, _, numbers)| numbers.len() >= most(of)) => break,
                None => {}
            }
        }
        groups.into_iter().map(|(.., numbers)| numbers).collect()
    }

    fn records_under_way(&self) -> BTreeSet<(&'static str, &str)> {
        self.under_way.values().flat_map(BTreeMap::values).map(record).collect()
    }

    /// What came back of a call; `None` when nothing did.
    pub fn answered(&mut self, number: u64, now_ms: i64, answer: Option<&Reply>) {
        let Some(entries) = self.under_way.remove(&number) else { return };
        let is_taken = answer.is_some_and(says_taken);
        for (n, mut entry) in entries {
            if is_taken {
                *self.accepted.entry(entry.snapshot.object.name).or_default() += 1;
                continue;
            }
            entry.last_answer = answer.map_or_else(|| "没有应答".into(), abridged);
            if entry.tries >= self.setting.tries {
                self.given_up.insert(n, entry);
                continue;
            }
            let doublings = (entry.tries - 1).min(16);
            let pause_ms = self
                .setting
                .retry_ms
                .saturating_mul(1 << doublings)
                .min(LONGEST_MS.max(self.setting.retry_ms));
            entry.due_ms = now_ms.saturating_add(pause_ms);
            self.repeated += 1;
            self.waiting.insert(n, entry);
        }
    }
}

fn record(entry: &Entry) -> (&'static str, &str) {
    (entry.snapshot.object.name, &entry.snapshot.id)
}

fn says_taken(reply: &Reply) -> bool {
    let body = json::read_bytes(&reply.body).ok();
    let code = body.as_ref().and_then(|body| body.get("errCode")).and_then(Value::as_text);
    reply.status == 200 && code == Some(TAKEN)
}

fn abridged(reply: &Reply) -> String {
    let text: String = String::from_utf8_lossy(&reply.body).chars().take(KEPT_ANSWER).collect();
    format!("HTTP {} {text}", reply.status)
}
