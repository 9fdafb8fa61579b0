//! The threads that run scripts, and the watchdog over them.
//!
//! A thread that overruns its slice by far is stuck in something that cannot be interrupted. It is given up: its caller
//! is told, another thread takes its place, and it ends when it ever comes back. Only so many may be given up at once;
//! beyond that calls are answered as busy, until one comes back.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::clocks;

/// How many threads run scripts, and how patient the watchdog is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threads {
    /// Scripts that run at once.
    pub count: usize,
    /// Threads that may be given up and not have come back.
    pub given_up: usize,
    /// Slices that may wait for a thread.
    pub waiting: usize,
    /// How long a slice may go on beyond its own limit before its thread is given up.
    pub grace: Duration,
}

/// Two threads, four given up, 256 waiting, 3 s.
impl Default for Threads {
    fn default() -> Threads {
        Threads { count: 2, given_up: 4, waiting: 256, grace: Duration::from_secs(3) }
    }
}

/// A slice of a script; gives what its caller waits for.
type Slice<T> = Box<dyn FnOnce() -> T + Send>;

/// What became of a slice.
#[derive(Debug)]
pub(crate) enum Slept<T> {
    Ran(T),
    /// The thread hangs in it, and was given up.
    Overran,
    /// It ended in a way that it must not.
    Broke,
    /// Nobody had time for it, and it was not begun.
    Busy,
}

struct Job<T> {
    slice: Slice<T>,
    /// By the wall clock.
    longest: Duration,
    reply: oneshot::Sender<Slept<T>>,
}

struct Running<T> {
    /// Which thread; given up when it is no longer listed here.
    thread: u64,
    ends: Duration,
    reply: oneshot::Sender<Slept<T>>,
}

struct State<T> {
    queue: VecDeque<Job<T>>,
    running: Vec<Running<T>>,
    /// Threads that take jobs.
    able: usize,
    given_up: usize,
    next_thread: u64,
    stopping: bool,
}

struct Inner<T> {
    threads: Threads,
    state: Mutex<State<T>>,
    /// There is a job, or it is time to end.
    work: Condvar,
    /// There is something to watch, or it is time to end.
    watch: Condvar,
}

/// See the module. Its threads end, one by one, when it is dropped.
pub(crate) struct Crew<T: Send + 'static>(Arc<Inner<T>>);

impl<T: Send + 'static> Crew<T> {
    pub fn new(threads: Threads) -> Crew<T> {
        let state = State {
            queue: VecDeque::new(),
            running: Vec::new(),
            able: 0,
            given_up: 0,
            next_thread: 0,
            stopping: false,
        };
        let inner = Arc::new(Inner {
            threads,
            state: Mutex::new(state),
            work: Condvar::new(),
            watch: Condvar::new(),
        });
        {
            let mut state = inner.state();
            for _ in 0..threads.count.max(1) {
                hire(&inner, &mut state);
            }
        }
        let own = inner.clone();
        start("functions-watchdog", move || watch(&own));
        Crew(inner)
    }

    /// Runs a slice on one of the threads.
    pub async fn run(&self, longest: Duration, slice: Slice<T>) -> Slept<T> {
        let (reply, answer) = oneshot::channel();
        {
            let mut state = self.0.state();
            if state.able == 0 || state.queue.len() >= self.0.threads.waiting {
                return Slept::Busy;
            }
            state.queue.push_back(Job { slice, longest, reply });
        }
        self.0.work.notify_one();
        answer.await.unwrap_or(Slept::Broke)
    }
}

impl<T: Send + 'static> Drop for Crew<T> {
    fn drop(&mut self) {
        self.0.state().stopping = true;
        self.0.work.notify_all();
        self.0.watch.notify_all();
    }
}

impl<T> Inner<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn start(name: &str, run: impl FnOnce() + Send + 'static) -> bool {
    std::thread::Builder::new().name(name.into()).spawn(run).is_ok()
}

/// One thread more.
fn hire<T: Send + 'static>(inner: &Arc<Inner<T>>, state: &mut State<T>) {
    let thread = state.next_thread;
    state.next_thread += 1;
    let own = inner.clone();
    match start("functions", move || work(&own, thread)) {
        true => state.able += 1,
        false => tracing::error!("no thread could be started for functions"),
    }
}

/// What a thread does until it is no longer needed.
fn work<T: Send + 'static>(inner: &Inner<T>, thread: u64) {
    loop {
        let mut state = inner.state();
        while state.queue.is_empty() && !state.stopping {
            state = inner.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.stopping {
            return;
        }
        let Some(Job { slice, longest, reply }) = state.queue.pop_front() else { continue };
        if reply.is_closed() {
            // Whoever asked has gone.
            drop(state);
            drop(slice);
            continue;
        }
        let ends = clocks::wall() + longest + inner.threads.grace;
        state.running.push(Running { thread, ends, reply });
        drop(state);
        inner.watch.notify_one();
        let ran = match catch_unwind(AssertUnwindSafe(slice)) {
            Ok(ran) => Slept::Ran(ran),
            Err(_) => Slept::Broke,
        };
        let mut state = inner.state();
        match state.running.iter().position(|running| running.thread == thread) {
            Some(at) => {
                let running = state.running.swap_remove(at);
                drop(state);
                // A caller who has gone takes nothing.
                let _ = running.reply.send(ran);
            }
            None => {
                // It was given up meanwhile, and another stands in its place, unless there was none to be had.
                state.given_up -= 1;
                let needed = state.able < inner.threads.count.max(1);
                if needed {
                    state.able += 1;
                }
                drop(state);
                tracing::info!("a thread of functions that was given up came back");
                drop(ran);
                if !needed {
                    return;
                }
            }
        }
    }
}

/// Gives up threads whose slices overran.
fn watch<T: Send + 'static>(inner: &Arc<Inner<T>>) {
    let mut state = inner.state();
    while !state.stopping {
        let now = clocks::wall();
        while let Some(at) = state.running.iter().position(|running| running.ends <= now) {
            let overrun = state.running.swap_remove(at);
            state.given_up += 1;
            state.able -= 1;
            tracing::error!(
                functions.given_up = state.given_up,
                "a function hangs in something that cannot be stopped; its thread is given up"
            );
            if state.given_up <= inner.threads.given_up {
                hire(inner, &mut state);
            }
            // Nobody will take what waits when no thread is left.
            let stranded = if state.able == 0 { std::mem::take(&mut state.queue) } else { VecDeque::new() };
            let _ = overrun.reply.send(Slept::Overran);
            for job in stranded {
                let _ = job.reply.send(Slept::Busy);
            }
        }
        let next = state.running.iter().map(|running| running.ends).min();
        state = match next {
            Some(ends) => {
                let patience = ends.saturating_sub(now);
                inner.watch.wait_timeout(state, patience).unwrap_or_else(PoisonError::into_inner).0
            }
            None => inner.watch.wait(state).unwrap_or_else(PoisonError::into_inner),
        };
    }
}
