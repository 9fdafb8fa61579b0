//! Sweeps of ids (清点): begun, looked at, stopped; and what the sources have no more.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use engine::desk::Desk;
use engine::jobs;
use engine::reconcile::let_rest;
use model::access::Grant;
use model::job::JobWork;
use model::sweep::{Gone, ObjectOf, Sweep};
use model::{Catalogue, ConnectionName, ObjectName, SweepId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::admission::{Numbered, caller, missing, said, stored, wrong};
use super::differences::DoneShape;
use super::problem::{Failed, Undone, Unseen};
use super::runs::{MOST, USUAL, ended};
use super::shapes::{ActedShape, CauseShape};
use crate::Face;

/// Ids of one answer to what is gone.
const RESTED: usize = 1_000;

/// Which object is swept, and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// `crm/AccountObj`
    pub object: String,
    /// Every id is listed, and not only where counts differ; where nothing is said, when it is its turn.
    pub deep: Option<bool>,
    /// A sweep that asks since much is gone goes on.
    #[serde(default)]
    pub go_on: bool,
}

/// Which sweeps are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Sweeps {
    /// `crm/AccountObj`
    pub object: Option<String>,
    /// At most so many, up to 500; 20 where nothing is said.
    pub limit: Option<usize>,
}

/// One sweep of an object.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SweepShape {
    pub sweep: i64,
    pub connection: String,
    pub object: String,
    pub deep: bool,
    /// `running`, `incomplete`, `asks` or `done`. One that is incomplete and has not ended is gone on with.
    pub state: &'static str,
    pub until: String,
    pub started: String,
    /// When it last got on.
    pub beat: String,
    pub ended: Option<String>,
    /// In records: that the source holds, and that are known here.
    pub there: u64,
    pub here: u64,
    /// Not known, or known at an older version: they are being read.
    pub missing: u64,
    pub behind: u64,
    /// Known here and no longer at the source.
    pub gone: u64,
    pub calls: u64,
    /// Why it stands still, or asks.
    pub cause: Option<CauseShape>,
}

impl SweepShape {
    fn of(catalogue: &Catalogue, sweep: &Sweep) -> SweepShape {
        let sum = sweep.sum;
        SweepShape {
            sweep: sweep.id.0,
            connection: sweep.of.0.to_string(),
            object: sweep.of.1.to_string(),
            deep: sweep.deep,
            state: sweep.state.name(),
            until: sweep.until.to_string(),
            started: sweep.started.to_string(),
            beat: sweep.beat.to_string(),
            ended: sweep.ended.map(|at| at.to_string()),
            there: sum.there,
            here: sum.here,
            missing: sum.missing,
            behind: sum.behind,
            gone: sum.gone,
            calls: sum.calls,
            cause: sweep.cause.as_ref().map(|cause| CauseShape::of(catalogue, cause)),
        }
    }
}

/// Of which object, and behind which id.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GoneOf {
    /// `crm/AccountObj`
    pub object: String,
    /// Behind this id.
    pub after: Option<String>,
    /// At most so many, up to 500; 20 where nothing is said.
    pub limit: Option<usize>,
}

/// One page of what a source has no more.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GonePage {
    pub gone: Vec<GoneShape>,
    /// Give it as `after` to go on; absent at the end.
    pub next: Option<String>,
}

/// A record that is known here and that its source has no more. Nothing was voided.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GoneShape {
    pub id: String,
    pub number: Option<String>,
    pub name: Option<String>,
    pub since: String,
    /// Why it may rest, in the words of who said so.
    pub reason: Option<String>,
}

impl GoneShape {
    fn of(gone: Gone) -> GoneShape {
        let Gone { id, number, name, since, reason } = gone;
        GoneShape { id, number, name, since: since.to_string(), reason }
    }
}

/// What of an object may rest, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rest {
    /// `crm/AccountObj`
    pub object: String,
    /// These ids, at most 1000 …
    #[serde(default)]
    pub ids: Vec<String>,
    /// … or all that are gone.
    #[serde(default)]
    pub all: bool,
    pub reason: String,
}

/// The newest sweeps, newest first.
#[utoipa::path(
    get, path = "/api/v1/sweeps", tag = "sweeps", params(Sweeps), security(("token" = [])),
    responses((status = 200, body = [SweepShape]), Unseen)
)]
pub async fn list(
    State(face): State<Face>,
    headers: HeaderMap,
    which: Result<Query<Sweeps>, QueryRejection>,
) -> Result<Json<Vec<SweepShape>>, Failed> {
    let desk = &face.desk;
    caller(desk, &headers, Grant::Read).await?;
    let Query(which) = which.map_err(|_| wrong(desk, "query"))?;
    let of = which.object.as_deref().map(|object| object_of(desk, object)).transpose()?;
    let limit = which.limit.unwrap_or(USUAL).clamp(1, MOST);
    let sweeps = stored(desk, desk.seams().store.sweeps(of.as_ref(), limit).await)?;
    Ok(Json(sweeps.iter().map(|sweep| SweepShape::of(&desk.seams().catalogue, sweep)).collect()))
}

