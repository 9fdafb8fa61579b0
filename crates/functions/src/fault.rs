//! What went wrong in a script, as a cause with its place.

use contract::functions::{Fault, Function, Place};
use model::Cause;
use rquickjs::{Ctx, Value};

use crate::shared::{Shared, shortened};

/// Longest message of a script that a cause carries, in characters.
const LONGEST_MESSAGE: usize = 500;

/// What our own wrapping puts before the first line of a text, which no column counts.
pub(crate) const WRAPPED: &str = "(function(){\"use strict\";";

/// Adds where it happened.
pub(crate) fn at(cause: Cause, function: &Function, place: Option<Place>) -> Cause {
    let cause = cause.with("name", &function.name);
    match place {
        Some(Place { line, column }) => cause.with("line", line).with("column", column),
        None => cause,
    }
}

/// A fault of the function without a line.
pub(crate) fn without_line(cause: Cause, function: &Function) -> Fault {
    Fault::of_function(at(cause, function, None), None)
}

/// What a script was stopped for, or what it threw and did not catch. Takes the pending exception.
pub(crate) fn uncaught(ctx: &Ctx<'_>, function: &Function, shared: &Shared, was_stopped: bool) -> Fault {
    let thrown = ctx.catch();
    let (name, message, place) = told(&thrown, function);
    let limits = shared.limits();
    let cause = if was_stopped {
        let limit = limits.processor.as_millis();
        match place {
            Some(_) => Cause::new("function.too_slow").with("limit", limit),
            None => Cause::new("function.too_slow_somewhere").with("limit", limit),
        }
    } else if message == "out of memory" || thrown.is_null() {
        // Where there is no memory for an error either, the engine throws null. Nobody else does.
        Cause::new("function.too_much_memory").with("limit", limits.memory >> 20)
    } else if message.contains("call stack size exceeded") || message == "stack overflow" {
        Cause::new("function.too_deep")
    } else if let Some(denied) = denied(&thrown, shared) {
        let code = if place.is_some() { "function.failed" } else { "function.failed_somewhere" };
        let cause = at(Cause::new(code), function, place).because(&denied.cause);
        return Fault { cause, class: denied.class, place };
    } else {
        let message = if name.is_empty() { message } else { format!("{name}: {message}") };
        let code = if place.is_some() { "function.threw" } else { "function.threw_somewhere" };
        Cause::new(code).with("message", shortened(&message, LONGEST_MESSAGE))
    };
    Fault::of_function(at(cause, function, place), place)
}

/// The fault of a text that could not be compiled. While it runs, what is no syntax is somebody else's: a JSON text that
/// it reads, a pattern.
pub(crate) fn uncompiled(ctx: &Ctx<'_>, function: &Function, shared: &Shared, was_stopped: bool) -> Fault {
    let fault = uncaught(ctx, function, shared, was_stopped);
    let message = fault.cause.param("message").and_then(|message| message.strip_prefix("SyntaxError: "));
    match (message, fault.place) {
        (Some(message), Some(place)) => {
            let cause = Cause::new("function.syntax").with("message", message);
            Fault::of_function(at(cause, function, Some(place)), Some(place))
        }
        _ => fault,
    }
}

/// Name, message and place of what was thrown; of anything but an error only its text.
fn told(thrown: &Value, function: &Function) -> (String, String, Option<Place>) {
    let Some(object) = thrown.as_object() else {
        let text: Option<String> = thrown.get().ok();
        return (String::new(), text.unwrap_or_default(), None);
    };
    let member = |name: &str| object.get::<_, Option<String>>(name).ok().flatten().unwrap_or_default();
    let (name, message, stack) = (member("name"), member("message"), member("stack"));
    // An error of no special kind says nothing by its name.
    let name = if name == "Error" { String::new() } else { name };
    (name, message, place(&stack, function))
}

fn denied(thrown: &Value, shared: &Shared) -> Option<contract::functions::Denied> {
    let index: Option<usize> = thrown.as_object()?.get("denied").ok()?;
    shared.denied(index?)
}

/// The innermost line of the function's own text in a stack of calls: `    at main (functions/parse.js:3:11)`.
fn place(stack: &str, function: &Function) -> Option<Place> {
    let name = format!("{}:", function.name);
    let frame = stack.lines().find_map(|frame| frame.rfind(&name).map(|at| &frame[at + name.len()..]))?;
    let mut numbers = frame.split(|c: char| !c.is_ascii_digit()).map(str::parse::<u32>);
    let line = numbers.next()?.ok()?;
    let column = numbers.next().and_then(Result::ok).unwrap_or(1);
    let wrapped = WRAPPED.len() as u32;
    let lines = (function.text.lines().count() as u32).max(1);
    Some(match line {
        1 => Place { line, column: column.saturating_sub(wrapped).max(1) },
        // What is missing at the end is missed behind it.
        line if line > lines => Place { line: lines, column: 1 },
        line => Place { line, column },
    })
}
