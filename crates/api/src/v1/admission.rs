//! Who calls: a bearer token with the right grant.

use axum::body::Body;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use contract::store::StoreError;
use engine::desk::Desk;
use model::Cause;
use model::access::Grant;
use serde::de::DeserializeOwned;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};

use super::problem::Failed;
use crate::body::Unread;
use crate::{Face, body};

/// Of larger bodies nothing is taken.
const MOST_BYTES: usize = 1 << 20;

/// Tells the description that callers come with a bearer token.
pub struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        openapi.components.get_or_insert_with(Default::default).add_security_scheme("token", scheme);
    }
}

/// What stands in an address for the number of something. It is looked at once it is known who asks.
pub struct Numbered(String);

impl<S: Send + Sync> FromRequestParts<S> for Numbered {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Numbered, Self::Rejection> {
        let said = Path::<String>::from_request_parts(parts, state).await;
        Ok(Numbered(said.map(|Path(said)| said).unwrap_or_default()))
    }
}

impl Numbered {
    /// # Errors
    /// 400 for what is no number.
    pub fn number(&self, desk: &Desk, field: &str) -> Result<i64, Failed> {
        self.0.parse().map_err(|_| wrong(desk, field))
    }
}

/// The name of whoever calls.
///
/// # Errors
/// 401 for no token and for one that does not let its holder do that, alike.
pub async fn caller(desk: &Desk, headers: &HeaderMap, grant: Grant) -> Result<String, Failed> {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default().trim();
    let catalogue = &desk.seams().catalogue;
    match desk.admit(token, grant).await {
        Ok(Some(name)) => Ok(name),
        Ok(None) => {
            let cause = Cause::new("desk.token").with("grant", grant.name());
            Err(Failed::new(StatusCode::UNAUTHORIZED, &cause, catalogue))
        }
        Err(error) => Err(Failed::store(&error, catalogue)),
    }
}

/// Turns what the store says into an answer.
pub fn stored<T>(desk: &Desk, result: Result<T, StoreError>) -> Result<T, Failed> {
    result.map_err(|error| Failed::store(&error, &desk.seams().catalogue))
}

/// Something that is not there.
pub fn missing(desk: &Desk, what: impl ToString) -> Failed {
    let cause = Cause::new("desk.missing").with("text", what.to_string());
    Failed::new(StatusCode::NOT_FOUND, &cause, &desk.seams().catalogue)
}

/// An address that there is not.
pub async fn unknown(State(face): State<Face>, uri: Uri) -> Failed {
    missing(&face.desk, uri.path())
}

/// An address that is asked in a way in which it cannot be.
pub async fn not_so(State(face): State<Face>, method: Method, uri: Uri) -> Failed {
    let cause = Cause::new("desk.not_so").with("method", method).with("path", uri.path());
    Failed::new(StatusCode::METHOD_NOT_ALLOWED, &cause, &face.desk.seams().catalogue)
}

/// A question that says something it cannot.
pub fn wrong(desk: &Desk, field: &str) -> Failed {
    let cause = Cause::new("desk.wrong").with("field", field);
    Failed::new(StatusCode::BAD_REQUEST, &cause, &desk.seams().catalogue)
}

/// What a caller who was let in says, as JSON of at most [`MOST_BYTES`]. Nothing is read of what a stranger sends.
pub async fn said<T: DeserializeOwned>(face: &Face, body: Body) -> Result<T, Failed> {
    let read = body::read(&face.bodies, body, None, MOST_BYTES).await;
    let catalogue = &face.desk.seams().catalogue;
    let bytes = match read {
        Ok(read) => read.bytes,
        Err(Unread::TooLarge) => {
            let cause = Cause::new("desk.too_large").with("most", MOST_BYTES);
            return Err(Failed::new(StatusCode::PAYLOAD_TOO_LARGE, &cause, catalogue));
        }
        Err(Unread::Busy) => {
            return Err(Failed::new(StatusCode::SERVICE_UNAVAILABLE, &Cause::new("desk.busy"), catalogue));
        }
        Err(Unread::TooSlow | Unread::Cut) => return Err(wrong(&face.desk, "body")),
    };
    serde_json::from_slice(&bytes).map_err(|_| wrong(&face.desk, "body"))
}
