//! One database: who may use its connections, and when.
//!
//! With threads, one thread writes and a few read. Inline there is one connection, and everything happens in whoever
//! asks, before the returned future is first polled to its end: no thread, no waiting, one order.

use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use contract::store::StoreError;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::commit::{Work, Write, commit, work};
use super::failure::{Done, Failure};
use crate::answer::Answer;

/// Reader connections, each on a thread.
const READERS: usize = 3;

/// Pieces of work that may wait before whoever brings more is made to wait too.
const WAITING: usize = 1024;

/// Puts its answer where it is awaited.
type Question = Box<dyn FnOnce(&Connection) + Send>;

/// A question on its way, and who hears that it was asked, or why not.
type Asked = (Question, oneshot::Sender<Done<()>>);

pub(crate) struct Database {
    how: How,
    commits: Arc<AtomicU64>,
    /// Held for as long as a server uses the file.
    _lock: Option<File>,
}

enum How {
    Inline(Mutex<Connection>),
    Threads(Threads),
}

/// The ends of the threads' queues; dropping them ends the threads.
struct Threads {
    writer: Option<mpsc::Sender<Work>>,
    readers: Option<mpsc::Sender<Asked>>,
    write_handle: Option<JoinHandle<()>>,
    read_handles: Vec<JoinHandle<()>>,
}

impl Database {
    pub(crate) fn inline(connection: Connection, lock: Option<File>) -> Database {
        Database { how: How::Inline(Mutex::new(connection)), commits: Arc::default(), _lock: lock }
    }

    /// Takes the writer's connection, and opens the readers'.
    pub(crate) fn threads(
        writer: Connection,
        lock: Option<File>,
        path: &Path,
        reader: impl Fn(&Path) -> Done<Connection>,
        commits_take: Duration,
    ) -> Done<Database> {
        let readers: Vec<Connection> = (0..READERS).map(|_| reader(path)).collect::<Done<_>>()?;
        let commits = Arc::<AtomicU64>::default();
        let how = How::Threads(Threads::start(writer, readers, commits.clone(), commits_take)?);
        Ok(Database { how, commits, _lock: lock })
    }

    /// Transactions committed since it was opened.
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Does the body in a transaction. Once this is `Ok`, what it wrote is on disk. A caller who stops waiting does
    /// not stop the work.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        tenant: i64,
        body: impl FnOnce(&mut Write) -> Done<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (work, is_through, answer) = work(tenant, body);
        self.carry_out(work, is_through).await?;
        answer.take().unwrap_or_else(|| Err(gone()))
    }

    async fn carry_out(&self, work: Work, is_through: oneshot::Receiver<()>) -> Result<(), StoreError> {
        match &self.how {
            How::Inline(connection) => {
                let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                commit(&connection, std::iter::once(work), &self.commits);
            }
            How::Threads(threads) => {
                let writer = threads.writer.as_ref().expect("taken on drop only");
                writer.send(work).await.map_err(|_| gone())?;
            }
        }
        is_through.await.map_err(|_| gone())
    }

    /// Asks something of one state of the database: the newest that has been committed.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Done<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let answer = Answer::awaited();
        let place = answer.clone();
        let asked = move |connection: &Connection| place.put(question(connection).map_err(StoreError::from));
        self.ask(Box::new(asked)).await?;
        answer.take().unwrap_or_else(|| Err(gone()))
    }

    async fn ask(&self, question: Question) -> Result<(), StoreError> {
        match &self.how {
            How::Inline(connection) => {
                question(&connection.lock().unwrap_or_else(PoisonError::into_inner));
                Ok(())
            }
            How::Threads(threads) => {
                let (told, is_told) = oneshot::channel();
                let readers = threads.readers.as_ref().expect("taken on drop only");
                readers.send((question, told)).await.map_err(|_| gone())?;
                Ok(is_told.await.map_err(|_| gone())??)
            }
        }
    }
}

fn gone() -> StoreError {
    StoreError::Broken("the store's thread has ended".into())
}

fn in_one_state(connection: &Connection, question: Question) -> Done<()> {
    connection.prepare_cached("begin")?.execute([])?;
    question(connection);
    connection.prepare_cached("commit")?.execute([])?;
    Ok(())
}

impl Threads {
    fn start(
        writer: Connection,
        readers: Vec<Connection>,
        commits: Arc<AtomicU64>,
        commits_take: Duration,
    ) -> Done<Threads> {
        let (work_sender, work_receiver) = mpsc::channel(WAITING);
        let (question_sender, question_receiver) = mpsc::channel(WAITING);
        let write_handle = thread("store-writer", move || {
            write_until_closed(&writer, work_receiver, &commits, commits_take)
        })?;
        let mut read_handles = Vec::new();
        let questions = Arc::new(Mutex::new(question_receiver));
        for reader in readers {
            let questions = questions.clone();
            read_handles.push(thread("store-reader", move || read_until_closed(&reader, &questions))?);
        }
        let (writer, readers) = (Some(work_sender), Some(question_sender));
        Ok(Threads { writer, readers, write_handle: Some(write_handle), read_handles })
    }
}

/// Waits until everything accepted is done, so that whoever reopens the file finds it at rest. The writer closes last
/// and alone: connections that close at one moment each take the other for open, and none moves the log into the file.
impl Drop for Threads {
    fn drop(&mut self) {
        // A thread that panicked has nothing left to wait for.
        let wait = |handle: JoinHandle<()>| drop(handle.join());
        drop(self.readers.take());
        self.read_handles.drain(..).for_each(wait);
        drop(self.writer.take());
        self.write_handle.take().into_iter().for_each(wait);
    }
}

fn thread(name: &str, body: impl FnOnce() + Send + 'static) -> Done<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.into())
        .spawn(body)
        .map_err(|error| Failure::broken(format!("no thread could be started: {error}")))
}

fn write_until_closed(
    connection: &Connection,
    mut queue: mpsc::Receiver<Work>,
    commits: &AtomicU64,
    commits_take: Duration,
) {
    while let Some(first) = queue.blocking_recv() {
        let group = std::iter::once(first).chain(std::iter::from_fn(|| queue.try_recv().ok()));
        // Asked once the queue is empty, within the transaction: what comes meanwhile is in the next.
        let slow = std::iter::from_fn(|| {
            wait(commits_take);
            None
        });
        commit(connection, group.chain(slow), commits);
    }
}

/// Stands in for a disk that takes longer.
#[expect(clippy::disallowed_methods, reason = "a thread of the store's own waits, as it does for a disk")]
fn wait(how_long: Duration) {
    if !how_long.is_zero() {
        std::thread::sleep(how_long);
    }
}

fn read_until_closed(connection: &Connection, queue: &Mutex<mpsc::Receiver<Asked>>) {
    loop {
        // The reader that waits holds the queue; the others wait for it.
        let question = queue.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        match question {
            Some((question, told)) => {
                // Whoever asked may have stopped listening.
                let _ = told.send(in_one_state(connection, question));
            }
            None => return,
        }
    }
}
