//! The arrows *scope* and *map*'s beginning: reads the record, sees whether it is void or out of scope.

use contract::store::StoreError;
use model::attempt::CallRecord;
use model::flow::Mode;
use model::task::State;
use model::{Cause, json};

use super::hooks;
use super::item::{Item, Verdict};
use super::voided;
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// Reads each record and its link; ends those that are out of scope, cannot be read, or are void without anything to
/// do about it. Gives the calls that functions made.
pub(crate) async fn prepare(
    seams: &Seams,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
) -> Result<Vec<CallRecord>, StoreError> {
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        match json::read(&item.due.record.body) {
            Ok(record) => item.record = record,
            Err(error) => item.fail(Cause::new("engine.unreadable_record").with("reason", error)),
        }
    }
    if active.flow().mode == Mode::Document {
        read_links(seams, active, items).await?;
    }
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        match item.due.record.void {
            true => voided::leave(active, item),
            false => scope(active, item),
        }
    }
    Ok(hooks::before_mapping(seams, active, items).await)
}

async fn read_links(seams: &Seams, active: &ActiveFlow, items: &mut [Item<'_>]) -> Result<(), StoreError> {
    let sides = items.iter().map(|item| active.link_side(item.record_key())).collect::<Vec<_>>();
    let links = seams.links_of(&sides).await?;
    for (item, link) in items.iter_mut().zip(links) {
        item.link = link;
    }
    Ok(())
}

fn scope(active: &ActiveFlow, item: &mut Item) {
    match active.compiled.scope(&item.record) {
        Ok(true) => {}
        Ok(false) => {
            let cause = Cause::new("engine.out_of_scope");
            let done = item.revision();
            item.end(Verdict::new(State::Skipped).because(cause).done(done));
        }
        Err(cause) => item.fail(cause),
    }
}
