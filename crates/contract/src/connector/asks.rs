//! What is asked of a system about its records.

use model::Timestamp;

use super::Found;

/// One page to be read of a window. The window is fixed while the walk lasts; `after` moves.
#[derive(Debug, Clone)]
pub struct PageAsk<'a> {
    pub object: &'a str,
    /// Fields to read; the connector adds those of [`ObjectFacts`].
    pub fields: &'a [String],
    /// The vendor's own filter, from the flow.
    pub filter: Option<&'a str>,
    /// Changed at or after this …
    pub from: Timestamp,
    /// … and at or before this: closed on both ends.
    pub to: Timestamp,
    /// Where the last page ended, as [`Page::next`] said.
    pub after: Option<&'a str>,
    pub size: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub found: Vec<Found>,
    /// To be given as [`PageAsk::after`]; `None` when the window has been read to its end.
    pub next: Option<String>,
}

/// Which records to count, as in [`PageAsk`].
#[derive(Debug, Clone, Copy)]
pub struct CountAsk<'a> {
    pub object: &'a str,
    pub filter: Option<&'a str>,
    pub from: Timestamp,
    pub to: Timestamp,
}

/// Which records to look for: those where all fields of a key equal its values.
#[derive(Debug, Clone)]
pub struct LookupAsk<'a> {
    pub object: &'a str,
    /// Target fields, the same for every key. Dotted where the mapping's are: `FCreateOrgId.FNumber`. A reference
    /// named without its member (`FCreateOrgId`) is compared by the member that plain values go to.
    pub by: &'a [String],
    /// One row of values per key, in the order of `by`.
    pub keys: &'a [Vec<String>],
    pub fields: &'a [String],
}
