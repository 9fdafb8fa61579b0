//! One wave of files on its way: fetched, their intents stored, attached, and settled together.

use async_trait::async_trait;
use contract::connector::{Bytes, Chunks, File, FileEntry, Refusal};
use contract::store::{FileChange, IntentChange, Opening, Settlement, SettlementBatch, StoreError};
use futures_util::future::join_all;
use model::attempt::CallRecord;
use model::link::FileLink;
use model::task::State;
use model::{AnswerClass, Cause, Timestamp};

use super::carry::{Load, refuse, told};
use super::intent::{self, Hanging};
use super::places::Place;
use super::wanted::Wanted;
use crate::connection::ConnectionWire;
use crate::delivery::item::{Item, Verdict};
use crate::delivery::retries::FIRST_LOOK;
use crate::lane::Work;
use crate::setup::ActiveFlow;

/// One file of a wave, with where it is to hang.
pub(super) struct Next {
    /// Its place among the loads.
    pub load: usize,
    pub wanted: Wanted,
    pub place: Place,
}

/// What became of one file.
enum Came {
    /// It hangs there: sent, or known to be there already.
    Hangs(FileLink),
    Refused(Refusal),
    /// Its answer was lost.
    Lost(Cause, Box<Hanging>),
}

/// Sends a wave: fetches what is to be sent, stores the intents, attaches, and settles.
pub(super) async fn send(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
    loads: &mut [Load],
    wave: Vec<Next>,
    calls: &mut Vec<CallRecord>,
) -> Result<(), StoreError> {
    let (source, target) = (&active.flow().source.object, &active.flow().target.object);
    let lease = || work.lease().until;
    let wires: Vec<[ConnectionWire<'_>; 2]> = wave
        .iter()
        .map(|_| [active.source.wire(source.as_str()), active.target.wire(target.as_str()).within(&lease)])
        .collect();
    let fetching = wave
        .iter()
        .zip(&wires)
        .map(|(next, [wire, _])| active.source.connector.fetch(wire, &next.wanted.entry, next.wanted.limit));
    let fetched = join_all(fetching).await;
    let mut outcomes: Vec<Option<Came>> = Vec::new();
    let mut sending: Vec<(usize, Hanging, File<'_>)> = Vec::new();
    for (n, (next, fetched)) in wave.iter().zip(fetched).enumerate() {
        active.source.went(&fetched);
        let came = match fetched {
            Err(refusal) => Some(Came::Refused(refusal)),
            Ok(file) => match already(active, items, &loads[next.load], next, &file) {
                Some(known) => Some(Came::Hangs(known)),
                None => {
                    let before =
                        loads[next.load].hung.get(&next.place).map(Vec::as_slice).unwrap_or_default();
                    let hanging =
                        Hanging::new(next.place.clone(), &next.wanted, &file.name, file.size, before);
                    sending.push((n, hanging, file));
                    None
                }
            },
        };
        outcomes.push(came);
    }
    open(work, active, items, loads, &wave, &sending).await?;
    for (n, ..) in &sending {
        let item = &mut items[loads[wave[*n].load].at];
        item.link_id = item.link.as_ref().map(|link| link.id);
    }
    let attaching = sending.into_iter().map(|(n, hanging, file)| {
        let wire = &wires[n][1];
        async move { (n, attach(work, active, wire, hanging, file).await) }
    });
    for (n, came) in join_all(attaching).await {
        outcomes[n] = Some(came);
    }
    let now = work.seams.clock.now();
    let mut settlements = Vec::new();
    for ((next, wires), came) in wave.into_iter().zip(&wires).zip(outcomes.into_iter().flatten()) {
        let load = &mut loads[next.load];
        let item = &mut items[load.at];
        for wire in wires {
            let made = wire.take_calls();
            item.calls.extend(made.iter().map(|call| call.number));
            calls.extend(made);
        }
        settlements.extend(take(work, item, load, next, came, now));
    }
    if settlements.is_empty() {
        return Ok(());
    }
    let batch = SettlementBatch { at: now, settlements, calls: Vec::new() };
    work.seams.store.settle(&work.lease(), batch).await.map(|_| ())
}

/// The file where it is there already: brought before under another handle, or put there by somebody else before us.
fn already(
    active: &ActiveFlow,
    items: &[Item<'_>],
    load: &Load,
    next: &Next,
    file: &File<'_>,
) -> Option<FileLink> {
    let wanted = &next.wanted;
    let noted = |target: &str| FileLink {
        place: wanted.place(),
        line: wanted.line.clone(),
        handle: wanted.entry.handle.clone(),
        target: target.to_owned(),
        name: file.name.clone(),
        size: file.size,
    };
    let size = file.size?;
    let held = active.compiled.files(&items[load.at].record);
    let same = held
        .iter()
        .filter(|held| held.rule.to == wanted.to && held.line.clone().unwrap_or_default() == wanted.line);
    let entries: Vec<FileEntry> =
        same.flat_map(|held| active.source.connector.held_files(held.value)).collect();
    if let Some(known) = load.known.under_another_handle(wanted, Some(size), &entries) {
        return Some(noted(&known.target));
    }
    let is_ours = |entry: &FileEntry| load.known.brought.iter().any(|known| known.target == entry.handle);
    let hung = load.hung.get(&next.place)?;
    let same = |entry: &&FileEntry| entry.name == file.name && entry.size == Some(size) && !is_ours(entry);
    hung.iter().find(same).map(|entry| noted(&entry.handle))
}

/// Stores the intents of all files that are to be sent.
async fn open(
    work: &Work<'_>,
    active: &ActiveFlow,
    items: &[Item<'_>],
    loads: &[Load],
    wave: &[Next],
    sending: &[(usize, Hanging, File<'_>)],
) -> Result<(), StoreError> {
    let now = work.seams.clock.now();
    let target = &active.flow().target;
    let opening = |(n, hanging, _): &(usize, Hanging, File<'_>)| {
        let item = &items[loads[wave[*n].load].at];
        Opening {
            intent: hanging.intent(item, now),
            source: item.record_key().clone(),
            target_connection: target.connection.clone(),
            target_object: target.object.clone(),
            may_hold: None,
        }
    };
    let openings: Vec<Opening> = sending.iter().map(opening).collect();
    match openings.is_empty() {
        true => Ok(()),
        false => work.seams.store.open(&work.lease(), openings).await.map(|_| ()),
    }
}

async fn attach(
    work: &Work<'_>,
    active: &ActiveFlow,
    wire: &ConnectionWire<'_>,
    hanging: Hanging,
    file: File<'_>,
) -> Came {
    let file = File { content: Box::new(Leased { work, inner: file.content }), ..file };
    let attached = active.target.connector.attach(wire, &hanging.place.borrow(), file).await;
    active.target.went(&attached);
    match attached {
        Ok(target) => Came::Hangs(FileLink { target, ..hanging.file }),
        Err(refusal) if refusal.class == AnswerClass::Unknown => Came::Lost(refusal.cause, Box::new(hanging)),
        Err(refusal) => Came::Refused(refusal),
    }
}

/// A content that ends with the lease: a large file goes out in many calls, and each may begin only while it lasts.
struct Leased<'w, 'c> {
    work: &'w Work<'w>,
    inner: Box<dyn Chunks + 'c>,
}

#[async_trait]
impl Chunks for Leased<'_, '_> {
    async fn next(&mut self) -> Result<Option<Bytes>, Refusal> {
        let chunk = self.inner.next().await?;
        match self.work.lease_is_good() {
            true => Ok(chunk),
            false => Err(Refusal::new(AnswerClass::Transient, Cause::new("engine.file_interrupted"))),
        }
    }
}

/// Takes in what became of a file; what is to be stored of it now.
fn take(
    work: &Work<'_>,
    item: &mut Item<'_>,
    load: &mut Load,
    next: Next,
    came: Came,
    now: Timestamp,
) -> Option<Settlement> {
    let link = item.link.as_ref().map(|link| link.id).expect("files hang at linked documents");
    let closed = |item: &Item| Settlement { intent: IntentChange::Close, ..item.round(now) };
    match came {
        Came::Hangs(file) => {
            item.note("attach", now, None, format!("{}: {}", file.name, file.target));
            let entry = FileEntry { handle: file.target.clone(), name: file.name.clone(), size: file.size };
            load.hung.entry(next.place).or_default().push(entry);
            load.known.brought.push(file.clone());
            Some(Settlement { files: Some(FileChange { link, files: vec![file] }), ..closed(item) })
        }
        Came::Refused(refusal) => {
            refuse(work, item, load, next.wanted, refusal);
            Some(closed(item))
        }
        Came::Lost(cause, hanging) => {
            let cause = told(item, &hanging.file.name, &cause);
            item.note("attach", now, Some(cause.clone()), "");
            let intent = intent::over(hanging.intent(item, now), now);
            let tries = item.due.task.tries;
            let verdict = Verdict::new(State::Unknown).because(cause).due(now + FIRST_LOOK).tries(tries);
            item.end(Verdict { intent: IntentChange::Replace(Box::new(intent)), ..verdict });
            None
        }
    }
}
