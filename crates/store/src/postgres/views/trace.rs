//! Finding records by what people know them by: exact before beginnings before
//! parts of names, and what is linked along with what was found.

use model::record::RecordKey;
use model::{ConnectionName, ReceiptId, RecordId};

use crate::codec::about_of_text;
use crate::postgres::commit::Read;
use crate::postgres::failure::Done;
use crate::postgres::names;
use crate::postgres::params::{text, texts};
use crate::postgres::rows::{self, known, place, signed};
use crate::postgres::session::get;

/// Found records in order, each once, up to a limit.
struct Found {
    records: Vec<RecordId>,
    limit: usize,
}

impl Found {
    fn add(&mut self, records: impl IntoIterator<Item = RecordId>) {
        for record in records {
            if self.records.len() < self.limit && !self.records.contains(&record) {
                self.records.push(record);
            }
        }
    }

    fn is_full(&self) -> bool {
        self.records.len() >= self.limit
    }
}

/// One way of looking, and what its statement gives. Indexes hold the first 200 characters of names and numbers.
enum Look {
    Record(&'static str),
    Link(&'static str),
}

/// Records that the text names exactly: by id, number, the other side's id or number, name.
const EXACT: [Look; 5] = [
    Look::Record("select id from record where tenant = $1 and source_id = $2 order by id limit $3"),
    Look::Record(
        "select id from record where tenant = $1 and left(number, 200) = left($2, 200) and number = $2
         order by id limit $3",
    ),
    Look::Link(
        "select connection, object, source_id from link where tenant = $1 and target_id = $2 order by id limit $3",
    ),
    Look::Link(
        "select connection, object, source_id from link
         where tenant = $1 and left(target_number, 200) = left($2, 200) and target_number = $2
         order by id limit $3",
    ),
    Look::Record(
        "select id from record where tenant = $1 and left(name, 200) = left($2, 200) and name = $2
         order by id limit $3",
    ),
];

/// Records whose number, name or id begins with the text: from it (2) up to the first text that does not (4).
const BEGINNINGS: [Look; 4] = [
    Look::Record(
        "select id from record where tenant = $1 and left(number, 200) >= left($2, 200)
             and left(number, 200) <= left($4, 200) and number >= $2 and number < $4
         order by left(number, 200), number, id limit $3",
    ),
    Look::Record(
        "select id from record where tenant = $1 and left(name, 200) >= left($2, 200)
             and left(name, 200) <= left($4, 200) and name >= $2 and name < $4
         order by left(name, 200), name, id limit $3",
    ),
    Look::Record(
        "select id from record where tenant = $1 and source_id >= $2 and source_id < $4
         order by source_id, id limit $3",
    ),
    Look::Link(
        "select connection, object, source_id from link where tenant = $1
             and left(target_number, 200) >= left($2, 200) and left(target_number, 200) <= left($4, 200)
             and target_number >= $2 and target_number < $4
         order by left(target_number, 200), target_number, id limit $3",
    ),
];

/// The records for that text, best first.
pub(super) async fn matching(read: &Read, wanted: &str, limit: usize) -> Done<Vec<RecordId>> {
    let mut found = Found { records: Vec::new(), limit };
    let wanted = text(wanted.trim());
    if wanted.is_empty() {
        return Ok(found.records);
    }
    if let Some(receipt) = ReceiptId::of_told(&wanted) {
        found.add(brought_by(read, receipt).await?);
    }
    for look in &EXACT {
        found.add(look_up(read, look, &wanted, limit, false).await?);
    }
    add_linked(read, &mut found).await?;
    for look in &BEGINNINGS {
        if !found.is_full() {
            found.add(look_up(read, look, &wanted, limit, true).await?);
        }
    }
    if !found.is_full() {
        found.add(names::having(read, &wanted, limit).await?);
    }
    Ok(found.records)
}

/// The records that a push was about.
async fn brought_by(read: &Read, receipt: ReceiptId) -> Done<Vec<RecordId>> {
    let statement = "select r.connection, o.about from receipt r join receipt_outcome o on o.receipt = r.id
         where r.id = $1 and r.tenant = $2";
    let about = |row: &tokio_postgres::Row| {
        let connection = ConnectionName::new(get::<&str>(row, 0)?);
        known(about_of_text(&connection, get(row, 1)?), "a receipt's records")
    };
    let about = read.sql.first(statement, &[&receipt.0, &read.tenant], about).await?.unwrap_or_default();
    sources(read, &about).await
}

async fn look_up(read: &Read, look: &Look, wanted: &str, limit: usize, begins: bool) -> Done<Vec<RecordId>> {
    let (Look::Record(statement) | Look::Link(statement)) = look;
    let limit = signed(limit as u64);
    // No text that begins with this one comes after it and the last of all characters.
    let end = format!("{wanted}\u{10ffff}");
    let all: crate::postgres::session::Params<'_> = &[&read.tenant, &wanted, &limit, &end];
    let params = if begins { all } else { &all[..3] };
    match look {
        Look::Record(_) => read.sql.all(statement, params, |row| Ok(RecordId(get(row, 0)?))).await,
        Look::Link(_) => {
            let keys = read.sql.all(statement, params, |row| rows::key(row, 0)).await?;
            sources(read, &keys).await
        }
    }
}

/// The stored records of links' source sides, in order. A notice's side is `record id#hash`.
async fn sources(read: &Read, keys: &[RecordKey]) -> Done<Vec<RecordId>> {
    let whole = |key: &RecordKey| key.id.rsplit_once('#').map_or(key.id.clone(), |(id, _)| id.to_owned());
    let wholes: Vec<String> = keys.iter().map(whole).collect();
    let found = read
        .sql
        .all(
            "select coalesce(r.id, w.id), n.place
         from unnest($2::text[], $3::text[], $4::text[], $5::text[]) with ordinality
             n (connection, object, source_id, whole, place)
         left join record r on r.tenant = $1 and r.source_id = n.source_id and r.object = n.object
             and r.connection = n.connection
         left join record w on w.tenant = $1 and w.source_id = n.whole and w.object = n.object
             and w.connection = n.connection
         where coalesce(r.id, w.id) is not null order by n.place",
            &[
                &read.tenant,
                &texts(keys.iter().map(|key| key.connection.as_str())),
                &texts(keys.iter().map(|key| key.object.as_str())),
                &texts(keys.iter().map(|key| key.id.as_str())),
                &texts(wholes.iter().map(String::as_str)),
            ],
            |row| Ok((RecordId(get(row, 0)?), place(row, 1)?)),
        )
        .await?;
    Ok(found.into_iter().map(|(record, _)| record).collect())
}

/// Adds the records on the other sides of what was found.
async fn add_linked(read: &Read, found: &mut Found) -> Done<()> {
    for record in found.records.clone() {
        if found.is_full() {
            return Ok(());
        }
        let there = read
            .sql
            .all(
                "select l.target_connection, l.target_object, l.target_id from record r
             join link l on l.tenant = r.tenant and l.source_id = r.source_id and l.object = r.object
                 and l.connection = r.connection
             where r.id = $1 and l.target_id is not null order by l.id",
                &[&record.0],
                |row| rows::key(row, 0),
            )
            .await?;
        let mut keys = there;
        let here = read
            .sql
            .all(
                "select l.connection, l.object, l.source_id from record r
             join link l on l.tenant = r.tenant and l.target_id = r.source_id and l.target_object = r.object
                 and l.target_connection = r.connection
             where r.id = $1 order by l.id",
                &[&record.0],
                |row| rows::key(row, 0),
            )
            .await?;
        keys.extend(here);
        found.add(sources(read, &keys).await?);
    }
    Ok(())
}
