//! Jobs: many tasks at once, and records from before, beside what changes live.

use std::time::Duration;

use engine::{desk, jobs};
use model::job::{Copy, History, Job, JobState, JobWork, Mapping};
use model::task::{Selection, State};
use model::{JobId, Timestamp};

use crate::system::map;
use crate::world::{CONNECTION, World};

const FLOW: &str = "kind: flow\nname: accounts\nsource: { connection: box, object: account }\n\
    target: { connection: box, object: customer, key: no }\nmap:\n  no: no\n  name: { from: name, required: true }\n";

async fn ask(world: &World, work: JobWork) -> JobId {
    jobs::ask(&world.seams, work, "王芳", world.now()).await.unwrap()
}

async fn job(world: &World, id: JobId) -> Job {
    world.store().job(id).await.unwrap().unwrap()
}

fn failed() -> Selection {
    Selection { flow: Some("accounts".into()), states: vec![State::Failed], ..Selection::default() }
}

/// How many tasks stand so.
async fn count(world: &World, state: State) -> u64 {
    let counts = world.store().counts().await.unwrap();
    counts.iter().filter(|count| count.state == state).map(|count| count.tasks).sum()
}

/// Accounts that lack the name without which they cannot be brought over.
fn save_nameless(world: &World, many: usize) {
    (1..=many).for_each(|n| world.save("account", &format!("{n:04}"), &format!(r#"{{"no":"K{n}"}}"#)));
}

#[tokio::test(start_paused = true)]
async fn a_thousand_tasks_run_again_as_one_job_each_of_them_once() {
    let world = World::with(&[("accounts", FLOW)]).await;
    save_nameless(&world, 1_000);
    world.run(60).await;
    assert_eq!(count(&world, State::Failed).await, 1_000);
    let causes = desk::causes(world.store(), &failed()).await.unwrap();
    assert_eq!(causes.len(), 1, "one reason is one group: {causes:?}");
    assert_eq!(
        (causes[0].tasks, &*causes[0].code, causes[0].field.as_deref()),
        (1_000, "mapping.required", Some("name"))
    );
    // Nothing is mended yet: they fail again, and none is tried for ever.
    let id =
        ask(&world, JobWork::Retry { of: failed(), copy: Copy::Stored, mapping: Mapping::Current }).await;
    world.run(120).await;
    let done = job(&world, id).await;
    assert_eq!((done.state, done.progress.seen, done.progress.moved), (JobState::Done, 1_000, 1_000));
    assert_eq!(done.progress.of, Some(1_000));
    assert_eq!(count(&world, State::Failed).await, 1_000);
    let tasks = world.tasks().await;
    let attempts = world.store().attempts(tasks[0].task.id, 10).await.unwrap();
    assert_eq!(attempts.len(), 2, "at first, and for the job");
    let noted = world.store().audit_log(Some(&format!("job:{id}")), 10).await.unwrap();
    assert_eq!((noted.len(), noted[0].by.as_str()), (1, "王芳"));
}

#[tokio::test(start_paused = true)]
async fn records_are_read_again_at_their_source_where_that_is_wished() {
    let world = World::with(&[("accounts", FLOW)]).await;
    save_nameless(&world, 3);
    world.run(60).await;
    assert_eq!(count(&world, State::Failed).await, 3);
    // Somebody mends two of them at the source, by a way that moves no time of change; one is gone.
    {
        let mut desk = world.desk();
        let accounts = desk.tables.get_mut("account").unwrap();
        for (id, body) in [("0001", r#"{"no":"K1","name":"深圳"}"#), ("0002", r#"{"no":"K2","name":"广州"}"#)]
        {
            accounts.get_mut(id).unwrap().body = map(body);
        }
        accounts.remove("0003");
    }
    ask(&world, JobWork::Retry { of: failed(), copy: Copy::Stored, mapping: Mapping::Current }).await;
    world.run(60).await;
    assert_eq!(count(&world, State::Failed).await, 3, "as stored they are as they were");
    ask(&world, JobWork::Retry { of: failed(), copy: Copy::Source, mapping: Mapping::Current }).await;
    world.run(60).await;
    assert_eq!(
        world.standing().await,
        ["accounts 0001 synced", "accounts 0002 synced", "accounts 0003 failed mapping.required"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_job_is_paused_goes_on_and_is_stopped() {
    let world = World::with(&[("accounts", FLOW)]).await;
    save_nameless(&world, 900);
    world.run(60).await;
    let id = ask(&world, JobWork::Ignore { of: failed(), until_changed: true, reason: "停用".into() }).await;
    assert!(jobs::steer(&world.seams, id, JobState::Paused, "王芳").await.unwrap());
    world.run(60).await;
    assert_eq!((count(&world, State::Ignored).await, job(&world, id).await.state), (0, JobState::Paused));
    assert!(jobs::steer(&world.seams, id, JobState::Running, "王芳").await.unwrap());
    world.run(60).await;
    assert_eq!((count(&world, State::Ignored).await, job(&world, id).await.state), (900, JobState::Done));
    assert!(!jobs::steer(&world.seams, id, JobState::Stopped, "王芳").await.unwrap(), "it is done");
    // A change at the source wakes one of them by itself.
    world.save("account", "0007", r#"{"no":"K7","name":"珠海"}"#);
    world.run(60).await;
    assert_eq!((count(&world, State::Synced).await, count(&world, State::Ignored).await), (1, 899));
    let noted = world.store().audit_log(Some(&format!("job:{id}")), 10).await.unwrap();
    assert_eq!(noted.len(), 3, "{noted:?}");
}

#[tokio::test(start_paused = true)]
async fn history_comes_in_from_its_time_on_and_beside_live_changes() {
    let world = World::new();
    for n in 0..1_500 {
        let (no, name) = (format!("K{n}"), format!("客户{n}"));
        world.save("account", &format!("{n:05}"), &format!(r#"{{"no":"{no}","name":"{name}"}}"#));
    }
    world.seams.clock.sleep_until(world.now() + Duration::from_secs(7_200)).await;
    world.apply(&[("connection", "box", CONNECTION), ("flow", "accounts", FLOW)]).await;
    world.run(60).await;
    let before = world.desk().table("customer").len();
    assert!(before < 1_500, "a new flow begins with what changes from now on");
    let which = History::Changed { from: 0, to: world.now().0 };
    let work = JobWork::History { flow: "accounts".into(), which };
    let starts = world.now() + Duration::from_secs(3_600);
    let id = jobs::ask(&world.seams, work, "王芳", starts).await.unwrap();
    world.run(3_000).await;
    assert_eq!(job(&world, id).await.progress.seen, 0, "its time has not come");
    let mut most = 0;
    for _ in 0..900 {
        world.run(1).await;
        most = most.max(count(&world, State::Ready).await);
    }
    let done = job(&world, id).await;
    assert_eq!((done.state, done.progress.seen), (JobState::Done, 1_500));
    assert!(done.ended.is_some_and(|ended| ended >= starts));
    assert_eq!(world.desk().table("customer").len(), 1_500);
    assert!(most <= 400 + 1_000, "live changes wait behind few: {most}");
    // Everything that is linked is brought over again: what somebody spoiled at the target is as it was.
    let which = History::Ids(vec!["00001".into(), "nobody".into(), "00002".into()]);
    let some = ask(&world, JobWork::History { flow: "accounts".into(), which }).await;
    let all = ask(&world, JobWork::History { flow: "accounts".into(), which: History::Linked }).await;
    world.run(900).await;
    let (some, all) = (job(&world, some).await, job(&world, all).await);
    assert_eq!((some.state, some.progress.seen, some.progress.moved), (JobState::Done, 3, 2));
    assert_eq!((all.state, all.progress.moved), (JobState::Done, 1_500));
}

#[tokio::test(start_paused = true)]
async fn a_job_of_a_flow_that_is_gone_fails_and_says_so() {
    let world = World::with(&[("accounts", FLOW)]).await;
    let which = History::Changed { from: 0, to: Timestamp(1).0 };
    let id = ask(&world, JobWork::History { flow: "没有的流".into(), which }).await;
    world.run(60).await;
    let failed = job(&world, id).await;
    assert_eq!(failed.state, JobState::Failed);
    assert_eq!(failed.cause.unwrap().code, "engine.flow_not_in_force");
}

/// Accounts of two cities of which the flow maps neither; the job that loads those of one of them, once it is done.
async fn loaded(narrows: Option<bool>) -> (World, Job) {
    let world = World::new();
    for n in 0..120 {
        let city = if n % 3 == 0 { "深圳" } else { "广州" };
        let body = format!(r#"{{"no":"K{n}","name":"客户{n}","city":"{city}"}}"#);
        world.save("account", &format!("{n:05}"), &body);
    }
    world.seams.clock.sleep_until(world.now() + Duration::from_secs(7_200)).await;
    world.apply(&[("connection", "box", CONNECTION), ("flow", "accounts", FLOW)]).await;
    world.run(60).await;
    assert_eq!(world.desk().table("customer").len(), 0);
    world.desk().narrows = narrows;
    let condition = r#"city == "深圳" and no != "K0""#.to_owned();
    let which = History::Matching { condition, from: 0, to: world.now().0 };
    let id = ask(&world, JobWork::History { flow: "accounts".into(), which }).await;
    world.run(120).await;
    let job = job(&world, id).await;
    (world, job)
}

#[tokio::test(start_paused = true)]
async fn history_comes_in_by_condition_filtered_at_the_source_where_that_can_be() {
    for (narrows, seen) in [(None, 120), (Some(true), 40), (Some(false), 120)] {
        let (world, job) = loaded(narrows).await;
        assert_eq!(
            (job.state, job.progress.seen, job.progress.moved),
            (JobState::Done, seen, 39),
            "{narrows:?}"
        );
        assert_eq!(world.desk().table("customer").len(), 39);
        // What only the condition looks at is no part of what is stored: those that meet it are read as always.
        let desk = world.desk();
        let again =
            desk.gets.iter().filter(|(_, object, _)| object == "account").map(|(_, _, ids)| ids.len());
        assert_eq!(again.sum::<usize>(), 39);
    }
}

#[tokio::test(start_paused = true)]
async fn a_condition_that_cannot_be_said_of_a_record_stops_the_job_and_names_it() {
    let world = World::with(&[("accounts", FLOW)]).await;
    world.save("account", "1", r#"{"no":"K1","name":"深圳","total":"很多"}"#);
    world.run(60).await;
    let which = History::Matching { condition: "add(total, 1) > 2".into(), from: 0, to: world.now().0 };
    let id = ask(&world, JobWork::History { flow: "accounts".into(), which }).await;
    world.run(60).await;
    let failed = job(&world, id).await;
    assert_eq!(failed.state, JobState::Failed);
    let cause = failed.cause.unwrap();
    assert_eq!((&*cause.code, cause.param("number")), ("engine.condition_fails", Some("K1")));
}
