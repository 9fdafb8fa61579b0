//! Failures inside the store, and what they are called outside of it.

use contract::store::StoreError;
use rusqlite::ErrorCode;

/// Why a use case stops. Becomes a [`StoreError`] at the store's edge.
#[derive(Debug)]
pub(crate) enum Failure {
    Sql(rusqlite::Error),
    Store(StoreError),
}

pub(crate) type Done<T> = Result<T, Failure>;

impl Failure {
    /// A stored value, or the absence of one, that contradicts what the store itself wrote.
    pub(crate) fn broken(what: impl Into<String>) -> Failure {
        Failure::Store(StoreError::Broken(what.into()))
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Failure {
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

/// The driver's messages name tables and columns, never values: every value is a bound parameter.
fn of_sql(error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::InUse,
        Some(ErrorCode::NotADatabase) => StoreError::Foreign,
        Some(ErrorCode::DatabaseCorrupt) => StoreError::Corrupt,
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            StoreError::Denied(error.to_string())
        }
        _ => StoreError::Broken(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_disk_says_has_a_name() {
        let of = |code| {
            StoreError::from(Failure::from(rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(code),
                None,
            )))
        };
        use rusqlite::ffi;
        for read_only in
            [ffi::SQLITE_READONLY, ffi::SQLITE_READONLY_DBMOVED, ffi::SQLITE_CANTOPEN, ffi::SQLITE_PERM]
        {
            assert!(matches!(of(read_only), StoreError::Denied(_)), "{read_only}");
        }
        assert_eq!(of(ffi::SQLITE_FULL), StoreError::Full);
        for damaged in [ffi::SQLITE_CORRUPT, ffi::SQLITE_CORRUPT_INDEX] {
            assert_eq!(of(damaged), StoreError::Corrupt);
        }
    }
}
