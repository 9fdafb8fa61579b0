//! Batches that the server takes at once and carries out later (`protocols/kingdee.md §3.10`): begun with one call,
//! asked after until they are through.

use std::time::Duration;

use contract::connector::Refusal;
use model::{AnswerClass, Cause, Map, Value, json};

use super::super::answer::{self, Nature, Status};
use super::super::call::Request;
use super::Writer;

/// How often the server is asked.
const EVERY: Duration = Duration::from_secs(1);
/// After so long the batch is left alone: its outcome is unknown, and each document is looked up by its key.
const LONGEST: Duration = Duration::from_secs(120);
/// So many failures to ask in a row are borne.
const FAILURES: u32 = 5;
/// `Status` of a task that is through.
const THROUGH: &str = "2";

/// The request, begun instead of carried out.
pub(super) fn begun(mut request: Request) -> Request {
    request.body.pop();
    request.body.push_str(r#","beginmethod":"BeginQueryImpl","querymethod":"QueryAsyncResult"}"#);
    request
}

impl Writer<'_> {
    /// The status of a batch once it is through; `None` where the answer has none.
    ///
    /// # Errors
    /// `kingdee.later` (`unknown`) when it is not through in time or cannot be asked after; whatever kept the batch from
    /// being begun.
    pub(super) async fn through(&self, request: Request) -> Result<Option<Status>, Refusal> {
        let reply = self.api.call(&begun(request)).await?;
        let mut told = Told::of(&reply.value()?);
        let until = self.api.wire.clock().now() + LONGEST;
        let mut failures = 0;
        loop {
            let task = match told {
                Told::Through(status) | Told::Ordinary(status) => return Ok(status),
                Told::Running(task) => task,
            };
            let now = self.api.wire.clock().now();
            if now >= until {
                return Err(Refusal::new(AnswerClass::Unknown, Cause::new("kingdee.later")));
            }
            self.api.wire.clock().sleep_until(now + EVERY).await;
            told = match self.ask_after(&task).await {
                Ok(told) => {
                    failures = 0;
                    told
                }
                Err(_) if failures < FAILURES => {
                    failures += 1;
                    Told::Running(task)
                }
                Err(refusal) => return Err(Refusal::new(AnswerClass::Unknown, refusal.cause)),
            };
        }
    }

    async fn ask_after(&self, task: &str) -> Result<Told, Refusal> {
        let mut question = Map::with_capacity(2);
        question.push("TaskId", task);
        question.push("Cancelled", false);
        let mut body = Map::with_capacity(1);
        body.push("queryInfo", json::write(&Value::Map(question)));
        let request = Request {
            operation: "QueryAsyncResult",
            body: json::write(&Value::Map(body)),
            nature: Nature::Read,
        };
        let told = Told::of(&self.api.call(&request).await?.value()?);
        match told {
            // A refused question says nothing of the batch, which may still be under way.
            Told::Ordinary(_) => Err(Refusal::new(AnswerClass::Unknown, Cause::new("kingdee.later"))),
            told => Ok(told),
        }
    }
}

/// What an answer says of a task.
enum Told {
    Running(String),
    Through(Option<Status>),
    /// It names no task: the server knows none, and answered at once, or it refused.
    Ordinary(Option<Status>),
}

impl Told {
    fn of(value: &Value) -> Told {
        let text = |name: &str| value.get(name).and_then(Value::plain);
        match text("TaskId") {
            None => Told::Ordinary(answer::status(value)),
            Some(_) if text("Status").as_deref() == Some(THROUGH) => {
                Told::Through(value.get("Result").and_then(answer::status))
            }
            Some(task) => Told::Running(task.into_owned()),
        }
    }
}
