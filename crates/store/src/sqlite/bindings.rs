//! Bindings: who is the same in two systems, from either side.

use async_trait::async_trait;
use contract::store::{BindingFilter, Bindings, StoreError};
use model::binding::{Binding, BindingSide, Party};
use model::{ConnectionName, Timestamp};
use rusqlite::{Connection, Row, params};

use super::Sqlite;
use super::commit::Write;
use super::failure::Done;
use super::queue::wake_bound;
use super::rows::{all, first, known, text};
use crate::codec::{binding_code, binding_of_code, how_code, how_of_code};

#[async_trait]
impl Bindings for Sqlite {
    async fn bind(&self, bindings: &[Binding]) -> Result<(), StoreError> {
        let bindings = bindings.to_vec();
        self.write(move |write| bindings.iter().try_for_each(|binding| bind(write, binding))).await
    }

    async fn unbind(&self, sides: &[BindingSide]) -> Result<u64, StoreError> {
        let sides = sides.to_vec();
        self.write(move |write| sides.iter().try_fold(0, |count, side| Ok(count + forget_all(write, side)?)))
            .await
    }

    async fn bound(&self, sides: &[BindingSide]) -> Result<Vec<Option<Party>>, StoreError> {
        let sides = sides.to_vec();
        self.read(move |sql, tenant| sides.iter().map(|side| counterpart(sql, tenant, side)).collect()).await
    }

    async fn bindings(&self, filter: &BindingFilter) -> Result<Vec<Binding>, StoreError> {
        let filter = filter.clone();
        self.read(move |sql, tenant| list(sql, tenant, &filter)).await
    }
}

fn bind(write: &mut Write, binding: &Binding) -> Done<()> {
    let Binding { kind, one, other, how, at } = binding;
    forget_former(write, binding)?;
    write
        .sql
        .prepare_cached(
            "insert into binding (tenant, kind, connection, party, number, name, other_connection, other_party,
                 other_number, other_name, how, at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             on conflict (tenant, party, connection, other_connection, kind) do update set
                 number = excluded.number, name = excluded.name, other_number = excluded.other_number,
                 other_name = excluded.other_name, how = excluded.how, at = excluded.at",
        )?
        .execute(params![
            write.tenant,
            binding_code(*kind),
            one.connection.as_str(),
            one.id,
            one.number,
            one.name,
            other.connection.as_str(),
            other.id,
            other.number,
            other.name,
            how_code(*how),
            at.0
        ])?;
    wake_bound(write, binding)
}

/// What `one` was bound to before, from either side. The very same pair keeps its place, so that importing a file twice
/// changes nothing.
fn forget_former(write: &Write, binding: &Binding) -> Done<()> {
    let (one, other) = (&binding.one, &binding.other);
    let kind = binding_code(binding.kind);
    write
        .sql
        .prepare_cached(
            "delete from binding where tenant = ?1 and party = ?2 and connection = ?3 and other_connection = ?4
                 and kind = ?5 and other_party <> ?6",
        )?
        .execute(params![
            write.tenant,
            one.id,
            one.connection.as_str(),
            other.connection.as_str(),
            kind,
            other.id
        ])?;
    write
        .sql
        .prepare_cached(
            "delete from binding where tenant = ?1 and other_party = ?2 and other_connection = ?3
                 and connection = ?4 and kind = ?5",
        )?
        .execute(params![write.tenant, one.id, one.connection.as_str(), other.connection.as_str(), kind])?;
    Ok(())
}

/// Forgets the bindings of whoever has this id, or else this number.
fn forget_all(write: &Write, side: &BindingSide) -> Done<u64> {
    let mut count = 0;
    let mut delete = write.sql.prepare_cached("delete from binding where id = ?1 and tenant = ?2")?;
    while let Some((binding, _)) = found(write.sql, write.tenant, side)? {
        count += delete.execute((binding, write.tenant))? as u64;
    }
    Ok(count)
}

fn counterpart(sql: &Connection, tenant: i64, side: &BindingSide) -> Done<Option<Party>> {
    Ok(found(sql, tenant, side)?.map(|(_, party)| party))
}

/// Whether somebody is bound; whoever waits for it goes on at once.
pub(super) fn is_bound(sql: &Connection, tenant: i64, side: &BindingSide) -> Done<bool> {
    Ok(found(sql, tenant, side)?.is_some())
}

/// The first binding of this side, and who is at its other end: by id before by number. Each statement is answered by
/// an index of its own.
fn found(sql: &Connection, tenant: i64, side: &BindingSide) -> Done<Option<(i64, Party)>> {
    let mut as_one = sql.prepare_cached(
        "select id, other_connection, other_party, other_number, other_name from binding
         where tenant = ?1 and party = ?2 and connection = ?3 and other_connection = ?4 and kind = ?5",
    )?;
    let mut as_other = sql.prepare_cached(
        "select id, connection, party, number, name from binding
         where tenant = ?1 and other_party = ?2 and other_connection = ?3 and connection = ?4 and kind = ?5
         order by id limit 1",
    )?;
    let mut by_number = sql.prepare_cached(
        "select id, other_connection, other_party, other_number, other_name from binding
         where tenant = ?1 and number = ?2 and connection = ?3 and other_connection = ?4 and kind = ?5
         order by id limit 1",
    )?;
    let mut by_other_number = sql.prepare_cached(
        "select id, connection, party, number, name from binding
         where tenant = ?1 and other_number = ?2 and other_connection = ?3 and connection = ?4 and kind = ?5
         order by id limit 1",
    )?;
    let asked =
        (tenant, &side.id, side.connection.as_str(), side.other_connection.as_str(), binding_code(side.kind));
    for statement in [&mut as_one, &mut as_other, &mut by_number, &mut by_other_number] {
        let found = first(statement, asked, |row| Ok((row.get(0)?, party(row, 1)?)))?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn list(sql: &Connection, tenant: i64, filter: &BindingFilter) -> Done<Vec<Binding>> {
    let mut find = sql.prepare_cached(
        "select kind, connection, party, number, name, other_connection, other_party, other_number, other_name,
             how, at
         from binding where tenant = ?1
         order by kind, connection, other_connection, party",
    )?;
    let all = all(&mut find, [tenant], binding)?;
    Ok(all.into_iter().filter(|binding| filter.takes(binding)).collect())
}

fn binding(row: &Row) -> Done<Binding> {
    Ok(Binding {
        kind: known(binding_of_code(row.get(0)?), "a binding's kind")?,
        one: party(row, 1)?,
        other: party(row, 5)?,
        how: known(how_of_code(row.get(9)?), "how a binding came to be")?,
        at: Timestamp(row.get(10)?),
    })
}

/// `connection, party, number, name`, from that column on.
fn party(row: &Row, at: usize) -> Done<Party> {
    Ok(Party {
        connection: ConnectionName::new(text(row, at)?),
        id: row.get(at + 1)?,
        number: row.get(at + 2)?,
        name: row.get(at + 3)?,
    })
}
