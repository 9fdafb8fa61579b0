//! One version of a function, ready to be called: an engine of its own, with the prelude frozen and the text compiled.
//!
//! A session does one call at a time, in slices: it runs until the script is done or waits for the host. Between
//! slices it may be moved to another thread.

use std::sync::Arc;
use std::time::Duration;

use contract::functions::{Fault, Function, Hook, Limits, Output, Surroundings};
use model::{Cause, Timestamp};
use rquickjs::context::EvalOptions;
use rquickjs::context::intrinsic;
use rquickjs::{Array, Context, Ctx, Function as Callable, Object, Runtime, Value};

use crate::budget::Budget;
use crate::fault::{self, WRAPPED};
use crate::input::Prepared;
use crate::native;
use crate::output;
use crate::reading::{Reader, Unread};
use crate::reply::Answer;
use crate::sentences::in_english;
use crate::shared::{Ask, Shared};

/// No proxies, typed arrays, weak references or shared memory: nobody needs them here, and each is a door more.
type Language = (
    intrinsic::Date,
    intrinsic::Eval,
    intrinsic::RegExpCompiler,
    intrinsic::RegExp,
    intrinsic::Json,
    intrinsic::MapSet,
    intrinsic::Promise,
);

/// Bytes of the engine's own stack. Threads that run scripts have several times as much.
const STACK: usize = 256 << 10;
/// Calls after which a session is made anew, so that nothing can pile up.
const CALLS: u32 = 1000;
/// A heap smaller than this holds the language itself and no more.
const LEAST_MEMORY: usize = 2 << 20;

/// How a session goes on.
pub(crate) enum Turn {
    /// A new call.
    Start(Box<Start>),
    /// What the host answered.
    Answers(Vec<Answer>),
}

/// A new call of the session's function.
pub(crate) struct Start {
    pub function: Function,
    /// Absent where the text is only looked at.
    pub work: Option<(Hook, Prepared)>,
    pub around: Option<Surroundings>,
    pub limits: Limits,
    pub now: Timestamp,
}

/// How far a slice came.
pub(crate) enum Step {
    /// It waits for the answers to these, and to those that were asked before.
    Waits(Vec<Ask>),
    Done(Result<Output, Fault>),
}

/// See the module.
pub(crate) struct Session {
    // Dropped in this order: the context before its engine.
    context: Context,
    runtime: Runtime,
    function: Function,
    shared: Shared,
    budget: Arc<Budget>,
    hook: Hook,
    outstanding: usize,
    calls: u32,
    is_clean: bool,
}

impl Session {
    /// Makes an engine and compiles the text in it. To be done by whoever runs scripts: it is not quick, and the text may
    /// be anything.
    pub fn open(start: &Start) -> Result<Session, Fault> {
        let unusable = |_| Fault::passing(fault::at(Cause::new("function.broken"), &start.function, None));
        let runtime = Runtime::new().map_err(unusable)?;
        runtime.set_max_stack_size(STACK);
        let budget = Arc::new(Budget::default());
        budget.begin_call(Duration::from_secs(60));
        budget.begin_slice();
        let own = budget.clone();
        runtime.set_interrupt_handler(Some(Box::new(move || own.is_over())));
        let context = Context::custom::<Language>(&runtime).map_err(unusable)?;
        let shared = Shared::default();
        context.with(|ctx| prelude(&ctx, &shared, &budget)).map_err(unusable)?;
        let mut session = Session {
            context,
            runtime,
            function: start.function.clone(),
            shared,
            budget,
            hook: Hook::AfterSuccess,
            outstanding: 0,
            calls: 0,
            is_clean: true,
        };
        session.begin(start);
        let compiled = session.context.with(|ctx| {
            compile(&ctx, &start.function).map_err(|_| {
                fault::uncompiled(&ctx, &start.function, &session.shared, session.budget.was_exceeded())
            })
        });
        compiled.map(|()| session)
    }

    /// Whether it may serve another call.
    pub fn is_reusable(&self) -> bool {
        self.is_clean && self.calls < CALLS
    }

    pub fn spent(&self) -> Duration {
        self.budget.spent()
    }

