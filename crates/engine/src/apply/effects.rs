//! What a change of texts means for what runs, in sentences.

use std::collections::BTreeSet;

use contract::store::{StoreError, Walk};
use model::flow::Flow;
use model::task::State;
use model::{Cause, ConnectionName, FlowName, ObjectName};

use super::plan::{Change, What};
use crate::reading::ObjectReading;
use crate::seams::Seams;
use crate::setup::{ActiveFlow, Setup};

/// What is told of a plan.
pub(super) struct Told<'a> {
    pub seams: &'a Seams,
    pub before: &'a Setup,
    pub after: &'a Setup,
    pub changes: &'a [Change],
}

impl Told<'_> {
    pub async fn all(&self) -> Result<Vec<Cause>, StoreError> {
        let mut told = Vec::new();
        for name in self.flows_touched() {
            match (self.before.flows.get(&name), self.after.flows.get(&name)) {
                (None, Some(new)) => told.push(begins(new.flow())),
                (Some(old), None) => told.push(self.ends(old.flow()).await?),
                (Some(old), Some(new)) => changed(old, new, &mut told),
                (None, None) => {}
            }
        }
        self.readings(&mut told).await?;
        Ok(told)
    }

    /// Flows whose own text changes, or the text of something they name.
    fn flows_touched(&self) -> BTreeSet<FlowName> {
        let moves = |change: &&Change| !matches!(change.what, What::Same | What::Stays);
        let moved = self.changes.iter().filter(moves);
        moved.filter(|change| change.kind == "flow").map(|change| FlowName::new(&change.name)).collect()
    }

    async fn ends(&self, flow: &Flow) -> Result<Cause, StoreError> {
        let counts = self.seams.store.counts().await?;
        let is_open = |state: State| !state.rests() || state == State::Failed;
        let open: u64 = counts
            .iter()
            .filter(|count| count.flow == flow.name && is_open(count.state))
            .map(|count| count.tasks)
            .sum();
        let code = if open == 0 { "plan.flow_ends" } else { "plan.flow_ends_open" };
        Ok(sides(Cause::new(code), flow).with("open", open))
    }

    /// For each object whose flows change: where its cursor stands, and what is read again.
    async fn readings(&self, told: &mut Vec<Cause>) -> Result<(), StoreError> {
        for (connection, object) in self.objects_touched() {
            let cursor = self.seams.store.cursor(&connection, &object, Walk::Changes).await?;
            if let Some(cursor) = cursor {
                let cause = Cause::new("plan.cursor_kept").with("connection", &connection);
                told.push(cause.with("object", &object).with("until", cursor.to));
            }
            let fields = self.fields_new(&connection, &object);
            if !fields.is_empty() {
                let cause = Cause::new("plan.read_again").with("connection", &connection);
                told.push(cause.with("object", &object).with("fields", fields.join(", ")));
            }
        }
        Ok(())
    }

    fn objects_touched(&self) -> BTreeSet<(ConnectionName, ObjectName)> {
        let flows = self.flows_touched();
        let sources = flows.iter().filter_map(|name| self.after.flows.get(name)).map(|flow| {
            let source = &flow.flow().source;
            (source.connection.clone(), source.object.clone())
        });
        sources.collect()
    }

    /// Fields of an object that was read before and that only now are wanted by flows with history.
    fn fields_new(&self, connection: &ConnectionName, object: &ObjectName) -> Vec<String> {
        let before = ObjectReading::of(self.before, connection, object);
        let after = ObjectReading::of(self.after, connection, object).filter(|reading| reading.history);
        let (Some(before), Some(after)) = (before, after) else { return Vec::new() };
        after.fields.into_iter().filter(|field| !before.fields.contains(field)).collect()
    }
}

fn begins(flow: &Flow) -> Cause {
    let code = if flow.source.history { "plan.flow_begins_with_history" } else { "plan.flow_begins" };
    sides(Cause::new(code), flow)
}

fn sides(cause: Cause, flow: &Flow) -> Cause {
    cause
        .with("flow", &flow.name)
        .with("connection", &flow.source.connection)
        .with("object", &flow.source.object)
        .with("target", &flow.target.connection)
        .with("target_object", &flow.target.object)
}

fn changed(old: &ActiveFlow, new: &ActiveFlow, told: &mut Vec<Cause>) {
    let (before, after) = (old.flow(), new.flow());
    let target = |flow: &Flow| (flow.target.connection.clone(), flow.target.object.clone());
    let source = |flow: &Flow| (flow.source.connection.clone(), flow.source.object.clone());
    if target(before) != target(after) || source(before) != source(after) {
        told.push(sides(Cause::new("plan.flow_moves"), after));
    }
    let (written, writes) = (old.compiled.target_fields(), new.compiled.target_fields());
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|field| !those.contains(field)).cloned().collect()
    };
    for (code, fields) in
        [("plan.fields_new", only(writes, written)), ("plan.fields_gone", only(written, writes))]
    {
        if !fields.is_empty() {
            let cause = Cause::new(code).with("flow", &after.name);
            told.push(cause.with("fields", fields.join(", ")));
        }
    }
    let scope = |flow: &Flow| flow.scope.as_ref().map(|scope| scope.value.clone()).unwrap_or_default();
    if scope(before) != scope(after) {
        told.push(Cause::new("plan.scope").with("flow", &after.name));
    }
    told.push(Cause::new("plan.from_next_change").with("flow", &after.name));
}
