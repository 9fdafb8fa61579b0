//! What is told: what changed, and one record.

use contract::connector::Refusal;
use contract::store::ChangedAsk;
use model::record::{Record, RecordKey};
use model::{Cause, Map, ObjectName, Timestamp, Value, json};

use super::document::{Shown, shown};
use super::write::unwritten;
use super::{Admitted, Caller, NotServed, Serving};
use crate::engine::can_be_asked;
use crate::reading::ObjectReading;

/// Most records on one page.
const MOST: usize = 2000;
/// Changes, of all objects, in the widest window that is looked through: a page of it takes a second at most.
const WIDEST: usize = 100_000;

/// Which part of what changed is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    pub object: String,
    /// Closed on both ends.
    pub from: Timestamp,
    pub to: Timestamp,
    pub offset: usize,
    pub limit: usize,
}

/// One page of what changed.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedPage {
    pub total: u64,
    pub records: Vec<Shown>,
}

impl Serving {
    /// The records of an object that were taken in with a change in the window, as they are now; from the store alone.
    ///
    /// # Errors
    /// Who may not ask; an object that nothing is stored of; a window that ends before it begins or is too wide, or
    /// too large a page.
    pub async fn changed(&self, caller: Caller<'_>, window: Window) -> Result<ChangedPage, NotServed> {
        let admitted = self.admitted(caller).await?;
        let object = admitted.object(&window.object)?;
        if window.to < window.from {
            return Err(parameter("endTime"));
        }
        if !(1..=MOST).contains(&window.limit) {
            return Err(parameter("limit"));
        }
        let ask = ChangedAsk {
            connection: admitted.line.name().clone(),
            object,
            from: window.from,
            to: window.to,
            offset: window.offset,
            limit: window.limit,
            most: WIDEST,
        };
        let too_wide = || NotServed::Parameter(Cause::new("serving.wide_window").with("most", WIDEST));
        let changed = self.seams.store.changed(&ask).await?.ok_or_else(too_wide)?;
        let records = changed.records.into_iter().map(|record| admitted.told(record)).collect();
        Ok(ChangedPage { total: changed.total, records })
    }

    /// One record: as it is stored, or as the system has it where it is not.
    ///
    /// # Errors
    /// Who may not ask; [`NotServed::Record`] where neither has it; what the system refuses.
    pub async fn record(&self, caller: Caller<'_>, object: &str, id: &str) -> Result<Shown, NotServed> {
        let admitted = self.admitted(caller).await?;
        let object = admitted.object(object)?;
        let key = RecordKey::new(admitted.line.name(), &object, id);
        if let Some(record) = self.seams.store.find(&[key]).await?.into_iter().flatten().next() {
            return Ok(admitted.told(record));
        }
        let line = &admitted.line;
        let nobody = || NotServed::Record(id.to_owned());
        let mut reading = ObjectReading::of(&admitted.setup, line.name(), &object)
            .filter(|_| can_be_asked(line))
            .ok_or_else(nobody)?;
        if reading.fields.is_empty()
            && let Some(described) = line.connection.object(object.as_str())
        {
            let lists = described.details.iter().map(|detail| detail.name.clone());
            reading.fields = described.fields.iter().map(|field| field.name.clone()).chain(lists).collect();
        }
        let found = reading.read_now(&[id.to_owned()]).await;
        line.tell_spending().await;
        let found = found.map_err(unread)?.into_iter().next().ok_or_else(nobody)?;
        let described = line.connection.object(object.as_str());
        Ok(shown(&*line.connector, described.map(|object| &**object), found.body, found.void))
    }
}

impl Admitted {
    /// An object of which something is stored: a flow reads it, or people described it.
    fn object(&self, name: &str) -> Result<ObjectName, NotServed> {
        let object = ObjectName::new(name);
        let is_read = self.setup.objects_read().contains(&(self.line.name().clone(), object.clone()));
        match is_read || self.line.connection.object(name).is_some() {
            true => Ok(object),
            false => Err(NotServed::Object(name.to_owned())),
        }
    }

    fn told(&self, record: Record) -> Shown {
        let body = match json::read(&record.body) {
            Ok(Value::Map(body)) => body.into_owned(),
            _ => Map::new(),
        };
        let described = self.line.connection.object(record.key.object.as_str());
        shown(&*self.line.connector, described.map(|object| &**object), body, record.void)
    }
}

/// A reading whose answer was lost changed nothing: it can be asked again.
fn unread(refusal: Refusal) -> NotServed {
    unwritten(refusal).into()
}

fn parameter(name: &str) -> NotServed {
    NotServed::Parameter(Cause::new("serving.parameter").with("name", name))
}