/// Sweeps an object in the background; goes on with a sweep that was left. The job tells which sweep it is once it has
/// begun. What is missing is read; what is gone is only told.
#[utoipa::path(
    post, path = "/api/v1/sweeps", tag = "sweeps", request_body = Begin, security(("token" = [])),
    responses((status = 200, body = ActedShape), Undone)
)]
pub async fn begin(
    State(face): State<Face>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ActedShape>, Failed> {
    let desk = &face.desk;
    let by = caller(desk, &headers, Grant::Repair).await?;
    let asked: Begin = said(&face, body).await?;
    let of = object_of(desk, &asked.object)?;
    if !stored(desk, desk.setup().await)?.objects_read().contains(&of) {
        return Err(missing(desk, &asked.object));
    }
    let (connection, object) = of;
    let work = JobWork::Sweep { connection, object, deep: asked.deep, goes_on: asked.go_on };
    let job = jobs::ask(desk.seams(), work, &by, desk.seams().clock.now()).await;
    Ok(Json(ActedShape::job(stored(desk, job)?)))
}

/// One sweep, how far it is and what it came to.
#[utoipa::path(
    get, path = "/api/v1/sweeps/{sweep}", tag = "sweeps", params(("sweep" = i64, Path)), security(("token" = [])),
    responses((status = 200, body = SweepShape), Unseen)
)]
pub async fn show(
    State(face): State<Face>,
    headers: HeaderMap,
    sweep: Numbered,
) -> Result<Json<SweepShape>, Failed> {
    let desk = &face.desk;
    caller(desk, &headers, Grant::Read).await?;
    told(desk, SweepId(sweep.number(desk, "sweep")?)).await
}

/// Ends a sweep where it stands, with the job that does it.
#[utoipa::path(
    post, path = "/api/v1/sweeps/{sweep}/stop", tag = "sweeps", params(("sweep" = i64, Path)),
    security(("token" = [])),
    responses((status = 200, body = SweepShape), Undone)
)]
pub async fn stop(
    State(face): State<Face>,
    headers: HeaderMap,
    sweep: Numbered,
) -> Result<Json<SweepShape>, Failed> {
    let desk = &face.desk;
    let by = caller(desk, &headers, Grant::Repair).await?;
    let sweep = SweepId(sweep.number(desk, "sweep")?);
    let before = told(desk, sweep).await?;
    match stored(desk, jobs::stop_sweep(desk.seams(), sweep, &by).await)? {
        true => told(desk, sweep).await,
        false => Err(ended(desk, before.sweep)),
    }
}

/// What the source of an object has no more, page by page.
#[utoipa::path(
    get, path = "/api/v1/sweeps/gone", tag = "sweeps", params(GoneOf), security(("token" = [])),
    responses((status = 200, body = GonePage), Unseen)
)]
pub async fn gone(
    State(face): State<Face>,
    headers: HeaderMap,
    which: Result<Query<GoneOf>, QueryRejection>,
) -> Result<Json<GonePage>, Failed> {
    let desk = &face.desk;
    caller(desk, &headers, Grant::Read).await?;
    let Query(which) = which.map_err(|_| wrong(desk, "query"))?;
    let of = object_of(desk, &which.object)?;
    let (after, limit) = (which.after.unwrap_or_default(), which.limit.unwrap_or(USUAL).clamp(1, MOST));
    let gone = stored(desk, desk.seams().store.gone(&of, &after, limit).await)?;
    let next = gone.last().filter(|_| gone.len() == limit).map(|last| last.id.clone());
    Ok(Json(GonePage { gone: gone.into_iter().map(GoneShape::of).collect(), next }))
}

/// Lets what is gone rest, for a reason: sweeps do not tell of it any more.
#[utoipa::path(
    post, path = "/api/v1/sweeps/rest", tag = "sweeps", request_body = Rest, security(("token" = [])),
    responses((status = 200, body = DoneShape), Undone)
)]
pub async fn rest(
    State(face): State<Face>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<DoneShape>, Failed> {
    let desk = &face.desk;
    let by = caller(desk, &headers, Grant::Repair).await?;
    let asked: Rest = said(&face, body).await?;
    let of = object_of(desk, &asked.object)?;
    // Nobody means all by saying nothing.
    if asked.ids.is_empty() != asked.all || asked.ids.len() > RESTED {
        return Err(wrong(desk, "ids"));
    }
    if asked.reason.trim().is_empty() {
        return Err(wrong(desk, "reason"));
    }
    let done = let_rest(desk.seams(), &of, &asked.ids, asked.reason.trim(), &by).await;
    Ok(Json(DoneShape { done: stored(desk, done)? }))
}

/// `crm/AccountObj`
fn object_of(desk: &Desk, text: &str) -> Result<ObjectOf, Failed> {
    match text.split_once('/') {
        Some((connection, object)) if !connection.is_empty() && !object.is_empty() => {
            Ok((ConnectionName::new(connection), ObjectName::new(object)))
        }
        _ => Err(wrong(desk, "object")),
    }
}

async fn told(desk: &Desk, id: SweepId) -> Result<Json<SweepShape>, Failed> {
    let sweep = stored(desk, desk.seams().store.sweep(id).await)?.ok_or_else(|| missing(desk, id))?;
    Ok(Json(SweepShape::of(&desk.seams().catalogue, &sweep)))
}
