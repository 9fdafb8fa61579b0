//! Nodes: any number of servers, which hear of each other by the server's own notifications.

use async_trait::async_trait;
use contract::store::{Beat, Node, Nodes, StoreError};
use futures_util::FutureExt;
use model::{LaneName, Timestamp};
use tokio_postgres::Row;

use super::Postgres;
use super::commit::{Read, Write};
use super::failure::Done;
use super::listening::CHANNEL;
use super::params::{text, texts};
use super::session::get;
use crate::codec::FORGET_NODES_AFTER;

#[async_trait]
impl Nodes for Postgres {
    async fn beat(&self, beat: &Beat) -> Result<Vec<(LaneName, i64)>, StoreError> {
        self.write(beat.clone(), |write, beat| renewed(write, beat).boxed()).await
    }

    async fn leave(&self, owner: &str) -> Result<(), StoreError> {
        self.write(owner.to_owned(), |write, owner| {
            async move {
                let forget = "delete from node where tenant = $1 and owner = $2";
                write.sql.change(forget, &[&write.tenant, &text(owner)]).await?;
                Ok(())
            }
            .boxed()
        })
        .await
    }

    async fn nodes(&self) -> Result<Vec<Node>, StoreError> {
        self.ask((), |read, ()| nodes(read).boxed()).await
    }

    async fn shared_time(&self) -> Result<Option<Timestamp>, StoreError> {
        self.ask((), |read, ()| {
            async move {
                let ask = "select (extract(epoch from clock_timestamp()) * 1000)::bigint";
                read.sql.first(ask, &[], |row| Ok(Timestamp(get(row, 0)?))).await
            }
            .boxed()
        })
        .await
    }

    async fn ring(&self, names: &[String]) -> Result<(), StoreError> {
        let names: Vec<String> = names.iter().map(|name| format!("{} {name}", self.tenant)).collect();
        self.ask(names, |read, names| {
            async move {
                let ring = format!("select pg_notify({CHANNEL}, name) from unnest($1::text[]) n (name)");
                read.sql.all(&ring, &[&texts(names.iter().map(String::as_str))], |_| Ok(())).await?;
                Ok(())
            }
            .boxed()
        })
        .await
    }

    async fn heard(&self) -> Result<Vec<String>, StoreError> {
        let own = format!("{} ", self.tenant);
        loop {
            let heard = self.database.heard().await;
            let names: Vec<String> =
                heard.iter().filter_map(|name| name.strip_prefix(&own)).map(str::to_owned).collect();
            if !names.is_empty() {
                return Ok(names);
            }
        }
    }
}

async fn renewed(write: &Write, beat: &Beat) -> Done<Vec<(LaneName, i64)>> {
    let node = &beat.node;
    write
        .sql
        .change(
            "insert into node (tenant, owner, name, version, started, seen, until, groups)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict (tenant, owner) do update set name = excluded.name,
                         version = excluded.version, started = excluded.started, seen = excluded.seen, until = excluded.until,
                 groups = excluded.groups",
            &[
                &write.tenant,
                &text(&node.owner),
                &text(&node.name),
                &text(&node.version),
                &node.started.0,
                &node.seen.0,
                &node.until.0,
                &(node.groups as i64),
            ],
        )
        .await?;
    let long_ago = (beat.now - FORGET_NODES_AFTER).0;
    write.sql.change("delete from node where tenant = $1 and seen < $2", &[&write.tenant, &long_ago]).await?;
    if beat.held.is_empty() {
        return Ok(Vec::new());
    }
    let names = texts(beat.held.iter().map(|(lane, _)| lane.as_str()));
    let epochs: Vec<i64> = beat.held.iter().map(|(_, epoch)| *epoch).collect();
    // Locked in the order of their names, as everybody locks lanes.
    write
        .sql
        .all(
            "with held as (
                 select l.name, l.epoch from unnest($3::text[], $4::bigint[]) n (name, epoch)
                 join lane l on l.tenant = $1 and l.name = n.name and l.epoch = n.epoch and l.owner = $2
                 order by l.name for update of l)
             update lane l set until = greatest(l.until, $5) from held
             where l.tenant = $1 and l.name = held.name returning l.name, l.epoch",
            &[&write.tenant, &text(&node.owner), &names, &epochs, &node.until.0],
            |row| Ok((LaneName::new(get::<&str>(row, 0)?), get(row, 1)?)),
        )
        .await
}

async fn nodes(read: &Read) -> Done<Vec<Node>> {
    let find = "select owner, name, version, started, seen, until, groups from node where tenant = $1
         order by started, owner";
    read.sql.all(find, &[&read.tenant], node).await
}

fn node(row: &Row) -> Done<Node> {
    Ok(Node {
        owner: get(row, 0)?,
        name: get(row, 1)?,
        version: get(row, 2)?,
        started: Timestamp(get(row, 3)?),
        seen: Timestamp(get(row, 4)?),
        until: Timestamp(get(row, 5)?),
        groups: usize::try_from(get::<i64>(row, 6)?).unwrap_or_default(),
    })
}
