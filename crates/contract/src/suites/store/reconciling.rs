//! Reconciliations: what is known of either side, differences and what people decide about them.

use model::reconciliation::{
    Difference, FieldDifference, Found, Kind, Known, Origin, Place, Run, RunState, Side, Sighting, Stage,
    State, Sum,
};
use model::task;
use model::{Cause, Hash, RunId, Timestamp};

use super::given::*;
use crate::store::{
    Adoption, Awaited, Beginning, Counted, Decision, DifferenceFilter, Findings, Pair, PairsBy, Part,
    Progress, PurgeSlice, Settlement, StoreError,
};

fn pair() -> Pair {
    Pair { flow: FLOW.into(), source: (crm(), accounts()), target: (erp(), customers()) }
}

fn beginning(owner: &str, at: i64) -> Beginning {
    Beginning {
        flow: FLOW.into(),
        deep: false,
        since: None,
        until: later(at),
        is_until_asked: false,
        owner: owner.into(),
        now: later(at),
        stale: later(at - 60),
    }
}

fn progress(run: &Run, owner: &str, at: i64) -> Progress {
    Progress {
        run: run.id,
        owner: owner.into(),
        flow: run.flow.clone(),
        state: RunState::Running,
        place: run.place,
        sum: run.sum,
        cause: None,
        now: later(at),
    }
}

async fn begun(store: &Fresh, owner: &str, at: i64) -> Run {
    store.take_up_run(&beginning(owner, at)).await.unwrap().expect("nobody is at it")
}

async fn found(store: &Fresh, run: &Run, at: i64, differences: Vec<Found>) {
    let findings = Findings { differences, ..Findings::default() };
    store.get_on(&progress(run, OWNER, at), &findings).await.unwrap();
}

fn customer_known(id: &str) -> Known {
    Known { id: id.into(), number: Some(format!("CUST-{id}")), name: Some("桥梁公司".into()) }
}

/// The customer differs from its account; the standing is that of both.
fn differs(id: &str, standing: &str) -> Found {
    Found {
        origin: Origin::There,
        kind: Kind::Differs,
        source: Some(Known { id: format!("A{id}"), number: None, name: None }),
        target: Some(customer_known(id)),
        fields: vec![FieldDifference {
            field: "FName".into(),
            here: Some("\"桥梁公司\"".into()),
            there: None,
        }],
        cause: None,
        standing: Hash::of_text(standing),
    }
}

async fn all(store: &Fresh) -> Vec<Difference> {
    store.differences(&DifferenceFilter { limit: 100, ..DifferenceFilter::default() }).await.unwrap()
}

fn states(differences: &[Difference]) -> Vec<State> {
    differences.iter().map(|difference| difference.state).collect()
}

pub async fn a_run_goes_on_where_it_was_and_one_owner_is_at_it(fresh: Making<'_>) {
    let store = fresh().await;
    let run = begun(&store, OWNER, 0).await;
    assert_eq!(
        (run.state, run.place, run.until, run.started),
        (RunState::Running, Place::default(), NOW, NOW)
    );
    let place = Place { stage: Stage::There, at: 77, goes_on: false };
    let sum = Sum { matched: 5, calls_there: 2, ..Sum::default() };
    let on = Progress { place, sum, ..progress(&run, OWNER, 10) };
    store.get_on(&on, &Findings::default()).await.unwrap();
    assert_eq!(store.take_up_run(&beginning("乙", 20)).await.unwrap(), None, "甲 is at it");
    let taken = begun(&store, "乙", 100).await;
    assert_eq!((taken.id, taken.place, taken.sum, taken.until), (run.id, place, sum, NOW));
    let late = store.get_on(&progress(&run, OWNER, 101), &Findings::default()).await;
    assert_eq!(late, Err(StoreError::Outdated { based_on: run.id.0 }));
    let done = Progress { state: RunState::Done, ..progress(&taken, "乙", 110) };
    store.get_on(&done, &Findings::default()).await.unwrap();
    let next = begun(&store, OWNER, 120).await;
    assert!(next.id > run.id);
    let runs = store.runs(Some(&FLOW.into()), 10).await.unwrap();
    assert_eq!(runs.iter().map(|run| run.id).collect::<Vec<_>>(), [next.id, run.id]);
    assert_eq!((runs[1].state, runs[1].ended), (RunState::Done, Some(later(110))));
    assert_eq!(store.runs(Some(&"another".into()), 10).await.unwrap(), []);
    assert_eq!(store.runs(None, 1).await.unwrap().len(), 1);
}

