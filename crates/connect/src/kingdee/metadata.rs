//! What the system says of its forms (`QueryBusinessInfo`), remembered for a while.
//!
//! A form's description is large and changes only when somebody customises the form, so it is fetched when a preset
//! does not suffice and kept for an hour by server, account set and form. Losing it costs a call and nothing else.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contract::connector::{Description, Refusal};
use model::{AnswerClass, Timestamp, Value, json};

use super::answer::{self, Nature};
use super::call::{Api, Reply, Request};
use super::form::{self, Form};

const KEPT: Duration = Duration::from_secs(3600);

/// Descriptions of forms by server, account set and form.
#[derive(Debug, Default)]
pub struct Forms(Mutex<BTreeMap<String, (Timestamp, Arc<Form>)>>);

impl Forms {
    /// The form as the system describes it, from memory if it is there.
    pub fn known(&self, api: &Api<'_>, object: &str) -> Option<Arc<Form>> {
        let forms = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (until, form) = forms.get(&key(api, object))?;
        (api.wire.clock().now() < *until).then(|| form.clone())
    }

    /// The form as the system describes it, on top of what is known beforehand. Where the user may not ask for
    /// descriptions, what is known beforehand has to do.
    ///
    /// # Errors
    /// What the server answered, when nothing is known beforehand or the refusal passes.
    pub async fn described(
        &self,
        api: &Api<'_>,
        object: &str,
        preset: Option<Form>,
    ) -> Result<Arc<Form>, Refusal> {
        if let Some(form) = self.known(api, object) {
            return Ok(form);
        }
        let form = match (fetch(api, object).await, preset) {
            (Ok(reply), preset) => form::described(preset, object, told(&reply.value()?)),
            (Err(refusal), Some(mut preset)) if is_final(&refusal) => {
                preset.is_described = true;
                preset
            }
            (Err(refusal), _) => return Err(refusal),
        };
        let form = Arc::new(form);
        let until = api.wire.clock().now() + KEPT;
        let mut forms = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        forms.insert(key(api, object), (until, form.clone()));
        Ok(form)
    }
}

/// The form for people.
///
/// # Errors
/// What the server answered.
pub async fn describe(api: &Api<'_>, object: &str) -> Result<Description, Refusal> {
    let reply = fetch(api, object).await?;
    Ok(form::description(object, told(&reply.value()?)))
}

async fn fetch(api: &Api<'_>, object: &str) -> Result<Reply, Refusal> {
    let mut data = model::Map::new();
    data.push("FormId", object);
    let body = api.data_body(&json::write(&Value::Map(data)));
    let request = Request { operation: "QueryBusinessInfo", body, nature: Nature::Read };
    let reply = api.call(&request).await?;
    if let Some(status) = answer::failed(&reply.value()?) {
        let refusal = answer::refusal(api.manifest, &status, None);
        return Err(Refusal::new(refusal.class, refusal.cause.with("object", object)));
    }
    Ok(reply)
}

fn told<'v, 'a>(reply: &'v Value<'a>) -> &'v Value<'a> {
    let result = reply.get("Result").unwrap_or(reply);
    result.get("NeedReturnData").unwrap_or(result)
}

/// A refusal by the form itself (not by the sign-in) that asking again would not change.
fn is_final(refusal: &Refusal) -> bool {
    matches!(refusal.class, AnswerClass::Config | AnswerClass::Rejected)
        && refusal.cause.param("code").is_some()
}

fn key(api: &Api<'_>, object: &str) -> String {
    format!("{}|{}|{}", api.settings.base_url, api.settings.acct_id, object.to_ascii_lowercase())
}
