//! What the script's side and ours both see during a call: who answers, what was asked, what was denied.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use contract::functions::{Denied, Level, Limits, Surroundings};
use model::{AnswerClass, Cause, Timestamp};

/// A question to the host that takes time.
#[derive(Debug)]
pub(crate) struct Ask {
    /// By which the script knows the answer.
    pub number: u32,
    pub kind: String,
    /// What is asked, as JSON.
    pub question: String,
}

#[derive(Default)]
struct State {
    around: Option<Surroundings>,
    now: Timestamp,
    limits: Limits,
    /// Asked, and not yet handed to whoever answers.
    asks: Vec<Ask>,
    asked: u32,
    /// Bytes that the script may fetch: bodies.
    held: Vec<Bytes>,
    /// Why helpers and the host refused; errors in the script name them by their place.
    denied: Vec<Denied>,
    logged: usize,
}

/// Handed to every function that the script can call. The lock is never held while a script runs.
#[derive(Clone, Default)]
pub(crate) struct Shared(Arc<Mutex<State>>);

/// Longest text of one line of the log, in characters.
const LONGEST_LINE: usize = 2000;

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets the call before, and takes what this one may use.
    pub fn begin(&self, around: Option<Surroundings>, now: Timestamp, limits: Limits, held: Vec<Bytes>) {
        *self.state() = State { around, now, limits, held, ..State::default() };
    }

    /// Lets go of the host when the call is over.
    pub fn end(&self) {
        *self.state() = State::default();
    }

    pub fn now(&self) -> Timestamp {
        self.state().now
    }

    pub fn limits(&self) -> Limits {
        self.state().limits
    }

    /// What the script may use of the world; a text that is only looked at (lint) has none.
    pub fn around(&self) -> Result<Surroundings, Cause> {
        self.state().around.clone().ok_or_else(|| Cause::new("function.no_host"))
    }

    pub fn ask(&self, kind: String, question: String) -> Result<u32, Cause> {
        let mut state = self.state();
        if state.around.is_none() {
            return Err(Cause::new("function.no_host"));
        }
        if state.asked as usize >= state.limits.asks {
            return Err(Cause::new("function.too_many_asks").with("limit", state.limits.asks));
        }
        state.asked += 1;
        let number = state.asked;
        state.asks.push(Ask { number, kind, question });
        Ok(number)
    }

    pub fn take_asks(&self) -> Vec<Ask> {
        std::mem::take(&mut self.state().asks)
    }

    pub fn asked(&self) -> usize {
        self.state().asked as usize
    }

    pub fn hold(&self, bytes: Bytes) -> usize {
        let mut state = self.state();
        state.held.push(bytes);
        state.held.len() - 1
    }

    pub fn held(&self, index: usize) -> Option<Bytes> {
        self.state().held.get(index).cloned()
    }

    /// Remembers why something was refused, and gives the place by which the error in the script names it.
    pub fn deny(&self, denied: Denied) -> usize {
        let mut state = self.state();
        state.denied.push(denied);
        state.denied.len() - 1
    }

    /// Remembers what a helper refused: the script is to blame.
    pub fn refuse(&self, cause: Cause) -> usize {
        self.deny(Denied { cause, class: AnswerClass::Rejected })
    }

    pub fn denied(&self, index: usize) -> Option<Denied> {
        self.state().denied.get(index).cloned()
    }

    /// Passes a line on to the host; a text that is only looked at has nobody to tell.
    pub fn log(&self, level: Level, text: &str) {
        let mut state = self.state();
        let Some(around) = state.around.clone() else { return };
        if state.logged >= state.limits.log_lines {
            return;
        }
        state.logged += 1;
        drop(state);
        around.host.log(level, &shortened(text, LONGEST_LINE));
    }
}

/// The first characters of a text, and a sign that there were more.
pub(crate) fn shortened(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
