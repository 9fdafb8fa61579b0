//! From what a system answered to what the store takes in.

use contract::connector::Found;
use contract::store::Incoming;
use model::record::RecordKey;
use model::{Hash, Map, Value, json};

use super::ask::ObjectReading;

/// The found record as it is stored. Its hash leaves the version field out: a record whose modification time moved
/// and nothing else did not change. Of a part only that much is read as says what it is a part of, so its version is all
/// that tells of a change.
pub(crate) fn incoming(reading: &ObjectReading, version_field: Option<&str>, found: Found) -> Incoming {
    let body = Value::Map(found.body);
    let part_of = whole_of(reading, &body);
    let open = reading.open.as_ref().map(|open| !found.void && open.holds(&body));
    let content = content_hash(&body, version_field);
    Incoming {
        hash: match found.version.filter(|_| part_of.is_some()) {
            Some(version) => Hash::of_text(&format!("{content}\u{1f}{version}")),
            None => content,
        },
        body: json::write(&body),
        id: found.id,
        number: found.number,
        name: found.name,
        version: found.version,
        void: found.void,
        part_of,
        open,
        receipt: None,
        merged_onto: None,
    }
}

/// The document that a record with this content is a part of.
pub(super) fn whole_of(reading: &ObjectReading, body: &Value) -> Option<RecordKey> {
    reading.part_of.iter().find_map(|(whole, by)| {
        let id = body.get(by)?.plain().filter(|id| !id.trim().is_empty())?.into_owned();
        Some(RecordKey::new(reading.line.name(), whole, id))
    })
}

/// The hash of a content, but for the field that tells its version.
pub(crate) fn content_hash(body: &Value, version_field: Option<&str>) -> Hash {
    match (body, version_field) {
        (Value::Map(map), Some(version)) if map.get(version).is_some() => {
            let content: Map = map
                .iter()
                .filter(|(name, _)| *name != version)
                .map(|(name, value)| (name.into(), value.borrow()))
                .collect();
            Hash::of_map(&content)
        }
        _ => Hash::of(body),
    }
}
