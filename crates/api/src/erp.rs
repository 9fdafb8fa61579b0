//! `/erp/{connection}/…`: the four calls of the standard form, served (`protocols/standard-erp.md §4`).
//!
//! | call | |
//! |---|---|
//! | `POST create`, `POST update` | a document in the standard form; answered with its ids. `?status=` is the status that it is to have in the end, `?key=` the fields by which a create is recognised |
//! | `GET queryMasterBatch` | what changed in a window, page by page |
//! | `GET queryMasterById` | one record |
//!
//! Every answer is JSON with `code`, `message` and `data`; success is the code `0`. What else there is, is in
//! [`answer::Said`]. The token is looked at before anything else is read.

mod answer;
mod query;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use axum::response::{IntoResponse, Response};
use engine::serving::{Asked, Caller, How, NotServed, Written};

use self::answer::Said;
use self::query::Query;
use crate::body::{self, Unread};
use crate::writes::{Untold, Writes};
use crate::{Face, Served};

pub(crate) const CREATE: &str = "/erp/{connection}/create";
pub(crate) const UPDATE: &str = "/erp/{connection}/update";
pub(crate) const BATCH: &str = "/erp/{connection}/queryMasterBatch";
pub(crate) const BY_ID: &str = "/erp/{connection}/queryMasterById";

/// Of larger bodies nothing is read.
pub(crate) const MOST_BYTES: usize = 20 << 20;

pub(crate) async fn create(
    State(face): State<Face>,
    Extension(writes): Extension<Writes>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    written(&face, &writes, &name, How::Create, request).await
}

pub(crate) async fn update(
    State(face): State<Face>,
    Extension(writes): Extension<Writes>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    written(&face, &writes, &name, How::Update, request).await
}

async fn written(face: &Face, writes: &Writes, connection: &str, how: How, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let caller = Caller { token: token(&parts.headers), connection };
    let length = parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let served = &*face.served;
    let write = async {
        served.admit(caller).await.map_err(|not| Said::of(served, &not))?;
        let body = body::read(&face.bodies, body, length, MOST_BYTES).await.map_err(Said::from)?;
        let asked = Asked::read(&body.bytes).map_err(|cause| Said::of(served, &NotServed::Form(cause)))?;
        drop(body);
        let query = Query::read(parts.uri.query().unwrap_or_default());
        let asked = Asked { status: query.option("status"), key: query.option("key"), ..asked };
        let write = to_its_end(face.served.clone(), caller, how, asked);
        let written = writes.carry(write).await.map_err(Said::from)?;
        Ok::<_, Said>(Said::written(&written.map_err(|not| Said::of(served, &not))?))
    };
    write.await.unwrap_or_else(|said| said).into_response()
}

/// A write that needs nothing of the call it came with.
fn to_its_end(
    served: Arc<dyn Served>,
    caller: Caller<'_>,
    how: How,
    asked: Asked,
) -> impl Future<Output = Result<Written, NotServed>> + use<> {
    let (token, connection) = (caller.token.to_owned(), caller.connection.to_owned());
    async move { served.write(Caller { token: &token, connection: &connection }, how, asked).await }
}

pub(crate) async fn batch(
    State(face): State<Face>,
    Path(connection): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let caller = Caller { token: token(&headers), connection: &connection };
    let served = &*face.served;
    let tell = async {
        served.admit(caller).await?;
        let query = Query::read(query.as_deref().unwrap_or_default());
        let (window, with_details) = (query.window()?, query.with_details()?);
        let object = window.object.clone();
        let page = served.changed(caller, window).await?;
        Ok::<_, NotServed>(Said::page(&object, page, with_details))
    };
    tell.await.unwrap_or_else(|not| Said::of(served, &not)).into_response()
}

pub(crate) async fn by_id(
    State(face): State<Face>,
    Path(connection): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let caller = Caller { token: token(&headers), connection: &connection };
    let served = &*face.served;
    let tell = async {
        served.admit(caller).await?;
        let query = Query::read(query.as_deref().unwrap_or_default());
        let (object, id) = (query.text("objAPIName")?, query.text("dataId")?);
        let with_details = query.with_details()?;
        let shown = served.record(caller, object, id).await?;
        Ok::<_, NotServed>(Said::record(object, shown, with_details))
    };
    tell.await.unwrap_or_else(|not| Said::of(served, &not)).into_response()
}

/// The header's one value; one that comes twice, or is no text, opens nothing.
fn token(headers: &HeaderMap) -> &str {
    let mut tokens = headers.get_all("token").iter();
    match (tokens.next().map(|token| token.to_str()), tokens.next()) {
        (Some(Ok(token)), None) => token.trim(),
        _ => "",
    }
}

impl From<Untold> for Said {
    fn from(untold: Untold) -> Said {
        match untold {
            Untold::NotBegun => Said::busy(),
            Untold::BrokenOff => Said::broken_off(),
        }
    }
}

impl From<Unread> for Said {
    fn from(unread: Unread) -> Said {
        match unread {
            Unread::TooLarge => Said::too_large(),
            Unread::TooSlow | Unread::Cut => Said::cut(unread == Unread::TooSlow),
            Unread::Busy => Said::busy(),
        }
    }
}
