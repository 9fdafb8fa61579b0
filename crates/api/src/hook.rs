//! `POST /hook/{flow}`: anything is sent to a flow, by whoever proves to be its sender.
//!
//! What was sent is on disk before it is answered with 200; any other answer means that nothing of it was kept, and says in
//! both languages what the sender can do. A flow that is not there is answered like a wrong secret and as soon, so that nobody
//! learns the names of flows; but whoever knows how a flow is signed learns by a signature of that form that it is there.

mod answer;

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, Query, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use engine::webhooks::{Admitted, Refused, Taken, WebhookCall};

use self::answer::Said;
use crate::Face;
use crate::body;

/// The address.
pub(crate) const PATH: &str = "/hook/{flow}";

/// Of larger bodies nothing is kept.
pub(crate) const MOST_BYTES: usize = 20 << 20;

type Parameters = Query<Vec<(String, String)>>;

/// Takes a call. Whoever cannot have proven anything is refused before its body is read. Where a signature covers the body,
/// that is read before its sender is known: such bodies have a room of their own, and each address a share of it, so that
/// strangers keep nobody else waiting.
pub(crate) async fn hook(
    State(face): State<Face>,
    Path(flow): Path<String>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Query(query): Parameters,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    match take(&face, &flow, from, &query, (&parts.headers, body)).await {
        Ok(Taken::Kept(receipt)) => Said::Kept(receipt),
        Ok(Taken::PassedOver) => Said::PassedOver,
        Ok(Taken::Challenged(answer)) => Said::Challenged(answer),
        Err(said) => said,
    }
    .into_response()
}

async fn take(
    face: &Face,
    flow: &str,
    from: SocketAddr,
    query: &[(String, String)],
    (headers, body): (&HeaderMap, Body),
) -> Result<Taken, Said> {
    let listed = listed(headers);
    let head = WebhookCall { query, headers: &listed, from: from.ip(), body: Bytes::new() };
    let room = match face.inbox.admit_hook(flow, &head).await? {
        Admitted::Challenged(answer) => return Ok(Taken::Challenged(answer)),
        Admitted::Proven => face.bodies.clone(),
        Admitted::ToBeProven => face.bodies.of_stranger(from.ip()),
    };
    let says = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let body = body::read(&room, body, says, MOST_BYTES).await?;
    let call = WebhookCall { body: body.bytes.clone(), ..head };
    Ok(face.inbox.hook(flow, call).await?)
}

/// Answers a sender that tries the address by `GET`, where the flow says how it does.
pub(crate) async fn challenge(
    State(face): State<Face>,
    Path(flow): Path<String>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Query(query): Parameters,
    headers: HeaderMap,
) -> Response {
    let headers = listed(&headers);
    let call = WebhookCall { query: &query, headers: &headers, from: from.ip(), body: Bytes::new() };
    match face.inbox.challenge(&flow, call).await {
        Ok(answer) => Said::Challenged(answer),
        Err(refused) => Said::from(refused),
    }
    .into_response()
}

/// All that came, also what is no text: one that came twice must not pass for one that came once.
fn listed(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

impl From<Refused> for Said {
    fn from(refused: Refused) -> Said {
        match refused {
            Refused::Unproven => Said::Unproven,
            Refused::Empty => Said::Empty,
            Refused::TooMany => Said::TooMany,
            Refused::Store(error) => {
                tracing::error!(%error, "what was sent to a webhook cannot be stored");
                Said::NotStored
            }
        }
    }
}
