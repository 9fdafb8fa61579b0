//! Restoring: a backup is read into an empty schema, and held against what was read, all in one transaction.

use contract::store::StoreError;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio_postgres::types::ToSql;

use super::address::Address;
use super::database::Database;
use super::dump::{Kept, columns, current_schema, dump_within, listed, tables};
use super::failure::{Done, Failure};
use super::migrations::{KNOWN, migrate_within, version};
use super::open::lock_alone;
use super::params::text;
use super::session::Session;
use crate::backup::{
    AHEAD, COUNTS, Cell, Column, Line, Manifest, Reader, Restored, Row, calls_until, same, sums,
};
use crate::options::Mode;

/// Rows of one statement, at most, and bytes.
const BATCH: usize = 500;
const BYTES: usize = 4 << 20;

/// Puts the backup into the schema that statements see.
pub(crate) fn restore(
    address: &Address,
    reader: Reader,
    replace: bool,
    aside: &str,
) -> Result<Restored, StoreError> {
    let database = Database::new(address.clone(), Mode::Inline)?;
    let (pool, aside) = (database.pool.clone(), aside.to_owned());
    database.wait(async move {
        // Held until all is done: no server begins meanwhile.
        let _alone = lock_alone(&pool).await?;
        let session = pool.session().await?;
        let found = match version(&session).await {
            // The way back from a newer version of the program.
            Err(Failure::Store(StoreError::Newer { found, .. })) if replace => Some(found),
            found => found?,
        };
        if found.is_some() && !replace {
            return Err(StoreError::NotEmpty);
        }
        session.run("begin; set local idle_in_transaction_session_timeout = 0").await?;
        let kept_aside = match found {
            Some(_) => Some(move_aside(&session, &aside).await?),
            None => None,
        };
        let manifest = load(&session, reader).await?;
        session.run("commit").await?;
        Ok(Restored { manifest, kept_aside })
    })
}

/// The whole schema under another name, and an empty one in its place.
async fn move_aside(sql: &Session, aside: &str) -> Done<String> {
    let schema = current_schema(sql).await?;
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let kept = format!("{schema}_{aside}");
    let (old, new) = (quoted(&schema), quoted(&kept));
    sql.run(&format!("alter schema {old} rename to {new}; create schema {old}")).await?;
    Ok(kept)
}

/// Reads all of it, and looks whether what is there is what was read.
async fn load(sql: &Session, mut reader: Reader) -> Done<Manifest> {
    migrate_within(sql, None, reader.head().schema).await?;
    let known = tables(sql).await?;
    let mut read = sums(reader.head())?;
    let mut filling: Option<Filling> = None;
    while let Some(line) = reader.next()? {
        match (line, &mut filling) {
            (Line::Table { name, columns }, _) => {
                read.table(&name, &columns)?;
                filling = Some(Filling::begin(sql, &known, name, &columns).await?);
            }
            (Line::Row(row), Some(filling)) => {
                let row: Row = row.into_iter().map(taken).collect();
                read.row(&row)?;
                filling.add(row);
                if filling.rows.len() == BATCH || filling.bytes >= BYTES {
                    filling.store(sql).await?;
                }
            }
            (Line::End, Some(of)) => {
                of.store(sql).await?;
                read.end()?;
            }
            (Line::Row(_) | Line::End, None) => {
                return Err(StoreError::BackupDamaged("head".into()).into());
            }
        }
    }
    let manifest = reader.manifest()?;
    let mut there = sums(&manifest.head)?;
    dump_within(sql, &mut there).await?;
    same(&there.finish()?.0, &read.finish()?.0)?;
    complete(sql, manifest.head.schema, calls_until(&manifest.head)).await?;
    Ok(manifest)
}

/// The value as the server takes it: it has no text with a null character.
fn taken(cell: Cell) -> Cell {
    match cell {
        Cell::Text(said) => Cell::Text(text(&said).into_owned()),
        other => other,
    }
}

