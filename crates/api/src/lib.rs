//! The HTTP face of the server: today the addresses that operators watch.
//!
//! | address | what it answers |
//! |---|---|
//! | `/healthz` | 200 as long as the process answers at all |
//! | `/readyz` | 200 when the store answers, else 503 and the code of the cause |
//! | `/metrics` | counts in the text format of Prometheus |
//!
//! Which database and which connectors there are it does not know: what it shows comes through [`Pulse`].

mod exposition;
mod routes;

use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::routing::get;
use contract::store::{FlowCount, StoreError};
use tokio::net::TcpListener;

/// What the server shows of itself. Asked with each call, concurrently.
#[async_trait]
pub trait Pulse: Send + Sync {
    /// Tasks of each flow, kind and state.
    async fn counts(&self) -> Result<Vec<FlowCount>, StoreError>;

    /// Records that are still to be read because something waits for them.
    async fn open_wishes(&self) -> Result<u64, StoreError>;
}

/// The addresses.
pub fn router(pulse: Arc<dyn Pulse>) -> Router {
    Router::new()
        .route("/healthz", get(routes::healthz))
        .route("/readyz", get(routes::readyz))
        .route("/metrics", get(routes::metrics))
        .with_state(pulse)
}

/// Serves until `stop` is done, then lets calls in progress end.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    pulse: Arc<dyn Pulse>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router(pulse)).with_graceful_shutdown(stop).await
}

#[cfg(test)]
mod tests;
