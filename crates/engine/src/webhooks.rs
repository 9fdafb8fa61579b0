//! Webhooks: what any system, known or not, sends to the address of a flow (`POST /hook/{flow}`).
//!
//! Who sends it is proven first, by a secret or a signature; whoever proves nothing hears the same whether there is such a
//! flow or not, and hears it before its body is read, unless it has what looks like a fresh signature. Then it is kept as it came, on disk before the answer, and parsed afterwards by [`crate::parsing`] as
//! whatever is pushed: a body that nobody understands is a receipt that failed, and stops nobody.

mod challenge;
mod content;
mod picked;
mod proof;

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use contract::connector::PushRules;
use contract::store::StoreError;
use model::hook::{Hook, Whence};
use model::object::Object;
use model::receipt::{HOOK, Pushed};
use model::{ObjectName, ReceiptId};

pub use self::challenge::Challenged;
pub use self::content::content;
pub use self::picked::{Pick, picked};
use crate::connection::Line;
use crate::in_force::InForce;
use crate::pushes::Pace;
use crate::seams::Seams;
use crate::setup::Setup;
use crate::signals::Signals;

/// A call to a webhook as it came in; nothing of it is trusted yet.
#[derive(Debug, Clone)]
pub struct WebhookCall<'a> {
    /// The address's parameters, decoded, in their order.
    pub query: &'a [(String, String)],
    /// Their names in small letters; one that came twice stands there twice.
    pub headers: &'a [(String, String)],
    pub from: IpAddr,
    pub body: Bytes,
}

impl WebhookCall<'_> {
    /// The values of the headers of that name.
    fn header(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.trim())
    }

    fn content_type(&self) -> Option<&str> {
        self.header("content-type").next()
    }

    /// What the call says there, as far as a header or a body that can be read says it.
    fn says(&self, whence: &Whence) -> Option<String> {
        match whence {
            Whence::Header(name) => self.header(name).next().map(str::to_owned),
            Whence::Body(pointer) => {
                let body = content(self.content_type(), &self.body).ok()?;
                pointer.text(&body, &body)
            }
        }
    }
}

/// What became of a call that proved its sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is on disk, and will be parsed; of one that was sent again, the receipt of the first.
    Kept(ReceiptId),
    /// The flow takes none of that kind: nothing is kept, and it need not be sent again.
    PassedOver,
    /// The sender tried the address, and wants to hear this.
    Challenged(Challenged),
}

/// What the head of a call proves, before its body is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admitted {
    /// Its sender.
    Proven,
    /// Nothing yet: its signature covers the body.
    ToBeProven,
    /// The sender tried the address, and wants to hear this; no body is needed.
    Challenged(Challenged),
}

/// Why nothing of a call was kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("there is no such webhook, or nothing proves that its sender may call it")]
    Unproven,
    #[error("there is nothing in it")]
    Empty,
    #[error("more than the sender may send in a minute")]
    TooMany,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes what is sent to the webhooks of all flows. Made by [`crate::Engine::webhooks`].
pub struct Webhooks {
    seams: Seams,
    signals: Signals,
    in_force: Arc<InForce>,
    pace: Pace,
}

/// The webhook of a flow in force.
struct Open<'s> {
    flow: &'s str,
    hook: &'s Hook,
    line: &'s Line,
    rules: PushRules,
}

impl Webhooks {
    pub(crate) fn new(seams: Seams, signals: Signals, in_force: Arc<InForce>) -> Webhooks {
        Webhooks { seams, signals, in_force, pace: Pace::default() }
    }

    /// Whether a call may send a body at all; its own is not looked at, and need not be there. Whatever is let in is proven
    /// again by [`Webhooks::take`], with its body.
    ///
    /// # Errors
    /// [`Refused::Unproven`] for a flow that is not there as for a secret that is wrong, or a signature that is missing.
    pub async fn admit(&self, flow: &str, call: &WebhookCall<'_>) -> Result<Admitted, Refused> {
        let setup = self.in_force.setup().await?;
        let open = open_to(&setup, flow, call)?;
        if let Some(answer) = tried(&open, call)? {
            return Ok(Admitted::Challenged(answer));
        }
        let now = self.seams.clock.now();
        match proof::prove_head(open.hook, &open.line.connection, call, now) {
            Ok(true) => Ok(Admitted::Proven),
            Ok(false) => Ok(Admitted::ToBeProven),
            Err(code) => Err(unproven(&open, code)),
        }
    }

