//! A model of the queue in plain maps, written from the docstrings alone, and random work done to both.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::store::{
    IntentChange, LinkChange, LinkRef, Opening, Raise, Settled, Settlement, SettlementBatch, Store,
};
use model::intent::Intent;
use model::link::LinkSide;
use model::record::RecordKey;
use model::step::{Action, Step};
use model::task::{Kind, State};
use model::{LinkId, RecordId, TaskId, Timestamp};
use proptest::prelude::*;
use store::{Key, Sqlite};

use crate::given::{account, options, page};
use crate::postgres::given::{on, schema};

const IDS: usize = 3;

/// One thing done. Records are numbered from 0; `seen` says whether a round worked on the newest revision.
#[derive(Debug, Clone)]
enum Deed {
    Ingest { id: usize, version: i64, name: u8 },
    Open { id: usize },
    Settle { id: usize, round: Round },
    Replay { id: usize },
    Ignore { id: usize, until_changed: bool },
    RaiseAll { again: bool },
}

#[derive(Debug, Clone)]
struct Round {
    state: State,
    behind: bool,
    intent: u8,
    fill: Option<u8>,
    awaits: Option<usize>,
    write_back: bool,
    due: i64,
}

#[derive(Debug, Clone, PartialEq)]
struct Task {
    state: State,
    want: i64,
    done: i64,
    tries: u32,
    due: i64,
    open: bool,
    awaits: Option<usize>,
}

#[derive(Debug, Clone)]
struct Known {
    version: i64,
    revision: i64,
    name: u8,
}

/// What the store should hold.
#[derive(Default)]
struct Model {
    records: BTreeMap<usize, Known>,
    tasks: BTreeMap<(usize, bool), Task>,
    links: BTreeMap<usize, Option<u8>>,
}

impl Model {
    fn raise(&mut self, id: usize, back: bool, now: i64) {
        let revision = self.records[&id].revision;
        match self.tasks.get_mut(&(id, back)) {
            None => {
                let want = if back { 1 } else { revision };
                let task = Task {
                    state: State::Ready,
                    want,
                    done: 0,
                    tries: 0,
                    due: now,
                    open: false,
                    awaits: None,
                };
                self.tasks.insert((id, back), task);
            }
            Some(task) => {
                let before = task.want;
                task.want = if back { task.want + 1 } else { revision };
                let waits_for_link = task.state == State::Waiting && task.awaits.is_some();
                let wakes = task.state == State::Ignored && task.due == i64::MIN && task.want > before;
                if wakes || matches!(task.state, State::Synced | State::Skipped | State::Failed) {
                    task.tries = 0;
                    task.state = State::Ready;
                    task.due = now;
                    task.awaits = None;
                } else if waits_for_link {
                    task.state = State::Ready;
                    task.due = now;
                    task.awaits = None;
                }
            }
        }
    }

    fn ingest(&mut self, id: usize, version: i64, name: u8, now: i64) {
        match self.records.get_mut(&id) {
            Some(known) if version < known.version => return,
            Some(known) if known.name == name => {
                known.version = version;
                return;
            }
            Some(known) => *known = Known { version, revision: known.revision + 1, name },
            None => {
                self.records.insert(id, Known { version, revision: 1, name });
            }
        }
        self.raise(id, false, now);
    }

    fn fill(&mut self, id: usize, target: u8, now: i64) {
        self.links.insert(id, Some(target));
        for task in self.tasks.values_mut() {
            if task.awaits == Some(id) && task.state != State::Unknown {
                if task.state == State::Failed {
                    task.tries = 0;
                }
                task.state = State::Ready;
                task.due = now;
                task.awaits = None;
            }
        }
    }

    /// The record that has the target already.
    fn holder(&self, id: usize, target: u8) -> Option<usize> {
        self.links
            .iter()
            .find(|(other, held)| **other != id && **held == Some(target))
            .map(|(other, _)| *other)
    }

