//! Where the answer of work will be that is done elsewhere, on a store's own thread.
//!
//! The way to that thread and back does not depend on what is asked, and so is compiled once: work that knows where to
//! put its answer travels, and not the answer.

use std::sync::{Arc, Mutex, PoisonError};

use contract::store::StoreError;

/// The place of one answer. Clones are the same place.
pub(crate) struct Answer<T>(Arc<Mutex<Option<Result<T, StoreError>>>>);

impl<T> Answer<T> {
    pub(crate) fn awaited() -> Answer<T> {
        Answer(Arc::new(Mutex::new(None)))
    }

    pub(crate) fn put(&self, answer: Result<T, StoreError>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
    }

    /// The answer; `None` when nobody put one: the work panicked.
    pub(crate) fn take(self) -> Option<Result<T, StoreError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<T> Clone for Answer<T> {
    fn clone(&self) -> Answer<T> {
        Answer(self.0.clone())
    }
}
