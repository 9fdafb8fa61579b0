//! Attachments and images of a field (`protocols/fxiaoke.md §4.3`, `§6`).
//!
//! A field holds a list of `{name|filename, path, size}`; the path is the handle: a mediaId in the old style. A file is
//! fetched by `/media/download`, in one answer, and sent by `/media/upload`, in one form. It is held in memory whole on
//! this side, then: the vendor takes 20 MB (images 5 MB), and an answer that is read as slowly as another system takes its
//! parts would be cut off. The new style gives out npaths, for which the vendor documents no download, so that files are
//! for connections of the old style.

pub(super) mod kinds;

use std::time::Duration;

use bytes::Bytes;
use contract::connector::{File, FileEntry, FilePlace, Refusal, file_too_large};
use contract::transport::{Call, Carries};
use model::{AnswerClass, Cause, Map, Value, json};

use self::kinds::FileKinds;
use super::call::{Kind, Session};
use super::path::{self, Act};
use super::settings::Style;
use super::sign_in;

/// The vendor's limits of one upload (`§6`).
const MOST_DOCUMENT: u64 = 20 << 20;
const MOST_IMAGE: u64 = 5 << 20;

/// How long an upload, and the answer to a download, may take: 20 MB over a line of 2 Mbit/s.
pub(super) const UPLOAD_LIMIT: Duration = Duration::from_secs(90);

/// Endings of what a field of images takes.
const IMAGES: [&str; 6] = ["png", "jpg", "jpeg", "gif", "bmp", "webp"];

/// The files of the field, in its order.
pub(super) async fn files(session: &Session<'_>, place: &FilePlace<'_>) -> Result<Vec<FileEntry>, Refusal> {
    let list = held(session, place).await?;
    Ok(list.iter().filter_map(entry).collect())
}

/// What a field of files holds, as it was read with its record.
pub(super) fn held_files(value: &Value<'_>) -> Vec<FileEntry> {
    value.as_list().unwrap_or_default().iter().filter_map(entry).collect()
}

/// A file with its content.
pub(super) async fn fetch(
    session: &Session<'_>,
    file: &FileEntry,
    most: u64,
) -> Result<File<'static>, Refusal> {
    refuse_new_style(session)?;
    if file.size.is_some_and(|size| size > most) {
        return Err(file_too_large(&file.name, most));
    }
    let mut body = Map::with_capacity(1);
    body.push("mediaId", file.handle.as_str());
    let content = match session.download(path::MEDIA_DOWNLOAD, body, most).await {
        Err(refusal) if refusal.cause.code == "transport.too_large" => {
            return Err(file_too_large(&file.name, most));
        }
        content => content?,
    };
    if content.len() as u64 > most {
        return Err(file_too_large(&file.name, most));
    }
    Ok(File::held(file.name.clone(), content))
}

/// Uploads the file and adds it to the field. The upload alone changes nothing that people see, so that only the update
/// that follows it can have been carried out without our knowing. The vendor knows no adding: the field is read right
/// before it is written whole, so that what people put there meanwhile stays.
pub(super) async fn attach(
    session: &Session<'_>,
    kinds: &FileKinds,
    place: &FilePlace<'_>,
    mut file: File<'_>,
) -> Result<String, Refusal> {
    refuse_new_style(session)?;
    let (object, id) = record_of(place);
    let field = field(place)?;
    let as_image = kinds.takes_images(session, object, field).await?;
    let is_image = IMAGES.iter().any(|image| image.eq_ignore_ascii_case(ending(&file.name)));
    if as_image && !is_image {
        let cause = Cause::new("fxiaoke.not_an_image").with("name", &file.name).with("field", field);
        return Err(cause.into());
    }
    let (kind, most) = if as_image { ("image", MOST_IMAGE) } else { ("document", MOST_DOCUMENT) };
    let content = file.whole(most).await?;
    let handle = upload(session, (&file.name, file.media_type.as_deref()), &content, kind).await?;
    let held = held(session, place).await?;
    let mut entries: Vec<Value> = held.iter().map(Value::borrow).collect();
    entries.push(written(&file.name, &handle, as_image.then_some(content.len())));
    let mut record = Map::new();
    record.push("dataObjectApiName", object);
    record.push("_id", id);
    record.push(field, entries);
    let mut inner = Map::new();
    inner.push("object_data", record);
    let mut body = Map::new();
    body.push("data", inner);
    session.crm(Act::Update.path(object), Kind::Write, body).await?;
    Ok(handle)
}

/// What the field holds now, as the vendor gives it.
async fn held(session: &Session<'_>, place: &FilePlace<'_>) -> Result<Vec<Value<'static>>, Refusal> {
    let (object, id) = record_of(place);
    let mut inner = Map::with_capacity(2);
    inner.push("dataObjectApiName", object);
    inner.push("objectDataId", id);
    let mut body = Map::with_capacity(1);
    body.push("data", inner);
    let mut answer = session.crm(Act::Get.path(object), Kind::Read, body).await?;
    let Some(Value::Map(mut row)) = answer.remove("data") else {
        return Err(super::query::unreadable(object));
    };
    match row.remove(field(place)?) {
        Some(Value::List(list)) => Ok(list),
        _ => Ok(Vec::new()),
    }
}

