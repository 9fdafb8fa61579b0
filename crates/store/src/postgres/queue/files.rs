//! Files that were brought over, as they are noted.

use std::collections::BTreeMap;

use contract::store::FileChange;
use model::link::FileLink;

use crate::postgres::commit::Write;
use crate::postgres::failure::Done;
use crate::postgres::params::texts;

/// Notes the files; what was known of the same file at the same place is replaced.
pub(super) async fn change(write: &Write, changes: impl Iterator<Item = &FileChange>) -> Done<()> {
    let of_change = |change: &'_ FileChange| -> Vec<(i64, FileLink)> {
        change.files.iter().map(|file| (change.link.0, file.clone())).collect()
    };
    // One row for each: a statement may not change a row twice.
    let files: BTreeMap<_, _> = changes
        .flat_map(of_change)
        .map(|(link, file)| ((link, file.place.clone(), file.line.clone(), file.handle.clone()), file))
        .collect();
    if files.is_empty() {
        return Ok(());
    }
    let size = |file: &FileLink| file.size.and_then(|size| i64::try_from(size).ok());
    write
        .sql
        .change(
            "insert into link_file (link, place, line, handle, target_handle, name, size)
             select link, place, line, handle, target_handle, name, size
             from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
                 n (link, place, line, handle, target_handle, name, size)
             on conflict (link, place, line, handle) do update set target_handle = excluded.target_handle,
                 name = excluded.name, size = excluded.size",
            &[
                &files.keys().map(|(link, ..)| *link).collect::<Vec<i64>>(),
                &texts(files.values().map(|file| file.place.as_str())),
                &texts(files.values().map(|file| file.line.as_str())),
                &texts(files.values().map(|file| file.handle.as_str())),
                &texts(files.values().map(|file| file.target.as_str())),
                &texts(files.values().map(|file| file.name.as_str())),
                &files.values().map(size).collect::<Vec<Option<i64>>>(),
            ],
        )
        .await?;
    Ok(())
}