pub async fn a_run_of_another_depth_or_span_is_given_up(fresh: Making<'_>) {
    let store = fresh().await;
    let run = begun(&store, OWNER, 0).await;
    let deep = Beginning { deep: true, ..beginning(OWNER, 5) };
    let deep = store.take_up_run(&deep).await.unwrap().unwrap();
    assert!(deep.deep && deep.id != run.id);
    let spanned = Beginning { deep: true, since: Some(later(-90)), ..beginning(OWNER, 6) };
    let spanned = store.take_up_run(&spanned).await.unwrap().unwrap();
    assert_eq!(spanned.since, Some(later(-90)));
    let ends_elsewhere = Beginning {
        until: later(-1),
        is_until_asked: true,
        deep: true,
        since: Some(later(-90)),
        ..beginning(OWNER, 7)
    };
    let elsewhere = store.take_up_run(&ends_elsewhere).await.unwrap().unwrap();
    assert!(elsewhere.id != spanned.id && elsewhere.until == later(-1));
    let ended = store.runs(None, 10).await.unwrap();
    assert!(ended[1..].iter().all(|run| run.ended.is_some() && run.state == RunState::Incomplete));
}

pub async fn a_run_that_asks_goes_on_when_a_person_says_so(fresh: Making<'_>) {
    let store = fresh().await;
    let run = begun(&store, OWNER, 0).await;
    assert!(!store.let_go_on(run.id).await.unwrap(), "it does not ask");
    let cause = Cause::new("reconcile.much_is_gone").with("count", 21);
    let asks = Progress { state: RunState::Asks, cause: Some(cause.clone()), ..progress(&run, OWNER, 1) };
    store.get_on(&asks, &Findings::default()).await.unwrap();
    let told = begun(&store, "乙", 2).await;
    assert_eq!((told.id, told.state, told.cause), (run.id, RunState::Asks, Some(cause)));
    assert!(store.let_go_on(run.id).await.unwrap());
    let on = begun(&store, "乙", 3).await;
    assert_eq!((on.state, on.place.goes_on), (RunState::Running, true));
    assert!(!store.let_go_on(RunId(999)).await.unwrap());
}

pub async fn a_run_that_is_stopped_is_over_and_nobody_gets_on_with_it(fresh: Making<'_>) {
    let store = fresh().await;
    let run = begun(&store, OWNER, 0).await;
    let cause = Cause::new("reconcile.stopped").with("by", "值班员");
    assert!(store.stop_run(run.id, &cause, later(5)).await.unwrap());
    assert!(!store.stop_run(run.id, &cause, later(6)).await.unwrap(), "it is over");
    let late = store.get_on(&progress(&run, OWNER, 7), &Findings::default()).await;
    assert_eq!(late, Err(StoreError::Outdated { based_on: run.id.0 }));
    let stopped = store.run(run.id).await.unwrap().unwrap();
    assert_eq!(
        (stopped.state, stopped.ended, stopped.cause),
        (RunState::Incomplete, Some(later(5)), Some(cause))
    );
    assert!(begun(&store, OWNER, 8).await.id > run.id);
    assert_eq!(store.run(RunId(999)).await.unwrap(), None);
}

pub async fn a_difference_is_kept_until_both_sides_agree(fresh: Making<'_>) {
    let store = fresh().await;
    let run = begun(&store, OWNER, 0).await;
    found(&store, &run, 10, vec![differs("1", "甲"), differs("2", "甲")]).await;
    found(&store, &run, 20, vec![differs("1", "乙")]).await;
    let kept = all(&store).await;
    assert_eq!(kept.len(), 2);
    assert_eq!(kept[0].found, differs("1", "乙"));
    assert_eq!((kept[0].since, kept[0].seen, kept[0].state), (later(10), later(20), State::Open));
    let counts = store.count_differences(&FLOW.into()).await.unwrap();
    assert_eq!(counts, [(Kind::Differs, State::Open, 2)]);
    let agreed = vec![(Origin::There, "1".into()), (Origin::Here, "2".into())];
    let findings = Findings { agreed, ..Findings::default() };
    assert_eq!((findings.len(), findings.is_empty()), (2, false));
    store.get_on(&progress(&run, OWNER, 30), &findings).await.unwrap();
    assert_eq!(states(&all(&store).await), [State::Closed, State::Open]);
    found(&store, &run, 40, vec![differs("1", "乙")]).await;
    let again = all(&store).await;
    assert_eq!((again[0].id, again[0].state, again[0].since), (kept[0].id, State::Open, later(40)));
    let open = DifferenceFilter {
        flow: Some(FLOW.into()),
        states: vec![State::Open, State::Ignored],
        kind: Some(Kind::Differs),
        origin: Some(Origin::There),
        after: Some(again[0].id),
        limit: 1,
        ..DifferenceFilter::default()
    };
    assert_eq!(store.differences(&open).await.unwrap(), again[1..]);
    let by_id = DifferenceFilter { ids: vec![again[0].id], limit: 9, ..DifferenceFilter::default() };
    assert_eq!(store.differences(&by_id).await.unwrap(), again[..1]);
    let none = DifferenceFilter { kind: Some(Kind::OnlyHere), limit: 9, ..DifferenceFilter::default() };
    assert_eq!(store.differences(&none).await.unwrap(), []);
}

