//! 事件变更订阅: the events that the CRM reports to a subscriber, signed and encrypted (`protocols/fxiaoke.md` §8).
//!
//! What people do at the screens is always reported, writes through the interface only when the subscription asks for
//! them. An event that is not taken is sent once more, and then lost. The schema of an event is not public; the one
//! here is made up (§8.2).

mod cipher;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use crate::stand_in::{Chance, Outgoing, Reply};
use crate::state;
pub use cipher::Key;

/// How long a subscriber may take (§8.1).
const PATIENCE_MS: u64 = 3_000;

/// How long after the first try the second one follows.
const RETRY_MS: i64 = 3_000;

/// How often an event is sent at most.
const TRIES: u32 = 2;

/// 事件回调设置. Read and changed at `/_sandbox/fxiaoke/callback`; a change names only what it changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Subscription {
    /// Where events go (`http://…`); empty: nowhere.
    pub url: String,
    /// What signatures are made with.
    pub token: String,
    /// 32 bytes in base64, with or without the `=` at its end.
    pub encoding_aes_key: String,
    /// Report writes through the interface, too.
    pub api_writes: bool,
    /// Only these objects; empty: all.
    pub objects: Vec<String>,
}

/// What happened to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub object: &'static str,
    pub id: String,
    /// `create`, `update`, `invalid`, `recover`, `delete`.
    pub operation: &'static str,
    pub operator: String,
    pub at_ms: i64,
}

/// Events on their way, and what became of the others.
#[derive(Default)]
pub struct Callbacks {
    subscription: Subscription,
    key: Option<Key>,
    /// By the moment at which they are due, then in their order.
    waiting: BTreeMap<(i64, u64), Event>,
    /// Sent and not yet answered.
    sent: BTreeMap<u64, Event>,
    made: u64,
    delivered: u64,
    lost: u64,
}

struct Event {
    text: String,
    /// 16 random bytes before the text, and the nonce beside it.
    random: [u8; 16],
    nonce: String,
    tries: u32,
}

impl Callbacks {
    /// The subscription with its counts.
    pub fn show(&self) -> Value {
        let mut shown = json!(self.subscription);
        let counts = json!({ "waiting": self.waiting.len() + self.sent.len(), "delivered": self.delivered, "lost": self.lost });
        if let (Some(shown), Value::Object(counts)) = (shown.as_object_mut(), counts) {
            shown.extend(counts);
        }
        shown
    }

    /// Changes the subscription; an `error` when the key is none of 32 bytes.
    pub fn change(&mut self, sent: &Value) -> Value {
        let mut subscription = self.subscription.clone();
        let answer = state::change(&mut subscription, sent);
        if answer.get("error").is_some() {
            return answer;
        }
        let key = Key::read(&subscription.encoding_aes_key);
        if key.is_none() && !subscription.url.is_empty() {
            return json!({ "error": "encoding_aes_key is not the base64 of 32 bytes" });
        }
        (self.subscription, self.key) = (subscription, key);
        self.show()
    }

    /// Whether anybody subscribed.
    pub fn is_wanted(&self) -> bool {
        !self.subscription.url.is_empty()
    }

    /// Queues an event for each change, if somebody subscribed to it.
    pub fn report(&mut self, changes: Vec<Change>, by_interface: bool, ea: &str, chance: &mut Chance) {
        if !self.is_wanted() || by_interface && !self.subscription.api_writes {
            return;
        }
        let wanted = &self.subscription.objects;
        for change in changes {
            if !wanted.is_empty() && !wanted.iter().any(|object| object == change.object) {
                continue;
            }
            let text = json!({ "ea": ea, "objectApiName": change.object, "dataId": change.id,
                "op": change.operation, "operator": change.operator, "time": change.at_ms });
            let mut random = [0; 16];
            random.fill_with(|| chance.below(256) as u8);
            let event = Event { text: text.to_string(), random, nonce: chance.hex(10), tries: 0 };
            self.made += 1;
            self.waiting.insert((change.at_ms, self.made), event);
        }
    }

    /// When the next event is due.
    pub fn next_due(&self) -> Option<i64> {
        self.waiting.first_key_value().map(|((due_ms, _), _)| *due_ms)
    }

    /// The events that are due, as they are posted at that moment.
    pub fn take(&mut self, now_ms: i64, framed: bool) -> Vec<Outgoing> {
        let mut taken = Vec::new();
        while let Some(first) = self.waiting.first_entry().filter(|first| first.key().0 <= now_ms) {
            let ((_, number), mut event) = first.remove_entry();
            event.tries += 1;
            if let Some(key) = &self.key {
                taken.push(self.post(number, &event, key, now_ms, framed));
            }
            self.sent.insert(number, event);
        }
        taken
    }

    fn post(&self, number: u64, event: &Event, key: &Key, now_ms: i64, framed: bool) -> Outgoing {
        let plain = match framed {
            true => {
                let length = (event.text.len() as u32).to_be_bytes();
                [&event.random[..], &length, event.text.as_bytes()].concat()
            }
            false => event.text.as_bytes().to_vec(),
        };
        let content = key.encrypt(&plain);
        let time = now_ms.to_string();
        let sig = signature(&self.subscription.token, &time, &event.nonce, &content);
        let body = json!({ "nonce": event.nonce, "timeStamp": time, "content": content, "sig": sig });
        Outgoing {
            number,
            url: self.subscription.url.clone(),
            headers: vec![("Content-Type".into(), "application/json; charset=utf-8".into())],
            body: body.to_string().into_bytes(),
            patience_ms: PATIENCE_MS,
        }
    }

    /// What the subscriber said; `None` when nothing came back. Only `success` takes an event.
    pub fn answered(&mut self, number: u64, now_ms: i64, answer: Option<&Reply>) {
        let Some(event) = self.sent.remove(&number) else { return };
        let said = |reply: &Reply| {
            reply.status == 200 && String::from_utf8_lossy(&reply.body).trim().trim_matches('"') == "success"
        };
        if answer.is_some_and(said) {
            self.delivered += 1;
        } else if event.tries < TRIES {
            self.waiting.insert((now_ms + RETRY_MS, number), event);
        } else {
            self.lost += 1;
        }
    }
}

/// `sig`: the SHA-1 of the four parts, sorted and joined, in lower-case hexadecimal digits.
fn signature(token: &str, time: &str, nonce: &str, content: &str) -> String {
    let mut parts = [token, time, nonce, content];
    parts.sort_unstable();
    hex::encode(Sha1::digest(parts.concat()))
}
