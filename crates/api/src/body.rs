//! Bodies, read with patience and no further than they may be long; and all of those being read together no further than
//! memory should hold.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A body that does not come in that time is given up, so that nobody holds a place by sending nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// Memory for bodies is given out in parts of so many bytes.
const PART: usize = 64 << 10;

/// How much all bodies together may hold: 256 MB.
const MOST_TOGETHER: usize = 256 << 20;

/// How much of bodies whose senders are not known before they are read: 128 MB beside those.
const MOST_OF_STRANGERS: usize = 128 << 20;

/// What bodies hold. Shared by all that read them.
#[derive(Clone)]
pub struct Bodies {
    known: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
}

impl Default for Bodies {
    fn default() -> Bodies {
        let parts = |bytes: usize| Arc::new(Semaphore::new(bytes / PART));
        Bodies { known: parts(MOST_TOGETHER), strangers: parts(MOST_OF_STRANGERS) }
    }
}

impl Bodies {
    /// The room for bodies whose senders are not known before they are read: however many there are, others are read.
    pub(crate) fn of_strangers(&self) -> Bodies {
        Bodies { known: self.strangers.clone(), strangers: self.strangers.clone() }
    }
}

/// A body that came whole. What it holds is given back with it.
#[derive(Debug)]
pub(crate) struct Read {
    pub bytes: Bytes,
    _held: Vec<OwnedSemaphorePermit>,
}

/// Why a body did not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    TooLarge,
    TooSlow,
    /// Its sender hung up, or sent something that is no body.
    Cut,
    /// There are so many bodies already that this one has to wait.
    Busy,
}

/// Reads a body of at most so many bytes. One that says that it is larger is not read at all.
pub(crate) async fn read(
    bodies: &Bodies,
    body: Body,
    says: Option<usize>,
    most: usize,
) -> Result<Read, Unread> {
    if says.is_some_and(|says| says > most) {
        return Err(Unread::TooLarge);
    }
    tokio::time::timeout(PATIENCE, gathered(bodies, body, most)).await.map_err(|_| Unread::TooSlow)?
}

async fn gathered(bodies: &Bodies, mut body: Body, most: usize) -> Result<Read, Unread> {
    let (mut bytes, mut held) = (BytesMut::new(), Vec::new());
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::Cut)?.into_data() else { continue };
        if bytes.len() + data.len() > most {
            return Err(Unread::TooLarge);
        }
        while held.len() * PART < bytes.len() + data.len() {
            held.push(bodies.known.clone().try_acquire_owned().map_err(|_| Unread::Busy)?);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(Read { bytes: bytes.freeze(), _held: held })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(parts: usize) -> Bodies {
        let room = || Arc::new(Semaphore::new(parts));
        Bodies { known: room(), strangers: room() }
    }

    #[tokio::test]
    async fn a_body_is_read_whole_or_not_at_all() {
        let some = bodies(4);
        let whole = read(&some, Body::from("订单"), None, 6).await.unwrap();
        assert_eq!(whole.bytes, "订单");
        assert_eq!(read(&some, Body::from("订单"), None, 5).await.unwrap_err(), Unread::TooLarge);
        let says = read(&some, Body::from("订单"), Some(6), 5).await;
        assert_eq!(says.unwrap_err(), Unread::TooLarge, "by what it says");
        let cut = Body::from_stream(futures_util::stream::iter([
            Ok(Bytes::from_static(b"{")),
            Err(std::io::Error::other("hung up")),
        ]));
        assert_eq!(read(&some, cut, None, 100).await.unwrap_err(), Unread::Cut);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_given_up() {
        let never = Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>());
        assert_eq!(read(&bodies(4), never, None, 100).await.unwrap_err(), Unread::TooSlow);
    }

    #[tokio::test]
    async fn all_bodies_together_hold_no_more_than_they_may() {
        let two = bodies(2);
        let first = read(&two, Body::from(vec![b'x'; PART + 1]), None, usize::MAX).await.unwrap();
        assert_eq!(read(&two, Body::from("y"), None, 100).await.unwrap_err(), Unread::Busy);
        drop(first);
        assert!(read(&two, Body::from("y"), None, 100).await.is_ok());
    }

    #[tokio::test]
    async fn bodies_of_strangers_keep_nobody_else_waiting() {
        let some = bodies(1);
        let strange = read(&some.of_strangers(), Body::from("x"), None, 100).await.unwrap();
        assert_eq!(read(&some.of_strangers(), Body::from("y"), None, 100).await.unwrap_err(), Unread::Busy);
        assert!(read(&some, Body::from("订单"), None, 100).await.is_ok());
        drop(strange);
    }
}
