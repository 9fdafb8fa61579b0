//! What stands at the other side: links are followed forth, and where there are none, back. One statement for each way
//! in which records and lines are known.

use contract::store::Linked;
use model::ObjectName;
use model::link::{KnownBy, Referent};
use tokio_postgres::Row;

use crate::hits::{Hit, one_of};
use crate::postgres::failure::Done;
use crate::postgres::params::{some_texts, texts};
use crate::postgres::rows::place;
use crate::postgres::session::{Session, get};

/// What stands at the other sides of the links of these records and lines, in order.
pub(in crate::postgres) async fn other_sides(
    sql: &Session,
    tenant: i64,
    asked: &[Referent],
) -> Done<Vec<Linked>> {
    let mut hits: Vec<Hits> = asked.iter().map(|_| Hits::default()).collect();
    for (statement, is_meant) in [
        (BY_ID, (|by| *by == KnownBy::Id) as fn(&KnownBy) -> bool),
        (BY_NUMBER, |by| *by == KnownBy::Number),
        (BY_LINE, |by| matches!(by, KnownBy::LineOf(_))),
    ] {
        let meant: Vec<(usize, &Referent)> =
            asked.iter().enumerate().filter(|(_, asked)| is_meant(&asked.by)).collect();
        for (found, back, hit) in look(sql, tenant, statement, &meant).await? {
            let Some(hits) = meant.get(found).and_then(|(at, _)| hits.get_mut(*at)) else { continue };
            if back { hits.back.push(hit) } else { hits.forth.push(hit) }
        }
    }
    let linked = asked.iter().zip(hits).map(|(asked, hits)| match one_of(asked, hits.forth) {
        Linked::Nothing => one_of(asked, hits.back),
        linked => linked,
    });
    Ok(linked.collect())
}

#[derive(Default)]
struct Hits {
    forth: Vec<Hit>,
    back: Vec<Hit>,
}

/// The hits, each with the place of its question and whether a link was followed back.
async fn look(
    sql: &Session,
    tenant: i64,
    statement: &str,
    asked: &[(usize, &Referent)],
) -> Done<Vec<(usize, bool, Hit)>> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let asked = || asked.iter().map(|(_, asked)| *asked);
    let statement = format!(
        "select h.id, h.number, h.void, h.back, n.place
         from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) with ordinality
             n (id, object, connection, there, there_object, list, place)
         cross join lateral ({statement}) h
         order by n.place, h.back, h.link"
    );
    sql.all(
        &statement,
        &[
            &tenant,
            &texts(asked().map(|asked| asked.of.id.as_str())),
            &texts(asked().map(|asked| asked.of.object.as_str())),
            &texts(asked().map(|asked| asked.of.connection.as_str())),
            &texts(asked().map(|asked| asked.connection.as_str())),
            &some_texts(asked().map(|asked| asked.object.as_ref().map(ObjectName::as_str))),
            &some_texts(asked().map(|asked| list(&asked.by))),
        ],
        hit,
    )
    .await
}

/// The list of a line.
pub(in crate::postgres) fn list(by: &KnownBy) -> Option<&str> {
    match by {
        KnownBy::LineOf(list) => Some(list),
        KnownBy::Id | KnownBy::Number => None,
    }
}

fn hit(row: &Row) -> Done<(usize, bool, Hit)> {
    let hit = Hit { id: get(row, 0)?, number: get(row, 1)?, void: get(row, 2)? };
    Ok((place(row, 4)?, get(row, 3)?, hit))
}

const BY_ID: &str = "
    (select target_id as id, target_number as number, false as void, false as back, id as link from link
     where tenant = $1 and source_id = n.id and object = n.object and connection = n.connection
         and target_connection = n.there and (n.there_object is null or target_object = n.there_object)
         and target_id is not null
     order by id limit 1)
    union all
    (select l.source_id, r.number, false, true, l.id from link l
         left join record r on r.tenant = l.tenant and r.source_id = l.source_id and r.object = l.object
             and r.connection = l.connection
     where l.tenant = $1 and l.target_id = n.id and l.target_object = n.object and l.target_connection = n.connection
         and l.connection = n.there and (n.there_object is null or l.object = n.there_object)
     limit 1)";

const BY_NUMBER: &str = "
    (select l.target_id as id, l.target_number as number, r.void, false as back, l.id as link from record r
         join link l on l.tenant = r.tenant and l.source_id = r.source_id and l.object = r.object
             and l.connection = r.connection
     where r.tenant = $1 and left(r.number, 200) = left(n.id, 200) and r.number = n.id and r.object = n.object
         and r.connection = n.connection and l.target_connection = n.there
         and (n.there_object is null or l.target_object = n.there_object) and l.target_id is not null
     order by l.id limit 16)
    union all
    (select l.source_id, r.number, coalesce(r.void, false), true, l.id from link l
         left join record r on r.tenant = l.tenant and r.source_id = l.source_id and r.object = l.object
             and r.connection = l.connection
     where l.tenant = $1 and left(l.target_number, 200) = left(n.id, 200) and l.target_number = n.id
         and l.target_object = n.object and l.target_connection = n.connection and l.connection = n.there
         and (n.there_object is null or l.object = n.there_object) and l.target_id is not null
     order by l.id limit 16)";

const BY_LINE: &str = "
    (select k.target_row as id, null::text as number, false as void, false as back, l.id as link
         from line_link k join link l on l.id = k.link
     where l.tenant = $1 and k.line = n.id and k.list = n.list and l.object = n.object
         and l.connection = n.connection and l.target_connection = n.there
         and (n.there_object is null or l.target_object = n.there_object)
     order by l.id limit 1)
    union all
    (select k.line, null, false, true, l.id from line_link k join link l on l.id = k.link
     where l.tenant = $1 and k.target_row = n.id and k.list = n.list and l.target_object = n.object
         and l.target_connection = n.connection and l.connection = n.there
         and (n.there_object is null or l.object = n.there_object)
     order by l.id limit 1)";
