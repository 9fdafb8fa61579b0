//! Differences (差异) that reconciliations found, and what is done about them.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use contract::store::DifferenceFilter;
use engine::desk::Desk;
use engine::reconcile::repair::{self, Desk as RepairDesk, RepairError};
use model::access::Grant;
use model::reconciliation::{Difference, FieldDifference, Kind, Known, State as DifferenceState};
use model::{Catalogue, Cause, DifferenceId, FlowName};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::admission::{Numbered, caller, missing, said, stored, wrong};
use super::problem::{Failed, Undone, Unseen};
use super::repairs::PreviewShape;
use super::shapes::CauseShape;
use super::tasks::listed;
use crate::Face;

/// Most differences of a page, and where nothing is said.
const MOST: usize = 1_000;
const USUAL: usize = 100;
/// Repairs of one call: each asks both systems.
const AT_ONCE: usize = 50;
/// Decisions of one call.
const DECIDED: usize = 1_000;

/// Which differences are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Differences {
    pub flow: Option<String>,
    /// `only_here`, `only_there` or `differs`.
    pub kind: Option<String>,
    /// `open`, `repairing`, `ignored`, `closed`; several with commas. All but the last where nothing is said.
    pub state: Option<String>,
    /// Behind this difference.
    pub after: Option<i64>,
    /// At most so many, up to 1000; 100 where nothing is said.
    pub limit: Option<usize>,
}

/// One page of differences.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DifferencePage {
    pub differences: Vec<DifferenceShape>,
    /// Give it as `after` to go on; absent at the end.
    pub next: Option<i64>,
}

/// A difference (差异).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DifferenceShape {
    /// `D12` on the command line is 12 here.
    pub difference: i64,
    pub flow: String,
    /// `only_here`, `only_there` or `differs`.
    pub kind: &'static str,
    /// `open`, `repairing`, `ignored` or `closed`.
    pub state: &'static str,
    pub source: Option<KnownShape>,
    pub target: Option<KnownShape>,
    pub fields: Vec<FieldShape>,
    /// Why, where that is known.
    pub cause: Option<CauseShape>,
    /// When it was found first, and last seen.
    pub since: String,
    pub seen: String,
    /// Why it may stay, in the words of who said so.
    pub reason: Option<String>,
    pub decided: Option<String>,
}

/// A record or document by the names that it has at its side.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct KnownShape {
    pub id: String,
    pub number: Option<String>,
    pub name: Option<String>,
}

/// One field that differs; values as JSON text, absent where there is none.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldShape {
    /// The target's field, with places of lines: `FSaleOrderEntry[2].FQty`.
    pub field: String,
    /// What the source says that it should be.
    pub here: Option<String>,
    pub there: Option<String>,
}

impl DifferenceShape {
    fn of(catalogue: &Catalogue, one: Difference) -> DifferenceShape {
        let known = |Known { id, number, name }| KnownShape { id, number, name };
        let field = |FieldDifference { field, here, there }| FieldShape { field, here, there };
        let found = one.found;
        DifferenceShape {
            difference: one.id.0,
            flow: one.flow.to_string(),
            kind: found.kind.name(),
            state: one.state.name(),
            source: found.source.map(known),
            target: found.target.map(known),
            fields: found.fields.into_iter().map(field).collect(),
            cause: found.cause.as_ref().map(|cause| CauseShape::of(catalogue, cause)),
            since: one.since.to_string(),
            seen: one.seen.to_string(),
            reason: one.reason,
            decided: one.decided.map(|at| at.to_string()),
        }
    }
}

/// Which differences are repaired, and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Repair {
    /// At most 50 at once.
    pub differences: Vec<i64>,
    pub how: How,
    /// For `adopt`: the id, at its side, of the one that the difference does not name.
    pub with: Option<String>,
    /// Only says what would be done.
    #[serde(default)]
    pub dry_run: bool,
}

/// How a difference is repaired. None voids or deletes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The target gets what the source says (补传).
    BringOver,
    /// The source gets what the target holds, by the flow that goes the other way (取回).
    TakeBack,
    /// Two that exist already are linked (认领).
    Adopt,
}

