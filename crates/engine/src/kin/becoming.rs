//! What records turn into at their source, as a lead into a customer: flows name the fields (`source.becomes`).

use std::collections::BTreeSet;

use contract::store::StoreError;
use model::record::{Record, RecordKey};
use model::{ObjectName, json};

use super::{LOOKED_AT, Search};

impl Search<'_> {
    /// What the record says that it turned into.
    pub(super) fn becoming(&self, record: &Record) -> BTreeSet<RecordKey> {
        let Ok(body) = json::read(&record.body) else { return BTreeSet::new() };
        let fields = self.flows_of(&record.key).flat_map(|flow| &flow.flow().source.becomes);
        let keys = fields.filter_map(|becoming| {
            let id = body.get(&becoming.by)?.plain()?;
            (!id.is_empty()).then(|| RecordKey::new(&record.key.connection, &becoming.object, &*id))
        });
        keys.collect()
    }

    /// The records that it turned into, where they are read.
    pub(super) async fn became(&self, record: &Record) -> Result<Vec<Record>, StoreError> {
        let keys: Vec<RecordKey> = self.becoming(record).into_iter().collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.seams.store.find(&keys).await?.into_iter().flatten().collect())
    }

    /// The records that turned into this one.
    pub(super) async fn turned_into(&self, record: &Record) -> Result<Vec<Record>, StoreError> {
        let key = &record.key;
        let of_its_kind = self.setup.flows.values().map(|flow| &flow.flow().source).filter(|source| {
            source.connection == key.connection
                && source.becomes.iter().any(|becoming| becoming.object == key.object)
        });
        let objects: BTreeSet<&ObjectName> = of_its_kind.map(|source| &source.object).collect();
        let texts = [key.id.clone()];
        let mut found = Vec::new();
        for object in objects {
            let mentioning = self.seams.store.mentioning(&key.connection, object, &texts, LOOKED_AT).await?;
            found.extend(mentioning.into_iter().filter(|before| self.becoming(before).contains(key)));
        }
        Ok(found)
    }
}
