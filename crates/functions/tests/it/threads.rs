//! Scripts on threads of their own: many at once, hanging ones given up, callers who leave.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use contract::Clock;
use contract::functions::{
    Call, Denied, Function, Functions, Host, HttpReply, HttpRequest, Level, Limits, LinkQuestion, Linked,
    Surroundings, Work,
};
use functions::{Scripts, Threads};
use model::{AnswerClass, Map, Timestamp, Value, json};

use crate::ground::{Ground, NOW, Still};

fn threaded(threads: Threads) -> Ground {
    Ground::of(Scripts::on_threads(threads, Arc::new(Still)))
}

/// A host in which a script hangs until the test lets it go: what no handler can interrupt.
struct Hanging {
    entered: Mutex<Sender<()>>,
    leave: Mutex<Receiver<()>>,
}

#[async_trait]
impl Host for Hanging {
    async fn http(&self, _: HttpRequest) -> Result<HttpReply, Denied> {
        std::future::pending().await
    }

    async fn links(&self, _: Vec<LinkQuestion>) -> Result<Vec<Linked>, Denied> {
        std::future::pending().await
    }

    fn value_map(&self, _: &str, _: &str) -> Result<Option<Value<'static>>, Denied> {
        self.entered.lock().unwrap().send(()).unwrap();
        // An end of the test lets it go, too.
        let _ = self.leave.lock().unwrap().recv();
        Ok(None)
    }

    fn log(&self, _: Level, _: &str) {}
}

async fn call(ground: &Ground, host: Arc<dyn Host>, text: &str, limits: Limits) -> Result<String, String> {
    let function = Function::new("functions/挂.js", text);
    let empty = Map::new();
    let work = Work::BeforeMapping { record: &empty };
    let call = Call { function: &function, work, about: &empty, limits, now: NOW, measure: false };
    let around = Surroundings { host, chance: ground.chance.clone() };
    match ground.scripts.call(call, around).await.output {
        Ok(output) => Ok(json::write(&Value::Map(output.into_map().unwrap()))),
        Err(fault) => Err(fault.cause.code.into_owned()),
    }
}

#[tokio::test]
async fn many_calls_run_beside_each_other() {
    let ground = threaded(Threads { waiting: 1000, ..Threads::default() });
    let text =
        "async function main(input, qiao) { await qiao.link('A', '1'); return { n: input.record.n * 2 }; }";
    let records: Vec<String> = (0..200).map(|n| format!("{{\"n\":{n}}}")).collect();
    let calls = records.iter().map(|record| ground.record(text, record));
    let all = futures_util::future::join_all(calls).await;
    for (n, result) in all.into_iter().enumerate() {
        assert_eq!(result.as_deref(), Ok(format!("{{\"n\":{}}}", n * 2).as_str()));
    }
}

