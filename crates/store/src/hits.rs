//! What a search for the other side of a link comes to: the same for every engine of storage.

use contract::store::Linked;
use model::link::{KnownBy, Referent};

/// One hit.
pub(crate) struct Hit {
    pub id: String,
    pub number: Option<String>,
    pub void: bool,
}

/// Where the object at the other side is not named, links to several of its objects may be filled: the first counts. A
/// number that leads from several records says nothing, unless all but one are void.
pub(crate) fn one_of(asked: &Referent, mut hits: Vec<Hit>) -> Linked {
    if asked.by == KnownBy::Number {
        if hits.iter().any(|hit| !hit.void) {
            hits.retain(|hit| !hit.void);
        }
        if hits.iter().any(|hit| hit.id != hits[0].id) {
            return Linked::Several;
        }
    }
    match hits.into_iter().next() {
        Some(Hit { id, number, .. }) => Linked::One { id, number },
        None => Linked::Nothing,
    }
}
