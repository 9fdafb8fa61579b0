//! Reconciliations and sweeps that somebody asked for, done in the background: each goes on where it was, and ends with its
//! job.

use contract::store::Beginning;
use engine::jobs;
use model::job::{Job, JobState, JobWork};
use model::reconciliation::{Run, RunState, Stage};
use model::{JobId, Timestamp};

use crate::reconciling::{CUSTOMERS, company, put, remove};
use crate::world::World;

const AN_HOUR: u64 = 3_600;

fn deep() -> JobWork {
    JobWork::Reconcile { flow: "customers".into(), deep: true, since: None, until: None, goes_on: false }
}

async fn ask(world: &World, work: JobWork) -> JobId {
    jobs::ask(&world.seams, work, "王芳", world.now()).await.unwrap()
}

async fn job(world: &World, id: JobId) -> Job {
    world.store().job(id).await.unwrap().unwrap()
}

async fn runs(world: &World) -> Vec<Run> {
    world.store().runs(Some(&"customers".into()), 10).await.unwrap()
}

fn code(job: &Job) -> Option<&str> {
    job.cause.as_ref().map(|cause| &*cause.code)
}

/// So many documents of the target's own.
fn put_many(world: &World, many: i64) {
    let begin = world.now().0 - 6_000_000;
    for number in 0..many {
        let body = format!(r#"{{"no":"Y{number}","name":"目标自己的"}}"#);
        put(world, "customer", &format!("Y{number:04}"), &body, Timestamp(begin + number * 1_000));
    }
}

#[tokio::test(start_paused = true)]
async fn a_reconciliation_goes_on_where_it_was_refused_until_it_is_done() {
    let world = company(&[("customers", CUSTOMERS)], 3).await;
    put_many(&world, 4_500);
    world.desk().refused_pages = (0..4_000).map(|page| page >= 70).collect();
    let id = ask(&world, deep()).await;
    world.run(60).await;
    let waits = job(&world, id).await;
    let left = runs(&world).await.remove(0);
    assert_eq!((waits.state, jobs::run_of(&waits)), (JobState::Running, Some(left.id.0)));
    assert_eq!((left.state, left.ended), (RunState::Incomplete, None));
    assert!(left.place.stage > Stage::Again, "it had got somewhere: {left:?}");
    assert!(code(&waits).is_some(), "{waits:?}");
    world.desk().refused_pages.clear();
    world.run(AN_HOUR).await;
    let (done, run) = (job(&world, id).await, runs(&world).await);
    assert_eq!((done.state, done.progress.moved), (JobState::Done, 4_500));
    assert_eq!((run.len(), run[0].id, run[0].state), (1, left.id, RunState::Done));
}

#[tokio::test(start_paused = true)]
async fn a_run_is_stopped_with_its_job_and_a_job_with_its_run() {
    let world = company(&[("customers", CUSTOMERS)], 3).await;
    put_many(&world, 4_500);
    for by_its_job in [true, false] {
        world.desk().refused_pages = (0..400).map(|page| page >= 70).collect();
        let id = ask(&world, deep()).await;
        world.run(5).await;
        let run = runs(&world).await.remove(0);
        let is_stopped = match by_its_job {
            true => jobs::steer(&world.seams, id, JobState::Stopped, "王芳").await.unwrap(),
            false => jobs::stop_run(&world.seams, run.id, "王芳").await.unwrap(),
        };
        assert!(is_stopped);
        world.desk().refused_pages.clear();
        world.run(AN_HOUR).await;
        let (job, stopped) = (job(&world, id).await, world.store().run(run.id).await.unwrap().unwrap());
        assert_eq!(job.state, JobState::Stopped);
        assert_eq!(
            (stopped.state, stopped.cause.unwrap().code.as_ref()),
            (RunState::Incomplete, "reconcile.stopped")
        );
        assert!(!jobs::stop_run(&world.seams, run.id, "王芳").await.unwrap(), "it is over");
    }
}

#[tokio::test(start_paused = true)]
async fn while_another_is_at_it_a_job_waits_and_takes_up_what_is_left() {
    let world = company(&[("customers", CUSTOMERS)], 3).await;
    let beginning = Beginning {
        flow: "customers".into(),
        deep: true,
        since: None,
        until: world.now(),
        is_until_asked: false,
        owner: "另一台".into(),
        now: world.now(),
        stale: world.now(),
    };
    let others = world.store().take_up_run(&beginning).await.unwrap().unwrap();
    let id = ask(&world, deep()).await;
    world.run(60).await;
    let waits = job(&world, id).await;
    assert_eq!((waits.state, code(&waits)), (JobState::Running, Some("engine.job_waits_for_run")));
    world.run(AN_HOUR).await;
    let (done, runs) = (job(&world, id).await, runs(&world).await);
    assert_eq!((done.state, jobs::run_of(&done)), (JobState::Done, Some(others.id.0)));
    assert_eq!((runs.len(), runs[0].state), (1, RunState::Done));
}

#[tokio::test(start_paused = true)]
async fn where_much_is_gone_the_job_asks_and_another_goes_on() {
    let world = company(&[("customers", CUSTOMERS)], 40).await;
    (1..=30).for_each(|number| remove(&world, "customer", &format!("T{number}")));
    let id = ask(&world, deep()).await;
    world.run(AN_HOUR).await;
    let asks = job(&world, id).await;
    assert_eq!((asks.state, code(&asks)), (JobState::Failed, Some("reconcile.much_is_gone")));
    let JobWork::Reconcile { flow, deep, since, until, .. } = deep() else { panic!("it is one") };
    let id = ask(&world, JobWork::Reconcile { flow, deep, since, until, goes_on: true }).await;
    world.run(AN_HOUR).await;
    let (done, runs) = (job(&world, id).await, runs(&world).await);
    assert_eq!((done.state, runs.len(), runs[0].sum.only_here), (JobState::Done, 1, 30));
}

#[tokio::test(start_paused = true)]
async fn an_object_is_swept_and_what_was_missed_is_read() {
    let world = company(&[("customers", CUSTOMERS)], 3).await;
    let long_ago = Timestamp(world.now().0 - 700_000);
    put(&world, "account", "0077", r#"{"no":"K0077","name":"没读到的新增","kind":"normal"}"#, long_ago);
    let sweep = |object: &str| JobWork::Sweep {
        connection: "box".into(),
        object: object.into(),
        deep: Some(true),
        goes_on: false,
    };
    let id = ask(&world, sweep("account")).await;
    let nobodys = ask(&world, sweep("nothing")).await;
    world.run(120).await;
    let done = job(&world, id).await;
    let swept = world.store().sweep(model::SweepId(jobs::run_of(&done).unwrap())).await.unwrap().unwrap();
    assert_eq!((done.state, done.progress.moved), (JobState::Done, 1));
    assert_eq!((swept.state, swept.sum.missing), (RunState::Done, 1));
    assert_eq!(world.desk().table("customer").len(), 4, "and brought over");
    let refused = job(&world, nobodys).await;
    assert_eq!((refused.state, code(&refused)), (JobState::Failed, Some("sweep.not_wanted")));
}
