//! A history load by condition: what changed in a span and meets it. The source is asked for as much of the condition as its
//! connector can put into a filter; the rest is looked at here, and counted either way.

use contract::connector::{Found, PageAsk, Refusal};
use mapping::Condition;
use model::job::Progress;
use model::{AnswerClass, Cause, Timestamp, Value};

use super::{NotDone, Slice};
use crate::by_hand::{self, Named};
use crate::reading::ObjectReading;
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// How a place is marked from which on the source is not asked by the condition: it refused that.
const WHOLE: &str = "whole:";
const NARROWED: &str = "narrowed:";

/// Reads the next page of the span and brings in what meets the condition.
pub(super) async fn page(
    seams: &Seams,
    active: &ActiveFlow,
    reading: &ObjectReading,
    (condition, from, to): (&str, Timestamp, Timestamp),
    before: Progress,
) -> Result<Slice, NotDone> {
    super::check_condition(condition).map_err(NotDone::Broken)?;
    let unreadable = || NotDone::Broken(Cause::new("engine.condition_unreadable"));
    let condition = Condition::read(condition).map_err(|_| unreadable())?;
    let extra: Vec<String> =
        condition.fields().into_iter().filter(|field| !reading.fields.contains(field)).collect();
    let fields: Vec<String> = reading.fields.iter().chain(&extra).cloned().collect();
    let is_whole = before.place.as_ref().is_some_and(|place| place.starts_with(WHOLE));
    let after = before.place.as_deref().and_then(|place| place.split_once(':')).map(|(_, after)| after);
    let narrowed = match is_whole {
        true => None,
        false => reading.line.connector.narrowed(reading.filter.as_deref(), &condition.equalities()),
    };
    let ask = PageAsk {
        fields: &fields,
        filter: narrowed.as_deref().or(reading.filter.as_deref()),
        ..by_hand::span(reading, from, to, after.filter(|after| !after.is_empty()))
    };
    let read = match reading.page_now(&ask).await {
        Ok(read) => read,
        // It does not take this field in a filter: everything is read, and looked at here.
        Err(refusal) if narrowed.is_some() && before.place.is_none() && is_about_the_filter(&refusal) => {
            return Ok(Slice::Further(Progress { place: Some(WHOLE.to_owned()), ..before }));
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let (seen, next) = (read.found.len() as u64, read.next);
    let meant = meant(&condition, read.found)?;
    let moved = meant.len() as u64;
    let found = match extra.is_empty() || meant.is_empty() {
        true => meant,
        // What was read for the condition alone is no part of the record as it is stored.
        false => {
            let ids: Vec<String> = meant.into_iter().map(|found| found.id).collect();
            reading.read_now(&ids).await?
        }
    };
    by_hand::take_in(seams, active, reading, found, Named::ByRule).await?;
    let mark = if narrowed.is_some() { NARROWED } else { WHOLE };
    let goes_on = next.is_some();
    let progress = Progress {
        seen: before.seen + seen,
        moved: before.moved + moved,
        of: before.of,
        place: next.map(|next| format!("{mark}{next}")),
    };
    Ok(if goes_on { Slice::Further(progress) } else { Slice::Ended(progress) })
}

fn is_about_the_filter(refusal: &Refusal) -> bool {
    matches!(refusal.class, AnswerClass::Rejected | AnswerClass::Config)
}

/// Those that meet the condition. One of which it cannot be said stops the job and is named: whoever asked has to say what
/// they mean.
fn meant(condition: &Condition, found: Vec<Found>) -> Result<Vec<Found>, NotDone> {
    let mut meant = Vec::with_capacity(found.len());
    for found in found {
        match condition.holds(&Value::Map(found.body.borrow())) {
            Ok(true) => meant.push(found),
            Ok(false) => {}
            Err(cause) => {
                let told = found.number.as_ref().unwrap_or(&found.id);
                let cause = Cause::new("engine.condition_fails").with("number", told).because(&cause);
                return Err(NotDone::Broken(cause));
            }
        }
    }
    Ok(meant)
}