    /// The host, for whoever answers.
    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Bytes on its heap.
    pub fn memory(&self) -> u64 {
        u64::try_from(self.runtime.memory_usage().malloc_size).unwrap_or(0)
    }

    /// Lets go of the call that is done.
    pub fn end(&mut self) {
        self.shared.end();
    }

    fn begin(&mut self, start: &Start) {
        let held = start.work.as_ref().map(|(_, prepared)| prepared.held.clone()).unwrap_or_default();
        self.shared.begin(start.around.clone(), start.now, start.limits, held);
        self.runtime.set_memory_limit(start.limits.memory.max(LEAST_MEMORY));
        self.budget.begin_call(start.limits.processor);
        self.budget.begin_slice();
    }

    /// Goes on until the script is done or waits.
    pub fn advance(&mut self, turn: Turn) -> Step {
        let started = matches!(turn, Turn::Start(_));
        match &turn {
            Turn::Start(start) => {
                // The first call of a session has been begun, and its compiling counts.
                if self.calls > 0 {
                    self.begin(start);
                }
                self.calls += 1;
                self.outstanding = 0;
                self.hook = start.work.as_ref().map_or(Hook::AfterSuccess, |(hook, _)| *hook);
            }
            Turn::Answers(answers) => {
                self.budget.begin_slice();
                self.outstanding = self.outstanding.saturating_sub(answers.len());
            }
        }
        let context = self.context.clone();
        let step = context.with(|ctx| self.run(&ctx, turn));
        self.budget.end_slice();
        let failed = matches!(step, Step::Done(Err(_)));
        if failed
            || matches!(step, Step::Done(_)) && (self.runtime.is_job_pending() || self.budget.was_exceeded())
        {
            // Whatever state it stopped in, nobody else shall find it.
            self.is_clean = false;
        }
        debug_assert!(started || self.calls > 0, "a session is started before it is answered");
        step
    }

    fn run(&mut self, ctx: &Ctx<'_>, turn: Turn) -> Step {
        let begun = match turn {
            Turn::Start(start) => begun(ctx, *start),
            Turn::Answers(answers) => {
                answers.into_iter().try_for_each(|answer| self.tell(ctx, answer)).map(|()| true)
            }
        };
        let fault = |session: &Session| {
            fault::uncaught(ctx, &session.function, &session.shared, session.budget.was_exceeded())
        };
        match begun {
            Err(_) => return Step::Done(Err(fault(self))),
            Ok(false) => {
                let cause = match looks_like_a_module(&self.function.text) {
                    true => Cause::new("function.exports"),
                    false => Cause::new("function.no_main"),
                };
                return Step::Done(Err(fault::without_line(cause, &self.function)));
            }
            Ok(true) => {}
        }
        while !self.budget.was_exceeded() && ctx.execute_pending_job() {}
        // Looked at once more: an endless chain of promises never asks the handler.
        if self.budget.is_over() || self.budget.was_exceeded() {
            return Step::Done(Err(fault(self)));
        }
        match self.settled(ctx) {
            Ok(step) => step,
            Err(Halt::Thrown) => Step::Done(Err(fault(self))),
            Err(Halt::Cause(cause)) => {
                Step::Done(Err(fault::without_line(cause.with("hook", self.hook.name()), &self.function)))
            }
        }
    }

    fn tell(&self, ctx: &Ctx<'_>, (number, answer): Answer) -> rquickjs::Result<()> {
        let bridge = bridge(ctx)?;
        match answer {
            Ok(text) => bridge.get::<_, Callable>("answer")?.call((number, text)),
            Err(denied) => {
                let (code, message) = (denied.cause.code.to_string(), in_english(&denied.cause));
                let index = self.shared.deny(denied);
                bridge.get::<_, Callable>("deny")?.call((number, index, code, message))
            }
        }
    }