pub async fn what_is_ignored_stays_so_until_either_side_changes(fresh: Making<'_>) {
    let store = fresh().await;
    let run = begun(&store, OWNER, 0).await;
    found(&store, &run, 10, vec![differs("1", "甲"), differs("2", "甲"), differs("3", "甲")]).await;
    let ids: Vec<_> = all(&store).await.iter().map(|difference| difference.id).collect();
    let ignore = Decision::Ignore("历史数据,不再修改".into());
    assert_eq!(store.decide(&ids[..2], &ignore, later(15)).await.unwrap(), 2);
    assert_eq!(store.decide(&ids[2..], &Decision::Repair, later(15)).await.unwrap(), 1);
    let decided = all(&store).await;
    assert_eq!(states(&decided), [State::Ignored, State::Ignored, State::Repairing]);
    assert_eq!(decided[0].reason.as_deref(), Some("历史数据,不再修改"));
    assert_eq!(decided[0].decided, Some(later(15)));
    found(&store, &run, 20, vec![differs("1", "甲"), differs("2", "乙"), differs("3", "甲")]).await;
    let seen = all(&store).await;
    assert_eq!(states(&seen), [State::Ignored, State::Open, State::Open], "the second changed");
    assert!(seen[0].reason.is_some() && seen[1].reason.is_none());
    assert_eq!(store.decide(&ids[..1], &Decision::Reopen, later(25)).await.unwrap(), 1);
    let agreed = vec![(Origin::There, "1".into())];
    let findings = Findings { agreed, ..Findings::default() };
    store.get_on(&progress(&run, OWNER, 30), &findings).await.unwrap();
    assert_eq!(store.decide(&ids[..1], &ignore, later(31)).await.unwrap(), 0, "nothing is left to decide");
}

pub async fn both_sides_are_known_by_the_versions_they_were_seen_at(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    ready(&store, &["1", "2", "3"]).await;
    let one = carry_over(&store, &lease, "1", "100001").await;
    let two = carry_over(&store, &lease, "2", "100002").await;
    let rows = [record_of(&store, "1").await, record_of(&store, "2").await, record_of(&store, "3").await];
    let here = store.known(&pair(), Side::Here, 0, 10).await.unwrap();
    assert_eq!(here, rows.map(|row| (row.0, Some(1))));
    assert_eq!(store.known(&pair(), Side::Here, rows[0].0, 1).await.unwrap(), here[1..2]);
    let version = agreed().version;
    let there = store.known(&pair(), Side::There, 0, 10).await.unwrap();
    assert_eq!(there, [(one.0, version), (two.0, version)]);
    let run = begun(&store, OWNER, 0).await;
    let seen = |side, id: &str, version| Sighting { side, id: id.into(), version };
    let sightings = vec![
        seen(Side::Here, "2", None),
        seen(Side::There, "100002", Some(7)),
        seen(Side::There, "9", Some(8)),
    ];
    let findings = Findings {
        seen_there: vec![(one, 1_790_000_000_000)],
        seen_here: vec![(rows[0], 5), (rows[2], 0)],
        sightings: sightings.clone(),
        ..Findings::default()
    };
    store.get_on(&progress(&run, OWNER, 1), &findings).await.unwrap();
    assert_eq!(store.sightings(&FLOW.into(), Side::There).await.unwrap(), sightings[1..]);
    assert_eq!(store.sightings(&"another".into(), Side::There).await.unwrap(), []);
    let here = store.known(&pair(), Side::Here, 0, 10).await.unwrap();
    assert_eq!(here, [(rows[0].0, Some(5)), (rows[2].0, Some(1))], "no version goes back");
    assert_eq!(store.known(&pair(), Side::There, 0, 10).await.unwrap(), [(one.0, Some(1_790_000_000_000))]);
    let forgotten = vec![(Side::There, "100002".into()), (Side::Here, "2".into())];
    let findings = Findings { forgotten, ..Findings::default() };
    store.get_on(&progress(&run, OWNER, 2), &findings).await.unwrap();
    assert_eq!(store.known(&pair(), Side::There, 0, 10).await.unwrap().len(), 2);
    let elsewhere = Pair { target: (erp(), "BD_Supplier".into()), ..pair() };
    assert_eq!(store.known(&elsewhere, Side::There, 0, 10).await.unwrap(), []);
}

