//! Records that were edited on both sides: what a person is asked, and what they decide.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use contract::store::Take;
use engine::desk::{self, Asked, Decided, Decision};
use model::Cause;
use model::access::Grant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::admission::{Numbered, caller, said, stored, wrong};
use super::problem::{Failed, Undone, Unseen};
use super::tasks::line;
use crate::Face;

/// One field that was edited on both sides. Personal values are hidden.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AskedShape {
    /// The target's field.
    pub field: String,
    /// What the source says, as it would be written.
    pub source: String,
    /// What the target holds.
    pub target: String,
    /// What the target held when both last agreed.
    pub agreed: String,
}

impl AskedShape {
    fn of(asked: Asked) -> AskedShape {
        let Asked { field, here, there, agreed, .. } = asked;
        AskedShape { field, source: here, target: there, agreed }
    }
}

/// Which side is right, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    pub take: Side,
    /// In these fields of the target; in all that are asked about where none is named.
    #[serde(default)]
    pub fields: Vec<String>,
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Source,
    Target,
}

/// The fields that were decided.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DecidedShape {
    pub fields: Vec<String>,
}

/// The fields of a record that were edited on both sides and wait for a person, each with both values; empty where nothing
/// is asked.
#[utoipa::path(
    get, path = "/api/v1/tasks/{task}/conflict", tag = "tasks", params(("task" = i64, Path)),
    security(("token" = [])),
    responses((status = 200, body = [AskedShape]), Unseen)
)]
pub async fn show(
    State(face): State<Face>,
    headers: HeaderMap,
    task: Numbered,
) -> Result<Json<Vec<AskedShape>>, Failed> {
    let desk = &face.desk;
    caller(desk, &headers, Grant::Read).await?;
    let line = line(desk, &task).await?;
    let setup = stored(desk, desk.setup().await)?;
    let asked = stored(desk, desk::asked(desk.seams(), &setup, &line).await)?;
    Ok(Json(asked.into_iter().map(AskedShape::of).collect()))
}

/// Takes one side for right and lets the record go on. It is about the values that are shown: when one of them has changed
/// since, it is asked again.
#[utoipa::path(
    post, path = "/api/v1/tasks/{task}/decide", tag = "tasks", params(("task" = i64, Path)),
    request_body = Decide, security(("token" = [])),
    responses((status = 200, body = DecidedShape), Undone)
)]
pub async fn decide(
    State(face): State<Face>,
    headers: HeaderMap,
    task: Numbered,
    body: Body,
) -> Result<Json<DecidedShape>, Failed> {
    let desk = &face.desk;
    let by = caller(desk, &headers, Grant::Repair).await?;
    let asked: Decide = said(&face, body).await?;
    if asked.reason.trim().is_empty() {
        return Err(wrong(desk, "reason"));
    }
    let line = line(desk, &task).await?;
    let setup = stored(desk, desk.setup().await)?;
    let take = if asked.take == Side::Source { Take::Source } else { Take::Target };
    let decision = Decision { take, fields: &asked.fields, reason: &asked.reason };
    let refused = |status, cause: Cause| {
        Err(Failed::new(status, &cause.with("task", line.task.id), &desk.seams().catalogue))
    };
    match stored(desk, desk::decide(desk.seams(), &setup, &line, &decision, &by).await)? {
        Decided::Done(fields) => Ok(Json(DecidedShape { fields })),
        Decided::NothingAsked => refused(StatusCode::CONFLICT, Cause::new("desk.nothing_asked")),
        Decided::NotAsked(field) => {
            refused(StatusCode::BAD_REQUEST, Cause::new("desk.field_not_asked").with("field", field))
        }
    }
}
