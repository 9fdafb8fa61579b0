//! Two records of the source that lead to one document of the target: the first keeps it, the second asks a person.

use contract::store::StoreError;
use model::Cause;
use model::record::RecordKey;
use model::step::Action;

use super::item::Item;
use super::voided;
use crate::seams::Seams;

/// Ends an item whose target is another record's. What it derived may still come: a change of the record must not derive
/// it again. One that is void has no document of its own then.
pub(super) async fn end_as_taken(
    seams: &Seams,
    item: &mut Item<'_>,
    other: &RecordKey,
) -> Result<(), StoreError> {
    if item.void.is_some() && item.linked_id().is_none() {
        voided::pass_over(item);
        return Ok(());
    }
    let known = seams.store.find(std::slice::from_ref(other)).await?.into_iter().flatten().next();
    let number = known.and_then(|record| record.number);
    let cause = cause(item, &named(number.as_deref(), &other.id));
    let intent = item.due.intent.as_ref().filter(|intent| intent.step.action == Action::Derive);
    match intent.map(|intent| intent.link) {
        Some(link) => item.fail_in_doubt(link, cause),
        None => item.fail(cause),
    }
    Ok(())
}

fn cause(item: &Item, other: &str) -> Cause {
    let record = &item.due.record;
    let target = item.target_number.clone().or_else(|| item.target_id.clone());
    let observed = item.observed.as_ref().map(|found| found.number.clone().unwrap_or(found.id.clone()));
    Cause::new("engine.taken")
        .with("target", target.or(observed).unwrap_or_default())
        .with("object", &record.key.object)
        .with("record", named(record.number.as_deref(), &record.key.id))
        .with("other", other)
}

/// Both may have one number, so the id tells them apart.
fn named(number: Option<&str>, id: &str) -> String {
    match number.filter(|number| *number != id) {
        Some(number) => format!("{number} ({id})"),
        None => id.to_owned(),
    }
}
