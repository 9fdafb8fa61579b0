//! Files: pictures and documents, in the old way and the new one (`protocols/fxiaoke.md` §6).
//!
//! The old way posts a form to `/media/upload`. The new one asks for a credential and posts to the address in it. What
//! comes of either (`mediaId`, or a path `TN_…`) is what fields hold as `path`, and downloads.

mod form;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::answer::{Answer, Refusal, members, nothing};
use crate::stand_in::{Chance, Moment, Reply, Request};

const MB: usize = 1024 * 1024;
const MOST_IMAGE: usize = 5 * MB;
const MOST_DOCUMENT: usize = 20 * MB;
const MOST_FILE: u64 = 100 * 1024 * 1024;

/// Characters of a content that a dump shows.
const SHOWN: usize = 100;

/// The path of uploads with a credential, below the mount.
const UPLOAD: &str = "/fs/upload";

/// The files of the tenant and the uploads that were promised.
#[derive(Default)]
pub struct Files {
    files: BTreeMap<String, File>,
    promised: BTreeMap<String, Promise>,
}

struct File {
    name: String,
    content: Vec<u8>,
}

/// An upload that a credential allows, by its `acid`.
struct Promise {
    path: String,
    sign: String,
    name: String,
    size: u64,
    expires_ms: i64,
}

/// The credentials of an upload, which stand in its query, in the form of a body.
pub fn credentials(call: &Request) -> Value {
    let named = |name: &str| call.parameter(name).map(|value| (name.to_string(), json!(value)));
    let found = ["corpAccessToken", "corpId", "currentOpenUserId"].into_iter().filter_map(named);
    Value::Object(found.collect::<Map<String, Value>>())
}

impl Files {
    /// `media/upload`: a form with the file in `media`.
    pub fn upload(&mut self, call: &Request, chance: &mut Chance) -> Answer {
        let most = match call.parameter("type").as_deref() {
            Some("image") => MOST_IMAGE,
            Some("document") => MOST_DOCUMENT,
            _ => return Err(Refusal::parameter("type")),
        };
        let part = form::file(call, "media").ok_or_else(|| Refusal::parameter("media"))?;
        if part.content.len() > most {
            return Err(Refusal::new(
                32000,
                "the media is too large",
                format!("文件大小超过限制：最大{}MB", most / MB),
            ));
        }
        let id = format!("N_{}", chance.hex(32));
        self.files.insert(id.clone(), File { name: part.name, content: part.content });
        Ok(members(json!({ "mediaId": id })))
    }

