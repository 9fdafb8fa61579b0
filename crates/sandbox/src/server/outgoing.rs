//! Posts the calls that systems make by themselves: events for whoever subscribed.

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::header::HeaderValue;
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::{Serving, lock};
use crate::sandbox::Sandbox;
use crate::stand_in::{Outgoing, Reply};

/// The largest answer that is read.
const MAX_ANSWER: usize = 64 << 10;

/// Wakes [`post_all`] when some system has a call of its own to make.
pub fn wake(sandbox: &Sandbox, wake: &Notify) {
    if sandbox.next_outgoing().is_some() {
        wake.notify_one();
    }
}

/// Posts what is due whenever it is woken, for ever; what is due later wakes it then.
pub async fn post_all(serving: &Serving) {
    let mut posting = JoinSet::new();
    let mut alarm_ms = None;
    loop {
        serving.wake.notified().await;
        while posting.try_join_next().is_some() {}
        let now_ms = (serving.surroundings.clock)();
        let (due, next_ms) = {
            let mut sandbox = lock(&serving.surroundings.sandbox);
            (sandbox.take_outgoing(now_ms), sandbox.next_outgoing())
        };
        for (system, call) in due {
            posting.spawn(post(system, call, serving.clone()));
        }
        let is_set = |at_ms: i64| alarm_ms.is_some_and(|alarm_ms| alarm_ms > now_ms && alarm_ms <= at_ms);
        if let Some(next_ms) = next_ms.filter(|next_ms| *next_ms > now_ms && !is_set(*next_ms)) {
            alarm_ms = Some(next_ms);
            posting.spawn(ring((next_ms - now_ms) as u64, serving.clone()));
        }
    }
}

/// Wakes [`post_all`] after that many milliseconds.
async fn ring(after_ms: u64, Serving { surroundings, wake }: Serving) {
    (surroundings.sleep)(after_ms).await;
    wake.notify_one();
}

/// Posts one call and tells what came of it; wakes again when the next is due.
async fn post(system: &'static str, call: Outgoing, Serving { surroundings, wake }: Serving) {
    let (number, patience_ms) = (call.number, call.patience_ms);
    let answer = tokio::select! {
        biased;
        answer = exchange(call) => answer,
        () = (surroundings.sleep)(patience_ms) => None,
    };
    let now_ms = (surroundings.clock)();
    let next_ms = {
        let mut sandbox = lock(&surroundings.sandbox);
        sandbox.outgoing_answered(system, number, now_ms, answer.as_ref());
        sandbox.next_outgoing()
    };
    if let Some(next_ms) = next_ms {
        (surroundings.sleep)(next_ms.saturating_sub(now_ms).max(0) as u64).await;
        wake.notify_one();
    }
}

/// One POST over plain HTTP; `None` when it comes to no answer.
async fn exchange(call: Outgoing) -> Option<Reply> {
    let (host, path) = target(&call.url)?;
    let address = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let stream = TcpStream::connect(address).await.ok()?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
    let mut request = Request::post(path).header(header::HOST, host);
    for (name, value) in &call.headers {
        // As the system wrote them: names of objects may be Chinese.
        request = request.header(name.as_str(), HeaderValue::from_bytes(value.as_bytes()).ok()?);
    }
    let request = request.body(Full::new(Bytes::from(call.body))).ok()?;
    let answer = async {
        let response = sender.send_request(request).await.ok()?;
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), MAX_ANSWER).collect().await.ok()?;
        Some(Reply { status, headers: Vec::new(), body: body.to_bytes().to_vec() })
    };
    let mut answer = std::pin::pin!(answer);
    tokio::select! {
        biased;
        reply = &mut answer => reply,
        _ = connection => answer.await,
    }
}

/// Host and path of an address `http://host[:port]/path`.
fn target(url: &str) -> Option<(&str, String)> {
    let rest = url.strip_prefix("http://")?;
    let at = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at(at);
    (!host.is_empty()).then(|| (host, if path.is_empty() { "/".into() } else { path.to_owned() }))
}
