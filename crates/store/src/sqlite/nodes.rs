//! Nodes: here there is one, since a second server is refused.

use async_trait::async_trait;
use contract::store::{Beat, Node, Nodes, StoreError};
use model::{LaneName, Timestamp};
use rusqlite::{Row, params};

use super::Sqlite;
use super::failure::Done;
use super::rows::all;
use crate::codec::FORGET_NODES_AFTER;

#[async_trait]
impl Nodes for Sqlite {
    async fn beat(&self, beat: &Beat) -> Result<Vec<(LaneName, i64)>, StoreError> {
        let beat = beat.clone();
        self.write(move |write| {
            let (tenant, node) = (write.tenant, &beat.node);
            write
                .sql
                .prepare_cached(
                    "insert into node (tenant, owner, name, version, started, seen, until, groups)
                     values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                     on conflict do update set name = excluded.name,
                         version = excluded.version, started = excluded.started, seen = excluded.seen, until = excluded.until,
                         groups = excluded.groups",
                )?
                .execute(params![
                    tenant,
                    node.owner,
                    node.name,
                    node.version,
                    node.started.0,
                    node.seen.0,
                    node.until.0,
                    node.groups as i64
                ])?;
            write
                .sql
                .prepare_cached("delete from node where tenant = ?1 and seen < ?2")?
                .execute(params![tenant, (beat.now - FORGET_NODES_AFTER).0])?;
            let mut renew = write.sql.prepare_cached(
                "update lane set until = max(until, ?5)
                 where tenant = ?1 and name = ?2 and owner = ?3 and epoch = ?4",
            )?;
            let mut held = Vec::new();
            for (lane, epoch) in &beat.held {
                if renew.execute(params![tenant, lane.as_str(), node.owner, epoch, node.until.0])? > 0 {
                    held.push((lane.clone(), *epoch));
                }
            }
            Ok(held)
        })
        .await
    }

    async fn leave(&self, owner: &str) -> Result<(), StoreError> {
        let owner = owner.to_owned();
        self.write(move |write| {
            let mut forget = write.sql.prepare_cached("delete from node where tenant = ?1 and owner = ?2")?;
            forget.execute(params![write.tenant, owner])?;
            Ok(())
        })
        .await
    }

    async fn nodes(&self) -> Result<Vec<Node>, StoreError> {
        self.read(move |sql, tenant| {
            let mut find = sql.prepare_cached(
                "select owner, name, version, started, seen, until, groups from node where tenant = ?1
                 order by started, owner",
            )?;
            all(&mut find, [tenant], node)
        })
        .await
    }

    async fn shared_time(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(None)
    }

    async fn ring(&self, _names: &[String]) -> Result<(), StoreError> {
        Ok(())
    }

    async fn heard(&self) -> Result<Vec<String>, StoreError> {
        std::future::pending().await
    }
}

fn node(row: &Row) -> Done<Node> {
    Ok(Node {
        owner: row.get(0)?,
        name: row.get(1)?,
        version: row.get(2)?,
        started: Timestamp(row.get(3)?),
        seen: Timestamp(row.get(4)?),
        until: Timestamp(row.get(5)?),
        groups: usize::try_from(row.get::<_, i64>(6)?).unwrap_or_default(),
    })
}
