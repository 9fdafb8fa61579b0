//! Sweeps of ids: how far each is, and what no list of their source shows.

use model::reconciliation::RunState;
use model::sweep::{ObjectOf, Sweep, SweepPlace, SweepSum};
use model::{Cause, RecordId, SweepId};

use super::given::*;
use crate::store::{Part, PurgeSlice, StoreError, SweepBeginning, SweepFindings, SweepProgress, SweptRecord};

fn of() -> ObjectOf {
    (crm(), accounts())
}

fn beginning(owner: &str, at: i64) -> SweepBeginning {
    SweepBeginning {
        of: of(),
        deep: false,
        until: later(at),
        owner: owner.into(),
        now: later(at),
        stale: later(at - 60),
    }
}

fn progress(sweep: &Sweep, owner: &str, at: i64) -> SweepProgress {
    SweepProgress {
        sweep: sweep.id,
        of: sweep.of.clone(),
        owner: owner.into(),
        state: RunState::Running,
        place: sweep.place,
        sum: sweep.sum,
        cause: None,
        now: later(at),
    }
}

async fn begun(store: &Fresh, owner: &str, at: i64) -> Sweep {
    store.take_up_sweep(&beginning(owner, at)).await.unwrap().expect("nobody is at it")
}

async fn found(store: &Fresh, sweep: &Sweep, at: i64, findings: SweepFindings) {
    store.get_on_with_sweep(&progress(sweep, OWNER, at), &findings).await.unwrap();
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

/// Id and since when it is gone, with the reason for which it may rest.
async fn gone(store: &Fresh) -> Vec<(String, i64, Option<String>)> {
    let gone = store.gone(&of(), "", 10).await.unwrap();
    gone.into_iter().map(|one| (one.id, (one.since.0 - NOW.0) / 1_000, one.reason)).collect()
}

pub async fn a_sweep_goes_on_where_it_was_and_one_owner_is_at_it(fresh: Making<'_>) {
    let store = fresh().await;
    let sweep = begun(&store, OWNER, 0).await;
    assert_eq!((sweep.state, sweep.place, sweep.until), (RunState::Running, SweepPlace::default(), NOW));
    let place = SweepPlace { looked_again: true, at: 77, goes_on: false };
    let sum = SweepSum { there: 12_408, here: 12_407, missing: 1, ..SweepSum::default() };
    let on = SweepProgress { place, sum, ..progress(&sweep, OWNER, 10) };
    store.get_on_with_sweep(&on, &SweepFindings::default()).await.unwrap();
    assert_eq!(store.take_up_sweep(&beginning("乙", 20)).await.unwrap(), None, "甲 is at it");
    let other = SweepBeginning { of: (erp(), customers()), ..beginning("乙", 20) };
    assert!(store.take_up_sweep(&other).await.unwrap().is_some(), "another object is another sweep");
    let taken = begun(&store, "乙", 100).await;
    assert_eq!((taken.id, taken.place, taken.sum, taken.until), (sweep.id, place, sum, NOW));
    let late = store.get_on_with_sweep(&progress(&sweep, OWNER, 101), &SweepFindings::default()).await;
    assert_eq!(late, Err(StoreError::Outdated { based_on: sweep.id.0 }));
    let done = SweepProgress { state: RunState::Done, ..progress(&taken, "乙", 110) };
    store.get_on_with_sweep(&done, &SweepFindings::default()).await.unwrap();
    let next = begun(&store, OWNER, 120).await;
    let deep = SweepBeginning { deep: true, ..beginning(OWNER, 130) };
    let deep = store.take_up_sweep(&deep).await.unwrap().unwrap();
    assert!(deep.deep && deep.id != next.id, "one of another depth is given up");
    let sweeps = store.sweeps(Some(&of()), 10).await.unwrap();
    let told: Vec<(SweepId, RunState, bool)> =
        sweeps.iter().map(|sweep| (sweep.id, sweep.state, sweep.ended.is_some())).collect();
    assert_eq!(
        told,
        [
            (deep.id, RunState::Running, false),
            (next.id, RunState::Incomplete, true),
            (sweep.id, RunState::Done, true)
        ]
    );
    assert_eq!(store.sweeps(None, 10).await.unwrap().len(), 4);
    assert_eq!(store.sweeps(None, 1).await.unwrap().len(), 1);
}

pub async fn a_sweep_that_asks_goes_on_when_a_person_says_so(fresh: Making<'_>) {
    let store = fresh().await;
    let sweep = begun(&store, OWNER, 0).await;
    assert!(!store.let_sweep_go_on(sweep.id).await.unwrap(), "it does not ask");
    let cause = Cause::new("sweep.much_is_gone").with("count", 21);
    let asks =
        SweepProgress { state: RunState::Asks, cause: Some(cause.clone()), ..progress(&sweep, OWNER, 1) };
    store.get_on_with_sweep(&asks, &SweepFindings::default()).await.unwrap();
    let told = begun(&store, "乙", 2).await;
    assert_eq!((told.id, told.state, told.cause), (sweep.id, RunState::Asks, Some(cause)));
    assert!(store.let_sweep_go_on(sweep.id).await.unwrap());
    let on = begun(&store, "乙", 3).await;
    assert_eq!((on.id, on.state, on.place.goes_on, on.cause), (sweep.id, RunState::Running, true, None));
}

pub async fn a_sweep_that_is_stopped_is_over_and_nobody_gets_on_with_it(fresh: Making<'_>) {
    let store = fresh().await;
    let sweep = begun(&store, OWNER, 0).await;
    let cause = Cause::new("sweep.stopped").with("by", "值班员");
    assert!(store.stop_sweep(sweep.id, &cause, later(5)).await.unwrap());
    assert!(!store.stop_sweep(sweep.id, &cause, later(6)).await.unwrap(), "it is over");
    let late = store.get_on_with_sweep(&progress(&sweep, OWNER, 7), &SweepFindings::default()).await;
    assert_eq!(late, Err(StoreError::Outdated { based_on: sweep.id.0 }));
    let stopped = store.sweep(sweep.id).await.unwrap().unwrap();
    assert_eq!(
        (stopped.state, stopped.ended, stopped.cause),
        (RunState::Incomplete, Some(later(5)), Some(cause))
    );
    assert!(begun(&store, OWNER, 8).await.id > sweep.id);
    assert_eq!(store.sweep(SweepId(999)).await.unwrap(), None);
}

pub async fn what_is_missing_is_wished_for_and_what_is_gone_touches_nothing(fresh: Making<'_>) {
    let store = fresh().await;
    let tasks = ready(&store, &["1", "2", "3"]).await;
    let sweep = begun(&store, OWNER, 0).await;
    let findings = SweepFindings {
        missed: ids(&["7", "8", "7"]),
        gone: ids(&["1", "2"]),
        left_out: ids(&["3"]),
        back: Vec::new(),
    };
    found(&store, &sweep, 10, findings).await;
    assert_eq!(store.wishes(&crm(), &accounts(), 10).await.unwrap(), ["7", "8"]);
    let row = |id: &str, since| (id.to_owned(), since, None);
    assert_eq!(gone(&store).await, [row("1", 10), row("2", 10)]);
    let first = store.gone(&of(), "", 1).await.unwrap().remove(0);
    assert_eq!((first.number.as_deref(), first.name.as_deref()), (Some("KH-1"), Some("客户1")));
    assert_eq!(store.gone(&of(), "1", 10).await.unwrap().len(), 1);
    for (task, id) in tasks.iter().zip(["1", "2", "3"]) {
        let record = store.find(&[account(id)]).await.unwrap().remove(0).unwrap();
        assert!(!record.void, "{id} is not voided");
        assert_eq!(task_of(&store, id).await, *task, "{id}: no task is touched");
    }
    // Seen gone again, it is gone since the first time; what is back is forgotten.
    let again = SweepFindings { gone: ids(&["1"]), back: ids(&["2", "nobody"]), ..SweepFindings::default() };
    found(&store, &sweep, 20, again).await;
    assert_eq!(gone(&store).await, [row("1", 10)]);
}

pub async fn what_no_list_shows_is_not_expected_again(fresh: Making<'_>) {
    let store = fresh().await;
    take_in(&store, ["1", "2", "3", "4"].map(|id| incoming(id, 5, "客户")).into()).await;
    let mut rows = Vec::new();
    for id in ["1", "2", "3", "4"] {
        rows.push(record_of(&store, id).await);
    }
    let swept = async |after: i64, limit| store.swept(&of(), after, limit).await.unwrap();
    let known = |rows: &[RecordId]| rows.iter().map(|row| (row.0, Some(5))).collect::<Vec<_>>();
    assert_eq!(swept(0, 10).await, known(&rows));
    assert_eq!(swept(rows[0].0, 2).await, known(&rows[1..3]));
    assert_eq!(store.swept(&(erp(), customers()), 0, 10).await.unwrap(), []);
    let sweep = begun(&store, OWNER, 0).await;
    let findings = SweepFindings { gone: ids(&["2"]), left_out: ids(&["3"]), ..SweepFindings::default() };
    found(&store, &sweep, 1, findings).await;
    assert_eq!(swept(0, 10).await, known(&[rows[0], rows[3]]));
    found(&store, &sweep, 2, SweepFindings { back: ids(&["2"]), ..SweepFindings::default() }).await;
    assert_eq!(swept(0, 10).await, known(&[rows[0], rows[1], rows[3]]));
    let asked = store.swept_rows(&of(), &[rows[3].0, 999]).await.unwrap();
    let last = SweptRecord { row: rows[3].0, id: "4".into(), version: Some(5), void: false };
    assert_eq!(asked, [last]);
    assert_eq!(store.swept_rows(&(erp(), customers()), &[rows[3].0]).await.unwrap(), []);
}

pub async fn what_is_gone_may_rest_for_a_reason_until_it_is_back(fresh: Making<'_>) {
    let store = fresh().await;
    take_in(&store, ["1", "2", "3"].map(|id| incoming(id, 5, "客户")).into()).await;
    let sweep = begun(&store, OWNER, 0).await;
    let missed = SweepFindings { gone: ids(&["1", "2"]), left_out: ids(&["3"]), ..SweepFindings::default() };
    found(&store, &sweep, 1, missed).await;
    assert_eq!(store.let_rest(&of(), &ids(&["1", "3", "nobody"]), "合并时删除").await.unwrap(), 1);
    let told = |id: &str, reason: Option<&str>| (id.to_owned(), 1, reason.map(str::to_owned));
    assert_eq!(gone(&store).await, [told("1", Some("合并时删除")), told("2", None)]);
    assert_eq!(store.let_rest(&of(), &[], "年底清理").await.unwrap(), 2);
    assert_eq!(gone(&store).await, [told("1", Some("年底清理")), told("2", Some("年底清理"))]);
    found(&store, &sweep, 2, SweepFindings { gone: ids(&["1"]), ..SweepFindings::default() }).await;
    assert_eq!(gone(&store).await[0], told("1", Some("年底清理")), "seen again, it still may rest");
    found(&store, &sweep, 3, SweepFindings { back: ids(&["1"]), ..SweepFindings::default() }).await;
    found(&store, &sweep, 4, SweepFindings { gone: ids(&["1"]), ..SweepFindings::default() }).await;
    assert_eq!(gone(&store).await[0], ("1".to_owned(), 4, None), "what came back and went is told of anew");
}

pub async fn sweeps_that_ended_long_ago_go_and_the_newest_seven_stay(fresh: Making<'_>) {
    let store = fresh().await;
    for at in 0..10 {
        let sweep = begun(&store, OWNER, at * 100).await;
        let done = SweepProgress { state: RunState::Done, ..progress(&sweep, OWNER, at * 100 + 10) };
        store.get_on_with_sweep(&done, &SweepFindings::default()).await.unwrap();
    }
    let (part, before, at) = (Part::Sweeps, later(9_000), later(9_000));
    let slice = PurgeSlice { part, before, after: 0, limit: 100, at, only_looks: false };
    assert_eq!(store.purge(&slice).await.unwrap().removed, 3);
    assert_eq!(store.sweeps(Some(&of()), 20).await.unwrap().len(), 7);
    assert_eq!(store.purge(&slice).await.unwrap().removed, 0);
}
