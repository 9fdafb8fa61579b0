//! The intent of hanging a file somewhere: what tells it among the files there after its answer was lost.

use contract::connector::FileEntry;
use model::intent::Intent;
use model::link::FileLink;
use model::step::{Action, Step};
use model::{Map, Timestamp, Value, json};

use super::places::Place;
use super::wanted::Wanted;
use crate::delivery::item::Item;

/// In the options of a step whose sending is over: its settle window has begun.
const OVER: &str = r#"{"over":true}"#;

/// A file that is about to be hung somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hanging {
    pub place: Place,
    /// As it will be noted, but for the target's handle.
    pub file: FileLink,
    /// What hung there before.
    pub before: Vec<String>,
}

impl Hanging {
    pub fn new(
        place: Place,
        wanted: &Wanted,
        name: &str,
        size: Option<u64>,
        before: &[FileEntry],
    ) -> Hanging {
        Hanging {
            place,
            file: FileLink {
                place: wanted.place(),
                line: wanted.line.clone(),
                handle: wanted.entry.handle.clone(),
                target: String::new(),
                name: name.to_owned(),
                size,
            },
            before: before.iter().map(|entry| entry.handle.clone()).collect(),
        }
    }

    pub fn intent(&self, item: &Item, sent: Timestamp) -> Intent {
        let mut document = Map::new();
        let mut put = |name: &'static str, text: Option<&String>| {
            if let Some(text) = text {
                document.push(name, text.clone());
            }
        };
        put("field", self.place.field.as_ref());
        put("list", self.place.row.as_ref().map(|(list, _)| list));
        put("row", self.place.row.as_ref().map(|(_, row)| row));
        put("place", Some(&self.file.place));
        put("line", Some(&self.file.line));
        put("handle", Some(&self.file.handle));
        put("name", Some(&self.file.name));
        if let Some(size) = self.file.size.and_then(|size| i64::try_from(size).ok()) {
            document.push("size", size);
        }
        document.push("before", Value::List(self.before.iter().cloned().map(Value::from).collect()));
        let step = Step {
            action: Action::Attach,
            object: self.place.object.clone(),
            id: Some(self.place.id.clone()),
            number: self.place.number.clone(),
            document: json::write(&Value::Map(document)),
            options: String::new(),
            row_of: None,
        };
        let link = item.link.as_ref().map(|link| link.id).expect("files hang at linked documents");
        Intent { task: item.due.task.id, link, step, key: Vec::new(), revision: item.revision(), sent }
    }

    /// What a stored intent is about; `None` where it cannot be read.
    pub fn read(intent: &Intent) -> Option<Hanging> {
        let document = json::read(&intent.step.document).ok()?;
        let text = |name: &str| document.get(name).and_then(Value::as_text).map(str::to_owned);
        let before = document.get("before").and_then(Value::as_list).unwrap_or_default();
        Some(Hanging {
            place: Place {
                object: intent.step.object.clone(),
                id: intent.step.id.clone()?,
                number: intent.step.number.clone(),
                field: text("field"),
                row: text("list").zip(text("row")),
            },
            file: FileLink {
                place: text("place")?,
                line: text("line")?,
                handle: text("handle")?,
                target: String::new(),
                name: text("name")?,
                size: document.get("size").and_then(Value::plain).and_then(|size| size.parse().ok()),
            },
            before: before.iter().filter_map(Value::as_text).map(str::to_owned).collect(),
        })
    }

    /// The file among those that hang there: one of its name (and size, where it is told) that hung not there before and
    /// is no other of ours.
    pub fn found<'f>(&self, hung: &'f [FileEntry], ours: &[FileLink]) -> Option<&'f FileEntry> {
        hung.iter().find(|entry| {
            entry.name == self.file.name
                && self.file.size.is_none_or(|size| entry.size.is_none_or(|told| told == size))
                && !self.before.contains(&entry.handle)
                && !ours.iter().any(|known| known.target == entry.handle)
        })
    }
}

/// Whether the sending is known to be over, so that the settle window counts from the intent's time.
pub(super) fn is_over(intent: &Intent) -> bool {
    intent.step.options == OVER
}

/// The intent, its sending over by now: large files take minutes, and only then the window begins.
pub(super) fn over(intent: Intent, now: Timestamp) -> Intent {
    Intent { step: Step { options: OVER.to_owned(), ..intent.step }, sent: now, ..intent }
}
