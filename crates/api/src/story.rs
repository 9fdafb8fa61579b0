//! The story of one record as a page, for whoever has a link to it: its owner got one in an alert.
//!
//! It is text and nothing else: no scripts, no forms, nothing from elsewhere, and every word of it is escaped. Whoever
//! has a wrong link learns nothing; one that is too old says so.

mod page;

use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::alerts::story::{Opened, open};

use crate::Face;

pub(crate) const PATH: &str = "/story/{token}";

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// What every page says of itself: it is kept nowhere, told to nobody, and shown in no frame.
fn headers() -> [(HeaderName, &'static str); 6] {
    [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    ]
}

pub(crate) async fn story(State(face): State<Face>, Path(token): Path<String>) -> Response {
    let opened = async { open(face.desk.seams(), &*face.desk.setup().await?, &token).await };
    let (status, body) = match opened.await {
        Ok(Opened::Page(page)) => (StatusCode::OK, page::told(&page)),
        Ok(Opened::Expired) => (StatusCode::GONE, page::expired()),
        Ok(Opened::Unknown) => (StatusCode::NOT_FOUND, page::unknown()),
        Err(error) => {
            tracing::error!(%error, "a story cannot be told");
            (StatusCode::SERVICE_UNAVAILABLE, page::later())
        }
    };
    (status, headers(), body).into_response()
}
