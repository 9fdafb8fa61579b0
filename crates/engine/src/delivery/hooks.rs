//! The functions (自定义函数) on a record's way: before it is mapped, after it was, and once the target has it.
//!
//! What comes out of them decides what is written, so they must give the same for the same; nothing here can see whether
//! they do. One that fails ends its record alone, as a refusal would; only [`after_success`] comes too late for that.

use contract::connector::Refusal;
use contract::functions::{Function, Output, Work};
use futures_util::future::join_all;
use model::attempt::CallRecord;
use model::task::State;
use model::{AnswerClass, Cause, Map, Value};

use super::agreement::list_of;
use super::item::Item;
use super::read_back::is_written;
use super::resolve::{agreement, key_values};
use super::retries::end_refused;
use crate::functions::{self, Reach, Told};
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// How many functions of a bundle run at once; they may wait for systems.
const AT_ONCE: usize = 8;

/// Calls the functions of one flow.
pub(crate) struct Hooks<'h> {
    pub seams: &'h Seams,
    pub active: &'h ActiveFlow,
    /// Whether it is only looked what would happen.
    pub only_looks: bool,
}

impl Hooks<'_> {
    async fn call(&self, function: &Function, work: Work<'_>) -> Told {
        let (active, flow) = (self.active, self.active.flow());
        let reach = Reach {
            line: (!self.only_looks).then(|| active.target.clone()),
            object: flow.target.object.to_string(),
            here: flow.source.connection.clone(),
            there: vec![flow.target.connection.clone()],
            values: active.functions.values.clone(),
        };
        let about = [
            ("flow", flow.name.as_str()),
            ("connection", flow.target.connection.as_str()),
            ("object", flow.target.object.as_str()),
        ];
        functions::call(self.seams, &reach, function, &about, work).await
    }

    /// The record that is mapped, for those who only look.
    ///
    /// # Errors
    /// What the function failed of.
    pub async fn record(&self, record: Value<'static>) -> Result<Value<'static>, Cause> {
        let (Some(function), Value::Map(map)) = (&self.active.functions.before_mapping, &record) else {
            return Ok(record);
        };
        let told = self.call(function, Work::BeforeMapping { record: map }).await;
        let made = told.output.map_err(|fault| fault.cause)?;
        Ok(Value::Map(made.into_map().unwrap_or_default()))
    }

    /// The document that is written, for those who only look.
    ///
    /// # Errors
    /// What the function failed of.
    pub async fn document(&self, record: &Value<'_>, document: Map<'static>) -> Result<Map<'static>, Cause> {
        let (Some(function), Some(record)) = (&self.active.functions.after_mapping, record.as_map()) else {
            return Ok(document);
        };
        let told = self.call(function, Work::AfterMapping { record, document: &document }).await;
        let made = told.output.map_err(|fault| fault.cause)?;
        Ok(made.into_map().unwrap_or_default())
    }
}

