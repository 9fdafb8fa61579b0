//! Carrying out steps, one call each.

use contract::connector::{Done, Refusal, unsupported};
use model::object::Object;
use model::step::{Action, Step};
use model::{AnswerClass, Cause, Map, Value, json};

use super::answer;
use super::call::Api;
use super::record;
use super::request::Ask;
use super::settings::IdBy;

/// Sends a step. Gives the new record's id: the answer's, else the one that we chose.
pub(super) async fn carry_out(api: &Api<'_>, step: &Step) -> Result<Done, Refusal> {
    let object = api.object(&step.object)?;
    let document = document(step)?;
    let whole = Value::Map(document.borrow());
    let number = object.number.as_ref().and_then(|field| record::text_at(&whole, field));
    match &step.action {
        Action::Create => {
            let data = of_write(api, api.ask(&object, &Ask::Create(&document)).await?)?;
            let ours = || match api.settings.id_by {
                IdBy::Caller => record::text_at(&whole, &object.id),
                IdBy::Erp => None,
            };
            let id = data.as_ref().and_then(answer::master_id).or_else(ours).ok_or_else(|| no_id(&object))?;
            let number = data.as_ref().and_then(answer::master_number).or(number);
            Ok(Done { id: Some(id), number })
        }
        Action::Update => {
            let id = step.id.as_deref().unwrap_or_default();
            of_write(api, api.ask(&object, &Ask::Update { id, document: &document }).await?)?;
            Ok(Done { id: step.id.clone(), number: number.or_else(|| step.number.clone()) })
        }
        other => Err(unsupported(other.name())),
    }
}

/// The data of a write's answer. What a query is answered says nothing of the write: whoever stands in between took one
/// answer for another. An ERP that tells the document along with its new id has answered the write.
fn of_write(api: &Api<'_>, data: Option<Value<'static>>) -> Result<Option<Value<'static>>, Refusal> {
    let is_of_query = |data: &Value<'_>| {
        let has = |name: &str| data.get(name).is_some();
        has("dataList") || has("masterFieldVal") && !has("masterDataId")
    };
    match data {
        Some(data) if is_of_query(&data) => {
            let cause = Cause::new("erp.unreadable").with("host", api.settings.host());
            Err(Refusal::new(AnswerClass::Unknown, cause.because(&Cause::new("erp.not_of_write"))))
        }
        data => Ok(data),
    }
}

/// It said that it went well, and not what came of it: it is looked up by its key.
fn no_id(object: &Object) -> Refusal {
    Refusal::new(AnswerClass::Unknown, Cause::new("erp.no_master_id").with("object", &object.name))
}

fn document(step: &Step) -> Result<Map<'static>, Refusal> {
    match json::read(&step.document).map(Value::into_owned) {
        Ok(Value::Map(document)) => Ok(document),
        _ => Err(unsupported(step.action.name())),
    }
}

/// The operation and body of a step, as it would be sent; `None` for one that never is.
///
/// # Errors
/// What keeps it from being sent.
pub(super) async fn preview(api: &Api<'_>, step: &Step) -> Result<Option<(String, String)>, Refusal> {
    let (object, document) = (api.object(&step.object)?, document(step)?);
    let ask = match &step.action {
        Action::Create => Ask::Create(&document),
        Action::Update => Ask::Update { id: step.id.as_deref().unwrap_or_default(), document: &document },
        _ => return Ok(None),
    };
    let call = api.call(&object, &ask).await?;
    Ok(Some((ask.operation().to_owned(), String::from_utf8_lossy(&call.body).into_owned())))
}
