//! Writes to systems, each carried out to its end, whoever waits for it: a caller that hangs up must not leave a document
//! half written. They are owned by the server, which waits for them when it stops.

use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinSet;

/// Writes under way at once. Whoever hangs up gives up its place as a connection, but not this one.
const AT_ONCE: usize = 512;

/// The writes under way.
#[derive(Clone)]
pub(crate) struct Writes(Arc<Owned>);

struct Owned {
    under_way: Mutex<JoinSet<()>>,
    room: Arc<Semaphore>,
}

/// Why the outcome of a write is not known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Untold {
    /// It was not begun: there are so many already, or the server stops.
    NotBegun,
    /// It was broken off: the server did not wait for it any longer.
    BrokenOff,
}

impl Default for Writes {
    fn default() -> Writes {
        Writes(Arc::new(Owned { under_way: Mutex::default(), room: Arc::new(Semaphore::new(AT_ONCE)) }))
    }
}

impl Writes {
    /// Carries the write out; dropped in between it goes on without whoever asked for it.
    pub async fn carry<T: Send + 'static>(
        &self,
        write: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Untold> {
        let Ok(room) = self.0.room.clone().try_acquire_owned() else { return Err(Untold::NotBegun) };
        let (tell, told) = oneshot::channel();
        {
            let mut under_way = self.under_way();
            while under_way.try_join_next().is_some() {}
            under_way.spawn(async move {
                let outcome = write.await;
                drop(room);
                if tell.send(outcome).is_err() {
                    tracing::warn!("the caller of the write that ended now had hung up");
                }
            });
        }
        told.await.map_err(|_| Untold::BrokenOff)
    }

    /// Waits until all have ended. None is begun any more.
    pub async fn ended(&self) {
        self.0.room.close();
        poll_fn(|context| {
            let mut under_way = self.under_way();
            loop {
                match under_way.poll_join_next(context) {
                    Poll::Ready(Some(_)) => {}
                    Poll::Ready(None) => return Poll::Ready(()),
                    Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await;
    }

    /// Ends those that are left, wherever they are.
    pub async fn break_off(&self) {
        self.0.room.close();
        let mut left = std::mem::take(&mut *self.under_way());
        while left.try_join_next().is_some() {}
        if !left.is_empty() {
            tracing::error!(writes = left.len(), "writes that did not end in time are broken off");
        }
        left.shutdown().await;
    }

    fn under_way(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.0.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_write_goes_on_without_its_caller_and_is_waited_for() {
        let writes = Writes::default();
        let (let_go, held) = oneshot::channel::<()>();
        let (done, is_done) = oneshot::channel();
        {
            let write = writes.carry(async move {
                let _ = held.await;
                done.send(()).unwrap();
            });
            let mut write = std::pin::pin!(write);
            let begun = poll_fn(|context| Poll::Ready(write.as_mut().poll(context).is_pending())).await;
            assert!(begun, "and its caller hangs up");
        }
        let_go.send(()).unwrap();
        writes.ended().await;
        is_done.await.unwrap();
        assert_eq!(writes.carry(async {}).await, Err(Untold::NotBegun), "the server stops");
    }

    #[tokio::test]
    async fn what_never_ends_is_broken_off_in_the_end() {
        let writes = Writes::default();
        let never = writes.carry(std::future::pending::<()>());
        let stops = async {
            tokio::task::yield_now().await;
            writes.break_off().await;
        };
        let (outcome, ()) = tokio::join!(never, stops);
        assert_eq!(outcome, Err(Untold::BrokenOff));
    }

    #[tokio::test]
    async fn there_are_only_so_many_at_once() {
        let writes = Writes::default();
        let all = writes.0.room.clone().try_acquire_many_owned(AT_ONCE as u32).unwrap();
        assert_eq!(writes.carry(async {}).await, Err(Untold::NotBegun));
        drop(all);
        assert_eq!(writes.carry(async { "写入" }).await, Ok("写入"));
    }
}
