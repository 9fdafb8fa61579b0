//! What was sent to a webhook: the records that the flow's pointers find, or those that its object's function makes.

use contract::connector::{Found, PushedBill, PushedRecord};
use model::flow::Flow;
use model::hook::Hook;
use model::object::{Object, Part};
use model::receipt::Pushed;
use model::{Cause, Map};

use super::bill::Unparsed;
use super::foreign::{self, Foreign};
use crate::connection::Line;
use crate::setup::Setup;
use crate::webhooks::{Pick, content, object_of, picked};

/// The records that were sent to the webhook of that flow, in order; all or none.
pub(super) async fn records(
    setup: &Setup,
    line: &Line,
    foreign: &Foreign<'_>,
    pushed: &Pushed,
    flow: &str,
) -> Result<Vec<PushedRecord>, Unparsed> {
    let (flow, hook) = of_flow(setup, line, flow)?;
    let object = object_of(line, &flow.source.object);
    if let Some(object) = object.filter(|object| object.hooks.parse.is_some()) {
        return foreign.records(pushed, &object.code).await;
    }
    let body = content(pushed.content_type.as_deref(), &pushed.body)?;
    let id_field = object.map_or("id", |object| object.id.as_str());
    let picks = picked(hook, id_field, &body)?;
    let mut records = Vec::with_capacity(picks.len());
    for (n, pick) in picks.into_iter().enumerate() {
        match object {
            None => records.push(wake_up(flow, pick)),
            Some(object) => {
                let of_record = |cause| Cause::new("hook.record").with("number", n + 1).because(&cause);
                records.extend(described(line, object, pick, pushed.void).map_err(of_record)?);
            }
        }
    }
    Ok(records)
}

fn of_flow<'s>(setup: &'s Setup, line: &Line, flow: &str) -> Result<(&'s Flow, &'s Hook), Cause> {
    let active = setup.flows.values().find(|active| active.name().as_str() == flow);
    let flow_here = active.map(|active| active.flow()).filter(|flow| flow.source.connection == *line.name());
    flow_here
        .and_then(|flow| Some((flow, flow.source.hook.as_ref()?)))
        .ok_or_else(|| Cause::new("hook.no_flow").with("flow", flow))
}

/// Of a system that knows its own objects nothing is taken over but which record it is, to be read again.
fn wake_up(flow: &Flow, pick: Pick<'_>) -> PushedRecord {
    let found = Found {
        id: pick.id,
        number: None,
        name: None,
        version: None,
        status: None,
        void: false,
        closed: None,
        body: Map::new(),
    };
    PushedRecord { object: flow.source.object.clone(), found }
}

/// What the system's protocol makes of a record, once its id, number and version stand where its object has them.
fn described(
    line: &Line,
    object: &Object,
    pick: Pick<'_>,
    all_void: bool,
) -> Result<Vec<PushedRecord>, Cause> {
    let void = pick.void || all_void;
    let mut master = pick.fields.into_owned();
    let mut details = Vec::new();
    for detail in &object.details {
        if let Some(list) = master.remove(&detail.name) {
            details.push((detail.name.clone(), list));
        }
    }
    if object.part == Part::Bill {
        master.set(object.id.clone(), pick.id.clone());
    }
    for (field, value) in [(&object.number, pick.number), (&object.version, pick.version)] {
        if let (Some(field), Some(value)) = (field, value) {
            master.set(field.clone(), value);
        }
    }
    let content = foreign::content(master, details);
    let bill = PushedBill { code: &object.code, id: Some(&pick.id), void, content: Some(content) };
    line.connector.pushed(&line.connection, bill)
}
