//! The ERP standard protocol: any ERP that implements the four calls (`protocols/standard-erp.md §1, §2`).
//!
//! Such a system cannot tell what its objects are like: people describe them (`kind: object`), and nothing else is known.
//! What is asked becomes a call in [`request`], what is answered becomes data in [`answer`], and records become ours in
//! [`record`]; the rest knows neither JSON nor XML. Where an object names functions for that, [`hooks`] asks them. Windows are read whole and again where they move ([`window`]).
//!
//! **Duplicates.** Nothing in the protocol makes a create repeatable. A lost answer is `unknown`, and the engine looks the
//! record up by the flow's key: by its id where we choose it, else in a walk over what changed ([`lookup`]).

mod alike;
mod answer;
mod body;
mod call;
mod check;
mod describe;
mod hooks;
mod lookup;
mod moment;
mod page;
mod plan;
mod pushed;
mod record;
mod request;
mod rows;
mod sentences;
mod settings;
mod window;
mod write;

use std::sync::Arc;

use async_trait::async_trait;
use contract::Wire;
use contract::connector::{
    Connector, CountAsk, Description, DetailLines, Done, Facts, Finding, Found, LookupAsk, ObjectFacts, Page,
    PageAsk, PlanAsk, PushRules, PushedBill, PushedRecord, Refusal, unsupported,
};
use model::connection::Connection;
use model::object::{Field, FieldKind, Object};
use model::step::Step;
use model::{Cause, Value};

use crate::manifest::Manifest;
use crate::registry::BuiltIn;
use call::Api;
use window::Span;

pub(crate) use sentences::sentences;

/// The connector and its folder.
pub(crate) const BUILT_IN: BuiltIn = BuiltIn {
    manifest: include_str!("../../../connectors/standard-erp/connector.yaml"),
    tests: include_str!("../../../connectors/standard-erp/tests.yaml"),
    connector: |manifest| Arc::new(StandardErp { manifest }),
};

struct StandardErp {
    manifest: Arc<Manifest>,
}

impl StandardErp {
    fn open<'w>(&'w self, wire: &'w dyn Wire) -> Result<Api<'w>, Refusal> {
        Api::open(wire, &self.manifest)
    }
}

#[async_trait]
impl Connector for StandardErp {
    fn name(&self) -> &str {
        self.manifest.name()
    }

    fn facts(&self, connection: &Connection) -> Facts {
        self.manifest.facts(connection)
    }

    fn object(&self, connection: &Connection, object: &str) -> ObjectFacts {
        match connection.object(object) {
            None => self.manifest.object(object),
            Some(object) => ObjectFacts {
                id: object.id.clone(),
                number: object.number.clone(),
                name: object.display.clone(),
                version: object.version.clone(),
                by_time: is_time(object),
                statuses: Vec::new(),
                personal: object.personal().map(str::to_owned).collect(),
            },
        }
    }

    fn knows_its_objects(&self) -> bool {
        false
    }

    fn calls_functions(&self) -> bool {
        true
    }

    fn push_rules(&self, connection: &Connection) -> Option<PushRules> {
        // With a setting that is wrong nobody may push: which networks are meant cannot be told.
        pushed::rules(connection).ok()
    }

    fn check_push(&self, body: &[u8]) -> Result<(), Cause> {
        pushed::check(body)
    }

    fn pushed(&self, connection: &Connection, bill: PushedBill<'_>) -> Result<Vec<PushedRecord>, Cause> {
        pushed::records(connection, &bill)
    }

    async fn check(&self, wire: &dyn Wire) -> Vec<Finding> {
        if wire.connection().setting("base_url").is_none() {
            return vec![check::pushes_only(wire.connection())];
        }
        match self.open(wire) {
            Ok(api) => check::check(&api).await,
            Err(refusal) => vec![Finding { ok: false, cause: refusal.cause }],
        }
    }

    async fn describe(&self, wire: &dyn Wire, object: Option<&str>) -> Result<Vec<Description>, Refusal> {
        describe::describe(wire.connection(), object)
    }

    async fn page(&self, wire: &dyn Wire, ask: &PageAsk<'_>) -> Result<Page, Refusal> {
        let api = self.open(wire)?;
        if ask.filter.is_some() {
            return Err(unsupported("filter"));
        }
        page::page(&api, &*api.object(ask.object)?, ask).await
    }

    async fn get(
        &self,
        wire: &dyn Wire,
        object: &str,
        ids: &[String],
        fields: &[String],
    ) -> Result<Vec<Found>, Refusal> {
        let api = self.open(wire)?;
        lookup::get(&api, &*api.object(object)?, ids, fields).await
    }

    async fn count(&self, wire: &dyn Wire, ask: &CountAsk<'_>) -> Result<u64, Refusal> {
        let api = self.open(wire)?;
        if ask.filter.is_some() {
            return Err(unsupported("filter"));
        }
        let span = Span { from: ask.from, to: ask.to };
        page::count(&api, &*api.object(ask.object)?, span).await
    }

    async fn lookup(&self, wire: &dyn Wire, ask: &LookupAsk<'_>) -> Result<Vec<Vec<Found>>, Refusal> {
        let api = self.open(wire)?;
        lookup::lookup(&api, &*api.object(ask.object)?, ask).await
    }

    fn plan(&self, ask: &PlanAsk<'_>) -> Result<Vec<Step>, Refusal> {
        plan::plan(ask)
    }

    fn accomplished(&self, step: &Step, observed: &Found) -> bool {
        plan::accomplished(step, observed)
    }

    fn rows(
        &self,
        connection: &Connection,
        object: &str,
        lines: &DetailLines,
        mapped: &[Value<'_>],
        observed: &Found,
    ) -> Vec<Option<String>> {
        match connection.object(object) {
            Some(object) => rows::rows(object, lines, mapped, observed),
            None => vec![None; mapped.len()],
        }
    }

    async fn step(&self, wire: &dyn Wire, steps: &[Step]) -> Vec<Result<Done, Refusal>> {
        let api = match self.open(wire) {
            Ok(api) => api,
            Err(refusal) => return steps.iter().map(|_| Err(refusal.clone())).collect(),
        };
        let mut done = Vec::with_capacity(steps.len());
        for step in steps {
            done.push(write::carry_out(&api, step).await);
        }
        done
    }

    async fn preview(&self, wire: &dyn Wire, steps: &[Step]) -> Result<Vec<(String, String)>, Refusal> {
        let Ok(api) = self.open(wire) else { return Ok(Vec::new()) };
        let mut calls = Vec::with_capacity(steps.len());
        for step in steps {
            calls.extend(write::preview(&api, step).await?);
        }
        Ok(calls)
    }
}

/// Whether the object's version is its time of change, by which windows go.
fn is_time(object: &Object) -> bool {
    let is_version = |field: &&Field| object.version.as_ref() == Some(&field.name);
    let field = object.fields.iter().find(is_version);
    field.is_some_and(|field| matches!(field.kind, FieldKind::Date | FieldKind::DateTime))
}

#[cfg(test)]
mod tests;
