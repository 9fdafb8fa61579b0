//! The key of a create: what makes the same one recognisable when it comes again.

use contract::connector::{Found, LookupAsk, Refusal};
use model::{AnswerClass, Cause, Map};

use super::write::{Writing, unwritten};
use super::{Admitted, NotServed};
use crate::delivery::{field_text, key_fields};

/// Fields and their values.
pub(super) type Key = Vec<(String, String)>;

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
            }
        }
        all.extend(line.object(object).number.as_deref().and_then(|number| key(&[number])));
        Ok(Keys { by: all.first().cloned(), all })
    }
}

impl Writing<'_> {
    /// The document with that key, where there is one.
    pub async fn with_key(&self, key: &Key) -> Result<Option<Found>, NotServed> {
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
            // What cannot be looked up is known to nobody by its key.
            Err(refusal) if refusal.cause.code == "connector.unsupported" => Ok(None),
            // That a look succeeds says nothing of writes, that it fails does.
            Err(refusal) => {
                self.line.went::<()>(&Err(refusal.clone()));
                Err(unwritten(refusal).into())
            }
        }
    }
}

fn several(by: &[String], count: usize) -> Refusal {
    let cause = Cause::new("serving.several").with("key", by.join(", ")).with("count", count);
    Refusal::new(AnswerClass::Rejected, cause)
}
