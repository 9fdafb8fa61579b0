//! What is said when something is not done.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contract::store::StoreError;
use model::{Catalogue, Cause, Lang};
use serde::Serialize;
use utoipa::openapi::{Content, Ref, RefOr, Response as Described, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use super::shapes::Words;

/// Why a call did nothing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Stable over versions: `desk.token`, `store.full`.
    pub code: String,
    pub zh: Words,
    pub en: Words,
}

/// What a look may be answered besides.
pub struct Unseen;

/// What may be answered where something is to be done.
pub struct Undone;

impl IntoResponses for Unseen {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        problems([400, 401, 404, 503])
    }
}

impl IntoResponses for Undone {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        problems([400, 401, 404, 409, 413, 503])
    }
}

fn problems<const N: usize>(statuses: [u16; N]) -> BTreeMap<String, RefOr<Described>> {
    let problem = || Content::new(Some(Ref::from_schema_name("Problem")));
    let told = || ResponseBuilder::new().content("application/json", problem()).build();
    statuses.into_iter().map(|status| (status.to_string(), told().into())).collect()
}

/// A problem with the status that it comes with.
#[derive(Debug)]
pub struct Failed {
    status: StatusCode,
    problem: Box<Problem>,
}

impl Failed {
    pub fn new(status: StatusCode, cause: &Cause, catalogue: &Catalogue) -> Failed {
        let words = |lang| Words::of(catalogue, cause, lang);
        let problem = Problem { code: cause.code.to_string(), zh: words(Lang::Zh), en: words(Lang::En) };
        Failed { status, problem: Box::new(problem) }
    }

    /// The store could not do it: nothing was done.
    pub fn store(error: &StoreError, catalogue: &Catalogue) -> Failed {
        tracing::error!(%error, "a call of the API found the store failing");
        Failed::new(StatusCode::SERVICE_UNAVAILABLE, &error.cause(), catalogue)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (self.status, Json(self.problem)).into_response()
    }
}
