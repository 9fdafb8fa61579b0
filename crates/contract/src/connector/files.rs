//! Files of records (附件, images): what hangs at a record, fetched and attached one by one.
//!
//! A file is held in memory whole, within the limit that its carrier names; systems that take parts get parts.

use bytes::Bytes;
use model::{AnswerClass, Cause};

use super::Refusal;

/// Where files hang.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilePlace<'a> {
    pub object: &'a str,
    /// The record's id.
    pub id: &'a str,
    /// The record's number, which some systems want beside the id.
    pub number: Option<&'a str>,
    /// The field that holds the files; `None` for those of the record as a whole (K/3's 附件 of a bill).
    pub field: Option<&'a str>,
    /// The detail list and the row in it whose files are meant, instead of the record's own.
    pub row: Option<(&'a str, &'a str)>,
}

/// A file as its record tells of it, without its content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileEntry {
    /// By which the system gives it out: a file id, a path. Unchanging as long as the content is.
    pub handle: String,
    /// With its extension: `合同.pdf`.
    pub name: String,
    /// In bytes, where the system tells.
    pub size: Option<u64>,
}

/// A file with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub name: String,
    /// `image/png`, where it is known.
    pub media_type: Option<String>,
    pub content: Bytes,
}

/// The refusal of a file of more bytes than may be carried.
pub fn file_too_large(name: &str, most: u64) -> Refusal {
    let cause = Cause::new("connector.file_too_large").with("name", name).with("limit", most);
    Refusal::new(AnswerClass::Rejected, cause)
}
