//! A story as JSON for programs: the same events in the same order, with nothing shortened.

use contract::store::{ArrivalLine, AttemptLine, Story};
use model::ReceiptId;
use model::attempt::{CallRecord, StepTaken};
use model::link::Link;
use model::task::Task;
use serde_json::{Value, json};

use super::{Event, Versions, events};
use crate::screen::Screen;

/// The whole story.
pub fn render(story: &Story, versions: &Versions, screen: &Screen) -> Value {
    let record = &story.record;
    json!({
        "record": {
            "connection": record.key.connection, "object": record.key.object, "id": record.key.id,
            "number": record.number, "name": record.name, "version": record.version,
            "revision": record.revision, "void": record.void,
            "edited": story.is_edited(),
        },
        "links": story.links.iter().map(link).collect::<Vec<_>>(),
        "tasks": story.tasks.iter().map(|told| task(&told.task, screen)).collect::<Vec<_>>(),
        "purged": story.purged.map(|mark| json!({ "before": mark.before.to_string(), "at": mark.at.to_string() })),
        "events": events(story).iter().map(|event| self::event(event, versions, screen)).collect::<Vec<_>>(),
    })
}

/// A task, as lists of tasks show it too.
pub fn task(task: &Task, screen: &Screen) -> Value {
    json!({
        "id": task.id.0, "flow": task.flow, "kind": task.kind.name(), "state": task.state,
        "cause": task.cause.as_ref().map(|cause| screen.cause_json(cause)),
        "want": task.want, "done": task.done, "tries": task.tries,
        "due": (!task.state.rests()).then(|| task.due.to_string()),
        "as_of": task.as_of.map(|as_of| as_of.to_string()),
    })
}

fn link(link: &Link) -> Value {
    json!({
        "source": link.source.to_string(),
        "connection": link.target_connection, "object": link.target_object,
        "id": link.target_id, "number": link.target_number,
    })
}

fn event(event: &Event, versions: &Versions, screen: &Screen) -> Value {
    match event {
        Event::Arrived(ArrivalLine { id, at, reading, revision, receipt }) => json!({
            "event": "arrived", "at": at.to_string(), "arrival": id.0, "reading": reading, "revision": revision,
            "receipt": receipt.map(ReceiptId::told),
        }),
        Event::Tried { task, line } => attempt(task, line, versions, screen),
    }
}

fn attempt(task: &Task, line: &AttemptLine, versions: &Versions, screen: &Screen) -> Value {
    let attempt = &line.attempt;
    let version = versions.find(task, attempt.flow_version);
    let environment = version.and_then(|version| version.environment.as_ref());
    json!({
        "event": "tried", "at": attempt.started.to_string(), "ended": attempt.ended.to_string(),
        "attempt": line.id.0, "task": task.id.0, "flow": task.flow, "kind": task.kind.name(),
        "flow_version": attempt.flow_version, "flow_version_at": version.map(|version| version.at.to_string()),
        "environment": environment.map(|one| json!({ "name": one.name, "version": one.version })),
        "revision": attempt.revision, "state": attempt.state,
        "cause": attempt.cause.as_ref().map(|cause| screen.cause_json(cause)),
        "steps": attempt.steps.iter().map(|step| self::step(step, screen)).collect::<Vec<_>>(),
        "calls": line.calls.iter().map(call).collect::<Vec<_>>(),
    })
}

fn step(step: &StepTaken, screen: &Screen) -> Value {
    json!({
        "name": step.name, "at": step.at.to_string(), "note": step.note,
        "cause": step.cause.as_ref().map(|cause| screen.cause_json(cause)),
    })
}

pub fn call(call: &CallRecord) -> Value {
    json!({
        "number": call.number, "connection": call.connection, "operation": call.operation,
        "method": call.method, "url": call.url, "sent": call.sent.to_string(), "took_ms": call.took_ms,
        "status": call.status, "request": call.request, "response": call.response,
    })
}