#[tokio::test]
async fn a_script_that_waits_holds_no_thread() {
    let ground = threaded(Threads { count: 1, ..Threads::default() });
    let (entered, _entered) = channel();
    let (_leave, leave) = channel();
    let hanging = Arc::new(Hanging { entered: Mutex::new(entered), leave: Mutex::new(leave) });
    let waits =
        call(&ground, hanging, "async function main(i, qiao) { await qiao.http('/'); }", Limits::default());
    let mut waits = std::pin::pin!(waits);
    for _ in 0..20 {
        let quick = std::pin::pin!(ground.code("return { v: 1 };"));
        match futures_util::future::select(quick, waits.as_mut()).await {
            futures_util::future::Either::Left((code, _)) => assert_eq!(code, r#"{"v":1}"#),
            futures_util::future::Either::Right((ended, _)) => {
                panic!("nobody answered, and it ended: {ended:?}")
            }
        }
    }
}

#[tokio::test]
async fn a_thread_that_hangs_is_given_up_and_replaced() {
    let threads = Threads { count: 1, given_up: 1, grace: Duration::from_millis(10), ..Threads::default() };
    let ground = threaded(threads);
    // Slices end 2 s after what they may use of the processor: nothing at all, here.
    let limits = Limits { processor: Duration::from_millis(1), ..Limits::default() };
    let (entered, has_entered) = channel();
    let (let_go, leave) = channel();
    let hanging = Arc::new(Hanging { entered: Mutex::new(entered), leave: Mutex::new(leave) });
    let text = "function main(input, qiao) { qiao.valueMap('a', 'b'); return {}; }";

    assert_eq!(call(&ground, hanging.clone(), text, limits).await, Err("function.given_up".into()));
    has_entered.recv().unwrap();
    // Another thread stands in its place.
    assert_eq!(ground.code("return { v: 1 };").await, r#"{"v":1}"#);

    // One more, and none is left to hire: calls are told to come again, at once.
    let (again, _again) = channel();
    let (let_go_too, leave_too) = channel();
    let second = Arc::new(Hanging { entered: Mutex::new(again), leave: Mutex::new(leave_too) });
    assert_eq!(call(&ground, second, text, limits).await, Err("function.given_up".into()));
    let busy = ground.record("function main() { return {}; }", "{}").await.unwrap_err();
    assert_eq!((&*busy.cause.code, busy.class), ("function.busy", AnswerClass::Transient));

    // When one comes back, it works again.
    drop(let_go);
    drop(let_go_too);
    let mut code = String::new();
    for _ in 0..10_000 {
        code = ground.code("return { v: 2 };").await;
        if code != "function.busy" {
            break;
        }
        std::thread::yield_now();
    }
    assert_eq!(code, r#"{"v":2}"#);
}

#[tokio::test]
async fn an_endless_loop_costs_its_thread_no_more_than_its_limit() {
    let ground = threaded(Threads { count: 1, ..Threads::default() });
    for _ in 0..5 {
        assert_eq!(ground.code("for (;;) {}").await, "function.too_slow");
        assert_eq!(ground.code("return { v: 1 };").await, r#"{"v":1}"#);
    }
}

/// Jumps past every time that is waited for.
struct Hasty;

#[async_trait]
impl Clock for Hasty {
    fn now(&self) -> Timestamp {
        NOW
    }

    async fn sleep_until(&self, _: Timestamp) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_waits_too_long_for_the_host_is_ended_by_the_clock() {
    for scripts in
        [Scripts::inline(Arc::new(Hasty)), Scripts::on_threads(Threads::default(), Arc::new(Hasty))]
    {
        let ground = Ground::of(scripts);
        let (entered, _entered) = channel();
        let (_leave, leave) = channel();
        let hanging = Arc::new(Hanging { entered: Mutex::new(entered), leave: Mutex::new(leave) });
        let text = "async function main(input, qiao) { await qiao.http('/'); }";
        assert_eq!(call(&ground, hanging, text, Limits::default()).await, Err("function.too_late".into()));
    }
}

#[tokio::test]
async fn a_call_that_is_dropped_leaves_nothing_behind() {
    let ground = threaded(Threads { count: 1, ..Threads::default() });
    for n in 0..50 {
        let text = "async function main(input, qiao) { await qiao.link('A', '1'); return { v: 1 }; }";
        let dropped = ground.record(text, "{}");
        // Polled a few times, then dropped wherever it stands.
        let mut dropped = std::pin::pin!(dropped);
        for _ in 0..n % 7 {
            let _ = futures_util::poll!(dropped.as_mut());
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(ground.code("return { v: 1 };").await, r#"{"v":1}"#);
}

#[tokio::test]
async fn both_ways_of_running_give_the_same() {
    let text = "async function main(input, qiao) { const l = await qiao.link('A', '1'); return { r: String(Math.random()), u: qiao.uuid(), l }; }";
    let (inline, threads) = (Ground::inline(), threaded(Threads::default()));
    for _ in 0..3 {
        assert_eq!(inline.record(text, "{}").await.unwrap(), threads.record(text, "{}").await.unwrap());
    }
}
