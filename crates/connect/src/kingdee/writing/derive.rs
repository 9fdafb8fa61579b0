//! Push (下推): one document from another (`protocols/kingdee.md §3.5`).
//!
//! The answer tells of two things, the conversion and the save. Both must have gone well, and there must be one
//! document: of several nobody could say which is meant. Each parent goes in a call of its own, because the answer does
//! not tell whose a document is.

use contract::connector::{Derived, DerivedRow, Done, Found, LookupAsk, Refusal, unsupported};
use model::step::Step;
use model::{AnswerClass, Cause, Value, json};

use super::super::answer::{self, Nature, Status};
use super::super::call::{Api, Reply, Request};
use super::super::form::Form;
use super::super::plan::{FROM, OF};
use super::super::query::{Query, filter};
use super::super::reading::Reading;
use super::super::rows::row_id;
use super::super::viewed::FIELD_UNKNOWN;
use super::{Outcome, Writer, refused, silent};

/// Rows of one document: more than any has.
const MOST_ROWS: usize = 2000;

impl Writer<'_> {
    pub(super) async fn derive(&self, steps: &[Step]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(steps.len());
        for step in steps {
            outcomes.push(match self.api.call(&self.push(step)).await {
                Ok(reply) => self.pushed(&named(step), &reply),
                Err(refusal) => Err(refusal),
            });
        }
        outcomes
    }

    pub(super) fn push(&self, step: &Step) -> Request {
        let from = option(step, FROM).unwrap_or_default();
        let body = self.api.form_body(&from, None, &step.document);
        Request { operation: "Push", body, nature: Nature::Write }
    }

    fn pushed(&self, step: &Step, reply: &Reply) -> Outcome {
        let value = reply.value()?;
        let saved = answer::status(&value);
        let converted = answer::conversion(&value).filter(|status| !status.is_success);
        let made = saved.as_ref().map(|status| &status.entities[..]).unwrap_or_default();
        match (made, converted, &saved) {
            ([], Some(failed), _) => Err(self.not_pushed(step, &failed)),
            ([], None, Some(failed)) if !failed.is_success => Err(self.not_pushed(step, failed)),
            ([only], _, Some(status)) if status.is_success && only.id.is_some() => {
                Ok(Done { id: only.id.clone(), number: only.number.clone() })
            }
            ([_, _, ..], _, _) => Err(several(step, made.iter().filter_map(|one| one.number.as_deref()))),
            _ => Err(silent(step)),
        }
    }

    /// What keeps a document from being changed keeps it from being pushed once more for another reason.
    fn not_pushed(&self, step: &Step, status: &Status) -> Refusal {
        let parent = Step { object: option(step, FROM).unwrap_or_default(), ..step.clone() };
        let mut refusal = refused(self.api, &parent, status, None);
        if refusal.cause.code == "kingdee.downstream" {
            refusal.cause.code = "kingdee.nothing_left".into();
        }
        refusal
    }
}

fn option(step: &Step, name: &str) -> Option<String> {
    let options = json::read(&step.options).unwrap_or_default();
    options.get(name).and_then(Value::as_text).map(str::to_owned)
}

/// The step under the number of the document that it starts from: a refusal is about that one.
fn named(step: &Step) -> Step {
    Step { number: option(step, OF), ..step.clone() }
}

/// More than one document was made. They are there, so nothing may be pushed again: unknown, until a person has left
/// one of them.
fn several<'n>(step: &Step, numbers: impl Iterator<Item = &'n str>) -> Refusal {
    let numbers: Vec<&str> = numbers.collect();
    let cause = Cause::new("kingdee.push_several").with("object", &step.object);
    Refusal::new(AnswerClass::Unknown, cause.with("numbers", numbers.join(", ")))
}

/// The documents of the form that were derived from this one: those with a row that names it as its source, by
/// number and, where the form's links can be asked for, by id: another form may have a document of the same number.
///
/// # Errors
/// `kingdee.not_found` when the parent does not exist, else what the server answered.
pub async fn derived(
    api: &Api<'_>,
    form: &Form,
    parent: &Form,
    from: &Derived,
    fields: &[String],
) -> Result<Vec<Found>, Refusal> {
    let number = match &from.number {
        Some(number) => number.clone(),
        None => number_of(api, parent, &from.id).await?,
    };
    if let Some(source_id) = &form.source_id {
        let by = [form.source.clone(), source_id.clone()];
        match named_by(api, form, &by, vec![number.clone(), from.id.clone()], fields).await {
            // Not every version lets its links be asked for.
            Err(refusal) if refusal.cause.code == FIELD_UNKNOWN => {}
            told => return told,
        }
    }
    named_by(api, form, std::slice::from_ref(&form.source), vec![number], fields).await
}

/// The rows of a list of a pushed document with the rows that they were pushed from, as the form's links tell it
/// (`FEntity_Link_FSId`, `protocols/kingdee.md §3.5`).
///
/// # Errors
/// `connector.unsupported` where the form has no such list, [`FIELD_UNKNOWN`] where its links cannot be asked for; else
/// what the server answered.
pub async fn derived_rows(
    api: &Api<'_>,
    form: &Form,
    id: &str,
    list: &str,
) -> Result<Vec<DerivedRow>, Refusal> {
    let entity = form.entity(list).ok_or_else(|| unsupported("derived_rows"))?;
    let keys = [entity.id_key(), format!("{}_Link_FSId", entity.key)];
    let these = filter::ids(&form.id, &[id.to_owned()]);
    let order = format!("{} ASC", keys[0]);
    let query = Query { form: &form.object, keys: &keys, filter: &these, order: &order, limit: MOST_ROWS };
    let rows = query.rows(api).await?;
    Ok(rows
        .iter()
        .filter_map(|row| Some(DerivedRow { id: row_id(row.first()?)?, from: row_id(row.get(1)?)? }))
        .collect())
}

async fn named_by(
    api: &Api<'_>,
    form: &Form,
    by: &[String],
    key: Vec<String>,
    fields: &[String],
) -> Result<Vec<Found>, Refusal> {
    let ask = LookupAsk { object: &form.object, by, keys: &[key], fields };
    let found = Reading::new(api, form, fields).await.lookup(&ask).await?;
    Ok(found.into_iter().flatten().collect())
}

async fn number_of(api: &Api<'_>, form: &Form, id: &str) -> Result<String, Refusal> {
    let absent = || {
        let cause = Cause::new("kingdee.not_found").with("object", &form.object).with("number", id);
        Refusal::new(AnswerClass::Rejected, cause)
    };
    let field = form.number.clone().ok_or_else(absent)?;
    let keys = [field];
    let condition = filter::ids(&form.id, &[id.to_owned()]);
    let query = Query { form: &form.object, keys: &keys, filter: &condition, order: "", limit: 1 };
    let rows = query.rows(api).await?;
    let number = rows.first().and_then(|row| row.first()?.plain()).map(|text| text.trim().to_owned());
    number.filter(|number| !number.is_empty()).ok_or_else(absent)
}
