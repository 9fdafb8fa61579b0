//! Secrets, sealed.

use contract::store::StoreError;
use model::Secret;

use super::commit::{Read, Write};
use super::failure::Done;
use super::params::text;
use super::rows::known;
use super::session::get;
use crate::seal::{Sealed, Sealer, bound};

pub(super) async fn keep(write: &Write, sealer: &Sealer, name: &str, secret: &Secret) -> Done<()> {
    let sealed = sealer.seal(&bound(write.tenant, name), secret.reveal().as_bytes());
    write
        .sql
        .change(
            "insert into secret (tenant, name, nonce, sealed) values ($1, $2, $3, $4)
             on conflict (tenant, name) do update set nonce = excluded.nonce, sealed = excluded.sealed",
            &[&write.tenant, &text(name), &sealed.nonce.as_slice(), &sealed.text],
        )
        .await?;
    Ok(())
}

pub(super) async fn recall(read: &Read, sealer: &Sealer, name: &str) -> Done<Option<Secret>> {
    let sealed = read
        .sql
        .first(
            "select nonce, sealed from secret where tenant = $1 and name = $2",
            &[&read.tenant, &text(name)],
            |row| {
                Ok(Sealed {
                    nonce: known(get::<&[u8]>(row, 0)?.try_into().ok(), "a nonce")?,
                    text: get(row, 1)?,
                })
            },
        )
        .await?;
    let Some(sealed) = sealed else { return Ok(None) };
    let plain = sealer.open(&bound(read.tenant, name), &sealed).ok_or(StoreError::WrongKey)?;
    known(String::from_utf8(plain).ok(), "a secret").map(|plain| Some(Secret::new(plain)))
}

pub(super) async fn forget(write: &Write, name: &str) -> Done<()> {
    write
        .sql
        .change("delete from secret where tenant = $1 and name = $2", &[&write.tenant, &text(name)])
        .await?;
    Ok(())
}
