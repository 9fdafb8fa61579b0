//! Files of records (附件, 图片): what hangs at a record, fetched and attached one by one.
//!
//! A file's content is a stream of chunks that is pulled by whoever sends it on, so that no more of it is in memory than
//! the slower side takes at once. Where a system gives or takes a file in one piece only, its connector holds that piece,
//! within the limit that it names.

use async_trait::async_trait;
pub use bytes::Bytes;
use bytes::BytesMut;
use model::{AnswerClass, Cause};

use super::Refusal;

/// The name that stands for the files of a record as a whole (K/3's 附件 of a bill), where a field would stand: in a flow,
/// and in the fields that a read asks for.
pub const ATTACHMENTS: &str = "attachments";

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

/// Which side of a flow files are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileSide {
    Source,
    Target,
}

/// A file with its content, which is taken once.
pub struct File<'c> {
    pub name: String,
    /// `image/png`, where it is known.
    pub media_type: Option<String>,
    /// In bytes, where it is known before the content is taken.
    pub size: Option<u64>,
    pub content: Box<dyn Chunks + 'c>,
}

/// A content in chunks.
#[async_trait]
pub trait Chunks: Send + Sync {
    /// The next bytes, of any number but none; `None` after the last.
    ///
    /// # Errors
    /// Never of the class `unknown`: a content may always be asked for again.
    async fn next(&mut self) -> Result<Option<Bytes>, Refusal>;
}

/// Larger pieces are given on in slices, so that whoever takes parts need not copy the whole.
const SLICE: usize = 1 << 20;

/// A content that is in memory.
struct Held(Bytes);

#[async_trait]
impl Chunks for Held {
    async fn next(&mut self) -> Result<Option<Bytes>, Refusal> {
        let slice = self.0.split_to(self.0.len().min(SLICE));
        Ok((!slice.is_empty()).then_some(slice))
    }
}

impl File<'static> {
    /// A file whose content is in memory.
    pub fn held(name: impl Into<String>, content: impl Into<Bytes>) -> File<'static> {
        let content = content.into();
        let size = Some(content.len() as u64);
        File { name: name.into(), media_type: None, size, content: Box::new(Held(content)) }
    }
}

impl File<'_> {
    /// The whole content, for systems that take it in one piece.
    ///
    /// # Errors
    /// [`file_too_large`] as soon as there are more than `most` bytes; what the content is refused with.
    pub async fn whole(&mut self, most: u64) -> Result<Bytes, Refusal> {
        let Some(first) = self.content.next().await? else { return Ok(Bytes::new()) };
        let mut whole = BytesMut::from(first);
        loop {
            if whole.len() as u64 > most {
                return Err(file_too_large(&self.name, most));
            }
            match self.content.next().await? {
                Some(chunk) => whole.extend_from_slice(&chunk),
                None => return Ok(whole.freeze()),
            }
        }
    }
}

/// The refusal of a file of more bytes than may be carried.
pub fn file_too_large(name: &str, most: u64) -> Refusal {
    let cause = Cause::new("connector.file_too_large").with("name", name).with("limit", most);
    Refusal::new(AnswerClass::Rejected, cause)
}
