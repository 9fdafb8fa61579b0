//! What is done about tasks.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use engine::desk::{self, Acted, Desk};
use model::Timestamp;
use model::access::Grant;
use model::job::{Copy, Mapping};
use model::task::{Selection, State as TaskState};
use serde::Deserialize;
use utoipa::ToSchema;

use super::admission::{caller, said, stored, wrong};
use super::problem::{Failed, Undone};
use super::repairs::LeftShape;
use super::shapes::ActedShape;
use super::tasks::Which;
use crate::Face;

/// Which tasks run again, on which state of their records, and when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    pub which: Which,
    #[serde(default)]
    pub read: Read,
    #[serde(default)]
    pub mapping: With,
    /// Not before this; in milliseconds since 1970.
    pub at: Option<i64>,
}

/// Which state of a record a retry works on.
#[derive(Debug, Clone, std::marker::Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Read {
    /// As it is stored here.
    #[default]
    Stored,
    /// As it is at its source now: it is read first.
    Source,
}

/// Which mapping a retry works with.
#[derive(Debug, Clone, std::marker::Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum With {
    /// The one in force.
    #[default]
    Current,
    /// The one with which the task was tried first since it was last brought over, for this one delivery.
    Original,
}

impl Read {
    pub fn copy(self) -> Copy {
        if self == Read::Source { Copy::Source } else { Copy::Stored }
    }
}

impl With {
    pub fn mapping(self) -> Mapping {
        if self == With::Original { Mapping::Original } else { Mapping::Current }
    }
}

/// Which tasks are set aside, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ignore {
    pub which: Which,
    pub reason: String,
    /// A change of a record lets its task run again.
    #[serde(default)]
    pub until_changed: bool,
}

/// Lets tasks run again: at once up to a thousand on what is stored, else as a job. Without a state those that failed.
#[utoipa::path(
    post, path = "/api/v1/tasks/retry", tag = "tasks", request_body = Retry, security(("token" = [])),
    responses((status = 200, body = ActedShape), Undone)
)]
pub async fn retry(
    State(face): State<Face>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ActedShape>, Failed> {
    let desk = &face.desk;
    let by = caller(desk, &headers, Grant::Repair).await?;
    let asked: Retry = said(&face, body).await?;
    let selection = chosen(desk, &asked.which)?;
    let setup = stored(desk, desk.setup().await)?;
    let how = (asked.read.copy(), asked.mapping.mapping());
    let acted = desk::retry(desk.seams(), &setup, selection, how, asked.at.map(Timestamp), &by).await;
    Ok(Json(told(desk, stored(desk, acted)?)))
}

/// Sets tasks aside: at once up to a thousand, else as a job. Without a state those that failed.
#[utoipa::path(
    post, path = "/api/v1/tasks/ignore", tag = "tasks", request_body = Ignore, security(("token" = [])),
    responses((status = 200, body = ActedShape), Undone)
)]
pub async fn ignore(
    State(face): State<Face>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ActedShape>, Failed> {
    let desk = &face.desk;
    let by = caller(desk, &headers, Grant::Repair).await?;
    let asked: Ignore = said(&face, body).await?;
    let selection = chosen(desk, &asked.which)?;
    let acted = desk::ignore(desk.seams(), selection, asked.until_changed, asked.reason, &by).await;
    Ok(Json(told(desk, stored(desk, acted)?)))
}

/// The selection that is meant. Nobody means all by saying nothing.
pub(super) fn chosen(desk: &Desk, which: &Which) -> Result<Selection, Failed> {
    let said = which.selection(&[]).map_err(|field| wrong(desk, field))?;
    if said == Selection::default() {
        return Err(wrong(desk, "which"));
    }
    which.selection(&[TaskState::Failed]).map_err(|field| wrong(desk, field))
}

pub(super) fn told(desk: &Desk, acted: Acted) -> ActedShape {
    match acted {
        Acted::AtOnce(done, left) => {
            let catalogue = &desk.seams().catalogue;
            let left = left.iter().map(|left| LeftShape::of(catalogue, left)).collect();
            ActedShape { done: Some(done), job: None, left }
        }
        Acted::Job(job) => ActedShape::job(job),
    }
}
