//! Allocate (分配): a record of base data given to further organisations (`protocols/kingdee.md §3.6`).
//!
//! An organisation that has the record already is passed over, so that the step may be repeated after an answer that
//! was lost. The record's number is the same in every organisation; its id is not.

use std::collections::BTreeSet;

use contract::connector::{Done, Refusal};
use model::step::Step;
use model::{AnswerClass, Cause, Map, Value, json};

use super::super::answer::{self, Nature};
use super::super::call::Request;
use super::super::plan::TO;
use super::super::query::{Query, Row, filter};
use super::super::rows::row_id;
use super::{Outcome, StepOptions, Writer, refused, silent};

impl Writer<'_> {
    pub(super) async fn allocate(&self, steps: &[Step]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(steps.len());
        for step in steps {
            outcomes.push(self.allocate_one(step).await);
        }
        outcomes
    }

    async fn allocate_one(&self, step: &Step) -> Outcome {
        let to = organisations(step);
        let (id, number, has) = self.spread(step).await?;
        let done = Done { id: step.id.clone().or(Some(id.clone())), number: Some(number) };
        let missing: Vec<&str> = to.iter().map(String::as_str).filter(|to| !has.contains(*to)).collect();
        if missing.is_empty() {
            return Ok(done);
        }
        let ids = self.ids_of(&missing).await?;
        let reply = self.api.call(&self.allocation(step, &id, &ids)).await?;
        let value = reply.value()?;
        let status = answer::status(&value).ok_or_else(|| silent(step))?;
        match status.is_success {
            true => Ok(done),
            false => Err(refused(self.api, step, &status, None)),
        }
    }

    /// The record's id and number, and the numbers of the organisations that have it.
    async fn spread(&self, step: &Step) -> Result<(String, String, BTreeSet<String>), Refusal> {
        let form = self.form(&step.object);
        let field = form.number.clone().unwrap_or_else(|| "FNumber".to_owned());
        let number = match &step.number {
            Some(number) => number.clone(),
            None => {
                let id = step.id.clone().unwrap_or_default();
                let rows = self
                    .rows(&form.object, std::slice::from_ref(&field), &filter::ids(&form.id, &[id]))
                    .await?;
                cell(rows.first(), 0).ok_or_else(|| absent(step))?
            }
        };
        let keys = [form.id.clone(), "FUseOrgId.FNumber".to_owned()];
        let rows = self.rows(&form.object, &keys, &filter::texts(&field, [&*number])).await?;
        let has = rows.iter().filter_map(|row| cell(Some(row), 1)).collect();
        let first = rows.first().and_then(|row| row.first().and_then(row_id));
        let id = step.id.clone().or(first).ok_or_else(|| absent(step))?;
        Ok((id, number, has))
    }

    async fn ids_of(&self, numbers: &[&str]) -> Result<Vec<String>, Refusal> {
        let keys = ["FOrgID".to_owned(), "FNumber".to_owned()];
        let condition = filter::texts("FNumber", numbers.iter().copied());
        let rows = self.rows("ORG_Organizations", &keys, &condition).await?;
        let id = |number: &&str| {
            let row = rows.iter().find(|row| cell(Some(row), 1).as_deref() == Some(*number));
            row.and_then(|row| row.first().and_then(row_id)).ok_or_else(|| {
                let cause = Cause::new("kingdee.organisation_unknown").with("organisation", number);
                Refusal::new(AnswerClass::Config, cause)
            })
        };
        numbers.iter().map(id).collect()
    }

    async fn rows(&self, form: &str, keys: &[String], condition: &str) -> Result<Vec<Row>, Refusal> {
        Query { form, keys, filter: condition, order: "", limit: 2000 }.rows(self.api).await
    }

    fn allocation(&self, step: &Step, id: &str, to: &[String]) -> Request {
        let mut data = Map::with_capacity(3);
        data.push("PkIds", id);
        data.push("TOrgIds", to.join(","));
        for (name, value) in StepOptions::of(step).data {
            data.set(name, value);
        }
        let body = self.api.form_body(&step.object, None, &json::write(&Value::Map(data)));
        Request { operation: "Allocate", body, nature: Nature::Write }
    }

    /// The call as far as it is known before the organisations have been asked for: their numbers in place of ids.
    pub(super) fn allocation_shown(&self, step: &Step) -> Request {
        self.allocation(step, step.id.as_deref().unwrap_or_default(), &organisations(step))
    }
}

fn organisations(step: &Step) -> Vec<String> {
    let options = json::read(&step.options).unwrap_or_default();
    let to = options.get(TO).and_then(Value::as_list).unwrap_or_default();
    to.iter().filter_map(Value::as_text).map(str::to_owned).collect()
}

fn cell(row: Option<&Row>, at: usize) -> Option<String> {
    let text = row?.get(at)?.plain()?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn absent(step: &Step) -> Refusal {
    let document = step.number.as_deref().or(step.id.as_deref()).unwrap_or_default();
    let cause = Cause::new("kingdee.not_found").with("object", &step.object).with("number", document);
    Refusal::new(AnswerClass::Rejected, cause)
}
