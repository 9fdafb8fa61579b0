//! What a flow would do: the same arrows as a delivery, stopped before anything is sent.

use std::sync::Arc;

use contract::connector::Found;
use contract::store::{Due, StoreError};
use model::flow::Mode;
use model::record::{Record, RecordKey};
use model::task::{Kind, State, Task};
use model::{Cause, Hash, Map, RecordId, TaskId, Timestamp, Value, json};

use crate::delivery::{self, Item, Wanted};
use crate::seams::Seams;
use crate::setup::{ActiveFlow, Setup};

/// What would happen to one record.
#[derive(Debug, Clone)]
pub struct Preview {
    pub id: String,
    pub number: Option<String>,
    pub name: Option<String>,
    /// What ends its way before anything is sent: out of scope, nothing to do, a mistake.
    pub ends: Option<(State, Option<Cause>)>,
    /// The exact calls, in order: operation and body.
    pub calls: Vec<(String, String)>,
    /// The target's fields that would change: before and after.
    pub changes: Vec<Change>,
    /// The files that would be brought over after it.
    pub files: Vec<PlannedFile>,
}

/// One file that would be brought over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFile {
    pub name: String,
    /// In bytes, where the source tells.
    pub size: Option<u64>,
    /// The fields as the flow writes them.
    pub from: String,
    pub to: String,
    /// The line's id at the source, where it hangs at a row.
    pub line: Option<String>,
    /// Larger than the flow lets through: it would be refused.
    pub too_large: bool,
}

/// One field of the target that would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub field: String,
    /// JSON text; absent where the target has nothing there yet.
    pub before: Option<String>,
    pub after: String,
}

/// What is thought of a record's link while it is only looked what would happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Supposed {
    AsItIs,
    /// That nothing is agreed: all is compared with what the target holds.
    NothingAgreed,
    /// That it leads nowhere.
    Unlinked,
    /// That it leads to this document.
    LeadsTo(String),
}

/// Previews records of a flow that are known here. Nothing is sent and nothing is stored.
pub async fn preview(
    seams: &Seams,
    setup: &Setup,
    flow: &Arc<ActiveFlow>,
    records: Vec<Record>,
) -> Result<Vec<Preview>, StoreError> {
    preview_supposing(seams, setup, flow, records, &Supposed::AsItIs).await
}

/// As [`preview`], were their links other than they are.
pub(crate) async fn preview_supposing(
    seams: &Seams,
    setup: &Setup,
    flow: &Arc<ActiveFlow>,
    records: Vec<Record>,
    supposed: &Supposed,
) -> Result<Vec<Preview>, StoreError> {
    let dues: Vec<Due> = records.into_iter().map(|record| as_due(flow, record)).collect();
    let now = seams.clock.now();
    let mut items: Vec<Item> =
        dues.iter().map(|due| Item { only_looks: true, ..Item::new(due, now) }).collect();
    delivery::prepare(seams, flow, &mut items).await?;
    items.iter_mut().for_each(|item| suppose(item, supposed));
    let missing = delivery::resolve(seams, flow, &mut items).await?.missing;
    delivery::tell_parents(seams, setup, flow, &missing, &mut items).await?;
    if flow.flow().mode == Mode::Document {
        if *supposed == Supposed::AsItIs {
            delivery::find_mirrored(seams, flow, &mut items).await?;
        }
        delivery::observe(seams, flow, &mut items).await;
        delivery::pass_over_unfound(seams, flow, &mut items).await;
        delivery::shape(seams, flow, &mut items).await;
        delivery::know_lines(seams, flow, &mut items).await?;
        delivery::weigh(seams, setup, flow, &mut items).await?;
        delivery::keep_theirs(flow, &mut items);
        delivery::plan(seams, flow, &mut items);
    }
    let files = delivery::would_bring(seams, flow, &items).await?;
    let mut previews = Vec::with_capacity(items.len());
    for (item, files) in items.iter().zip(files) {
        previews.push(of_item(flow, item, files).await);
    }
    Ok(previews)
}

