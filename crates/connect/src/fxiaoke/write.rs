//! Carrying out steps: one call for each record (`protocols/fxiaoke.md §4.5`).
//!
//! What the vendor has refused was not carried out. What it answered with a fault of its own (50009, -1), or not at
//! all, may have been: that is `unknown`, and the engine looks before it writes again.

mod request;

use contract::connector::{Done, Refusal};
use model::step::{Action, Step};
use model::{AnswerClass, Cause, Map, Value};

use super::call::{Kind, Session};
use super::detail::masters::Masters;
use super::sign_in;
pub(super) use request::preview;
use request::{Request, RowOf, read_map};

/// Carries out one step.
pub(super) async fn write(session: &Session<'_>, masters: &Masters, step: &Step) -> Result<Done, Refusal> {
    let request = Request::read(step)?;
    let master = master_of(session, masters, step, request.row_of()).await?;
    let owner = default_owner(session, step).await?;
    let body = request.body(step, owner.as_deref(), master.as_ref());
    match session.crm(request.path(step), Kind::Write, body).await {
        Ok(answer) => done(step, &answer),
        Err(refusal) => Err(duplicate(session, step, passing(session, step, refusal))),
    }
}

/// The field of a new row that holds its master's id, and that id.
async fn master_of(
    session: &Session<'_>,
    masters: &Masters,
    step: &Step,
    row_of: Option<RowOf<'_>>,
) -> Result<Option<(String, String)>, Refusal> {
    let Some(of) = row_of else { return Ok(None) };
    Ok(Some((masters.field(session, of.object, &step.object).await?, of.id.to_owned())))
}

/// Records need an owner when they are made; one that the mapping does not name belongs to the operator.
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

/// What a success came to. A create that does not say which record it made is looked up.
fn done(step: &Step, answer: &Map) -> Result<Done, Refusal> {
    if is_of_a_read(answer) {
        let cause = Cause::new("fxiaoke.unreadable").with("object", &step.object);
        return Err(Refusal::new(AnswerClass::Unknown, cause));
    }
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

/// Whether it is what a read or a sign-in is answered: whoever stands in between took one answer for another. Those to
/// changes are the envelope alone, and to creates an id besides.
fn is_of_a_read(answer: &Map) -> bool {
    let of_data = |name: &str| answer.get("data").is_some_and(|data| data.get(name).is_some());
    ["dataList", "_id"].into_iter().any(of_data)
        || ["corpAccessToken", "accessToken", "empList"].into_iter().any(|name| answer.get(name).is_some())
}

/// A write refused because an approval began since the record was looked at: it ends by itself, so that it is tried
/// again.
fn passing(session: &Session<'_>, step: &Step, refusal: Refusal) -> Refusal {
    if refusal.class != AnswerClass::Rejected || !says(&refusal, &session.settings.approval_words) {
        return refusal;
    }
    let cause = Cause { code: "fxiaoke.approval_began".into(), params: refusal.cause.params };
    Refusal::new(AnswerClass::Transient, cause.with("object", &step.object))
}

/// A create refused as a duplicate may be our own, made by a call whose answer was lost: look it up by its key.
fn duplicate(session: &Session<'_>, step: &Step, refusal: Refusal) -> Refusal {
    let is_duplicate = step.action == Action::Create
        && refusal.class == AnswerClass::Rejected
        && says(&refusal, &session.settings.duplicate_words);
    if !is_duplicate {
        return refusal;
    }
    let cause = Cause { code: "fxiaoke.duplicate".into(), params: refusal.cause.params };
    Refusal::new(AnswerClass::Unknown, cause.with("object", &step.object))
}

/// Whether the vendor's text has one of the words. There are no codes for these refusals (`§3`).
fn says(refusal: &Refusal, words: &[String]) -> bool {
    let said =
        ["description", "message"].map(|name| refusal.cause.param(name).unwrap_or_default().to_lowercase());
    words.iter().any(|word| said.iter().any(|text| text.contains(word.as_str())))
}
