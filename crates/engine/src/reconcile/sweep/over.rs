//! Going over an object: parts that are counted, divided where the number is another than is known, and listed in the end.

use model::Cause;

use super::super::Trouble;
use super::super::known::Known;
use super::super::spans::{Span, parts};
use super::super::walk::{LISTS, MOST_STRIDES, PARTS, STRIDE, divided, few};
use super::bounds::Bounds;
use super::hold::{self, Part};
use super::pass::Pass;

/// From where the sweep stands to its end.
pub(super) async fn all(pass: &mut Pass<'_>, bounds: Bounds) -> Result<(), Trouble> {
    let mut known = Known::swept(pass.seams, pass.of(), pass.face.by_time).await?;
    let population = known.total();
    if let Some(whole) = Span::between(bounds.since, pass.sweep.until) {
        let rest = match pass.sweep.place.at {
            0 => Some(whole),
            at => (at < whole.to).then_some(Span { from: at.max(whole.from), to: whole.to }),
        };
        for span in rest.into_iter().flat_map(|rest| cut(pass, &known, rest)).collect::<Vec<_>>() {
            go_over(pass, &mut known, span, population).await?;
            pass.reach(span.to + 1).await?;
        }
    }
    hold::unplaced(pass, &known, population).await
}

/// The parts of what is still to be gone over. Where the cuts are is left to chance: what one sweep does not tell from its
/// surroundings, the next one may.
fn cut(pass: &Pass<'_>, known: &Known, rest: Span) -> Vec<Span> {
    // What has no time of change is in no span: it is listed whole.
    if !pass.face.by_time {
        return vec![rest];
    }
    let moments = known.moments(rest);
    if pass.sweep.deep {
        return parts(rest, &moments, moments.len().div_ceil(STRIDE).max(1), 0);
    }
    let count = moments.len().div_ceil(few(pass.face)).clamp(1, PARTS);
    let shift = pass.seams.chance.below(moments.len() as u64) as usize;
    // Nothing is known to lie behind the last of them: what does is a part of its own, where a record shows that moved
    // there and was not read since.
    match moments.last().and_then(|last| rest.cut(last + 1_000)) {
        Some((known, behind)) => parts(known, &moments, count, shift).into_iter().chain([behind]).collect(),
        None => parts(rest, &moments, count, shift),
    }
}

async fn go_over(
    pass: &mut Pass<'_>,
    known: &mut Known,
    span: Span,
    population: usize,
) -> Result<(), Trouble> {
    let is_timeless = !pass.face.by_time;
    let is_listed = pass.sweep.deep || is_timeless;
    let most = match is_listed {
        true => STRIDE as u64 * MOST_STRIDES,
        false => few(pass.face) as u64,
    };
    let mut spans = vec![(span, None)];
    while let Some((span, counted)) = spans.pop() {
        pass.heed_quota()?;
        let theirs = match counted {
            Some(counted) => counted,
            None => pass.face.count(span).await?,
        };
        let ours = known.count(span);
        if theirs == ours && !is_listed {
            pass.sweep.sum.there += theirs;
            pass.sweep.sum.here += ours;
            continue;
        }
        let cut = (theirs.max(ours) > most && !is_timeless).then(|| divided(known, span)).flatten();
        match cut {
            Some((first, second)) => {
                let before = pass.face.count(first).await?;
                spans.push((second, Some(theirs.saturating_sub(before))));
                spans.push((first, Some(before)));
            }
            None => {
                list(pass, known, Part { span, population, is_timeless }, theirs).await?;
                // Spans are gone over in the order of time.
                if pass.holds_much() && !is_timeless {
                    pass.reach(span.to + 1).await?;
                }
            }
        }
    }
    Ok(())
}

/// A short list proves nothing: as many ids must have come as were counted, before or after.
async fn list(pass: &mut Pass<'_>, known: &mut Known, part: Part, counted: u64) -> Result<(), Trouble> {
    let mut counted = counted;
    for _ in 0..LISTS {
        let listed = pass.face.list(part.span, false).await?;
        if listed.len() as u64 != counted {
            counted = pass.face.count(part.span).await?;
        }
        if listed.len() as u64 == counted {
            return hold::against(pass, known, part, listed).await;
        }
    }
    let cause = Cause::new("sweep.short_list").with("connection", &pass.of().0);
    Err(Trouble::Short(cause.with("object", &pass.of().1).with("counted", counted)))
}
