//! Parse, map and write one record, beside the same work written by hand with serde_json; mapping alone; expressions.
//!
//! The records are those of the performance targets: thirty plain fields and two rows (about a thousand bytes), and a
//! Chinese order with ten lines.

use std::fmt::Write;
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use mapping::{Compiled, NoFiles, Resolve, Text};
use model::flow::Reference;
use model::{Value, json};

struct NoLinks;

impl Resolve for NoLinks {
    fn reference(&self, _reference: &Reference, _id: &str) -> Option<Value<'static>> {
        None
    }
}

fn flow(map: &str) -> Compiled {
    let text = format!(
        "kind: flow\nname: bench\nsource: {{ connection: crm, object: A }}\ntarget: {{ connection: erp, object: B }}\nmap:\n{map}"
    );
    let Ok(Text::Flow(flow)) = mapping::read(&text, &NoFiles) else { panic!("the flow is right") };
    mapping::compile(flow, &|_| None).expect("the flow is right")
}

fn flat_record() -> String {
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

/// Thirty plain paths.
fn paths() -> String {
    let mut map = String::new();
    for n in 0..15 {
        write!(map, "  FText{n}: field_{n:02}\n  FAmount{n}: amount_{n:02}\n").expect("a String takes all");
    }
    map
}

const ROWS: &str = "  FEntity: { lines: rows, map: { FItem: item, FQty: quantity, FPrice: price } }\n";

fn order_record() -> String {
    let mut text = String::from(
        r#"{"_id":"5f8a","name":"SO-2026-0601","account":"上海启明机械有限公司","remark":"请于六月前发货","lines":["#,
    );
    for n in 1..=10 {
        let comma = if n > 1 { "," } else { "" };
        write!(
            text,
            r#"{comma}{{"product":"六角螺栓 M{n}","unit":"箱","quantity":{n}.50,"price":1{n}.99,"subtotal":{n}9.985}}"#
        )
        .expect("a String takes all");
    }
    text.push_str("]}");
    text
}

const ORDER: &str = "  FBillNo: name\n  FCustId.FName: account\n  FNote: remark\n  FSaleOrgId.FNumber: { value: \"603\" }\n  \
                     FEntity: { lines: lines, map: { FMaterial.FName: product, FUnit: unit, FQty: quantity, FPrice: price, FAmount: subtotal } }\n";

/// The whole way of one record.
fn whole(flow: &Compiled, text: &str) -> String {
    let record = json::read(text).expect("the record is JSON");
    let mapped = flow.map(&record, &NoLinks);
    json::write(&Value::Map(mapped.document))
}

/// The fields of the flat record: target and source.
fn flat_fields() -> Vec<(String, String)> {
    let pair = |n| {
        [(format!("FText{n}"), format!("field_{n:02}")), (format!("FAmount{n}"), format!("amount_{n:02}"))]
    };
    (0..15).flat_map(pair).collect()
}

/// The flat record by hand: what a programmer would write with serde_json.
fn flat_by_hand(text: &str, fields: &[(String, String)]) -> String {
    let mut record: serde_json::Value = serde_json::from_str(text).expect("the record is JSON");
    let mut document = serde_json::Map::new();
    for (to, from) in fields {
        document.insert(to.clone(), record[from].take());
    }
    rows_by_hand(
        &mut record,
        "rows",
        &[("FItem", "item"), ("FQty", "quantity"), ("FPrice", "price")],
        &mut document,
    );
    serde_json::to_string(&document).expect("a document is JSON")
}

fn order_by_hand(text: &str) -> String {
    let mut record: serde_json::Value = serde_json::from_str(text).expect("the record is JSON");
    let mut document = serde_json::Map::new();
    document.insert("FBillNo".into(), record["name"].take());
    document.insert("FCustId".into(), serde_json::json!({ "FName": record["account"].take() }));
    document.insert("FNote".into(), record["remark"].take());
    document.insert("FSaleOrgId".into(), serde_json::json!({ "FNumber": "603" }));
    let fields = [("FUnit", "unit"), ("FQty", "quantity"), ("FPrice", "price"), ("FAmount", "subtotal")];
    rows_by_hand(&mut record, "lines", &fields, &mut document);
    serde_json::to_string(&document).expect("a document is JSON")
}

fn rows_by_hand(
    record: &mut serde_json::Value,
    list: &str,
    fields: &[(&str, &str)],
    document: &mut serde_json::Map<String, serde_json::Value>,
) {
    let rows = record[list].as_array_mut().expect("a list");
    let mapped = rows.iter_mut().map(|row| {
        let fields = fields.iter().map(|(to, from)| ((*to).to_owned(), row[*from].take()));
        let mut line: serde_json::Map<_, _> = fields.collect();
        if let Some(product) = row.get_mut("product") {
            line.insert("FMaterial".into(), serde_json::json!({ "FName": product.take() }));
        }
        serde_json::Value::Object(line)
    });
    let mapped = mapped.collect::<Vec<_>>();
    document.insert("FEntity".into(), mapped.into());
}

fn records(c: &mut Criterion) {
    let mut group = c.benchmark_group("mapping");
    group.measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_secs(1)).sample_size(50);
    let (flat, text) = (flow(&(paths() + ROWS)), flat_record());
    group.bench_function("flat/parse-map-write", |b| b.iter(|| whole(&flat, black_box(&text))));
    let fields = flat_fields();
    group.bench_function("flat/serde_json-by-hand", |b| b.iter(|| flat_by_hand(black_box(&text), &fields)));
    let (order, text_of_order) = (flow(ORDER), order_record());
    group.bench_function("order/parse-map-write", |b| b.iter(|| whole(&order, black_box(&text_of_order))));
    group.bench_function("order/serde_json-by-hand", |b| b.iter(|| order_by_hand(black_box(&text_of_order))));
    let (plain, record) = (flow(&paths()), json::read(&text).expect("the record is JSON"));
    group.bench_function("30-paths/map-alone", |b| b.iter(|| plain.map(black_box(&record), &NoLinks)));
    group.finish();
}

/// Ten expressions as administrators write them.
const EXPRESSIONS: &str = "  F0: { expr: \"field_00 or field_01\" }\n  F1: { expr: \"upper(field_02)\" }\n  \
    F2: { expr: \"field_03 ~ '-' ~ field_04\" }\n  F3: { expr: \"mul(amount_05, 3)\" }\n  F4: { expr: \"round(amount_06, 1)\" }\n  \
    F5: { expr: \"'大' if amount_07 > 5 else '小'\" }\n  F6: { expr: \"substring(field_08, 0, 5)\" }\n  \
    F7: { expr: \"coalesce(nothing, field_09, '无')\" }\n  F8: { expr: \"sum(rows, 'price')\" }\n  \
    F9: { expr: \"replace(trim(field_10), ' ', '')\" }\n";

/// What expressions cost over the fields they name, and what owning the whole record would cost.
fn expressions(c: &mut Criterion) {
    let mut group = c.benchmark_group("expressions");
    group.measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_secs(1)).sample_size(50);
    let text = flat_record();
    let record = json::read(&text).expect("the record is JSON");
    let (ten, one) = (flow(EXPRESSIONS), flow("  F: { expr: \"field_00 or field_01\" }\n"));
    group.bench_function("ten", |b| b.iter(|| ten.map(black_box(&record), &NoLinks)));
    group.bench_function("one", |b| b.iter(|| one.map(black_box(&record), &NoLinks)));
    group.bench_function("an-owned-record-alone", |b| b.iter(|| black_box(&record).clone().into_owned()));
    group.finish();
}

criterion_group!(benches, records, expressions);
criterion_main!(benches);
