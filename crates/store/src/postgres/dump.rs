//! Everything that a database holds, of one state, while others go on writing.

use contract::store::StoreError;
use tokio_postgres::Row;

use super::address::Address;
use super::database::Database;
use super::failure::{Done, Failure};
use super::migrations::version;
use super::rows::known;
use super::session::{Session, get};
use crate::backup::{Cell, Column, Kind, Writer, left_out};
use crate::options::Mode;

/// Rows that are asked for at a time, at most, and at first.
const MOST: usize = 200;
const FIRST: usize = 10;

/// Bytes that the rows of one page should have: some have twenty megabytes each.
const PAGE: usize = 4 << 20;

/// The mark of the schema, which is in a backup's head.
const MARK: &str = "qiao_schema";

/// The version of a database's schema; `None` where there is none.
pub(crate) fn schema_of(address: &Address) -> Result<Option<i64>, StoreError> {
    let database = Database::new(address.clone(), Mode::Inline)?;
    let pool = database.pool.clone();
    database.wait(async move { Ok(version(&pool.session().await?).await?) })
}

/// Writes every table but those that follow from others.
pub(crate) fn dump(address: &Address, mut writer: Writer) -> Result<Writer, StoreError> {
    let database = Database::new(address.clone(), Mode::Inline)?;
    let pool = database.pool.clone();
    database.wait(async move {
        let session = pool.session().await?;
        session.run("begin isolation level repeatable read, read only").await?;
        session.run("set local idle_in_transaction_session_timeout = 0").await?;
        dump_within(&session, &mut writer).await?;
        session.run("commit").await?;
        Ok(writer)
    })
}

/// As it is in the transaction that was begun.
pub(super) async fn dump_within(sql: &Session, writer: &mut Writer) -> Done<()> {
    for table in tables(sql).await? {
        dump_table(sql, &table, writer).await?;
    }
    Ok(())
}

pub(super) async fn tables(sql: &Session) -> Done<Vec<String>> {
    let names: Vec<String> = sql
        .all(
            "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname = current_schema() and c.relkind = 'r' order by c.relname::text collate \"C\"",
            &[],
            |row| get(row, 0),
        )
        .await?;
    Ok(names.into_iter().filter(|name| name != MARK && !left_out(name)).collect())
}

/// How the server keeps a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    Number,
    Truth,
    Text,
    Bytes,
}

impl Kept {
    fn kind(self) -> Kind {
        match self {
            Kept::Number | Kept::Truth => Kind::Number,
            Kept::Text => Kind::Text,
            Kept::Bytes => Kind::Bytes,
        }
    }
}

/// The columns of a table by name.
pub(super) async fn columns(sql: &Session, table: &str) -> Done<Vec<(Column, Kept)>> {
    sql.all(
        "select a.attname::text, format_type(a.atttypid, null) from pg_attribute a
         where a.attrelid = to_regclass(quote_ident($1)) and a.attnum > 0 and not a.attisdropped
         order by a.attname::text collate \"C\"",
        &[&table],
        |row| {
            let kept = match get::<&str>(row, 1)? {
                "bigint" => Kept::Number,
                "boolean" => Kept::Truth,
                "text" => Kept::Text,
                "bytea" => Kept::Bytes,
                other => return Err(Failure::broken(format!("a column of type {other}"))),
            };
            Ok((Column { name: get(row, 0)?, kind: kept.kind() }, kept))
        },
    )
    .await
}

pub(super) fn listed(columns: &[(Column, Kept)]) -> String {
    columns.iter().map(|(column, _)| format!("\"{}\"", column.name)).collect::<Vec<_>>().join(", ")
}

async fn dump_table(sql: &Session, table: &str, writer: &mut Writer) -> Done<()> {
    let columns = columns(sql, table).await?;
    let plain: Vec<Column> = columns.iter().map(|(column, _)| column.clone()).collect();
    writer.table(table, &plain)?;
    let rows = format!("dumped_{table}");
    sql.run(&format!("declare {rows} no scroll cursor for select {} from \"{table}\"", listed(&columns)))
        .await?;
    let mut asked = FIRST;
    loop {
        let page = sql.all(&format!("fetch {asked} from {rows}"), &[], |row| cells(row, &columns)).await?;
        page.iter().try_for_each(|cells| writer.row(cells))?;
        if page.len() < asked {
            break;
        }
        let bytes: usize = page.iter().flatten().map(Cell::bytes).sum();
        asked = (PAGE * page.len() / bytes.max(1)).clamp(1, MOST);
    }
    sql.run(&format!("close {rows}")).await?;
    writer.end()?;
    Ok(())
}

fn cells(row: &Row, columns: &[(Column, Kept)]) -> Done<Vec<Cell>> {
    let cell = |(at, (_, kept)): (usize, &(Column, Kept))| {
        Ok(match kept {
            Kept::Number => get::<Option<i64>>(row, at)?.map(Cell::Number),
            Kept::Truth => get::<Option<bool>>(row, at)?.map(|is_so| Cell::Number(i64::from(is_so))),
            Kept::Text => get::<Option<String>>(row, at)?.map(Cell::Text),
            Kept::Bytes => get::<Option<Vec<u8>>>(row, at)?.map(Cell::Bytes),
        }
        .unwrap_or(Cell::Null))
    };
    columns.iter().enumerate().map(cell).collect()
}

/// The name of the schema that statements see.
pub(super) async fn current_schema(sql: &Session) -> Done<String> {
    known(sql.first("select current_schema()::text", &[], |row| get(row, 0)).await?, "the schema")
}
