//! Windows of a walk: fixed while it lasts, closed on both ends, overlapping the one before.
//!
//! A window reaches to now, so that changes arrive soon; the next one begins `overlap` before its end, so the place
//! behind which nothing is ever read again never passes `now − overlap`. What becomes visible late, or was stamped by
//! a clock behind ours, is read as long as it is less than `overlap` late.

use std::time::Duration;

use contract::store::{Cursor, Walk};
use model::Timestamp;

/// The window to be read now: the one under way, or the next.
pub fn window(walk: Walk, last: Option<&Cursor>, now: Timestamp, overlap: Duration) -> Cursor {
    match (walk, last) {
        (_, Some(last)) if !last.finished => last.clone(),
        (Walk::History, _) => fresh(Timestamp(0), now),
        (Walk::Changes | Walk::Open, Some(last)) => fresh(last.to - overlap, now.max(last.to)),
        (Walk::Changes | Walk::Open, None) => fresh(now - overlap, now),
    }
}

/// The cursor after a page.
pub fn advanced(window: &Cursor, next: Option<String>) -> Cursor {
    Cursor { finished: next.is_none(), after: next, ..window.clone() }
}

fn fresh(from: Timestamp, to: Timestamp) -> Cursor {
    Cursor { from, to, after: None, finished: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OVERLAP: Duration = Duration::from_secs(60);

    #[test]
    fn a_window_is_fixed_while_it_is_read_and_the_next_overlaps_it() {
        let first = window(Walk::Changes, None, Timestamp(1_000_000), OVERLAP);
        assert_eq!((first.from, first.to), (Timestamp(940_000), Timestamp(1_000_000)));
        let half = advanced(&first, Some("id7".into()));
        assert_eq!(window(Walk::Changes, Some(&half), Timestamp(1_500_000), OVERLAP), half);
        let whole = advanced(&half, None);
        let second = window(Walk::Changes, Some(&whole), Timestamp(2_000_000), OVERLAP);
        assert_eq!((second.from, second.to), (Timestamp(940_000), Timestamp(2_000_000)));
    }

    #[test]
    fn a_clock_that_went_back_never_moves_the_window_back() {
        let read = Cursor { from: Timestamp(0), to: Timestamp(9_000_000), after: None, finished: true };
        let next = window(Walk::Changes, Some(&read), Timestamp(8_000_000), OVERLAP);
        assert_eq!((next.from, next.to), (Timestamp(8_940_000), Timestamp(9_000_000)));
    }
}