    fn settle(&mut self, id: usize, round: &Round, revision: i64, now: i64) -> Option<usize> {
        if let Some(target) = round.fill {
            if let Some(holder) = self.holder(id, target) {
                return Some(holder);
            }
            self.fill(id, target, now);
        }
        let filled = round.awaits.is_some_and(|parent| self.links.get(&parent).is_some_and(Option::is_some));
        let task = self.tasks.get_mut(&(id, false)).unwrap();
        task.open = match round.intent {
            0 => task.open,
            1 => false,
            _ => true,
        };
        if round.state == State::Synced {
            task.done = revision;
        }
        if task.state != State::Ignored || round.state == State::Synced {
            let raised = task.want > revision;
            let rests = matches!(round.state, State::Synced | State::Skipped | State::Failed);
            let woken_by_link = round.awaits.is_some()
                && match round.state {
                    State::Waiting => filled || raised,
                    State::Unknown => false,
                    _ => filled,
                };
            (task.state, task.due, task.tries, task.awaits) = (round.state, round.due, 3, round.awaits);
            if (rests && raised) || woken_by_link {
                (task.state, task.due, task.awaits) = (State::Ready, now, None);
            }
            if rests && (raised || woken_by_link) {
                task.tries = 0;
            }
        }
        if self.tasks[&(id, false)].state == State::Failed {
            for task in self.tasks.values_mut() {
                if task.awaits == Some(id) && task.state == State::Waiting {
                    task.due = now;
                }
            }
        }
        if round.write_back {
            self.raise(id, true, now);
        }
        None
    }

    fn open(&mut self, id: usize, now: i64) {
        self.links.entry(id).or_default();
        let task = self.tasks.get_mut(&(id, false)).unwrap();
        task.open = true;
        if task.state.rests() {
            (task.state, task.due) = (State::Ready, now);
            task.awaits = None;
        }
    }

    fn replay(&mut self, id: usize, now: i64) -> u64 {
        let Some(task) = self.tasks.get_mut(&(id, false)) else { return 0 };
        match task.state {
            State::Failed | State::Ignored | State::Waiting | State::Retrying => {
                (task.state, task.due, task.tries, task.awaits) = (State::Ready, now, 0, None);
                1
            }
            State::Unknown => {
                task.due = now;
                1
            }
            _ => 0,
        }
    }

    fn ignore(&mut self, id: usize, until_changed: bool) -> u64 {
        let due = if until_changed { i64::MIN } else { i64::MAX };
        match self.tasks.get_mut(&(id, false)) {
            Some(task) if matches!(task.state, State::Failed | State::Waiting) && !task.open => {
                (task.state, task.awaits, task.due) = (State::Ignored, None, due);
                1
            }
            Some(task) if task.state == State::Ignored && (task.due == i64::MIN) != until_changed => {
                task.due = due;
                1
            }
            _ => 0,
        }
    }

    fn raise_all(&mut self, again: bool, now: i64) -> u64 {
        let ids: Vec<usize> = self.records.keys().copied().collect();
        let mut count = 0;
        for id in ids {
            if again || !self.tasks.contains_key(&(id, false)) {
                self.raise(id, false, now);
                count += 1;
            }
        }
        count
    }
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let id = 0..IDS;
    let settled = prop::sample::select(
        State::ALL
            .into_iter()
            .filter(|state| !matches!(state, State::Ignored | State::Closed))
            .collect::<Vec<_>>(),
    );
    let round = (
        settled,
        any::<bool>(),
        0..3u8,
        prop::option::of(0..4u8),
        prop::option::of(0..IDS),
        any::<bool>(),
        0..200i64,
    )
        .prop_map(|(state, behind, intent, fill, awaits, write_back, due)| {
            let stuck = [State::Waiting, State::Retrying, State::Unknown, State::Failed];
            let awaits = awaits.filter(|_| stuck.contains(&state));
            Round { state, behind, intent, fill, awaits, write_back, due }
        });
    let deed = prop_oneof![
        4 => (id.clone(), 0..5i64, 0..3u8).prop_map(|(id, version, name)| Deed::Ingest { id, version, name }),
        2 => id.clone().prop_map(|id| Deed::Open { id }),
        6 => (id.clone(), round).prop_map(|(id, round)| Deed::Settle { id, round }),
        1 => id.clone().prop_map(|id| Deed::Replay { id }),
        1 => (id, any::<bool>()).prop_map(|(id, until_changed)| Deed::Ignore { id, until_changed }),
        1 => any::<bool>().prop_map(|again| Deed::RaiseAll { again }),
    ];
    prop::collection::vec(deed, 1..40)
}

