//! Save, Draft and BatchSave (`protocols/kingdee.md §3.1`).
//!
//! Documents with the same options go together, because the options of a batch hold for all of it. A batch is not
//! atomic: each document is told apart by its place (`DIndex`), and one that the answer does not mention may or may not
//! have been saved.

use contract::connector::{Done, Refusal};
use model::step::{Action, Step};
use model::{AnswerClass, Cause, Map, Value, json};

use super::super::answer::{self, Entity, Nature, Status};
use super::super::call::{Reply, Request};
use super::super::plan::remaining;
use super::super::reading::Reading;
use super::super::rows::row_id;
use super::{Outcome, StepOptions, Writer, is_of_call, refused, silent};

/// Most documents of one batch, by the vendor's advice.
const BATCH: usize = 20;
/// Threads of the server for one batch, by the vendor's advice.
const BATCH_COUNT: i64 = 5;

impl Writer<'_> {
    pub(super) async fn save(&self, steps: &[Step]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(steps.len());
        for group in groups(steps) {
            let makes_groups = StepOptions::of(&group[0]).makes_groups;
            outcomes.extend(match makes_groups {
                true => self.save_grouped(group).await,
                false => self.save_together(group).await,
            });
        }
        outcomes
    }

    /// Documents whose groups (分组) are made first; one that has none to go to keeps no other.
    async fn save_grouped(&self, steps: &[Step]) -> Vec<Outcome> {
        let lacking = self.make_groups(steps).await;
        let ready: Vec<Step> = steps
            .iter()
            .zip(&lacking)
            .filter(|(_, lacking)| lacking.is_none())
            .map(|(step, _)| step.clone())
            .collect();
        let saved = if ready.is_empty() { Vec::new() } else { self.save_together(&ready).await };
        let mut saved = saved.into_iter();
        let outcome = |(step, lacking): (&Step, Option<Refusal>)| match lacking {
            Some(refusal) => Err(refusal),
            None => saved.next().unwrap_or_else(|| Err(silent(step))),
        };
        steps.iter().zip(lacking).map(outcome).collect()
    }

    async fn save_together(&self, steps: &[Step]) -> Vec<Outcome> {
        match self.save_group(steps).await {
            Ok(told) => told,
            Err(refusal) => steps.iter().map(|_| Err(refusal.clone())).collect(),
        }
    }

    /// # Errors
    /// What holds for every document of the group.
    async fn save_group(&self, group: &[Step]) -> Result<Vec<Outcome>, Refusal> {
        let options = StepOptions::of(&group[0]);
        let request = self.request(group).await?;
        if let ([_, _, ..], true) = (group, options.is_async) {
            return Ok(batch_saved(self, group, self.through(request).await?));
        }
        let reply = self.api.call(&request).await?;
        match group {
            [only] => Ok(vec![self.saved(only, &reply)]),
            many => Ok(batch_saved(self, many, answer::status(&reply.value()?))),
        }
    }

    pub(super) fn save_requests(&self, steps: &[Step]) -> Vec<Request> {
        groups(steps).map(|group| self.request_of(group, &group[0].document)).collect()
    }

    /// The request for a group. A save that removes rows is completed with all the rows there are now.
    async fn request(&self, group: &[Step]) -> Result<Request, Refusal> {
        let options = StepOptions::of(&group[0]);
        if options.gone.is_empty() {
            return Ok(self.request_of(group, &group[0].document));
        }
        let document = self.remaining_now(&group[0], &options.gone).await?;
        Ok(self.request_of(group, &document))
    }

    fn request_of(&self, group: &[Step], single: &str) -> Request {
        let StepOptions { mut data, is_draft, .. } = StepOptions::of(&group[0]);
        let form = &group[0].object;
        let operation = match (is_draft, group) {
            (true, _) => "Draft",
            (false, [_]) => "Save",
            (false, _) => "BatchSave",
        };
        let model = match group {
            [_] => single.to_owned(),
            many => {
                data.set("BatchCount", BATCH_COUNT);
                let documents: Vec<&str> = many.iter().map(|step| step.document.as_str()).collect();
                format!("[{}]", documents.join(","))
            }
        };
        let body = self.api.form_body(form, None, &with_model(data, &model));
        Request { operation, body, nature: Nature::Write }
    }

    /// The document of a save that removes rows: every row of every list as it is now, but those that have to go. The
    /// lists are those of the system's own description, since a row that is not named is deleted.
    async fn remaining_now(&self, step: &Step, gone: &Map<'static>) -> Result<String, Refusal> {
        let form = self.forms.described(self.api, &step.object, self.preset.clone()).await?;
        let lists: Vec<String> = form.lists().map(|list| format!("{}.{}", list.key, list.id)).collect();
        let id = step.id.clone().unwrap_or_default();
        let found = Reading::new(self.api, &form, &lists).await.get(std::slice::from_ref(&id)).await?;
        let Some(found) = found.into_iter().next() else {
            let cause = Cause::new("kingdee.not_found").with("object", &step.object).with("number", id);
            return Err(Refusal::new(AnswerClass::Rejected, cause));
        };
        Ok(json::write(&Value::Map(remaining(&form, &found, gone))))
    }

    /// The outcome of one Save or Draft.
    fn saved(&self, step: &Step, reply: &Reply) -> Outcome {
        let value = reply.value()?;
        let status = answer::status(&value).ok_or_else(|| silent(step))?;
        if !status.is_success {
            return Err(refused(self.api, step, &status, None));
        }
        let result = value.get("Result");
        let told = |name: &str| result.and_then(|result| result.get(name)).and_then(row_id);
        let entity = status.entities.into_iter().next().unwrap_or_default();
        let id = told("Id").or(entity.id);
        // What tells of another document is the answer to another call.
        if step.action == Action::Update && step.id.is_some() && id.is_some() && id != step.id {
            return Err(silent(step));
        }
        done(step, Entity { id, number: told("Number").or(entity.number), index: None })
    }

    fn one_of_batch(&self, at: usize, step: &Step, steps: usize, status: &Status) -> Outcome {
        let all_are_named = status.is_success && status.entities.len() == steps;
        let entity = status
            .entities
            .iter()
            .find(|entity| entity.index == Some(at))
            .or_else(|| status.entities.get(at).filter(|entity| all_are_named && entity.index.is_none()));
        let fault = status.errors.iter().find(|fault| fault.index == Some(at));
        match (entity, fault) {
            (Some(entity), None) => done(step, entity.clone()),
            (None, Some(fault)) => Err(refused(self.api, step, status, Some(fault))),
            (None, None) if is_of_call(status) => Err(refused(self.api, step, status, None)),
            // Both or neither: the answer does not tell what became of it.
            _ => Err(silent(step)),
        }
    }
}

