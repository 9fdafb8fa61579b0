//! 金蝶云星空 (K/3 Cloud): an ERP whose documents are read by queries and written along a path of statuses.
//!
//! `protocols/kingdee.md` says how it talks. What it needs beyond a manifest: sessions or signatures ([`sign_in`]),
//! rows folded into documents ([`query`], [`reading`]), lines that keep
//! their rows ([`rows`]), plans of steps ([`plan`]), batches whose outcomes are told one
//! by one ([`writing`]), and forms as presets and descriptions tell them ([`form`], [`metadata`]). The table of errors
//! is the manifest's.
//!
//! **Duplicates.** A create that is refused because its number is taken (`kingdee.duplicate`) is classed `unknown`, not
//! `rejected`: the number may be our own, written by a call whose answer was lost. The engine looks it up by its key,
//! and either finds our document or, when everybody answers "absent", sends again and meets the same refusal.

mod accomplished;
mod alike;
mod answer;
mod call;
mod check;
mod files;
mod form;
mod metadata;
mod operations;
mod people;
mod plan;
mod query;
mod reading;
mod rows;
mod settings;
mod shape;
mod sign_in;
mod viewed;
mod writing;
mod zone;

use std::sync::Arc;

use async_trait::async_trait;
use contract::Wire;
use contract::connector::{
    Connector, CountAsk, Derived, DerivedRow, Description, DetailLines, Facts, File, FileEntry, FilePlace,
    FileSide, Finding, Found, LookupAsk, ObjectFacts, Page, PageAsk, PeopleAsk, Person, PlanAsk, Refusal,
    unsupported,
};
use model::connection::Connection;
use model::step::Step;
use model::{AnswerClass, Cause, Map, Value};

use crate::manifest::Manifest;
use crate::registry::BuiltIn;
use call::Api;
use form::{Form, Presets};
use metadata::Forms;
use reading::Reading;
use writing::Writer;

/// The connector and its folder.
pub(crate) const BUILT_IN: BuiltIn = BuiltIn {
    manifest: include_str!("../../../connectors/kingdee-k3cloud/connector.yaml"),
    tests: include_str!("../../../connectors/kingdee-k3cloud/tests.yaml"),
    connector: |manifest| Arc::new(Kingdee { manifest, presets: form::presets(), forms: Forms::default() }),
};

/// The connector. Its only memory is of the systems' own descriptions of forms (see [`metadata`]).
struct Kingdee {
    manifest: Arc<Manifest>,
    presets: &'static Presets,
    forms: Forms,
}

impl Kingdee {
    /// What is known beforehand of a form: its preset, else what a user's own manifest says of it.
    fn preset(&self, object: &str) -> Option<Form> {
        self.presets.form(object).or_else(|| {
            let facts = &self.manifest.preset(object)?.facts;
            Some(Form {
                id: facts.id.clone(),
                number: facts.number.clone(),
                name: facts.name.clone(),
                changed_by: facts.version.iter().cloned().collect(),
                status: Some("FDocumentStatus".to_owned()).filter(|_| !facts.statuses.is_empty()),
                ..Form::bill(object)
            })
        })
    }

    /// The form without a call: its preset, else a bill.
    fn form(&self, object: &str) -> Form {
        self.preset(object).unwrap_or_else(|| Form::bill(object))
    }

    /// The form for reading these fields: the system is asked for its description only where the preset knows one of
    /// them not.
    async fn form_for(
        &self,
        api: &Api<'_>,
        object: &str,
        fields: &[&[String]],
    ) -> Result<Arc<Form>, Refusal> {
        if let Some(known) = self.forms.known(api, object) {
            return Ok(with_dates(api, known));
        }
        let preset = self.preset(object);
        let knows = |form: &&Form| {
            fields.iter().all(|fields| query::columns::select(form, fields).unknown.is_empty())
        };
        match preset.as_ref().filter(knows) {
            Some(form) => Ok(with_dates(api, Arc::new(form.clone()))),
            None => self.described(api, object).await,
        }
    }

    /// The form as the system describes it.
    async fn described(&self, api: &Api<'_>, object: &str) -> Result<Arc<Form>, Refusal> {
        Ok(with_dates(api, self.forms.described(api, object, self.preset(object)).await?))
    }

    /// Whether a refusal is about a field that this version of the system does not have, which its description may
    /// put right.
    fn description_may_help(&self, refusal: &Refusal, form: &Form) -> bool {
        refusal.cause.code == viewed::FIELD_UNKNOWN && !form.is_described
    }

    fn writer<'w>(&'w self, api: &'w Api<'w>, steps: &[Step]) -> Writer<'w> {
        let preset = steps.first().and_then(|step| self.preset(&step.object));
        Writer { api, forms: &self.forms, preset }
    }
}

