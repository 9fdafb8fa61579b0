//! Tokens of machines that call us, by their hashes.

use async_trait::async_trait;
use contract::store::{Access, StoreError};
use futures_util::FutureExt;
use model::Timestamp;
use model::access::AccessToken;
use tokio_postgres::Row;

use super::Postgres;
use super::commit::{Read, Write};
use super::failure::Done;
use super::params::text;
use super::rows::known;
use super::session::get;
use crate::codec::{connections_of_text, connections_text, grants_of_text, grants_text};

#[async_trait]
impl Access for Postgres {
    async fn keep_access(&self, token: &AccessToken) -> Result<bool, StoreError> {
        self.write(token.clone(), |write, token| keep(write, token).boxed()).await
    }

    async fn access(&self) -> Result<Vec<AccessToken>, StoreError> {
        self.ask((), |read, ()| all(read).boxed()).await
    }

    async fn revoke_access(&self, name: &str) -> Result<bool, StoreError> {
        self.write(name.to_owned(), |write, name| revoke(write, name).boxed()).await
    }
}

async fn all(read: &Read) -> Done<Vec<AccessToken>> {
    read.sql
        .all(
            r#"select name, connections, grants, hash, made, until from access where tenant = $1
               order by name collate "C""#,
            &[&read.tenant],
            token,
        )
        .await
}

async fn keep(write: &Write, token: &AccessToken) -> Done<bool> {
    let kept = write
        .sql
        .change(
            "insert into access (tenant, name, connections, grants, hash, made, until)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
            &[
                &write.tenant,
                &text(&token.name),
                &connections_text(&token.connections),
                &grants_text(&token.grants),
                &&token.hash[..],
                &token.made.0,
                &token.until.map(|until| until.0),
            ],
        )
        .await?;
    Ok(kept > 0)
}

async fn revoke(write: &Write, name: &str) -> Done<bool> {
    let (statement, name) = ("delete from access where tenant = $1 and name = $2", text(name));
    Ok(write.sql.change(statement, &[&write.tenant, &name]).await? > 0)
}

fn token(row: &Row) -> Done<AccessToken> {
    let hash: &[u8] = get(row, 3)?;
    Ok(AccessToken {
        name: get(row, 0)?,
        connections: known(connections_of_text(get(row, 1)?), "a token's connections")?,
        grants: known(grants_of_text(get(row, 2)?), "a token's grants")?,
        hash: known(hash.try_into().ok(), "a token's hash")?,
        made: Timestamp(get(row, 4)?),
        until: get::<Option<i64>>(row, 5)?.map(Timestamp),
    })
}
