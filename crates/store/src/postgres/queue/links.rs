//! Links as they are written: read and locked together, reserved, filled and agreed upon in memory, stored together.

use std::collections::BTreeMap;

use contract::store::{LinkChange, LinkRef};
use model::link::{Agreed, LinkSide};
use model::record::RecordKey;
use model::{ConnectionName, Hash, LinkId, ObjectName};
use tokio_postgres::Row;

use crate::postgres::commit::Write;
use crate::postgres::failure::Done;
use crate::postgres::params::{bytes, some_texts, text, texts};
use crate::postgres::rows::{self, known};
use crate::postgres::session::get;

/// The source side of a link, which no other link has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Side {
    pub source: RecordKey,
    pub target_connection: ConnectionName,
    pub target_object: ObjectName,
}

impl Side {
    /// With the id as it is stored.
    pub(super) fn new(
        source: &RecordKey,
        target_connection: &ConnectionName,
        target_object: &ObjectName,
    ) -> Side {
        Side {
            source: RecordKey { id: text(&source.id).into_owned(), ..source.clone() },
            target_connection: target_connection.clone(),
            target_object: target_object.clone(),
        }
    }
}

/// A link as it stands while it is changed.
pub(super) struct Link {
    /// `None` for one that is reserved here.
    pub id: Option<LinkId>,
    pub side: Side,
    pub target_id: Option<String>,
    target_number: Option<String>,
    /// What is to be agreed from now on; fields that are `None` are left as they are.
    agreed: Agreed,
    /// Whether nothing is agreed until the write is settled.
    in_doubt: bool,
    is_changed: bool,
}

/// Which links are to be read.
#[derive(Default)]
pub(super) struct Wanted {
    /// Links, each with the target that it is to be filled with.
    known: Vec<(LinkId, Option<String>)>,
    /// Source sides, with the target that they are to be filled with; any object where none is named.
    sides: Vec<(LinkSide, Option<String>)>,
}

impl Wanted {
    pub(super) fn change(&mut self, change: &LinkChange) {
        let target = change.fill.as_ref().map(|(id, _)| id.clone());
        match &change.link {
            LinkRef::Known(link) => self.known.push((*link, target)),
            LinkRef::Of { source, target_connection, target_object } => {
                let (target_connection, target_object) =
                    (target_connection.clone(), Some(target_object.clone()));
                self.sides
                    .push((LinkSide { source: source.clone(), target_connection, target_object }, target));
            }
        }
    }

    pub(super) fn side(&mut self, side: LinkSide) {
        self.sides.push((side, None));
    }

    fn is_empty(&self) -> bool {
        self.known.is_empty() && self.sides.is_empty()
    }
}

/// Links that are locked, by what they are known by.
#[derive(Default)]
pub(super) struct Links {
    links: Vec<Link>,
    by_id: BTreeMap<LinkId, usize>,
    by_side: BTreeMap<Side, usize>,
}

/// The links asked for, and those that have the targets already; locked in the order of their ids.
const WANTED: &str = "
    select l.id, l.connection, l.object, l.source_id, l.target_connection, l.target_object, l.target_id,
        l.target_number
    from link l where l.tenant = $1 and l.id in (
        select unnest($2::bigint[])
        union
        select h.id from unnest($2::bigint[], $3::text[]) n (id, target) join link k on k.id = n.id
        join link h on h.tenant = $1 and h.target_id = n.target and h.target_object = k.target_object
            and h.target_connection = k.target_connection
        union
        select k.id from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
            n (connection, object, source_id, target_connection, target_object)
        join link k on k.tenant = $1 and k.source_id = n.source_id and k.object = n.object
            and k.connection = n.connection and k.target_connection = n.target_connection
            and (n.target_object is null or k.target_object = n.target_object)
        union
        select h.id from unnest($7::text[], $8::text[], $9::text[]) n (target_connection, target_object, target)
        join link h on h.tenant = $1 and h.target_id = n.target and h.target_object = n.target_object
            and h.target_connection = n.target_connection
    ) order by l.id for update";