fn suppose(item: &mut Item, supposed: &Supposed) {
    match supposed {
        Supposed::AsItIs => {}
        Supposed::NothingAgreed => {
            if let Some(link) = &mut item.link {
                link.agreed.mapped = None;
            }
        }
        Supposed::Unlinked => item.link = None,
        Supposed::LeadsTo(target) => {
            item.link = None;
            item.mirrored = Some(target.clone());
        }
    }
}

/// Reads records of a flow's source by their ids, as they are there now.
pub async fn read_records(
    flow: &ActiveFlow,
    reading: &crate::reading::ObjectReading,
    ids: &[String],
) -> Result<Vec<Record>, contract::connector::Refusal> {
    let found = reading.read_now(ids).await?;
    let source = &flow.flow().source;
    let record = |(n, found): (usize, Found)| Record {
        id: RecordId(-1 - n as i64),
        key: RecordKey::new(&source.connection, &source.object, found.id),
        number: found.number,
        name: found.name,
        version: found.version,
        revision: 1,
        hash: Hash(0),
        void: found.void,
        body: json::write(&Value::Map(found.body)),
    };
    Ok(found.into_iter().enumerate().map(record).collect())
}

fn as_due(flow: &ActiveFlow, record: Record) -> Due {
    let task = Task {
        id: TaskId(0),
        flow: flow.name().clone(),
        record: record.id,
        kind: if flow.flow().mode == Mode::Document { Kind::Deliver } else { Kind::Notify },
        state: State::Ready,
        cause: None,
        want: record.revision,
        done: 0,
        tries: 0,
        due: Timestamp(0),
        as_of: None,
    };
    Due { task, record, intent: None }
}

async fn of_item(flow: &ActiveFlow, item: &Item<'_>, files: Vec<Wanted>) -> Preview {
    let steps: Vec<_> = item.steps.iter().cloned().collect();
    let wire = flow.target.wire(flow.flow().target.object.as_str()).only_looking();
    let mut ends = item.verdict.as_ref().map(|verdict| (verdict.state, verdict.cause.clone()));
    let calls = match flow.flow().mode {
        Mode::Document => flow.target.connector.preview(&wire, &steps).await.unwrap_or_else(|refusal| {
            ends.get_or_insert((State::Failed, Some(refusal.cause)));
            Vec::new()
        }),
        Mode::Notify { .. } if item.goes_on() => {
            vec![("notify".to_owned(), json::write(&Value::Map(item.document.borrow())))]
        }
        Mode::Notify { .. } => Vec::new(),
    };
    let record = &item.due.record;
    Preview {
        id: record.key.id.clone(),
        number: record.number.clone(),
        name: record.name.clone(),
        ends,
        calls,
        changes: if item.goes_on() { changes(item) } else { Vec::new() },
        files: files.into_iter().map(planned).collect(),
    }
}

fn planned(file: Wanted) -> PlannedFile {
    PlannedFile {
        too_large: file.entry.size.is_some_and(|size| size > file.limit),
        name: file.entry.name,
        size: file.entry.size,
        from: file.from.to_string(),
        to: file.to.to_string(),
        line: Some(file.line).filter(|line| !line.is_empty()),
    }
}

fn changes(item: &Item) -> Vec<Change> {
    let nothing = Map::new();
    let before = item.observed.as_ref().map_or(&nothing, |found| &found.body);
    let is_same = |name: &str, after: &Value| {
        before.get(name).is_some_and(|before| Hash::of(before) == Hash::of(after))
    };
    item.document
        .iter()
        .filter(|(name, after)| !is_same(name, after))
        .map(|(name, after)| Change {
            field: name.to_owned(),
            before: before.get(name).map(json::write),
            after: json::write(after),
        })
        .collect()
}
