//! Links by either side, and what stands at their other side.

mod other_sides;

use async_trait::async_trait;
use contract::store::{LinkSides, Linked, Links, StoreError};
use model::LinkId;
use model::link::{FileLink, LineLink, Link, LinkSide, Referent};
use rusqlite::{Connection, params};

use super::Sqlite;
use super::failure::Done;
use super::rows::{self, all, first};

pub(super) use other_sides::other_side;

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

    async fn other_sides(&self, asked: &[Referent]) -> Result<Vec<Linked>, StoreError> {
        let asked = asked.to_vec();
        self.read(move |sql, tenant| asked.iter().map(|asked| other_side(sql, tenant, asked)).collect()).await
    }

    async fn lines(&self, links: &[LinkId]) -> Result<Vec<Vec<LineLink>>, StoreError> {
        let links = links.to_vec();
        self.read(move |sql, tenant| links.iter().map(|link| lines(sql, tenant, *link)).collect()).await
    }

    async fn files(&self, links: &[LinkId]) -> Result<Vec<Vec<FileLink>>, StoreError> {
        let links = links.to_vec();
        self.read(move |sql, tenant| links.iter().map(|link| files(sql, tenant, *link)).collect()).await
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

/// The line links of a link, by list and line.
pub(super) fn lines(sql: &Connection, tenant: i64, link: LinkId) -> Done<Vec<LineLink>> {
    let mut find = sql.prepare_cached(
        "select n.list, n.line, n.target_row from link l join line_link n on n.link = l.id
         where l.id = ?1 and l.tenant = ?2 order by n.list, n.line",
    )?;
    all(&mut find, (link.0, tenant), |row| {
        Ok(LineLink { list: row.get(0)?, line: row.get(1)?, row: row.get(2)? })
    })
}

/// The files that were brought over for a link, by place, line and handle.
fn files(sql: &Connection, tenant: i64, link: LinkId) -> Done<Vec<FileLink>> {
    let mut find = sql.prepare_cached(
        "select f.place, f.line, f.handle, f.target_handle, f.name, f.size from link l
         join link_file f on f.link = l.id
         where l.id = ?1 and l.tenant = ?2 order by f.place, f.line, f.handle",
    )?;
    all(&mut find, (link.0, tenant), |row| {
        Ok(FileLink {
            place: row.get(0)?,
            line: row.get(1)?,
            handle: row.get(2)?,
            target: row.get(3)?,
            name: row.get(4)?,
            size: row.get::<_, Option<i64>>(5)?.and_then(|size| u64::try_from(size).ok()),
        })
    })
}
