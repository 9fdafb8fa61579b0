//! 钉钉 DingTalk: work notices to people, what became of them, and people by mobile number
//! (`protocols/dingtalk.md §1-5`).
//!
//! DingTalk is a messenger here and nothing else: the operations on records answer `connector.unsupported`.

mod account;
mod answer;
mod check;
mod kinds;
mod notice;
mod people;
mod person;
mod receipt;
mod sentences;
mod token;

use std::sync::Arc;

use async_trait::async_trait;
use contract::Connector;
use contract::connector::{
    Announcement, Bulletin, Description, Facts, Finding, Notice, ObjectFacts, PeopleAsk, Person, Receipt,
    Refusal,
};
use contract::wire::Wire;
use model::AnswerClass;
use model::connection::Connection;
use model::step::Step;

use crate::{BuiltIn, Manifest};
use account::Account;

pub(crate) use sentences::sentences;

pub(crate) const BUILT_IN: BuiltIn = BuiltIn {
    manifest: include_str!("../../../connectors/dingtalk/connector.yaml"),
    tests: include_str!("../../../connectors/dingtalk/tests.yaml"),
    connector: |manifest| Arc::new(DingTalk { manifest }),
};

/// DingTalk as its manifest describes it.
struct DingTalk {
    manifest: Arc<Manifest>,
}

impl DingTalk {
    /// The account of the wire's connection.
    fn account<'w>(&'w self, wire: &'w dyn Wire) -> Result<Account<'w>, Refusal> {
        Account::of(&self.manifest, wire)
    }
}

#[async_trait]
impl Connector for DingTalk {
    fn name(&self) -> &str {
        self.manifest.name()
    }

    fn facts(&self, connection: &Connection) -> Facts {
        self.manifest.facts(connection)
    }

    fn object(&self, _: &Connection, object: &str) -> ObjectFacts {
        self.manifest.object(object)
    }

    async fn check(&self, wire: &dyn Wire) -> Vec<Finding> {
        match self.account(wire) {
            Ok(account) => check::check(&account).await,
            Err(refusal) => vec![Finding { ok: false, cause: refusal.cause }],
        }
    }

    async fn describe(&self, _wire: &dyn Wire, object: Option<&str>) -> Result<Vec<Description>, Refusal> {
        match object {
            None => Ok(kinds::KINDS.iter().map(|kind| kind.without_fields()).collect()),
            Some(object) => match kinds::kind(object) {
                Some(kind) => Ok(vec![kind.description()]),
                None => Err(Refusal::new(AnswerClass::Config, kinds::unknown(object))),
            },
        }
    }

    async fn preview(&self, wire: &dyn Wire, steps: &[Step]) -> Result<Vec<(String, String)>, Refusal> {
        Ok(steps.iter().map(|step| notice::preview(&self.manifest, wire, step)).collect())
    }

    async fn notify(&self, wire: &dyn Wire, notice: &Notice<'_>) -> Result<String, Refusal> {
        notice::send(&self.account(wire)?, notice).await
    }

    fn announcement(&self, bulletin: &Bulletin<'_>) -> Option<Announcement> {
        Some(notice::announcement(bulletin))
    }

    async fn receipt(&self, wire: &dyn Wire, receipt: &str) -> Result<Receipt, Refusal> {
        receipt::follow_up(&self.account(wire)?, receipt).await
    }

    async fn person(&self, wire: &dyn Wire, by: &str) -> Result<Option<String>, Refusal> {
        person::by_mobile(&self.account(wire)?, by).await
    }

    async fn people(&self, wire: &dyn Wire, ask: &PeopleAsk<'_>) -> Result<Vec<Person>, Refusal> {
        people::people(&self.account(wire)?, ask).await
    }
}

#[cfg(test)]
mod tests;
