//! Bindings: who is the same in two systems, from either side.

use std::collections::BTreeSet;

use async_trait::async_trait;
use contract::store::{BindingFilter, Bindings, StoreError};
use futures_util::FutureExt;
use model::binding::{Binding, BindingSide, Kind, Party};
use model::{ConnectionName, Timestamp};
use tokio_postgres::Row;

use super::Postgres;
use super::commit::{Read, Write};
use super::failure::Done;
use super::params::{some_texts, texts};
use super::queue::{pass_gate, wake_bound};
use super::rows::{in_order, known, place};
use super::session::{Session, get};
use crate::codec::{binding_code, binding_of_code, how_code, how_of_code};

#[async_trait]
impl Bindings for Postgres {
    async fn bind(&self, bindings: &[Binding]) -> Result<(), StoreError> {
        self.write(bindings.to_vec(), |write, bindings| bind(write, bindings).boxed()).await
    }

    async fn unbind(&self, sides: &[BindingSide]) -> Result<u64, StoreError> {
        self.write(sides.to_vec(), |write, sides| unbind(write, sides).boxed()).await
    }

    async fn bound(&self, sides: &[BindingSide]) -> Result<Vec<Option<Party>>, StoreError> {
        self.ask(sides.to_vec(), |read, sides| bound(&read.sql, read.tenant, sides).boxed()).await
    }

    async fn bindings(&self, filter: &BindingFilter) -> Result<Vec<Binding>, StoreError> {
        self.ask(filter.clone(), |read, filter| list(read, filter).boxed()).await
    }
}

async fn bind(write: &mut Write, bindings: &[Binding]) -> Done<()> {
    if bindings.is_empty() {
        return Ok(());
    }
    pass_gate(write, true, false).await?;
    for run in runs(bindings) {
        forget_former(write, run).await?;
        insert(write, run).await?;
    }
    wake_bound(write, bindings).await
}

/// Bindings in order, cut where one forgets another of the same run: each run is stored at once.
fn runs(bindings: &[Binding]) -> Vec<&[Binding]> {
    let mut runs = Vec::new();
    let (mut from, mut seen) = (0, BTreeSet::new());
    for (at, binding) in bindings.iter().enumerate() {
        let key = |party: &Party, there: &Party| {
            (binding.kind, party.connection.clone(), party.id.clone(), there.connection.clone())
        };
        let one: (Kind, ConnectionName, String, ConnectionName) = key(&binding.one, &binding.other);
        if seen.contains(&one) {
            runs.push(&bindings[from..at]);
            (from, seen) = (at, BTreeSet::new());
        }
        seen.insert(one);
        seen.insert(key(&binding.other, &binding.one));
    }
    runs.push(&bindings[from..]);
    runs
}

/// What each `one` was bound to before, from either side. The very same pair keeps its place, so that importing a file
/// twice changes nothing.
async fn forget_former(write: &Write, run: &[Binding]) -> Done<()> {
    write
        .sql
        .change(
            "delete from binding where id in (
                 select b.id from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])
                     n (kind, connection, party, other_connection, other_party)
                 join binding b on b.tenant = $1 and b.party = n.party and b.connection = n.connection
                     and b.other_connection = n.other_connection and b.kind = n.kind
                     and b.other_party <> n.other_party
                 union
                 select b.id from unnest($2::bigint[], $3::text[], $4::text[], $5::text[])
                     n (kind, connection, party, other_connection)
                 join binding b on b.tenant = $1 and b.other_party = n.party and b.other_connection = n.connection
                     and b.connection = n.other_connection and b.kind = n.kind)",
            &[
                &write.tenant,
                &run.iter().map(|binding| binding_code(binding.kind)).collect::<Vec<i64>>(),
                &texts(run.iter().map(|binding| binding.one.connection.as_str())),
                &texts(run.iter().map(|binding| binding.one.id.as_str())),
                &texts(run.iter().map(|binding| binding.other.connection.as_str())),
                &texts(run.iter().map(|binding| binding.other.id.as_str())),
            ],
        )
        .await?;
    Ok(())
}

async fn insert(write: &Write, run: &[Binding]) -> Done<()> {
    write
        .sql
        .change(
            "insert into binding (tenant, kind, connection, party, number, name, other_connection, other_party,
                 other_number, other_name, how, at)
             select $1, kind, connection, party, number, name, other_connection, other_party, other_number,
                 other_name, how, at
             from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                 $9::text[], $10::text[], $11::bigint[], $12::bigint[]) with ordinality
                 n (kind, connection, party, number, name, other_connection, other_party, other_number, other_name,
                     how, at, place)
             order by place
             on conflict (tenant, party, connection, other_connection, kind) do update set
                 number = excluded.number, name = excluded.name, other_number = excluded.other_number,
                 other_name = excluded.other_name, how = excluded.how, at = excluded.at",
            &[
                &write.tenant,
                &run.iter().map(|binding| binding_code(binding.kind)).collect::<Vec<i64>>(),
                &texts(run.iter().map(|binding| binding.one.connection.as_str())),
                &texts(run.iter().map(|binding| binding.one.id.as_str())),
                &some_texts(run.iter().map(|binding| binding.one.number.as_deref())),
                &some_texts(run.iter().map(|binding| binding.one.name.as_deref())),
                &texts(run.iter().map(|binding| binding.other.connection.as_str())),
                &texts(run.iter().map(|binding| binding.other.id.as_str())),
                &some_texts(run.iter().map(|binding| binding.other.number.as_deref())),
                &some_texts(run.iter().map(|binding| binding.other.name.as_deref())),
                &run.iter().map(|binding| how_code(binding.how)).collect::<Vec<i64>>(),
                &run.iter().map(|binding| binding.at.0).collect::<Vec<i64>>(),
            ],
        )
        .await?;
    Ok(())
}

