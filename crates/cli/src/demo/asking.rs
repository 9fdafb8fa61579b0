//! Asking the sandbox and the server, through the product's own transport.

use std::sync::Arc;
use std::time::Duration;

use contract::transport::Call;
use contract::{Network, Transport};
use model::Cause;
use model::connection::Connection;
use model::pushing::SUCCESS;
use serde_json::Value;

use crate::exit::{Exit, Failure};

/// A whole side is read at once, perhaps on a machine that has other things to do: that takes as long as it takes.
const PATIENCE: Duration = Duration::from_secs(300);

/// Asks the processes of the demo, which are on this machine.
pub struct Asking {
    transport: Arc<dyn Transport>,
    base: String,
}

impl Asking {
    /// `base` is the address that paths are below.
    pub fn new(network: &dyn Network, base: String) -> Asking {
        let connection = Connection {
            name: "demo".into(),
            connector: String::new(),
            title_zh: String::new(),
            title_en: String::new(),
            settings: Vec::new(),
            secrets: Vec::new(),
            hosts: vec!["127.0.0.1".into()],
            objects: Vec::new(),
        };
        Asking { transport: network.transport(&connection), base }
    }

    /// The JSON at a path.
    pub async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.send(path, Call::get("demo", format!("{}{path}", self.base))).await
    }

    /// Sends JSON to a path.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.send(path, Call::post_json("demo", format!("{}{path}", self.base), body.to_string())).await
    }

    /// Pushes a body to an address.
    pub async fn push(&self, url: &str, headers: Vec<(String, String)>, body: String) -> Result<(), Failure> {
        let mut call = Call::post_json("push", url, body);
        call.headers.extend(headers);
        let answer = self.transport.send(&call).await;
        let answer = answer.map_err(|error| Failure::new(Exit::System, error.cause()))?;
        let text = String::from_utf8_lossy(&answer.body);
        match text.contains(SUCCESS) {
            true => Ok(()),
            false => {
                let reason: String = text.chars().take(200).collect();
                let cause = Cause::new("cli.demo.sandbox").with("path", url).with("reason", reason);
                Err(Failure::new(Exit::System, cause))
            }
        }
    }

    /// The text at an address.
    pub async fn get_text(&self, url: &str) -> Result<String, Failure> {
        let answer = self.transport.send(&Call::get("demo", url)).await;
        let answer = answer.map_err(|error| Failure::new(Exit::System, error.cause()))?;
        Ok(String::from_utf8_lossy(&answer.body).into_owned())
    }

    async fn send(&self, path: &str, call: Call) -> Result<Value, Failure> {
        let answer = self.transport.send(&Call { max_bytes: 512 << 20, timeout: PATIENCE, ..call }).await;
        let answer = answer.map_err(|error| Failure::new(Exit::System, error.cause()))?;
        let text = String::from_utf8_lossy(&answer.body);
        let refused = |reason: &str| {
            let cause = Cause::new("cli.demo.sandbox").with("path", path);
            Failure::new(Exit::System, cause.with("reason", reason.chars().take(200).collect::<String>()))
        };
        match answer.status {
            200 => serde_json::from_str(&text).map_err(|error| refused(&error.to_string())),
            _ => Err(refused(&text)),
        }
    }
}
