//! Sending what waits: each message once. What certainly did not arrive is sent again for a while; what may have
//! arrived is not.

use std::time::Duration;

use contract::connector::{Bulletin, Notice, Refusal};
use contract::store::{MessageMove, StoreError};
use model::alert::{AlertMessage, MessageState, Receiver};
use model::{AnswerClass, Cause, ConnectionName, Timestamp};

use super::message;
use crate::seams::Seams;
use crate::setup::Setup;

/// When a message that did not arrive is sent again; then it is given up.
const AGAIN: [Duration; 6] = [
    Duration::from_secs(60),
    Duration::from_secs(300),
    Duration::from_secs(900),
    Duration::from_secs(3600),
    Duration::from_secs(4 * 3600),
    Duration::from_secs(12 * 3600),
];

/// Sends the messages that are due.
pub(super) async fn send(seams: &Seams, setup: &Setup) -> Result<(), StoreError> {
    for message in seams.store.unsent(seams.clock.now()).await? {
        let moved = |state, due, cause| MessageMove { state, due, tries: message.tries + 1, cause };
        // From here on it may have gone out: whoever finds it so later does not send it again.
        let sending = moved(MessageState::Sending, message.due, None);
        if !seams.store.move_message(message.id, MessageState::Waiting, &sending).await? {
            continue;
        }
        let outcome = deliver(setup, &message).await;
        let to = match outcome {
            Ok(()) => moved(MessageState::Sent, message.due, None),
            Err(refusal) => {
                let code = &refusal.cause.code;
                tracing::warn!(receiver = %message.receiver, %code, "an alert did not go out");
                let (state, due) = next(&refusal, message.tries, seams.clock.now());
                let cause = match refusal.class {
                    AnswerClass::Unknown => Cause::new("alert.perhaps_sent").because(&refusal.cause),
                    _ => refusal.cause,
                };
                moved(state, due.unwrap_or(message.due), Some(cause))
            }
        };
        seams.store.move_message(message.id, MessageState::Sending, &to).await?;
    }
    Ok(())
}

/// What becomes of a message that was refused, and when it is sent again.
fn next(refusal: &Refusal, tries: u32, now: Timestamp) -> (MessageState, Option<Timestamp>) {
    let passes =
        matches!(refusal.class, AnswerClass::Transient | AnswerClass::Auth | AnswerClass::Throttled(_));
    match AGAIN.get(tries as usize).filter(|_| passes) {
        Some(wait) => (MessageState::Waiting, Some(now + *wait)),
        None => (MessageState::Failed, None),
    }
}

async fn deliver(setup: &Setup, message: &AlertMessage) -> Result<(), Refusal> {
    let words = (&*message.title, &*message.text, &*message.body);
    if let Some(owner) = &message.owner {
        let users = std::slice::from_ref(&owner.person);
        return announce(setup, &owner.connection, To { users, ..To::default() }, words).await;
    }
    let receiver = setup.alerts.receivers.iter().find(|receiver| receiver.name == message.receiver);
    let gone = || Refusal::from(Cause::new("alert.no_receiver").with("name", &message.receiver));
    let receiver = receiver.ok_or_else(gone)?;
    announce(setup, &receiver.connection, To::of(receiver), words).await
}

/// Who of a system is told.
#[derive(Default)]
struct To<'a> {
    users: &'a [String],
    mobiles: &'a [String],
    emails: &'a [String],
}

impl To<'_> {
    fn of(receiver: &Receiver) -> To<'_> {
        let Receiver { users, mobiles, emails, .. } = receiver;
        To { users, mobiles, emails }
    }
}

/// Tells people through a connection.
async fn announce(
    setup: &Setup,
    connection: &ConnectionName,
    To { users, mobiles, emails }: To<'_>,
    (title, text, body): (&str, &str, &str),
) -> Result<(), Refusal> {
    let bulletin = Bulletin { title, text, body, users, mobiles, emails };
    let line = setup.lines.get(connection);
    let announcement = line.and_then(|line| Some((line, line.connector.announcement(&bulletin)?)));
    let Some((line, announcement)) = announcement else {
        let cause = Cause::new("config.cannot_tell").with("connection", connection);
        return Err(Refusal::new(AnswerClass::Config, cause));
    };
    let wire = line.wire(announcement.object);
    let notice = Notice { object: announcement.object, document: &announcement.document };
    let outcome = line.connector.notify(&wire, &notice).await;
    line.tell_spending().await;
    outcome.map(|_| ())
}

/// Why a test message was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTested {
    #[error("there is no receiver of that name")]
    NoReceiver,
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Sends a test message to one receiver, at once and without noting it.
pub async fn test(seams: &Seams, setup: &Setup, receiver: &str) -> Result<(), NotTested> {
    let plan = &setup.alerts;
    let known = plan.receivers.iter().find(|known| known.name == receiver).ok_or(NotTested::NoReceiver)?;
    let text = seams.catalogue.text(&Cause::new("alert.test"), plan.lang);
    let words = message::test(&text, plan.lang);
    let words = (&*words.title, &*words.text, &*words.body);
    Ok(announce(setup, &known.connection, To::of(known), words).await?)
}
