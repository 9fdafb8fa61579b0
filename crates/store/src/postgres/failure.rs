//! Failures inside the store, and what they are called outside of it.

use contract::store::StoreError;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

/// Why a use case stops. Becomes a [`StoreError`] at the store's edge.
#[derive(Debug)]
pub(crate) enum Failure {
    Sql(Error),
    Store(StoreError),
}

pub(crate) type Done<T> = Result<T, Failure>;

impl Failure {
    /// A stored value, or the absence of one, that contradicts what the store itself wrote.
    pub(crate) fn broken(what: impl Into<String>) -> Failure {
        Failure::Store(StoreError::Broken(what.into()))
    }

    /// Whether the transaction failed for what others did at the same time, or for a connection that was gone before
    /// it was asked to commit: nothing of it is stored, and it may be done again from its beginning.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Failure::Sql(error) => match error.code() {
                Some(code) => IN_THE_WAY.contains(code) || GOING.contains(code),
                None => error.is_closed(),
            },
            Failure::Store(_) => false,
        }
    }
}

/// Two that wait for each other; one that would have seen two states; a row that somebody else made first.
pub(crate) const IN_THE_WAY: [SqlState; 3] =
    [SqlState::T_R_DEADLOCK_DETECTED, SqlState::T_R_SERIALIZATION_FAILURE, SqlState::UNIQUE_VIOLATION];

/// A server that is being stopped or started.
const GOING: [SqlState; 2] = [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN];

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Sql(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::Store(error)
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> StoreError {
        match failure {
            Failure::Store(error) => error,
            Failure::Sql(error) => of_sql(&error),
        }
    }
}

/// The server's message names tables, columns and users; the values that may stand in its details are left out.
fn of_sql(error: &Error) -> StoreError {
    let Some(answer) = error.as_db_error() else {
        return match error.is_closed() {
            true => StoreError::Unreachable("the connection was closed".into()),
            false => StoreError::Unreachable(chain(error)),
        };
    };
    let said = format!("{} ({})", answer.message(), answer.code().code());
    // The first two characters are the class: connection, authorization, access, resources, intervention.
    match &answer.code().code()[..2] {
        _ if *answer.code() == SqlState::DISK_FULL => StoreError::Full,
        "28" | "3D" | "3F" => StoreError::Refused(said),
        _ if *answer.code() == SqlState::INSUFFICIENT_PRIVILEGE => StoreError::Refused(said),
        "08" | "53" | "57" => StoreError::Unreachable(said),
        "XX" => StoreError::Corrupt,
        _ => StoreError::Broken(said),
    }
}

/// What the system said, down to its first cause. No part of it holds a value or a password.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut told: Vec<String> = Vec::new();
    for cause in causes.map(ToString::to_string) {
        if told.last().is_none_or(|last| !last.ends_with(&cause)) {
            told.push(cause);
        }
    }
    told.join(": ")
}
