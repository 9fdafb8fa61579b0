//! What a call costs: a warm one over an order of 30 fields and 10 lines, the first of a version, and one on threads.

use std::sync::Arc;

use async_trait::async_trait;
use contract::functions::{
    Call, Denied, Function, Functions, Host, HttpReply, HttpRequest, Level, Limits, LinkQuestion, Linked,
    Surroundings, Work,
};
use contract::{Chance, Clock};
use criterion::{Criterion, criterion_group, criterion_main};
use functions::{Scripts, Threads};
use futures_util::FutureExt;
use model::{Map, Timestamp, Value, json};

struct Nothing;

#[async_trait]
impl Host for Nothing {
    async fn http(&self, _: HttpRequest) -> Result<HttpReply, Denied> {
        std::future::pending().await
    }

    async fn links(&self, _: Vec<LinkQuestion>) -> Result<Vec<Linked>, Denied> {
        std::future::pending().await
    }

    fn value_map(&self, _: &str, _: &str) -> Result<Option<Value<'static>>, Denied> {
        Ok(None)
    }

    fn log(&self, _: Level, _: &str) {}
}

#[async_trait]
impl Clock for Nothing {
    fn now(&self) -> Timestamp {
        Timestamp(1_780_276_364_000)
    }

    async fn sleep_until(&self, _: Timestamp) {
        std::future::pending().await
    }
}

impl Chance for Nothing {
    fn next(&self) -> u64 {
        7
    }
}

/// An order of 30 fields with 10 lines of 6.
fn order() -> String {
    let fields: Vec<String> = (0..30).map(|n| format!("\"field_{n}\":\"杭州桥梁 {n}\"")).collect();
    let line = |n: usize| {
        format!(
            "{{\"item\":\"M-{n}\",\"qty\":{n},\"price\":12.50,\"unit\":\"件\",\"tax\":0.13,\"note\":\"第{n}行\"}}"
        )
    };
    let lines: Vec<String> = (0..10).map(line).collect();
    format!("{{{},\"lines\":[{}]}}", fields.join(","), lines.join(","))
}

const SCRIPT: &str = "function main(input, qiao) {
  const record = input.record;
  record.total = record.field_1 + record.field_2;
  for (const line of record.lines) line.label = line.item + ' × ' + line.qty;
  return record;
}";

fn call(scripts: &Scripts, function: &Function, record: &Map) -> impl Future<Output = ()> {
    let about = Map::new();
    let around = Surroundings { host: Arc::new(Nothing), chance: Arc::new(Nothing) };
    async move {
        let work = Work::BeforeMapping { record };
        let (limits, now) = (Limits::default(), Timestamp(1_780_276_364_000));
        let call = Call { function, work, about: &about, limits, now, measure: false };
        let ran = scripts.call(call, around).await;
        assert!(ran.output.is_ok(), "{ran:?}");
    }
}

fn calls(criterion: &mut Criterion) {
    let text = order();
    let value = json::read(&text).expect("the order is JSON");
    let record = value.as_map().expect("the order is a map");
    let function = Function::new("functions/label.js", SCRIPT);

    let inline = Scripts::inline(Arc::new(Nothing));
    criterion.bench_function("a warm call, inline", |bencher| {
        bencher.iter(|| call(&inline, &function, record).now_or_never().expect("it waits for nobody"));
    });
    criterion.bench_function("the first call of a version", |bencher| {
        let mut n = 0;
        bencher.iter(|| {
            n += 1;
            let function = Function::new(format!("functions/{n}.js"), SCRIPT);
            call(&inline, &function, record).now_or_never().expect("it waits for nobody");
        });
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let threads = Scripts::on_threads(Threads::default(), Arc::new(Nothing));
    criterion.bench_function("a warm call, on threads", |bencher| {
        bencher.iter(|| runtime.block_on(call(&threads, &function, record)));
    });
}

criterion_group!(benches, calls);
criterion_main!(benches);
