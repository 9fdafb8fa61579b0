//! Reconciliations (对账): begun, looked at, stopped.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use engine::desk::Desk;
use engine::jobs;
use model::access::Grant;
use model::flow::Mode;
use model::job::JobWork;
use model::reconciliation::{Run, Stage};
use model::{Catalogue, Cause, FlowName, RunId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::admission::{Numbered, caller, missing, said, stored, wrong};
use super::problem::{Failed, Undone, Unseen};
use super::shapes::{ActedShape, CauseShape};
use crate::Face;

/// Most runs of a list, and where nothing is said.
pub(super) const MOST: usize = 500;
pub(super) const USUAL: usize = 20;

/// Which flow is reconciled, and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reconcile {
    pub flow: String,
    /// Everything is read and compared, and not only where counts differ.
    #[serde(default)]
    pub deep: bool,
    /// Only what changed at or after this; in milliseconds since 1970 …
    pub since: Option<i64>,
    /// … and at or before this.
    pub until: Option<i64>,
    /// A run that asks since much is gone goes on.
    #[serde(default)]
    pub go_on: bool,
}

/// Which runs are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Runs {
    pub flow: Option<String>,
    /// At most so many, up to 500; 20 where nothing is said.
    pub limit: Option<usize>,
}

/// One reconciliation of a flow.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RunShape {
    pub run: i64,
    pub flow: String,
    pub deep: bool,
    /// `running`, `incomplete`, `asks` or `done`. One that is incomplete and has not ended is gone on with.
    pub state: &'static str,
    /// Where it is: `again` (what differed before), `here`, `there` or `stored`.
    pub stage: &'static str,
    pub since: Option<String>,
    pub until: String,
    pub started: String,
    /// When it last got on.
    pub beat: String,
    pub ended: Option<String>,
    /// In records; only a run that is done says how many agree.
    pub matched: u64,
    pub only_here: u64,
    pub only_there: u64,
    pub differs: u64,
    pub in_flight: u64,
    pub ignored: u64,
    pub outside: u64,
    /// Documents that were read and compared, at the source and at the target.
    pub read_here: u64,
    pub read_there: u64,
    pub calls_here: u64,
    pub calls_there: u64,
    /// Why it stands still, or asks.
    pub cause: Option<CauseShape>,
    /// The flow's differences as they are kept now; only where one run is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<CountShape>,
}

/// How many differences of a kind are in a state.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CountShape {
    /// `only_here`, `only_there` or `differs`.
    pub kind: &'static str,
    /// `open`, `repairing`, `ignored` or `closed`.
    pub state: &'static str,
    pub count: u64,
}

impl RunShape {
    fn of(catalogue: &Catalogue, run: &Run) -> RunShape {
        let sum = run.sum;
        RunShape {
            run: run.id.0,
            flow: run.flow.to_string(),
            deep: run.deep,
            state: run.state.name(),
            stage: match run.place.stage {
                Stage::Again => "again",
                Stage::Here => "here",
                Stage::There => "there",
                Stage::Stored => "stored",
            },
            since: run.since.map(|at| at.to_string()),
            until: run.until.to_string(),
            started: run.started.to_string(),
            beat: run.beat.to_string(),
            ended: run.ended.map(|at| at.to_string()),
            matched: sum.matched,
            only_here: sum.only_here,
            only_there: sum.only_there,
            differs: sum.differs,
            in_flight: sum.in_flight,
            ignored: sum.ignored,
            outside: sum.outside,
            read_here: sum.read_here,
            read_there: sum.read_there,
            calls_here: sum.calls_here,
            calls_there: sum.calls_there,
            cause: run.cause.as_ref().map(|cause| CauseShape::of(catalogue, cause)),
            differences: Vec::new(),
        }
    }
}

/// The newest reconciliations, newest first.
#[utoipa::path(
    get, path = "/api/v1/reconciliations", tag = "reconciliations", params(Runs), security(("token" = [])),
    responses((status = 200, body = [RunShape]), Unseen)
)]
pub async fn list(
    State(face): State<Face>,
    headers: HeaderMap,
    which: Result<Query<Runs>, QueryRejection>,
) -> Result<Json<Vec<RunShape>>, Failed> {
    let desk = &face.desk;
    caller(desk, &headers, Grant::Read).await?;
    let Query(which) = which.map_err(|_| wrong(desk, "query"))?;
    let (flow, limit) = (which.flow.map(FlowName::new), which.limit.unwrap_or(USUAL).clamp(1, MOST));
    let runs = stored(desk, desk.seams().store.runs(flow.as_ref(), limit).await)?;
    Ok(Json(runs.iter().map(|run| RunShape::of(&desk.seams().catalogue, run)).collect()))
}

