//! The JSON reader and writer beside serde_json's, over the same texts: a flat record of thirty fields and two rows,
//! and a Chinese order with ten lines. serde_json loses the text of decimals; ours keeps it
//! (`docs/decisions/0002-json-keeps-numbers.md`).

use std::fmt::Write;
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// About a thousand bytes: thirty plain fields and two rows.
fn flat() -> String {
    let mut text = String::from("{");
    for n in 0..15 {
        write!(text, r#""field_{n:02}":"value number {n:04}","amount_{n:02}":{n}.{n}5,"#)
            .expect("a String takes all");
    }
    text.push_str(
        r#""rows":[{"item":"A-1","quantity":2,"price":10.10},{"item":"A-2","quantity":1,"price":99.90}]}"#,
    );
    text
}

/// An order as a CRM gives it, with ten lines.
fn order() -> String {
    let mut text = String::from(
        r#"{"_id":"5f8a","name":"SO-2026-0601","account_id__r":"上海启明机械有限公司","remark":"请于六月前发货\n急","lines":["#,
    );
    for n in 1..=10 {
        let comma = if n > 1 { "," } else { "" };
        write!(
            text,
            r#"{comma}{{"product_id__r":"六角螺栓 M{n}","unit__r":"箱","quantity":{n}.50,"price":1{n}.99,"subtotal":{n}9.985}}"#
        )
        .expect("a String takes all");
    }
    text.push_str("]}");
    text
}

fn read_and_write(c: &mut Criterion) {
    for (name, text) in [("flat", flat()), ("order", order())] {
        let mut group = c.benchmark_group(format!("json/{name}"));
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_secs(1)).sample_size(50);
        group.bench_function("read", |b| {
            b.iter(|| model::json::read(black_box(&text)).map(black_box).is_ok())
        });
        group.bench_function("read/serde_json", |b| {
            b.iter(|| serde_json::from_str::<serde_json::Value>(black_box(&text)).map(black_box).is_ok());
        });
        let (ours, theirs) =
            (model::json::read(&text).expect("JSON"), serde_json::from_str(&text).expect("JSON"));
        group.bench_function("write", |b| b.iter(|| model::json::write(black_box(&ours))));
        group.bench_function("write/serde_json", |b| {
            b.iter(|| serde_json::to_string(black_box::<&serde_json::Value>(&theirs)).map(black_box).is_ok());
        });
        group.finish();
    }
}

criterion_group!(benches, read_and_write);
criterion_main!(benches);
