//! Records with a link and one version each, written by statements of the bench's own.

use std::path::Path;
use std::sync::Arc;

use contract::store::Store;
use rusqlite::{Connection, params};
use store::{Address, Options, PassingSchema, Postgres};

use crate::names::name;

/// Records in one transaction.
const PORTION: u64 = 100_000;

const OBJECT: (&str, &str) = ("crm", "AccountObj");
const AT: i64 = 1_780_000_000_000;

pub fn id(n: u64) -> String {
    format!("{:08x}{n:016x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40)
}

pub fn number(n: u64) -> String {
    format!("KH{:08}", n * 7_919 % 100_000_007)
}

pub fn target_number(n: u64) -> String {
    format!("CUST{:08}", n * 104_729 % 100_000_007)
}

pub fn in_a_file(path: &Path, records: u64) {
    let sql = Connection::open(path).expect("a database");
    sql.execute_batch("pragma synchronous = off; pragma cache_size = -2000000;").expect("sqlite");
    // Made at the end, indexes take a tenth of the time.
    let indexes = indexes(&sql).expect("sqlite");
    for (name, _) in &indexes {
        sql.execute_batch(&format!("drop index {name}")).expect("sqlite");
    }
    let tenant: i64 = sql.query_row("select id from tenant", [], |row| row.get(0)).expect("the first tenant");
    for first in (0..records).step_by(PORTION as usize) {
        sql.execute_batch("begin").expect("sqlite");
        portion(&sql, tenant, first..(first + PORTION).min(records)).expect("sqlite");
        sql.execute_batch("commit").expect("the disk has room");
    }
    for (_, made) in &indexes {
        sql.execute_batch(made).expect("the disk has room");
    }
}

/// The indexes of the tables that are filled, each with the statement that makes it.
fn indexes(sql: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let mut find = sql.prepare(
        "select name, sql from sqlite_schema where type = 'index' and sql is not null
         and tbl_name in ('record', 'revision', 'link')",
    )?;
    find.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn portion(sql: &Connection, tenant: i64, records: std::ops::Range<u64>) -> rusqlite::Result<()> {
    let mut record = sql.prepare_cached(
        "insert into record (tenant, connection, object, source_id, number, name, version, revision, hash, void)
         values (?1, ?2, ?3, ?4, ?5, ?6, 1, 1, zeroblob(16), 0)",
    )?;
    let mut revision = sql.prepare_cached(
        "insert into revision (record, revision, at, number, name, version, hash, void, body)
         values (?1, 1, ?2, ?3, ?4, 1, zeroblob(16), 0, '{}')",
    )?;
    let mut link = sql.prepare_cached(
        "insert into link (tenant, connection, object, source_id, target_connection, target_object, target_id,
             target_number) values (?1, ?2, ?3, ?4, 'erp', 'BD_Customer', ?5, ?6)",
    )?;
    for n in records {
        let (id, number, name) = (id(n), number(n), name(n));
        record.execute(params![tenant, OBJECT.0, OBJECT.1, id, number, name])?;
        revision.execute(params![sql.last_insert_rowid(), AT, number, name])?;
        link.execute(params![tenant, OBJECT.0, OBJECT.1, id, (100_000 + n).to_string(), target_number(n)])?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "benches have no configuration but their surroundings")]
pub async fn on_a_server(
    options: impl Fn() -> Options + Send + 'static,
    records: u64,
) -> (PassingSchema, Arc<dyn Store>) {
    let url = std::env::var("QIAO_TEST_POSTGRES").expect("QIAO_TEST_POSTGRES names a server");
    let opened = tokio::task::spawn_blocking({
        let url = url.clone();
        move || {
            let address = Address::new(&url).expect("QIAO_TEST_POSTGRES is an address of PostgreSQL");
            let schema = PassingSchema::make(&address, "search").expect("the server lets schemas be made");
            let store = Postgres::open(schema.address(), options()).expect("an empty schema is opened");
            (schema, store)
        }
    });
    let (schema, store) = opened.await.expect("it opens");
    let (client, connection) =
        tokio_postgres::connect(&url, tokio_postgres::NoTls).await.expect("the server");
    tokio::spawn(connection);
    client.batch_execute("set search_path to search").await.expect("the schema");
    let tenant: i64 = client.query_one("select id from tenant", &[]).await.expect("the first tenant").get(0);
    for first in (0..records).step_by(PORTION as usize) {
        let range = || first..(first + PORTION).min(records);
        let all = |made: fn(u64) -> String| range().map(made).collect::<Vec<_>>();
        let targets: Vec<String> = range().map(|n| (100_000 + n).to_string()).collect();
        client
            .execute(
                ON_A_SERVER,
                &[
                    &tenant,
                    &OBJECT.0,
                    &OBJECT.1,
                    &AT,
                    &all(id),
                    &all(number),
                    &all(name),
                    &targets,
                    &all(target_number),
                ],
            )
            .await
            .expect("the server has room");
    }
    client.batch_execute("analyze").await.expect("the server");
    (schema, Arc::new(store))
}

const ON_A_SERVER: &str = "
    with given as (
        select * from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
            given (id, number, name, target_id, target_number)
    ), records as (
        insert into record (tenant, connection, object, source_id, number, name, version, revision, hash, void)
        select $1, $2, $3, id, number, name, 1, 1, decode('00000000000000000000000000000000', 'hex'), false from given
        returning id, number, name
    ), links as (
        insert into link (tenant, connection, object, source_id, target_connection, target_object, target_id,
            target_number)
        select $1, $2, $3, id, 'erp', 'BD_Customer', target_id, target_number from given
    )
    insert into revision (record, revision, at, number, name, version, hash, void, body)
    select id, 1, $4, number, name, 1, decode('00000000000000000000000000000000', 'hex'), false, '{}' from records";
