//! Who is told of what: once, gathered, and not at night.

use contract::store::{NewMessage, StoreError, Telling};
use jiff::tz::TimeZone;
use model::Timestamp;
use model::alert::{Alert, AlertPlan, Severity};

use super::message;
use crate::seams::Seams;

/// Tells what is to be told by now, as messages that wait to be sent.
pub(super) async fn tell(seams: &Seams, plan: &AlertPlan, now: Timestamp) -> Result<(), StoreError> {
    if plan.receivers.is_empty() {
        return Ok(());
    }
    let mut alerts = seams.store.untold().await?;
    let is_quiet = is_quiet(plan, now);
    alerts.retain(|alert| {
        (!is_quiet || alert.seen.severity == Severity::Critical) && plan.receivers_of(alert).next().is_some()
    });
    if alerts.is_empty() || is_gathering(seams, plan, now).await? {
        return Ok(());
    }
    let mut telling = Telling::default();
    for alert in &alerts {
        match alert.recovered {
            None => telling.begun.push(alert.id),
            Some(_) => telling.over.push(alert.id),
        }
    }
    for receiver in &plan.receivers {
        let is_told = |alert: &&Alert| plan.receivers_of(alert).any(|told| told.name == receiver.name);
        let told: Vec<&Alert> = alerts.iter().filter(is_told).collect();
        if !told.is_empty() {
            let message::Words { title, text, body } = message::of(&told, plan, &seams.catalogue);
            telling.messages.push(NewMessage { receiver: receiver.name.clone(), title, text, body });
        }
    }
    // Where somebody else told of one of them meanwhile, the rest is told at the next look.
    seams.store.tell(&telling, now).await.map(|_| ())
}

/// Whether people were told of something so lately that the rest is gathered.
async fn is_gathering(seams: &Seams, plan: &AlertPlan, now: Timestamp) -> Result<bool, StoreError> {
    let last = seams.store.last_telling().await?;
    // A clock that was set back keeps nothing from being told.
    Ok(last.is_some_and(|last| last <= now && now < last + plan.window))
}

fn is_quiet(plan: &AlertPlan, now: Timestamp) -> bool {
    let Some(quiet) = plan.quiet else { return false };
    let zone = TimeZone::get(&plan.zone).unwrap_or(TimeZone::UTC);
    let Ok(at) = jiff::Timestamp::from_millisecond(now.0) else { return false };
    let time = at.to_zoned(zone).time();
    let minute = u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs());
    quiet.holds(minute)
}
