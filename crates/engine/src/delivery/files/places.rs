//! Where files hang at the target, and what hangs there.

use std::collections::BTreeMap;

use contract::connector::{ATTACHMENTS, FileEntry, FilePlace, Refusal};
use contract::store::StoreError;
use model::attempt::CallRecord;
use model::flow::FileField;
use model::link::{LineLink, Link};
use model::{AnswerClass, Cause, LinkId};

use super::super::item::Item;
use super::wanted::Wanted;
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// A place at a document of the target.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub object: String,
    pub id: String,
    pub number: Option<String>,
    /// `None` for the files of the document, or row, as a whole.
    pub field: Option<String>,
    /// The list and the row in it.
    pub row: Option<(String, String)>,
}

impl Place {
    pub fn of(
        object: &str,
        id: String,
        number: Option<String>,
        to: &FileField,
        row: Option<String>,
    ) -> Place {
        Place {
            object: object.to_owned(),
            id,
            number,
            field: (to.field != ATTACHMENTS).then(|| to.field.clone()),
            row: to.list.as_ref().map(|list| list.to_string()).zip(row),
        }
    }

    pub fn borrow(&self) -> FilePlace<'_> {
        FilePlace {
            object: &self.object,
            id: &self.id,
            number: self.number.as_deref(),
            field: self.field.as_deref(),
            row: self.row.as_ref().map(|(list, row)| (&**list, &**row)),
        }
    }
}

/// The files that hang there now.
pub(super) async fn hung(
    active: &ActiveFlow,
    place: &Place,
) -> (Result<Vec<FileEntry>, Refusal>, Vec<CallRecord>) {
    let wire = active.target.wire(&place.object);
    let files = active.target.connector.files(&wire, &place.borrow()).await;
    active.target.went(&files);
    (files, wire.take_calls())
}

/// The rows of the documents, by the ids of the lines they stand for.
#[derive(Default)]
pub(super) struct Rows(BTreeMap<LinkId, Vec<LineLink>>);

impl Rows {
    pub async fn of(seams: &Seams, active: &ActiveFlow, items: &[Item<'_>]) -> Result<Rows, StoreError> {
        let has_rows = active.flow().files.iter().any(|rule| rule.to.list.is_some());
        let going = items.iter().filter(|item| has_rows && item.goes_on());
        let links: Vec<LinkId> = going.filter_map(|item| item.link.as_ref().map(|link| link.id)).collect();
        if links.is_empty() {
            return Ok(Rows::default());
        }
        let lines = seams.store.lines(&links).await?;
        Ok(Rows(links.into_iter().zip(lines).collect()))
    }

    /// Where the file is to hang.
    ///
    /// # Errors
    /// `engine.file_row` (`transient`) where it is not known which row stands for its line.
    pub fn place(&self, active: &ActiveFlow, link: &Link, file: &Wanted) -> Result<Place, Refusal> {
        let row = match &file.to.list {
            None => None,
            Some(list) => {
                let is_line = |line: &&LineLink| line.list == list.as_str() && line.line == file.line;
                let row = self.0.get(&link.id).into_iter().flatten().find(is_line);
                let unknown = || {
                    let cause = Cause::new("engine.file_row").with("list", list).with("line", &file.line);
                    Refusal::new(AnswerClass::Transient, cause)
                };
                Some(row.ok_or_else(unknown)?.row.clone())
            }
        };
        let id = link.target_id.clone().unwrap_or_default();
        let object = active.flow().target.object.as_str();
        Ok(Place::of(object, id, link.target_number.clone(), &file.to, row))
    }
}
