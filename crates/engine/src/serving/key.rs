//! The key of a create: what makes the same one recognisable when it comes again.

use contract::connector::{Found, LookupAsk, Refusal};
use model::{AnswerClass, Cause, Map};

use super::write::{Writing, Written, unwritten};
use super::{Admitted, NotServed};
use crate::connection::{Key, Sent, Whose};
use crate::delivery::{field_text, key_fields, may_show, ways_to_match};
use crate::setup::lane_of;

/// The keys of a create.
pub(super) struct Keys {
    /// By which it is looked up; `None` where the document has none, and every create makes one.
    pub by: Option<Key>,
    /// All by which a flow may know the same document, the one above among them.
    pub all: Vec<Key>,
}

impl Keys {
    /// The fields that the caller names; else those of a flow that writes the object; else the object's number.
    ///
    /// # Errors
    /// `serving.parameter` where the caller names a field that the document has not.
    pub fn of(
        admitted: &Admitted,
        object: &str,
        named: Option<&str>,
        document: &Map<'_>,
    ) -> Result<Keys, NotServed> {
        let key = |fields: &[&str]| -> Option<Key> {
            let value = |field: &&str| Some(((*field).to_owned(), field_text(document, field)?));
            fields.iter().map(value).collect::<Option<Key>>().filter(|key| !key.is_empty())
        };
        let mut all = Vec::new();
        if let Some(named) = named {
            let fields: Vec<&str> = named.split(',').map(str::trim).collect();
            let wrong = || NotServed::Parameter(Cause::new("serving.parameter").with("name", "key"));
            all.push(key(&fields).ok_or_else(wrong)?);
        }
        let line = &admitted.line;
        for active in admitted.setup.flows.values() {
            let target = &active.flow().target;
            if target.connection == *line.name() && target.object.as_str() == object {
                let fields: Vec<&str> = key_fields(target).into_iter().map(String::as_str).collect();
                all.extend(key(&fields));
                for way in ways_to_match(active) {
                    all.extend(key(&way.iter().map(String::as_str).collect::<Vec<_>>()));
                }
            }
        }
        all.extend(line.object(object).number.as_deref().and_then(|number| key(&[number])));
        Ok(Keys { by: all.first().cloned(), all })
    }
}

impl Writing<'_> {
    /// Whether a create with one of these keys may have been carried out and does not show yet, whoever sent it. To be asked
    /// before the document is looked for: what shows meanwhile is found then.
    pub async fn is_in_doubt(&self, keys: &Keys) -> Result<bool, NotServed> {
        if keys.all.is_empty() {
            return Ok(false);
        }
        let (line, object) = (self.line, &*self.asked.object);
        let now = self.serving.seams.clock.now();
        if line.doubts.is_unanswered(object, &keys.all, Whose::Caller, now) {
            return Ok(true);
        }
        let open = self.serving.seams.store.open_intents(&lane_of(line.name()), &keys.all).await?;
        let setup = &self.admitted.setup;
        Ok(open.iter().flatten().any(|intent| may_show(intent, object, setup, line, now)))
    }

    /// The document with that key, where there is one: as a search shows it, or as it was made a moment ago.
    ///
    /// # Errors
    /// `serving.in_doubt` for one that was made and is shown to nobody yet.
    pub async fn known(&self, key: &Key) -> Result<Option<Found>, NotServed> {
        if let Some(found) = self.with_key(key).await? {
            return Ok(Some(found));
        }
        let now = self.serving.seams.clock.now();
        let Some((id, _)) = self.line.doubts.made(&self.asked.object, key, now) else { return Ok(None) };
        match self.read(&id).await {
            Ok(Some(found)) => Ok(Some(found)),
            Ok(None) => Err(in_doubt()),
            Err(refusal) if is_unsupported(&refusal) => Err(in_doubt()),
            Err(refusal) => Err(unwritten(refusal).into()),
        }
    }

    /// Notes what became of a create, for whoever is about to make the same document.
    pub fn remember(&self, keys: &Keys, written: &Result<Written, NotServed>) {
        let made = |written: &Written| match written.id.is_empty() {
            true => Sent::Unanswered,
            false => Sent::Made(written.id.clone()),
        };
        let sent = match written {
            Ok(written) => Some(made(written)),
            Err(NotServed::Refused { written: Some(written), .. }) => Some(made(written)),
            Err(NotServed::Refused { refusal, .. }) if refusal.class == AnswerClass::Unknown => {
                Some(Sent::Unanswered)
            }
            Err(_) => None,
        };
        let (doubts, object, now) = (&self.line.doubts, &*self.asked.object, self.serving.seams.clock.now());
        match sent {
            Some(sent) => {
                let until = now + self.line.facts.settle_window;
                doubts.note(object, &keys.all, (sent, Whose::Caller), until, now);
            }
            None => doubts.forget(object, &keys.all, now),
        }
    }

    /// The document with that key, where a search shows one.
    async fn with_key(&self, key: &Key) -> Result<Option<Found>, NotServed> {
        let (by, values): (Vec<String>, Vec<String>) = key.iter().cloned().unzip();
        let (keys, fields) = ([values], self.fields());
        let ask = LookupAsk { object: &self.asked.object, by: &by, keys: &keys, fields: &fields };
        let found = self.line.connector.lookup(&self.wire, &ask).await;
        match found {
            Ok(found) => {
                let mut found = found.into_iter().flatten();
                match (found.next(), found.count()) {
                    (found, 0) => Ok(found),
                    (_, more) => Err(several(&by, more + 1).into()),
                }
            }
            // What cannot be looked up is known to nobody by its key; whoever names one relies on it.
            Err(refusal) if is_unsupported(&refusal) && self.asked.key.is_none() => Ok(None),
            Err(refusal) if is_unsupported(&refusal) => {
                let cause = Cause::new("serving.no_lookup").with("object", &self.asked.object);
                Err(Refusal::new(AnswerClass::Config, cause).into())
            }
            // That a look succeeds says nothing of writes, that it fails does.
            Err(refusal) => {
                self.line.went::<()>(&Err(refusal.clone()));
                Err(unwritten(refusal).into())
            }
        }
    }
}

fn is_unsupported(refusal: &Refusal) -> bool {
    refusal.cause.code == "connector.unsupported"
}

pub(super) fn in_doubt() -> NotServed {
    Refusal::new(AnswerClass::Unknown, Cause::new("serving.in_doubt")).into()
}

fn several(by: &[String], count: usize) -> Refusal {
    let cause = Cause::new("serving.several").with("key", by.join(", ")).with("count", count);
    Refusal::new(AnswerClass::Rejected, cause)
}
