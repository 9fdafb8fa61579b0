//! States of a vendor's account that tests and demos change through the control interface.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Changes the members of a state that are named; gives the whole state, or an `error` when a name or value is wrong,
/// and then nothing has changed.
pub fn change<State: Serialize + DeserializeOwned>(state: &mut State, sent: &Value) -> Value {
    let mut whole = json!(state);
    if let (Some(whole), Some(sent)) = (whole.as_object_mut(), sent.as_object()) {
        whole.extend(sent.clone());
    }
    match serde_json::from_value(whole.clone()) {
        Ok(changed) => {
            *state = changed;
            whole
        }
        Err(error) => json!({ "error": error.to_string() }),
    }
}
