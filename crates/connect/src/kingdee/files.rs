//! Attachments (附件): files of a bill or of a row of it, sent up and down in parts (`protocols/kingdee.md §3.9`).
//!
//! Which files a bill has is asked of the form that lists them. A field that holds files holds their ids.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use contract::connector::{File, FileEntry, FilePlace, Refusal, file_too_large, unsupported};
use model::{AnswerClass, Cause, Map, Value, json};

use super::answer::{self, Nature};
use super::call::{Api, Request};
use super::form::Form;
use super::query::{Query, filter};

/// Bytes of one part, before base64.
const PART: usize = 4 << 20;
/// Most files of one place.
const MOST_FILES: usize = 200;
/// Where a file hangs when it is the bill's own.
const HEAD_ROW: &str = "-1";

/// The files that hang there.
///
/// # Errors
/// What the server answered.
pub async fn files(api: &Api<'_>, form: &Form, place: &FilePlace<'_>) -> Result<Vec<FileEntry>, Refusal> {
    match place.field {
        Some(field) => in_field(api, form, place, field).await,
        None => of_bill(api, place).await,
    }
}

/// The files whose ids a field of the bill holds. Their names come with their contents.
async fn in_field(
    api: &Api<'_>,
    form: &Form,
    place: &FilePlace<'_>,
    field: &str,
) -> Result<Vec<FileEntry>, Refusal> {
    let condition = match place.row.and_then(|(list, row)| Some((form.entity(list)?, row))) {
        Some((list, row)) => format!("{} = {}", list.id_key(), filter::id_literal(row)),
        None => filter::ids(&form.id, &[place.id.to_owned()]),
    };
    let keys = [field.to_owned()];
    let query = Query { form: &form.object, keys: &keys, filter: &condition, order: "", limit: 1 };
    let rows = query.rows(api).await?;
    let held = rows.first().and_then(|row| row.first()?.plain()).unwrap_or_default();
    let ids = held.split([',', ';']).map(str::trim).filter(|id| !id.is_empty());
    Ok(ids.map(|id| FileEntry { handle: id.to_owned(), name: id.to_owned(), size: None }).collect())
}

/// The files that the list of attachments has for the bill or its row.
async fn of_bill(api: &Api<'_>, place: &FilePlace<'_>) -> Result<Vec<FileEntry>, Refusal> {
    let keys = ["FFileId", "FAttachmentName", "FAttachmentSize"].map(str::to_owned);
    let row = place.row.map_or(HEAD_ROW, |(_, row)| row);
    let equal = |field: &str, text: &str| format!("{field} = {}", filter::literal(text));
    let conditions =
        [equal("FBillType", place.object), equal("FInterID", place.id), equal("FEntryInterID", row)];
    let condition = filter::all(conditions.iter().map(String::as_str));
    let form = &api.settings.attachment_object;
    let query = Query { form, keys: &keys, filter: &condition, order: "FFileId ASC", limit: MOST_FILES };
    let text = |value: Option<&Value>| value.and_then(Value::plain).unwrap_or_default().trim().to_owned();
    let entry = |row: &Vec<Value>| FileEntry {
        handle: text(row.first()),
        name: text(row.get(1)),
        size: text(row.get(2)).parse().ok(),
    };
    Ok(query.rows(api).await?.iter().map(entry).filter(|file| !file.handle.is_empty()).collect())
}

/// A file with its content, fetched part by part.
///
/// # Errors
/// [`file_too_large`], `kingdee.file_part` (`transient`) for parts that do not fit together, else what the server
/// answered.
pub async fn fetch(api: &Api<'_>, file: &FileEntry, most: u64) -> Result<File, Refusal> {
    if file.size.is_some_and(|size| size > most) {
        return Err(file_too_large(&file.name, most));
    }
    let mut content: Vec<u8> = Vec::new();
    let mut name = file.name.clone();
    let mut start = 0;
    loop {
        let part = part(api, &file.handle, start).await?;
        let is_over = |length: u64| length > most;
        let length = u64::try_from(content.len() + part.bytes.len()).unwrap_or(u64::MAX);
        if is_over(length) || part.size.is_some_and(is_over) {
            return Err(file_too_large(&file.name, most));
        }
        content.extend_from_slice(&part.bytes);
        name = part.name.unwrap_or(name);
        match part.next {
            None => return Ok(File { name, media_type: None, content: Bytes::from(content) }),
            Some(next) if next > start => start = next,
            Some(_) => return Err(broken(&file.name)),
        }
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

async fn part(api: &Api<'_>, handle: &str, start: u64) -> Result<Part, Refusal> {
    let mut data = Map::with_capacity(2);
    data.push("FileId", handle);
    data.push("StartIndex", i64::try_from(start).unwrap_or(i64::MAX));
    let body = api.data_body(&json::write(&Value::Map(data)));
    let reply = api.call(&Request { operation: "AttachmentDownLoad", body, nature: Nature::Read }).await?;
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
pub async fn attach(api: &Api<'_>, place: &FilePlace<'_>, file: &File) -> Result<String, Refusal> {
    if place.field.is_some() {
        return Err(unsupported("attach to a field"));
    }
    let mut id = String::new();
    let mut parts = file.content.chunks(PART);
    let empty: &[u8] = &[];
    let mut current = parts.next().unwrap_or(empty);
    loop {
        let next = parts.next();
        let is_last = next.is_none();
        id = match send_part(api, place, file, &id, current, is_last).await {
            Err(refusal) if refusal.class == AnswerClass::Unknown && !is_last => {
                return Err(Refusal::new(AnswerClass::Transient, refusal.cause));
            }
            told => told?,
        };
        match next {
            Some(part) => current = part,
            None => return Ok(id),
        }
    }
}

async fn send_part(
    api: &Api<'_>,
    place: &FilePlace<'_>,
    file: &File,
    id: &str,
    part: &[u8],
    is_last: bool,
) -> Result<String, Refusal> {
    let (list, row) = place.row.unwrap_or(("", HEAD_ROW));
    let mut data = Map::with_capacity(10);
    data.push("FileName", file.name.clone());
    data.push("FormId", place.object);
    data.push("IsLast", is_last);
    data.push("InterId", place.id);
    data.push("Entrykey", list);
    data.push("EntryinterId", row);
    data.push("BillNO", place.number.unwrap_or_default());
    data.push("AliasFileName", file.name.clone());
    data.push("FileId", id);
    data.push("SendByte", STANDARD.encode(part));
    let body = api.data_body(&json::write(&Value::Map(data)));
    let reply = api.call(&Request { operation: "AttachmentUpload", body, nature: Nature::Write }).await?;
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
