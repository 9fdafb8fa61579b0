//! That a database is being moved to another place, or was.

use contract::store::StoreError;
use model::Timestamp;

use super::address::Address;
use super::database::Database;
use super::failure::Done;
use super::migrations::{KNOWN, migrate, version};
use super::open::lock_alone;
use super::params::text;
use super::session::{Session, get};
use crate::backup::Moved;
use crate::options::Mode;

/// Whether it was; one of an older version never is. Changes nothing.
pub(crate) fn moved(address: &Address) -> Result<Option<Moved>, StoreError> {
    let database = Database::new(address.clone(), Mode::Inline)?;
    let pool = database.pool.clone();
    database.wait(async move {
        let session = pool.session().await?;
        match version(&session).await? {
            Some(KNOWN) => Ok(read(&session).await?),
            _ => Ok(None),
        }
    })
}

pub(super) async fn read(sql: &Session) -> Done<Option<Moved>> {
    sql.first("select at, place, token, done from moved", &[], |row| {
        let (at, done) = (Timestamp(get(row, 0)?), get::<i64>(row, 3)? != 0);
        Ok(Moved { at, place: get(row, 1)?, token: get(row, 2)?, done })
    })
    .await
}

/// Notes it, or takes it back, while no server works on it.
pub(crate) fn set_moved(address: &Address, moved: Option<&Moved>) -> Result<(), StoreError> {
    let database = Database::new(address.clone(), Mode::Inline)?;
    let (pool, moved) = (database.pool.clone(), moved.cloned());
    database.wait(async move {
        let _alone = lock_alone(&pool).await?;
        let session = pool.session().await?;
        migrate(&session).await?;
        Ok(write(&session, moved.as_ref()).await?)
    })
}

async fn write(sql: &Session, moved: Option<&Moved>) -> Done<()> {
    match moved {
        Some(moved) => {
            sql.change(
                "insert into moved (id, at, place, token, done) values (1, $1, $2, $3, $4)
                 on conflict (id) do update set at = excluded.at, place = excluded.place,
                     token = excluded.token, done = excluded.done",
                &[&moved.at.0, &text(&moved.place), &text(&moved.token), &i64::from(moved.done)],
            )
            .await?
        }
        None => sql.change("delete from moved", &[]).await?,
    };
    Ok(())
}
