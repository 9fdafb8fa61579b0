//! Tasks, and why they stand still.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use contract::store::TaskLine;
use engine::desk::{self, Desk};
use model::access::Grant;
use model::task::{Kind, Selection, State as TaskState};
use model::{FlowName, TaskId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::admission::{Numbered, caller, missing, stored, wrong};
use super::problem::{Failed, Unseen};
use super::shapes::{CauseGroupShape, StoryShape, TaskPage, TaskShape};
use crate::Face;

/// Most tasks of a page.
const MOST: usize = 500;
/// Tasks of a page where nothing is said.
const USUAL: usize = 100;

/// Which tasks are meant. What is left out takes all.
#[derive(Debug, Clone, Default, Deserialize, ToSchema, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// These and no others, with commas between them; at most 500.
    pub ids: Option<String>,
    pub flow: Option<String>,
    /// `deliver`, `notify`, `write_back`, `files`; several with commas between them.
    pub kind: Option<String>,
    /// `ready`, `waiting`, `retrying`, `unknown`, `synced`, `skipped`, `failed`, `ignored`, `closed`; several with commas.
    pub state: Option<String>,
    /// The code of the cause; with a dot at its end all that begin so.
    pub cause: Option<String>,
    /// The system's own code of the failure.
    pub vendor_code: Option<String>,
    /// The field that the cause names.
    pub field: Option<String>,
    /// Stands in the record's id, number or name, or in the cause.
    pub text: Option<String>,
    /// Tried last at or after this; in milliseconds since 1970.
    pub since: Option<i64>,
    /// Tried last at or before this; in milliseconds since 1970.
    pub until: Option<i64>,
    /// Only for lists: behind this task.
    pub after: Option<i64>,
    /// Only for lists: at most so many, up to 500; 100 where nothing is said.
    pub limit: Option<usize>,
}

impl Which {
    /// The selection that is meant; the name of what is wrong with it.
    pub fn selection(&self, usual: &[TaskState]) -> Result<Selection, &'static str> {
        let ids = listed(self.ids.as_deref(), |id| id.parse().ok()).ok_or("ids")?;
        if ids.len() > MOST {
            return Err("ids");
        }
        let states = listed(self.state.as_deref(), TaskState::of_name).ok_or("state")?;
        Ok(Selection {
            states: if states.is_empty() && ids.is_empty() { usual.to_vec() } else { states },
            ids,
            flow: self.flow.as_deref().map(FlowName::new),
            kinds: listed(self.kind.as_deref(), Kind::of_name).ok_or("kind")?,
            code: self.cause.clone(),
            vendor_code: self.vendor_code.clone(),
            field: self.field.clone(),
            text: self.text.clone(),
            since: self.since,
            until: self.until,
        })
    }
}

/// What stands between commas, each read; `None` where one cannot be.
pub(super) fn listed<T>(text: Option<&str>, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let parts = text.unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(read).collect()
}

/// Lists tasks, page by page.
#[utoipa::path(
    get, path = "/api/v1/tasks", tag = "tasks", params(Which), security(("token" = [])),
    responses((status = 200, body = TaskPage), Unseen)
)]
pub async fn list(
    State(face): State<Face>,
    headers: HeaderMap,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Json<TaskPage>, Failed> {
    let desk = &face.desk;
    caller(desk, &headers, Grant::Read).await?;
    let Query(which) = which.map_err(|_| wrong(desk, "query"))?;
    let selection = which.selection(&[]).map_err(|field| wrong(desk, field))?;
    let limit = which.limit.unwrap_or(USUAL).clamp(1, MOST);
    let store = &desk.seams().store;
    let chosen = desk::page(&**store, &selection, which.after.map(TaskId), limit).await;
    let chosen = stored(desk, chosen)?;
    let catalogue = &desk.seams().catalogue;
    let tasks = chosen.lines.into_iter().map(|line| TaskShape::of_line(catalogue, line)).collect();
    Ok(Json(TaskPage { tasks, next: chosen.next.map(|next| next.0) }))
}

/// Gathers why tasks stand still: one group has one remedy. Without a state those that failed, wait, are tried again or are
/// not known.
#[utoipa::path(
    get, path = "/api/v1/tasks/causes", tag = "tasks", params(Which), security(("token" = [])),
    responses((status = 200, body = [CauseGroupShape]), Unseen)
)]
pub async fn causes(
    State(face): State<Face>,
    headers: HeaderMap,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Json<Vec<CauseGroupShape>>, Failed> {
    const STANDING: [TaskState; 4] =
        [TaskState::Failed, TaskState::Waiting, TaskState::Retrying, TaskState::Unknown];
    let desk = &face.desk;
    caller(desk, &headers, Grant::Read).await?;
    let Query(which) = which.map_err(|_| wrong(desk, "query"))?;
    let selection = which.selection(&STANDING).map_err(|field| wrong(desk, field))?;
    let groups = stored(desk, desk::causes(&*desk.seams().store, &selection).await)?;
    let catalogue = &desk.seams().catalogue;
    Ok(Json(groups.into_iter().map(|group| CauseGroupShape::of(catalogue, group)).collect()))
}

/// One task with its record's story: what was tried, sent and answered.
#[utoipa::path(
    get, path = "/api/v1/tasks/{task}", tag = "tasks", params(("task" = i64, Path)), security(("token" = [])),
    responses((status = 200, body = StoryShape), Unseen)
)]
pub async fn show(
    State(face): State<Face>,
    headers: HeaderMap,
    task: Numbered,
) -> Result<Json<StoryShape>, Failed> {
    let desk = &face.desk;
    caller(desk, &headers, Grant::Read).await?;
    let line = line(desk, &task).await?;
    let store = &desk.seams().store;
    let story = stored(desk, store.story(line.task.record).await)?;
    let mut story = story.ok_or_else(|| missing(desk, line.task.id))?;
    story.tasks.retain(|told| told.task.id == line.task.id);
    let done = desk::done_to(&**store, std::slice::from_ref(&story)).await;
    Ok(Json(StoryShape::of(&desk.seams().catalogue, story, stored(desk, done)?)))
}

/// The task that an address names.
pub(super) async fn line(desk: &Desk, task: &Numbered) -> Result<TaskLine, Failed> {
    let task = task.number(desk, "task")?;
    let selection = Selection { ids: vec![task], ..Selection::default() };
    let (lines, _) = stored(desk, desk::all_of(&*desk.seams().store, &selection, 1).await)?;
    lines.into_iter().next().ok_or_else(|| missing(desk, task))
}
