//! Links by either side.

use async_trait::async_trait;
use contract::store::{LinkSides, Links, StoreError};
use model::link::{Link, LinkSide};
use rusqlite::{Connection, params};

use super::Sqlite;
use super::failure::Done;
use super::rows::{self, first};

#[async_trait]
impl Links for Sqlite {
    async fn by_source(&self, sides: &[LinkSide]) -> Result<Vec<Option<Link>>, StoreError> {
        let sides = sides.to_vec();
        self.read(move |sql, tenant| sides.iter().map(|side| by_source(sql, tenant, side)).collect()).await
    }

    async fn by_target(&self, sides: &LinkSides) -> Result<Vec<Option<Link>>, StoreError> {
        let sides = sides.clone();
        self.read(move |sql, tenant| sides.ids.iter().map(|id| by_target(sql, tenant, &sides, id)).collect())
            .await
    }
}

fn by_source(sql: &Connection, tenant: i64, side: &LinkSide) -> Done<Option<Link>> {
    let mut find = sql.prepare_cached(&format!(
        "select {} from link where tenant = ?1 and source_id = ?2 and object = ?3 and connection = ?4
             and target_connection = ?5 and (?6 is null or target_object = ?6)
         order by target_id is null, id limit 1",
        rows::LINK
    ))?;
    let params = params![
        tenant,
        side.source.id,
        side.source.object.as_str(),
        side.source.connection.as_str(),
        side.target_connection.as_str(),
        side.target_object.as_ref().map(|object| object.as_str())
    ];
    first(&mut find, params, rows::link)
}

fn by_target(sql: &Connection, tenant: i64, sides: &LinkSides, id: &str) -> Done<Option<Link>> {
    let mut find = sql.prepare_cached(&format!(
        "select {} from link where tenant = ?1 and target_id = ?2 and target_object = ?3 and target_connection = ?4",
        rows::LINK
    ))?;
    first(&mut find, (tenant, id, sides.object.as_str(), sides.connection.as_str()), rows::link)
}
