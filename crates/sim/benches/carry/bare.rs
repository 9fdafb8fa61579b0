//! The limit: what a programmer would write for these records alone, with serde_json and rusqlite and nothing else.

use std::hint::black_box;
use std::time::Duration;

use bytes::Bytes;
use rusqlite::{Connection, params};
use serde_json::{Map, Value, json};

use crate::given::{AMOUNTS, BATCH, TEXTS};

/// What reaches the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stores {
    /// The records, a transaction for each page.
    Pages,
    /// For each batch also, in one transaction before it goes out and one after: what is sent, and what came of it.
    Outcomes,
}

const SCHEMA: &str = "pragma synchronous = full;
    create table record (id text primary key, body text) without rowid;
    create table intent (id text primary key, document text) without rowid;
    create table outcome (id text primary key, target text, agreed text) without rowid;
    create table attempt (id text, steps text);";

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
pub fn run(pages: &[Bytes], stores: Stores) -> Duration {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let sql = Connection::open(folder.path().join("bare.db")).expect("a file can be made");
    sql.query_row("pragma journal_mode = wal", [], |_| Ok(())).expect("the file takes a write-ahead log");
    sql.execute_batch(SCHEMA).expect("the schema is right");
    let started = std::time::Instant::now();
    pages.iter().for_each(|page| carry(&sql, page, stores));
    started.elapsed()
}

fn carry(sql: &Connection, page: &[u8], stores: Stores) {
    let records: Vec<Value> = serde_json::from_slice(page).expect("the pages are JSON");
    run_in_one(sql, || {
        for record in &records {
            execute(sql, "insert into record values (?1, ?2)", &id_of(record), &record.to_string(), "");
        }
    });
    for batch in records.chunks(BATCH) {
        let documents: Vec<(String, String)> =
            batch.iter().map(|record| (id_of(record), map(record).to_string())).collect();
        if stores == Stores::Outcomes {
            run_in_one(sql, || {
                for (id, document) in &documents {
                    execute(sql, "insert into intent values (?1, ?2)", id, document, "");
                }
            });
        }
        let bodies: Vec<&str> = documents.iter().map(|(_, document)| &**document).collect();
        black_box(format!("[{}]", bodies.join(",")));
        if stores == Stores::Outcomes {
            settle(sql, &documents);
        }
    }
}

fn settle(sql: &Connection, documents: &[(String, String)]) {
    run_in_one(sql, || {
        for (id, document) in documents {
            execute(sql, "insert into outcome values (?1, ?3, ?2)", id, document, id);
            execute(sql, "insert into attempt values (?1, ?2)", id, "[]", "");
            let mut done = sql.prepare_cached("delete from intent where id = ?1").expect("it is right");
            done.execute([id]).expect("the disk has room");
        }
    });
}

fn run_in_one(sql: &Connection, body: impl FnOnce()) {
    sql.execute_batch("begin immediate").expect("nobody else writes");
    body();
    sql.execute_batch("commit").expect("the disk has room");
}

fn execute(sql: &Connection, statement: &str, id: &str, text: &str, third: &str) {
    let mut statement = sql.prepare_cached(statement).expect("the statement is right");
    let done = match statement.parameter_count() {
        2 => statement.execute(params![id, text]),
        _ => statement.execute(params![id, text, third]),
    };
    done.expect("the disk has room");
}

fn id_of(record: &Value) -> String {
    record["_id"].as_str().unwrap_or_default().to_owned()
}

fn map(record: &Value) -> Value {
    let text = |name: &str| record[name].as_str().unwrap_or_default();
    #[expect(clippy::disallowed_methods, reason = "the bare loop computes as inexactly as most would")]
    let amount = |name: &str| record[name].as_f64().unwrap_or_default();
    let mut document = Map::new();
    document.insert("FId".into(), record["_id"].clone());
    document.insert("FNumber".into(), record["account_no"].clone());
    for field in 0..TEXTS {
        document.insert(format!("FText{field}"), record[format!("text_{field:02}")].clone());
    }
    for field in 0..AMOUNTS {
        document.insert(format!("FAmount{field}"), record[format!("amount_{field}")].clone());
    }
    document.insert("FUpper".into(), text("account_no").to_uppercase().into());
    document.insert("FJoined".into(), format!("{}-{}", text("text_00"), text("text_01")).into());
    document.insert(
        "FEither".into(),
        Some(text("text_02")).filter(|t| !t.is_empty()).unwrap_or(text("text_03")).into(),
    );
    document.insert("FTriple".into(), json!(amount("amount_0") * 3.0));
    document.insert("FRounded".into(), json!((amount("amount_1") * 10.0).round() / 10.0));
    document.insert("FSize".into(), if amount("amount_2") > 5000.0 { "大" } else { "小" }.into());
    document.insert("FPart".into(), text("text_04").chars().take(4).collect::<String>().into());
    document.insert("FClean".into(), text("text_05").trim().replace(' ', "").into());
    let rows = record["rows"].as_array().map_or(&[][..], Vec::as_slice).iter();
    let line = |row: &Value| json!({ "FItem": row["item"], "FQty": row["quantity"], "FPrice": row["price"] });
    document.insert("FEntity".into(), rows.map(line).collect());
    Value::Object(document)
}
