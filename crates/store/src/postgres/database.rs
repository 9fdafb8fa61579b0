//! One database: its connections, and the thread on which all of their work is done.
//!
//! The store has a runtime of its own, of one thread, as the store on SQLite has its writer. Whoever asks waits for
//! the answer as a task, or, inline, holds its thread until it is there: then nothing else happens meanwhile, and the
//! simulator's clock stands still. A caller who stops waiting does not stop the work.

use std::future::Future;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use contract::store::StoreError;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_postgres::NoTls;

use super::address::Address;
use super::failure::{Done, Failure};
use super::listening::{self, Heard};
use super::session::Session;
use crate::answer::Answer;
use crate::options::Mode;

/// Connections that are open at most, but for the one that holds a server's lock.
const CONNECTIONS: usize = 8;

/// How long closing waits for what is under way.
const LAST_WORK: Duration = Duration::from_secs(10);

/// Plans are made once for each statement and walk along indexes, whatever the values and however few rows there are
/// yet. Who is gone in the middle of a transaction holds nobody up for long. A commit that was told is on disk.
const SETTINGS: &str = "
    set plan_cache_mode = force_generic_plan;
    set enable_seqscan = off;
    set enable_hashjoin = off;
    set enable_mergejoin = off;
    set jit = off;
    set idle_in_transaction_session_timeout = '5s';
    select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'";

pub(crate) struct Database {
    pub pool: Arc<Pool>,
    mode: Mode,
    /// What other nodes ring for; listened for from the first question on.
    heard: OnceLock<Arc<Heard>>,
    /// Taken on drop only.
    runtime: Option<Runtime>,
}

/// The connections that nobody uses now, and the right to use one.
pub(crate) struct Pool {
    address: Address,
    places: Arc<Semaphore>,
    idle: Mutex<Vec<Session>>,
    /// Holds the lock of a server for as long as it is open.
    lock: tokio::sync::Mutex<Option<Session>>,
}

/// The right to use a connection.
pub(crate) type Place = OwnedSemaphorePermit;

impl Database {
    pub(crate) fn new(address: Address, mode: Mode) -> Done<Database> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("store-postgres")
            .enable_io()
            .enable_time()
            .build()
            .map_err(|error| Failure::broken(format!("no thread could be started: {error}")))?;
        let pool = Pool {
            address,
            places: Arc::new(Semaphore::new(CONNECTIONS)),
            idle: Mutex::default(),
            lock: tokio::sync::Mutex::default(),
        };
        Ok(Database { pool: Arc::new(pool), mode, heard: OnceLock::new(), runtime: Some(runtime) })
    }

    /// Does the work on the store's thread, and waits for it as the mode says.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (work, answer) = answering(work);
        match self.mode {
            Mode::Inline => self.hold(work),
            // What panicked has left no answer.
            Mode::Threads => drop(self.runtime().spawn(work).await),
        }
        answer.take().unwrap_or_else(|| Err(gone()))
    }

    /// Does the work on the store's thread, and holds this one until it is done.
    pub(crate) fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (work, answer) = answering(work);
        self.hold(work);
        answer.take().unwrap_or_else(|| Err(gone()))
    }

    /// What other nodes ring for, once they do. Inline nobody does: all is in one process.
    pub(crate) async fn heard(&self) -> Vec<String> {
        if self.mode == Mode::Inline {
            return std::future::pending().await;
        }
        let begin = || {
            let heard = Arc::<Heard>::default();
            self.runtime().spawn(listening::listen(self.pool.address.clone(), heard.clone()));
            heard
        };
        self.heard.get_or_init(begin).next().await
    }

    fn hold(&self, work: BoxFuture<'static, ()>) {
        let (done, is_done) = channel();
        self.runtime().spawn(async move {
            work.await;
            // Whoever waits is there until this is sent.
            let _ = done.send(());
        });
        // It ends without a word where the work panicked.
        let _ = is_done.recv();
    }

    fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("taken on drop only")
    }
}

/// The work as the runtime takes it, and where its answer will be.
fn answering<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> (BoxFuture<'static, ()>, Answer<T>) {
    let answer = Answer::awaited();
    let place = answer.clone();
    (async move { place.put(work.await) }.boxed(), answer)
}

impl Pool {
    pub(crate) async fn place(&self) -> Place {
        self.places.clone().acquire_owned().await.expect("the places are never closed")
    }

    /// An idle connection, or a new one.
    pub(crate) async fn session(&self) -> Done<Session> {
        loop {
            let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            match idle {
                Some(session) if session.is_closed() => {}
                Some(session) => return Ok(session),
                None => return self.connect().await,
            }
        }
    }

    pub(crate) fn give_back(&self, _place: Place, session: Session) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
    }

    /// A connection of its own; ends when the session is dropped.
    pub(crate) async fn connect(&self) -> Done<Session> {
        let (client, connection) = self.address.config().connect(NoTls).await?;
        Handle::current().spawn(connection);
        let session = Session::new(client);
        session.run(SETTINGS).await?;
        Ok(session)
    }

    /// Keeps the connection that holds the lock of a server.
    pub(crate) async fn keep_lock(&self, session: Session) {
        *self.lock.lock().await = Some(session);
    }

    /// Makes sure that a server still has its lock, which is gone with the connection that held it: it is taken again.
    /// [`StoreError::InUse`] when somebody has the database alone meanwhile.
    pub(crate) async fn stay_locked(&self) -> Done<()> {
        let mut lock = self.lock.lock().await;
        if lock.as_ref().is_some_and(Session::is_closed) {
            *lock = Some(super::open::lock(self).await?);
        }
        Ok(())
    }

    /// Waits for what is under way, and gives the lock back.
    async fn close(&self) {
        let all = u32::try_from(CONNECTIONS).expect("it is small");
        drop(self.places.acquire_many(all).await);
        if let Some(session) = self.lock.lock().await.take() {
            // A connection that is gone holds no lock.
            let _ = session.run("select pg_advisory_unlock_all()").await;
        }
    }
}

/// Waits until everything accepted is done, so that whoever opens the database next finds it at rest; not for ever,
/// since the server may be gone.
impl Drop for Database {
    fn drop(&mut self) {
        let Some(runtime) = self.runtime.take() else { return };
        let (sender, closed) = channel();
        let pool = self.pool.clone();
        runtime.spawn(async move {
            pool.close().await;
            let _ = sender.send(());
        });
        match closed.recv_timeout(LAST_WORK) {
            Ok(()) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
        runtime.shutdown_background();
    }
}

fn gone() -> StoreError {
    StoreError::Broken("a use case of the store panicked".into())
}
