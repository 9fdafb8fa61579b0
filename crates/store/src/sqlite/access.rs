//! Tokens of machines that call us, by their hashes.

use async_trait::async_trait;
use contract::store::{Access, StoreError};
use model::Timestamp;
use model::access::AccessToken;
use rusqlite::{Row, params};

use super::Sqlite;
use super::failure::Done;
use super::rows::{all, known, text};
use crate::codec::{connections_of_text, connections_text, grants_of_text, grants_text};

#[async_trait]
impl Access for Sqlite {
    async fn keep_access(&self, token: &AccessToken) -> Result<bool, StoreError> {
        let token = token.clone();
        self.write(move |write| {
            let mut keep = write.sql.prepare_cached(
                "insert into access (tenant, name, connections, grants, hash, made, until)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7) on conflict do nothing",
            )?;
            let until = token.until.map(|until| until.0);
            let (connections, grants) = (connections_text(&token.connections), grants_text(&token.grants));
            let row =
                params![write.tenant, token.name, connections, grants, &token.hash[..], token.made.0, until];
            Ok(keep.execute(row)? > 0)
        })
        .await
    }

    async fn access(&self) -> Result<Vec<AccessToken>, StoreError> {
        self.read(|sql, tenant| {
            let mut find = sql.prepare_cached(
                "select name, connections, grants, hash, made, until from access where tenant = ?1 order by name",
            )?;
            all(&mut find, [tenant], token)
        })
        .await
    }

    async fn revoke_access(&self, name: &str) -> Result<bool, StoreError> {
        let name = name.to_owned();
        self.write(move |write| {
            let mut revoke =
                write.sql.prepare_cached("delete from access where tenant = ?1 and name = ?2")?;
            Ok(revoke.execute((write.tenant, &name))? > 0)
        })
        .await
    }
}

fn token(row: &Row) -> Done<AccessToken> {
    let hash: Vec<u8> = row.get(3)?;
    Ok(AccessToken {
        name: row.get(0)?,
        connections: known(connections_of_text(text(row, 1)?), "a token's connections")?,
        grants: known(grants_of_text(text(row, 2)?), "a token's grants")?,
        hash: known(hash.try_into().ok(), "a token's hash")?,
        made: Timestamp(row.get(4)?),
        until: row.get::<_, Option<i64>>(5)?.map(Timestamp),
    })
}
