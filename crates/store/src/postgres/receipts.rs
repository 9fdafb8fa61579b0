//! Receipts: what was pushed to us, and what became of it.

use async_trait::async_trait;
use contract::store::{Ingested, Parsed, ReceiptFilter, ReceiptLine, Receipts, StoreError};
use futures_util::FutureExt;
use model::receipt::{Pushed, Receipt, ReceiptState};
use model::{ConnectionName, ReceiptId, Timestamp};
use tokio_postgres::Row;

use super::Postgres;
use super::commit::{Read, Write};
use super::config::refuse_outdated;
use super::failure::Done;
use super::params::{some_texts, text, texts};
use super::records::{ingest, wish};
use super::rows::{in_order, known, place, signed, unsigned};
use super::session::get;
use crate::codec::{about_of_text, about_text, cause_of_text, cause_text, receipt_code, receipt_of_code};
use crate::listing::USUAL_LIMIT;

#[async_trait]
impl Receipts for Postgres {
    async fn receive(&self, pushed: Pushed) -> Result<ReceiptId, StoreError> {
        self.write(pushed, |write, pushed| receive(write, pushed).boxed()).await
    }

    async fn unparsed(
        &self,
        connection: &ConnectionName,
        except: &[String],
        limit: usize,
        bytes: usize,
    ) -> Result<Vec<Receipt>, StoreError> {
        let about = (connection.clone(), except.to_vec(), limit, bytes);
        self.ask(about, |read, (connection, except, limit, bytes)| {
            unparsed(read, (connection, except), *limit, *bytes).boxed()
        })
        .await
    }

    async fn unparsed_counts(&self) -> Result<Vec<(ConnectionName, u64)>, StoreError> {
        self.ask((), |read, ()| unparsed_counts(read).boxed()).await
    }

    async fn store_parsed(&self, parsed: Parsed) -> Result<Vec<Ingested>, StoreError> {
        self.write(parsed, |write, parsed| store_parsed(write, parsed).boxed()).await
    }

    async fn receipts(&self, ids: &[ReceiptId]) -> Result<Vec<Option<Receipt>>, StoreError> {
        self.ask(ids.to_vec(), |read, ids| by_ids(read, ids).boxed()).await
    }

    async fn list_receipts(&self, filter: &ReceiptFilter) -> Result<Vec<ReceiptLine>, StoreError> {
        self.ask(filter.clone(), |read, filter| list(read, filter).boxed()).await
    }

    async fn parse_again(&self, ids: &[ReceiptId]) -> Result<Vec<ReceiptId>, StoreError> {
        self.write(ids.to_vec(), |write, ids| parse_again(write, ids).boxed()).await
    }

    async fn ignore_receipts(&self, ids: &[ReceiptId]) -> Result<Vec<ReceiptId>, StoreError> {
        self.write(ids.to_vec(), |write, ids| {
            const FROM: [ReceiptState; 2] = [ReceiptState::Waiting, ReceiptState::Failed];
            moved(write, ids, &FROM, ReceiptState::Ignored).boxed()
        })
        .await
    }
}

/// What came there with the same `once` gives its receipt: also what somebody else is storing just now, which is waited for.
async fn receive(write: &Write, pushed: &Pushed) -> Done<ReceiptId> {
    let id = write
        .sql
        .first(
            "insert into receipt (tenant, connection, code, token, at, source_id, void, content_type, state, body, once)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             on conflict (tenant, connection, code, once) where once is not null do update set once = excluded.once
             returning id",
            &[
                &write.tenant,
                &text(pushed.connection.as_str()),
                &text(&pushed.code),
                &text(&pushed.token),
                &pushed.at.0,
                &pushed.id.as_deref().map(text),
                &pushed.void,
                &pushed.content_type.as_deref().map(text),
                &receipt_code(ReceiptState::Waiting),
                &&pushed.body[..],
                &pushed.once.as_deref().map(text),
            ],
            |row| Ok(ReceiptId(get(row, 0)?)),
        )
        .await?;
    known(id, "a receipt's id")
}

