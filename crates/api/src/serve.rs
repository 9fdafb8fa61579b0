//! Connections: so many at once, none of which may say nothing for long.
//!
//! Whoever opens ten thousand connections and is silent takes nothing from the others: a request that does not come in time
//! ends its connection, and where the places are all taken the silent make room for whoever comes.

mod places;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_io_timeout::TimeoutStream;

use self::places::{Place, Places};
use crate::writes::Writes;

/// How a server bears those that call it.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Connections at once. Where there are as many, one that is silent is closed for the next; where none is, the next
    /// waits to be accepted.
    pub connections: usize,
    /// Connections of one address. Where there are as many, one of them that is silent is closed for the next; where none
    /// is, the next is.
    pub of_one_address: usize,
    /// How long a connection may take to say what it wants, at first and between requests.
    pub head: Duration,
    /// How long an answer may stand still because its caller does not read on.
    pub answer: Duration,
    /// How long requests and writes under way may take once the server is to stop.
    pub farewell: Duration,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            connections: 4096,
            of_one_address: 1024,
            head: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            farewell: Duration::from_secs(30),
        }
    }
}

/// How long accepting rests where the system has no more connections to give.
const REST: Duration = Duration::from_millis(100);

/// Serves until `stop` is done, then lets calls in progress end, and writes whose callers have hung up.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    writes: Writes,
    bounds: Bounds,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Places::new(bounds));
    let mut stop = std::pin::pin!(stop);
    let mut conversations = JoinSet::new();
    loop {
        let accepted = async {
            let free = places.free().await;
            listener.accept().await.map(|(stream, from)| (free, stream, from))
        };
        let (free, stream, from) = tokio::select! {
            biased;
            () = &mut stop => break,
            Some(_) = conversations.join_next() => continue,
            accepted = accepted => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection cannot be accepted");
                    match tokio::time::timeout(REST, &mut stop).await {
                        Ok(()) => break,
                        Err(_) => continue,
                    }
                }
            },
        };
        if let Some(place) = places.taken(free, from.ip()) {
            conversations.spawn(converse(stream, from, place, router.clone(), bounds, graceful.watcher()));
        }
    }
    drop(listener);
    let ended = async {
        graceful.shutdown().await;
        writes.ended().await;
    };
    let _ = tokio::time::timeout(bounds.farewell, ended).await;
    conversations.shutdown().await;
    writes.break_off().await;
}

/// One connection, to its end.
async fn converse(
    stream: TcpStream,
    from: SocketAddr,
    place: Place,
    router: Router,
    bounds: Bounds,
    watcher: Watcher,
) {
    // Answers are small and waited for.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(bounds.answer));
    let routed = TowerToHyperService::new(router);
    let place = Arc::new(place);
    let at_work = place.clone();
    let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(from));
        let busy = at_work.busy();
        let answer = routed.call(request);
        async move {
            let answer = answer.await;
            drop(busy);
            answer
        }
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(bounds.head).max_buf_size(64 << 10);
    let connection = http.serve_connection(TokioIo::new(Box::pin(stream)), service);
    tokio::select! {
        biased;
        // What goes wrong here is the caller's going away, or its silence.
        _ = watcher.watch(connection) => {}
        () = place.told_to_leave() => {}
    }
}
