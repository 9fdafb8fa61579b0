//! What is said when something is not done.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contract::store::StoreError;
use model::{Catalogue, Cause, Lang};
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::Words;

/// Why a call did nothing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Stable over versions: `desk.token`, `store.full`.
    pub code: String,
    pub zh: Words,
    pub en: Words,
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
