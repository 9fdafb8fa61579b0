//! Receipts: what was pushed to us, and what became of it.

use async_trait::async_trait;
use contract::store::{Ingested, Parsed, ParsedReceipt, ReceiptFilter, ReceiptLine, Receipts, StoreError};
use model::receipt::{Pushed, Receipt, ReceiptState};
use model::{ConnectionName, ReceiptId, Timestamp};
use rusqlite::{Connection, Row, params};

use super::Sqlite;
use super::commit::Write;
use super::config::refuse_outdated;
use super::failure::Done;
use super::records::{ingest, wish};
use super::rows::{all, first, known, signed, text};
use crate::codec::{
    about_of_text, about_text, cause_of_text, cause_text, list_text, receipt_code, receipt_of_code,
};
use crate::listing::USUAL_LIMIT;

#[async_trait]
impl Receipts for Sqlite {
    async fn receive(&self, pushed: Pushed) -> Result<ReceiptId, StoreError> {
        self.write(move |write| receive(write, &pushed)).await
    }

    async fn unparsed(
        &self,
        connection: &ConnectionName,
        except: &[String],
        limit: usize,
        bytes: usize,
    ) -> Result<Vec<Receipt>, StoreError> {
        let (connection, except) = (connection.clone(), list_text(except));
        self.read(move |sql, tenant| unparsed(sql, tenant, (&connection, &except), limit, bytes)).await
    }

    async fn unparsed_counts(&self) -> Result<Vec<(ConnectionName, u64)>, StoreError> {
        self.read(|sql, tenant| {
            let mut count = sql.prepare_cached(
                "select connection, count(*) from receipt where tenant = ?1 and state = 0 group by connection",
            )?;
            all(&mut count, [tenant], |row| {
                Ok((ConnectionName::new(text(row, 0)?), row.get::<_, i64>(1)?.unsigned_abs()))
            })
        })
        .await
    }

    async fn store_parsed(&self, parsed: Parsed) -> Result<Vec<Ingested>, StoreError> {
        self.write(move |write| store_parsed(write, &parsed)).await
    }

    async fn receipts(&self, ids: &[ReceiptId]) -> Result<Vec<Option<Receipt>>, StoreError> {
        let ids = ids.to_vec();
        self.read(move |sql, tenant| {
            let mut find = sql.prepare_cached(&format!(
                "select {} from receipt r left join receipt_outcome o on o.receipt = r.id
                 where r.id = ?1 and r.tenant = ?2",
                RECEIPT
            ))?;
            ids.iter().map(|id| first(&mut find, (id.0, tenant), receipt)).collect()
        })
        .await
    }

    async fn list_receipts(&self, filter: &ReceiptFilter) -> Result<Vec<ReceiptLine>, StoreError> {
        let filter = filter.clone();
        self.read(move |sql, tenant| list(sql, tenant, &filter)).await
    }

    async fn parse_again(&self, ids: &[ReceiptId]) -> Result<Vec<ReceiptId>, StoreError> {
        let ids = ids.to_vec();
        self.write(move |write| parse_again(write, &ids)).await
    }

    async fn ignore_receipts(&self, ids: &[ReceiptId]) -> Result<Vec<ReceiptId>, StoreError> {
        let ids = ids.to_vec();
        let from = [ReceiptState::Waiting, ReceiptState::Failed];
        self.write(move |write| moved(write, &ids, &from, ReceiptState::Ignored)).await
    }
}

fn receive(write: &Write, pushed: &Pushed) -> Done<ReceiptId> {
    if let Some(known) = received_before(write, pushed)? {
        return Ok(known);
    }
    write
        .sql
        .prepare_cached(
            "insert into receipt (tenant, connection, code, token, at, source_id, void, content_type, state, body, once)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            write.tenant,
            pushed.connection.as_str(),
            pushed.code,
            pushed.token,
            pushed.at.0,
            pushed.id,
            pushed.void,
            pushed.content_type,
            receipt_code(ReceiptState::Waiting),
            &pushed.body[..],
            pushed.once
        ])?;
    Ok(ReceiptId(write.sql.last_insert_rowid()))
}

/// The receipt of what came there with the same `once`.
fn received_before(write: &Write, pushed: &Pushed) -> Done<Option<ReceiptId>> {
    let Some(once) = &pushed.once else { return Ok(None) };
    let mut find = write.sql.prepare_cached(
        "select id from receipt where tenant = ?1 and connection = ?2 and code = ?3 and once = ?4",
    )?;
    let about = (write.tenant, pushed.connection.as_str(), &pushed.code, once);
    first(&mut find, about, |row| Ok(ReceiptId(row.get(0)?)))
}

fn unparsed(
    sql: &Connection,
    tenant: i64,
    (connection, except): (&ConnectionName, &str),
    limit: usize,
    bytes: usize,
) -> Done<Vec<Receipt>> {
    let mut find = sql.prepare_cached(&format!(
        "select {} from receipt r left join receipt_outcome o on o.receipt = r.id
         where r.tenant = ?1 and r.connection = ?2 and r.state = 0
             and r.code not in (select value from json_each(?4)) order by r.id limit ?3",
        RECEIPT
    ))?;
    let mut rows = find.query((tenant, connection.as_str(), signed(limit as u64), except))?;
    let (mut receipts, mut taken) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let receipt = receipt(row)?;
        taken += receipt.pushed.body.len();
        receipts.push(receipt);
        if taken >= bytes {
            break;
        }
    }
    Ok(receipts)
}