fn source(id: usize) -> RecordKey {
    RecordKey::new(&"crm".into(), &"AccountObj".into(), id.to_string())
}

fn deliver() -> Raise {
    crate::given::deliver()
}

/// The store under test, with the lease that its writes need.
struct Tested {
    store: Arc<dyn Store>,
    lease: contract::store::Lease,
}

impl Tested {
    async fn new(store: Arc<dyn Store>) -> Tested {
        let at = Timestamp(0);
        let lease = store.lease(&"erp".into(), "甲", at, at).await.unwrap().unwrap();
        Tested { store, lease }
    }

    async fn record(&self, id: usize) -> RecordId {
        self.store.find(&[source(id)]).await.unwrap().remove(0).unwrap().id
    }

    async fn task(&self, id: usize, back: bool) -> Option<model::task::Task> {
        let kind = if back { Kind::WriteBack } else { Kind::Deliver };
        let of = (deliver().flow, self.record(id).await, kind);
        self.store.tasks_of(&[of]).await.unwrap().remove(0)
    }

    async fn task_id(&self, id: usize) -> TaskId {
        match self.store.find(&[source(id)]).await.unwrap().remove(0) {
            Some(_) => self.task(id, false).await.unwrap().id,
            None => TaskId(9_999),
        }
    }

    fn intent(&self, task: TaskId, now: i64) -> Intent {
        let step = Step {
            action: Action::Create,
            object: "BD_Customer".into(),
            id: None,
            number: None,
            document: "{}".into(),
            options: String::new(),
            row_of: None,
        };
        Intent { task, link: LinkId(1), step, key: Vec::new(), revision: 1, sent: Timestamp(now) }
    }

    async fn open(&self, id: usize, now: i64) {
        let opening = Opening {
            intent: self.intent(self.task_id(id).await, now),
            source: source(id),
            target_connection: "erp".into(),
            target_object: "BD_Customer".into(),
            may_hold: None,
        };
        self.store.open(&self.lease, vec![opening]).await.unwrap();
    }

    async fn settle(&self, id: usize, round: &Round, revision: i64, now: i64) -> Settled {
        let task = self.task_id(id).await;
        let side = |id| LinkSide {
            source: source(id),
            target_connection: "erp".into(),
            target_object: (id == 0).then(|| "BD_Customer".into()),
        };
        let link = LinkRef::Of {
            source: source(id),
            target_connection: "erp".into(),
            target_object: "BD_Customer".into(),
        };
        let settlement = Settlement {
            task,
            revision,
            state: round.state,
            cause: None,
            due: Timestamp(round.due),
            tries: 3,
            done: (round.state == State::Synced).then_some(revision),
            intent: match round.intent {
                0 => IntentChange::Keep,
                1 => IntentChange::Close,
                _ => IntentChange::Replace(Box::new(self.intent(task, now))),
            },
            files: None,
            link: round.fill.map(|target| LinkChange {
                link,
                fill: Some((format!("T{target}"), None)),
                agreed: None,
                lines: Vec::new(),
            }),
            awaits: round.awaits.map(|parent| side(parent).into()),
            attempt: None,
            calls: Vec::new(),
            raise: match round.write_back {
                true => vec![Raise { kind: Kind::WriteBack, lane: "crm".into(), ..deliver() }],
                false => Vec::new(),
            },
        };
        let batch = SettlementBatch { at: Timestamp(now), settlements: vec![settlement], calls: Vec::new() };
        self.store.settle(&self.lease, batch).await.unwrap().remove(0)
    }

