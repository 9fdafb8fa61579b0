//! AttachmentUpload and AttachmentDownLoad, chunk by chunk (`protocols/kingdee.md §3.9`).

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::{Map, Value};

use super::arguments::{member, plain, truth, whole};
use super::auth::session::guid;
use super::catalogue::{CATALOGUE, FormMeta};
use super::cell::Cell;
use super::fault::{Code, Fault, Outcome};
use super::save::begin;
use super::turn::{self, Turn};
use crate::stand_in::Chance;

/// The largest chunk of an upload, and the size of the chunks of a download.
const CHUNK: usize = 4 * 1024 * 1024;

/// Characters of a content that a dump shows.
const SHOWN: usize = 100;

/// The files of the account set by their id.
#[derive(Debug, Default)]
pub struct Files(BTreeMap<String, File>);

#[derive(Debug, Default)]
struct File {
    name: String,
    content: Vec<u8>,
    is_complete: bool,
}

impl Files {
    /// The reply of AttachmentUpload.
    pub fn upload(
        &mut self,
        turn: &mut Turn,
        chance: &mut Chance,
        packet: &Map,
    ) -> Result<Value<'static>, Fault> {
        let text = |name: &str| plain(member(packet, name));
        let form = turn::form(text("FormId").trim())?;
        let bill = whole(packet, "InterId").unwrap_or(0);
        if turn.ledger.table(form).get(bill).is_none() {
            return Err(Fault::new(Code::NoData, format!("内码为{bill}的{}不存在", form.def.name)));
        }
        let chunk = STANDARD
            .decode(text("SendByte").trim())
            .map_err(|_| Fault::new(Code::Parameter, "参数SendByte不是有效的Base64字符串"))?;
        if chunk.len() > CHUNK {
            return Err(Fault::new(Code::Parameter, "单次上传的文件块不能超过4MB"));
        }
        let id = match text("FileId") {
            id if id.trim().is_empty() => guid(chance).replace('-', ""),
            id => id.trim().to_owned(),
        };
        let file = self.0.entry(id.clone()).or_default();
        if file.is_complete {
            return Err(Fault::new(Code::Parameter, "文件已经上传完成"));
        }
        file.name = text("FileName");
        file.content.extend(chunk);
        file.is_complete = truth(packet, "IsLast", false);
        if file.is_complete {
            let size = file.content.len();
            attach(turn, form, (bill, packet), (&id, size));
        }
        Ok(Outcome::fine().body([("FileId", id.into()), ("Message", "".into())]))
    }

    /// A person hangs a file at a document; its id.
    pub fn hang(
        &mut self,
        turn: &mut Turn,
        chance: &mut Chance,
        (form, bill): (&'static FormMeta, i64),
        (name, content): (&str, Vec<u8>),
    ) -> String {
        let id = guid(chance).replace('-', "");
        let mut packet = Map::new();
        for (key, text) in [("FileName", name), ("Entrykey", ""), ("EntryinterId", "-1")] {
            packet.push(key, text);
        }
        attach(turn, form, (bill, &packet), (&id, content.len()));
        self.0.insert(id.clone(), File { name: name.to_owned(), content, is_complete: true });
        id
    }

    /// All complete files, by their ids.
    pub fn dump(&self) -> serde_json::Value {
        let shown = |(id, file): (&String, &File)| {
            let text = String::from_utf8_lossy(&file.content).chars().take(SHOWN).collect::<String>();
            serde_json::json!({ "id": id, "name": file.name, "size": file.content.len(), "text": text })
        };
        self.0.iter().filter(|(_, file)| file.is_complete).map(shown).collect()
    }

    /// The reply of AttachmentDownLoad: the part of the file from `StartIndex` on.
    pub fn download(&self, packet: &Map) -> Result<Value<'static>, Fault> {
        let id = plain(member(packet, "FileId"));
        let none = || Fault::new(Code::NoData, format!("文件{id}不存在"));
        let file = self.0.get(id.trim()).filter(|file| file.is_complete).ok_or_else(none)?;
        let start = whole(packet, "StartIndex").and_then(|start| usize::try_from(start).ok()).unwrap_or(0);
        let start = start.min(file.content.len());
        let end = (start + CHUNK).min(file.content.len());
        Ok(Outcome::fine().body([
            ("StartIndex", (end as i64).into()),
            ("IsLast", (end == file.content.len()).into()),
            ("FileSize", (file.content.len() as i64).into()),
            ("FileName", file.name.clone().into()),
            ("FilePart", STANDARD.encode(&file.content[start..end]).into()),
            ("Message", "".into()),
        ]))
    }
}

/// Notes a complete file at its document.
fn attach(turn: &mut Turn, form: &FormMeta, (bill, packet): (i64, &Map), (file, size): (&str, usize)) {
    let attachments = CATALOGUE.form("BOS_Attachment");
    let id = turn.ledger.next_id(attachments);
    let mut document = begin(turn, attachments, id);
    let sent = |name: &str| Cell::text(plain(member(packet, name)));
    let number = turn.ledger.table(form).get(bill).map_or("", |document| document.number(form)).to_owned();
    for (key, cell) in [
        ("FBillType", Cell::text(form.def.id)),
        ("FInterID", Cell::text(bill.to_string())),
        ("FBillNo", Cell::text(number)),
        ("FEntryKey", sent("Entrykey")),
        ("FEntryInterID", sent("EntryinterId")),
        ("FAttachmentName", sent("FileName")),
        ("FFileId", Cell::text(file)),
        ("FAttachmentSize", Cell::Int(size as i64)),
        ("FCreateTime", Cell::Time(turn.now())),
    ] {
        document.set(attachments, key, cell);
    }
    turn.ledger.table_mut(attachments).put(attachments, document);
}
