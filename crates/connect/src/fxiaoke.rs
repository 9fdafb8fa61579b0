//! 纷享销客 Fxiaoke: the CRM as source and target, and messages to its users (`protocols/fxiaoke.md`).
//!
//! One file per concern: [`sign_in`] and [`operator`] say who calls, [`call`] sends, [`answer`] says what came of it;
//! [`page`], [`get`] and [`lookup`] read through [`query`]; [`plan`] is pure, [`write`] carries out its steps. What is
//! data (the form, limits, error table, presets of objects) is in `connectors/fxiaoke/connector.yaml`.
//!
//! What it does not do: pool actions, teams, locks, changes of owner, files, approvals.

mod alike;
mod answer;
mod call;
mod check;
mod describe;
mod filter;
mod get;
mod lookup;
mod message;
mod operator;
mod options;
mod page;
mod path;
mod people;
mod person;
mod plan;
mod query;
mod record;
mod sentences;
mod settings;
mod sign_in;
mod write;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use contract::Wire;
use contract::connector::{
    Connector, Description, Done, Facts, Finding, Found, LookupAsk, Notice, ObjectFacts, Page, PageAsk,
    PeopleAsk, Person, PlanAsk, Receipt, Refusal,
};
use model::connection::Connection;
use model::step::Step;
use model::{Cause, Sentence, Timestamp};

use crate::manifest::Manifest;
use crate::registry::BuiltIn;
use call::Session;

/// What the registry lists.
pub const BUILT_IN: BuiltIn = BuiltIn {
    manifest: include_str!("../../../connectors/fxiaoke/connector.yaml"),
    tests: include_str!("../../../connectors/fxiaoke/tests.yaml"),
    connector: |manifest| Arc::new(Fxiaoke { manifest }),
};

/// The words of this connector's own causes; those of the vendor's codes are the manifest's.
pub fn sentences() -> Vec<Sentence> {
    sentences::SENTENCES.to_vec()
}

/// The connector. It keeps nothing but its manifest; tokens are the wire's.
struct Fxiaoke {
    manifest: Arc<Manifest>,
}

impl Fxiaoke {
    fn session<'s>(&'s self, wire: &'s dyn Wire) -> Result<Session<'s>, Refusal> {
        Session::open(wire, &self.manifest)
    }
}

#[async_trait]
impl Connector for Fxiaoke {
    fn name(&self) -> &str {
        self.manifest.name()
    }

    fn facts(&self, connection: &Connection) -> Facts {
        self.manifest.facts(connection)
    }

    fn object(&self, object: &str) -> ObjectFacts {
        self.manifest.object(object)
    }

    async fn check(&self, wire: &dyn Wire) -> Vec<Finding> {
        check::check(wire, &self.manifest).await
    }

    async fn describe(&self, wire: &dyn Wire, object: Option<&str>) -> Result<Vec<Description>, Refusal> {
        let session = self.session(wire)?;
        match object {
            Some(object) => Ok(vec![describe::object(&session, object).await?]),
            None => describe::objects(&session).await,
        }
    }

    async fn page(&self, wire: &dyn Wire, ask: &PageAsk<'_>) -> Result<Page, Refusal> {
        page::page(&self.session(wire)?, &self.object(ask.object), ask).await
    }

    async fn get(
        &self,
        wire: &dyn Wire,
        object: &str,
        ids: &[String],
        fields: &[String],
    ) -> Result<Vec<Found>, Refusal> {
        get::get(&self.session(wire)?, &self.object(object), object, ids, fields).await
    }

    async fn count(
        &self,
        wire: &dyn Wire,
        object: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<u64, Refusal> {
        page::count(&self.session(wire)?, object, (from.0, to.0)).await
    }

    async fn lookup(&self, wire: &dyn Wire, ask: &LookupAsk<'_>) -> Result<Vec<Vec<Found>>, Refusal> {
        lookup::lookup(&self.session(wire)?, &self.object(ask.object), ask).await
    }

    fn plan(&self, ask: &PlanAsk<'_>) -> Result<Vec<Step>, Cause> {
        plan::plan(ask)
    }

    fn accomplished(&self, step: &Step, observed: &Found) -> bool {
        plan::accomplished(step, observed)
    }

    async fn step(&self, wire: &dyn Wire, steps: &[Step]) -> Vec<Result<Done, Refusal>> {
        let session = match self.session(wire) {
            Ok(session) => session,
            Err(refusal) => return steps.iter().map(|_| Err(refusal.clone())).collect(),
        };
        let mut outcomes = Vec::with_capacity(steps.len());
        for step in steps {
            outcomes.push(write::write(&session, step).await);
        }
        outcomes
    }

    fn preview(&self, _wire: &dyn Wire, steps: &[Step]) -> Vec<(String, String)> {
        steps.iter().filter_map(write::preview).collect()
    }

    async fn notify(&self, wire: &dyn Wire, notice: &Notice<'_>) -> Result<String, Refusal> {
        message::notify(self.session(wire)?, notice).await
    }

    /// The vendor tells nothing of a message after accepting it.
    async fn receipt(&self, _wire: &dyn Wire, _receipt: &str) -> Result<Receipt, Refusal> {
        Ok(Receipt::Received)
    }

    async fn person(&self, wire: &dyn Wire, by: &str) -> Result<Option<String>, Refusal> {
        person::lookup(&self.session(wire)?.hiding(by), by).await
    }

    async fn people(&self, wire: &dyn Wire, ask: &PeopleAsk<'_>) -> Result<Vec<Person>, Refusal> {
        people::people(&self.session(wire)?, ask).await
    }
}