pub async fn pairs_are_found_from_either_side_with_their_task(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    ready(&store, &["1", "2"]).await;
    let link = carry_over(&store, &lease, "1", "100001").await;
    let two = task_of(&store, "2").await;
    settle(&store, &lease, vec![failed(&two)]).await;
    let by = PairsBy::Sources(vec!["2".into(), "9".into(), "1".into()]);
    let by_source = store.pairs(&pair(), &by).await.unwrap();
    let [Some(second), None, Some(first)] = &by_source[..] else { panic!("{by_source:?}") };
    let task = second.task.as_ref().unwrap();
    assert_eq!((task.state, task.is_done, &task.cause), (task::State::Failed, false, &Some(refused())));
    assert!(second.link.as_ref().is_none_or(|link| link.target_id.is_none()));
    let task = first.task.as_ref().unwrap();
    assert_eq!((task.state, task.is_done, &task.cause), (task::State::Synced, true, &None));
    assert_eq!(first.link.as_ref().unwrap().agreed, agreed());
    let record = first.record.as_ref().unwrap();
    assert_eq!((&record.key, record.number.as_deref(), record.void), (&account("1"), Some("KH-1"), false));
    let expected = vec![Some(first.clone())];
    let by = PairsBy::Targets(vec!["100001".into(), "100009".into()]);
    assert_eq!(store.pairs(&pair(), &by).await.unwrap(), [expected[0].clone(), None]);
    let by = PairsBy::Rows(Side::There, vec![link.0]);
    assert_eq!(store.pairs(&pair(), &by).await.unwrap(), expected);
    let by = PairsBy::Rows(Side::Here, vec![record.id.0]);
    assert_eq!(store.pairs(&pair(), &by).await.unwrap(), expected);
    let other = Pair { flow: "another".into(), ..pair() };
    let without_task = store.pairs(&other, &by).await.unwrap().remove(0).unwrap();
    assert_eq!((without_task.task, without_task.link.map(|link| link.id)), (None, Some(link)));
}

pub async fn records_are_counted_as_they_stand_and_those_at_odds_are_told(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    ready(&store, &["1", "2", "3", "4"]).await;
    carry_over(&store, &lease, "1", "100001").await;
    let (two, three) = (task_of(&store, "2").await, task_of(&store, "3").await);
    settle(&store, &lease, vec![failed(&two), settlement(&three, task::State::Skipped)]).await;
    let counted = |state, linked| Counted { state: Some(state), linked, void: false, records: 1 };
    use task::State::{Failed, Ready, Skipped, Synced};
    assert_eq!(
        store.census(&pair()).await.unwrap(),
        [counted(Ready, false), counted(Synced, true), counted(Skipped, false), counted(Failed, false)]
    );
    let at_odds = store.at_odds(&pair(), model::RecordId(0), 10).await.unwrap();
    let ids = |found: &[crate::store::Paired]| -> Vec<String> {
        found.iter().map(|one| one.record.as_ref().unwrap().key.id.clone()).collect()
    };
    assert_eq!(ids(&at_odds), ["2"]);
    let other = Pair { flow: "another".into(), target: (erp(), "BD_Supplier".into()), ..pair() };
    let untouched = Counted { state: None, linked: false, void: false, records: 4 };
    assert_eq!(store.census(&other).await.unwrap(), [untouched]);
    let first = store.at_odds(&other, model::RecordId(0), 3).await.unwrap();
    assert_eq!(ids(&first), ["1", "2", "3"]);
    let last = first[2].record.as_ref().unwrap().id;
    assert_eq!(ids(&store.at_odds(&other, last, 3).await.unwrap()), ["4"]);
}

