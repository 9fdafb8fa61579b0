//! 纷享销客 Fxiaoke: the CRM as source and target, and messages to its users (`protocols/fxiaoke.md`).
//!
//! One file per concern: [`sign_in`] and [`operator`] say who calls, [`call`] sends, [`answer`] says what came of it;
//! [`page`], [`get`] and [`lookup`] read through [`query`]; [`plan`] is pure, [`write`] carries out its steps. What is
//! data (the form, limits, error table, presets of objects) is in `connectors/fxiaoke/connector.yaml`.
//!
//! [`detail`] reads and writes rows under a master, [`event`] verifies the calls that the CRM makes to us.
//!
//! What it does not do: pool actions (公海, 线索池), answering approvals.

mod alike;
mod answer;
mod call;
mod check;
mod describe;
mod detail;
mod event;
mod files;
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
mod team;
mod write;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use contract::Wire;
use contract::connector::{
    Announcement, Bulletin, Connector, CountAsk, Description, DetailLines, Done, Facts, File, FileEntry,
    FilePlace, FileSide, Finding, Found, IncomingCall, LookupAsk, Notice, ObjectFacts, Page, PageAsk,
    PeopleAsk, Person, PlanAsk, Receipt, Refusal, Verified,
};
use model::connection::Connection;
use model::step::Step;
use model::{Cause, Map, Path, Sentence, Timestamp, Value};

use crate::manifest::Manifest;
use crate::registry::BuiltIn;
use call::Session;
use detail::Wants;
use detail::masters::Masters;
use files::kinds::FileKinds;

/// What the registry lists.
pub const BUILT_IN: BuiltIn = BuiltIn {
    manifest: include_str!("../../../connectors/fxiaoke/connector.yaml"),
    tests: include_str!("../../../connectors/fxiaoke/tests.yaml"),
    connector: |manifest| {
        Arc::new(Fxiaoke { manifest, masters: Masters::default(), kinds: FileKinds::default() })
    },
};

/// The words of this connector's own causes; those of the vendor's codes are the manifest's.
pub fn sentences() -> Vec<Sentence> {
    sentences::SENTENCES.to_vec()
}

/// The connector. It keeps its manifest, and what it need not ask twice; tokens are the wire's.
struct Fxiaoke {
    manifest: Arc<Manifest>,
    masters: Masters,
    kinds: FileKinds,
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

    fn object(&self, _: &Connection, object: &str) -> ObjectFacts {
        self.manifest.object(object)
    }

    fn is_of_record(&self, cause: &model::Cause) -> bool {
        self.manifest.is_of_record(cause)
    }