    /// `generatorFileUploadCredential`: an address and what to send there as headers.
    pub fn credential(&mut self, call: &Request, data: &Value, moment: &mut Moment) -> Answer {
        let number = |name: &str| match &data[name] {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        let expires_in = number("expireTime").filter(|seconds| (60..=604_800).contains(seconds));
        let expires_in = expires_in.ok_or_else(|| Refusal::parameter("expireTime"))?;
        let size = number("fileSize").and_then(|size| u64::try_from(size).ok());
        let size = size.filter(|size| *size <= MOST_FILE).ok_or_else(|| Refusal::parameter("fileSize"))?;
        let kind = data["resourceType"].as_str().filter(|kind| ["N", "TN"].contains(kind));
        let kind = kind.ok_or_else(|| Refusal::parameter("resourceType"))?;
        let name = data["filename"].as_str().filter(|name| !name.trim().is_empty());
        let name = name.ok_or_else(|| Refusal::parameter("filename"))?;
        let (acid, sign) = (moment.chance.hex(32), moment.chance.hex(40));
        let path = format!("{kind}_{}", moment.chance.hex(32));
        let expires_ms = moment.now_ms + expires_in * 1000;
        let promise = Promise { path: path.clone(), sign: sign.clone(), name: name.into(), size, expires_ms };
        self.promised.insert(acid.clone(), promise);
        Ok(members(json!({ "data": { "method": "POST", "url": address(call), "acid": acid, "resource": path,
            "ak": "fxiaoke-open", "sign": sign, "expiry": expires_ms / 1000, "filename": name, "size": size,
            "digest": "", "contentType": "application/octet-stream" } })))
    }

    /// The upload that a credential allows: a form with the file in `facishareFile`, or the bytes alone.
    pub fn receive(&mut self, call: &Request, now_ms: i64) -> Answer {
        let acid = call.header("acid").unwrap_or_default();
        let promise = self.promised.get(acid).ok_or_else(|| refused(401, "acid"))?;
        if call.header("sign") != Some(&promise.sign) || now_ms > promise.expires_ms {
            return Err(refused(401, "sign"));
        }
        let content = match form::is_form(call) {
            true => form::file(call, "facishareFile").map(|part| part.content),
            false => Some(call.body.clone()),
        };
        let content = content.ok_or_else(|| refused(400, "facishareFile"))?;
        if content.len() as u64 > promise.size {
            return Err(refused(413, "size"));
        }
        let (path, name) = (promise.path.clone(), promise.name.clone());
        self.promised.remove(acid);
        self.files.insert(path.clone(), File { name, content });
        Ok(members(json!({ "path": path })))
    }

    /// `media/download`: which file is meant.
    pub fn named(&self, body: &Value) -> Answer {
        let id = body["mediaId"].as_str().ok_or_else(|| Refusal::parameter("mediaId"))?;
        match self.files.contains_key(id) {
            true => Ok(members(json!({ "mediaId": id }))),
            false => Err(Refusal::not_found("media", id)),
        }
    }

    /// The content of a file that was named.
    pub fn content(&self, named: &Map<String, Value>) -> Reply {
        let file = named.get("mediaId").and_then(Value::as_str).and_then(|id| self.files.get(id));
        let (name, content) = file.map_or(("", &[][..]), |file| (&*file.name, &*file.content));
        let reply = Reply { status: 200, headers: Vec::new(), body: content.to_vec() };
        reply
            .with_header("Content-Type", "application/octet-stream")
            .with_header("Content-Disposition", format!("attachment; filename*=UTF-8''{}", percent(name)))
    }

    /// A person puts a file into the tenant's store; its path.
    pub fn put(&mut self, name: &str, content: Vec<u8>, chance: &mut Chance) -> String {
        let path = format!("N_{}", chance.hex(32));
        self.files.insert(path.clone(), File { name: name.into(), content });
        path
    }

    /// All files, by their paths.
    pub fn dump(&self) -> Value {
        let shown = |(path, file): (&String, &File)| {
            let text = String::from_utf8_lossy(&file.content).chars().take(SHOWN).collect::<String>();
            json!({ "path": path, "name": file.name, "size": file.content.len(), "text": text })
        };
        self.files.iter().map(shown).collect()
    }

    /// `media/delete`.
    pub fn delete(&mut self, body: &Value) -> Answer {
        let id = body["mediaId"].as_str().ok_or_else(|| Refusal::parameter("mediaId"))?;
        match self.files.remove(id) {
            Some(_) => nothing(),
            None => Err(Refusal::not_found("media", id)),
        }
    }
}

/// The answer of the file service, which has an envelope of its own.
pub fn received(answer: Answer) -> Reply {
    match answer {
        Ok(found) => Reply::json(
            200,
            &json!({ "success": true, "code": 200, "message": "success", "data": found["path"] }),
        ),
        Err(refusal) => Reply::json(
            200,
            &json!({ "success": false, "code": refusal.code, "message": refusal.message, "data": null }),
        ),
    }
}

fn refused(code: i64, what: &str) -> Refusal {
    Refusal::new(code, format!("{what} is illegal"), format!("上传凭证不合法：{what}"))
}

/// Where the file service is: beside the gateway that was called.
fn address(call: &Request) -> String {
    let host = call.header("host").unwrap_or("open.fxiaoke.com");
    let mount = call.full_path.strip_suffix(&call.path).unwrap_or_default();
    format!("http://{host}{mount}{UPLOAD}")
}

/// A file name as RFC 5987 has it.
fn percent(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    name.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
