//! Attachments (附件): files of a bill or of a row of it, sent up and down in parts (`protocols/kingdee.md §3.9`).
//!
//! A part of 4 MB is what is in memory of a file, once as it is and once as base64.
//! Which files a bill has is asked of the form that lists them ([`listing`]). A field that holds files holds their ids.

pub mod listing;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use contract::connector::{Chunks, File, FileEntry, FilePlace, Refusal, file_too_large, unsupported};
use contract::transport::Carries;
use model::{AnswerClass, Cause, Map, Value, json};

use super::answer::{self, Nature};
use super::call::{Api, Request};

/// Bytes of one part, before base64.
const PART: usize = 4 << 20;
/// Where a file hangs when it is the bill's own.
const HEAD_ROW: &str = "-1";

/// A file, fetched part by part as it is taken. The first part comes at once: it tells the file's name.
///
/// # Errors
/// [`file_too_large`], `kingdee.file_part` (`transient`) for parts that do not fit together, else what the server
/// answered.
pub async fn fetch<'w>(api: Api<'w>, file: &FileEntry, most: u64) -> Result<File<'w>, Refusal> {
    if file.size.is_some_and(|size| size > most) {
        return Err(file_too_large(&file.name, most));
    }
    let mut parts = Parts {
        api,
        handle: file.handle.clone(),
        name: file.name.clone(),
        most,
        size: None,
        ready: None,
        next: Some(0),
        taken: 0,
    };
    parts.ready = parts.part().await?;
    let size = parts.size.or(file.size);
    Ok(File { name: parts.name.clone(), media_type: None, size, content: Box::new(parts) })
}

/// The parts of a file on their way down.
struct Parts<'w> {
    api: Api<'w>,
    handle: String,
    name: String,
    most: u64,
    /// Of the whole file, as the first part told it.
    size: Option<u64>,
    /// A part that has come and was not taken yet.
    ready: Option<Bytes>,
    /// Where the next part begins; `None` after the last.
    next: Option<u64>,
    taken: u64,
}

#[async_trait]
impl Chunks for Parts<'_> {
    async fn next(&mut self) -> Result<Option<Bytes>, Refusal> {
        match self.ready.take() {
            Some(part) => Ok(Some(part)),
            None => self.part().await,
        }
    }
}

impl Parts<'_> {
    /// The next part that holds something.
    async fn part(&mut self) -> Result<Option<Bytes>, Refusal> {
        while let Some(start) = self.next {
            let part = ask_part(&self.api, &self.handle, start).await?;
            self.taken += part.bytes.len() as u64;
            if self.taken.max(part.size.unwrap_or(0)) > self.most {
                return Err(file_too_large(&self.name, self.most));
            }
            self.size = self.size.or(part.size);
            self.name = part.name.unwrap_or(std::mem::take(&mut self.name));
            self.next = match part.next {
                Some(next) if next <= start => return Err(broken(&self.name)),
                next => next,
            };
            // A download that ends before the size it told has lost its end on the way.
            if self.next.is_none() && part.size.is_some_and(|size| size != self.taken) {
                return Err(broken(&self.name));
            }
            if !part.bytes.is_empty() {
                return Ok(Some(Bytes::from(part.bytes)));
            }
        }
        Ok(None)
    }
}

struct Part {
    bytes: Vec<u8>,
    name: Option<String>,
    /// Of the whole file.
    size: Option<u64>,
    /// Where the next part begins; `None` after the last.
    next: Option<u64>,
}

