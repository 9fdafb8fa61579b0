//! What is done to single tasks: a look ahead, an edit of the stored copy; and closing by hand.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use engine::desk::{self, Ahead, Desk, Edited, Left, Set, To};
use engine::preview::Preview;
use model::access::Grant;
use model::{Catalogue, Cause};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{Read, With, chosen, told};
use super::admission::{Numbered, caller, said, stored, wrong};
use super::problem::{Failed, Undone};
use super::shapes::{ActedShape, CauseShape};
use super::tasks::{Which, line};
use crate::Face;

/// A task that is left as it is, and why.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeftShape {
    pub task: i64,
    pub cause: CauseShape,
}

impl LeftShape {
    pub fn of(catalogue: &Catalogue, left: &Left) -> LeftShape {
        LeftShape { task: left.task.0, cause: CauseShape::of(catalogue, &left.cause) }
    }
}

/// On which copy of the record, and with which mapping.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct How {
    #[serde(default)]
    #[param(inline)]
    pub read: Read,
    #[serde(default)]
    #[param(inline)]
    pub mapping: With,
}

/// What would be written, were the task to run again.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AheadShape {
    pub task: i64,
    /// The version of the flow that the mapping is of.
    pub flow_version: i64,
    #[serde(flatten)]
    pub preview: PreviewShape,
}

/// What would be written for a record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PreviewShape {
    /// `synced`, `skipped`, `waiting` or `failed` where it would end before anything is sent.
    pub ends: Option<&'static str>,
    pub cause: Option<CauseShape>,
    /// The exact calls, in order.
    pub calls: Vec<PlannedCallShape>,
    /// Fields of the target that would change.
    pub changes: Vec<ChangeShape>,
}

/// A call that would be made.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlannedCallShape {
    pub operation: String,
    pub body: String,
}

/// A field that would change; values as JSON text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChangeShape {
    pub field: String,
    pub before: Option<String>,
    pub after: String,
}

impl AheadShape {
    fn of(catalogue: &Catalogue, ahead: Ahead) -> AheadShape {
        let preview = PreviewShape::of(catalogue, ahead.preview);
        AheadShape { task: ahead.task.0, flow_version: ahead.version, preview }
    }
}

impl PreviewShape {
    pub fn of(catalogue: &Catalogue, preview: Preview) -> PreviewShape {
        let cause = preview.ends.as_ref().and_then(|(_, cause)| cause.as_ref());
        PreviewShape {
            ends: preview.ends.as_ref().map(|(state, _)| state.name()),
            cause: cause.map(|cause| CauseShape::of(catalogue, cause)),
            calls: preview
                .calls
                .into_iter()
                .map(|(operation, body)| PlannedCallShape { operation, body })
                .collect(),
            changes: preview
                .changes
                .into_iter()
                .map(|change| ChangeShape { field: change.field, before: change.before, after: change.after })
                .collect(),
        }
    }
}

/// Fields of the stored copy, and why they are edited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    pub set: Vec<SetShape>,
    pub reason: String,
}

/// One field and what it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetShape {
    /// `receiver.city`, or with the number of a row from 0: `products.0.quantity`.
    pub path: String,
    /// The value as JSON text, which is taken exactly: `"深圳"` in quotes, `12.50`.
    pub json: String,
}

/// What an edit came to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EditedShape {
    /// The revision that was made.
    pub revision: i64,
    /// Personal fields are masked.
    pub changes: Vec<ChangeShape>,
}

impl EditedShape {
    fn of(edited: Edited) -> EditedShape {
        let change = |(field, before, after)| ChangeShape { field, before, after };
        EditedShape { revision: edited.revision, changes: edited.changes.into_iter().map(change).collect() }
    }
}

/// Which tasks are closed as done elsewhere, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {
    pub which: Which,
    pub reason: String,
}

/// What would be written, were the task to run again: on that copy of its record, with that mapping. Reads at the systems,
/// writes nothing.
#[utoipa::path(
    get, path = "/api/v1/tasks/{task}/preview", tag = "tasks", params(("task" = i64, Path), How),
    security(("token" = [])),
    responses((status = 200, body = AheadShape), Undone)
)]
pub async fn preview(
    State(face): State<Face>,
    headers: HeaderMap,
    task: Numbered,
    how: Result<Query<How>, QueryRejection>,
) -> Result<Json<AheadShape>, Failed> {
    let desk = &face.desk;
    caller(desk, &headers, Grant::Repair).await?;
    let Query(how) = how.map_err(|_| wrong(desk, "query"))?;
    let line = line(desk, &task).await?;
    let setup = stored(desk, desk.setup().await)?;
    let how = (how.read.copy(), how.mapping.mapping());
    let ahead = stored(desk, desk::ahead(desk.seams(), &setup, &line, how).await)?;
    let catalogue = &desk.seams().catalogue;
    ahead.map(|ahead| Json(AheadShape::of(catalogue, ahead))).map_err(|cause| stands(desk, &cause))
}

/// Edits the stored copy of the task's record, with a reason, and lets its flows run for it. It holds until the source says
/// something newer.
#[utoipa::path(
    post, path = "/api/v1/tasks/{task}/edit", tag = "tasks", params(("task" = i64, Path)), request_body = Edit,
    security(("token" = [])),
    responses((status = 200, body = EditedShape), Undone)
)]
pub async fn edit(
    State(face): State<Face>,
    headers: HeaderMap,
    task: Numbered,
    body: Body,
) -> Result<Json<EditedShape>, Failed> {
    let desk = &face.desk;
    let by = caller(desk, &headers, Grant::Repair).await?;
    let asked: Edit = said(&face, body).await?;
    if asked.set.is_empty() {
        return Err(wrong(desk, "set"));
    }
    let line = line(desk, &task).await?;
    let setup = stored(desk, desk.setup().await)?;
    let sets: Vec<Set> =
        asked.set.into_iter().map(|set| Set { path: set.path, to: To::Json(set.json) }).collect();
    let edited = desk::edit(desk.seams(), &setup, &line, &sets, &asked.reason, &by).await;
    stored(desk, edited)?.map(|edited| Json(EditedShape::of(edited))).map_err(|cause| stands(desk, &cause))
}

/// Closes tasks as done elsewhere: at once up to a thousand, else as a job. A change of a record opens its task again. Without
/// a state those that failed.
#[utoipa::path(
    post, path = "/api/v1/tasks/close", tag = "tasks", request_body = Close, security(("token" = [])),
    responses((status = 200, body = ActedShape), Undone)
)]
pub async fn close(
    State(face): State<Face>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ActedShape>, Failed> {
    let desk = &face.desk;
    let by = caller(desk, &headers, Grant::Repair).await?;
    let asked: Close = said(&face, body).await?;
    if asked.reason.trim().is_empty() {
        return Err(wrong(desk, "reason"));
    }
    let selection = chosen(desk, &asked.which)?;
    let acted = desk::close(desk.seams(), selection, asked.reason, &by).await;
    Ok(Json(told(desk, stored(desk, acted)?)))
}

/// What cannot be done as things are.
fn stands(desk: &Desk, cause: &Cause) -> Failed {
    Failed::new(StatusCode::CONFLICT, cause, &desk.seams().catalogue)
}