/// Reconciles a flow in the background; goes on with a run of the same kind that was left. The job tells which run it is
/// once it has begun. It reads and proposes: nothing is written to any system.
#[utoipa::path(
    post, path = "/api/v1/reconciliations", tag = "reconciliations", request_body = Reconcile,
    security(("token" = [])),
    responses((status = 200, body = ActedShape), Undone)
)]
pub async fn begin(
    State(face): State<Face>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ActedShape>, Failed> {
    let desk = &face.desk;
    let by = caller(desk, &headers, Grant::Repair).await?;
    let asked: Reconcile = said(&face, body).await?;
    if asked.since.is_some_and(|since| asked.until.is_some_and(|until| until < since)) {
        return Err(wrong(desk, "until"));
    }
    let flow = FlowName::new(&asked.flow);
    let setup = stored(desk, desk.setup().await)?;
    let active = setup.flows.get(&flow).ok_or_else(|| missing(desk, &flow))?;
    if active.flow().mode != Mode::Document {
        let cause = Cause::new("reconcile.notices").with("flow", &flow);
        return Err(Failed::new(StatusCode::CONFLICT, &cause, &desk.seams().catalogue));
    }
    let Reconcile { deep, since, until, go_on: goes_on, .. } = asked;
    let work = JobWork::Reconcile { flow, deep, since, until, goes_on };
    let job = jobs::ask(desk.seams(), work, &by, desk.seams().clock.now()).await;
    Ok(Json(ActedShape::job(stored(desk, job)?)))
}

/// One reconciliation, how far it is and what it came to, with the flow's differences counted by kind and state.
#[utoipa::path(
    get, path = "/api/v1/reconciliations/{run}", tag = "reconciliations", params(("run" = i64, Path)),
    security(("token" = [])),
    responses((status = 200, body = RunShape), Unseen)
)]
pub async fn show(
    State(face): State<Face>,
    headers: HeaderMap,
    run: Numbered,
) -> Result<Json<RunShape>, Failed> {
    let desk = &face.desk;
    caller(desk, &headers, Grant::Read).await?;
    let run = RunId(run.number(desk, "run")?);
    told(desk, run).await
}

/// Ends a reconciliation where it stands, with the job that does it. What it found is kept.
#[utoipa::path(
    post, path = "/api/v1/reconciliations/{run}/stop", tag = "reconciliations", params(("run" = i64, Path)),
    security(("token" = [])),
    responses((status = 200, body = RunShape), Undone)
)]
pub async fn stop(
    State(face): State<Face>,
    headers: HeaderMap,
    run: Numbered,
) -> Result<Json<RunShape>, Failed> {
    let desk = &face.desk;
    let by = caller(desk, &headers, Grant::Repair).await?;
    let run = RunId(run.number(desk, "run")?);
    let before = told(desk, run).await?;
    match stored(desk, jobs::stop_run(desk.seams(), run, &by).await)? {
        true => told(desk, run).await,
        false => Err(ended(desk, before.run)),
    }
}

/// What is over already.
pub(super) fn ended(desk: &Desk, run: i64) -> Failed {
    let cause = Cause::new("desk.run_ended").with("run", run);
    Failed::new(StatusCode::CONFLICT, &cause, &desk.seams().catalogue)
}

async fn told(desk: &Desk, id: RunId) -> Result<Json<RunShape>, Failed> {
    let store = &desk.seams().store;
    let run = stored(desk, store.run(id).await)?.ok_or_else(|| missing(desk, id))?;
    let counts = stored(desk, store.count_differences(&run.flow).await)?;
    let count = |(kind, state, count): (model::reconciliation::Kind, model::reconciliation::State, u64)| {
        CountShape { kind: kind.name(), state: state.name(), count }
    };
    let differences = counts.into_iter().map(count).collect();
    Ok(Json(RunShape { differences, ..RunShape::of(&desk.seams().catalogue, &run) }))
}