/// The record that the files hang at; rows are records of their own.
fn record_of<'p>(place: &FilePlace<'p>) -> (&'p str, &'p str) {
    match place.row {
        Some((list, row)) => (list.rsplit('.').next().unwrap_or(list), row),
        None => (place.object, place.id),
    }
}

/// Files hang at fields only.
fn field<'p>(place: &FilePlace<'p>) -> Result<&'p str, Refusal> {
    place.field.ok_or_else(|| Refusal::new(AnswerClass::Config, Cause::new("fxiaoke.file_field")))
}

fn entry(held: &Value) -> Option<FileEntry> {
    let text = |name: &str| held.get(name).and_then(Value::plain).filter(|text| !text.trim().is_empty());
    let handle = text("path")?.into_owned();
    let name =
        text("name").or_else(|| text("filename")).map_or_else(|| handle.clone(), |name| name.into_owned());
    let name = match text("ext").filter(|_| ending(&name).is_empty()) {
        Some(ext) => format!("{name}.{ext}"),
        None => name,
    };
    // Sizes come with a fraction: 51200.0.
    let size = text("size").and_then(|size| size.split('.').next()?.parse().ok());
    Some(FileEntry { handle, name, size })
}

/// As fields of attachments or, with a size in bytes, of images take it (`§4.3`).
fn written<'f>(name: &'f str, handle: &'f str, image: Option<usize>) -> Value<'f> {
    let mut entry = Map::with_capacity(5);
    match image {
        Some(size) => {
            entry.push("ext", ending(name));
            entry.push("isImage", true);
            entry.push("filename", name);
            entry.push("size", i64::try_from(size).unwrap_or(i64::MAX));
        }
        None => entry.push("name", name),
    }
    entry.push("path", handle);
    entry.into()
}

fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// `POST /media/upload?corpAccessToken=..&corpId=..&type=..` with one multipart field `media`.
async fn upload(
    session: &Session<'_>,
    named: (&str, Option<&str>),
    content: &Bytes,
    kind: &'static str,
) -> Result<String, Refusal> {
    let credentials = sign_in::without_operator(session).await?;
    let token = credentials.token.secret.reveal();
    let corp = credentials.token.part(sign_in::CORP_ID).unwrap_or_default();
    let base = format!("{}{}", session.settings.base_url, path::MEDIA_UPLOAD);
    let parts = [("corpAccessToken", token), ("corpId", corp), ("type", kind)];
    let url = url::Url::parse_with_params(&base, parts)
        .map_err(|_| super::query::unreadable(path::MEDIA_UPLOAD))?;
    let boundary = format!("qiao-{:016x}{:016x}", session.wire.chance().next(), session.wire.chance().next());
    let mut call = Call::post_json(path::MEDIA_UPLOAD, url, multipart(&boundary, named, content))
        .hiding(token)
        .carrying(Carries::FileUp(format!("media: {}", named.0)));
    call.timeout = UPLOAD_LIMIT;
    call.headers = vec![("Content-Type".into(), format!("multipart/form-data; boundary={boundary}"))];
    // Nobody sees a file that no record names: an upload whose answer was lost may be repeated.
    let answer = session.exchange(Kind::Read, call).await.map_err(super::answer::Failure::into_refusal)?;
    let handle = answer.get("mediaId").and_then(Value::plain).filter(|id| !id.trim().is_empty());
    handle.map(|id| id.into_owned()).ok_or_else(|| super::query::unreadable(path::MEDIA_UPLOAD))
}

fn multipart(boundary: &str, (name, media_type): (&str, Option<&str>), content: &[u8]) -> Vec<u8> {
    // Quotes and line ends would end the header.
    let name: String = name.chars().map(|c| if c.is_control() || c == '"' { '_' } else { c }).collect();
    let media_type = media_type.unwrap_or("application/octet-stream");
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"media\"; filename=\"{name}\"\r\nContent-Type: {media_type}\r\n\r\n"
    );
    [head.as_bytes(), content, format!("\r\n--{boundary}--\r\n").as_bytes()].concat()
}

fn refuse_new_style(session: &Session<'_>) -> Result<(), Refusal> {
    match no_files(session.settings.style) {
        None => Ok(()),
        Some(cause) => Err(Refusal::new(AnswerClass::Config, cause)),
    }
}

/// Why connections of the style carry no files.
pub(super) fn no_files(style: Style) -> Option<Cause> {
    (style == Style::OAuth).then(|| Cause::new("fxiaoke.file_style"))
}

/// What a download came to: the content, or the envelope of a refusal.
pub(super) fn is_envelope(body: &[u8]) -> bool {
    matches!(json::read_bytes(body), Ok(Value::Map(map)) if map.get("errorCode").is_some())
}
