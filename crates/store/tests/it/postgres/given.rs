//! What the tests of PostgreSQL start from: a server that somebody started, and a schema of its own for each test.

use std::sync::atomic::{AtomicU64, Ordering};

use store::{Address, Options, PassingSchema, Postgres};
use tokio::task::JoinSet;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

/// The address of the server of the tests.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration but their surroundings")]
fn url() -> String {
    std::env::var("QIAO_TEST_POSTGRES").unwrap_or_else(|_| {
        panic!(
            "These tests need a PostgreSQL server, and QIAO_TEST_POSTGRES names none. Run `cargo xtask test`, or \
             `cargo xtask postgres cargo test -p store`: both start one for as long as they run. Or set \
             QIAO_TEST_POSTGRES=postgres://user:password@host/database to one whose database may be played with."
        )
    })
}

/// Another database of the server.
pub fn database(name: &str) -> Address {
    let url = url();
    let (server, _) = url.rsplit_once('/').expect("QIAO_TEST_POSTGRES names a database");
    Address::new(&format!("{server}/{name}")).expect("the name is a plain word")
}

/// An empty schema, whose connections call themselves by its name; several test programs may run at once.
pub fn schema() -> PassingSchema {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let name = format!("test {}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    let url = url();
    let mark = if url.contains('?') { '&' } else { '?' };
    let address = Address::new(&format!("{url}{mark}application_name={}", name.replace(' ', "%20")));
    let address = address.expect("QIAO_TEST_POSTGRES is an address of PostgreSQL");
    PassingSchema::make(&address, &name).expect("the server of the tests lets schemas be made")
}

pub fn on(schema: &PassingSchema, options: Options) -> Postgres {
    Postgres::open(schema.address(), options).expect("an empty schema is opened")
}

/// What the first column of somebody else's statement gives, in the schema.
pub async fn somebody(schema: &PassingSchema, statement: &str) -> Vec<String> {
    let (client, connection) = tokio_postgres::connect(&url(), NoTls).await.unwrap();
    let asked = async {
        client.batch_execute(&format!("set search_path = \"{}\"", schema.name())).await.unwrap();
        let answer = client.simple_query(statement).await.unwrap();
        let first = answer.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        first.collect()
    };
    tokio::select! {
        answer = asked => answer,
        ended = connection => panic!("the connection ended: {ended:?}"),
    }
}

/// Cuts all connections of stores that work in the schema, as a network or a restart of the server would.
pub async fn cut(schema: &PassingSchema) {
    let cut = format!(
        "select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity where application_name = '{}'",
        schema.name()
    );
    assert_ne!(somebody(schema, &cut).await, ["0"]);
}

/// Somebody who has the database of a schema alone, as a restore has, for as long as this is kept.
pub struct Alone {
    _client: Client,
    _connection: JoinSet<()>,
}

pub async fn alone(schema: &PassingSchema) -> Alone {
    let (client, connection) = tokio_postgres::connect(&url(), NoTls).await.unwrap();
    let mut held = JoinSet::new();
    held.spawn(async { drop(connection.await) });
    let lock = "select pg_advisory_lock(hashtextextended('qiao server ' || current_schema(), 0))";
    client.batch_execute(&format!("set search_path = \"{}\"; {lock}", schema.name())).await.unwrap();
    Alone { _client: client, _connection: held }
}