/// What became of the repair of one difference.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RepairShape {
    pub difference: i64,
    /// Whether it is under way: a delivery does it, and the next look tells whether it did.
    pub done: bool,
    /// What is written, or would be.
    pub previews: Vec<PreviewShape>,
    /// Why it cannot be repaired so.
    pub cause: Option<CauseShape>,
}

/// Which differences may stay as they are, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ignore {
    /// At most 1000 at once.
    pub differences: Vec<i64>,
    pub reason: String,
}

/// Which differences are open again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reopen {
    /// At most 1000 at once.
    pub differences: Vec<i64>,
}

/// To how many it was done.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DoneShape {
    pub done: u64,
}

/// Lists differences, page by page.
#[utoipa::path(
    get, path = "/api/v1/differences", tag = "reconciliations", params(Differences), security(("token" = [])),
    responses((status = 200, body = DifferencePage), Unseen)
)]
pub async fn list(
    State(face): State<Face>,
    headers: HeaderMap,
    which: Result<Query<Differences>, QueryRejection>,
) -> Result<Json<DifferencePage>, Failed> {
    let desk = &face.desk;
    caller(desk, &headers, Grant::Read).await?;
    let Query(which) = which.map_err(|_| wrong(desk, "query"))?;
    let states =
        listed(which.state.as_deref(), DifferenceState::of_name).ok_or_else(|| wrong(desk, "state"))?;
    let kind = which.kind.as_deref().map(|kind| Kind::of_name(kind).ok_or_else(|| wrong(desk, "kind")));
    let limit = which.limit.unwrap_or(USUAL).clamp(1, MOST);
    let filter = DifferenceFilter {
        flow: which.flow.map(FlowName::new),
        kind: kind.transpose()?,
        states: if states.is_empty() { still_there() } else { states },
        after: which.after.map(DifferenceId),
        limit,
        ..DifferenceFilter::default()
    };
    let found = stored(desk, desk.seams().store.differences(&filter).await)?;
    let next = found.last().filter(|_| found.len() == limit).map(|last| last.id.0);
    let catalogue = &desk.seams().catalogue;
    let differences = found.into_iter().map(|one| DifferenceShape::of(catalogue, one)).collect();
    Ok(Json(DifferencePage { differences, next }))
}

fn still_there() -> Vec<DifferenceState> {
    vec![DifferenceState::Open, DifferenceState::Repairing, DifferenceState::Ignored]
}

/// All of one difference.
#[utoipa::path(
    get, path = "/api/v1/differences/{difference}", tag = "reconciliations",
    params(("difference" = i64, Path)), security(("token" = [])),
    responses((status = 200, body = DifferenceShape), Unseen)
)]
pub async fn show(
    State(face): State<Face>,
    headers: HeaderMap,
    difference: Numbered,
) -> Result<Json<DifferenceShape>, Failed> {
    let desk = &face.desk;
    caller(desk, &headers, Grant::Read).await?;
    let id = difference.number(desk, "difference")?;
    let one = one(desk, DifferenceId(id)).await?.ok_or_else(|| missing(desk, format!("D{id}")))?;
    Ok(Json(DifferenceShape::of(&desk.seams().catalogue, one)))
}

async fn one(desk: &Desk, id: DifferenceId) -> Result<Option<Difference>, Failed> {
    let filter = DifferenceFilter { ids: vec![id], limit: 1, ..DifferenceFilter::default() };
    Ok(stored(desk, desk.seams().store.differences(&filter).await)?.pop())
}