/// As many as there are up to the one with which the bodies reach so many bytes.
async fn unparsed(
    read: &Read,
    (connection, except): (&ConnectionName, &[String]),
    limit: usize,
    bytes: usize,
) -> Done<Vec<Receipt>> {
    let statement = format!(
        "select {RECEIPT} from (
             select id, sum(octet_length(body)) over (order by id) - octet_length(body) as before
             from (select id, body from receipt where tenant = $1 and connection = $2 and state = 0
                       and code <> all($5)
                   order by id limit $3) w) w
         join receipt r on r.id = w.id left join receipt_outcome o on o.receipt = r.id
         where w.before < $4 order by r.id"
    );
    let (limit, bytes) = (signed(limit as u64), signed(bytes as u64));
    let except = texts(except.iter().map(String::as_str));
    read.sql
        .all(&statement, &[&read.tenant, &text(connection.as_str()), &limit, &bytes, &except], receipt)
        .await
}

async fn unparsed_counts(read: &Read) -> Done<Vec<(ConnectionName, u64)>> {
    read.sql
        .all(
            "select connection, count(*) from receipt where tenant = $1 and state = 0 group by connection",
            &[&read.tenant],
            |row| Ok((ConnectionName::new(get::<&str>(row, 0)?), unsigned(get(row, 1)?))),
        )
        .await
}

async fn store_parsed(write: &mut Write, parsed: &Parsed) -> Done<Vec<Ingested>> {
    refuse_outdated(write, parsed.based_on).await?;
    for state in [ReceiptState::Parsed, ReceiptState::Failed] {
        let is_so = |is_parsed: bool| is_parsed == (state == ReceiptState::Parsed);
        let of_state = parsed.receipts.iter().filter(|receipt| is_so(receipt.outcome.is_ok()));
        let ids: Vec<ReceiptId> = of_state.map(|receipt| receipt.id).collect();
        if moved(write, &ids, &[ReceiptState::Waiting], state).await?.len() < ids.len() {
            let based_on = ids.first().map_or(0, |id| id.0);
            return Err(StoreError::Outdated { based_on }.into());
        }
    }
    let about: Vec<String> = parsed
        .receipts
        .iter()
        .map(|receipt| about_text(receipt.outcome.as_deref().unwrap_or_default()))
        .collect();
    let causes: Vec<Option<String>> =
        parsed.receipts.iter().map(|receipt| receipt.outcome.as_ref().err().map(cause_text)).collect();
    write
        .sql
        .change(
            "insert into receipt_outcome (receipt, about, cause)
             select receipt, about, cause from unnest($1::bigint[], $2::text[], $3::text[]) n (receipt, about, cause)
             on conflict (receipt) do update set about = excluded.about, cause = excluded.cause",
            &[
                &parsed.receipts.iter().map(|receipt| receipt.id.0).collect::<Vec<i64>>(),
                &texts(about.iter().map(String::as_str)),
                &some_texts(causes.iter().map(Option::as_deref)),
            ],
        )
        .await?;
    wish(write, &parsed.wishes, parsed.at).await?;
    let mut ingested = Vec::with_capacity(parsed.ingests.len());
    for part in &parsed.ingests {
        ingested.push(ingest(write, part).await?);
    }
    Ok(ingested)
}

async fn parse_again(write: &Write, ids: &[ReceiptId]) -> Done<Vec<ReceiptId>> {
    const FROM: [ReceiptState; 2] = [ReceiptState::Failed, ReceiptState::Ignored];
    let moved = moved(write, ids, &FROM, ReceiptState::Waiting).await?;
    let again: Vec<i64> = moved.iter().map(|id| id.0).collect();
    write.sql.change("delete from receipt_outcome where receipt = any($1)", &[&again]).await?;
    Ok(moved)
}

