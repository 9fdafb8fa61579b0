//! What systems push to us (推送): who may, checked before anything is kept; then kept as it came, on disk before the
//! answer. What is in it is looked at afterwards, by [`crate::parsing`], but for what the sender can mend at once.

mod pace;

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use contract::connector::PushRules;
use contract::store::StoreError;
use model::access::{AccessToken, Grant};
use model::receipt::Pushed;
use model::{Cause, ReceiptId};

pub(crate) use self::pace::Pace;
use crate::access::AccessBook;
use crate::callbacks::LONGEST_ID;
use crate::connection::Line;
use crate::in_force::InForce;
use crate::seams::Seams;
use crate::setup::Setup;
use crate::signals::Signals;

/// A push as its sender made it.
#[derive(Debug, Clone)]
pub struct Push<'a> {
    /// The id under which the sender knows the company.
    pub tenant: &'a str,
    /// The id under which the sender knows the account.
    pub data_center: Option<&'a str>,
    /// The system's code of the bill.
    pub code: &'a str,
    /// The record's id; with it the body is in the standard form.
    pub id: Option<&'a str>,
    pub void: bool,
    pub content_type: Option<&'a str>,
    pub body: Bytes,
}

/// Lets its holder push once: the token and what is configured, as they were when it was asked for.
pub struct Pass<'p> {
    pushes: &'p Pushes,
    holder: AccessToken,
    setup: Arc<Setup>,
    from: IpAddr,
}

/// Why a push was not kept. Nothing of it is then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotKept {
    #[error("no such token may push from there")]
    Token,
    #[error("nobody knows the company under this id")]
    Tenant,
    #[error("which account is meant is not said, or nobody knows it")]
    DataCenter,
    #[error("no object has this code")]
    Object,
    #[error("the body is not in the standard form: {}", .0.code)]
    NotStandard(Cause),
    #[error("more than the sender may push in a minute")]
    TooMany,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes the pushes of all systems. Made by [`crate::Engine::pushes`].
pub struct Pushes {
    seams: Seams,
    signals: Signals,
    in_force: Arc<InForce>,
    book: Arc<AccessBook>,
    pace: Pace,
}

impl Pushes {
    pub(crate) fn new(
        seams: Seams,
        signals: Signals,
        in_force: Arc<InForce>,
        book: Arc<AccessBook>,
    ) -> Pushes {
        Pushes { seams, signals, in_force, book, pace: Pace::default() }
    }

    /// Whether whoever holds the token may push anything from there: asked before a body is read.
    ///
    /// # Errors
    /// [`NotKept::Token`].
    pub async fn admit(&self, token: &str, from: IpAddr) -> Result<Pass<'_>, NotKept> {
        let holder = self.book.holder(token, Grant::Push).await?.ok_or(NotKept::Token)?;
        let setup = self.in_force.setup().await?;
        let takes = |line: &Arc<Line>| {
            line.connector.push_rules(&line.connection).is_some_and(|rules| rules.takes_from(from))
        };
        match holder.connections.iter().filter_map(|name| setup.lines.get(name)).any(takes) {
            true => Ok(Pass { pushes: self, holder, setup, from }),
            false => Err(NotKept::Token),
        }
    }

    /// What the sender can mend at once.
    fn check(&self, line: &Line, push: &Push<'_>) -> Result<(), NotKept> {
        if !line.connection.objects.iter().any(|object| object.code == push.code) {
            return Err(NotKept::Object);
        }
        if push.id.is_some_and(|id| id.len() > LONGEST_ID) {
            let cause = Cause::new("push.long_id").with("most", LONGEST_ID).with("object", push.code);
            return Err(NotKept::NotStandard(cause));
        }
        let says_nothing = push.void && push.body.iter().all(u8::is_ascii_whitespace);
        match push.id {
            Some(_) if !says_nothing => line.connector.check_push(&push.body).map_err(NotKept::NotStandard),
            _ => Ok(()),
        }
    }

    fn pushed(&self, line: &Line, holder: &AccessToken, push: Push<'_>) -> Pushed {
        Pushed {
            connection: line.name().clone(),
            code: push.code.to_owned(),
            token: holder.name.clone(),
            at: self.seams.clock.now(),
            id: push.id.map(str::to_owned),
            void: push.void,
            content_type: push.content_type.map(str::to_owned),
            once: None,
            body: push.body,
        }
    }
}

impl Pass<'_> {
    /// Keeps a push: it is on disk when this returns, and will be parsed.
    ///
    /// # Errors
    /// In this order: the company, the account, how many there were, the object, the form.
    pub async fn take(self, push: Push<'_>) -> Result<ReceiptId, NotKept> {
        let Pass { pushes, holder, setup, from } = self;
        let pushable = holder.connections.iter().filter_map(|name| {
            let line = setup.lines.get(name)?;
            Some((line, line.connector.push_rules(&line.connection)?))
        });
        let (line, rules) = meant(pushable.collect(), &push, from)?;
        if let Some(most) = rules.a_minute
            && !pushes.pace.takes(&holder.name, most, pushes.seams.clock.now())
        {
            return Err(NotKept::TooMany);
        }
        pushes.check(line, &push)?;
        let receipt = pushes.seams.store.receive(pushes.pushed(line, &holder, push)).await?;
        pushes.signals.wake_parser(line.name());
        Ok(receipt)
    }
}

type Pushable<'l> = (&'l Arc<Line>, PushRules);

/// The one connection that a push is meant for, of those that its token opens.
fn meant<'l>(
    mut pushable: Vec<Pushable<'l>>,
    push: &Push<'_>,
    from: IpAddr,
) -> Result<Pushable<'l>, NotKept> {
    pushable.retain(|(_, rules)| rules.takes_from(from));
    if pushable.is_empty() {
        return Err(NotKept::Token);
    }
    pushable.retain(|(_, rules)| rules.tenants.iter().any(|tenant| tenant == push.tenant));
    if pushable.is_empty() {
        return Err(NotKept::Tenant);
    }
    if let Some(data_center) = push.data_center {
        // An account that has no such id of its own is the only one, and takes whatever is said.
        pushable.retain(|(_, rules)| rules.data_center.as_deref().is_none_or(|own| own == data_center));
    }
    match pushable.len() {
        1 => Ok(pushable.remove(0)),
        _ => Err(NotKept::DataCenter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_kept_says_why_in_order() {
        let push = Push {
            tenant: "82313",
            data_center: None,
            code: "SAL_Order",
            id: None,
            void: false,
            content_type: None,
            body: Bytes::new(),
        };
        let from = IpAddr::from([10, 0, 0, 9]);
        assert_eq!(meant(Vec::new(), &push, from).err(), Some(NotKept::Token));
    }
}
