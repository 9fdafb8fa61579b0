//! Line links as they are written. What is as it was is not touched: an edit of one line of five hundred writes one row.

use std::collections::{BTreeMap, BTreeSet};

use contract::store::LineChange;
use model::{LinkId, Timestamp};
use rusqlite::params;

use super::waking::wake_for_line;
use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::sqlite::rows::all;

/// Stores what is known of a list's lines from now on, and wakes whoever waits for those that are new.
pub(super) fn change(write: &mut Write, link: LinkId, change: &LineChange, at: Timestamp) -> Done<()> {
    let before = before(write, link, &change.list)?;
    let said = last_said(change);
    let new: Vec<(&String, &String)> = said
        .iter()
        .map(|(line, row)| (*line, *row))
        .filter(|(line, row)| before.get(*line) != Some(row))
        .collect();
    let rows: BTreeSet<&String> = said.values().copied().collect();
    let replaced = |line: &String, row: &String| {
        said.get(line).map_or(change.whole || rows.contains(row), |said| *said != row)
    };
    for (line, _) in before.iter().filter(|(line, row)| replaced(line, row)) {
        write
            .sql
            .prepare_cached("delete from line_link where link = ?1 and list = ?2 and line = ?3")?
            .execute(params![link.0, change.list, line])?;
    }
    for (line, row) in new {
        write
            .sql
            .prepare_cached(
                "insert into line_link (link, list, line, target_row) values (?1, ?2, ?3, ?4)
                 on conflict do update set target_row = excluded.target_row",
            )?
            .execute(params![link.0, change.list, line, row])?;
        wake_for_line(write, link, &change.list, (line, row), at)?;
    }
    Ok(())
}

/// The last row that is said of each line, and of each row the last line.
fn last_said(change: &LineChange) -> BTreeMap<&String, &String> {
    let rows: BTreeMap<&String, &String> = change.pairs.iter().map(|(line, row)| (line, row)).collect();
    let lines: BTreeMap<&String, &String> = change.pairs.iter().map(|(line, row)| (row, line)).collect();
    rows.into_iter().filter(|(line, row)| lines.get(row) == Some(line)).collect()
}

/// The rows of the list's lines as they are known so far.
fn before(write: &Write, link: LinkId, list: &str) -> Done<BTreeMap<String, String>> {
    let mut find =
        write.sql.prepare_cached("select line, target_row from line_link where link = ?1 and list = ?2")?;
    Ok(all(&mut find, params![link.0, list], |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}
