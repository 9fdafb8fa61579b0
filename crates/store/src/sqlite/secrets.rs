//! Secrets, sealed.

use contract::store::StoreError;
use model::Secret;
use rusqlite::{Connection, params};

use super::commit::Write;
use super::failure::Done;
use super::rows::{first, known};
use crate::seal::{Sealed, Sealer, bound};

pub(super) fn keep(write: &Write, sealer: &Sealer, name: &str, secret: &Secret) -> Done<()> {
    let sealed = sealer.seal(&bound(write.tenant, name), secret.reveal().as_bytes());
    write
        .sql
        .prepare_cached(
            "insert into secret (tenant, name, nonce, sealed) values (?1, ?2, ?3, ?4)
             on conflict do update set nonce = excluded.nonce, sealed = excluded.sealed",
        )?
        .execute(params![write.tenant, name, sealed.nonce, sealed.text])?;
    Ok(())
}

pub(super) fn recall(sql: &Connection, tenant: i64, sealer: &Sealer, name: &str) -> Done<Option<Secret>> {
    let mut find = sql.prepare_cached("select nonce, sealed from secret where tenant = ?1 and name = ?2")?;
    let sealed =
        first(&mut find, (tenant, name), |row| Ok(Sealed { nonce: row.get(0)?, text: row.get(1)? }))?;
    let Some(sealed) = sealed else { return Ok(None) };
    let text = sealer.open(&bound(tenant, name), &sealed).ok_or(StoreError::WrongKey)?;
    known(String::from_utf8(text).ok(), "a secret").map(|text| Some(Secret::new(text)))
}

pub(super) fn forget(write: &Write, name: &str) -> Done<()> {
    write
        .sql
        .prepare_cached("delete from secret where tenant = ?1 and name = ?2")?
        .execute(params![write.tenant, name])?;
    Ok(())
}
