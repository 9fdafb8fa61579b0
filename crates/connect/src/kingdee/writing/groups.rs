//! Groups of base data (分组) that a document names and that do not exist yet: made before it is saved, where the flow
//! says so (`protocols/kingdee.md §3.6`).
//!
//! A group that exists is never touched. Its number is taken as its name until somebody gives it a better one.

use std::collections::{BTreeMap, BTreeSet};

use contract::connector::Refusal;
use model::step::Step;
use model::{AnswerClass, Map, Value, json};

use super::super::answer::{self, Nature};
use super::super::call::Request;
use super::Writer;

impl Writer<'_> {
    /// Makes the groups that these documents name. For each document, in order, why it has none to go to: it may not be
    /// saved then, because it would lose its group.
    pub(super) async fn make_groups(&self, steps: &[Step]) -> Vec<Option<Refusal>> {
        let nothing_lacks = || vec![None; steps.len()];
        let Some(first) = steps.first() else { return Vec::new() };
        let Some(field) = self.form(&first.object).group.clone() else { return nothing_lacks() };
        let of_steps: Vec<Option<String>> = steps.iter().map(|step| group_of(step, &field)).collect();
        let named: BTreeSet<&String> = of_steps.iter().flatten().collect();
        if named.is_empty() {
            return nothing_lacks();
        }
        let known = match self.groups(&first.object, &field).await {
            Ok(known) => known,
            Err(refusal) => return vec![Some(nothing_saved(refusal)); steps.len()],
        };
        let mut lacking: BTreeMap<&String, Refusal> = BTreeMap::new();
        for number in named.into_iter().filter(|number| !known.contains(*number)) {
            if let Err(refusal) = self.make_group(&first.object, &field, number).await {
                lacking.insert(number, nothing_saved(refusal));
            }
        }
        of_steps.iter().map(|group| lacking.get(group.as_ref()?).cloned()).collect()
    }

    async fn groups(&self, object: &str, field: &str) -> Result<BTreeSet<String>, Refusal> {
        let mut data = Map::with_capacity(4);
        data.push("FormId", object);
        data.push("GroupFieldKey", field);
        data.push("GroupPkIds", "");
        data.push("Ids", "");
        let body = self.api.data_body(&json::write(&Value::Map(data)));
        let reply =
            self.api.call(&Request { operation: "QueryGroupInfo", body, nature: Nature::Read }).await?;
        let value = reply.value()?;
        if let Some(status) = answer::failed(&value) {
            let refusal = answer::refusal(self.api.manifest, &status, None);
            return Err(Refusal::new(refusal.class, refusal.cause.with("object", object)));
        }
        let mut numbers = BTreeSet::new();
        gather(value.get("Result").unwrap_or(&value), &mut numbers);
        Ok(numbers)
    }

    async fn make_group(&self, object: &str, field: &str, number: &str) -> Result<(), Refusal> {
        let mut data = Map::with_capacity(6);
        data.push("GroupFieldKey", field);
        data.push("GroupPkId", 0);
        data.push("FParentId", 0);
        data.push("FNumber", number);
        data.push("FName", number);
        data.push("FDescription", "");
        let body = self.api.form_body(object, None, &json::write(&Value::Map(data)));
        let reply = self.api.call(&Request { operation: "GroupSave", body, nature: Nature::Write }).await?;
        let value = reply.value()?;
        let Some(status) = answer::failed(&value) else { return Ok(()) };
        let refusal = answer::refusal(self.api.manifest, &status, None);
        // Somebody else has made it meanwhile, or we did and its answer was lost.
        if refusal.cause.code == "kingdee.duplicate" {
            return Ok(());
        }
        Err(Refusal::new(refusal.class, refusal.cause.with("object", object).with("number", number)))
    }
}

/// No document has gone out, whatever became of its group: the next try asks for the groups again, and sees.
fn nothing_saved(refusal: Refusal) -> Refusal {
    match refusal.class {
        AnswerClass::Unknown => Refusal::new(AnswerClass::Transient, refusal.cause),
        _ => refusal,
    }
}

/// The number of the group that a document names.
fn group_of(step: &Step, field: &str) -> Option<String> {
    let document = json::read(&step.document).ok()?;
    let number = match document.get(field)? {
        Value::Map(reference) => reference.iter().next().and_then(|(_, value)| value.plain()),
        other => other.plain(),
    }?;
    (!number.trim().is_empty()).then(|| number.trim().to_owned())
}

/// Every number in the reply, however deep: how groups nest in it is not documented (`protocols/kingdee.md §11`).
fn gather(value: &Value, numbers: &mut BTreeSet<String>) {
    match value {
        Value::List(list) => list.iter().for_each(|value| gather(value, numbers)),
        Value::Map(map) => {
            for (name, value) in map.iter() {
                match value.plain() {
                    Some(number) if matches!(name, "FNumber" | "FNUMBER" | "Number") => {
                        numbers.insert(number.trim().to_owned());
                    }
                    Some(_) => {}
                    None => gather(value, numbers),
                }
            }
        }
        _ => {}
    }
}
