//! The handlers.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::Pulse;
use crate::exposition;

/// The process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The store answers too. Whoever asks needs no words, only the code of the cause.
pub async fn readyz(State(pulse): State<Arc<dyn Pulse>>) -> Response {
    match pulse.open_wishes().await {
        Ok(_) => "ready\n".into_response(),
        Err(error) => unready(&error.cause().code),
    }
}

/// Counts of tasks by flow, kind and state, and of open wishes.
pub async fn metrics(State(pulse): State<Arc<dyn Pulse>>) -> Response {
    let answers =
        async { Ok::<_, contract::store::StoreError>((pulse.counts().await?, pulse.open_wishes().await?)) };
    match answers.await {
        Ok((counts, wishes)) => {
            let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
            (kind, exposition::render(&counts, wishes)).into_response()
        }
        Err(error) => unready(&error.cause().code),
    }
}

fn unready(code: &str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, format!("{code}\n")).into_response()
}
