//! The source: its records are held against those that were read, by content and not only by version.

use contract::connector::Found;
use contract::store::{Incoming, Paired, PairedRecord, StoreError, Walk};
use model::flow::Void;
use model::reconciliation::{FieldDifference, Found as Difference, Kind, Known as Named, Origin, Side};
use model::record::RecordKey;
use model::task::State;
use model::{Cause, Timestamp, Value, json};

use super::face::Face;
use super::known::Known;
use super::listing::{Pairs, absent, pairs_of};
use super::pass::Pass;
use super::spans::Span;
use super::there::{is_past, named, rests};
use super::{Trouble, compare, gone};
use crate::delivery::{Agreement, looked_at};
use crate::engine::can_be_asked;
use crate::reading::incoming;
use crate::setup::Setup;

/// Differences that are looked at again at once.
const AT_ONCE: usize = 200;

/// The source, and what of it is looked at; `None` where it cannot be asked, or was never read: then what is stored is
/// all that is known of it.
pub(super) async fn face<'p>(
    pass: &Pass<'p>,
    setup: &Setup,
) -> Result<Option<(Face<'p>, Option<Span>)>, StoreError> {
    let Some(face) = Face::here(pass.seams, setup, pass.flow) else { return Ok(None) };
    let (store, source) = (&pass.seams.store, &pass.flow.flow().source);
    let cursor = store.cursor(&source.connection, &source.object, Walk::Changes).await?;
    let Some(cursor) = cursor.filter(|_| can_be_asked(face.line)) else { return Ok(None) };
    // What comes after is still to be read.
    let read = if cursor.finished { cursor.to } else { cursor.from };
    let until = pass.run.until.min(read - face.line.facts.overlap);
    let since = pass.run.since.unwrap_or_default().max(read_since(pass, &face).await?);
    Ok(Some((face, Span::between(since, until))))
}

/// Since when everything was read: since ever, where that was asked for and is done; else since the flows came in force.
async fn read_since(pass: &Pass<'_>, face: &Face<'_>) -> Result<Timestamp, StoreError> {
    let (store, source) = (&pass.seams.store, &pass.flow.flow().source);
    if face.reading.as_ref().is_some_and(|reading| reading.history) {
        let history = store.cursor(&source.connection, &source.object, Walk::History).await?;
        if history.is_some_and(|cursor| cursor.finished) {
            return Ok(Timestamp(0));
        }
    }
    let versions = store.text_versions(Some(pass.flow.name().as_str())).await?;
    let of_flow = versions.iter().filter(|version| version.text.kind == "flow");
    Ok(of_flow.map(|version| version.at).min().unwrap_or(pass.run.started))
}

/// Looks again at what differed.
pub(super) async fn again(pass: &mut Pass<'_>, face: &Face<'_>, _: Option<Span>) -> Result<(), Trouble> {
    let kept = pass.differences(Origin::Here).await?;
    let ids: Vec<String> = kept.iter().map(|difference| difference.found.key().to_owned()).collect();
    for ids in ids.chunks(AT_ONCE) {
        let found = face.get(ids).await?;
        let absent = absent(ids, &found);
        let pairs = pairs_of(pass, Side::Here, ids).await?;
        judge(pass, face, None, found, &pairs).await?;
        gone::gone(pass, Side::Here, &absent, &pairs, None).await?;
        pass.count_calls(face);
        pass.save().await?;
    }
    Ok(())
}

/// Judges records of the source, whole as they were read. Each counts as met where what is known is given.
pub(super) async fn judge(
    pass: &mut Pass<'_>,
    face: &Face<'_>,
    mut known: Option<&mut Known>,
    documents: Vec<Found>,
    pairs: &Pairs,
) -> Result<(), Trouble> {
    pass.run.sum.read_here += documents.len() as u64;
    for found in documents {
        let pair = pairs.get(&found.id);
        let record = pair.and_then(|pair| pair.record.as_ref());
        let mut is_sighted = true;
        if let Some(known) = known.as_deref_mut() {
            record.inspect(|record| _ = known.unplaced.remove(&record.id.0));
            is_sighted = known.sightings.contains_key(&found.id);
        }
        if !is_past(pass, found.version) {
            continue;
        }
        match pair.zip(record) {
            Some((pair, record)) => stored(pass, face, (pair, record), found, is_sighted).await?,
            None => never_read(pass, found)?,
        }
    }
    Ok(())
}

