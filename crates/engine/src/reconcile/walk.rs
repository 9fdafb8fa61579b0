//! Going over one side: counts by spans of time, divided where they differ, listed where that is no more than a few calls.

use std::time::Duration;

use contract::store::StoreError;
use model::reconciliation::{Run, RunState};
use model::{Cause, Timestamp};

use super::face::Face;
use super::known::Known;
use super::pass::Pass;
use super::spans::{Span, parts};
use super::{Trouble, listing};

/// What was compared before is counted in so many parts.
pub(super) const PARTS: usize = 16;
/// What is new since then is listed where that takes no more than so many calls, and else counted in so many parts.
const LISTED: usize = 20;
/// A deep run reads so many documents between two places at which it can be gone on with.
pub(super) const STRIDE: usize = 2_000;
/// A span of more documents than this many strides is divided before it is read.
pub(super) const MOST_STRIDES: u64 = 5;
/// How often a list is read that holds another number than was counted: somebody may be working on it.
pub(super) const LISTS: usize = 3;
/// More known documents without a known version than this are read anew, page by page.
const UNPLACED: usize = 500;
/// How far before the end of the last run the new begins: what was still to be read then, or was committed late.
const MARGIN: Duration = Duration::from_secs(900);

/// Holds one side against what is known of it, from where the run stands.
pub(super) async fn walk(pass: &mut Pass<'_>, face: &Face<'_>, bounds: Option<Span>) -> Result<(), Trouble> {
    let mut known = Known::load(pass.seams, &pass.pair, face.side, face.by_time).await?;
    let is_whole = pass.run.deep || known.unplaced.len() > UNPLACED;
    let population = known.total();
    let Some(whole) = bounds else { return Ok(()) };
    let rest = match pass.run.place.at {
        0 => Some(whole),
        at => (at < whole.to).then_some(Span { from: at.max(whole.from), to: whole.to }),
    };
    for (span, how) in cut(pass, face, &known, rest, is_whole).await? {
        go_over(pass, face, &mut known, span, Over { how, population }).await?;
        pass.count_calls(face);
        pass.reach(span.to + 1).await?;
    }
    // What was not met in any list, and is known without a version, is asked for by its id.
    if pass.run.since.is_none() {
        listing::ask_for_unplaced(pass, face, &mut known, population).await?;
        pass.count_calls(face);
    }
    Ok(())
}

/// How a part is gone over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// All is read.
    Whole,
    /// Listed, if that takes a few calls: a document that was changed twice within the part is in it before and after,
    /// and no count tells.
    Listed,
    /// Listed where it holds another number than is known.
    Counted,
}

#[derive(Clone, Copy)]
struct Over {
    how: How,
    /// How many documents are known.
    population: usize,
}

/// The parts of what is still to be gone over. Where the cuts are is left to chance: what one run does not tell from its
/// surroundings, the next one may.
async fn cut(
    pass: &Pass<'_>,
    face: &Face<'_>,
    known: &Known,
    rest: Option<Span>,
    is_whole: bool,
) -> Result<Vec<(Span, How)>, Trouble> {
    let Some(rest) = rest else { return Ok(Vec::new()) };
    if is_whole {
        let moments = known.moments(rest);
        let count = moments.len().div_ceil(STRIDE).max(1);
        return Ok(parts(rest, &moments, count, 0).into_iter().map(|span| (span, How::Whole)).collect());
    }
    let compared = compared_until(pass).await?.map(|until| (until - MARGIN).0);
    let (old, new) = match compared.and_then(|compared| rest.cut(compared)) {
        Some((old, new)) => (Some(old), Some(new)),
        None if compared.is_some_and(|compared| compared > rest.to) => (Some(rest), None),
        None => (None, Some(rest)),
    };
    let mut all = Vec::new();
    if let Some(old) = old {
        let moments = known.moments(old);
        let count = moments.len().div_ceil(few(face)).clamp(1, PARTS);
        let shift = pass.seams.chance.below(moments.len() as u64) as usize;
        all.extend(parts(old, &moments, count, shift).into_iter().map(|span| (span, How::Counted)));
    }
    if let Some(new) = new {
        all.extend(cut_new(pass, face, known, new));
    }
    Ok(all)
}

