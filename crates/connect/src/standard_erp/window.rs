//! A closed window read whole (`protocols/standard-erp.md §2`).
//!
//! Offsets over rows that change skip some and repeat others, and nothing in an answer says so but `totalNum`. So a
//! window is small enough to be held, is read to its end, and is read again from its start where `totalNum` says another
//! number than there were ids, or a page does not begin with what the one before it ended with. Twice the same ids are believed, whatever `totalNum` says.

use std::collections::BTreeMap;

use contract::connector::{Found, Refusal};
use model::object::Object;
use model::{AnswerClass, Cause, Timestamp};

use super::call::Api;
use super::record;
use super::request::Ask;

/// A window that tells something else each time is left after so many passes, and read again later.
const PASSES: usize = 4;

/// Nothing that can be read in offsets is this long.
const LONGEST: usize = 500_000;

/// A closed span of times of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub from: Timestamp,
    pub to: Timestamp,
}

/// How much is asked for at once, and how much of a window is held.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    /// Records of a page.
    pub page: usize,
    /// Records of a window; a larger one is to be divided. `None` where it cannot be.
    pub most: Option<usize>,
}

/// One pass over a window.
#[derive(Default)]
struct Pass {
    /// The records as they came last, each once, in the order of their first coming.
    found: Vec<Found>,
    places: BTreeMap<String, usize>,
    /// Elements of the lists, repetitions among them.
    given: usize,
    /// Ids of the elements, for an object that is split.
    bills: usize,
    total: Option<u64>,
    /// The ids of the last element; `None` for one that holds no record.
    last: Option<Vec<String>>,
    /// Whether its pages told different totals, or one did not begin where the one before it ended: something left the window
    /// or came, and what stood behind it moved.
    moved: bool,
    pages: usize,
}

/// The records of a window; `None` where there are more than are to be held.
///
/// # Errors
/// `erp.window_moves`, `transient`, where no two passes agree; what the system answered.
pub(super) async fn read(
    api: &Api<'_>,
    object: &Object,
    span: Span,
    sizes: Sizes,
) -> Result<Option<Vec<Found>>, Refusal> {
    let mut before: Option<Vec<String>> = None;
    let mut told = (0, 0);
    for _ in 0..PASSES {
        let Some(pass) = pass(api, object, span, sizes).await? else { return Ok(None) };
        let ids: Vec<String> = pass.places.keys().cloned().collect();
        if pass.is_sound() || before.as_ref() == Some(&ids) {
            return Ok(Some(pass.found));
        }
        told = (pass.bills, pass.total.unwrap_or_default());
        before = Some(ids);
    }
    let cause = Cause::new("erp.window_moves").with("object", &object.name);
    Err(Refusal::new(AnswerClass::Transient, cause.with("read", told.0).with("total", told.1)))
}

/// One pass, each page of which begins with the last element of the one before: where that is another, something before it
/// left or came. Totals alone do not tell when as many come as leave.
async fn pass(api: &Api<'_>, object: &Object, span: Span, sizes: Sizes) -> Result<Option<Pass>, Refusal> {
    let mut pass = Pass::default();
    loop {
        let last = pass.last.take().filter(|_| sizes.page > 1);
        let offset = pass.given - usize::from(last.is_some());
        let ask = Ask::Batch { from: span.from, to: span.to, offset, limit: sizes.page };
        let Some(data) = api.ask(object, &ask).await? else {
            pass.moved |= last.is_some();
            return Ok(Some(pass));
        };
        let page = record::listed(&data, object)?;
        pass.tell(record::total(&data));
        let (is_short, known) = (page.len() < sizes.page, pass.bills);
        let mut elements = Vec::with_capacity(page.len());
        for given in &page {
            elements.push(record::found(&api.settings.records, object, given)?);
        }
        match (&last, elements.first()) {
            (Some(last), Some(first)) if ids_of(first) == *last => {
                elements.remove(0);
                // Where it is all of the page, it stays the last.
                pass.last = Some(last.clone());
            }
            (Some(_), _) => pass.moved = true,
            (None, _) => {}
        }
        let is_over = elements.is_empty();
        elements.into_iter().for_each(|found| pass.take(found));
        if !is_over && (pass.bills == known && !is_short || pass.given > LONGEST) {
            return pass.stuck(object).map(Some);
        }
        let total = pass.total.unwrap_or_default();
        if sizes.most.is_some_and(|most| pass.given > most || total > most as u64) {
            return Ok(None);
        }
        // A page may be shorter than was asked for because the system gives no longer ones.
        if is_over || is_short && pass.given as u64 >= total {
            return Ok(Some(pass));
        }
    }
}

fn ids_of(element: &[Found]) -> Vec<String> {
    element.iter().map(|found| found.id.clone()).collect()
}

impl Pass {
    fn take(&mut self, found: Vec<Found>) {
        self.given += 1;
        self.last = Some(ids_of(&found)).filter(|ids| !ids.is_empty());
        let mut is_new = found.is_empty();
        for found in found {
            match self.places.get(&found.id) {
                Some(place) => self.found[*place] = found,
                None => {
                    is_new = true;
                    self.places.insert(found.id.clone(), self.found.len());
                    self.found.push(found);
                }
            }
        }
        self.bills += usize::from(is_new);
    }

    /// A whole page of what was there already: the system passes over the offset, and what it did not show is not known.
    fn stuck(self, object: &Object) -> Result<Pass, Refusal> {
        if self.total == Some(self.bills as u64) {
            return Ok(self);
        }
        let cause = Cause::new("erp.offset_ignored").with("object", &object.name).with("read", self.bills);
        Err(Refusal::new(AnswerClass::Transient, cause))
    }

    /// Takes what a page says of how many there are.
    fn tell(&mut self, total: Option<u64>) {
        self.moved |= self.pages > 0 && total != self.total;
        self.total = total.or(self.total);
        self.pages += 1;
    }

    /// Whether as many came as there are, and none twice. Of several pages without a total nothing is known.
    fn is_sound(&self) -> bool {
        let is_all = match self.total {
            Some(total) => total == self.bills as u64,
            None => self.pages <= 1,
        };
        is_all && !self.moved && self.given == self.bills
    }
}
