//! The limit: the same rows into tables of the same shape, with prepared statements and nothing else.

use rusqlite::{Connection, params};

use crate::given::{AT, BODY};
use crate::{Numbers, given};

pub struct Bare {
    sql: Connection,
    numbers: Numbers,
    _folder: tempfile::TempDir,
}

impl Bare {
    pub fn new() -> Bare {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let sql = Connection::open(folder.path().join("bare.db")).expect("a file can be made");
        sql.set_prepared_statement_cache_capacity(64);
        sql.query_row("pragma journal_mode = wal", [], |_| Ok(())).expect("the file takes a write-ahead log");
        sql.execute_batch("pragma synchronous = full; pragma temp_store = memory; pragma cache_size = -8000")
            .expect("sqlite knows it");
        sql.execute_batch(include_str!("../../src/sqlite/migrations/0001_first.sql"))
            .expect("the schema is right");
        Bare { sql, numbers: Numbers::default(), _folder: folder }
    }

    fn run(&self, statement: &str, params: impl rusqlite::Params) -> i64 {
        let mut statement = self.sql.prepare_cached(statement).expect("the statement is right");
        statement.execute(params).expect("the disk has room");
        self.sql.last_insert_rowid()
    }

    /// New records with their revision, arrival and task, in one commit; the tasks.
    pub fn ingest(&self, count: u64) -> Vec<i64> {
        self.run("begin immediate", []);
        let tasks = given::page(self.numbers.take(count)).incoming.into_iter().map(|came| {
            let hash = came.hash.to_bytes();
            let record = self.run(
                "insert into record (tenant, connection, object, source_id, number, name, version, revision, hash,
                     void) values (1, 'crm', 'AccountObj', ?1, ?2, ?3, ?4, 1, ?5, 0)",
                params![came.id, came.number, came.name, came.version, hash],
            );
            self.run(
                "insert into revision (record, revision, at, number, name, version, hash, void, body)
                 values (?1, 1, ?2, ?3, ?4, ?5, ?6, 0, ?7)",
                params![record, AT.0, came.number, came.name, came.version, hash, came.body],
            );
            self.run(
                "insert into arrival (record, at, reading, revision, version) values (?1, ?2, 'poll', 1, 1)",
                params![record, AT.0],
            );
            self.run(
                "insert into task (tenant, flow, record, kind, lane, state, want, done, tries, due, open, awaits)
                 values (1, 'customers-to-erp', ?1, 0, 'erp', 0, 1, 0, 0, ?2, 0, 0)",
                params![record, AT.0],
            )
        });
        let tasks = tasks.collect();
        self.run("commit", []);
        tasks
    }

    /// Link and intent in one commit; link, intent, task and attempt settled in another.
    pub fn open_and_settle(&self, tasks: Vec<i64>) {
        self.run("begin immediate", []);
        for task in &tasks {
            let link = self.run(
                "insert into link (tenant, source_id, object, connection, target_connection, target_object)
                 values (1, ?1, 'AccountObj', 'crm', 'erp', 'BD_Customer')",
                [format!("{task}")],
            );
            self.run(
                "insert into intent (task, link, step, key, revision, sent) values (?1, ?2, ?3, '[]', 1, ?4)",
                params![task, link, BODY, AT.0],
            );
            self.run("update task set open = 1 where id = ?1", [task]);
        }
        self.run("commit", []);
        self.run("begin immediate", []);
        let call = self.run(
            "insert into call (tenant, number, connection, operation, method, url, sent, took_ms, status, request,
                 response) values (1, 1, 'erp', 'BatchSave', 'POST', '', ?1, 42, 200, ?2, ?3)",
            params![AT.0, BODY.repeat(tasks.len()), BODY],
        );
        for task in &tasks {
            self.run(
                "update link set target_id = 'T' || ?1, target_number = 'CUST' || ?1, mapped = zeroblob(16),
                     target_hash = zeroblob(16), fields = ?2
                 where tenant = 1 and source_id = ?1 and object = 'AccountObj' and connection = 'crm'",
                params![format!("{task}"), BODY],
            );
            self.run("delete from intent where task = ?1", [task]);
            self.run("update task set open = 0, state = 4, done = 1 where id = ?1", [task]);
            let attempt = self.run(
                "insert into attempt (task, started, ended, flow_version, revision, state, steps)
                 values (?1, ?2, ?2, 1, 1, 4, '[]')",
                params![task, AT.0],
            );
            self.run("insert into attempt_call (attempt, call) values (?1, ?2)", [attempt, call]);
        }
        self.run("commit", []);
    }
}
