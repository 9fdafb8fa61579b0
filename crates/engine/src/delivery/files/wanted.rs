//! Which files of a record are still to be brought over.

use std::collections::BTreeSet;

use contract::connector::FileEntry;
use contract::store::{LinkSides, StoreError};
use model::LinkId;
use model::flow::FileField;
use model::link::FileLink;
use model::{Value, record::RecordKey};

use super::super::item::Item;
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// A file that is to be brought over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub entry: FileEntry,
    pub from: FileField,
    pub to: FileField,
    /// The line's id at the source, where it hangs at a row; blank for the record's own.
    pub line: String,
    /// Larger files are not carried.
    pub limit: u64,
}

impl Wanted {
    /// The place at the target as links keep it.
    pub fn place(&self) -> String {
        self.to.to_string()
    }
}

/// What was brought over before, either way, for one record.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// By this flow.
    pub brought: Vec<FileLink>,
    /// Handles at the source of files that a flow the other way hung there: they came from the target.
    echoes: BTreeSet<String>,
}

impl Known {
    /// What is known of each item, in order.
    pub async fn of(
        seams: &Seams,
        active: &ActiveFlow,
        items: &[&Item<'_>],
    ) -> Result<Vec<Known>, StoreError> {
        let own: Vec<Option<LinkId>> =
            items.iter().map(|item| item.link.as_ref().map(|link| link.id).or(item.link_id)).collect();
        let brought = files_of(seams, &own).await?;
        let echoes = match active.is_mirrored && !items.is_empty() {
            true => files_of(seams, &mirrored(seams, active, items).await?).await?,
            false => items.iter().map(|_| Vec::new()).collect(),
        };
        let known = |(brought, echoes): (Vec<FileLink>, Vec<FileLink>)| Known {
            brought,
            echoes: echoes.into_iter().map(|file| file.target).collect(),
        };
        Ok(brought.into_iter().zip(echoes).map(known).collect())
    }

    /// The files that the record has and the document has not, in the order of the flow. A file that the source gives out
    /// under another handle than before, with the same name and size, is the same.
    pub fn wanted(&self, active: &ActiveFlow, record: &Value<'_>) -> Vec<Wanted> {
        let mut wanted: Vec<Wanted> = Vec::new();
        for held in active.compiled.files(record) {
            let entries = active.source.connector.held_files(held.value);
            let line = held.line.unwrap_or_default();
            for entry in &entries {
                let file = Wanted {
                    entry: entry.clone(),
                    from: held.rule.from.clone(),
                    to: held.rule.to.clone(),
                    line: line.clone(),
                    limit: held.rule.limit,
                };
                let is_there =
                    self.has(&file) || self.under_another_handle(&file, entry.size, &entries).is_some();
                let is_double =
                    wanted.iter().any(|other| same_place(other, &file) && other.entry.handle == entry.handle);
                if !is_there && !is_double && !self.echoes.contains(&entry.handle) {
                    wanted.push(file);
                }
            }
        }
        wanted
    }

    fn has(&self, file: &Wanted) -> bool {
        self.at(file).any(|known| known.handle == file.entry.handle)
    }

    /// The same file as it was brought before, where the source gives it out under a new handle and no more under the old
    /// one: what has its name and its size.
    pub fn under_another_handle(
        &self,
        file: &Wanted,
        size: Option<u64>,
        entries: &[FileEntry],
    ) -> Option<&FileLink> {
        let size = size?;
        let is_gone = |handle: &str| !entries.iter().any(|entry| entry.handle == handle);
        self.at(file)
            .find(|known| known.name == file.entry.name && known.size == Some(size) && is_gone(&known.handle))
    }

    /// What was brought to the same place.
    fn at<'k>(&'k self, file: &Wanted) -> impl Iterator<Item = &'k FileLink> {
        let (place, line) = (file.place(), file.line.clone());
        self.brought.iter().filter(move |known| known.place == place && known.line == line)
    }
}

fn same_place(one: &Wanted, other: &Wanted) -> bool {
    one.to == other.to && one.line == other.line
}

/// The files of each link, in order; none where there is none.
async fn files_of(seams: &Seams, links: &[Option<LinkId>]) -> Result<Vec<Vec<FileLink>>, StoreError> {
    let asked: Vec<LinkId> = links.iter().flatten().copied().collect();
    let found = if asked.is_empty() { Vec::new() } else { seams.store.files(&asked).await? };
    let mut found = found.into_iter();
    Ok(links.iter().map(|link| link.and_then(|_| found.next()).unwrap_or_default()).collect())
}

/// The links of the flow the other way whose targets these records are.
async fn mirrored(
    seams: &Seams,
    active: &ActiveFlow,
    items: &[&Item<'_>],
) -> Result<Vec<Option<LinkId>>, StoreError> {
    let RecordKey { connection, object, .. } = items[0].record_key().clone();
    let ids = items.iter().map(|item| item.record_key().id.clone()).collect();
    let links = seams.store.by_target(&LinkSides { connection, object, ids }).await?;
    let target = &active.flow().target;
    let is_back =
        |source: &RecordKey| source.connection == target.connection && source.object == target.object;
    Ok(links.into_iter().map(|link| link.filter(|link| is_back(&link.source)).map(|link| link.id)).collect())
}
