//! `POST /erp/syncdata/open/objdata/syncpush`: a system pushes a record, or a body in a form of its own
//! (`protocols/standard-erp.md §3`).
//!
//! What was pushed is on disk before it is answered with success; any other answer means that nothing of it was kept, and
//! says in both languages what the sender can do. Success is `s106240000`, as in the original; the further codes are ours.

mod answer;
mod headers;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::response::{IntoResponse, Response};
use engine::pushes::Push;

use self::answer::Said;
use self::headers::Headers;
use crate::body::{self, Bodies, Unread};
use crate::{Face, Inbox};

/// The address, as the original has it: a system that pushes there today is pointed here unchanged.
pub(crate) const PATH: &str = "/erp/syncdata/open/objdata/syncpush";

/// Of larger bodies nothing is kept.
pub(crate) const MOST_BYTES: usize = 20 << 20;

/// Takes a push: its headers and its token first, so that nobody without a place here sends us a body that we read.
pub(crate) async fn syncpush(
    State(face): State<Face>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let said = take(&face.inbox, &face.bodies, from, &parts.headers, body).await;
    said.unwrap_or_else(|refused| refused).into_response()
}

async fn take(
    inbox: &Arc<dyn Inbox>,
    bodies: &Bodies,
    from: SocketAddr,
    headers: &axum::http::HeaderMap,
    body: axum::body::Body,
) -> Result<Said, Said> {
    let headers = Headers::read(headers)?;
    let pusher = inbox.admit_push(headers.token, from.ip()).await?;
    let body = body::read(bodies, body, headers.length, MOST_BYTES).await.map_err(|unread| match unread {
        Unread::TooLarge => Said::TooLarge,
        Unread::TooSlow => Said::TooSlow,
        Unread::Cut => Said::Cut,
        Unread::Busy => Said::Busy,
    })?;
    let push = Push {
        tenant: headers.tenant,
        data_center: headers.data_center,
        code: headers.object,
        id: headers.id,
        void: headers.void,
        content_type: headers.content_type,
        body: body.bytes,
    };
    Ok(Said::Kept(pusher.push(push).await?))
}