/// A record that is stored: does the store hold what the source shows?
async fn stored(
    pass: &mut Pass<'_>,
    face: &Face<'_>,
    (pair, record): (&Paired, &PairedRecord),
    found: Found,
    is_sighted: bool,
) -> Result<(), Trouble> {
    let is_older = record.version.is_some_and(|known| found.version.is_some_and(|seen| seen < known));
    if is_older || !rests(pair) {
        return Ok(());
    }
    let (id, version, void, name) = (found.id.clone(), found.version, found.void, named(&found));
    let Some(reading) = &face.reading else { return Ok(()) };
    let content: Incoming = incoming(reading, face.line.object(face.object).version.as_deref(), found);
    if content.hash == record.hash && void == record.void {
        if let Some(version) = version.filter(|version| record.version != Some(*version)) {
            pass.seen_here(record.id, version);
        }
        if is_sighted {
            pass.forget(Side::Here, &id);
        }
        pass.agrees(Origin::Here, &id);
        return Ok(());
    }
    // A change that was never read. It is a difference where it would change the target.
    match difference(pass, pair, record, &content).await? {
        Some((kind, fields)) => {
            pass.sight(Side::Here, &id, version);
            let cause = Cause::new("reconcile.change_not_read");
            let target = pair.link.as_ref().and_then(target_of);
            let standing = content.hash;
            pass.differs(Difference {
                origin: Origin::Here,
                kind,
                source: Some(name),
                target,
                fields,
                cause: Some(cause),
                standing,
            });
        }
        None => {
            pass.agrees(Origin::Here, &id);
            let key = RecordKey::new(&pass.pair.source.0, &pass.pair.source.1, id);
            pass.seams.store.wish(&[key], pass.seams.clock.now()).await?;
        }
    }
    Ok(())
}

fn target_of(link: &model::link::Link) -> Option<Named> {
    Some(Named { id: link.target_id.clone()?, number: link.target_number.clone(), name: None })
}

/// What a change that was not read means for the target; `None` where that stays as it is, as far as can be told: then
/// the record is simply read again.
async fn difference(
    pass: &Pass<'_>,
    pair: &Paired,
    record: &PairedRecord,
    content: &Incoming,
) -> Result<Option<(Kind, Vec<FieldDifference>)>, Trouble> {
    let Ok(body) = json::read(&content.body) else { return Ok(None) };
    let is_in_scope = !content.void && pass.flow.compiled.scope(&body).unwrap_or(false);
    let link = pair.link.as_ref().filter(|link| link.target_id.is_some());
    let Some(link) = link else {
        // A flow that makes no documents misses none: whether there is one to write to is seen once it is read.
        let is_aside = |state| matches!(state, State::Ignored | State::Closed);
        let is_carried = pair.task.as_ref().is_none_or(|task| !is_aside(task.state));
        let is_new = is_in_scope && is_carried && pass.flow.flow().target.creates;
        return Ok(is_new.then(|| (Kind::OnlyHere, Vec::new())));
    };
    if content.void != record.void && pass.flow.flow().void == Void::Keep {
        return Ok(None);
    }
    if content.void != record.void {
        let void = |void: bool| Some(void.to_string());
        let field = "void".to_owned();
        let fields = vec![FieldDifference { field, here: void(content.void), there: void(record.void) }];
        return Ok(Some((Kind::Differs, fields)));
    }
    // What was passed over, for a target that is void perhaps, holds what it last held: the flow says once it is read.
    if pair.task.as_ref().is_some_and(|task| task.state == State::Skipped) {
        return Ok(None);
    }
    let hooks = &pass.flow.flow().functions;
    let is_mapped_alone = hooks.before_mapping.is_none() && hooks.after_mapping.is_none();
    let Some(agreed) = Agreement::of(Some(link)).filter(|_| is_in_scope && is_mapped_alone) else {
        return Ok(None);
    };
    let mapped = looked_at(pass.seams, pass.flow, &body, |resolve| {
        pass.flow.compiled.map(&body, resolve).document.into_owned()
    });
    let fields = compare::documents(&mapped.await?, &agreed.fields);
    Ok((!fields.is_empty()).then_some((Kind::Differs, fields)))
}

/// A record that no reading ever brought.
fn never_read(pass: &mut Pass<'_>, found: Found) -> Result<(), Trouble> {
    let body = Value::Map(found.body.borrow());
    if found.version.is_some() {
        pass.sight(Side::Here, &found.id, found.version);
    }
    if found.void || !pass.flow.compiled.scope(&body).unwrap_or(true) {
        pass.agrees(Origin::Here, &found.id);
        return Ok(());
    }
    let standing = model::Hash::of(&body);
    pass.differs(Difference {
        origin: Origin::Here,
        kind: Kind::OnlyHere,
        source: Some(named(&found)),
        target: None,
        fields: Vec::new(),
        cause: Some(Cause::new("reconcile.never_read")),
        standing,
    });
    Ok(())
}
