//! Save, Draft and BatchSave (`protocols/kingdee.md §3.1`).
//!
//! A bill goes through the same stations as on the screen: it is found or begun ([`fill`]), the keys of the Model are
//! set in their order ([`fill`], [`convert`]), what depends on them is worked out ([`derive`]), the number is given
//! ([`number`]), everything is checked ([`check`]), and only then stored.

mod check;
mod content;
mod convert;
mod derive;
mod fill;
mod number;
mod options;
mod plain;
mod reply;

use std::collections::BTreeMap;

use model::{Map, Value, json};

pub use derive::derive;
use fill::Filled;
pub use fill::{begin, preset_row, set_presets};
pub use number::next_number;
use options::Options;
pub use plain::{delete_row, edit_plain, plain_model, save_plain};

use super::arguments::member;
use super::catalogue::FormMeta;
use super::cell::Cell;
use super::fault::{Code, Fault, Outcome, Touched};
use super::status::Step;
use super::turn::Turn;

/// Whether a document is saved or only drafted (暂存).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    Save,
    Draft,
}

/// The bodies that were saved, with when, for `ValidateRepeatJson`.
pub type Repeats = BTreeMap<String, i64>;

/// The reply of Save and Draft.
pub fn save(
    turn: &mut Turn,
    repeats: &mut Repeats,
    form: &'static FormMeta,
    packet: &Map<'static>,
    intent: Intent,
) -> Result<Value<'static>, Fault> {
    let options = Options::read(packet);
    let Some(Value::Map(model)) = member(packet, "Model") else {
        return Err(Fault::new(Code::Parameter, "data 数据包中的参数 Model 的值不能为空"));
    };
    refuse_repeat(turn, repeats, packet, &options)?;
    turn.conditions.partial = false;
    let mut outcome = Outcome::fine();
    match one(turn, form, model, &options, intent) {
        Ok(saved) => {
            outcome.done(0, &saved.touched);
            for fault in saved.afterwards {
                outcome.refuse(0, fault);
            }
            remember(turn, repeats, packet, &options);
            Ok(outcome.body([
                ("Id", saved.touched.id.into()),
                ("Number", saved.touched.number.into()),
                ("NeedReturnData", Value::List(vec![saved.returned])),
            ]))
        }
        Err(faults) => {
            for fault in faults {
                outcome.refuse(0, fault);
            }
            Ok(outcome.body([]))
        }
    }
}

/// The reply of BatchSave: each document on its own, faults by the place in the list.
pub fn batch_save(
    turn: &mut Turn,
    repeats: &mut Repeats,
    form: &'static FormMeta,
    packet: &Map<'static>,
) -> Result<Value<'static>, Fault> {
    let options = Options::read(packet);
    let Some(Value::List(models)) = member(packet, "Model") else {
        return Err(Fault::new(Code::Parameter, "data 数据包中的参数 Model 的值不能为空"));
    };
    refuse_repeat(turn, repeats, packet, &options)?;
    let mut outcome = Outcome::fine();
    let mut returned = Vec::with_capacity(models.len());
    for (index, model) in models.iter().enumerate() {
        let result = match model {
            Value::Map(model) => one(turn, form, model, &options, Intent::Save),
            _ => Err(vec![Fault::new(Code::Exception, "Model 中的数据包不是有效的JSON对象")]),
        };
        match result {
            Ok(saved) => {
                outcome.done(index, &saved.touched);
                saved.afterwards.into_iter().for_each(|fault| outcome.refuse(index, fault));
                returned.push(saved.returned);
            }
            Err(faults) => {
                faults.into_iter().for_each(|fault| outcome.refuse(index, fault));
                if turn.is("batch_return", "aligned") {
                    returned.push(Map::new().into());
                }
            }
        }
    }
    if outcome.is_success() {
        remember(turn, repeats, packet, &options);
    }
    Ok(outcome.body([("NeedReturnData", Value::List(returned))]))
}

/// A document that was saved.
struct Saved {
    touched: Touched,
    returned: Value<'static>,
    /// What went wrong with it after it was saved: the submit or audit of `IsAutoSubmitAndAudit`.
    afterwards: Vec<Fault>,
}

fn one(
    turn: &mut Turn,
    form: &'static FormMeta,
    model: &Map<'static>,
    options: &Options,
    intent: Intent,
) -> Result<Saved, Vec<Fault>> {
    let Filled { mut document, is_new } = fill::fill(turn, form, model, options)?;
    content::hold(turn, form, &mut document, options)?;
    derive(turn.ledger, form, &mut document);
    number::give(turn, form, &mut document);
    stamp(turn, form, &mut document, is_new, intent);
    check::check(turn, form, &document, options, intent)?;
    // The dial's "partial": of a batch, the first member that would succeed is being edited by somebody just now.
    if std::mem::take(&mut turn.conditions.partial) {
        return Err(vec![turn.edit_lock(form, &document)]);
    }
    let touched = reply::touched(turn, form, &document);
    let returned = reply::returned(turn, form, &document, &options.need_return);
    turn.ledger.table_mut(form).put(form, document);
    let mut afterwards = Vec::new();
    if options.auto_submit_and_audit && intent == Intent::Save {
        for step in [Step::Submit, Step::Audit] {
            if let Err(fault) = turn.step(form, touched.id, step) {
                afterwards.push(fault);
                break;
            }
        }
    }
    Ok(Saved { touched, returned, afterwards })
}

/// Status and history of a saved document.
fn stamp(turn: &Turn, form: &FormMeta, document: &mut super::ledger::Document, is_new: bool, intent: Intent) {
    let now = Cell::Time(turn.now());
    if is_new {
        document.set(form, "FCreatorId", Cell::Ref(turn.user));
        document.set(form, "FCreateDate", now.clone());
        document.set(form, "FMasterId", Cell::Int(document.id));
    }
    document.set(form, "FModifierId", Cell::Ref(turn.user));
    document.set(form, "FModifyDate", now);
    let status = match (intent, document.status(form)) {
        (Intent::Draft, _) => "Z",
        (Intent::Save, 'Z') if !is_new && turn.is("save_on_draft", "draft") => "Z",
        (Intent::Save, 'D') => "D",
        (Intent::Save, _) => "A",
    };
    document.set(form, "FDocumentStatus", Cell::text(status));
}

fn refuse_repeat(
    turn: &Turn,
    repeats: &Repeats,
    packet: &Map<'static>,
    options: &Options,
) -> Result<(), Fault> {
    let minutes = if turn.is("repeat_window_minutes", "10") { 10 } else { 1440 };
    let seen = options.validate_repeat.then(|| repeats.get(&fingerprint(packet))).flatten();
    match seen {
        Some(at) if turn.now_ms - at <= minutes * 60_000 => {
            Err(Fault::rule("重复的请求：相同的JSON数据包已经处理过"))
        }
        _ => Ok(()),
    }
}

fn remember(turn: &Turn, repeats: &mut Repeats, packet: &Map<'static>, options: &Options) {
    if options.validate_repeat {
        repeats.insert(fingerprint(packet), turn.now_ms);
    }
}

fn fingerprint(packet: &Map<'static>) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(Sha256::digest(json::write(&Value::Map(packet.clone()))))
}
