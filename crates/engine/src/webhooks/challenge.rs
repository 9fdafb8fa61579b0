//! Senders that try the address first: they want to hear what they said.

use model::connection::Connection;
use model::hook::{Challenge, Hook};
use model::{Map, Value, json};

use super::proof::is_one_of_secrets;
use super::{WebhookCall, content};

/// Longer words are no challenge.
const LONGEST: usize = 4096;
/// A larger body is none either, and is not looked through for one.
const MOST_BYTES: usize = 64 << 10;

/// What is answered to a sender that tried the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Challenged {
    /// The word itself, as text.
    Text(String),
    /// `{"challenge": …}`
    Json(String),
}

/// The answer to a challenge among the parameters of the address; `None` where the call is none.
///
/// # Errors
/// The code of what is wrong, for our own log.
pub(super) fn of_query(
    hook: &Hook,
    connection: &Connection,
    call: &WebhookCall<'_>,
) -> Result<Option<Challenged>, &'static str> {
    let Some(Challenge::Query { name, secret }) = &hook.challenge else { return Ok(None) };
    let said = |name: &String| call.query.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let Some(word) = said(name) else { return Ok(None) };
    if let Some(secret) = secret {
        let given = said(secret).ok_or("hook.parameter_missing")?;
        if !is_one_of_secrets(connection, given) {
            return Err("hook.secret_wrong");
        }
    }
    let is_word = word.len() <= LONGEST && !word.chars().any(char::is_control);
    if is_word { Ok(Some(Challenged::Text(word.clone()))) } else { Err("hook.challenge_form") }
}

/// The answer to a challenge in the body of a call whose sender is proven.
pub(super) fn of_body(hook: &Hook, call: &WebhookCall<'_>) -> Option<Challenged> {
    let Some(Challenge::Body(pointer)) = &hook.challenge else { return None };
    if call.body.len() > MOST_BYTES {
        return None;
    }
    let body = content(call.content_type(), &call.body).ok()?;
    let word = pointer.text(&body, &body).filter(|word| word.len() <= LONGEST)?;
    let mut answer = Map::new();
    answer.push("challenge", word);
    Some(Challenged::Json(json::write(&Value::Map(answer))))
}
