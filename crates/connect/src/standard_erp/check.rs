//! Trying each of the four calls without changing anything.
//!
//! The two that write are only asked for with `GET`, which no system takes for a write: whether they are there is told by
//! that, and not whether they take a document.

use contract::connector::{Finding, Refusal};
use contract::transport::Call;
use model::connection::Connection;
use model::object::Object;
use model::{Cause, Timestamp};

use super::call::Api;
use super::record;
use super::request::{self, Ask};

/// An id that no record has.
const NOBODY: &str = "qiao-check";

/// Of a connection without an address there is nothing to try but what its pushes need.
pub(super) fn pushes_only(connection: &Connection) -> Finding {
    match super::pushed::rules(connection) {
        Ok(_) => Finding { ok: true, cause: Cause::new("erp.pushes_only") },
        Err(refusal) => Finding { ok: false, cause: refusal.cause },
    }
}

pub(super) async fn check(api: &Api<'_>) -> Vec<Finding> {
    let objects = &api.wire.connection().objects;
    let Some(object) = objects.first() else {
        let cause = Cause::new("erp.no_objects").with("connection", &api.wire.connection().name);
        return vec![Finding { ok: false, cause }];
    };
    let paths = &api.settings.paths;
    let mut findings = vec![
        told(api, "queryMasterBatch", batch(api, object).await),
        told(api, "queryMasterById", by_id(api, object).await),
    ];
    for (operation, path) in [("create", &paths.create), ("update", &paths.update)] {
        findings.push(match object.hooks.request.of(operation) {
            // Where it would go is known only with a document.
            Some(function) => {
                let cause = Cause::new("erp.call_by_function").with("operation", operation);
                Finding { ok: true, cause: cause.with("name", function) }
            }
            None => written(api, operation, path).await,
        });
    }
    findings
}

async fn batch(api: &Api<'_>, object: &Object) -> Result<(), Refusal> {
    let to = api.now();
    let ask = Ask::Batch { from: Timestamp(to.0 - 3_600_000), to, offset: 0, limit: 1 };
    if let Some(data) = api.ask(object, &ask).await? {
        for given in record::listed(&data, object)? {
            record::found(&api.settings.records, object, &given)?;
        }
    }
    Ok(())
}

async fn by_id(api: &Api<'_>, object: &Object) -> Result<(), Refusal> {
    match api.ask(object, &Ask::ById(NOBODY)).await {
        // That there is no such record is said in many ways.
        Err(refusal) if refusal.cause.code == "erp.refused" => Ok(()),
        other => other.map(|_| ()),
    }
}

fn told(api: &Api<'_>, operation: &str, outcome: Result<(), Refusal>) -> Finding {
    match outcome {
        Ok(()) => fine(api, "erp.call_answers", operation),
        Err(refusal) => Finding { ok: false, cause: refusal.cause },
    }
}

fn fine(api: &Api<'_>, code: &'static str, operation: &str) -> Finding {
    let cause = Cause::new(code).with("operation", operation).with("host", api.settings.host());
    Finding { ok: true, cause }
}

async fn written(api: &Api<'_>, operation: &'static str, path: &str) -> Finding {
    let call =
        request::signed(&api.settings, Call::get(operation, format!("{}/{path}", api.settings.base_url)));
    let answer = match api.wire.send(call).await {
        Ok(answer) => answer,
        Err(refusal) => return Finding { ok: false, cause: refusal.cause },
    };
    let cause = |code: &'static str| {
        let cause = Cause::new(code).with("host", api.settings.host()).with("status", answer.status);
        Finding { ok: false, cause }
    };
    match answer.status {
        404 => cause("erp.no_such_call"),
        401 | 403 => cause("erp.token_refused"),
        _ => fine(api, "erp.call_is_there", operation),
    }
}
