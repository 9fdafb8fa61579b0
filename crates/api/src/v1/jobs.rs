//! Jobs and history loads.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use engine::jobs;
use model::access::Grant;
use model::job::{History, JobState, JobWork};
use model::{Cause, FlowName, JobId, Timestamp};
use serde::Deserialize;
use utoipa::ToSchema;

use super::admission::{Numbered, caller, missing, said, stored, wrong};
use super::problem::{Failed, Undone, Unseen};
use super::shapes::{ActedShape, JobShape};
use crate::Face;

/// Jobs that are listed.
const MOST: usize = 200;

/// Which records from before a flow brings in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Load {
    pub flow: String,
    /// These ids at the source …
    #[serde(default)]
    pub ids: Vec<String>,
    /// … or what changed from then on, in milliseconds since 1970 …
    pub from: Option<i64>,
    /// … up to then; now where nothing is said …
    pub to: Option<i64>,
    /// … and what meets a condition, written as the scope of a flow is; by itself of all times …
    #[serde(rename = "where")]
    pub condition: Option<String>,
    /// … or all that are linked, once more.
    #[serde(default)]
    pub linked: bool,
    /// Not before this; in milliseconds since 1970.
    pub at: Option<i64>,
}

/// The newest jobs, newest first.
#[utoipa::path(
    get, path = "/api/v1/jobs", tag = "jobs", security(("token" = [])),
    responses((status = 200, body = [JobShape]), Unseen)
)]
pub async fn list(State(face): State<Face>, headers: HeaderMap) -> Result<Json<Vec<JobShape>>, Failed> {
    let desk = &face.desk;
    caller(desk, &headers, Grant::Read).await?;
    let jobs = stored(desk, desk.seams().store.jobs(MOST).await)?;
    Ok(Json(jobs.iter().map(|job| JobShape::of(&desk.seams().catalogue, job)).collect()))
}

/// One job, and how far it is.
#[utoipa::path(
    get, path = "/api/v1/jobs/{job}", tag = "jobs", params(("job" = i64, Path)), security(("token" = [])),
    responses((status = 200, body = JobShape), Unseen)
)]
pub async fn show(
    State(face): State<Face>,
    headers: HeaderMap,
    job: Numbered,
) -> Result<Json<JobShape>, Failed> {
    caller(&face.desk, &headers, Grant::Read).await?;
    told(&face, job.number(&face.desk, "job")?).await
}

/// Lets a running job rest.
#[utoipa::path(
    post, path = "/api/v1/jobs/{job}/pause", tag = "jobs", params(("job" = i64, Path)), security(("token" = [])),
    responses((status = 200, body = JobShape), Undone)
)]
pub async fn pause(
    State(face): State<Face>,
    headers: HeaderMap,
    job: Numbered,
) -> Result<Json<JobShape>, Failed> {
    steer(&face, &headers, &job, JobState::Paused).await
}

/// Lets a job that rests or failed go on from where it stands.
#[utoipa::path(
    post, path = "/api/v1/jobs/{job}/resume", tag = "jobs", params(("job" = i64, Path)), security(("token" = [])),
    responses((status = 200, body = JobShape), Undone)
)]
pub async fn resume(
    State(face): State<Face>,
    headers: HeaderMap,
    job: Numbered,
) -> Result<Json<JobShape>, Failed> {
    steer(&face, &headers, &job, JobState::Running).await
}

/// Ends a job. What was done stays done.
#[utoipa::path(
    post, path = "/api/v1/jobs/{job}/stop", tag = "jobs", params(("job" = i64, Path)), security(("token" = [])),
    responses((status = 200, body = JobShape), Undone)
)]
pub async fn stop(
    State(face): State<Face>,
    headers: HeaderMap,
    job: Numbered,
) -> Result<Json<JobShape>, Failed> {
    steer(&face, &headers, &job, JobState::Stopped).await
}

/// Brings records from before in, beside what changes live (历史数据同步).
#[utoipa::path(
    post, path = "/api/v1/history", tag = "jobs", request_body = Load, security(("token" = [])),
    responses((status = 200, body = ActedShape), Undone)
)]
pub async fn history(
    State(face): State<Face>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ActedShape>, Failed> {
    let desk = &face.desk;
    let by = caller(desk, &headers, Grant::Repair).await?;
    let load: Load = said(&face, body).await?;
    let flow = FlowName::new(&load.flow);
    if !stored(desk, desk.setup().await)?.flows.contains_key(&flow) {
        return Err(missing(desk, &load.flow));
    }
    let now = desk.seams().clock.now();
    let which = match (load.linked, load.ids.is_empty(), load.from) {
        (true, true, None) if load.condition.is_none() => History::Linked,
        (false, false, None) if load.condition.is_none() => History::Ids(load.ids),
        (false, true, from) if load.condition.is_some() => {
            let condition = load.condition.unwrap_or_default();
            jobs::check_condition(&condition).map_err(|_| wrong(desk, "where"))?;
            History::Matching { condition, from: from.unwrap_or(0), to: load.to.unwrap_or(now.0) }
        }
        (false, true, Some(from)) => History::Changed { from, to: load.to.unwrap_or(now.0) },
        _ => return Err(wrong(desk, "which")),
    };
    let starts = load.at.map_or(now, Timestamp);
    let asked = jobs::ask(desk.seams(), JobWork::History { flow, which }, &by, starts).await;
    Ok(Json(ActedShape::job(stored(desk, asked)?)))
}

async fn steer(
    face: &Face,
    headers: &HeaderMap,
    job: &Numbered,
    to: JobState,
) -> Result<Json<JobShape>, Failed> {
    let desk = &face.desk;
    let by = caller(desk, headers, Grant::Repair).await?;
    let job = job.number(desk, "job")?;
    let Json(before) = told(face, job).await?;
    if !stored(desk, jobs::steer(desk.seams(), JobId(job), to, &by).await)? {
        let cause = Cause::new("desk.job_stands").with("job", job).with("state", before.state);
        return Err(Failed::new(StatusCode::CONFLICT, &cause, &desk.seams().catalogue));
    }
    told(face, job).await
}

async fn told(face: &Face, job: i64) -> Result<Json<JobShape>, Failed> {
    let desk = &face.desk;
    let found = stored(desk, desk.seams().store.job(JobId(job)).await)?;
    let found = found.ok_or_else(|| missing(desk, job))?;
    Ok(Json(JobShape::of(&desk.seams().catalogue, &found)))
}