/// Those of the receipts that were in one of the states and are in the new one now, in the order of their ids.
async fn moved(
    write: &Write,
    ids: &[ReceiptId],
    from: &[ReceiptState],
    to: ReceiptState,
) -> Done<Vec<ReceiptId>> {
    let mut ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    ids.sort_unstable();
    let from: Vec<i64> = from.iter().map(|state| receipt_code(*state)).collect();
    let mut moved = write
        .sql
        .all(
            "update receipt set state = $4
             where id in (select id from receipt where id = any($1) and tenant = $2 and state = any($3)
                          order by id for update)
             returning id",
            &[&ids, &write.tenant, &from, &receipt_code(to)],
            |row| Ok(ReceiptId(get(row, 0)?)),
        )
        .await?;
    moved.sort_unstable();
    Ok(moved)
}

async fn by_ids(read: &Read, ids: &[ReceiptId]) -> Done<Vec<Option<Receipt>>> {
    let statement = format!(
        "select {RECEIPT}, n.place from unnest($2::bigint[]) with ordinality n (id, place)
         join receipt r on r.id = n.id left join receipt_outcome o on o.receipt = r.id where r.tenant = $1"
    );
    let asked: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let row = |row: &Row| Ok((place(row, 13)?, receipt(row)?));
    let found = read.sql.all(&statement, &[&read.tenant, &asked], row).await?;
    Ok(in_order(ids.len(), found))
}

/// Of `receipt r left join receipt_outcome o`.
const RECEIPT: &str = "r.id, r.connection, r.code, r.token, r.at, r.source_id, r.void, r.content_type, r.state, r.body, o.about, o.cause, r.once";

fn receipt(row: &Row) -> Done<Receipt> {
    let connection = ConnectionName::new(get::<&str>(row, 1)?);
    let about: Option<&str> = get(row, 10)?;
    let about =
        about.map(|about| known(about_of_text(&connection, about), "a receipt's records")).transpose()?;
    let cause: Option<&str> = get(row, 11)?;
    Ok(Receipt {
        id: ReceiptId(get(row, 0)?),
        state: known(receipt_of_code(get(row, 8)?), "a receipt's state")?,
        cause: cause.map(|cause| known(cause_of_text(cause), "a receipt's cause")).transpose()?,
        about: about.unwrap_or_default(),
        pushed: Pushed {
            connection,
            code: get(row, 2)?,
            token: get(row, 3)?,
            at: Timestamp(get(row, 4)?),
            id: get(row, 5)?,
            void: get(row, 6)?,
            content_type: get(row, 7)?,
            once: get(row, 12)?,
            body: get::<Vec<u8>>(row, 9)?.into(),
        },
    })
}

async fn list(read: &Read, filter: &ReceiptFilter) -> Done<Vec<ReceiptLine>> {
    let limit = if filter.limit == 0 { USUAL_LIMIT } else { filter.limit };
    let states: Vec<i64> = filter.states.iter().map(|state| receipt_code(*state)).collect();
    let connection = filter.connection.as_ref().map(|connection| text(connection.as_str()));
    read.sql
        .all(
            "select r.id, r.connection, r.code, r.token, r.at, r.source_id, r.state, o.cause,
                 octet_length(r.body)::bigint
             from receipt r left join receipt_outcome o on o.receipt = r.id
             where r.tenant = $1 and r.id < $2 and ($3::text is null or r.connection = $3)
                 and (cardinality($4::bigint[]) = 0 or r.state = any($4))
             order by r.id desc limit $5",
            &[
                &read.tenant,
                &filter.before.map_or(i64::MAX, |before| before.0),
                &connection,
                &states,
                &signed(limit as u64),
            ],
            line,
        )
        .await
}

fn line(row: &Row) -> Done<ReceiptLine> {
    let cause: Option<&str> = get(row, 7)?;
    Ok(ReceiptLine {
        id: ReceiptId(get(row, 0)?),
        connection: ConnectionName::new(get::<&str>(row, 1)?),
        code: get(row, 2)?,
        token: get(row, 3)?,
        at: Timestamp(get(row, 4)?),
        source_id: get(row, 5)?,
        state: known(receipt_of_code(get(row, 6)?), "a receipt's state")?,
        cause: cause.map(|cause| known(cause_of_text(cause), "a receipt's cause")).transpose()?,
        bytes: unsigned(get(row, 8)?),
    })
}
