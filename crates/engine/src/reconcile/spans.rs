//! Spans of time, closed on both ends and of whole seconds: the finest that every system counts exactly.

use model::Timestamp;

/// From `….000` to `….999`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub from: i64,
    pub to: i64,
}

const SECOND: i64 = 1_000;

impl Span {
    /// Between two moments; `None` where there is no whole second.
    pub fn between(from: Timestamp, until: Timestamp) -> Option<Span> {
        let from = from.0.max(0).div_euclid(SECOND) * SECOND;
        let to = (until.0 + 1).div_euclid(SECOND) * SECOND - 1;
        (from < to).then_some(Span { from, to })
    }

    pub fn holds(&self, version: i64) -> bool {
        (self.from..=self.to).contains(&version)
    }

    /// Both parts of a span that is cut before that moment; `None` where one of them would be empty.
    pub fn cut(&self, at: i64) -> Option<(Span, Span)> {
        let at = at.div_euclid(SECOND) * SECOND;
        (self.from < at && at <= self.to)
            .then_some((Span { to: at - 1, ..*self }, Span { from: at, ..*self }))
    }

    /// Both halves by time.
    pub fn halves(&self) -> Option<(Span, Span)> {
        let middle = self.from + (self.to - self.from) / 2 + SECOND - 1;
        self.cut(middle)
    }
}

/// The span in parts, each with about as many of these moments (which are in order) as the others. `shift` moves all cuts
/// back by so many moments in `parts`, at most by a whole part.
pub(super) fn parts(span: Span, moments: &[i64], parts: usize, shift: usize) -> Vec<Span> {
    let (mut cut, mut rest) = (Vec::new(), span);
    for part in 1..parts {
        let Some(at) = moments.get((moments.len() * part).saturating_sub(shift) / parts) else { break };
        if let Some((before, behind)) = rest.cut(*at) {
            cut.push(before);
            rest = behind;
        }
    }
    cut.push(rest);
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: i64, to: i64) -> Span {
        Span { from, to }
    }

    #[test]
    fn spans_are_of_whole_seconds_and_follow_each_other() {
        assert_eq!(Span::between(Timestamp(1_500), Timestamp(4_200)), Some(span(1_000, 3_999)));
        assert_eq!(Span::between(Timestamp(1_500), Timestamp(1_600)), None);
        assert_eq!(span(0, 9_999).halves(), Some((span(0, 4_999), span(5_000, 9_999))));
        assert_eq!(span(0, 1_999).halves(), Some((span(0, 999), span(1_000, 1_999))));
        assert_eq!(span(1_000, 1_999).halves(), None, "one second is not cut");
        assert_eq!(span(1_000, 1_999).cut(1_700), None);
    }

    #[test]
    fn parts_hold_about_as_much_each_and_all_of_it_together() {
        let moments: Vec<i64> = (0..100).map(|n| n * 1_000).collect();
        let cut = parts(span(0, 99_999), &moments, 4, 0);
        assert_eq!(cut, [span(0, 24_999), span(25_000, 49_999), span(50_000, 74_999), span(75_000, 99_999)]);
        let shifted = parts(span(0, 99_999), &moments, 4, 40);
        assert_eq!(shifted[0], span(0, 14_999));
        assert_eq!(shifted.last(), Some(&span(65_000, 99_999)));
        let at_once = vec![5_000; 100];
        assert_eq!(parts(span(0, 9_999), &at_once, 4, 0), [span(0, 4_999), span(5_000, 9_999)]);
        assert_eq!(parts(span(0, 9_999), &[], 4, 0), [span(0, 9_999)]);
    }
}
