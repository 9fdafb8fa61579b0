//! What the ERP pushes by itself: `POST …/erp/syncdata/open/objdata/syncpush` (`protocols/standard-erp.md §3`).

mod foreign;
mod outbox;

use model::{Map, Value, json};
use serde::{Deserialize, Serialize};

use super::dictionary::Object;
use super::form::Form;
use super::render::Style;
use super::switches as s;
use super::turn::Change;
use crate::switchboard::Switchboard;
pub use outbox::Outbox;

/// Where the ERP pushes to, as its administrator sets it. Read and changed at `/_sandbox/standard-erp/push`; a change
/// names only what it changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Setting {
    /// The whole address (`http://…/erp/syncdata/open/objdata/syncpush`); empty: nothing is pushed.
    pub url: String,
    pub token: String,
    pub tenant_id: String,
    /// Empty: not sent.
    pub data_center_id: String,
    /// Only these objects; empty: all.
    pub objects: Vec<String>,
    /// Objects that are pushed in the standard form, whatever the switch `push_form` says of the others: a programmer
    /// does not rewrite at once what another system takes already.
    pub standard: Vec<String>,
    /// How many records a body of the ERP's own form holds at most. The standard form holds one.
    pub records: usize,
    /// How many calls are under way at once.
    pub at_once: usize,
    /// How often a record is sent before the ERP gives up.
    pub tries: u32,
    /// How long after the first failure a record is sent again; twice as long after each further one, at most a
    /// minute.
    pub retry_ms: i64,
    /// How long the ERP waits for an answer.
    pub patience_ms: u64,
}

impl Default for Setting {
    fn default() -> Self {
        Setting {
            url: String::new(),
            token: String::new(),
            tenant_id: String::new(),
            data_center_id: String::new(),
            objects: Vec::new(),
            standard: Vec::new(),
            records: 1,
            at_once: 8,
            tries: 20,
            retry_ms: 2_000,
            patience_ms: 30_000,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Create,
    Update,
    Void,
}

/// A record as it was when it changed, in what is told of it.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub object: &'static Object,
    pub id: String,
    pub number: String,
    change: Kind,
    master: Map<'static>,
    details: Map<'static>,
}

impl Snapshot {
    pub fn of(change: &Change, switches: &Switchboard) -> Snapshot {
        let (style, object) = (Style::of(switches), change.object);
        let mut master = style.master(object, &change.after);
        let mut details = style.details(object, &change.after);
        let content = switches.value(s::PUSH_CONTENT).unwrap_or_default();
        if content == "id_only" {
            master = [(object.id.into(), style.id(&change.after.id))].into_iter().collect();
            details = Map::new();
        } else if let (Some(before), "changed") = (&change.before, content) {
            let (old, old_rows) = (style.master(object, before), style.details(object, before));
            let is_told = |name: &str, value: &Value| name == object.id || old.get(name) != Some(value);
            master = master.into_iter().filter(|(name, value)| is_told(name, value)).collect();
            details = details.into_iter().filter(|(name, rows)| old_rows.get(name) != Some(rows)).collect();
        }
        Snapshot {
            object,
            id: change.after.id.clone(),
            number: change.after.number.clone(),
            change: match &change.before {
                _ if change.is_void() => Kind::Void,
                None => Kind::Create,
                Some(_) => Kind::Update,
            },
            master,
            details,
        }
    }

    /// The `operationType` that is sent with it, if any.
    pub fn operation_type(&self, switches: &Switchboard) -> Option<&'static str> {
        match self.change {
            Kind::Void => Some("3"),
            _ if switches.is(s::OPERATION_TYPE, "voids_only") => None,
            Kind::Create => Some("1"),
            Kind::Update => Some("2"),
        }
    }

    pub fn is_void(&self) -> bool {
        self.change == Kind::Void
    }

    fn standard(&self) -> Vec<u8> {
        let mut body = Map::new();
        body.push("objAPIName", self.object.name);
        body.push("masterFieldVal", self.master.clone());
        body.push("detailFieldVals", self.details.clone());
        json::write(&body.into()).into_bytes()
    }
}

/// Headers and body of one call.
pub struct Message {
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Setting {
    /// Whether a body with records of that object is in the standard form, which holds one.
    fn is_standard(&self, switches: &Switchboard, object: &str) -> bool {
        switches.is(s::PUSH_FORM, "standard") || self.standard.iter().any(|name| name == object)
    }
}

/// One call for these records, which are of one object and go with one `operationType`; `now_ms` is when it is made.
fn message(setting: &Setting, switches: &Switchboard, records: &[&Snapshot], now_ms: i64) -> Option<Message> {
    let first = *records.first()?;
    let is_standard = setting.is_standard(switches, first.object.name);
    let form = match is_standard {
        true => Form::Json,
        false => Form::of(switches.value(s::PUSH_FORM).unwrap_or_default()),
    };
    let mut headers = vec![
        ("Content-Type".to_owned(), form.content_type()),
        ("token".into(), setting.token.clone()),
        ("tenantId".into(), setting.tenant_id.clone()),
    ];
    if !setting.data_center_id.is_empty() {
        headers.push(("dataCenterId".into(), setting.data_center_id.clone()));
    }
    headers.push(("objectApiName".into(), first.object.name.into()));
    headers.push(("version".into(), "v1".into()));
    if let Some(operation_type) = first.operation_type(switches) {
        headers.push(("operationType".into(), operation_type.into()));
    }
    let body = match is_standard {
        true => {
            headers.push(("id".into(), first.id.clone()));
            match first.is_void() && switches.is(s::VOID_BODY, "empty") {
                true => Vec::new(),
                false => first.standard(),
            }
        }
        false => foreign::body(form, records, now_ms, super::answer::lists(switches)),
    };
    Some(Message { headers, body })
}