/// The form with the date fields that the connection's own settings name.
fn with_dates(api: &Api<'_>, form: Arc<Form>) -> Arc<Form> {
    match api.settings.dates_of(&form.object) {
        Some(dates) => Arc::new(Form { changed_by: dates.to_vec(), ..(*form).clone() }),
        None => form,
    }
}

#[async_trait]
impl Connector for Kingdee {
    fn name(&self) -> &str {
        self.manifest.name()
    }

    fn facts(&self, connection: &Connection) -> Facts {
        self.manifest.facts(connection)
    }

    fn object(&self, _: &Connection, object: &str) -> ObjectFacts {
        let form = self.form(object);
        ObjectFacts {
            statuses: match form.status {
                Some(_) => plan::STATUSES.map(str::to_owned).to_vec(),
                None => Vec::new(),
            },
            id: form.id,
            number: form.number,
            name: form.name,
            by_time: !form.changed_by.is_empty(),
            version: form.changed_by.into_iter().next(),
            personal: self.presets.personal(object).to_vec(),
        }
    }

    fn is_of_record(&self, cause: &model::Cause) -> bool {
        self.manifest.is_of_record(cause)
    }

    fn standing(&self, object: &str) -> Vec<(String, Value<'static>)> {
        let form = self.form(object);
        form.forbidden.into_iter().chain(form.cancelled).map(|field| (field, Value::text("A"))).collect()
    }

    async fn check(&self, wire: &dyn Wire) -> Vec<Finding> {
        match Api::open(wire, &self.manifest) {
            Ok(api) => check::check(&api).await,
            Err(refusal) => vec![Finding { ok: false, cause: refusal.cause }],
        }
    }

    async fn describe(&self, wire: &dyn Wire, object: Option<&str>) -> Result<Vec<Description>, Refusal> {
        let Some(object) = object else {
            let title = |(object, zh, en): (&str, &str, &str)| Description {
                object: object.to_owned(),
                title: format!("{zh} {en}"),
                ..Description::default()
            };
            return Ok(self.presets.titles().map(title).collect());
        };
        let api = Api::open(wire, &self.manifest)?;
        Ok(vec![metadata::describe(&api, object).await?])
    }

    fn narrowed(&self, filter: Option<&str>, equal: &[(String, String)]) -> Option<String> {
        query::filter::narrowed(filter, equal)
    }

    async fn page(&self, wire: &dyn Wire, ask: &PageAsk<'_>) -> Result<Page, Refusal> {
        let api = Api::open(wire, &self.manifest)?;
        let form = self.form_for(&api, ask.object, &[ask.fields]).await?;
        match Reading::new(&api, &form, ask.fields).await.page(ask).await {
            Err(refusal) if self.description_may_help(&refusal, &form) => {
                let form = self.described(&api, ask.object).await?;
                Reading::new(&api, &form, ask.fields).await.page(ask).await
            }
            told => told,
        }
    }

    async fn get(
        &self,
        wire: &dyn Wire,
        object: &str,
        ids: &[String],
        fields: &[String],
    ) -> Result<Vec<Found>, Refusal> {
        let api = Api::open(wire, &self.manifest)?;
        let form = self.form_for(&api, object, &[fields]).await?;
        match Reading::new(&api, &form, fields).await.get(ids).await {
            Err(refusal) if refusal.cause.code == viewed::FIELD_UNKNOWN => {
                let form = self.described(&api, object).await?;
                viewed::get(&api, &form, ids, fields).await
            }
            told => told,
        }
    }

    async fn count(&self, wire: &dyn Wire, ask: &CountAsk<'_>) -> Result<u64, Refusal> {
        let api = Api::open(wire, &self.manifest)?;
        let form = self.form_for(&api, ask.object, &[]).await?;
        match Reading::new(&api, &form, &[]).await.count(ask).await {
            Err(refusal) if self.description_may_help(&refusal, &form) => {
                let form = self.described(&api, ask.object).await?;
                Reading::new(&api, &form, &[]).await.count(ask).await
            }
            told => told,
        }
    }

    async fn lookup(&self, wire: &dyn Wire, ask: &LookupAsk<'_>) -> Result<Vec<Vec<Found>>, Refusal> {
        let api = Api::open(wire, &self.manifest)?;
        let form = self.form_for(&api, ask.object, &[ask.fields, ask.by]).await?;
        match Reading::new(&api, &form, ask.fields).await.lookup(ask).await {
            Err(refusal) if self.description_may_help(&refusal, &form) => {
                let form = self.described(&api, ask.object).await?;
                Reading::new(&api, &form, ask.fields).await.lookup(ask).await
            }
            told => told,
        }
    }

