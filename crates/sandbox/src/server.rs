//! Serves a [`Sandbox`] over HTTP/1.1, as the vendors' gateways would.
//!
//! The time and the way to wait are arguments, so nothing here reads a clock. The state stands behind one mutex and
//! is held only while a call is looked at; latency passes outside it. A lost answer closes the connection, a cut one
//! closes it in the middle of the body, and a call that is never answered keeps the connection open until the caller
//! leaves or [`SILENCE_MS`] have passed. The calls that systems make by themselves ([`outgoing`]) are posted from here,
//! too.

mod body;
mod outgoing;

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request as HttpRequest, Response, header};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::sandbox::{Outcome, Sandbox};
use crate::stand_in::{Reply, Request};
use body::ReplyBody;

/// The largest request body that is read: 32 MB.
pub const MAX_BODY: usize = 32 << 20;

/// How long a call that is never answered keeps its connection.
pub const SILENCE_MS: u64 = 600_000;

/// Milliseconds since 1970.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Waits that many milliseconds.
pub type Sleep = Arc<dyn Fn(u64) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// One address the sandbox is reached at.
pub struct Door {
    pub listener: TcpListener,
    /// The system at the root of this address; `None`: all of them, each below its prefix.
    pub system: Option<&'static str>,
}

/// What a server needs from outside.
#[derive(Clone)]
pub struct Surroundings {
    pub sandbox: Arc<Mutex<Sandbox>>,
    pub clock: Clock,
    pub sleep: Sleep,
}

/// Serves until the returned future is dropped, which also ends every connection. `/_sandbox/…` is answered at every
/// door. Ends by itself only when every listener has failed.
pub async fn serve(doors: Vec<Door>, surroundings: Surroundings) {
    let mut open = JoinSet::new();
    let wake = Arc::new(Notify::new());
    for door in doors {
        open.spawn(serve_door(door, Serving { surroundings: surroundings.clone(), wake: wake.clone() }));
    }
    let closed = async { while open.join_next().await.is_some() {} };
    let serving = Serving { surroundings, wake };
    tokio::select! {
        () = closed => {}
        () = outgoing::post_all(&serving) => {}
    }
}

/// What answers calls, and whom it wakes when a system has calls of its own to make.
#[derive(Clone)]
struct Serving {
    surroundings: Surroundings,
    wake: Arc<Notify>,
}

/// The address of each door, in their order, for [`Sandbox::connections`].
pub fn addresses(doors: &[Door]) -> std::io::Result<Vec<SocketAddr>> {
    doors.iter().map(|door| door.listener.local_addr()).collect()
}

async fn serve_door(door: Door, serving: Serving) {
    let mut connections = JoinSet::new();
    loop {
        match door.listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(serve_connection(stream, door.system, serving.clone()));
            }
            // The process is out of file descriptors: wait for connections to end.
            Err(_) => (serving.surroundings.sleep)(50).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn serve_connection(stream: TcpStream, system: Option<&'static str>, serving: Serving) {
    // Small answers must not wait for the caller's acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(request, system, serving.clone()));
    // An error here is a caller that left or an answer that was lost on purpose.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Why a connection closes without an answer: on purpose.
#[derive(Debug)]
struct AnswerLost;

impl std::fmt::Display for AnswerLost {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("the answer is lost on purpose")
    }
}

impl std::error::Error for AnswerLost {}

async fn answer(
    request: HttpRequest<Incoming>,
    system: Option<&'static str>,
    Serving { surroundings, wake }: Serving,
) -> Result<Response<ReplyBody>, AnswerLost> {
    let call = match read_call(request).await {
        Ok(call) => call,
        Err(reply) => return Ok(whole(reply)),
    };
    let now_ms = (surroundings.clock)();
    let outcome = {
        let mut sandbox = lock(&surroundings.sandbox);
        if is_control(&call.full_path) {
            let reply = sandbox.control(now_ms, &call.method, &call.full_path, &call.body);
            outgoing::wake(&sandbox, &wake);
            return Ok(whole(reply));
        }
        let outcome = match system {
            None => sandbox.call(now_ms, &call),
            Some(system) => sandbox
                .call_system(now_ms, system, &call)
                .expect("doors are made for systems of the sandbox, and every path begins with a slash"),
        };
        outgoing::wake(&sandbox, &wake);
        outcome
    };
    act_out(outcome, &surroundings).await
}

async fn act_out(outcome: Outcome, surroundings: &Surroundings) -> Result<Response<ReplyBody>, AnswerLost> {
    let after_ms = match &outcome {
        Outcome::Answered { after_ms, .. }
        | Outcome::Refused { after_ms, .. }
        | Outcome::Truncated { after_ms, .. }
        | Outcome::Lost { after_ms } => *after_ms,
        Outcome::Unanswered { .. } => SILENCE_MS,
    };
    if after_ms > 0 {
        (surroundings.sleep)(after_ms).await;
    }
    match outcome {
        Outcome::Answered { reply, .. } | Outcome::Refused { reply, .. } => Ok(whole(reply)),
        Outcome::Truncated { reply, arrived, .. } => Ok(cut(reply, arrived)),
        Outcome::Lost { .. } | Outcome::Unanswered { .. } => Err(AnswerLost),
    }
}

async fn read_call(request: HttpRequest<Incoming>) -> Result<Request, Reply> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, MAX_BODY).collect().await {
        Ok(collected) => collected.to_bytes().to_vec(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Err(Reply::text(413, "text/plain; charset=utf-8", "the body is larger than 32 MB\n"));
        }
        Err(_) => return Err(Reply::text(400, "text/plain; charset=utf-8", "the body broke off\n")),
    };
    let headers = head
        .headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    Ok(Request::new(head.method.as_str(), target, headers, body))
}

fn is_control(path: &str) -> bool {
    path.strip_prefix("/_sandbox").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A panic in one call must not take the others' answers away: the state is used as it stands.
fn lock(sandbox: &Mutex<Sandbox>) -> MutexGuard<'_, Sandbox> {
    sandbox.lock().unwrap_or_else(PoisonError::into_inner)
}

fn whole(reply: Reply) -> Response<ReplyBody> {
    let length = reply.body.len();
    response(reply.status, &reply.headers, length, ReplyBody::whole(Bytes::from(reply.body)))
}

fn cut(reply: Reply, arrived: usize) -> Response<ReplyBody> {
    let length = reply.body.len();
    let mut body = reply.body;
    body.truncate(arrived);
    response(reply.status, &reply.headers, length, ReplyBody::cut(Bytes::from(body)))
}

fn response(
    status: u16,
    headers: &[(String, String)],
    length: usize,
    body: ReplyBody,
) -> Response<ReplyBody> {
    let mut builder = Response::builder().status(status).header(header::CONTENT_LENGTH, length);
    for (name, value) in headers {
        builder = builder.header(name.as_str(), value.as_str());
    }
    builder.body(body).expect("stand-ins write valid status codes and headers")
}
