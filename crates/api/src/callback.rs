//! `POST /callback/{connection}`: a system tells of a change.
//!
//! Whether a call is the system's own says its signature. Without one a caller learns whether a connection of that name
//! takes calls, and the code of the cause, which helps whoever sets the callback up; nothing of records or settings. An
//! answer other than the one the system wants to hear makes it send again.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::connector::IncomingCall;
use model::AnswerClass;

use crate::body::{self, Unread};
use crate::{Face, NotTaken};

/// Of larger bodies no more is read, and they are refused with 413: an event names records and carries none.
pub const MOST_BYTES: usize = 1 << 20;

/// Hands the call on and answers as the system wants it. 404 for no such connection, 401 for a call that is not the
/// system's, 408 and 413 for a body that does not come or does not end, 503 for one that cannot be taken as things are.
pub async fn callback(
    State(face): State<Face>,
    Path(connection): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let body = match body::read(&face.bodies, body, None, MOST_BYTES).await {
        Ok(body) => body,
        Err(unread) => return status_of(unread).into_response(),
    };
    let headers: Vec<(String, String)> = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let call = IncomingCall { query: &query, headers: &headers, body: &body.bytes };
    match face.inbox.take(&connection, &call).await {
        Ok(reply) => ([(header::CONTENT_TYPE, reply.content_type)], reply.body).into_response(),
        Err(NotTaken::NoConnection) => StatusCode::NOT_FOUND.into_response(),
        Err(NotTaken::Refused(refusal)) if refusal.class == AnswerClass::Rejected => {
            refused(StatusCode::UNAUTHORIZED, &refusal.cause.code)
        }
        Err(NotTaken::Refused(refusal)) => refused(StatusCode::SERVICE_UNAVAILABLE, &refusal.cause.code),
        Err(NotTaken::Store(error)) => refused(StatusCode::SERVICE_UNAVAILABLE, &error.cause().code),
    }
}

fn status_of(unread: Unread) -> StatusCode {
    match unread {
        Unread::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Unread::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Unread::Cut => StatusCode::BAD_REQUEST,
        Unread::Busy => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn refused(status: StatusCode, code: &str) -> Response {
    (status, format!("{code}\n")).into_response()
}