impl Links {
    pub(super) async fn of(write: &Write, wanted: &Wanted) -> Done<Links> {
        let mut links = Links::default();
        if wanted.is_empty() {
            return Ok(links);
        }
        let (known, sides) = (&wanted.known, &wanted.sides);
        let ids: Vec<i64> = known.iter().map(|(id, _)| id.0).collect();
        let found = write
            .sql
            .all(
                WANTED,
                &[
                    &write.tenant,
                    &ids,
                    &some_texts(known.iter().map(|(_, target)| target.as_deref())),
                    &texts(sides.iter().map(|(side, _)| side.source.connection.as_str())),
                    &texts(sides.iter().map(|(side, _)| side.source.object.as_str())),
                    &texts(sides.iter().map(|(side, _)| side.source.id.as_str())),
                    &texts(sides.iter().map(|(side, _)| side.target_connection.as_str())),
                    &some_texts(
                        sides.iter().map(|(side, _)| side.target_object.as_ref().map(ObjectName::as_str)),
                    ),
                    &some_texts(sides.iter().map(|(_, target)| target.as_deref())),
                ],
                found,
            )
            .await?;
        found.into_iter().for_each(|link| links.put(link));
        Ok(links)
    }

    fn put(&mut self, link: Link) {
        let place = self.links.len();
        if let Some(id) = link.id {
            self.by_id.insert(id, place);
        }
        self.by_side.insert(link.side.clone(), place);
        self.links.push(link);
    }

    pub(super) fn get(&self, place: usize) -> &Link {
        &self.links[place]
    }

    /// Where the link with that source is; it is made where there is none.
    pub(super) fn reserve(&mut self, side: Side) -> usize {
        if let Some(place) = self.by_side.get(&side) {
            return *place;
        }
        let (target_id, target_number, agreed) = (None, None, Agreed::default());
        self.put(Link {
            id: None,
            side,
            target_id,
            target_number,
            agreed,
            in_doubt: false,
            is_changed: true,
        });
        self.links.len() - 1
    }

    /// Where the link of a change is.
    fn place(&mut self, link: &LinkRef) -> Done<usize> {
        match link {
            LinkRef::Known(id) => known(self.by_id.get(id).copied(), "the link of a settlement"),
            LinkRef::Of { source, target_connection, target_object } => {
                Ok(self.reserve(Side::new(source, target_connection, target_object)))
            }
        }
    }

    /// The other record that the link's new target is linked to already.
    pub(super) fn taken(&self, change: &LinkChange) -> Done<Option<RecordKey>> {
        let Some((target_id, _)) = &change.fill else { return Ok(None) };
        let side = match &change.link {
            LinkRef::Known(id) => {
                let place = known(self.by_id.get(id).copied(), "the link of a settlement")?;
                self.links[place].side.clone()
            }
            LinkRef::Of { source, target_connection, target_object } => {
                Side::new(source, target_connection, target_object)
            }
        };
        let holder = self.links.iter().find(|link| {
            link.target_id.as_deref() == Some(&*text(target_id))
                && link.side.target_object == side.target_object
                && link.side.target_connection == side.target_connection
        });
        Ok(holder.map(|link| link.side.source.clone()).filter(|holder| *holder != side.source))
    }

    /// Fills the link and notes what is agreed; where it is. A target's number that is known stays, unless it belongs
    /// to another target; so does what is not said of agreement.
    pub(super) fn change(&mut self, change: &LinkChange) -> Done<usize> {
        let place = self.place(&change.link)?;
        let link = &mut self.links[place];
        link.is_changed = true;
        if let Some(agreed) = &change.agreed {
            let agreed = agreed.clone();
            let before = std::mem::take(&mut link.agreed);
            link.agreed = Agreed {
                mapped: agreed.mapped.or(before.mapped),
                target: agreed.target.or(before.target),
                written_back: agreed.written_back.or(before.written_back),
                fields: agreed.fields.or(before.fields),
                version: agreed.version.or(before.version),
            };
        }
        let Some((id, number)) = &change.fill else { return Ok(place) };
        let id = text(id).into_owned();
        let kept = link.target_number.take().filter(|_| link.target_id.as_ref() == Some(&id));
        link.target_number = number.clone().or(kept);
        link.target_id = Some(id);
        Ok(place)
    }

    /// Until the write is settled nobody knows what the target holds.
    pub(super) fn doubt(&mut self, place: usize, may_hold: Option<&String>) {
        let link = &mut self.links[place];
        (link.in_doubt, link.is_changed) = (true, true);
        if may_hold.is_some() {
            link.agreed.fields = may_hold.cloned();
        }
    }

    /// Stores what became of the links; those that were made here have their ids then.
    pub(super) async fn store(&mut self, write: &Write) -> Done<()> {
        let changed: Vec<&Link> =
            self.links.iter().filter(|link| link.id.is_some() && link.is_changed).collect();
        update(write, &changed).await?;
        let made: Vec<&Link> = self.links.iter().filter(|link| link.id.is_none()).collect();
        let mut ids = insert(write, &made).await?.into_iter();
        for link in self.links.iter_mut().filter(|link| link.id.is_none()) {
            link.id = ids.next();
        }
        Ok(())
    }
}

