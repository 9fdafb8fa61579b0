//! The wiring: the only place that names who implements the seams.

use std::sync::Arc;
use std::time::Duration;

use connect::Registry;
use connect::transport::HttpNetwork;
use contract::Clock;
use contract::store::Store;
use engine::Seams;
use engine::connection::TokenBox;
use engine::setup::Setup;
use functions::{Scripts, Threads};
use model::{Catalogue, Cause};
use store::{Key, Nonces, Options, Postgres, Sqlite};

pub use store::Role;

use crate::clock::{SharedClock, SystemChance, SystemClock};
use crate::config::{Database, Settings, key};
use crate::exit::Failure;
use crate::words;

/// The connectors: the built-in ones and those of the user's folder.
///
/// # Errors
/// The first mistake of the user's folder.
pub fn registry(settings: &Settings) -> Result<Arc<Registry>, Failure> {
    let registry = connect::registry(settings.connectors.as_deref()).map_err(|broken| {
        let first = broken.findings.into_iter().next().map(|finding| finding.cause);
        Failure::configuration(first.unwrap_or_else(|| {
            Cause::new("cli.file").with("path", broken.folder.display()).with("reason", "connector.yaml")
        }))
    })?;
    Ok(Arc::new(registry))
}

/// The store; made when it is not there yet.
pub fn store(settings: &Settings, role: Role) -> Result<Arc<dyn Store>, Failure> {
    slow_store(settings, role, Duration::ZERO)
}

/// As [`store`], on a disk that takes so much longer for each commit.
pub fn slow_store(
    settings: &Settings,
    role: Role,
    commits_take: Duration,
) -> Result<Arc<dyn Store>, Failure> {
    let options = Options { role, commits_take, ..Options::new(Key::new(key::open(settings)?), nonces()) };
    Ok(match &settings.database {
        Database::Sqlite(path) => Arc::new(Sqlite::open(path, options)?),
        Database::Postgres(address) => Arc::new(Postgres::open(address, options)?),
    })
}

/// The store for a command that has nothing to do where there is no data yet.
///
/// # Errors
/// `cli.no_data` instead of making an empty database in what is probably the wrong folder.
pub fn existing_store(settings: &Settings) -> Result<Arc<dyn Store>, Failure> {
    match settings.database.is_there()? {
        true => store(settings, Role::Command),
        false => Err(Failure::configuration(Cause::new("cli.no_data").with("path", &settings.database))),
    }
}

/// An empty store that nothing survives, for looking at texts without a data folder.
pub fn passing_store() -> Result<Arc<dyn Store>, Failure> {
    Ok(Arc::new(Sqlite::memory(Key::new([0; 32]))?))
}

/// Everything that the engine takes as an argument. The time is the database's where several machines share it: this one's
/// may be minutes off, and what one of them asks for must not wait on another.
pub async fn seams(settings: &Settings, store: Arc<dyn Store>) -> Result<Seams, Failure> {
    match SharedClock::of(&*store).await? {
        Some(shared) => seams_by(settings, store, Arc::new(shared)),
        None => seams_by(settings, store, Arc::new(SystemClock)),
    }
}

/// As [`seams`], by that clock.
pub fn seams_by(settings: &Settings, store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Result<Seams, Failure> {
    let registry = registry(settings)?;
    let authority = match &settings.authority {
        Some(path) => Some(std::fs::read(path).map_err(|error| Failure::file(path, &error))?),
        None => None,
    };
    let network = HttpNetwork::new(registry.clone(), authority.as_deref()).map_err(Failure::configuration)?;
    Ok(Seams {
        store,
        clock: clock.clone(),
        chance: Arc::new(SystemChance),
        network: Arc::new(network),
        catalogue: Arc::new(words::catalogue(&registry)),
        connectors: registry,
        functions: Arc::new(Scripts::on_threads(Threads::default(), clock)),
    })
}

/// The seams of a command beside what is in force.
pub struct InForce {
    pub seams: Seams,
    pub setup: Setup,
}

/// Opens the data folder's store and loads what is in force there.
pub async fn in_force(settings: &Settings) -> Result<InForce, Failure> {
    let seams = seams(settings, existing_store(settings)?).await?;
    let tokens = Arc::new(TokenBox::new(seams.store.clone()));
    let setup = Setup::load(&seams, &tokens, None).await?;
    Ok(InForce { seams, setup })
}

/// The built-in connectors alone, for words before the configuration is known.
pub fn built_in() -> Registry {
    connect::registry(None).expect("without a user's folder nothing can be wrong")
}

/// The words for a command that needs no seams.
pub fn catalogue(settings: &Settings) -> Result<Arc<Catalogue>, Failure> {
    Ok(Arc::new(words::catalogue(&*registry(settings)?)))
}

/// Where nonces come from.
#[expect(clippy::disallowed_methods, reason = "nonces are drawn from the operating system itself")]
pub fn nonces() -> Nonces {
    Nonces::new(|| {
        let mut nonce = [0; 24];
        getrandom::fill(&mut nonce).expect("the operating system gives randomness");
        nonce
    })
}
