//! The story of a record, and what people did.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use engine::desk;
use model::access::Grant;
use serde::Deserialize;
use utoipa::IntoParams;

use super::admission::{caller, stored, wrong};
use super::problem::{Failed, Unseen};
use super::shapes::{AuditShape, StoryShape};
use crate::Face;

/// Stories told at most.
const STORIES: usize = 20;
/// Entries told at most, and where nothing is said.
const MOST: usize = 1_000;
const USUAL: usize = 100;

/// What is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// A number, id or name of either side, or a receipt (`R1042`).
    pub text: String,
}

/// Which entries of the audit log.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Entries {
    /// Only about this: `task:12`, `job:3`.
    pub about: Option<String>,
    /// At most so many, up to 1000; 100 where nothing is said.
    pub limit: Option<usize>,
}

/// The whole story of what has that number, id or name on either side, best first; then of what has a number that begins so,
/// or a name with these characters in it (two or more).
#[utoipa::path(
    get, path = "/api/v1/trace", tag = "stories", params(Asked), security(("token" = [])),
    responses((status = 200, body = [StoryShape]), Unseen)
)]
pub async fn trace(
    State(face): State<Face>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Vec<StoryShape>>, Failed> {
    let desk = &face.desk;
    caller(desk, &headers, Grant::Read).await?;
    let Query(asked) = asked.map_err(|_| wrong(desk, "query"))?;
    if asked.text.trim().is_empty() {
        return Err(wrong(desk, "text"));
    }
    let stories = stored(desk, desk.seams().store.trace(asked.text.trim(), STORIES).await)?;
    let catalogue = &desk.seams().catalogue;
    let mut told = Vec::with_capacity(stories.len());
    for story in stories {
        let done = desk::done_to(&*desk.seams().store, std::slice::from_ref(&story)).await;
        told.push(StoryShape::of(catalogue, story, stored(desk, done)?));
    }
    Ok(Json(told))
}

/// What people and their machines did, newest first.
#[utoipa::path(
    get, path = "/api/v1/audit", tag = "stories", params(Entries), security(("token" = [])),
    responses((status = 200, body = [AuditShape]), Unseen)
)]
pub async fn audit(
    State(face): State<Face>,
    headers: HeaderMap,
    asked: Result<Query<Entries>, QueryRejection>,
) -> Result<Json<Vec<AuditShape>>, Failed> {
    let desk = &face.desk;
    caller(desk, &headers, Grant::Read).await?;
    let Query(asked) = asked.map_err(|_| wrong(desk, "query"))?;
    let limit = asked.limit.unwrap_or(USUAL).clamp(1, MOST);
    let entries = stored(desk, desk.seams().store.audit_log(asked.about.as_deref(), limit).await)?;
    let catalogue = &desk.seams().catalogue;
    Ok(Json(entries.iter().map(|entry| AuditShape::of(catalogue, entry)).collect()))
}