/// What is new since the last run: listed, where that takes a few calls. Where much was brought over since, that is
/// counted, and what came after all of it is listed.
fn cut_new(pass: &Pass<'_>, face: &Face<'_>, known: &Known, new: Span) -> Vec<(Span, How)> {
    let moments = known.moments(new);
    let Some(last) = moments.last().filter(|_| moments.len() > LISTED * face.page()) else {
        return vec![(new, How::Listed)];
    };
    let (known, tail) = match new.cut(last + 1_000) {
        Some((known, tail)) => (known, Some(tail)),
        None => (new, None),
    };
    let shift = pass.seams.chance.below(moments.len() as u64) as usize;
    let counted = parts(known, &moments, LISTED, shift).into_iter().map(|span| (span, How::Counted));
    counted.chain(tail.map(|tail| (tail, How::Listed))).collect()
}

/// Up to when the last run compared that went to its end.
async fn compared_until(pass: &Pass<'_>) -> Result<Option<Timestamp>, StoreError> {
    let runs = pass.seams.store.runs(Some(&pass.run.flow), RUNS).await?;
    let is_whole = |run: &&Run| run.state == RunState::Done && run.since.is_none();
    Ok(runs.iter().find(is_whole).map(|run| run.until))
}

/// Runs among which the last one is looked for that went to its end.
const RUNS: usize = 50;

/// So many documents are listed rather than counted on: that takes about two calls.
pub(super) fn few(face: &Face<'_>) -> usize {
    face.page() * 2
}

async fn go_over(
    pass: &mut Pass<'_>,
    face: &Face<'_>,
    known: &mut Known,
    span: Span,
    over: Over,
) -> Result<(), Trouble> {
    let mut spans = vec![(span, None)];
    while let Some((span, counted)) = spans.pop() {
        let theirs = match counted {
            Some(counted) => counted,
            None => face.count(span).await?,
        };
        let ours = known.count(span);
        let most = match over.how {
            How::Whole => STRIDE as u64 * MOST_STRIDES,
            How::Listed => (LISTED * face.page()) as u64,
            How::Counted => few(face) as u64,
        };
        let is_told = over.how == How::Counted || over.how == How::Listed && theirs > most;
        if theirs == ours && is_told {
            continue;
        }
        let cut = (theirs.max(ours) > most).then(|| divided(known, span)).flatten();
        match cut {
            Some((first, second)) => {
                let before = face.count(first).await?;
                spans.push((second, Some(theirs.saturating_sub(before))));
                spans.push((first, Some(before)));
            }
            None => list(pass, face, known, span, theirs, over).await?,
        }
    }
    Ok(())
}

/// In the middle of what is known; by time where nothing is known or all of it is of one second.
pub(super) fn divided(known: &Known, span: Span) -> Option<(Span, Span)> {
    known.middle(span).and_then(|middle| span.cut(middle)).or_else(|| span.halves())
}

/// A short list proves nothing: as many documents must have come as were counted, before or after.
async fn list(
    pass: &mut Pass<'_>,
    face: &Face<'_>,
    known: &mut Known,
    span: Span,
    counted: u64,
    over: Over,
) -> Result<(), Trouble> {
    let mut counted = counted;
    for _ in 0..LISTS {
        let documents = face.list(span, over.how == How::Whole).await?;
        let listed = documents.len() as u64;
        if listed != counted {
            counted = face.count(span).await?;
        }
        if listed == counted {
            listing::hold_against(
                pass,
                face,
                known,
                span,
                documents,
                (over.how == How::Whole, over.population),
            )
            .await?;
            // A part is gone over again after a restart, which finds the same.
            return pass.save_much().await;
        }
    }
    let cause =
        Cause::new("reconcile.short_list").with("object", face.object).with("connection", face.line.name());
    Err(Trouble::Short(cause.with("counted", counted)))
}
