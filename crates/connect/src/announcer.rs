//! What is only spoken to: a robot in a DingTalk group, any address that takes JSON, and a mail server. There is nothing
//! to be read there and nobody to be found; a notice is one call, and its answer is all that is ever known of it.

mod answer;
mod mail;
mod robot;
mod sentences;
mod webhook;

use std::sync::Arc;

use async_trait::async_trait;
use contract::Connector;
use contract::connector::{
    Announcement, Bulletin, Description, Facts, Field, Finding, Notice, ObjectFacts, Receipt, Refusal,
};
use contract::wire::Wire;
use model::Cause;
use model::connection::Connection;
use model::step::Step;

use crate::{BuiltIn, Manifest};

pub(crate) use sentences::sentences;

pub(crate) const DINGTALK_ROBOT: BuiltIn = BuiltIn {
    manifest: include_str!("../../../connectors/dingtalk-robot/connector.yaml"),
    tests: include_str!("../../../connectors/dingtalk-robot/tests.yaml"),
    connector: |manifest| Arc::new(Announcer { manifest, speech: Speech::Robot }),
};

pub(crate) const NOTIFY_WEBHOOK: BuiltIn = BuiltIn {
    manifest: include_str!("../../../connectors/notify-webhook/connector.yaml"),
    tests: include_str!("../../../connectors/notify-webhook/tests.yaml"),
    connector: |manifest| Arc::new(Announcer { manifest, speech: Speech::Webhook }),
};

pub(crate) const SMTP: BuiltIn = BuiltIn {
    manifest: include_str!("../../../connectors/smtp/connector.yaml"),
    tests: include_str!("../../../connectors/smtp/tests.yaml"),
    connector: |manifest| Arc::new(Announcer { manifest, speech: Speech::Mail }),
};

/// One of them, as its manifest describes it.
struct Announcer {
    manifest: Arc<Manifest>,
    speech: Speech,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Speech {
    Robot,
    Webhook,
    Mail,
}

#[async_trait]
impl Connector for Announcer {
    fn name(&self) -> &str {
        self.manifest.name()
    }

    fn facts(&self, connection: &Connection) -> Facts {
        self.manifest.facts(connection)
    }

    fn object(&self, _: &Connection, object: &str) -> ObjectFacts {
        self.manifest.object(object)
    }

    /// Nothing can be tried without speaking to people: what is filled in is looked at. A mail server lets in whoever says
    /// nothing, too.
    async fn check(&self, wire: &dyn Wire) -> Vec<Finding> {
        let ready = match self.speech {
            Speech::Robot => robot::address(&self.manifest, wire).map(|_| "announcer.ready"),
            Speech::Webhook => webhook::address(wire).map(|_| "announcer.ready"),
            Speech::Mail => mail::sign_in(wire).await.map(|()| "announcer.mail_ready"),
        };
        let connection = wire.connection().name.to_string();
        vec![match ready {
            Ok(code) => Finding { ok: true, cause: Cause::new(code).with("connection", connection) },
            Err(refusal) => Finding { ok: false, cause: refusal.cause },
        }]
    }

    async fn describe(&self, _wire: &dyn Wire, object: Option<&str>) -> Result<Vec<Description>, Refusal> {
        let presets =
            self.manifest.objects().iter().filter(|preset| object.is_none_or(|name| preset.name == name));
        let fields: &[(&str, &str)] = match self.speech {
            Speech::Robot => robot::FIELDS,
            Speech::Webhook => &[],
            Speech::Mail => mail::FIELDS,
        };
        let field = |(name, title): &(&str, &str)| Field {
            name: (*name).into(),
            title: (*title).into(),
            kind: "text".into(),
            ..Field::default()
        };
        let fields = || object.map(|_| fields.iter().map(field).collect()).unwrap_or_default();
        let described = presets.map(|preset| Description {
            object: preset.name.clone(),
            title: preset.title.zh.clone(),
            fields: fields(),
            details: Vec::new(),
        });
        Ok(described.collect())
    }

    async fn preview(&self, _wire: &dyn Wire, steps: &[Step]) -> Result<Vec<(String, String)>, Refusal> {
        Ok(steps.iter().map(|step| (step.object.clone(), step.document.clone())).collect())
    }

    async fn notify(&self, wire: &dyn Wire, notice: &Notice<'_>) -> Result<String, Refusal> {
        match self.speech {
            Speech::Robot => robot::send(&self.manifest, wire, notice).await,
            Speech::Webhook => webhook::send(wire, notice).await,
            Speech::Mail => mail::send(wire, notice).await,
        }
    }

    fn announcement(&self, bulletin: &Bulletin<'_>) -> Option<Announcement> {
        Some(match self.speech {
            Speech::Robot => robot::announcement(bulletin),
            Speech::Webhook => webhook::announcement(bulletin),
            Speech::Mail => mail::announcement(bulletin),
        })
    }

    /// What was accepted is there; nothing more is ever told of it.
    async fn receipt(&self, _wire: &dyn Wire, _receipt: &str) -> Result<Receipt, Refusal> {
        Ok(Receipt::Received)
    }
}
