//! Files of the system of the tests: contents by their handles, and what hangs where.

use std::collections::BTreeMap;
use std::sync::Mutex;

use contract::connector::{File, FileEntry, FilePlace, Refusal, file_too_large};
use model::{AnswerClass, Cause, Value};

use crate::desk::Desk;

#[derive(Default)]
pub struct Filing {
    contents: BTreeMap<String, Vec<u8>>,
    /// By place: `bill/T1//attachments`, `bill/T1/R010/attachments`.
    pub hung: BTreeMap<String, Vec<FileEntry>>,
    /// Whether it tells how large the files are that hang at records.
    pub tells_no_size: bool,
    /// Whether the next listings are refused.
    pub refused_listings: usize,
    /// How often a content was fetched.
    pub fetched: usize,
}

impl Filing {
    /// A file at the source, as its record's field has it.
    pub fn put(&mut self, handle: &str, content: &str) {
        self.contents.insert(handle.into(), content.as_bytes().to_vec());
    }

    /// Names and contents of what hangs there.
    pub fn at(&self, place: &str) -> Vec<(String, String)> {
        let content = |entry: &FileEntry| String::from_utf8(self.contents[&entry.handle].clone()).unwrap();
        let hung = self.hung.get(place).into_iter().flatten();
        hung.map(|entry| (entry.name.clone(), content(entry))).collect()
    }

    /// Somebody hangs a file there.
    pub fn hang(&mut self, place: &str, name: &str, content: &str) -> String {
        let handle = format!("F{}", self.contents.len());
        self.put(&handle, content);
        let size = (!self.tells_no_size).then_some(content.len() as u64);
        let entry = FileEntry { handle: handle.clone(), name: name.into(), size };
        self.hung.entry(place.into()).or_default().push(entry);
        handle
    }

    pub fn files(&mut self, place: &FilePlace<'_>) -> Result<Vec<FileEntry>, Refusal> {
        if self.refused_listings > 0 {
            self.refused_listings -= 1;
            return Err(Refusal::new(AnswerClass::Transient, Cause::new("box.refused")));
        }
        Ok(self.hung.get(&named(place)).cloned().unwrap_or_default())
    }

    pub fn fetch(&mut self, file: &FileEntry, most: u64) -> Result<File<'static>, Refusal> {
        self.fetched += 1;
        let content = self.contents.get(&file.handle).ok_or_else(|| Cause::new("box.gone"))?;
        match content.len() as u64 > most {
            true => Err(file_too_large(&file.name, most)),
            false => Ok(File::held(file.name.clone(), content.clone())),
        }
    }
}

fn named(place: &FilePlace<'_>) -> String {
    let row = place.row.map_or("", |(_, row)| row);
    format!("{}/{}/{row}/{}", place.object, place.id, place.field.unwrap_or("attachments"))
}

/// As the system does with a write: an unknown answer is carried out, unless it loses writes.
pub async fn attach(
    desk: &Mutex<Desk>,
    place: &FilePlace<'_>,
    mut file: File<'_>,
) -> Result<String, Refusal> {
    let content = String::from_utf8(file.whole(u64::MAX).await?.to_vec()).unwrap();
    let mut desk = desk.lock().unwrap();
    let refusal = desk.refusal("files");
    if refusal.as_ref().is_some_and(|refusal| refusal.class != AnswerClass::Unknown || desk.loses_writes) {
        return Err(refusal.expect("it is some"));
    }
    desk.writes.push(("attach".into(), named(place), file.name.clone()));
    let handle = desk.filing.hang(&named(place), &file.name, &content);
    refusal.map_or(Ok(handle), Err)
}

pub fn held(value: &Value<'_>) -> Vec<FileEntry> {
    let text =
        |entry: &Value, name: &str| entry.get(name).and_then(Value::plain).map(|text| text.into_owned());
    let entry = |entry: &Value| {
        Some(FileEntry {
            handle: text(entry, "handle")?,
            name: text(entry, "name")?,
            size: text(entry, "size").and_then(|size| size.parse().ok()),
        })
    };
    value.as_list().unwrap_or_default().iter().filter_map(entry).collect()
}
