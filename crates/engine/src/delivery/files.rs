//! The files of a record (附件): a task of their own beside the delivery, which it raises when it ends well and the record
//! has files that the document has not. Their failure never undoes the document, nor holds it back.
//!
//! Which files were brought is kept with the link, by their handles of both sides. A file goes out as a document does:
//! behind a stored intent, and after a lost answer it is looked for until the settle window has passed ([`look`]). What is
//! at the target and not ours stays, and so does what was taken away at the source: nothing is ever removed.

mod carry;
mod intent;
mod look;
mod places;
mod wanted;
mod wave;

use contract::store::StoreError;
use model::task::State;

use super::item::{Item, Verdict};
use super::prepare::prepare;
use super::settle::settle;
use crate::lane::Work;
use crate::seams::Seams;
use crate::setup::ActiveFlow;

use self::wanted::Known;
pub(crate) use self::wanted::Wanted;

/// Marks the items whose document is there and whose record has files that it has not: their delivery raises the task
/// that brings them.
pub(super) async fn note_wanted(
    seams: &Seams,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<(), StoreError> {
    if active.flow().files.is_empty() {
        return Ok(());
    }
    let is_through = |item: &Item| {
        item.verdict.as_ref().is_some_and(|verdict| verdict.state == State::Synced) && item.void.is_none()
    };
    let places: Vec<usize> = (0..items.len())
        .filter(|&at| is_through(&items[at]) && !active.compiled.files(&items[at].record).is_empty())
        .collect();
    let asked: Vec<&Item> = places.iter().map(|&at| &items[at]).collect();
    let known = Known::of(seams, active, &asked).await?;
    let wants: Vec<bool> = asked
        .iter()
        .zip(&known)
        .map(|(item, known)| !known.wanted(active, &item.record).is_empty())
        .collect();
    for (at, wants) in places.into_iter().zip(wants) {
        items[at].wants_files = wants;
    }
    Ok(())
}

/// The files that would be brought over, for each item in order.
pub(crate) async fn would_bring(
    seams: &Seams,
    active: &ActiveFlow,
    items: &[Item<'_>],
) -> Result<Vec<Vec<Wanted>>, StoreError> {
    let asked: Vec<&Item> = items.iter().collect();
    let known = Known::of(seams, active, &asked).await?;
    let of_item = |(item, known): (&Item, &Known)| match item.verdict.as_ref().map(|verdict| verdict.state) {
        None | Some(State::Synced) if item.void.is_none() => known.wanted(active, &item.record),
        _ => Vec::new(),
    };
    Ok(items.iter().zip(&known).map(of_item).collect())
}

/// Takes tasks of files all the way.
pub(super) async fn run(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<(), StoreError> {
    let mut calls = look::resolve_open(work, active, items).await?;
    calls.extend(prepare(work.seams, active, items).await?);
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        // Without a document there is nowhere to hang them; its delivery raises them again. What is void takes none.
        if item.linked_id().is_none() || item.void.is_some() {
            item.end(Verdict::new(State::Synced).done(item.revision()));
        }
    }
    calls.extend(carry::carry(work, active, items).await?);
    settle(work, active, items, calls).await
}
