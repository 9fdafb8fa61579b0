//! The HTTP face of the server: the addresses that operators watch, and those that systems call.
//!
//! | address | what it answers |
//! |---|---|
//! | `/healthz` | 200 as long as the process answers at all |
//! | `/readyz` | 200 when the store answers, else 503 and the code of the cause |
//! | `/metrics` | counts in the text format of Prometheus |
//! | `POST /erp/syncdata/open/objdata/syncpush` | what a system that pushes wants to hear, once what it pushed is on disk |
//! | `POST /erp/{connection}/create`, `update` | the ids, once the system of that connection has the document |
//! | `GET /erp/{connection}/queryMasterBatch`, `queryMasterById` | stored records of that connection |
//! | `/api/v1/…` | what the command line does, for machines; described at `/api/v1/openapi.json` |
//! | `GET /story/{token}` | the story of one record, as a page for its owner, who got the link in an alert |
//! | `POST /hook/{flow}` | that it was kept, once what was sent to the webhook of that flow is on disk |
//! | `POST /callback/{connection}` | what the system of that connection wants to hear, once what it told is on disk |
//!
//! Which database and which connectors there are it does not know: what it shows comes through [`Pulse`], what comes in
//! goes to an [`Inbox`], and what is asked of a connection to [`Served`].

mod body;
mod callback;
mod erp;
mod exposition;
mod headed;
mod hook;
mod routes;
mod serve;
mod served;
mod story;
mod syncpush;
mod v1;
mod writes;

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::routing::{get, post};
use axum::{Extension, Router};
use contract::connector::{CallReply, IncomingCall};
use contract::store::{FlowCount, StoreError};
use engine::callbacks::NotTaken;
use engine::desk::Desk;
use engine::pushes::{NotKept, Pass, Push};
use engine::webhooks::{Admitted, Challenged, Refused, Taken, WebhookCall};
use model::ReceiptId;
use tokio::net::TcpListener;

pub use body::Bodies;
pub use serve::Bounds;
pub use served::Served;
pub use v1::description;
use writes::Writes;

/// What the server shows of itself. Asked with each call, concurrently.
#[async_trait]
pub trait Pulse: Send + Sync {
    /// Tasks of each flow, kind and state.
    async fn counts(&self) -> Result<Vec<FlowCount>, StoreError>;

    /// Records that are still to be read because something waits for them.
    async fn open_wishes(&self) -> Result<u64, StoreError>;
}

/// Takes what systems tell. Asked with each call, concurrently.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Verifies a call to a connection and keeps what it tells: on disk when this returns.
    async fn take(&self, connection: &str, call: &IncomingCall<'_>) -> Result<CallReply, NotTaken>;

    /// Lets whoever holds the token push from there: asked before a body is read.
    async fn admit_push(&self, token: &str, from: IpAddr) -> Result<Box<dyn Pusher + '_>, NotKept>;

    /// Whether a call of the webhook of a flow may send its body: asked before that is read.
    async fn admit_hook(&self, flow: &str, call: &WebhookCall<'_>) -> Result<Admitted, Refused>;

    /// Keeps what is sent to the webhook of a flow: on disk when this returns.
    async fn hook(&self, flow: &str, call: WebhookCall<'_>) -> Result<Taken, Refused>;

    /// What whoever tries the webhook of a flow by `GET` wants to hear.
    async fn challenge(&self, flow: &str, call: WebhookCall<'_>) -> Result<Challenged, Refused>;
}

/// Whoever was let in to push.
#[async_trait]
pub trait Pusher: Send {
    /// Keeps what is pushed: on disk when this returns.
    async fn push(self: Box<Self>, push: Push<'_>) -> Result<ReceiptId, NotKept>;
}

#[async_trait]
impl Pusher for Pass<'_> {
    async fn push(self: Box<Self>, push: Push<'_>) -> Result<ReceiptId, NotKept> {
        self.take(push).await
    }
}

/// What the addresses need.
#[derive(Clone)]
pub struct Face {
    pub pulse: Arc<dyn Pulse>,
    pub inbox: Arc<dyn Inbox>,
    pub served: Arc<dyn Served>,
    /// The repair desk, for machines.
    pub desk: Arc<Desk>,
    /// What the bodies that are being read hold.
    pub bodies: Bodies,
}

impl FromRef<Face> for Arc<dyn Pulse> {
    fn from_ref(face: &Face) -> Arc<dyn Pulse> {
        face.pulse.clone()
    }
}

/// The addresses, and the writes that what is called there begins.
fn router(face: Face, writes: Writes) -> Router {
    Router::new()
        .route("/healthz", get(routes::healthz))
        .route("/readyz", get(routes::readyz))
        .route("/metrics", get(routes::metrics))
        .route("/callback/{connection}", post(callback::callback))
        .route(erp::CREATE, post(erp::create))
        .route(erp::UPDATE, post(erp::update))
        .route(erp::BATCH, get(erp::batch))
        .route(erp::BY_ID, get(erp::by_id))
        .route(hook::PATH, post(hook::hook).get(hook::challenge))
        .route(syncpush::PATH, post(syncpush::syncpush))
        .route(story::PATH, get(story::story))
        .merge(v1::router())
        .layer(DefaultBodyLimit::disable())
        .layer(Extension(writes))
        .with_state(face)
}

/// Serves until `stop` is done, then lets calls in progress end, and writes whose callers have hung up.
pub async fn serve(
    listener: TcpListener,
    face: Face,
    bounds: Bounds,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let writes = Writes::default();
    serve::serve(listener, router(face, writes.clone()), writes, bounds, stop).await;
}

#[cfg(test)]
mod tests;
