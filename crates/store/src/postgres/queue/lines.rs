//! Line links as they are written. What is as it was is not touched: an edit of one line of five hundred writes one row.

use std::collections::{BTreeMap, BTreeSet};

use contract::store::LineChange;
use model::{LinkId, TaskId};

use crate::postgres::commit::Write;
use crate::postgres::failure::Done;
use crate::postgres::params::{text, texts};
use crate::postgres::session::get;

/// The rows of the lines of lists.
type Lists = BTreeMap<(LinkId, String), BTreeMap<String, String>>;

/// A line and its row.
struct Pair<'l> {
    link: LinkId,
    list: &'l str,
    line: &'l str,
    row: &'l str,
}

/// Stores what is known of lines from now on; the tasks that wait for those that are new.
pub(super) async fn change(write: &Write, changes: &[(LinkId, &LineChange)]) -> Done<Vec<TaskId>> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let before = before(write, changes).await?;
    let mut after = before.clone();
    for (link, change) in changes {
        let lines = after.entry((*link, text(&change.list).into_owned())).or_default();
        if change.whole {
            lines.clear();
        }
        // A row has one line.
        let mut holders: BTreeMap<String, String> =
            lines.iter().map(|(line, row)| (row.clone(), line.clone())).collect();
        for (line, row) in &change.pairs {
            let (line, row) = (text(line).into_owned(), text(row).into_owned());
            if let Some(holder) = holders.insert(row.clone(), line.clone()).filter(|holder| *holder != line) {
                lines.remove(&holder);
            }
            if let Some(former) = lines.insert(line.clone(), row.clone()).filter(|former| *former != row) {
                holders.remove(&former);
            }
        }
    }
    let (gone, new) = (missing(&before, &after), missing(&after, &before));
    delete(write, &gone).await?;
    insert(write, &new).await?;
    waiting(write, &new).await
}

async fn before(write: &Write, changes: &[(LinkId, &LineChange)]) -> Done<Lists> {
    let asked: BTreeSet<(i64, &str)> =
        changes.iter().map(|(link, change)| (link.0, change.list.as_str())).collect();
    let found = write
        .sql
        .all(
            "select k.link, k.list, k.line, k.target_row from unnest($1::bigint[], $2::text[]) n (link, list)
             join line_link k on k.link = n.link and k.list = n.list",
            &[
                &asked.iter().map(|(link, _)| *link).collect::<Vec<i64>>(),
                &texts(asked.iter().map(|(_, list)| *list)),
            ],
            |row| Ok(((LinkId(get(row, 0)?), get::<String>(row, 1)?), get(row, 2)?, get(row, 3)?)),
        )
        .await?;
    let mut lists = Lists::new();
    for (list, line, row) in found {
        lists.entry(list).or_default().insert(line, row);
    }
    Ok(lists)
}

/// What is in the first and not in the second.
fn missing<'l>(first: &'l Lists, second: &Lists) -> Vec<Pair<'l>> {
    let all = first.iter().flat_map(|(list, lines)| lines.iter().map(move |(line, row)| (list, line, row)));
    let missing =
        all.filter(|(list, line, row)| second.get(list).and_then(|lines| lines.get(*line)) != Some(row));
    missing.map(|((link, list), line, row)| Pair { link: *link, list, line, row }).collect()
}

async fn delete(write: &Write, gone: &[Pair<'_>]) -> Done<()> {
    if gone.is_empty() {
        return Ok(());
    }
    write
        .sql
        .change(
            "delete from line_link k using unnest($1::bigint[], $2::text[], $3::text[]) n (link, list, line)
             where k.link = n.link and k.list = n.list and k.line = n.line",
            &[
                &gone.iter().map(|pair| pair.link.0).collect::<Vec<i64>>(),
                &texts(gone.iter().map(|pair| pair.list)),
                &texts(gone.iter().map(|pair| pair.line)),
            ],
        )
        .await?;
    Ok(())
}

async fn insert(write: &Write, new: &[Pair<'_>]) -> Done<()> {
    if new.is_empty() {
        return Ok(());
    }
    write
        .sql
        .change(
            "insert into line_link (link, list, line, target_row)
             select link, list, line, target_row
             from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) n (link, list, line, target_row)",
            &[
                &new.iter().map(|pair| pair.link.0).collect::<Vec<i64>>(),
                &texts(new.iter().map(|pair| pair.list)),
                &texts(new.iter().map(|pair| pair.line)),
                &texts(new.iter().map(|pair| pair.row)),
            ],
        )
        .await?;
    Ok(())
}

/// Tasks that wait for one of these lines, or for the row that stands for it.
async fn waiting(write: &Write, new: &[Pair<'_>]) -> Done<Vec<TaskId>> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    write
        .sql
        .all(
            "select a.task from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) n (link, list, line, target_row)
             join link l on l.id = n.link
             join awaited a on a.tenant = l.tenant and a.source_id = n.line and a.object = l.object
                 and a.connection = l.connection and a.target_connection = l.target_connection
             where a.line_of = n.list and (a.target_object is null or a.target_object = l.target_object)
             union
             select a.task from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) n (link, list, line, target_row)
             join link l on l.id = n.link
             join awaited a on a.tenant = l.tenant and a.source_id = n.target_row and a.object = l.target_object
                 and a.connection = l.target_connection and a.target_connection = l.connection
             where a.line_of = n.list and (a.target_object is null or a.target_object = l.object)
             order by 1",
            &[
                &new.iter().map(|pair| pair.link.0).collect::<Vec<i64>>(),
                &texts(new.iter().map(|pair| pair.list)),
                &texts(new.iter().map(|pair| pair.line)),
                &texts(new.iter().map(|pair| pair.row)),
            ],
            |row| Ok(TaskId(get(row, 0)?)),
        )
        .await
}
