//! `POST /callback/{connection}`: a system tells of a change.
//!
//! Whether a call is the system's own says its signature; there is nothing to be learnt here without one. An answer other
//! than the one the system wants to hear makes it send again.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::connector::IncomingCall;
use model::AnswerClass;

use crate::{Inbox, NotTaken};

/// Larger bodies are refused with 413 before they are read: an event names records and carries none.
pub const MOST_BYTES: usize = 1 << 20;

/// Hands the call on and answers as the system wants it. 404 for no such connection, 401 for a call that is not the
/// system's, 503 for one that cannot be taken as things are.
pub async fn callback(
    State(inbox): State<Arc<dyn Inbox>>,
    Path(connection): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let headers: Vec<(String, String)> = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let call = IncomingCall { query: &query, headers: &headers, body: &body };
    match inbox.take(&connection, &call).await {
        Ok(reply) => ([(header::CONTENT_TYPE, reply.content_type)], reply.body).into_response(),
        Err(NotTaken::NoConnection) => StatusCode::NOT_FOUND.into_response(),
        Err(NotTaken::Refused(refusal)) if refusal.class == AnswerClass::Rejected => {
            refused(StatusCode::UNAUTHORIZED, &refusal.cause.code)
        }
        Err(NotTaken::Refused(refusal)) => refused(StatusCode::SERVICE_UNAVAILABLE, &refusal.cause.code),
        Err(NotTaken::Store(error)) => refused(StatusCode::SERVICE_UNAVAILABLE, &error.cause().code),
    }
}

fn refused(status: StatusCode, code: &str) -> Response {
    (status, format!("{code}\n")).into_response()
}
