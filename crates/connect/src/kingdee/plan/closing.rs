//! Closing a document for further business (关闭) and opening it again, by the operations that its form has for that
//! (`protocols/kingdee.md §3.4`).

use contract::connector::{Found, PlanAsk};
use model::Cause;
use model::step::{Action, Step};

use super::options::{Options, Policy};
use super::shown;
use crate::kingdee::form::{Close, Form};

/// Whether the document is to be closed, and how its form does it.
pub(super) struct Closing<'p> {
    close: Option<&'p Close>,
    wanted: Option<bool>,
}

impl<'p> Closing<'p> {
    /// # Errors
    /// `kingdee.close_none` where closing is asked of a form that does not know it.
    pub(super) fn of(form: &'p Form, ask: &PlanAsk<'_>) -> Result<Closing<'p>, Cause> {
        match (&form.close, ask.closed) {
            (None, Some(_)) => Err(Cause::new("kingdee.close_none").with("object", &form.object)),
            (close, wanted) => Ok(Closing { close: close.as_ref(), wanted }),
        }
    }

    /// The operation that closes a new document.
    pub(super) fn at_last(&self) -> Option<&'p str> {
        let close = self.close?;
        (self.wanted == Some(true)).then_some(&*close.operation)
    }

    /// The operation that opens a closed document, where it is to stay open or has to be changed.
    ///
    /// # Errors
    /// `kingdee.closed` for a change of a closed document, unless the flow says that it may be opened for it.
    pub(super) fn at_first(
        &self,
        observed: &Found,
        is_edited: bool,
        options: &Options,
    ) -> Result<Option<&'p str>, Cause> {
        let Some(close) = self.close.filter(|_| observed.closed == Some(true)) else { return Ok(None) };
        match (self.wanted, is_edited) {
            (Some(false), _) => Ok(Some(&close.undo)),
            (_, true) if options.on_closed == Policy::Prepare => Ok(Some(&close.undo)),
            (_, true) => Err(Cause::new("kingdee.closed").with("number", shown(observed))),
            (_, false) => Ok(None),
        }
    }

    /// The operation that closes the document after these steps: where it is wanted, and where it was opened only to
    /// be changed.
    pub(super) fn again(&self, observed: &Found, steps: &[Step]) -> Option<&'p str> {
        let close = self.close?;
        let is_undo = |step: &Step| step.action == Action::Transition(close.undo.clone());
        let is_closed = observed.closed == Some(true) && !steps.iter().any(is_undo);
        let was_closed = observed.closed == Some(true);
        (self.wanted.unwrap_or(was_closed) && !is_closed).then_some(&*close.operation)
    }

    /// Whether the operation closes or opens, and the document already is so.
    pub(super) fn is_there(&self, operation: &str, observed: &Found) -> bool {
        self.close.is_some_and(|close| close.is_done(operation, observed.closed) == Some(true))
    }
}