pub async fn an_agreement_is_distrusted_and_a_link_to_nothing_forgotten(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    ready(&store, &["1"]).await;
    let link = carry_over(&store, &lease, "1", "100001").await;
    store.distrust(link).await.unwrap();
    let found = store.by_source(&[side("1")]).await.unwrap().remove(0).unwrap();
    assert_eq!(found.agreed, model::link::Agreed { mapped: None, ..agreed() });
    assert!(!store.unlink(link, "100009").await.unwrap(), "it leads elsewhere");
    let task = task_of(&store, "1").await;
    store.open(&lease, vec![creation(&task, "1")]).await.unwrap();
    assert!(!store.unlink(link, "100001").await.unwrap(), "a write is open");
    settle(&store, &lease, vec![synced(&task)]).await;
    assert!(store.unlink(link, "100001").await.unwrap());
    let found = store.by_source(&[side("1")]).await.unwrap().remove(0).unwrap();
    assert_eq!((found.target_id, found.target_number), (None, None));
    assert_eq!(found.agreed, model::link::Agreed::default());
}

pub async fn a_document_that_is_there_is_adopted_once_and_wakes_who_waits(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    ready(&store, &["1", "2", "3"]).await;
    let waiting = task_of(&store, "3").await;
    let awaits = Some(Awaited::Link(side("1").into()));
    let waits = Settlement { awaits, due: Timestamp(0), ..settlement(&waiting, task::State::Waiting) };
    settle(&store, &lease, vec![waits]).await;
    let adoption = |id: &str, target: &str| Adoption {
        source: account(id),
        target: (erp(), customers()),
        target_id: target.into(),
        target_number: Some(format!("CUST-{target}")),
    };
    assert!(store.adopt(&adoption("1", "100001"), later(5)).await.unwrap());
    assert!(!store.adopt(&adoption("2", "100001"), later(6)).await.unwrap(), "it stands for another");
    assert!(!store.adopt(&adoption("1", "100002"), later(6)).await.unwrap(), "the account has one");
    let link = store.by_source(&[side("1")]).await.unwrap().remove(0).unwrap();
    assert_eq!((link.target_id.as_deref(), link.agreed.mapped), (Some("100001"), None));
    assert_eq!(task_of(&store, "3").await.state, task::State::Ready);
}

pub async fn closed_differences_are_purged_when_they_are_old_and_open_ones_never(fresh: Making<'_>) {
    let store = fresh().await;
    let run = begun(&store, OWNER, 0).await;
    found(&store, &run, 1, vec![differs("甲", "1"), differs("乙", "1")]).await;
    let agrees = Findings { agreed: vec![(Origin::There, "甲".into())], ..Findings::default() };
    store.get_on(&progress(&run, OWNER, 2), &agrees).await.unwrap();
    let purge = async |before: i64| {
        let (mut removed, mut after) = (0, Some(0));
        while let Some(place) = after {
            let slice = PurgeSlice {
                part: Part::Differences,
                before: later(before),
                after: place,
                limit: 1,
                at: later(9_000),
                only_looks: false,
            };
            let purged = store.purge(&slice).await.unwrap();
            (removed, after) = (removed + purged.removed, purged.after);
        }
        removed
    };
    assert_eq!(purge(2).await, 0, "what was closed a moment ago stays");
    assert_eq!(purge(9_000).await, 1);
    assert_eq!(states(&all(&store).await), [State::Open]);
    assert_eq!(purge(9_000).await, 0);
}

pub async fn reconciliations_that_ended_long_ago_go_and_the_newest_stays(fresh: Making<'_>) {
    let store = fresh().await;
    let mut runs = Vec::new();
    for at in [0, 100, 200] {
        let run = begun(&store, OWNER, at).await;
        let done = Progress { state: RunState::Done, ..progress(&run, OWNER, at + 10) };
        store.get_on(&done, &Findings::default()).await.unwrap();
        runs.push(run.id);
    }
    let open = begun(&store, OWNER, 300).await;
    let purge = async |before: i64, only_looks: bool| {
        let (part, before, at) = (Part::Runs, later(before), later(9_000));
        store.purge(&PurgeSlice { part, before, after: 0, limit: 100, at, only_looks }).await.unwrap().removed
    };
    assert_eq!((purge(110, true).await, purge(110, false).await), (1, 1), "what ended a moment ago stays");
    assert_eq!(purge(9_000, false).await, 2);
    let left = store.runs(None, 10).await.unwrap();
    assert_eq!(left.iter().map(|run| run.id).collect::<Vec<_>>(), [open.id], "which has not ended");
    let done = Progress { state: RunState::Done, ..progress(&open, OWNER, 310) };
    store.get_on(&done, &Findings::default()).await.unwrap();
    assert_eq!(purge(9_000, false).await, 0, "when the next is due is told by the newest");
}
