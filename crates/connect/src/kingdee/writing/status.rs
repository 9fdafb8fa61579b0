//! Changes of status: Submit, Audit, UnAudit, Delete, CancelAssign, and everything else that a form can do by name
//! (`protocols/kingdee.md §3.2, §3.4`).
//!
//! Many documents go in one call. A document whose change is refused may be in the wanted status already ("单据已经审核"
//! after an answer that was lost): the system is asked before the refusal is believed.

use contract::connector::{Done, Found, Refusal};
use model::step::Step;
use model::{AnswerClass, Cause, Map, Value, json};

use super::super::accomplished::accomplished;
use super::super::answer::{self, Fault, Nature, Status};
use super::super::call::{Reply, Request};
use super::super::form::Form;
use super::super::reading::Reading;
use super::{Outcome, StepOptions, Writer, is_of_call, refused, silent};

/// The operations with an address of their own; all others go by number through one.
const DIRECT: [&str; 5] = ["Submit", "Audit", "UnAudit", "Delete", "CancelAssign"];
const SPELLINGS: [&str; 2] = ["ExcuteOperation", "ExecuteOperation"];

impl Writer<'_> {
    pub(super) async fn change_status(&self, operation: &str, steps: &[Step]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(steps.len());
        for group in steps.chunk_by(go_together) {
            let told = match self.changed(operation, group).await {
                Ok(reply) => self.outcomes(group, &reply),
                Err(refusal) => group.iter().map(|_| Err(refusal.clone())).collect(),
            };
            outcomes.extend(self.confirmed(group, told).await);
        }
        outcomes
    }

    pub(super) fn status_requests(&self, operation: &str, steps: &[Step]) -> Vec<Request> {
        let groups = steps.chunk_by(go_together);
        groups.map(|group| self.status_request(operation, self.api.settings.operation, group)).collect()
    }

    /// Sends the change. Where the operation's address is not known under the one spelling, the other is tried once:
    /// nothing was carried out then.
    async fn changed(&self, operation: &str, group: &[Step]) -> Result<Reply, Refusal> {
        if group.iter().any(|step| step.id.is_none() && step.number.is_none()) {
            let cause =
                Cause::new("kingdee.no_id").with("object", &group[0].object).with("operation", operation);
            return Err(Refusal::new(AnswerClass::Rejected, cause));
        }
        let first = self.api.settings.operation;
        let reply = self.api.call(&self.status_request(operation, first, group)).await?;
        if DIRECT.contains(&operation) || !reply.is_unknown_address() {
            return Ok(reply);
        }
        let other = SPELLINGS.into_iter().find(|spelling| *spelling != first).unwrap_or(first);
        self.api.call(&self.status_request(operation, other, group)).await
    }

    fn status_request(&self, operation: &str, spelling: &'static str, group: &[Step]) -> Request {
        let direct = DIRECT.into_iter().find(|direct| *direct == operation);
        let ids: Option<Vec<&str>> = group.iter().map(|step| step.id.as_deref()).collect();
        let numbers =
            group.iter().filter_map(|step| step.number.as_deref()).map(Value::text).collect::<Vec<Value>>();
        let mut data = Map::new();
        data.push("CreateOrgId", 0);
        data.push("Numbers", if ids.is_some() { Vec::new() } else { numbers });
        data.push("Ids", ids.map(|ids| ids.join(",")).unwrap_or_default());
        if direct.is_none() {
            data.push("PkEntryIds", Vec::new());
        }
        data.push("NetworkCtrl", "");
        data.push("IgnoreInterationFlag", "");
        for (name, value) in StepOptions::of(&group[0]).data {
            data.set(name, value);
        }
        let number = direct.is_none().then_some(operation);
        let body = self.api.form_body(&group[0].object, number, &json::write(&Value::Map(data)));
        Request { operation: direct.unwrap_or(spelling), body, nature: Nature::Write }
    }

    fn outcomes(&self, group: &[Step], reply: &Reply) -> Vec<Outcome> {
        let status = match reply.value() {
            Ok(value) => answer::status(&value),
            Err(refusal) => return group.iter().map(|_| Err(refusal.clone())).collect(),
        };
        let Some(status) = status else { return group.iter().map(|step| Err(silent(step))).collect() };
        group.iter().enumerate().map(|(at, step)| self.one_of(at, step, group.len(), &status)).collect()
    }

    /// The outcome of one document: by its id or number among the successes, by its number or place among the errors.
    fn one_of(&self, at: usize, step: &Step, steps: usize, status: &Status) -> Outcome {
        let is_its = |told: &Option<String>, own: &Option<String>| told.is_some() && told == own;
        let succeeded = status.entities.iter().any(|entity| {
            is_its(&entity.id, &step.id)
                || is_its(&entity.number, &step.number)
                || (entity.id.is_none() && entity.number.is_none() && entity.index == Some(at))
        });
        // What tells of another document alone is the answer to another call.
        let is_of_another = steps == 1
            && step.id.is_some()
            && !status.entities.is_empty()
            && status.entities.iter().all(|entity| entity.id.is_some() && entity.id != step.id);
        let all_succeeded =
            status.is_success && !is_of_another && (steps == 1 || status.entities.len() >= steps);
        if succeeded || all_succeeded {
            return Ok(Done { id: step.id.clone(), number: step.number.clone() });
        }
        let named =
            |fault: &&Fault| step.number.as_deref().is_some_and(|number| is_named(&fault.message, number));
        let fault = status.errors.iter().find(named);
        let fault = fault.or_else(|| status.errors.iter().find(|fault| fault.index == Some(at)));
        match fault {
            Some(fault) => Err(refused(self.api, step, status, Some(fault))),
            None if (steps == 1 && !is_of_another) || is_of_call(status) => {
                Err(refused(self.api, step, status, None))
            }
            None => Err(silent(step)),
        }
    }

    /// Asks for the documents whose change was refused: those that are as they should be are done.
    async fn confirmed(&self, group: &[Step], outcomes: Vec<Outcome>) -> Vec<Outcome> {
        let is_refused =
            |outcome: &Outcome| matches!(outcome, Err(refusal) if refusal.class == AnswerClass::Rejected);
        let doubtful: Vec<String> = group
            .iter()
            .zip(&outcomes)
            .filter(|(_, outcome)| is_refused(outcome))
            .filter_map(|(step, _)| step.id.clone())
            .collect();
        if doubtful.is_empty() {
            return outcomes;
        }
        let object = &group[0].object;
        let form =
            self.forms.known(self.api, object).map(|form| (*form).clone()).or_else(|| self.preset.clone());
        let form = form.unwrap_or_else(|| Form::bill(object));
        let found = Reading::new(self.api, &form, &[]).await.get(&doubtful).await;
        let settle = |(step, outcome): (&Step, Outcome)| match (&outcome, &found, &step.id) {
            (_, _, None) => outcome,
            (refused, Err(refusal), _) if is_refused(refused) => Err(refusal.clone()),
            (refused, Ok(found), Some(id)) if is_refused(refused) => {
                believed(&form, step, id, found, outcome)
            }
            _ => outcome,
        };
        group.iter().zip(outcomes).map(settle).collect()
    }
}

fn believed(form: &Form, step: &Step, id: &str, found: &[Found], refused: Outcome) -> Outcome {
    let document = found.iter().find(|found| found.id == id);
    let is_done = match document {
        Some(document) => accomplished(form, step, document),
        None => step.action == model::step::Action::Delete,
    };
    match is_done {
        true => Ok(Done { id: step.id.clone(), number: step.number.clone() }),
        false => refused,
    }
}

/// Documents known by id go by id, the others by number; the options must be the same.
fn go_together(one: &Step, other: &Step) -> bool {
    one.id.is_some() == other.id.is_some() && one.options == other.options
}

/// Whether a message is about this number: `单据编号为“XSDD0001”的…`. Quotes keep `C1` out of `C10`.
fn is_named(message: &str, number: &str) -> bool {
    ["“", "\"", "[", "【"]
        .iter()
        .zip(["”", "\"", "]", "】"])
        .any(|(open, close)| message.contains(&format!("{open}{number}{close}")))
}
