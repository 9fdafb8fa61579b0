//! Carrying out steps: one call for each record (`protocols/fxiaoke.md §4.5`).
//!
//! What the vendor has refused was not carried out. What it answered with a fault of its own (50009, -1), or not at
//! all, may have been: that is `unknown`, and the engine looks before it writes again.

use contract::connector::{Done, Refusal};
use model::step::{Action, Step};
use model::{AnswerClass, Cause, Map, Value, json};

use super::call::{Kind, Session};
use super::options;
use super::path::Act;
use super::plan::{DETAILS, INVALID, RECOVER};
use super::record;
use super::sign_in;

/// Carries out one step.
pub(super) async fn write(session: &Session<'_>, step: &Step) -> Result<Done, Refusal> {
    let owner = default_owner(session, step).await?;
    let request = Request::read(step)?;
    let body = request.body(step, owner.as_deref());
    match session.crm(request.act.path(&step.object), Kind::Write, body).await {
        Ok(answer) => done(step, &answer),
        Err(refusal) => Err(duplicate(session, step, doubted(refusal))),
    }
}

/// The call that the step would make: its path, and its body without credentials.
pub(super) fn preview(step: &Step) -> Option<(String, String)> {
    let request = Request::read(step).ok()?;
    let body = json::write(&Value::Map(request.body(step, None)));
    Some((request.act.path(&step.object).to_owned(), body))
}

/// A step read for sending.
struct Request<'s> {
    act: Act,
    document: Map<'s>,
    options: Map<'s>,
}

impl<'s> Request<'s> {
    fn read(step: &'s Step) -> Result<Request<'s>, Refusal> {
        let act = match &step.action {
            Action::Create => Act::Create,
            Action::Update => Act::Update,
            Action::Transition(name) if name == INVALID => Act::Invalid,
            Action::Transition(name) if name == RECOVER => Act::Recover,
            other => return Err(contract::connector::unsupported(other.name())),
        };
        Ok(Request { act, document: read_map(&step.document)?, options: read_map(&step.options)? })
    }

    fn body<'r>(&'r self, step: &'r Step, owner: Option<&'r str>) -> Map<'r> {
        let mut top = Map::new();
        let mut inner = Map::new();
        options::place(&self.options, &mut top, &mut inner);
        let id = step.id.as_deref().unwrap_or_default();
        match self.act {
            Act::Invalid => {
                inner.push("object_data_id", id);
                inner.push("dataObjectApiName", &*step.object);
            }
            Act::Recover => {
                inner.push("idList", vec![Value::from(id)]);
                inner.push("dataObjectApiName", &*step.object);
            }
            _ => self.put_document(step, owner, &mut inner),
        }
        top.push("data", inner);
        top
    }

    fn put_document<'r>(&'r self, step: &'r Step, owner: Option<&'r str>, inner: &mut Map<'r>) {
        let mut record = Map::with_capacity(self.document.len() + 3);
        record.push("dataObjectApiName", &*step.object);
        if let Some(id) = &step.id {
            record.push(record::ID, &**id);
        }
        for (name, value) in self.document.iter().filter(|(name, _)| *name != DETAILS) {
            record.set(name, value.borrow());
        }
        if let Some(owner) = owner {
            record.set("owner", vec![Value::from(owner)]);
        }
        inner.push("object_data", record);
        if let Some(details) = self.document.get(DETAILS) {
            inner.push(DETAILS, details.borrow());
        }
    }
}

/// The owner of a create that names none: the operator, since the vendor demands one (§4.5).
async fn default_owner(session: &Session<'_>, step: &Step) -> Result<Option<String>, Refusal> {
    if step.action != Action::Create {
        return Ok(None);
    }
    let document = read_map(&step.document)?;
    match document.get("owner") {
        Some(owner) if !owner.is_blank() => Ok(None),
        _ => Ok(sign_in::with_operator(session).await?.operator),
    }
}

/// A step's JSON text. It was written by [`super::plan`], so that a broken one was not.
fn read_map(text: &str) -> Result<Map<'_>, Refusal> {
    match text.is_empty() {
        true => Ok(Map::new()),
        false => match json::read(text) {
            Ok(Value::Map(map)) => Ok(map),
            _ => Err(Refusal::new(AnswerClass::Rejected, Cause::new("fxiaoke.broken_step"))),
        },
    }
}

/// What a success came to. A create that does not say which record it made is looked up.
fn done(step: &Step, answer: &Map) -> Result<Done, Refusal> {
    if step.action != Action::Create {
        return Ok(Done { id: step.id.clone(), number: step.number.clone() });
    }
    let root = answer.get("dataId");
    let id = root.or_else(|| answer.get("data").and_then(|inner| inner.get("dataId")));
    match id.and_then(Value::plain).filter(|id| !id.trim().is_empty()) {
        Some(id) => Ok(Done { id: Some(id.into_owned()), number: None }),
        None => {
            Err(Refusal::new(AnswerClass::Unknown, Cause::new("fxiaoke.no_id").with("object", &step.object)))
        }
    }
}

/// A page with status 200 says nothing of the write behind it: whoever stands in between may have shown it after the
/// gateway did the work. Where the address is wrong the sign-in, which comes first, has said so already.
fn doubted(refusal: Refusal) -> Refusal {
    let is_page = refusal.cause.code == "fxiaoke.wrong_host" && refusal.cause.param("status") == Some("200");
    match is_page {
        true => Refusal { class: AnswerClass::Unknown, ..refusal },
        false => refusal,
    }
}

/// A create refused as a duplicate may be our own, made by a call whose answer was lost: look it up by its key.
fn duplicate(session: &Session<'_>, step: &Step, refusal: Refusal) -> Refusal {
    if step.action != Action::Create || refusal.class != AnswerClass::Rejected {
        return refusal;
    }
    let said =
        ["description", "message"].map(|name| refusal.cause.param(name).unwrap_or_default().to_lowercase());
    let is_duplicate = session
        .settings
        .duplicate_words
        .iter()
        .any(|word| said.iter().any(|text| text.contains(word.as_str())));
    if !is_duplicate {
        return refusal;
    }
    let cause = Cause { code: "fxiaoke.duplicate".into(), params: refusal.cause.params };
    Refusal::new(AnswerClass::Unknown, cause.with("object", &step.object))
}
