//! Bodies, read with patience and no further than they may be long; and all of those being read together no further than
//! memory should hold.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError, Weak};
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

/// How much of that those of one address: 32 MB. A proxy is one address.
const MOST_OF_ONE_STRANGER: usize = 32 << 20;

/// What bodies hold. Shared by all that read them.
#[derive(Clone)]
pub struct Bodies {
    known: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
    /// The shares of those addresses of which bodies are being read.
    shares: Arc<Mutex<BTreeMap<IpAddr, Weak<Semaphore>>>>,
    /// The share of the address that these are read for.
    share: Option<Arc<Semaphore>>,
}

impl Default for Bodies {
    fn default() -> Bodies {
        Bodies::of(MOST_TOGETHER / PART, MOST_OF_STRANGERS / PART)
    }
}

impl Bodies {
    fn of(known: usize, strangers: usize) -> Bodies {
        let room = |parts| Arc::new(Semaphore::new(parts));
        Bodies { known: room(known), strangers: room(strangers), shares: Arc::default(), share: None }
    }

    /// The room for bodies whose senders are not known before they are read, and the share in it of one address: however
    /// many there are, others are read.
    pub(crate) fn of_stranger(&self, from: IpAddr) -> Bodies {
        self.shared(from, MOST_OF_ONE_STRANGER / PART)
    }

    fn shared(&self, from: IpAddr, parts: usize) -> Bodies {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        let from = network(from);
        let share = match shares.get(&from).and_then(Weak::upgrade) {
            Some(share) => share,
            None => {
                shares.retain(|_, share| share.strong_count() > 0);
                let share = Arc::new(Semaphore::new(parts));
                shares.insert(from, Arc::downgrade(&share));
                share
            }
        };
        drop(shares);
        Bodies { known: self.strangers.clone(), share: Some(share), ..self.clone() }
    }

    /// Memory for one part more.
    fn part(&self) -> Result<Held, Unread> {
        let of_share = self.share.clone().map(Semaphore::try_acquire_owned).transpose();
        let of_all = self.known.clone().try_acquire_owned();
        match (of_all, of_share) {
            (Ok(of_all), Ok(of_share)) => Ok(Held { _of_all: of_all, _of_share: of_share }),
            _ => Err(Unread::Busy),
        }
    }
}

/// What is counted as one address: of IPv6 its network, for whoever has one address of it has all.
fn network(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address => address,
    }
}

/// Memory for one part, of the room and of the address's share in it.
#[derive(Debug)]
struct Held {
    _of_all: OwnedSemaphorePermit,
    _of_share: Option<OwnedSemaphorePermit>,
}

/// A body that came whole. What it holds is given back with it.
#[derive(Debug)]
pub(crate) struct Read {
    pub bytes: Bytes,
    _held: Vec<Held>,
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
            held.push(bodies.part()?);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(Read { bytes: bytes.freeze(), _held: held })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(parts: usize) -> Bodies {
        Bodies::of(parts, parts)
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
        let some = bodies(3);
        let from = |last: u8| some.shared(IpAddr::from([10, 0, 0, last]), 2);
        let large = read(&from(1), Body::from(vec![b'x'; PART + 1]), None, usize::MAX).await.unwrap();
        let more = read(&from(1), Body::from("y"), None, 100).await;
        assert_eq!(more.unwrap_err(), Unread::Busy, "no address has more than its share");
        let other = read(&from(2), Body::from("订单"), None, 100).await.unwrap();
        assert_eq!(read(&from(3), Body::from("y"), None, 100).await.unwrap_err(), Unread::Busy);
        assert!(read(&some, Body::from("订单"), None, 100).await.is_ok(), "those who are known are read");
        drop((large, other));
        assert!(read(&from(1), Body::from("y"), None, 100).await.is_ok());
        let _ = from(4);
        assert_eq!(some.shares.lock().unwrap().len(), 1, "nothing is kept of who has gone");
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("::ffff:10.0.0.1"), "10.0.0.1");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }
}
