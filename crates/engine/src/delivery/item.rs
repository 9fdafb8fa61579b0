//! One task on its way, and what ends it.

use std::collections::VecDeque;

use contract::connector::{Derived, Found, Refusal};
use contract::store::{Awaited, Due, FileChange, IntentChange, LinkChange, LinkRef, Settlement};
use model::attempt::StepTaken;
use model::link::{Agreed, Link, Referent};
use model::record::RecordKey;
use model::step::Step;
use model::task::{Kind, State};
use model::{AnswerClass, Cause, Hash, LinkId, Map, Timestamp, Value};

use super::agreement::Agreement;
use super::lines::ItemLines;
use super::two_way::TwoWay;
use crate::connection::{Key, Logged};

/// A task of a bundle, with what the arrows found out so far.
pub(crate) struct Item<'d> {
    pub due: &'d Due,
    pub started: Timestamp,
    /// Whether it is only looked what would happen: nothing may go out.
    pub only_looks: bool,
    /// The record's content, borrowed from the stored text.
    pub record: Value<'d>,
    pub link: Option<Link>,
    /// The mapped document in the target's shape, later entries included once the target exists.
    pub document: Map<'static>,
    /// The complete document for a create.
    pub create: Map<'static>,
    /// Entries that are written in a second pass, and whether one of them still lacks its reference.
    pub later: Map<'static>,
    pub later_missing: Option<Referent>,
    /// The detail lists of the document whose lines are told apart by ids of the source.
    pub lines: Vec<ItemLines>,
    /// What both sides last agreed on, once it has been read.
    pub agreed: Option<Agreement>,
    /// The hash by which the agreement is known.
    pub agreement: Option<Hash>,
    /// The transition that a voided record asks for.
    pub void: Option<String>,
    /// Whether the document is to be closed, where the flow says so.
    pub closed: Option<bool>,
    /// What a create is derived from, where the flow says so.
    pub derived: Option<Derived>,
    pub observed: Option<Found>,
    /// The target as a flow the other way linked it, where this one's link is not filled yet.
    pub mirrored: Option<String>,
    /// What is known of both sides, where another flow goes the other way.
    pub two_way: Option<TwoWay>,
    /// How a create is recognised.
    pub key: Vec<(String, String)>,
    /// All keys by which its document may be known while no link says which it is.
    pub keys: Vec<Key>,
    pub steps: VecDeque<Step>,
    /// Whether the document stood in the status that it is to have when the steps were planned, and holds what it held.
    pub was_in_place: bool,
    /// Whether a step took such a document out of its status (un-audited it), so that it could be written.
    pub is_taken_back: bool,
    /// Whether the last step that was carried out on the document was to change its status.
    pub is_moved: bool,
    /// What ends it once a document that was taken back for nothing is back in its status.
    pub in_the_end: Option<Verdict>,
    /// What the target may hold of us once the first step has gone out, as JSON text.
    pub may_hold: Option<String>,
    /// The link that was reserved or known when the first intent was opened.
    pub link_id: Option<LinkId>,
    /// The target as far as the steps told it.
    pub target_id: Option<String>,
    pub target_number: Option<String>,
    /// Whether the link in the store holds the target's id already.
    pub filled: bool,
    /// Whether the document was derived in this round: the next one brings it on.
    pub was_derived: bool,
    /// Whether the record has files that the document has not: its delivery raises the task that brings them.
    pub wants_files: bool,
    /// Files that were found to hang at the document, to be noted.
    pub files: Option<FileChange>,
    pub steps_taken: Vec<StepTaken>,
    pub calls: Vec<u64>,
    pub verdict: Option<Verdict>,
}

/// What becomes of a task in this round.
#[derive(Debug, Clone)]
pub(crate) struct Verdict {
    pub state: State,
    pub cause: Option<Cause>,
    pub due: Timestamp,
    pub tries: u32,
    pub done: Option<i64>,
    pub intent: IntentChange,
    pub link: Option<LinkChange>,
    pub awaits: Option<Awaited>,
    /// The class of the refusal that led to it.
    pub class: Option<AnswerClass>,
    /// Whether the try is recorded; putting a task back for a moment is not.
    pub is_attempt: bool,
}

