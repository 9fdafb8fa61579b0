//! The stand-ins as a person at the vendors' own screens sees them.

use std::sync::{Arc, Mutex};

use sandbox::Sandbox;
use serde_json::{Value, json};

/// Reads and edits the sandbox through its control interface.
#[derive(Clone)]
pub struct Screens(pub Arc<Mutex<Sandbox>>);

impl Screens {
    /// Reads a table; `null` when there is no such path.
    pub fn read(&self, now_ms: i64, path: &str) -> Value {
        self.control(now_ms, "GET", path, &Value::Null)
    }

    /// Edits; the answer holds `error` when the vendor refused it.
    pub fn edit(&self, now_ms: i64, path: &str, body: &Value) -> Value {
        self.control(now_ms, "POST", path, body)
    }

    fn control(&self, now_ms: i64, method: &str, path: &str, body: &Value) -> Value {
        let mut sandbox = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let body = if body.is_null() { "{}".to_owned() } else { body.to_string() };
        let reply = sandbox.control(now_ms, method, &format!("/_sandbox/{path}"), body.as_bytes());
        serde_json::from_slice(&reply.body).unwrap_or(json!(null))
    }
}

/// The records of a table.
pub fn list(value: Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

/// A value as a person reads it: without the blanks around it, nothing for null.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Whether a record of the CRM is out of force.
pub fn is_void(record: &Value) -> bool {
    record["life_status"] == "invalid" || record["is_deleted"] == true
}

/// Whether somebody got a message: a repetition of the same day is accepted, and dropped.
pub fn is_delivered(message: &Value) -> bool {
    let deliveries = message["recipients"].as_array().map(Vec::as_slice).unwrap_or_default();
    deliveries.iter().any(|delivery| delivery[1]["state"] == "delivered")
}