/// Repairs differences, or only says what would be done. Each by itself: one that cannot be repaired so says why, and keeps
/// no other. What is written goes the way of any delivery.
#[utoipa::path(
    post, path = "/api/v1/differences/repair", tag = "reconciliations", request_body = Repair,
    security(("token" = [])),
    responses((status = 200, body = [RepairShape]), Undone)
)]
pub async fn repair(
    State(face): State<Face>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Vec<RepairShape>>, Failed> {
    let desk = &face.desk;
    let by = caller(desk, &headers, Grant::Repair).await?;
    let asked: Repair = said(&face, body).await?;
    let with = asked.with.as_deref().map(str::trim).filter(|with| !with.is_empty());
    let ids = ids(desk, &asked.differences, AT_ONCE)?;
    match asked.how {
        How::Adopt if with.is_none() => return Err(wrong(desk, "with")),
        // One document stands for one record.
        How::Adopt if ids.len() > 1 => return Err(wrong(desk, "differences")),
        How::BringOver | How::TakeBack if with.is_some() => return Err(wrong(desk, "with")),
        _ => {}
    }
    let setup = stored(desk, desk.setup().await)?;
    let table = RepairDesk { seams: desk.seams(), setup: &setup, only_looks: asked.dry_run, by: &by };
    let catalogue = &desk.seams().catalogue;
    let mut told = Vec::with_capacity(ids.len());
    for id in ids {
        let found = one(desk, id).await?.filter(|one| one.state != DifferenceState::Closed);
        let repaired = match (&found, asked.how) {
            (None, _) => Err(RepairError::Cannot(Cause::new("desk.missing").with("text", format!("D{id}")))),
            (Some(found), How::BringOver) => repair::bring_over(&table, found).await,
            (Some(found), How::TakeBack) => repair::take_back(&table, found).await,
            (Some(found), How::Adopt) => repair::adopt(&table, found, with.unwrap_or_default()).await,
        };
        let not_done = |cause: Cause| {
            let cause = Some(CauseShape::of(catalogue, &cause));
            RepairShape { difference: id.0, done: false, previews: Vec::new(), cause }
        };
        told.push(match repaired {
            Ok(previews) => RepairShape {
                difference: id.0,
                done: !asked.dry_run,
                previews: previews.into_iter().map(|preview| PreviewShape::of(catalogue, preview)).collect(),
                cause: None,
            },
            Err(RepairError::Cannot(cause)) => not_done(cause),
            Err(RepairError::Refused(refusal)) => not_done(refusal.cause),
            Err(RepairError::Store(error)) => return Err(Failed::store(&error, catalogue)),
        });
    }
    Ok(Json(told))
}

/// Lets differences stay as they are, for a reason, until either side changes.
#[utoipa::path(
    post, path = "/api/v1/differences/ignore", tag = "reconciliations", request_body = Ignore,
    security(("token" = [])),
    responses((status = 200, body = DoneShape), Undone)
)]
pub async fn ignore(
    State(face): State<Face>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<DoneShape>, Failed> {
    let desk = &face.desk;
    let by = caller(desk, &headers, Grant::Repair).await?;
    let asked: Ignore = said(&face, body).await?;
    if asked.reason.trim().is_empty() {
        return Err(wrong(desk, "reason"));
    }
    let ids = ids(desk, &asked.differences, DECIDED)?;
    let done = repair::ignore(desk.seams(), &ids, asked.reason.trim(), &by).await;
    Ok(Json(DoneShape { done: stored(desk, done)? }))
}

/// Opens differences again that were ignored.
#[utoipa::path(
    post, path = "/api/v1/differences/reopen", tag = "reconciliations", request_body = Reopen,
    security(("token" = [])),
    responses((status = 200, body = DoneShape), Undone)
)]
pub async fn reopen(
    State(face): State<Face>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<DoneShape>, Failed> {
    let desk = &face.desk;
    let by = caller(desk, &headers, Grant::Repair).await?;
    let asked: Reopen = said(&face, body).await?;
    let ids = ids(desk, &asked.differences, DECIDED)?;
    let done = repair::reopen(desk.seams(), &ids, &by).await;
    Ok(Json(DoneShape { done: stored(desk, done)? }))
}

/// Nobody means all by saying nothing.
fn ids(desk: &Desk, said: &[i64], most: usize) -> Result<Vec<DifferenceId>, Failed> {
    match said.is_empty() || said.len() > most {
        true => Err(wrong(desk, "differences")),
        false => Ok(said.iter().copied().map(DifferenceId).collect()),
    }
}
