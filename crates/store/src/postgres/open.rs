//! Opening a database: connection, migrations, key, tenant, and the lock of a server.

use std::sync::Arc;

use contract::store::StoreError;
use model::TenantName;
use tokio_postgres::error::SqlState;

use super::Postgres;
use super::address::Address;
use super::database::{Database, Pool};
use super::failure::{Done, Failure};
use super::migrations::{KNOWN, migrate, version};
use super::moved;
use super::params::text;
use super::rows::known;
use super::session::{Session, get};
use crate::options::{Mode, Options, Role};
use crate::seal::{KEY_CHECK, Sealed, Sealer};

/// How long a server waits for the lock of one that is just ending.
const PATIENCE: &str = "2s";

pub(super) fn open(address: &Address, options: &Options) -> Result<Postgres, StoreError> {
    let database = Database::new(address.clone(), options.mode)?;
    let sealer = Arc::new(Sealer::new(&options.key, options.nonces.clone()));
    let (pool, tenant, role, seals) =
        (database.pool.clone(), options.tenant.clone(), options.role, sealer.clone());
    let tenant = database.wait(async move { Ok(set_up(&pool, &tenant, role, &seals).await?) })?;
    Ok(Postgres { database: Arc::new(database), sealer, tenant })
}

pub(super) fn is_there(address: &Address) -> Result<bool, StoreError> {
    let database = Database::new(address.clone(), Mode::Inline)?;
    let pool = database.pool.clone();
    database.wait(async move { Ok(version(&pool.session().await?).await?.is_some()) })
}

async fn set_up(pool: &Pool, name: &TenantName, role: Role, sealer: &Sealer) -> Done<i64> {
    let place = pool.place().await;
    let session = pool.session().await?;
    // Nobody works by the older tables meanwhile, nor after.
    let is_behind = version(&session).await?.is_some_and(|found| found < KNOWN);
    let alone = if is_behind { Some(lock_alone(pool).await?) } else { None };
    migrate(&session).await?;
    drop(alone);
    check_key(&session, sealer).await?;
    let tenant = tenant(&session, name).await?;
    if let Some(moved) = moved::read(&session).await? {
        return Err(moved.refusal().into());
    }
    if role == Role::Server {
        pool.keep_lock(lock(pool).await?).await;
    }
    pool.give_back(place, session);
    Ok(tenant)
}

/// The tenant of that name; made when it is missing.
pub(super) async fn tenant(sql: &Session, name: &TenantName) -> Done<i64> {
    let known_as = text(name.as_str());
    let find = "select id from tenant where name = $1";
    if let Some(id) = sql.first(find, &[&known_as], |row| get(row, 0)).await? {
        return Ok(id);
    }
    sql.change("insert into tenant (name) values ($1) on conflict (name) do nothing", &[&known_as]).await?;
    known(sql.first(find, &[&known_as], |row| get(row, 0)).await?, "the tenant")
}

/// Refuses a key that is not the one of the first opening.
async fn check_key(sql: &Session, sealer: &Sealer) -> Done<()> {
    let sealed = sealer.seal(KEY_CHECK, b"Qiao");
    sql.change(
        "insert into key_check (id, nonce, sealed) select 1, $1, $2 where not exists (select 1 from key_check)
         on conflict (id) do nothing",
        &[&sealed.nonce.as_slice(), &sealed.text],
    )
    .await?;
    let kept = sql
        .first("select nonce, sealed from key_check", &[], |row| {
            Ok(Sealed { nonce: known(get::<&[u8]>(row, 0)?.try_into().ok(), "a nonce")?, text: get(row, 1)? })
        })
        .await?;
    match kept.and_then(|sealed| sealer.open(KEY_CHECK, &sealed)) {
        Some(_) => Ok(()),
        None => Err(StoreError::WrongKey.into()),
    }
}

/// A connection that holds the lock of servers for as long as it is open, together with other servers of this version;
/// [`StoreError::InUse`] while somebody has it alone: a server of a version that knew no other, or a restore.
///
/// Whoever had it alone before may have moved or upgraded the database: then this fails, too.
pub(super) async fn lock(pool: &Pool) -> Done<Session> {
    let session = locked(pool, "pg_advisory_lock_shared").await?;
    match version(&session).await? {
        Some(KNOWN) => {}
        found => return Err(StoreError::Newer { found: found.unwrap_or_default(), known: KNOWN }.into()),
    }
    match moved::read(&session).await? {
        None => Ok(session),
        Some(moved) => Err(moved.refusal().into()),
    }
}

/// As [`lock`], alone: [`StoreError::InUse`] while any server runs.
pub(super) async fn lock_alone(pool: &Pool) -> Done<Session> {
    locked(pool, "pg_advisory_lock").await
}

async fn locked(pool: &Pool, how: &str) -> Done<Session> {
    let session = pool.connect().await?;
    session.run(&format!("set lock_timeout = '{PATIENCE}'")).await?;
    let lock = format!("select {how}(hashtextextended('qiao server ' || current_schema(), 0))");
    let locked = session.all(&lock, &[], |_| Ok(())).await;
    match locked {
        Ok(_) => Ok(session),
        Err(Failure::Sql(error)) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
            Err(StoreError::InUse.into())
        }
        Err(failure) => Err(failure),
    }
}