    /// Does the deed to both; whatever they answer must be the same.
    async fn does(&self, model: &mut Model, deed: &Deed, now: i64) {
        match deed {
            Deed::Ingest { id, version, name } => {
                let incoming = account(&id.to_string(), *version, &format!("客户{name}"));
                let page = contract::store::Ingest { at: Timestamp(now), ..page(vec![incoming]) };
                self.store.ingest(page).await.unwrap();
                model.ingest(*id, *version, *name, now);
            }
            Deed::Open { id } if model.tasks.contains_key(&(*id, false)) => {
                self.open(*id, now).await;
                model.open(*id, now);
            }
            Deed::Settle { id, round } if model.tasks.contains_key(&(*id, false)) => {
                let revision = model.records[id].revision - i64::from(round.behind);
                let settled = self.settle(*id, round, revision, now).await;
                let holder = model.settle(*id, round, revision, now);
                let expected = holder.map_or(Settled::Done, |holder| Settled::Taken(source(holder)));
                assert_eq!(settled, expected);
            }
            Deed::Open { .. } | Deed::Settle { .. } => {}
            Deed::Replay { id } => {
                let replayed = self.store.replay(&[self.task_id(*id).await], Timestamp(now)).await.unwrap();
                assert_eq!(replayed, model.replay(*id, now));
            }
            Deed::Ignore { id, until_changed } => {
                let ignored = self.store.ignore(&[self.task_id(*id).await], *until_changed).await.unwrap();
                assert_eq!(ignored, model.ignore(*id, *until_changed));
            }
            Deed::RaiseAll { again } => {
                let (key, raise) = (source(0), deliver());
                let raised =
                    self.store.raise(&key.connection, &key.object, &[], &raise, *again, Timestamp(now));
                assert_eq!(raised.await.unwrap(), model.raise_all(*again, now));
            }
        }
    }

    async fn agrees_with(&self, model: &Model, now: i64) {
        let mut counts: BTreeMap<(bool, State), u64> = BTreeMap::new();
        for ((id, back), expected) in &model.tasks {
            let task = self.task(*id, *back).await.unwrap();
            let found = (task.state, task.want, task.done, task.tries, task.due.0);
            let Task { state, want, done, tries, due, .. } = *expected;
            assert_eq!(found, (state, want, done, tries, due), "record {id}, write-back {back}");
            *counts.entry((*back, state)).or_default() += 1;
        }
        let stored = self.store.counts().await.unwrap();
        let stored: BTreeMap<_, _> = stored
            .into_iter()
            .map(|count| ((count.kind == Kind::WriteBack, count.state), count.tasks))
            .collect();
        assert_eq!(stored, counts);
        self.due_agrees_with(model, now).await;
        for (id, target) in &model.links {
            let side = LinkSide { source: source(*id), target_connection: "erp".into(), target_object: None };
            let link = self.store.by_source(&[side]).await.unwrap().remove(0).unwrap();
            assert_eq!(link.target_id, target.map(|target| format!("T{target}")));
        }
    }

    async fn due_agrees_with(&self, model: &Model, now: i64) {
        let mut expected = Vec::new();
        for ((id, back), task) in &model.tasks {
            if !back && !task.state.rests() && task.due <= now {
                expected.push((!task.open, task.due, self.task_id(*id).await));
            }
        }
        expected.sort();
        let due = self.store.due(&"erp".into(), Timestamp(now), 100, &[]).await.unwrap();
        let found: Vec<_> =
            due.iter().map(|due| (due.intent.is_none(), due.task.due.0, due.task.id)).collect();
        assert_eq!(found, expected);
    }
}

/// Does the same to the store and to the model.
fn compare(store: Arc<dyn Store>, deeds: &[Deed]) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let tested = Tested::new(store).await;
        let mut model = Model::default();
        for (n, deed) in deeds.iter().enumerate() {
            let now = 5 * n as i64;
            tested.does(&mut model, deed, now).await;
            tested.agrees_with(&model, now).await;
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_and_the_model_never_differ(deeds in deeds()) {
        compare(Arc::new(Sqlite::memory(Key::new([7; 32])).unwrap()), &deeds);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_on_postgres_and_the_model_never_differ(deeds in deeds()) {
        let schema = schema();
        compare(Arc::new(on(&schema, options())), &deeds);
    }
}
