//! What is left of a write for a caller: an entry of the audit log with the calls, so that its story tells of it.

use contract::store::Audited;
use model::audit::AuditEntry;
use model::record::RecordKey;
use model::{Cause, Value};

use super::write::{How, Writing, Written};
use super::{Admitted, NotServed};

impl Writing<'_> {
    /// Notes what became of a write that was sent, or refused by the system or its connector. That it cannot be noted does
    /// not make the write a failure: it stands.
    pub async fn note(&self, admitted: &Admitted, how: How, outcome: &Result<Written, NotServed>) {
        let calls = self.wire.take_calls();
        let written = match outcome {
            Ok(written) => Some(written),
            Err(NotServed::Refused { written, .. }) => written.as_deref(),
            Err(_) if calls.is_empty() => return,
            Err(_) => None,
        };
        let id = written.map(|written| written.id.clone()).filter(|id| !id.is_empty());
        let id = id.or_else(|| self.named(how)).unwrap_or_default();
        let number = written.and_then(|written| written.number.clone()).unwrap_or_default();
        let code = if outcome.is_ok() { "audit.served_write" } else { "audit.served_failed" };
        let told = match outcome {
            Ok(_) => "done".into(),
            Err(not) => not.cause().code,
        };
        let (connection, object) = (self.line.name(), &self.asked.object);
        let mut what = Cause::new(code).with("how", how.name()).with("connection", connection);
        what = what.with("object", object).with("id", &id).with("number", &number).with("outcome", &told);
        if let Err(not) = outcome {
            what = what.because(&not.cause());
        }
        tracing::info!(%connection, %object, who = %admitted.who, ?how, code = %told, id, "a document was written for a caller");
        let about = match id.is_empty() {
            true => String::new(),
            false => {
                AuditEntry::about_record(&RecordKey::new(connection, &object.as_str().into(), id.as_str()))
            }
        };
        let seams = self.seams();
        let entry = AuditEntry { at: seams.clock.now(), by: admitted.who.clone(), what, about };
        if let Err(error) = seams.store.note_done(&Audited { entry, calls }).await {
            tracing::error!(%error, %connection, "what was written for a caller cannot be noted");
        }
    }

    /// The document that an update names.
    fn named(&self, how: How) -> Option<String> {
        let field = (how == How::Update).then(|| self.line.object(&self.asked.object).id)?;
        let id = self.asked.master.get(&field).and_then(Value::plain)?.trim().to_owned();
        (!id.is_empty()).then_some(id)
    }
}