    /// Takes a call: what it sends is on disk when this returns.
    ///
    /// # Errors
    /// In this order: who sends it, whether there is anything in it, how many there were. Nothing of it is kept then.
    pub async fn take(&self, flow: &str, call: WebhookCall<'_>) -> Result<Taken, Refused> {
        let setup = self.in_force.setup().await?;
        let now = self.seams.clock.now();
        let open = open_to(&setup, flow, &call)?;
        if let Some(answer) = tried(&open, &call)? {
            return Ok(Taken::Challenged(answer));
        }
        let proven = proof::prove(open.hook, &open.line.connection, &call, now);
        let proven = proven.map_err(|code| unproven(&open, code))?;
        if let Some(answer) = challenge::of_body(open.hook, &call) {
            return Ok(Taken::Challenged(answer));
        }
        if call.body.iter().all(u8::is_ascii_whitespace) {
            return Err(Refused::Empty);
        }
        if !is_meant(open.hook, &call) {
            return Ok(Taken::PassedOver);
        }
        let connection = open.line.name().clone();
        if let Some(most) = open.rules.a_minute
            && !self.pace.takes(connection.as_str(), most, now)
        {
            return Err(Refused::TooMany);
        }
        let pushed = Pushed {
            connection: connection.clone(),
            code: format!("{HOOK}{flow}"),
            token: proven.by.to_owned(),
            at: now,
            id: None,
            void: is_void(open.hook, &call),
            content_type: call.content_type().map(str::to_owned),
            once: proof::once(open.hook, &call, &proven),
            body: call.body,
        };
        let receipt = self.seams.store.receive(pushed).await?;
        self.signals.wake_parser(&connection);
        Ok(Taken::Kept(receipt))
    }

    /// What a sender that tries the address by `GET` wants to hear.
    ///
    /// # Errors
    /// [`Refused::Unproven`] for one that does not try it as the flow says.
    pub async fn challenge(&self, flow: &str, call: WebhookCall<'_>) -> Result<Challenged, Refused> {
        let setup = self.in_force.setup().await?;
        let open = open_to(&setup, flow, &call)?;
        tried(&open, &call)?.ok_or(Refused::Unproven)
    }
}

/// The webhook of the flow, for whoever may call it from there.
fn open_to<'s>(setup: &'s Setup, flow: &str, call: &WebhookCall<'_>) -> Result<Open<'s>, Refused> {
    let open = open(setup, flow).ok_or(Refused::Unproven)?;
    match open.rules.takes_from(call.from) {
        true => Ok(open),
        false => Err(unproven(&open, "hook.elsewhere")),
    }
}

/// The answer to a sender that tries the address; `None` for a call that does not.
fn tried(open: &Open<'_>, call: &WebhookCall<'_>) -> Result<Option<Challenged>, Refused> {
    let told = challenge::of_query(open.hook, &open.line.connection, call);
    told.map_err(|code| unproven(open, code))
}

/// Only whoever runs Qiao is told what is wrong; a sender is told that it proved nothing.
fn unproven(open: &Open<'_>, code: &'static str) -> Refused {
    tracing::warn!(flow = %open.flow, %code, "a call of a webhook was refused");
    Refused::Unproven
}

fn open<'s>(setup: &'s Setup, flow: &str) -> Option<Open<'s>> {
    let active = setup.flows.values().find(|active| active.name().as_str() == flow)?;
    let hook = active.flow().source.hook.as_ref()?;
    let (flow, line) = (active.name().as_str(), &*active.source);
    Some(Open { flow, hook, line, rules: rules_of(line)? })
}

/// How a connection is sent to. A system that knows its own objects is read again, whatever is sent.
pub(crate) fn rules_of(line: &Line) -> Option<PushRules> {
    let usual = || PushRules { can_be_asked: true, ..PushRules::default() };
    let rules = line.connector.push_rules(&line.connection);
    rules.or_else(|| line.connector.knows_its_objects().then(usual))
}

/// The object of the source, where its records are taken over as they are sent; of others they are read again.
pub(crate) fn object_of<'l>(line: &'l Line, object: &ObjectName) -> Option<&'l Arc<Object>> {
    let takes = line.connector.push_rules(&line.connection).is_some();
    line.connection.object(object.as_str()).filter(|_| takes)
}

/// Whether the headers say that the flow takes it. What the body says is looked at when it is parsed.
fn is_meant(hook: &Hook, call: &WebhookCall<'_>) -> bool {
    let only = hook.only.as_ref().filter(|only| matches!(only.at, Whence::Header(_)));
    only.is_none_or(|only| only.holds(call.says(&only.at).as_deref()))
}

fn is_void(hook: &Hook, call: &WebhookCall<'_>) -> bool {
    let void = hook.void.as_ref().filter(|void| matches!(void.at, Whence::Header(_)));
    void.is_some_and(|void| void.holds(call.says(&void.at).as_deref()))
}