/// One outcome for each document of a batch.
fn batch_saved(writer: &Writer<'_>, steps: &[Step], status: Option<Status>) -> Vec<Outcome> {
    let Some(status) = status else { return steps.iter().map(|step| Err(silent(step))).collect() };
    steps.iter().enumerate().map(|(at, step)| writer.one_of_batch(at, step, steps.len(), &status)).collect()
}

/// Steps that can share a call: neighbours with the same options that are no drafts and remove nothing. What only this
/// connector reads of the options does not keep them apart.
fn groups(steps: &[Step]) -> impl Iterator<Item = &[Step]> {
    let shares = |one: &Step, other: &Step| {
        let (one, other) = (StepOptions::of(one), StepOptions::of(other));
        let is_alike = one.data == other.data && one.is_async == other.is_async;
        is_alike && one.makes_groups == other.makes_groups && one.can_share() && other.can_share()
    };
    steps.chunk_by(shares).flat_map(|group| group.chunks(BATCH))
}

/// The data of a save: the options, then the model as it was planned, letter for letter.
fn with_model(data: Map<'static>, model: &str) -> String {
    let mut text = json::write(&Value::Map(data));
    text.pop();
    if text.len() > 1 {
        text.push(',');
    }
    text.push_str("\"Model\":");
    text.push_str(model);
    text.push('}');
    text
}

/// What a success tells. A new document whose id is not told has to be looked up.
fn done(step: &Step, entity: Entity) -> Outcome {
    let known = |told: Option<String>, planned: &Option<String>| told.or_else(|| planned.clone());
    match (&step.action, &entity.id) {
        (Action::Create, None) => Err(silent(step)),
        (Action::Create, Some(_)) => Ok(Done { id: entity.id, number: entity.number }),
        _ => Ok(Done { id: known(entity.id, &step.id), number: known(entity.number, &step.number) }),
    }
}