fn found(row: &Row) -> Done<Link> {
    Ok(Link {
        id: Some(LinkId(get(row, 0)?)),
        side: Side {
            source: rows::key(row, 1)?,
            target_connection: ConnectionName::new(get::<&str>(row, 4)?),
            target_object: ObjectName::new(get::<&str>(row, 5)?),
        },
        target_id: get(row, 6)?,
        target_number: get(row, 7)?,
        agreed: Agreed::default(),
        in_doubt: false,
        is_changed: false,
    })
}

/// What links hold, as columns.
struct Columns<'l>(&'l [&'l Link]);

impl<'l> Columns<'l> {
    fn texts(&self, of: impl Fn(&'l Link) -> Option<&'l str>) -> Vec<Option<std::borrow::Cow<'l, str>>> {
        some_texts(self.0.iter().map(|link| of(link)))
    }

    fn versions(&self) -> Vec<Option<i64>> {
        self.0.iter().map(|link| link.agreed.version).collect()
    }

    fn hashes(&self, of: impl Fn(&Agreed) -> Option<Hash>) -> Vec<Option<Vec<u8>>> {
        self.0.iter().map(|link| bytes(of(&link.agreed))).collect()
    }
}

async fn update(write: &Write, links: &[&Link]) -> Done<()> {
    if links.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = links.iter().filter_map(|link| link.id).map(|id| id.0).collect();
    let in_doubt: Vec<bool> = links.iter().map(|link| link.in_doubt).collect();
    let columns = Columns(links);
    write
        .sql
        .change(
            "update link l set target_id = n.target_id, target_number = n.target_number,
                 mapped = coalesce(n.mapped, case when not n.in_doubt then l.mapped end),
                 target_hash = coalesce(n.target_hash, l.target_hash),
                 written_back = coalesce(n.written_back, l.written_back), fields = coalesce(n.fields, l.fields),
                 target_version = coalesce(n.version, l.target_version)
             from unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::bytea[], $7::text[],
                 $8::boolean[], $9::bigint[])
                 n (id, target_id, target_number, mapped, target_hash, written_back, fields, in_doubt, version)
             where l.id = n.id",
            &[
                &ids,
                &columns.texts(|link| link.target_id.as_deref()),
                &columns.texts(|link| link.target_number.as_deref()),
                &columns.hashes(|agreed| agreed.mapped),
                &columns.hashes(|agreed| agreed.target),
                &columns.hashes(|agreed| agreed.written_back),
                &columns.texts(|link| link.agreed.fields.as_deref()),
                &in_doubt,
                &columns.versions(),
            ],
        )
        .await?;
    Ok(())
}

/// Their ids, in order: they are given out in the order of the rows.
async fn insert(write: &Write, links: &[&Link]) -> Done<Vec<LinkId>> {
    if links.is_empty() {
        return Ok(Vec::new());
    }
    let columns = Columns(links);
    let mut ids = write
        .sql
        .all(
            "insert into link (tenant, connection, object, source_id, target_connection, target_object, target_id,
                 target_number, mapped, target_hash, written_back, fields, target_version)
             select $1, connection, object, source_id, target_connection, target_object, target_id, target_number,
                 mapped, target_hash, written_back, fields, version
             from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                 $9::bytea[], $10::bytea[], $11::bytea[], $12::text[], $13::bigint[]) with ordinality
                 n (connection, object, source_id, target_connection, target_object, target_id, target_number, mapped,
                     target_hash, written_back, fields, version, place)
             order by place returning id",
            &[
                &write.tenant,
                &columns.texts(|link| Some(link.side.source.connection.as_str())),
                &columns.texts(|link| Some(link.side.source.object.as_str())),
                &columns.texts(|link| Some(link.side.source.id.as_str())),
                &columns.texts(|link| Some(link.side.target_connection.as_str())),
                &columns.texts(|link| Some(link.side.target_object.as_str())),
                &columns.texts(|link| link.target_id.as_deref()),
                &columns.texts(|link| link.target_number.as_deref()),
                &columns.hashes(|agreed| agreed.mapped),
                &columns.hashes(|agreed| agreed.target),
                &columns.hashes(|agreed| agreed.written_back),
                &columns.texts(|link| link.agreed.fields.as_deref()),
                &columns.versions(),
            ],
            |row| Ok(LinkId(get(row, 0)?)),
        )
        .await?;
    ids.sort_unstable();
    Ok(ids)
}
