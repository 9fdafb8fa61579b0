//! The runtime as the seam has it: many calls at once, each a session that runs in slices and waits in between.

use std::sync::Arc;

use async_trait::async_trait;
use contract::Clock;
use contract::functions::{Call, Fault, Function, Functions, Limits, Output, Ran, Spent, Surroundings};
use futures_util::future::{Either, FutureExt, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use model::Cause;

use crate::budget;
use crate::crew::{Crew, Slept, Threads};
use crate::fault;
use crate::input::prepare;
use crate::reply::{Answer, answered};
use crate::session::{Session, Start, Step, Turn};
use crate::shared::Ask;
use crate::shelf::Shelf;

/// Longest text of a function, in bytes.
const LONGEST_TEXT: usize = 512 << 10;

/// What a slice gives back: its session, unless none could be opened.
type Sliced = (Option<Session>, Step);

/// Runs functions in QuickJS.
pub struct Scripts {
    /// Absent where slices run in the thread that polls the call.
    crew: Option<Crew<Sliced>>,
    shelf: Arc<Shelf>,
    clock: Arc<dyn Clock>,
}

impl Scripts {
    /// On threads of their own, for whoever serves others meanwhile. `clock` ends calls that wait too long.
    pub fn on_threads(threads: Threads, clock: Arc<dyn Clock>) -> Scripts {
        Scripts { crew: Some(Crew::new(threads)), shelf: Arc::default(), clock }
    }

    /// In the thread that polls the call, which is blocked meanwhile: for the simulator and for one-shot commands. What
    /// cannot be interrupted is not ended, since nobody watches.
    pub fn inline(clock: Arc<dyn Clock>) -> Scripts {
        Scripts { crew: None, shelf: Arc::default(), clock }
    }

    async fn slice(&self, session: Option<Session>, turn: Turn, limits: Limits) -> Slept<Sliced> {
        let slice = move || advanced(session, turn);
        match &self.crew {
            Some(crew) => crew.run(budget::slice(limits.processor), Box::new(slice)).await,
            None => Slept::Ran(slice()),
        }
    }

    /// Runs a call to its end, its questions to the host included.
    async fn finish(&self, start: Start, measure: bool) -> Ran {
        let mut spent = Spent::default();
        let output = self.steps(start, &mut spent, measure).await;
        Ran { output, spent }
    }

    async fn steps(&self, start: Start, spent: &mut Spent, measure: bool) -> Result<Output, Fault> {
        let (function, limits, around) = (start.function.clone(), start.limits, start.around.clone());
        let passing = |code: &'static str| Fault::passing(fault::at(Cause::new(code), &function, None));
        let mut session = self.shelf.take(function.version);
        let mut turn = Turn::Start(Box::new(start));
        let mut waiting = FuturesUnordered::new();
        loop {
            let (after, step) = match self.slice(session, turn, limits).await {
                Slept::Ran(sliced) => sliced,
                Slept::Overran => {
                    let cause = Cause::new("function.given_up");
                    return Err(fault::without_line(cause, &function));
                }
                Slept::Broke => return Err(passing("function.broken")),
                Slept::Busy => return Err(passing("function.busy")),
            };
            session = after;
            let asks = match step {
                Step::Done(output) => {
                    if let Some(session) = session {
                        self.put_back(session, &function, spent, measure);
                    }
                    return output;
                }
                Step::Waits(asks) => asks,
            };
            let (Some(session), Some(around)) = (&session, &around) else {
                return Err(passing("function.broken"));
            };
            let ask = |ask: Ask| answered(ask, around.host.clone(), session.shared().clone()).boxed();
            waiting.extend(asks.into_iter().map(ask));
            turn = Turn::Answers(ready(&mut waiting).await);
        }
    }

    fn put_back(&self, mut session: Session, function: &Function, spent: &mut Spent, measure: bool) {
        *spent = Spent {
            processor: session.spent(),
            memory: measure.then(|| session.memory()),
            asks: session.shared().asked(),
        };
        session.end();
        if session.is_reusable() {
            self.shelf.put(function.version, session);
        }
    }
}

/// At least one answer, and all others that are there already.
async fn ready(
    waiting: &mut FuturesUnordered<futures_util::future::BoxFuture<'static, Answer>>,
) -> Vec<Answer> {
    let mut answers: Vec<Answer> = waiting.next().await.into_iter().collect();
    while let Some(Some(answer)) = waiting.next().now_or_never() {
        answers.push(answer);
    }
    // In the order in which they were asked, so that one seed replays one history.
    answers.sort_unstable_by_key(|(number, _)| *number);
    answers
}

fn advanced(session: Option<Session>, turn: Turn) -> Sliced {
    let mut session = match (session, &turn) {
        (Some(session), _) => session,
        (None, Turn::Start(start)) => match Session::open(start) {
            Ok(session) => session,
            Err(fault) => return (None, Step::Done(Err(fault))),
        },
        (None, Turn::Answers(_)) => unreachable!("a call is started before it is answered"),
    };
    let step = session.advance(turn);
    (Some(session), step)
}

#[async_trait]
impl Functions for Scripts {
    async fn call(&self, call: Call<'_>, around: Surroundings) -> Ran {
        if let Err(fault) = fits(call.function) {
            return Ran { output: Err(fault), spent: Spent::default() };
        }
        let limits = call.limits.bounded();
        let start = Start {
            function: call.function.clone(),
            work: Some((call.work.hook(), prepare(&call))),
            around: Some(around),
            limits,
            now: call.now,
        };
        let late = self.clock.sleep_until(self.clock.now() + limits.total);
        let finished = std::pin::pin!(self.finish(start, call.measure));
        match select(finished, late).await {
            Either::Left((ran, _)) => ran,
            Either::Right(((), _)) => {
                let cause = Cause::new("function.too_late").with("limit", limits.total.as_secs());
                Ran { output: Err(fault::without_line(cause, call.function)), spent: Spent::default() }
            }
        }
    }

    async fn lint(&self, function: &Function) -> Vec<Fault> {
        if let Err(fault) = fits(function) {
            return vec![fault];
        }
        let start = Start {
            function: function.clone(),
            work: None,
            around: None,
            limits: Limits::default(),
            now: self.clock.now(),
        };
        self.finish(start, false).await.output.err().into_iter().collect()
    }
}

/// Whether the text can be given to the engine at all.
fn fits(function: &Function) -> Result<(), Fault> {
    let cause = if function.text.len() > LONGEST_TEXT {
        Cause::new("function.text_too_long").with("limit", LONGEST_TEXT >> 10)
    } else if function.text.contains('\0') || function.name.contains('\0') {
        Cause::new("function.text_has_nul")
    } else {
        return Ok(());
    };
    Err(fault::without_line(cause, function))
}
