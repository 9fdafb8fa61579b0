//! The way to the stand-ins, and what happens on it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use contract::transport::{Answer, Call, TransportError};
use contract::{Clock, Network, Transport};
use model::connection::Connection;
use sandbox::{Outcome, Sandbox};
use serde_json::Value;
use sim::{SimClock, answer_of, request_of};
use tokio::sync::Notify;

/// What is done before a call of an operation goes out.
pub(super) type Meanwhile = Box<dyn FnOnce(&mut Sandbox, i64) + Send>;

/// The stand-ins, and what happens on the way to them.
pub(super) struct Way {
    pub sandbox: Mutex<Sandbox>,
    pub clock: Arc<SimClock>,
    /// Operation and body of each call.
    pub calls: Mutex<Vec<(&'static str, String)>>,
    /// How many calls of an operation pass before something is done.
    pub meanwhile: Mutex<Vec<(&'static str, usize, Meanwhile)>>,
    /// How many calls of an operation pass before one is never answered.
    pub hangs: Mutex<Option<(&'static str, usize)>>,
    pub hung: Notify,
    /// How many rows each page leaves out without saying so.
    pub left_out: Mutex<usize>,
}

pub(super) struct Wires(pub Arc<Way>);

impl Network for Wires {
    fn transport(&self, _: &Connection) -> Arc<dyn Transport> {
        Arc::new(Wires(self.0.clone()))
    }
}

impl Way {
    /// Whether this call of the operation is the one behind so many.
    fn is_turn(left: &mut usize) -> bool {
        match *left {
            0 => true,
            _ => {
                *left -= 1;
                false
            }
        }
    }

    fn take_meanwhile(&self, operation: &str) -> Option<Meanwhile> {
        let mut all = self.meanwhile.lock().unwrap();
        let at = all.iter_mut().position(|(named, left, _)| *named == operation && Way::is_turn(left))?;
        Some(all.remove(at).2)
    }

    fn hangs(&self, operation: &str) -> bool {
        let mut hangs = self.hangs.lock().unwrap();
        hangs.as_mut().is_some_and(|(named, left)| *named == operation && Way::is_turn(left))
    }
}

#[async_trait]
impl Transport for Wires {
    async fn send(&self, call: &Call) -> Result<Answer, TransportError> {
        let way = &self.0;
        let now = way.clock.now().0;
        if way.hangs(call.operation) {
            way.hung.notify_one();
            std::future::pending::<()>().await;
        }
        let body = String::from_utf8_lossy(&call.body).into_owned();
        way.calls.lock().unwrap().push((call.operation, format!("{} {body}", call.url)));
        if let Some(act) = way.take_meanwhile(call.operation) {
            act(&mut way.sandbox.lock().unwrap(), now);
        }
        let outcome = way.sandbox.lock().unwrap().call(now, &request_of(call));
        match outcome {
            Outcome::Answered { mut reply, .. } => {
                reply.body = shortened(reply.body, *way.left_out.lock().unwrap());
                Ok(answer_of(reply))
            }
            other => panic!("no fault is on: {other:?}"),
        }
    }
}

/// The answer without the first rows of its list, where it is a page of several.
fn shortened(body: Vec<u8>, by: usize) -> Vec<u8> {
    let Ok(mut answer) = serde_json::from_slice::<Value>(&body) else { return body };
    let list = match &mut answer {
        Value::Array(rows) => Some(rows),
        // Fxiaoke and the standard protocol have the list below `data`.
        Value::Object(_) => answer.pointer_mut("/data/dataList").and_then(Value::as_array_mut),
        _ => None,
    };
    let Some(rows) = list.filter(|rows| by > 0 && rows.len() > by) else { return body };
    rows.drain(..by);
    answer.to_string().into_bytes()
}
