//! Files that were brought over, as they are noted.

use contract::store::FileChange;
use rusqlite::params;

use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;

/// Notes the files; what was known of the same file at the same place is replaced.
pub(super) fn change(write: &Write, change: &FileChange) -> Done<()> {
    for file in &change.files {
        write
            .sql
            .prepare_cached(
                "insert into link_file (link, place, line, handle, target_handle, name, size)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 on conflict do update set target_handle = excluded.target_handle, name = excluded.name,
                     size = excluded.size",
            )?
            .execute(params![
                change.link.0,
                file.place,
                file.line,
                file.handle,
                file.target,
                file.name,
                file.size.and_then(|size| i64::try_from(size).ok())
            ])?;
    }
    Ok(())
}