async fn ask_part(api: &Api<'_>, handle: &str, start: u64) -> Result<Part, Refusal> {
    let mut data = Map::with_capacity(2);
    data.push("FileId", handle);
    data.push("StartIndex", i64::try_from(start).unwrap_or(i64::MAX));
    let body = api.data_body(&json::write(&Value::Map(data)));
    let request = Request { operation: "AttachmentDownLoad", body, nature: Nature::Read };
    let reply = api.call_carrying(&request, &Carries::FileDown).await?;
    let value = reply.value()?;
    if let Some(status) = answer::failed(&value) {
        return Err(answer::refusal(api.manifest, &status, None));
    }
    let text = |name: &str| value.get("Result").and_then(|result| result.get(name)?.plain());
    let bytes = text("FilePart").and_then(|part| STANDARD.decode(part.trim().as_bytes()).ok());
    let is_last = text("IsLast").is_some_and(|word| word.eq_ignore_ascii_case("true"));
    Ok(Part {
        bytes: bytes.ok_or_else(|| broken(handle))?,
        name: text("FileName").map(|name| name.into_owned()).filter(|name| !name.trim().is_empty()),
        size: text("FileSize").and_then(|size| size.parse().ok()),
        next: if is_last { None } else { text("StartIndex").and_then(|next| next.parse().ok()).or(Some(0)) },
    })
}

fn broken(name: &str) -> Refusal {
    Refusal::new(AnswerClass::Transient, Cause::new("kingdee.file_part").with("name", name))
}

/// Hangs a file at a bill or a row of it, part by part; gives its id. Nothing hangs there before the last part: a lost
/// answer to an earlier one is `transient`, to the last one `unknown`.
///
/// # Errors
/// `connector.unsupported` for a field; `kingdee.silent` (`unknown`) for an answer without an id; what the server
/// answered.
pub async fn attach(api: &Api<'_>, place: &FilePlace<'_>, mut file: File<'_>) -> Result<String, Refusal> {
    if place.field.is_some() {
        return Err(unsupported("attach to a field"));
    }
    let mut id = String::new();
    let mut held = BytesMut::new();
    loop {
        let is_last = fill(&mut held, &mut file).await?;
        let part = held.split_to(held.len().min(PART)).freeze();
        id = match send_part(api, place, &file.name, &id, &part, is_last).await {
            Err(refusal) if refusal.class == AnswerClass::Unknown && !is_last => {
                return Err(Refusal::new(AnswerClass::Transient, refusal.cause));
            }
            told => told?,
        };
        if is_last {
            return Ok(id);
        }
    }
}

/// Takes content in until there is more than one part; whether what is held is the last of it.
async fn fill(held: &mut BytesMut, file: &mut File<'_>) -> Result<bool, Refusal> {
    while held.len() <= PART {
        match file.content.next().await? {
            Some(chunk) => held.extend_from_slice(&chunk),
            None => return Ok(true),
        }
    }
    Ok(false)
}

async fn send_part(
    api: &Api<'_>,
    place: &FilePlace<'_>,
    name: &str,
    id: &str,
    part: &[u8],
    is_last: bool,
) -> Result<String, Refusal> {
    let (list, row) = place.row.unwrap_or(("", HEAD_ROW));
    let mut data = Map::with_capacity(10);
    data.push("FileName", name);
    data.push("FormId", place.object);
    data.push("IsLast", is_last);
    data.push("InterId", place.id);
    data.push("Entrykey", list);
    data.push("EntryinterId", row);
    data.push("BillNO", place.number.unwrap_or_default());
    data.push("AliasFileName", name);
    data.push("FileId", id);
    let shown = json::write(&Value::Map(data.borrow()));
    data.push("SendByte", STANDARD.encode(part));
    let body = api.data_body(&json::write(&Value::Map(data)));
    let request = Request { operation: "AttachmentUpload", body, nature: Nature::Write };
    let reply = api.call_carrying(&request, &Carries::FileUp(shown)).await?;
    let value = reply.value()?;
    if let Some(status) = answer::failed(&value) {
        let refusal = answer::refusal(api.manifest, &status, None);
        return Err(Refusal::new(refusal.class, refusal.cause.with("object", place.object)));
    }
    let told = value.get("Result").and_then(|result| result.get("FileId")?.plain());
    told.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).ok_or_else(|| {
        let cause = Cause::new("kingdee.silent").with("object", place.object);
        Refusal::new(AnswerClass::Unknown, cause.with("number", place.number.unwrap_or(place.id)))
    })
}
