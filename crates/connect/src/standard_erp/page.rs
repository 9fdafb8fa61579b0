//! Walking over a window of any size: in spans that are small enough to be read whole.
//!
//! Where the walk stands is a time, so that a page which cannot be read is asked for again as it was.

use contract::connector::{Found, Page, PageAsk, Refusal};
use model::Timestamp;
use model::object::{Object, Part};

use super::call::Api;
use super::record;
use super::request::Ask;
use super::window::{self, Sizes, Span};

/// Records that a span may have before it is divided.
const HELD: usize = 2_000;
/// Times of change that are not told apart: spans end between seconds.
const SECOND: i64 = 1_000;

/// Where a walk stands: the beginning of what is still to be read, and the length of the span that was read last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stand {
    from: Timestamp,
    length: i64,
}

impl Stand {
    /// `1780185600000/60000`; the whole window where the walk begins.
    fn of(after: Option<&str>, window: Span) -> Stand {
        let read = |text: &str| {
            let (from, length) = text.split_once('/')?;
            let (from, length) = (from.parse().ok()?, length.parse::<i64>().ok()?);
            (window.from.0..=window.to.0).contains(&from).then_some(Stand { from: Timestamp(from), length })
        };
        after.and_then(read).unwrap_or(Stand { from: window.from, length: i64::MAX })
    }

    /// What follows a span that was read: twice as much may go at once.
    fn behind(span: Span) -> Stand {
        let length = (span.to.0 - span.from.0 + 1).saturating_mul(2);
        Stand { from: Timestamp(span.to.0 + 1), length }
    }

    fn text(self) -> String {
        format!("{}/{}", self.from.0, self.length)
    }
}

/// Everything that changed in the next span of the window.
pub(super) async fn page(api: &Api<'_>, object: &Object, ask: &PageAsk<'_>) -> Result<Page, Refusal> {
    let window = Span { from: ask.from, to: ask.to };
    let mut stand = Stand::of(ask.after, window);
    let (span, found) = loop {
        let (span, found) = next(api, object, window, stand, ask.size.max(1)).await?;
        if !found.is_empty() || span.to >= window.to {
            break (span, found);
        }
        stand = Stand::behind(span);
    };
    let found =
        found.into_iter().map(|found| record::keep(&api.settings, object, ask.fields, found)).collect();
    let next = (span.to < window.to).then(|| Stand::behind(span).text());
    Ok(Page { found, next })
}

/// Every record of a window, given to `take` span by span; `false` from it ends the walk.
pub(super) async fn walk(
    api: &Api<'_>,
    object: &Object,
    window: Span,
    size: usize,
    take: &mut (dyn FnMut(Vec<Found>) -> bool + Send),
) -> Result<(), Refusal> {
    let mut stand = Stand::of(None, window);
    loop {
        let (span, found) = next(api, object, window, stand, size).await?;
        if !take(found) || span.to >= window.to {
            return Ok(());
        }
        stand = Stand::behind(span);
    }
}

/// Reads the span that begins where the walk stands, halved until it is small enough.
async fn next(
    api: &Api<'_>,
    object: &Object,
    window: Span,
    stand: Stand,
    page: usize,
) -> Result<(Span, Vec<Found>), Refusal> {
    let mut to = Timestamp(window.to.0.min(stand.from.0.saturating_add(stand.length.max(1) - 1)));
    loop {
        let span = Span { from: stand.from, to };
        let half = half(span);
        let most = half.map(|_| HELD);
        match (window::read(api, object, span, Sizes { page, most }).await?, half) {
            (Some(found), _) => return Ok((span, found)),
            (None, Some(half)) => to = half,
            // Without a bound everything is held.
            (None, None) => return Err(contract::connector::unsupported("page")),
        }
    }
}

/// The last millisecond of the second in the middle of a span; `None` where it cannot be divided.
fn half(span: Span) -> Option<Timestamp> {
    let middle = span.from.0 + (span.to.0 - span.from.0) / 2;
    let end = middle.div_euclid(SECOND) * SECOND + SECOND - 1;
    (end < span.to.0).then_some(Timestamp(end))
}

/// How many records changed in the span, by the system's own word.
pub(super) async fn count(api: &Api<'_>, object: &Object, span: Span) -> Result<u64, Refusal> {
    let ask = Ask::Batch { from: span.from, to: span.to, offset: 0, limit: 1 };
    let Some(data) = api.ask(object, &ask).await? else { return Ok(0) };
    // Where lines of bills are the records, its word is about bills.
    if let Some(total) = record::total(&data).filter(|_| object.part == Part::Bill) {
        return Ok(total);
    }
    let mut count = 0;
    walk(api, object, span, 100, &mut |found| {
        count += found.len() as u64;
        true
    })
    .await?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: i64, to: i64) -> Span {
        Span { from: Timestamp(from), to: Timestamp(to) }
    }

    #[test]
    fn a_span_is_divided_between_seconds_and_never_within_one() {
        assert_eq!(half(span(0, 9_999)), Some(Timestamp(4_999)));
        assert_eq!(half(span(1_500, 3_200)), Some(Timestamp(2_999)));
        assert_eq!(half(span(1_000, 1_999)), None);
        assert_eq!(half(span(7, 7)), None);
    }

    #[test]
    fn where_a_walk_stands_is_read_again_and_nonsense_begins_anew() {
        let window = span(1_000, 9_000);
        let stand = Stand { from: Timestamp(5_000), length: 2_000 };
        assert_eq!(Stand::of(Some(&stand.text()), window), stand);
        for text in ["", "5000", "5000/x", "9999999/1", "1/1"] {
            assert_eq!(Stand::of(Some(text), window).from, window.from, "{text}");
        }
    }
}