    fn standing(&self, _: &str) -> Vec<(String, Value<'static>)> {
        record::standing()
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

    fn narrowed(&self, filter: Option<&str>, equal: &[(String, String)]) -> Option<String> {
        filter::narrowed(filter, equal)
    }

    async fn page(&self, wire: &dyn Wire, ask: &PageAsk<'_>) -> Result<Page, Refusal> {
        page::page(&self.session(wire)?, &self.manifest.object(ask.object), ask).await
    }

    async fn get(
        &self,
        wire: &dyn Wire,
        object: &str,
        ids: &[String],
        fields: &[String],
    ) -> Result<Vec<Found>, Refusal> {
        let (session, wants) = (self.session(wire)?, Wants::of(fields));
        let found = get::get(&session, &self.manifest.object(object), object, ids, &wants.own).await?;
        detail::read::add_rows(&session, &self.masters, object, &wants, found).await
    }

    async fn count(&self, wire: &dyn Wire, ask: &CountAsk<'_>) -> Result<u64, Refusal> {
        page::count(&self.session(wire)?, ask).await
    }

    async fn lookup(&self, wire: &dyn Wire, ask: &LookupAsk<'_>) -> Result<Vec<Vec<Found>>, Refusal> {
        let (session, wants) = (self.session(wire)?, Wants::of(ask.fields));
        let own = LookupAsk { fields: &wants.own, ..ask.clone() };
        let hits = lookup::lookup(&session, &self.manifest.object(ask.object), &own).await?;
        detail::read::add_rows_to_hits(&session, &self.masters, ask.object, &wants, hits).await
    }

    fn plan(&self, ask: &PlanAsk<'_>) -> Result<Vec<Step>, Refusal> {
        plan::plan(ask)
    }

    fn accomplished(&self, step: &Step, observed: &Found) -> bool {
        plan::accomplished(step, observed)
    }

    fn rows(
        &self,
        _: &Connection,
        object: &str,
        lines: &DetailLines,
        mapped: &[Value<'_>],
        observed: &Found,
    ) -> Vec<Option<String>> {
        let _ = object;
        let body = Value::Map(observed.body.borrow());
        let list = Path::parse(&lines.list);
        let rows = list.as_ref().and_then(|list| list.find(&body)).and_then(Value::as_list);
        detail::rows::ids(lines, mapped, rows.unwrap_or_default())
    }

    /// Files hang at fields, and are for connections of the old style.
    fn refuses_files(&self, connection: &Connection, field: Option<&str>, _: FileSide) -> Option<Cause> {
        let style = settings::Settings::of(connection).ok().map(|settings| settings.style);
        let no_field = || field.is_none().then(|| Cause::new("fxiaoke.file_field"));
        style.and_then(files::no_files).or_else(no_field)
    }

    fn held_files(&self, value: &Value<'_>) -> Vec<FileEntry> {
        files::held_files(value)
    }

    async fn files(&self, wire: &dyn Wire, place: &FilePlace<'_>) -> Result<Vec<FileEntry>, Refusal> {
        files::files(&self.session(wire)?, place).await
    }

    async fn fetch<'c>(
        &'c self,
        wire: &'c dyn Wire,
        file: &FileEntry,
        most: u64,
    ) -> Result<File<'c>, Refusal> {
        files::fetch(&self.session(wire)?, file, most).await
    }

    async fn attach(
        &self,
        wire: &dyn Wire,
        place: &FilePlace<'_>,
        file: File<'_>,
    ) -> Result<String, Refusal> {
        files::attach(&self.session(wire)?, &self.kinds, place, file).await
    }

    fn verify(
        &self,
        connection: &Connection,
        call: &IncomingCall<'_>,
        now: Timestamp,
    ) -> Result<Verified, Refusal> {
        event::verify(connection, call, now)
    }

    /// Teams say roles and permissions, so that what is written and what is read back are of one shape.
    async fn shape(
        &self,
        _wire: &dyn Wire,
        _object: &str,
        mut document: Map<'static>,
    ) -> Result<Map<'static>, Refusal> {
        if let Some(team) = document.get_mut(team::TEAM) {
            *team = team::complete(team);
        }
        Ok(document)
    }

    async fn step(&self, wire: &dyn Wire, steps: &[Step]) -> Vec<Result<Done, Refusal>> {
        let session = match self.session(wire) {
            Ok(session) => session,
            Err(refusal) => return steps.iter().map(|_| Err(refusal.clone())).collect(),
        };
        let mut outcomes = Vec::with_capacity(steps.len());
        for step in steps {
            outcomes.push(write::write(&session, &self.masters, step).await);
        }
        outcomes
    }

    async fn preview(&self, _wire: &dyn Wire, steps: &[Step]) -> Result<Vec<(String, String)>, Refusal> {
        Ok(steps.iter().filter_map(|step| write::preview(&self.manifest, step)).collect())
    }

    async fn notify(&self, wire: &dyn Wire, notice: &Notice<'_>) -> Result<String, Refusal> {
        message::notify(self.session(wire)?, notice).await
    }

    /// The vendor tells nothing of a message after accepting it.
    fn announcement(&self, bulletin: &Bulletin<'_>) -> Option<Announcement> {
        Some(message::announcement(bulletin))
    }

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
