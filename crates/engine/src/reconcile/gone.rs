//! Documents that are not there any more: no list showed them, and asked for by their id they were absent.

use contract::store::Paired;
use model::reconciliation::{Found as Difference, Kind, Known as Named, Origin, Side};
use model::task::State;
use model::{Cause, Hash};

use super::Trouble;
use super::listing::Pairs;
use super::pass::Pass;
use super::there::{rests, source_of, was_just_settled};

/// So many may always be gone …
const A_HANDFUL: u64 = 3;
/// … and no more than so many, or than one in a hundred, before a person is asked.
const MOST: u64 = 20;

/// Judges documents of one side that are gone. Where the population is told they count as news, and more than is likely
/// stops the run.
///
/// # Errors
/// [`Trouble::Much`], and then nothing of them is kept.
pub(super) async fn gone(
    pass: &mut Pass<'_>,
    side: Side,
    ids: &[String],
    pairs: &Pairs,
    population: Option<usize>,
) -> Result<(), Trouble> {
    for id in ids {
        let Some(pair) = pairs.get(id) else {
            // It stood for nothing.
            pass.forget(side, id);
            pass.agrees(side.into(), id);
            continue;
        };
        if !rests(pair) || was_just_settled(pass, pair).await? {
            continue;
        }
        pass.sight(side, id, None);
        match difference(side, id, pair) {
            Some(difference) => {
                pass.differs(difference);
                if let Some(population) = population {
                    count(pass, side, population as u64)?;
                }
            }
            None => pass.agrees(side.into(), id),
        }
    }
    Ok(())
}

fn count(pass: &mut Pass<'_>, side: Side, population: u64) -> Result<(), Trouble> {
    pass.run.sum.gone += 1;
    let gone = pass.run.sum.gone;
    match is_much(gone, population) && !pass.run.place.goes_on {
        true => {
            let cause = Cause::new("reconcile.much_is_gone").with("side", side.name()).with("count", gone);
            Err(Trouble::Much(cause.with("population", population)))
        }
        false => Ok(()),
    }
}

/// Whether so many of a population are more than is likely to be gone.
pub(super) fn is_much(gone: u64, population: u64) -> bool {
    gone > MOST || gone > A_HANDFUL && gone * 100 > population
}

/// What a document that is gone means for its pair; `None` where nothing is missed: the other side is void, or not
/// there either.
fn difference(side: Side, id: &str, pair: &Paired) -> Option<Difference> {
    let link = pair.link.as_ref().filter(|link| link.target_id.is_some())?;
    if pair.record.as_ref().is_some_and(|record| record.void) {
        return None;
    }
    let is_brought_over = pair.task.as_ref().is_none_or(|task| task.state == State::Synced);
    if !is_brought_over {
        return None;
    }
    let target_id = link.target_id.clone()?;
    let target = Named { id: target_id, number: link.target_number.clone(), name: None };
    let source = pair.record.as_ref().map_or(Hash(0), |record| record.hash);
    let (kind, cause) = match side {
        Side::Here => (Kind::OnlyThere, Cause::new("reconcile.gone_here").with("id", id)),
        Side::There => (Kind::OnlyHere, Cause::new("reconcile.gone_there").with("id", id)),
    };
    Some(Difference {
        origin: Origin::from(side),
        kind,
        source: source_of(pair, link),
        target: Some(target),
        fields: Vec::new(),
        cause: Some(cause),
        standing: Hash::of_text(&format!("gone {}\u{1f}{source}", side.name())),
    })
}