/// Makes the records that are mapped.
pub(super) async fn before_mapping(
    seams: &Seams,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Vec<CallRecord> {
    let Some(function) = &active.functions.before_mapping else { return Vec::new() };
    // Of what is void and linked nothing is mapped.
    let is_mapped = |item: &&mut Item| item.goes_on() && (item.void.is_none() || item.linked_id().is_none());
    let mut calls = Vec::new();
    let mut items: Vec<&mut Item> = items.iter_mut().filter(is_mapped).collect();
    for some in items.chunks_mut(AT_ONCE) {
        let told = join_all(some.iter_mut().map(|item| async {
            let record = std::mem::take(&mut item.record);
            let Some(record) = record.as_map() else { return Vec::new() };
            let hooks = Hooks { seams, active, only_looks: item.only_looks };
            let told = hooks.call(function, Work::BeforeMapping { record }).await;
            let (made, calls) = taken(seams, active, item, "before_mapping", told);
            item.record = Value::Map(made.and_then(Output::into_map).unwrap_or_default());
            calls
        }));
        calls.extend(told.await.into_iter().flatten());
    }
    calls
}

/// Makes the documents that are written of those that were mapped.
pub(super) async fn after_mapping(
    seams: &Seams,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Vec<CallRecord> {
    let Some(function) = &active.functions.after_mapping else { return Vec::new() };
    let mut calls = Vec::new();
    let is_mapped = |item: &&mut Item| item.goes_on() && item.void.is_none();
    let mut items: Vec<&mut Item> = items.iter_mut().filter(is_mapped).collect();
    for some in items.chunks_mut(AT_ONCE) {
        let told = join_all(some.iter_mut().map(|item| async {
            let mapped = std::mem::take(&mut item.document);
            let told = {
                let Some(record) = item.record.as_map() else { return Vec::new() };
                let hooks = Hooks { seams, active, only_looks: item.only_looks };
                hooks.call(function, Work::AfterMapping { record, document: &mapped }).await
            };
            let (made, calls) = taken(seams, active, item, "after_mapping", told);
            if let Some(document) = made.and_then(Output::into_map) {
                written_as(active, item, function, document);
            }
            calls
        }));
        calls.extend(told.await.into_iter().flatten());
    }
    calls
}

/// Takes the document, unless its lines are not those that were mapped: each is known by where it stands.
fn written_as(active: &ActiveFlow, item: &mut Item, function: &Function, document: Map<'static>) {
    let count = |list: &str| list_of(&document, list).map_or(0, <[Value]>::len);
    let other = item.lines.iter().find(|lines| count(&lines.list) != lines.ids.len());
    if let Some(lines) = other {
        let cause = Cause::new("engine.function_lines").with("name", &function.name);
        let cause = cause.with("list", &lines.list).with("wanted", lines.ids.len());
        return item.fail(cause.with("found", count(&lines.list)));
    }
    item.key = key_values(active, &document);
    item.document = document;
    item.agreement = Some(agreement(active, item));
}

/// Which items' steps are all done.
pub(super) fn written(items: &[Item<'_>]) -> Vec<bool> {
    items.iter().map(|item| is_written(item) && item.void.is_none()).collect()
}

/// Tells the function of every document that was written and synced. Whatever becomes of it, the document stands: what it
/// failed of is noted. Where the process dies between the write and this, it is not called.
pub(super) async fn after_success(
    seams: &Seams,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
    written: &[bool],
) -> Vec<CallRecord> {
    let Some(function) = &active.functions.after_success else { return Vec::new() };
    let is_synced = |item: &Item| item.verdict.as_ref().is_some_and(|verdict| verdict.state == State::Synced);
    let synced = items.iter_mut().zip(written).filter(|(item, written)| **written && is_synced(item));
    let mut items: Vec<&mut Item> = synced.map(|(item, _)| item).collect();
    let mut calls = Vec::new();
    for some in items.chunks_mut(AT_ONCE) {
        let told = join_all(some.iter_mut().map(|item| async {
            let told = {
                let (Some(record), Some(target_id)) = (item.record.as_map(), &item.target_id) else {
                    return Vec::new();
                };
                let (document, target_number) = (&item.document, item.target_number.as_deref());
                let work = Work::AfterSuccess { record, document, target_id, target_number };
                Hooks { seams, active, only_looks: false }.call(function, work).await
            };
            let now = seams.clock.now();
            let calls = heard(item, "after_success", now, &told);
            if let Err(fault) = told.output {
                item.note("after_success", now, Some(fault.cause), "");
            }
            calls
        }));
        calls.extend(told.await.into_iter().flatten());
    }
    calls
}

/// What a function gave, and the calls that it made; one that failed ends the item.
fn taken(
    seams: &Seams,
    active: &ActiveFlow,
    item: &mut Item,
    hook: &str,
    mut told: Told,
) -> (Option<Output>, Vec<CallRecord>) {
    told.calls = heard(item, hook, seams.clock.now(), &told);
    match told.output {
        Ok(output) => (Some(output), told.calls),
        Err(fault) => {
            // A call of a function whose answer was lost is no write of ours to be looked for.
            let class = match fault.class {
                AnswerClass::Unknown => AnswerClass::Transient,
                class => class,
            };
            end_refused(seams, active, item, hook, &Refusal::new(class, fault.cause));
            (None, told.calls)
        }
    }
}

/// Notes what a function logged and which calls are its; gives the calls.
fn heard(item: &mut Item, hook: &str, now: model::Timestamp, told: &Told) -> Vec<CallRecord> {
    item.calls.extend(told.calls.iter().map(|call| call.number));
    for (level, text) in &told.log {
        item.note(hook, now, None, format!("{}: {text}", level.name()));
    }
    told.calls.clone()
}