    async fn derived(
        &self,
        wire: &dyn Wire,
        object: &str,
        from: &Derived,
        fields: &[String],
    ) -> Result<Vec<Found>, Refusal> {
        let api = Api::open(wire, &self.manifest)?;
        let form = self.form_for(&api, object, &[fields]).await?;
        let parent = self.form(&from.object);
        match writing::derived(&api, &form, &parent, from, fields).await {
            Err(refusal) if self.description_may_help(&refusal, &form) => {
                let form = self.described(&api, object).await?;
                writing::derived(&api, &form, &parent, from, fields).await
            }
            told => told,
        }
    }

    async fn derived_rows(
        &self,
        wire: &dyn Wire,
        object: &str,
        id: &str,
        list: &str,
    ) -> Result<Vec<DerivedRow>, Refusal> {
        let api = Api::open(wire, &self.manifest)?;
        let form = self.form_for(&api, object, &[&[list.to_owned()]]).await?;
        writing::derived_rows(&api, &form, id, list).await.map_err(|refusal| match &*refusal.cause.code {
            // Not every version lets its links be asked for.
            viewed::FIELD_UNKNOWN => unsupported("derived_rows"),
            _ => refusal,
        })
    }

    /// Files are hung at bills and rows as a whole; a field that holds files can be read only.
    fn refuses_files(&self, _: &Connection, field: Option<&str>, side: FileSide) -> Option<Cause> {
        let is_field = field.is_some() && side == FileSide::Target;
        is_field.then(|| Cause::new("kingdee.file_to_field").with("field", field.unwrap_or_default()))
    }

    fn held_files(&self, value: &Value<'_>) -> Vec<FileEntry> {
        files::listing::held(value)
    }

    async fn files(&self, wire: &dyn Wire, place: &FilePlace<'_>) -> Result<Vec<FileEntry>, Refusal> {
        files::listing::files(&Api::open(wire, &self.manifest)?, &self.form(place.object), place).await
    }

    async fn fetch<'c>(
        &'c self,
        wire: &'c dyn Wire,
        file: &FileEntry,
        most: u64,
    ) -> Result<File<'c>, Refusal> {
        files::fetch(Api::open(wire, &self.manifest)?, file, most).await
    }

    async fn attach(
        &self,
        wire: &dyn Wire,
        place: &FilePlace<'_>,
        file: File<'_>,
    ) -> Result<String, Refusal> {
        files::attach(&Api::open(wire, &self.manifest)?, place, file).await
    }

    fn plan(&self, ask: &PlanAsk<'_>) -> Result<Vec<Step>, Refusal> {
        Ok(plan::plan(&self.form(ask.object), ask)?)
    }

    fn accomplished(&self, step: &Step, observed: &Found) -> bool {
        accomplished::accomplished(&self.form(&step.object), step, observed)
    }

    fn rows(
        &self,
        _: &Connection,
        object: &str,
        lines: &DetailLines,
        mapped: &[Value<'_>],
        observed: &Found,
    ) -> Vec<Option<String>> {
        rows::rows(&self.form(object), lines, mapped, observed)
    }

    async fn step(&self, wire: &dyn Wire, steps: &[Step]) -> Vec<writing::Outcome> {
        match Api::open(wire, &self.manifest) {
            Ok(api) => self.writer(&api, steps).carry_out(steps).await,
            Err(refusal) => steps.iter().map(|_| Err(refusal.clone())).collect(),
        }
    }

    async fn preview(&self, wire: &dyn Wire, steps: &[Step]) -> Result<Vec<(String, String)>, Refusal> {
        Ok(match Api::open(wire, &self.manifest) {
            Ok(api) => self.writer(&api, steps).preview(steps),
            Err(_) => Vec::new(),
        })
    }

    async fn person(&self, wire: &dyn Wire, by: &str) -> Result<Option<String>, Refusal> {
        operations::person(&Api::open(wire, &self.manifest)?, by).await
    }

    async fn people(&self, wire: &dyn Wire, ask: &PeopleAsk<'_>) -> Result<Vec<Person>, Refusal> {
        people::people(&Api::open(wire, &self.manifest)?, ask).await
    }

    async fn shape(
        &self,
        wire: &dyn Wire,
        object: &str,
        document: Map<'static>,
    ) -> Result<Map<'static>, Refusal> {
        let api = Api::open(wire, &self.manifest)?;
        let known = self.forms.known(&api, object);
        let form = known.unwrap_or_else(|| Arc::new(self.form(object)));
        let form = match form.is_described || !shape::has_unknown(&form, &document) {
            true => form,
            false => self.described(&api, object).await?,
        };
        let shaped = shape::shaped(&form, document);
        shape::check(&form, &shaped).map_err(|cause| Refusal::new(AnswerClass::Rejected, cause))?;
        Ok(shaped)
    }
}

#[cfg(test)]
mod tests;