/// The bindings of the sides `n`, and who is at their other ends: by id before by number. Each part is answered by an
/// index of its own.
const FOUND: &str = "
    (select 1 as rank, id, other_connection, other_party, other_number, other_name from binding
     where tenant = $1 and party = n.id and connection = n.connection and other_connection = n.other_connection
         and kind = n.kind)
    union all
    (select 2, id, connection, party, number, name from binding
     where tenant = $1 and other_party = n.id and other_connection = n.connection
         and connection = n.other_connection and kind = n.kind)
    union all
    (select 3, id, other_connection, other_party, other_number, other_name from binding
     where tenant = $1 and number = n.id and connection = n.connection and other_connection = n.other_connection
         and kind = n.kind)
    union all
    (select 4, id, connection, party, number, name from binding
     where tenant = $1 and other_number = n.id and other_connection = n.connection
         and connection = n.other_connection and kind = n.kind)";

/// Forgets the bindings of whoever has such an id or number.
async fn unbind(write: &Write, sides: &[BindingSide]) -> Done<u64> {
    let statement = format!(
        "delete from binding where id in (
             select f.id from unnest($2::bigint[], $3::text[], $4::text[], $5::text[])
                 n (kind, connection, id, other_connection)
             cross join lateral ({FOUND}) f)"
    );
    let columns = Columns::of(sides);
    write
        .sql
        .change(
            &statement,
            &[&write.tenant, &columns.kinds, &columns.connections, &columns.ids, &columns.others],
        )
        .await
}

/// Who is at the other end of each side, in order: the first that was bound.
pub(super) async fn bound(sql: &Session, tenant: i64, sides: &[BindingSide]) -> Done<Vec<Option<Party>>> {
    if sides.is_empty() {
        return Ok(Vec::new());
    }
    let statement = format!(
        "select f.other_connection, f.other_party, f.other_number, f.other_name, n.place
         from unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) with ordinality
             n (kind, connection, id, other_connection, place)
         cross join lateral (select * from ({FOUND}) u order by rank, id limit 1) f"
    );
    let columns = Columns::of(sides);
    let found = sql
        .all(
            &statement,
            &[&tenant, &columns.kinds, &columns.connections, &columns.ids, &columns.others],
            |row| Ok((place(row, 4)?, party(row, 0)?)),
        )
        .await?;
    Ok(in_order(sides.len(), found))
}

/// Sides as columns.
struct Columns<'s> {
    kinds: Vec<i64>,
    connections: Vec<std::borrow::Cow<'s, str>>,
    ids: Vec<std::borrow::Cow<'s, str>>,
    others: Vec<std::borrow::Cow<'s, str>>,
}

impl<'s> Columns<'s> {
    fn of(sides: &'s [BindingSide]) -> Columns<'s> {
        Columns {
            kinds: sides.iter().map(|side| binding_code(side.kind)).collect(),
            connections: texts(sides.iter().map(|side| side.connection.as_str())),
            ids: texts(sides.iter().map(|side| side.id.as_str())),
            others: texts(sides.iter().map(|side| side.other_connection.as_str())),
        }
    }
}

async fn list(read: &Read, filter: &BindingFilter) -> Done<Vec<Binding>> {
    let all = read
        .sql
        .all(
            "select kind, connection, party, number, name, other_connection, other_party, other_number, other_name,
                 how, at
             from binding where tenant = $1
             order by kind, connection, other_connection, party",
            &[&read.tenant],
            binding,
        )
        .await?;
    Ok(all.into_iter().filter(|binding| filter.takes(binding)).collect())
}

fn binding(row: &Row) -> Done<Binding> {
    Ok(Binding {
        kind: known(binding_of_code(get(row, 0)?), "a binding's kind")?,
        one: party(row, 1)?,
        other: party(row, 5)?,
        how: known(how_of_code(get(row, 9)?), "how a binding came to be")?,
        at: Timestamp(get(row, 10)?),
    })
}

/// `connection, party, number, name`, from that column on.
fn party(row: &Row, at: usize) -> Done<Party> {
    Ok(Party {
        connection: ConnectionName::new(get::<&str>(row, at)?),
        id: get(row, at + 1)?,
        number: get(row, at + 2)?,
        name: get(row, at + 3)?,
    })
}
