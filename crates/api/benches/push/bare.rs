//! The bare server: the same rows, many in one commit, and nothing else.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::load::{Load, Pushed};

struct Row {
    id: String,
    body: Bytes,
    stored: oneshot::Sender<()>,
}

pub fn run(load: &Load<'_>) -> Pushed {
    let folder = tempfile::tempdir().expect("a folder");
    let sql = Connection::open(folder.path().join("bare.db")).expect("a file");
    sql.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full;
         create table receipt (id integer primary key, connection text, code text, token text, at integer,
             source_id text, void integer, content_type text, state integer, body blob) strict;
         create index waiting on receipt (connection, id) where state = 0",
    )
    .expect("a table");
    let (rows, waiting) = sync_channel(1024);
    let writer = std::thread::spawn(move || write(&sql, &waiting));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let pushed = runtime.block_on(async {
        let router = Router::new().route("/erp/syncdata/open/objdata/syncpush", post(push)).with_state(rows);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::select! {
            _ = axum::serve(listener, router) => unreachable!("it serves for ever"),
            pushed = load.push_to(address) => pushed,
        }
    });
    drop(runtime);
    writer.join().expect("the writer ends with its senders");
    pushed
}

async fn push(State(rows): State<SyncSender<Row>>, headers: HeaderMap, body: Bytes) -> &'static str {
    let id = headers.get("id").and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
    let (stored, is_stored) = oneshot::channel();
    rows.send(Row { id, body, stored }).expect("the writer lives");
    is_stored.await.expect("it is stored");
    r#"{"errCode":"s106240000","errMsg":"成功"}"#
}

fn write(sql: &Connection, waiting: &Receiver<Row>) {
    while let Ok(first) = waiting.recv() {
        sql.execute_batch("begin immediate").expect("a transaction");
        let mut stored = Vec::new();
        {
            let mut insert = sql
                .prepare_cached(
                    "insert into receipt (connection, code, token, at, source_id, void, content_type, state, body)
                     values ('erp', 'SAL_Order', 'bench', 0, ?1, 0, 'application/json', 0, ?2)",
                )
                .expect("a statement");
            for row in std::iter::once(first).chain(waiting.try_iter()).take(256) {
                insert.execute((&row.id, &row.body[..])).expect("a row");
                stored.push(row.stored);
            }
        }
        sql.execute_batch("commit").expect("a commit");
        for stored in stored {
            let _ = stored.send(());
        }
    }
}
