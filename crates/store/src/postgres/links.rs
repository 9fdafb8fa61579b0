//! Links by either side, and what stands at their other side.

mod other_sides;

use async_trait::async_trait;
use contract::store::{LinkSides, Linked, Links, StoreError};
use futures_util::FutureExt;
use model::link::{FileLink, LineLink, Link, LinkSide, Referent};
use model::{LinkId, ObjectName};

use super::Postgres;
use super::commit::Read;
use super::failure::Done;
use super::params::{some_texts, text, texts};
use super::rows::{self, in_order, place};
use super::session::get;

pub(super) use other_sides::{list, other_sides};

#[async_trait]
impl Links for Postgres {
    async fn by_source(&self, sides: &[LinkSide]) -> Result<Vec<Option<Link>>, StoreError> {
        self.ask(sides.to_vec(), |read, sides| by_source(read, sides).boxed()).await
    }

    async fn by_target(&self, sides: &LinkSides) -> Result<Vec<Option<Link>>, StoreError> {
        self.ask(sides.clone(), |read, sides| by_target(read, sides).boxed()).await
    }

    async fn other_sides(&self, asked: &[Referent]) -> Result<Vec<Linked>, StoreError> {
        self.read(asked.to_vec(), |read, asked| other_sides(&read.sql, read.tenant, asked).boxed()).await
    }

    async fn lines(&self, links: &[LinkId]) -> Result<Vec<Vec<LineLink>>, StoreError> {
        self.ask(links.to_vec(), |read, links| lines(read, links).boxed()).await
    }

    async fn files(&self, links: &[LinkId]) -> Result<Vec<Vec<FileLink>>, StoreError> {
        self.ask(links.to_vec(), |read, links| files(read, links).boxed()).await
    }
}

async fn by_source(read: &Read, sides: &[LinkSide]) -> Done<Vec<Option<Link>>> {
    let statement = format!(
        "select {}, n.place from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) with ordinality
             n (connection, object, source_id, target_connection, target_object, place)
         cross join lateral (
             select * from link k where k.tenant = $1 and k.source_id = n.source_id and k.object = n.object
                 and k.connection = n.connection and k.target_connection = n.target_connection
                 and (n.target_object is null or k.target_object = n.target_object)
             order by k.target_id is null, k.id limit 1
         ) l",
        rows::LINK
    );
    let params: super::session::Params<'_> = &[
        &read.tenant,
        &texts(sides.iter().map(|side| side.source.connection.as_str())),
        &texts(sides.iter().map(|side| side.source.object.as_str())),
        &texts(sides.iter().map(|side| side.source.id.as_str())),
        &texts(sides.iter().map(|side| side.target_connection.as_str())),
        &some_texts(sides.iter().map(|side| side.target_object.as_ref().map(ObjectName::as_str))),
    ];
    let found = read
        .sql
        .all(&statement, params, |row| Ok((place(row, rows::LINK_COLUMNS)?, rows::link(row)?)))
        .await?;
    Ok(in_order(sides.len(), found))
}

async fn by_target(read: &Read, sides: &LinkSides) -> Done<Vec<Option<Link>>> {
    let statement = format!(
        "select {}, n.place from unnest($4::text[]) with ordinality n (target_id, place)
         join link l on l.tenant = $1 and l.target_id = n.target_id and l.target_object = $2
             and l.target_connection = $3",
        rows::LINK
    );
    let found = read
        .sql
        .all(
            &statement,
            &[
                &read.tenant,
                &text(sides.object.as_str()),
                &text(sides.connection.as_str()),
                &texts(sides.ids.iter().map(String::as_str)),
            ],
            |row| Ok((place(row, rows::LINK_COLUMNS)?, rows::link(row)?)),
        )
        .await?;
    Ok(in_order(sides.ids.len(), found))
}

/// The line links of links, by list and line.
async fn lines(read: &Read, links: &[LinkId]) -> Done<Vec<Vec<LineLink>>> {
    let ids: Vec<i64> = links.iter().map(|link| link.0).collect();
    let found = read
        .sql
        .all(
            "select n.place, k.list, k.line, k.target_row from unnest($2::bigint[]) with ordinality n (link, place)
             join link l on l.id = n.link and l.tenant = $1 join line_link k on k.link = l.id
             order by n.place, k.list, k.line",
            &[&read.tenant, &ids],
            |row| Ok((place(row, 0)?, LineLink { list: get(row, 1)?, line: get(row, 2)?, row: get(row, 3)? })),
        )
        .await?;
    let mut lines: Vec<Vec<LineLink>> = links.iter().map(|_| Vec::new()).collect();
    for (place, line) in found {
        if let Some(lines) = lines.get_mut(place) {
            lines.push(line);
        }
    }
    Ok(lines)
}

/// The files that were brought over for links, by place, line and handle.
async fn files(read: &Read, links: &[LinkId]) -> Done<Vec<Vec<FileLink>>> {
    let ids: Vec<i64> = links.iter().map(|link| link.0).collect();
    let found = read
        .sql
        .all(
            "select n.place, f.place, f.line, f.handle, f.target_handle, f.name, f.size
             from unnest($2::bigint[]) with ordinality n (link, place)
             join link l on l.id = n.link and l.tenant = $1 join link_file f on f.link = l.id
             order by n.place, f.place, f.line, f.handle",
            &[&read.tenant, &ids],
            |row| {
                let file = FileLink {
                    place: get(row, 1)?,
                    line: get(row, 2)?,
                    handle: get(row, 3)?,
                    target: get(row, 4)?,
                    name: get(row, 5)?,
                    size: get::<Option<i64>>(row, 6)?.and_then(|size| u64::try_from(size).ok()),
                };
                Ok((place(row, 0)?, file))
            },
        )
        .await?;
    let mut files: Vec<Vec<FileLink>> = links.iter().map(|_| Vec::new()).collect();
    for (place, file) in found {
        if let Some(files) = files.get_mut(place) {
            files.push(file);
        }
    }
    Ok(files)
}