/// What follows from the rest, and what came since.
async fn complete(sql: &Session, schema: i64, calls_until: i64) -> Done<()> {
    migrate_within(sql, Some(schema), KNOWN).await?;
    sql.run(&format!(
        "insert into {COUNTS} (tenant, flow, kind, state, slot, tasks)
             select tenant, flow, kind, state, 0, count(*) from task group by tenant, flow, kind, state;
         update lane set others_until = greatest(others_until, {calls_until}), owner = null
             where owner is not null;
         do $$
         declare ahead record; last bigint;
         begin
             for ahead in select c.relname, pg_get_serial_sequence(quote_ident(c.relname), 'id') as given
                 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 join pg_attribute a on a.attrelid = c.oid and a.attname = 'id' and a.attidentity <> ''
                 where n.nspname = current_schema() and c.relkind = 'r'
             loop
                 execute format('select coalesce(max(id), 0) from %I', ahead.relname) into last;
                 if ahead.relname = 'receipt' then last := last + {AHEAD}; end if;
                 if last > 0 then perform setval(ahead.given, last); end if;
             end loop;
         end $$"
    ))
    .await?;
    sql.run("analyze").await
}

/// A table that is being filled.
struct Filling {
    statement: String,
    kept: Vec<Kept>,
    rows: Vec<Row>,
    bytes: usize,
}

impl Filling {
    fn add(&mut self, row: Row) {
        self.bytes += row.iter().map(Cell::bytes).sum::<usize>();
        self.rows.push(row);
    }

    async fn begin(sql: &Session, known: &[String], table: String, named: &[Column]) -> Done<Filling> {
        let columns = if known.contains(&table) { columns(sql, &table).await? } else { Vec::new() };
        if !columns.iter().map(|(column, _)| column).eq(named) {
            return Err(StoreError::BackupDamaged(table).into());
        }
        let arrays =
            columns.iter().enumerate().map(|(n, (_, kept))| format!("${}::{}[]", n + 1, array_of(*kept)));
        let statement = format!(
            "insert into \"{table}\" ({}) overriding system value select * from unnest({})",
            listed(&columns),
            arrays.collect::<Vec<_>>().join(", ")
        );
        Ok(Filling {
            statement,
            kept: columns.iter().map(|(_, kept)| *kept).collect(),
            rows: Vec::new(),
            bytes: 0,
        })
    }

    /// One statement for all rows that were gathered.
    fn store<'s>(&'s mut self, sql: &'s Session) -> BoxFuture<'s, Done<()>> {
        async move {
            let rows = std::mem::take(&mut self.rows);
            self.bytes = 0;
            if rows.is_empty() {
                return Ok(());
            }
            let mut values: Vec<Array> = self.kept.iter().map(|kept| Array::new(*kept, rows.len())).collect();
            for cell in rows.into_iter().flat_map(|row| row.into_iter().enumerate()) {
                values[cell.0].push(cell.1)?;
            }
            let params: Vec<&(dyn ToSql + Sync)> = values.iter().map(Array::param).collect();
            sql.change(&self.statement, &params).await?;
            Ok(())
        }
        .boxed()
    }
}

fn array_of(kept: Kept) -> &'static str {
    match kept {
        Kept::Number => "bigint",
        Kept::Truth => "boolean",
        Kept::Text => "text",
        Kept::Bytes => "bytea",
    }
}

/// The values of one column.
enum Array {
    Numbers(Vec<Option<i64>>),
    Truths(Vec<Option<bool>>),
    Texts(Vec<Option<String>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

impl Array {
    fn new(kept: Kept, rows: usize) -> Array {
        match kept {
            Kept::Number => Array::Numbers(Vec::with_capacity(rows)),
            Kept::Truth => Array::Truths(Vec::with_capacity(rows)),
            Kept::Text => Array::Texts(Vec::with_capacity(rows)),
            Kept::Bytes => Array::Bytes(Vec::with_capacity(rows)),
        }
    }

    fn push(&mut self, cell: Cell) -> Done<()> {
        match (self, cell) {
            (Array::Numbers(values), Cell::Number(number)) => values.push(Some(number)),
            (Array::Truths(values), Cell::Number(number)) => values.push(Some(number != 0)),
            (Array::Texts(values), Cell::Text(text)) => values.push(Some(text)),
            (Array::Bytes(values), Cell::Bytes(bytes)) => values.push(Some(bytes)),
            (Array::Numbers(values), Cell::Null) => values.push(None),
            (Array::Truths(values), Cell::Null) => values.push(None),
            (Array::Texts(values), Cell::Null) => values.push(None),
            (Array::Bytes(values), Cell::Null) => values.push(None),
            _ => return Err(Failure::broken("a value is of another kind than its column")),
        }
        Ok(())
    }

    fn param(&self) -> &(dyn ToSql + Sync) {
        match self {
            Array::Numbers(values) => values,
            Array::Truths(values) => values,
            Array::Texts(values) => values,
            Array::Bytes(values) => values,
        }
    }
}
