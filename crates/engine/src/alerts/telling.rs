//! Who is told of what: once, gathered, and not at night.

use contract::store::{NewMessage, StoreError, Telling};
use jiff::tz::TimeZone;
use model::Timestamp;
use model::alert::{Alert, AlertPlan, Severity};

use super::message::{self, Links, Words};
use super::owners::{self, Case, Looked, Shares};
use super::story;
use crate::seams::Seams;
use crate::setup::Setup;

/// Tells what is to be told by now, as messages that wait to be sent: the receivers of alerts, and the owners of the
/// records that these are about.
pub(super) async fn tell(
    seams: &Seams,
    setup: &Setup,
    now: Timestamp,
    cases: Vec<Case>,
    looked: &mut Looked,
) -> Result<(), StoreError> {
    let plan = &*setup.alerts;
    if plan.receivers.is_empty() && plan.owners.is_empty() || is_gathering(seams, plan, now).await? {
        return Ok(());
    }
    let is_quiet = is_quiet(plan, now);
    let may_be_told = |alert: &Alert| !is_quiet || alert.seen.severity == Severity::Critical;
    let mut alerts = seams.store.untold().await?;
    alerts.retain(|alert| may_be_told(alert) && plan.receivers_of(alert).next().is_some());
    let shares = owners::untold(setup, &*seams.store, now, cases, may_be_told, looked).await?;
    if alerts.is_empty() && shares.is_empty() {
        return Ok(());
    }
    let mut telling = Telling { owners: owners::told(&shares), ..Telling::default() };
    for alert in &alerts {
        match alert.recovered {
            None => telling.begun.push(alert.id),
            Some(_) => telling.over.push(alert.id),
        }
    }
    let message = |receiver: &str, owner, Words { title, text, body }| NewMessage {
        receiver: receiver.to_owned(),
        owner,
        title,
        text,
        body,
    };
    for receiver in &plan.receivers {
        let is_told = |alert: &&Alert| plan.receivers_of(alert).any(|told| told.name == receiver.name);
        let told: Vec<&Alert> = alerts.iter().filter(is_told).collect();
        if !told.is_empty() {
            telling.messages.push(message(&receiver.name, None, message::of(&told, plan, &seams.catalogue)));
        }
    }
    let links = links(seams, plan, &shares, now).await?;
    for (owner, share) in &shares {
        let words = message::to_owner(share, plan, &seams.catalogue, &links);
        telling.messages.push(message(&share.name, Some(owner.clone()), words));
    }
    // Where somebody else told of one of them meanwhile, the rest is told at the next look.
    seams.store.tell(&telling, now).await.map(|_| ())
}

/// Where the story of each record is read, where the plan says how this server is reached.
async fn links(
    seams: &Seams,
    plan: &AlertPlan,
    shares: &Shares,
    now: Timestamp,
) -> Result<Links, StoreError> {
    let Some(base) = plan.link.as_ref().filter(|_| !shares.is_empty()) else { return Ok(Links::new()) };
    let records = shares.values().flat_map(|share| &share.cases).map(|(_, case)| case.record);
    let tokens = story::tokens(seams, records, now + plan.link_for).await?;
    Ok(tokens.into_iter().map(|(record, token)| (record, format!("{base}/story/{token}"))).collect())
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
