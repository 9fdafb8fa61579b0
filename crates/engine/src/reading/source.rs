//! Reading records of one object from its system, whole: with the related records that are part of them.

use std::collections::BTreeMap;

use contract::connector::{Found, LookupAsk, Page, PageAsk, Refusal};
use model::Value;

use super::ask::ObjectReading;
use crate::connection::ConnectionWire;

impl ObjectReading {
    /// One page of a window.
    pub async fn page(&self, wire: &ConnectionWire<'_>, ask: &PageAsk<'_>) -> Result<Page, Refusal> {
        let page = self.line.connector.page(wire, ask).await;
        self.line.went(&page);
        let Page { found, next } = page?;
        Ok(Page { found: self.with_parts(wire, found).await?, next })
    }

    /// The records of these ids that exist.
    pub async fn get(&self, wire: &ConnectionWire<'_>, ids: &[String]) -> Result<Vec<Found>, Refusal> {
        let found = self.line.connector.get(wire, self.object.as_str(), ids, &self.fields).await;
        self.line.went(&found);
        self.with_parts(wire, found?).await
    }

    /// As [`ObjectReading::page`], for somebody who asks now and keeps no record of the calls.
    pub async fn page_now(&self, ask: &PageAsk<'_>) -> Result<Page, Refusal> {
        self.page(&self.line.wire(self.object.as_str()), ask).await
    }

    /// As [`ObjectReading::get`], for somebody who asks now and keeps no record of the calls.
    pub async fn read_now(&self, ids: &[String]) -> Result<Vec<Found>, Refusal> {
        let wire = self.line.wire(self.object.as_str());
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(self.line.facts.lookup.max(1)) {
            found.extend(self.get(&wire, ids).await?);
        }
        Ok(found)
    }

    /// Adds the lists of related records, read for many documents in one look-up.
    async fn with_parts(
        &self,
        wire: &ConnectionWire<'_>,
        mut found: Vec<Found>,
    ) -> Result<Vec<Found>, Refusal> {
        if found.is_empty() {
            return Ok(found);
        }
        for include in &self.include {
            let keys: Vec<Vec<String>> = found.iter().map(|whole| vec![whole.id.clone()]).collect();
            let by = [include.by.clone()];
            let mut lists = Vec::with_capacity(keys.len());
            for keys in keys.chunks(self.line.facts.lookup.max(1)) {
                let ask = LookupAsk { object: include.object.as_str(), by: &by, keys, fields: &[] };
                let looked_up = self.line.connector.lookup(wire, &ask).await;
                self.line.went(&looked_up);
                lists.extend(looked_up?);
            }
            for (whole, parts) in found.iter_mut().zip(lists) {
                whole.body.set(include.name.clone(), list_of(parts));
            }
        }
        Ok(found)
    }
}

/// Parts that stand, in the order of their ids, so that the same parts give the same content.
fn list_of(parts: Vec<Found>) -> Vec<Value<'static>> {
    let standing = parts.into_iter().filter(|part| !part.void);
    let by_id: BTreeMap<String, Found> = standing.map(|part| (part.id.clone(), part)).collect();
    by_id.into_values().map(|part| Value::Map(part.body)).collect()
}
