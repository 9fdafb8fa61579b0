//! Which field of a detail object holds its master's id.
//!
//! The presets of the manifest say so for the usual objects; for others, custom ones above all, the detail object's
//! description does: its field of the type `master_detail` (`protocols/fxiaoke.md §4.3`). What was described is
//! remembered for an hour, by app and object; losing it costs a call and nothing else.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use contract::connector::Refusal;
use model::{AnswerClass, Cause, Timestamp};

use super::super::call::Session;
use super::super::describe;

const KEPT: Duration = Duration::from_secs(3600);

const MASTER_DETAIL: &str = "master_detail";

/// Fields that were described, by app, master and detail object.
#[derive(Debug, Default)]
pub(in super::super) struct Masters(Mutex<BTreeMap<[String; 3], (Timestamp, String)>>);

impl Masters {
    /// The field of the detail object that holds the id of a master of this object.
    ///
    /// # Errors
    /// `fxiaoke.no_master_field` (config) where the detail object has none, and what the description was refused with.
    pub(in super::super) async fn field(
        &self,
        session: &Session<'_>,
        master: &str,
        detail: &str,
    ) -> Result<String, Refusal> {
        if let Some(field) = preset(session, master, detail) {
            return Ok(field.to_owned());
        }
        let now = session.wire.clock().now();
        let place = [session.settings.scope(), master.to_owned(), detail.to_owned()];
        if let Some((until, field)) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&place)
            && now < *until
        {
            return Ok(field.clone());
        }
        let field = described(session, master, detail).await?;
        let kept = (now + KEPT, field.clone());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(place, kept);
        Ok(field)
    }
}

/// What the manifest knows.
fn preset<'s>(session: &Session<'s>, master: &str, detail: &str) -> Option<&'s str> {
    let details = &session.manifest.preset(master)?.details;
    details.iter().find(|(object, _)| object == detail).map(|(_, field)| &**field)
}

/// The field that says it refers to the master; where the description does not tell what fields refer to (L), the only
/// one of its type.
async fn described(session: &Session<'_>, master: &str, detail: &str) -> Result<String, Refusal> {
    let description = describe::object(session, detail).await?;
    let fields: Vec<_> = description.fields.iter().filter(|field| field.kind == MASTER_DETAIL).collect();
    let named = fields.iter().find(|field| field.refers_to.as_deref() == Some(master));
    let only = fields.first().filter(|field| fields.len() == 1 && field.refers_to.is_none());
    named.or(only).map(|field| field.name.clone()).ok_or_else(|| {
        let cause = Cause::new("fxiaoke.no_master_field").with("object", detail).with("master", master);
        Refusal::new(AnswerClass::Config, cause)
    })
}
