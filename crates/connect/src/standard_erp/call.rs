//! One call on one connection, sent and judged.

use std::sync::Arc;

use contract::Wire;
use contract::connector::Refusal;
use contract::transport::Call;
use model::object::Object;
use model::{AnswerClass, Cause, Timestamp, Value};

use super::answer::Judge;
use super::hooks;
use super::request::{self, Ask};
use super::settings::Settings;
use crate::manifest::Manifest;

/// One connection, ready to be called.
pub(super) struct Api<'w> {
    pub wire: &'w dyn Wire,
    pub manifest: &'w Manifest,
    pub settings: Settings,
}

impl<'w> Api<'w> {
    /// # Errors
    /// `config` where a setting is missing or wrong.
    pub(super) fn open(wire: &'w dyn Wire, manifest: &'w Manifest) -> Result<Api<'w>, Refusal> {
        Ok(Api { wire, manifest, settings: Settings::of(wire.connection())? })
    }

    pub(super) fn now(&self) -> Timestamp {
        self.wire.clock().now()
    }

    /// The object as people described it.
    ///
    /// # Errors
    /// `erp.object_unknown` where nobody did.
    pub(super) fn object(&self, name: &str) -> Result<Arc<Object>, Refusal> {
        let object = self.wire.connection().object(name);
        object.cloned().ok_or_else(|| {
            let cause = Cause::new("erp.object_unknown").with("object", name);
            Refusal::new(AnswerClass::Config, cause.with("connection", &self.wire.connection().name))
        })
    }

    /// Asks, and gives the data of a success; `None` where there is nothing.
    ///
    /// # Errors
    /// What the system answered otherwise. Never `unknown` for what only reads.
    pub(super) async fn ask(
        &self,
        object: &Object,
        ask: &Ask<'_>,
    ) -> Result<Option<Value<'static>>, Refusal> {
        let is_write = ask.is_write();
        let call = self.call(object, ask).await?;
        let answer = self.wire.send(call).await.map_err(|refusal| match refusal.class {
            AnswerClass::Unknown if !is_write => Refusal::new(AnswerClass::Transient, refusal.cause),
            _ => refusal,
        })?;
        let judge = Judge { settings: &self.settings, manifest: self.manifest, is_write, now: self.now() };
        match hooks::answer(self, object, ask, &answer).await? {
            Some(read) => judge.told(read, &answer),
            None => judge.data(&answer),
        }
    }

    /// The call that asks it. Nothing is sent.
    ///
    /// # Errors
    /// What cannot be written, or what the function failed of that the object names.
    pub(super) async fn call(&self, object: &Object, ask: &Ask<'_>) -> Result<Call, Refusal> {
        hooks::request(self, object, ask, request::call(&self.settings, object, ask)?).await
    }
}