fn store_parsed(write: &mut Write, parsed: &Parsed) -> Done<Vec<Ingested>> {
    refuse_outdated(write, parsed.based_on)?;
    for ParsedReceipt { id, outcome } in &parsed.receipts {
        let state = if outcome.is_ok() { ReceiptState::Parsed } else { ReceiptState::Failed };
        if moved(write, &[*id], &[ReceiptState::Waiting], state)?.is_empty() {
            return Err(StoreError::Outdated { based_on: id.0 }.into());
        }
        let (about, cause) = match outcome {
            Ok(about) => (about_text(about), None),
            Err(cause) => (about_text(&[]), Some(cause_text(cause))),
        };
        write
            .sql
            .prepare_cached(
                "insert or replace into receipt_outcome (receipt, about, cause) values (?1, ?2, ?3)",
            )?
            .execute(params![id.0, about, cause])?;
    }
    parsed.wishes.iter().try_for_each(|key| wish(write, key, parsed.at))?;
    parsed.ingests.iter().map(|part| ingest(write, part)).collect()
}

fn parse_again(write: &Write, ids: &[ReceiptId]) -> Done<Vec<ReceiptId>> {
    let moved = moved(write, ids, &[ReceiptState::Failed, ReceiptState::Ignored], ReceiptState::Waiting)?;
    let mut forget = write.sql.prepare_cached("delete from receipt_outcome where receipt = ?1")?;
    for id in &moved {
        forget.execute([id.0])?;
    }
    Ok(moved)
}

/// Those of the receipts that were in one of the states and are in the new one now.
fn moved(write: &Write, ids: &[ReceiptId], from: &[ReceiptState], to: ReceiptState) -> Done<Vec<ReceiptId>> {
    let mut change = write
        .sql
        .prepare_cached("update receipt set state = ?4 where id = ?1 and tenant = ?2 and state = ?3")?;
    let mut moved = Vec::new();
    for id in ids {
        for from in from {
            if change.execute((id.0, write.tenant, receipt_code(*from), receipt_code(to)))? > 0 {
                moved.push(*id);
                break;
            }
        }
    }
    Ok(moved)
}

/// Of `receipt r left join receipt_outcome o`.
const RECEIPT: &str = "r.id, r.connection, r.code, r.token, r.at, r.source_id, r.void, r.content_type, r.state, r.body, o.about, o.cause, r.once";

fn receipt(row: &Row) -> Done<Receipt> {
    let connection = ConnectionName::new(text(row, 1)?);
    let about: Option<String> = row.get(10)?;
    let about =
        about.map(|about| known(about_of_text(&connection, &about), "a receipt's records")).transpose()?;
    let cause: Option<String> = row.get(11)?;
    Ok(Receipt {
        id: ReceiptId(row.get(0)?),
        state: known(receipt_of_code(row.get(8)?), "a receipt's state")?,
        cause: cause.map(|cause| known(cause_of_text(&cause), "a receipt's cause")).transpose()?,
        about: about.unwrap_or_default(),
        pushed: Pushed {
            connection,
            code: row.get(2)?,
            token: row.get(3)?,
            at: Timestamp(row.get(4)?),
            id: row.get(5)?,
            void: row.get(6)?,
            content_type: row.get(7)?,
            once: row.get(12)?,
            body: row.get::<_, Vec<u8>>(9)?.into(),
        },
    })
}

/// Newest first. What failed has an index of its own, which is what is asked for most.
fn list(sql: &Connection, tenant: i64, filter: &ReceiptFilter) -> Done<Vec<ReceiptLine>> {
    let codes: Vec<String> = filter.states.iter().map(|state| receipt_code(*state).to_string()).collect();
    let of_states = match &codes[..] {
        [] => "1".to_owned(),
        [code] => format!("r.state = {code}"),
        codes => format!("r.state in ({})", codes.join(", ")),
    };
    let mut find = sql.prepare_cached(&format!(
        "select r.id, r.connection, r.code, r.token, r.at, r.source_id, r.state, o.cause, length(r.body)
         from receipt r left join receipt_outcome o on o.receipt = r.id
         where r.tenant = ?1 and r.id < ?2 and (?3 is null or r.connection = ?3) and {}
         order by r.id desc limit ?4",
        of_states
    ))?;
    let limit = if filter.limit == 0 { USUAL_LIMIT } else { filter.limit };
    let before = filter.before.map_or(i64::MAX, |before| before.0);
    let line = |row: &Row| {
        let cause: Option<String> = row.get(7)?;
        Ok(ReceiptLine {
            id: ReceiptId(row.get(0)?),
            connection: ConnectionName::new(text(row, 1)?),
            code: row.get(2)?,
            token: row.get(3)?,
            at: Timestamp(row.get(4)?),
            source_id: row.get(5)?,
            state: known(receipt_of_code(row.get(6)?), "a receipt's state")?,
            cause: cause.map(|cause| known(cause_of_text(&cause), "a receipt's cause")).transpose()?,
            bytes: row.get::<_, i64>(8)?.unsigned_abs(),
        })
    };
    let connection = filter.connection.as_ref().map(ConnectionName::as_str);
    all(&mut find, (tenant, before, connection, signed(limit as u64)), line)
}
