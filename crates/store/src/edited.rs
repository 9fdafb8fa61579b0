//! Copies that a person edited: what of the source leaves the edit as it is, and what takes its place. The same for every
//! engine of storage; the words are those of `contract::store::Records::ingest`.

use contract::store::{Incoming, Reading};
use model::Hash;

/// What is known of a record: the hash of its copy, whether it is void, its version at the source, and the hash of what the
/// source said where a person edited the copy since.
pub(crate) type Copy = (Hash, bool, Option<i64>, Option<Hash>);

/// Whether what comes changes nothing. What the source said before the edit says nothing new, unless somebody asked for it
/// by hand or it is of a newer version.
pub(crate) fn is_same((hash, void, version, read): Copy, reading: Reading, incoming: &Incoming) -> bool {
    let is_newer = version.zip(incoming.version).is_some_and(|(known, came)| came > known);
    let is_edited_since = read == Some(incoming.hash) && !is_newer && reading != Reading::Hand;
    void == incoming.void && (hash == incoming.hash || is_edited_since)
}

/// What is remembered as the source's own word once this has come in as a change.
pub(crate) fn read_then((hash, read): (Hash, Option<Hash>), reading: Reading) -> Option<Hash> {
    match reading {
        Reading::Edit => read.or(Some(hash)),
        _ => None,
    }
}
