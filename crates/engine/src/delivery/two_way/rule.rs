//! What becomes of each field that both sides may have changed. Pure but for the clocks' differences.

use contract::connector::Found;
use model::Value;
use model::flow::Conflict;

use super::{TwoWay, latest};
use crate::delivery::item::Item;
use crate::delivery::read_back::holds;
use crate::seams::Seams;
use crate::setup::{ActiveFlow, Twin};

/// What becomes of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ruling {
    /// Neither side changed it.
    Rest,
    /// Both sides say the same.
    Agree,
    /// The source's value is written.
    Carry,
    /// The target changed it: the flow the other way carries it.
    Leave,
    /// Both changed it and the target is right: the flow the other way carries it over what the source says.
    Yield,
    /// Both changed it, and a person decides.
    Ask,
}

/// What is known of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// Whether the source changed it since both sides agreed; `None` where they never did.
    pub moved: Option<bool>,
    /// Whether the target did.
    pub turned: Option<bool>,
    /// Whether the target holds what would be written.
    pub is_held: bool,
    /// Whether nothing would be written: the source is empty, and the flow leaves empty fields out.
    pub is_silent: bool,
    /// Whether the source, and whether the target, says nothing.
    pub blank: (bool, bool),
}

/// What becomes of a field of which that is known; where both sides changed it, as is decided.
pub(super) fn rule(known: Known, decided: impl FnOnce() -> Ruling) -> Ruling {
    match (known.moved, known.turned) {
        (Some(false), Some(false)) => Ruling::Rest,
        (Some(false), _) => Ruling::Leave,
        _ if known.is_held => Ruling::Agree,
        (Some(true), Some(false)) => {
            if known.is_silent {
                Ruling::Agree
            } else {
                Ruling::Carry
            }
        }
        (Some(true), Some(true)) => {
            if known.is_silent {
                Ruling::Leave
            } else {
                decided()
            }
        }
        // They meet for the first time: whoever says nothing has not contradicted.
        _ => match (known.is_silent || known.blank.0, known.blank.1) {
            (true, true) => Ruling::Agree,
            (true, false) => Ruling::Leave,
            (false, true) => Ruling::Carry,
            (false, false) => decided(),
        },
    }
}

/// What becomes of each twin of an item.
pub(super) fn rulings(
    seams: &Seams,
    active: &ActiveFlow,
    item: &Item,
    two_way: &TwoWay,
    observed: &Found,
) -> Vec<Ruling> {
    let twins = active.twins.iter().flat_map(|twins| &twins.fields);
    let of = |twin: &Twin| {
        rule(known(item, two_way, twin, observed), || match twin.conflict {
            Conflict::Source => Ruling::Carry,
            Conflict::Target => Ruling::Yield,
            Conflict::Ask => Ruling::Ask,
            Conflict::Latest => latest::decided(seams, active, item, two_way, twin, observed),
        })
    };
    twins.map(of).collect()
}

/// What becomes of each twin where a person took the source for right in all.
pub(super) fn all_ours(active: &ActiveFlow, item: &Item, observed: &Found) -> Vec<Ruling> {
    let twins = active.twins.iter().flat_map(|twins| &twins.fields);
    let is_held = |twin: &Twin| {
        let theirs = observed.body.get(&twin.there).unwrap_or(&Value::Null);
        item.document.get(&twin.there).is_none_or(|ours| holds(theirs, ours))
    };
    twins.map(|twin| if is_held(twin) { Ruling::Agree } else { Ruling::Carry }).collect()
}

fn known(item: &Item, two_way: &TwoWay, twin: &Twin, observed: &Found) -> Known {
    let nothing = Value::Null;
    let ours = item.document.get(&twin.there);
    let theirs = observed.body.get(&twin.there).unwrap_or(&nothing);
    Known {
        moved: two_way.moved(item, twin, &item.record),
        turned: two_way.turned(item, twin, observed),
        is_held: ours.is_some_and(|ours| holds(theirs, ours)),
        is_silent: ours.is_none(),
        blank: (ours.is_none_or(Value::is_blank), theirs.is_blank()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_goes_where_one_side_changed_it_and_is_decided_where_both_did() {
        let (yes, no) = (Some(true), Some(false));
        for (moved, turned, is_held, is_silent, blank, expected) in [
            (no, no, false, false, (false, false), Ruling::Rest),
            (yes, no, false, false, (false, false), Ruling::Carry),
            (yes, no, true, false, (false, false), Ruling::Agree),
            (no, yes, false, false, (false, false), Ruling::Leave),
            (yes, yes, true, false, (false, false), Ruling::Agree),
            (yes, yes, false, false, (false, false), Ruling::Ask),
            (yes, yes, false, true, (true, false), Ruling::Leave),
            (yes, no, false, true, (true, false), Ruling::Agree),
            (None, None, false, false, (false, false), Ruling::Ask),
            (None, None, true, false, (false, false), Ruling::Agree),
            (None, None, false, false, (false, true), Ruling::Carry),
            (None, None, false, true, (true, false), Ruling::Leave),
            (None, None, false, true, (true, true), Ruling::Agree),
        ] {
            let known = Known { moved, turned, is_held, is_silent, blank };
            assert_eq!(rule(known, || Ruling::Ask), expected, "{known:?}");
        }
    }
}