impl<'d> Item<'d> {
    pub fn new(due: &'d Due, started: Timestamp) -> Item<'d> {
        Item {
            due,
            started,
            only_looks: false,
            record: Value::Null,
            link: None,
            document: Map::new(),
            create: Map::new(),
            later: Map::new(),
            later_missing: None,
            lines: Vec::new(),
            agreed: None,
            agreement: None,
            void: None,
            closed: None,
            derived: None,
            observed: None,
            mirrored: None,
            two_way: None,
            key: Vec::new(),
            keys: Vec::new(),
            steps: VecDeque::new(),
            was_in_place: false,
            is_taken_back: false,
            is_moved: false,
            in_the_end: None,
            may_hold: None,
            link_id: None,
            target_id: None,
            target_number: None,
            filled: false,
            was_derived: false,
            wants_files: false,
            files: None,
            steps_taken: Vec::new(),
            calls: Vec::new(),
            verdict: None,
        }
    }

    pub fn record_key(&self) -> &RecordKey {
        &self.due.record.key
    }

    /// The revision that this try brings; a write-back counts its own.
    pub fn revision(&self) -> i64 {
        match self.due.task.kind {
            Kind::WriteBack => self.due.task.want,
            Kind::Deliver | Kind::Notify | Kind::Files => self.due.record.revision,
        }
    }

    /// A round of its task that leaves it on its way.
    pub fn round(&self, at: Timestamp) -> Settlement {
        Settlement::of(&self.due.task, self.revision(), at)
    }

    /// Whether it is still on its way.
    pub fn goes_on(&self) -> bool {
        self.verdict.is_none()
    }

    /// The target's id by the link, when it is filled.
    pub fn linked_id(&self) -> Option<&str> {
        self.link.as_ref().and_then(|link| link.target_id.as_deref())
    }

    /// The target's id by the link, by that of a flow the other way, or as it was found.
    pub fn known_target(&self) -> Option<&str> {
        let observed = self.observed.as_ref().map(|observed| &*observed.id);
        self.linked_id().or(self.mirrored.as_deref()).or(observed)
    }

    /// Whether it waited in its last round for that.
    pub fn waited_for(&self, code: &str) -> bool {
        self.due.task.cause.as_ref().is_some_and(|cause| cause.code == code)
    }

    /// Reads the last agreement from the link.
    pub fn read_agreement(&mut self) {
        if self.agreed.is_none() {
            self.agreed = Agreement::of(self.link.as_ref());
        }
    }

    pub fn end(&mut self, verdict: Verdict) {
        self.verdict = Some(verdict);
    }

    /// Ends it as failed: a person is needed.
    pub fn fail(&mut self, cause: Cause) {
        self.end(Verdict::new(State::Failed).because(cause));
    }

    /// Ends it as failed where what went out may have been carried out and cannot be recognised. The link remembers
    /// for which revision a person was asked.
    pub fn fail_in_doubt(&mut self, link: LinkId, cause: Cause) {
        let agreed = Agreed { target: Some(doubt(self.revision())), ..Agreed::default() };
        let change =
            LinkChange { link: LinkRef::Known(link), fill: None, agreed: Some(agreed), lines: Vec::new() };
        self.end(Verdict::new(State::Failed).because(cause).link(change));
    }

    /// The link whose target may exist already, while nobody decided: a change of the record wakes what failed, and
    /// must not send it again. A person's replay comes without a change, and may.
    pub fn in_doubt(&self) -> Option<LinkId> {
        let link = self.link.as_ref().filter(|link| link.target_id.is_none())?;
        link.agreed.target.filter(|asked| *asked != doubt(self.revision())).map(|_| link.id)
    }

    /// What the source was last told is not known once a write-back was found that nobody had heard of: it said what was
    /// true when it went out. The next sync that ends tells it again.
    pub fn forget_written_back(&self, link: LinkId) -> LinkChange {
        let agreed = Agreed { written_back: Some(doubt(self.revision())), ..Agreed::default() };
        LinkChange { link: LinkRef::Known(link), fill: None, agreed: Some(agreed), lines: Vec::new() }
    }

    /// What ends an item whose target holds what it should: entries marked `later` are written in a pass of their own,
    /// now that the document exists.
    pub fn through(&self) -> Verdict {
        match self.later.is_empty() && self.later_missing.is_none() {
            true => Verdict::new(State::Synced).done(self.revision()),
            false => Verdict::new(State::Ready),
        }
    }

    /// Notes a step for the story.
    pub fn note(&mut self, name: &str, at: Timestamp, cause: Option<Cause>, note: impl Into<String>) {
        self.steps_taken.push(StepTaken { name: name.to_owned(), at, cause, note: note.into() });
    }

    /// Notes what functions logged that made the requests of a connection and read its answers.
    pub fn hear(&mut self, log: &[Logged], at: Timestamp) {
        log.iter().for_each(|line| self.note(line.hook, at, None, line.text.clone()));
    }

    /// Notes a step that was refused.
    pub fn note_refusal(&mut self, name: &str, at: Timestamp, refusal: &Refusal) {
        self.note(name, at, Some(refusal.cause.clone()), "");
    }
}

/// What a link remembers of a write in doubt: one that is only reserved of its create, any of what was written back.
fn doubt(revision: i64) -> Hash {
    Hash::of_text(&format!("in doubt\u{1f}{revision}"))
}

impl Verdict {
    /// At rest with no tries, unless said otherwise.
    pub fn new(state: State) -> Verdict {
        Verdict {
            state,
            cause: None,
            due: Timestamp(0),
            tries: 0,
            done: None,
            intent: IntentChange::Close,
            link: None,
            awaits: None,
            class: None,
            is_attempt: true,
        }
    }

    pub fn because(mut self, cause: Cause) -> Verdict {
        self.cause = Some(cause);
        self
    }

    pub fn due(mut self, due: Timestamp) -> Verdict {
        self.due = due;
        self
    }

    pub fn tries(mut self, tries: u32) -> Verdict {
        self.tries = tries;
        self
    }

    pub fn done(mut self, revision: i64) -> Verdict {
        self.done = Some(revision);
        self
    }

    pub fn keeping_intent(mut self) -> Verdict {
        self.intent = IntentChange::Keep;
        self
    }

    pub fn link(mut self, change: LinkChange) -> Verdict {
        self.link = Some(change);
        self
    }

    pub fn awaiting(mut self, awaited: impl Into<Awaited>) -> Verdict {
        self.awaits = Some(awaited.into());
        self
    }

    /// Put back for a moment; no try at all.
    pub fn put_back(until: Timestamp, tries: u32, cause: Cause) -> Verdict {
        Verdict { is_attempt: false, ..Verdict::new(State::Waiting).because(cause).due(until).tries(tries) }
    }
}
