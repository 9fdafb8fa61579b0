//! The network of the simulator: calls go straight into the stand-ins, and their fates are acted out.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use contract::transport::{Answer, Call, TransportError};
use contract::{Clock, Network, Transport};
use model::connection::Connection;
use sandbox::stand_in::{Reply, Request};
use sandbox::{Outcome, Sandbox};

use crate::points::Points;
use crate::trace::Trace;

/// One network for all connections.
#[derive(Clone)]
pub struct SimNetwork {
    pub sandbox: Arc<Mutex<Sandbox>>,
    pub clock: Arc<dyn Clock>,
    pub points: Arc<Points>,
    pub trace: Arc<Trace>,
}

impl Network for SimNetwork {
    fn transport(&self, _: &Connection) -> Arc<dyn Transport> {
        Arc::new(self.clone())
    }
}

#[async_trait]
impl Transport for SimNetwork {
    async fn send(&self, call: &Call) -> Result<Answer, TransportError> {
        self.points.pass().await;
        let now = self.clock.now();
        let outcome = {
            let mut sandbox = self.sandbox.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            sandbox.call(now.0, &request_of(call))
        };
        self.note(call, &outcome);
        let answer = self.act_out(call, outcome).await;
        self.points.pass().await;
        answer
    }
}

impl SimNetwork {
    fn note(&self, call: &Call, outcome: &Outcome) {
        let fate = match outcome {
            Outcome::Answered { reply, .. } => format!("{} {}", reply.status, reply.body.len()),
            Outcome::Refused { .. } => "refused".into(),
            Outcome::Truncated { arrived, .. } => format!("truncated {arrived}"),
            Outcome::Lost { .. } => "lost".into(),
            Outcome::Unanswered { applied_at_ms } => format!("applied at {applied_at_ms}"),
        };
        let body = String::from_utf8_lossy(&call.body);
        self.trace.note(&format!("{} {} {} {} → {fate}", self.clock.now().0, call.operation, call.url, body));
    }

    async fn act_out(&self, call: &Call, outcome: Outcome) -> Result<Answer, TransportError> {
        let broken = || TransportError::Broken { host: "sandbox".into(), reason: "connection closed".into() };
        match outcome {
            Outcome::Answered { reply, after_ms } | Outcome::Refused { reply, after_ms } => {
                self.wait(Duration::from_millis(after_ms)).await;
                Ok(answer_of(reply))
            }
            Outcome::Truncated { after_ms, .. } | Outcome::Lost { after_ms } => {
                self.wait(Duration::from_millis(after_ms)).await;
                Err(broken())
            }
            Outcome::Unanswered { .. } => {
                self.wait(call.timeout).await;
                Err(TransportError::TimedOut { host: "sandbox".into(), seconds: call.timeout.as_secs() })
            }
        }
    }

    async fn wait(&self, how_long: Duration) {
        self.clock.sleep_until(self.clock.now() + how_long).await;
    }
}

/// The call as the stand-ins take it. Its address must be whole, as connectors make them.
pub fn request_of(call: &Call) -> Request {
    let url = url::Url::parse(&call.url).expect("connectors make whole addresses");
    Request {
        method: call.method.to_owned(),
        full_path: url.path().to_owned(),
        path: url.path().to_owned(),
        query: url.query().unwrap_or_default().to_owned(),
        headers: call.headers.clone(),
        body: call.body.to_vec(),
    }
}

/// What a stand-in replied, as connectors take it.
pub fn answer_of(reply: Reply) -> Answer {
    Answer { status: reply.status, headers: reply.headers, body: Bytes::from(reply.body) }
}
