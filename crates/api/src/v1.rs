//! `/api/v1`: what the command line and the console do, for machines. Described by the OpenAPI document at
//! `/api/v1/openapi.json`, which is made from this code.
//!
//! Callers come with `Authorization: Bearer` and a token that has the grant `read`, or `repair` where something is done.
//! Every answer but success is a [`problem::Problem`] with a code and the words for it in Chinese and English.

mod actions;
mod admission;
mod decisions;
mod differences;
mod jobs;
mod problem;
mod repairs;
mod runs;
mod shapes;
mod stories;
mod sweeps;
mod tasks;

use axum::Router;
use axum::routing::{any, get, post};
use utoipa::OpenApi;

use admission::Bearer;

use crate::Face;

/// The whole description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Qiao",
        description = "What the command line and the console do, for machines. 供程序调用的接口，与命令行和控制台的功能相同。",
    ),
    paths(
        tasks::list, tasks::causes, tasks::show, actions::retry, actions::ignore, decisions::show, decisions::decide,
        repairs::preview, repairs::edit, repairs::close, jobs::list, jobs::show,
        jobs::pause, jobs::resume, jobs::stop, jobs::history, stories::trace, stories::audit,
        runs::list, runs::begin, runs::show, runs::stop, differences::list, differences::show,
        differences::repair, differences::ignore, differences::reopen, sweeps::list, sweeps::begin,
        sweeps::show, sweeps::stop, sweeps::gone, sweeps::rest,
    ),
    components(schemas(problem::Problem)),
    modifiers(&Bearer),
    tags(
        (name = "tasks", description = "Tasks (同步任务) and the repair desk (数据维护)."),
        (name = "jobs", description = "What is done in the background (后台作业), history loads (历史数据同步) among it."),
        (name = "reconciliations", description = "Whether both sides agree (对账), and what is done about differences (差异)."),
        (name = "sweeps", description = "Whether all that sources hold is known here (清点), and what they have no more."),
        (name = "stories", description = "The whole story of a record, and what people did."),
    ),
)]
pub struct Description;

/// The description as JSON text, the same at each call.
pub fn description() -> String {
    Description::openapi().to_pretty_json().unwrap_or_default()
}

/// The addresses.
pub(crate) fn router() -> Router<Face> {
    Router::new()
        .route("/api/v1/openapi.json", get(openapi))
        .route("/api/v1/tasks", get(tasks::list))
        .route("/api/v1/tasks/causes", get(tasks::causes))
        .route("/api/v1/tasks/{task}", get(tasks::show))
        .route("/api/v1/tasks/{task}/conflict", get(decisions::show))
        .route("/api/v1/tasks/{task}/decide", post(decisions::decide))
        .route("/api/v1/tasks/retry", post(actions::retry))
        .route("/api/v1/tasks/ignore", post(actions::ignore))
        .route("/api/v1/tasks/close", post(repairs::close))
        .route("/api/v1/tasks/{task}/preview", get(repairs::preview))
        .route("/api/v1/tasks/{task}/edit", post(repairs::edit))
        .route("/api/v1/jobs", get(jobs::list))
        .route("/api/v1/jobs/{job}", get(jobs::show))
        .route("/api/v1/jobs/{job}/pause", post(jobs::pause))
        .route("/api/v1/jobs/{job}/resume", post(jobs::resume))
        .route("/api/v1/jobs/{job}/stop", post(jobs::stop))
        .route("/api/v1/history", post(jobs::history))
        .route("/api/v1/trace", get(stories::trace))
        .route("/api/v1/audit", get(stories::audit))
        .route("/api/v1/reconciliations", get(runs::list).post(runs::begin))
        .route("/api/v1/reconciliations/{run}", get(runs::show))
        .route("/api/v1/reconciliations/{run}/stop", post(runs::stop))
        .route("/api/v1/differences", get(differences::list))
        .route("/api/v1/differences/{difference}", get(differences::show))
        .route("/api/v1/differences/repair", post(differences::repair))
        .route("/api/v1/differences/ignore", post(differences::ignore))
        .route("/api/v1/differences/reopen", post(differences::reopen))
        .route("/api/v1/sweeps", get(sweeps::list).post(sweeps::begin))
        .route("/api/v1/sweeps/gone", get(sweeps::gone))
        .route("/api/v1/sweeps/rest", post(sweeps::rest))
        .route("/api/v1/sweeps/{sweep}", get(sweeps::show))
        .route("/api/v1/sweeps/{sweep}/stop", post(sweeps::stop))
        .method_not_allowed_fallback(admission::not_so)
        .route("/api/v1", any(admission::unknown))
        .route("/api/v1/{*rest}", any(admission::unknown))
}

/// Says nothing that the program's own documents do not.
async fn openapi() -> impl axum::response::IntoResponse {
    ([(axum::http::header::CONTENT_TYPE, "application/json")], description())
}