    /// What came of the call when nothing is left to do without the host.
    fn settled(&mut self, ctx: &Ctx<'_>) -> Result<Step, Halt> {
        let asks = self.shared.take_asks();
        self.outstanding += asks.len();
        let bridge = bridge(ctx)?;
        let result: Value = bridge.get("result")?;
        let outcome = match result.as_promise() {
            None => Some(result.clone()),
            // A rejected promise ends the call at once, whatever else was asked.
            Some(promise) => promise.result::<Value>().transpose()?,
        };
        if self.outstanding > 0 {
            return Ok(Step::Waits(asks));
        }
        let value = outcome.ok_or_else(|| Halt::Cause(Cause::new("function.never_ends")))?;
        let limit = self.shared.limits().result;
        let value = Reader::new(self.budget.clone(), limit).read(&value).map_err(|unread| match unread {
            Unread::Thrown => Halt::Thrown,
            Unread::TooLarge => {
                Halt::Cause(Cause::new("function.result_too_large").with("limit", limit >> 20))
            }
            Unread::Refused(refused) => Halt::Cause(refused.cause()),
        })?;
        if self.budget.was_exceeded() {
            return Err(Halt::Thrown);
        }
        bridge.set("result", Value::new_undefined(ctx.clone()))?;
        output::read(self.hook, value).map(|output| Step::Done(Ok(output))).map_err(Halt::Cause)
    }
}

/// Why there is no result: an exception is pending, or a cause of ours.
enum Halt {
    Thrown,
    Cause(Cause),
}

impl From<rquickjs::Error> for Halt {
    fn from(_: rquickjs::Error) -> Halt {
        Halt::Thrown
    }
}

fn bridge<'js>(ctx: &Ctx<'js>) -> rquickjs::Result<Object<'js>> {
    let stored = ctx.userdata::<Object>().ok_or(rquickjs::Error::Unknown)?;
    Ok(stored.clone())
}

/// Runs both preludes and keeps what they give where no script can reach it.
fn prelude(ctx: &Ctx<'_>, shared: &Shared, budget: &Arc<Budget>) -> rquickjs::Result<()> {
    let native = native::functions(ctx, shared, budget)?;
    let named = |name: &str| {
        let mut options = EvalOptions::default();
        options.filename = Some(name.into());
        options
    };
    let guard: Callable = ctx.eval_with_options(include_str!("prelude/guard.js"), named("guard.js"))?;
    guard.call::<_, ()>((native.clone(),))?;
    let qiao: Callable = ctx.eval_with_options(include_str!("prelude/qiao.js"), named("qiao.js"))?;
    let bridge: Object = qiao.call((native,))?;
    ctx.store_userdata(bridge).map_err(|_| rquickjs::Error::Unknown)?;
    Ok(())
}

/// The text becomes a closure that is entered anew for each call, so that its variables live no longer than the call.
fn compile(ctx: &Ctx<'_>, function: &Function) -> rquickjs::Result<()> {
    let source = format!(
        "{WRAPPED}{}\n;return typeof main===\"function\"?main:undefined;}})",
        function.text.trim_start_matches('\u{feff}')
    );
    let mut options = EvalOptions::default();
    options.filename = Some(function.name.to_string());
    let factory: Value = ctx.eval_with_options(source, options)?;
    bridge(ctx)?.set("factory", factory)
}

/// Calls the function, or only looks whether it is there; `false` when it is not.
fn begun(ctx: &Ctx<'_>, start: Start) -> rquickjs::Result<bool> {
    let bridge = bridge(ctx)?;
    let factory: Value = bridge.get("factory")?;
    let has_main: bool = match &start.work {
        None => bridge.get::<_, Callable>("load")?.call((factory,))?,
        Some((_, prepared)) => {
            bridge.get::<_, Callable>("forget")?.call::<_, ()>(())?;
            let input = ctx.json_parse(prepared.text.as_str())?;
            let result: Array = bridge.get::<_, Callable>("start")?.call((factory, input))?;
            let has_main: bool = result.get(0)?;
            bridge.set("result", result.get::<Value>(1)?)?;
            return Ok(has_main);
        }
    };
    bridge.set("result", Value::new_undefined(ctx.clone()))?;
    Ok(has_main)
}

/// Whether the text was written as a module, which is the likeliest reason why there is no `main`.
fn looks_like_a_module(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("export "))
}
