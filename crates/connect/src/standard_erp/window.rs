//! A closed window read whole (`protocols/standard-erp.md §2`).
//!
//! Offsets over rows that change skip some and repeat others, and nothing in an answer says so but `totalNum`. So a
//! window is small enough to be held, is read to its end, and is read again from its start where `totalNum` says another
//! number than there were ids. Twice the same ids are believed, whatever `totalNum` says.

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
    /// Whether its pages told different totals: something left the window or came, and what stood behind it moved.
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

async fn pass(api: &Api<'_>, object: &Object, span: Span, sizes: Sizes) -> Result<Option<Pass>, Refusal> {
    let mut pass = Pass::default();
    loop {
        let ask = Ask::Batch { from: span.from, to: span.to, offset: pass.given, limit: sizes.page };
        let Some(data) = api.ask(object, &ask).await? else { return Ok(Some(pass)) };
        let page = record::listed(&data, object)?;
        pass.tell(record::total(&data));
        let (is_short, known) = (page.len() < sizes.page, pass.bills);
        for given in &page {
            pass.take(record::found(&api.settings.records, object, given)?);
        }
        if !page.is_empty() && (pass.bills == known && !is_short || pass.given > LONGEST) {
            return pass.stuck(object).map(Some);
        }
        let total = pass.total.unwrap_or_default();
        if sizes.most.is_some_and(|most| pass.given > most || total > most as u64) {
            return Ok(None);
        }
        // A page may be shorter than was asked for because the system gives no longer ones.
        if page.is_empty() || is_short && pass.given as u64 >= total {
            return Ok(Some(pass));
        }
    }
}

impl Pass {
    fn take(&mut self, found: Vec<Found>) {
        self.given += 1;
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
