//! Jobs: kept, advanced, paused and ended.

use std::sync::Arc;

use model::job::{Copy, History, Job, JobState, JobWork, Mapping, Progress};
use model::task::{Selection, State};
use model::{Cause, JobId};

use super::given::{Making, NOW, later};
use crate::store::{NewJob, Store, Turn};

fn retry() -> JobWork {
    let of = Selection {
        flow: Some("customers-to-erp".into()),
        states: vec![State::Failed],
        text: Some("深圳".into()),
        ..Selection::default()
    };
    JobWork::Retry { of, copy: Copy::Source, mapping: Mapping::Current }
}

async fn added(store: &Arc<dyn Store>, work: JobWork, starts: i64) -> JobId {
    let job = NewJob { work, by: "王芳".into(), made: NOW, starts: later(starts) };
    store.add_job(&job).await.unwrap()
}

async fn job(store: &Arc<dyn Store>, id: JobId) -> Job {
    store.job(id).await.unwrap().unwrap()
}

fn half() -> Progress {
    Progress { seen: 500, moved: 480, of: Some(1_000), place: Some("任务 500".into()) }
}

pub async fn a_job_is_kept_and_is_open_from_its_time_on(fresh: Making<'_>) {
    let store = fresh().await;
    assert_eq!(store.job(JobId(1)).await.unwrap(), None);
    let history = JobWork::History {
        flow: "orders-to-erp".into(),
        which: History::Changed { from: NOW.0 - 1_000, to: NOW.0 },
    };
    let tonight = added(&store, history.clone(), 60).await;
    let now = added(&store, retry(), 0).await;
    let kept = job(&store, tonight).await;
    assert_eq!((kept.work, kept.by.as_str(), kept.made, kept.starts), (history, "王芳", NOW, later(60)));
    assert_eq!(
        (kept.state, kept.progress, kept.cause, kept.ended),
        (JobState::Running, Progress::default(), None, None)
    );
    let ids = |jobs: Vec<Job>| jobs.into_iter().map(|job| job.id).collect::<Vec<_>>();
    assert_eq!(ids(store.open_jobs(NOW).await.unwrap()), [now]);
    assert_eq!(ids(store.open_jobs(later(60)).await.unwrap()), [tonight, now]);
    assert_eq!(ids(store.jobs(10).await.unwrap()), [now, tonight]);
    assert_eq!(ids(store.jobs(1).await.unwrap()), [now]);
}

pub async fn progress_is_kept_whatever_a_person_did_meanwhile(fresh: Making<'_>) {
    let store = fresh().await;
    let id = added(&store, retry(), 0).await;
    assert!(store.advance_job(id, &Progress { seen: 1, ..half() }, Turn::GoesOn, later(1)).await.unwrap());
    let waits = Cause::new("engine.flow_braked").with("flow", "客户同步");
    assert!(store.advance_job(id, &half(), Turn::Waits(waits.clone()), later(1)).await.unwrap());
    let waiting = job(&store, id).await;
    assert_eq!(
        (waiting.state, waiting.cause),
        (JobState::Running, Some(waits)),
        "it runs, and says for what"
    );
    assert!(store.advance_job(id, &half(), Turn::GoesOn, later(1)).await.unwrap());
    assert_eq!(job(&store, id).await.cause, None);
    assert!(store.steer_job(id, JobState::Paused, later(2)).await.unwrap());
    assert!(store.open_jobs(later(9)).await.unwrap().is_empty());
    assert!(!store.advance_job(id, &half(), Turn::Done, later(3)).await.unwrap());
    let paused = job(&store, id).await;
    assert_eq!((paused.state, paused.progress, paused.ended), (JobState::Paused, half(), None));
    assert!(store.steer_job(id, JobState::Running, later(4)).await.unwrap());
    assert_eq!(store.open_jobs(later(9)).await.unwrap().len(), 1);
    assert!(!store.steer_job(JobId(id.0 + 1), JobState::Paused, later(4)).await.unwrap(), "there is none");
}

pub async fn a_job_that_ended_stays_as_it_ended(fresh: Making<'_>) {
    let store = fresh().await;
    let (done, stopped) = (added(&store, retry(), 0).await, added(&store, retry(), 0).await);
    assert!(store.advance_job(done, &half(), Turn::Done, later(5)).await.unwrap());
    assert!(store.steer_job(stopped, JobState::Stopped, later(6)).await.unwrap());
    for (id, state, ended) in [(done, JobState::Done, later(5)), (stopped, JobState::Stopped, later(6))] {
        for to in [JobState::Running, JobState::Paused, JobState::Stopped] {
            assert!(!store.steer_job(id, to, later(7)).await.unwrap());
        }
        assert!(!store.advance_job(id, &half(), Turn::Done, later(8)).await.unwrap());
        let now = job(&store, id).await;
        assert_eq!((now.state, now.ended), (state, Some(ended)));
    }
}

pub async fn what_failed_may_run_again_from_where_it_stands(fresh: Making<'_>) {
    let store = fresh().await;
    let id = added(&store, retry(), 0).await;
    let cause = Cause::new("engine.flow_not_in_force").with("flow", "客户同步");
    assert!(store.advance_job(id, &half(), Turn::Failed(cause.clone()), later(1)).await.unwrap());
    let failed = job(&store, id).await;
    assert_eq!((failed.state, failed.cause, failed.ended), (JobState::Failed, Some(cause), Some(later(1))));
    assert!(store.steer_job(id, JobState::Running, later(2)).await.unwrap());
    let again = job(&store, id).await;
    assert_eq!((again.state, again.cause, again.ended), (JobState::Running, None, None));
    assert_eq!(again.progress, half());
}
