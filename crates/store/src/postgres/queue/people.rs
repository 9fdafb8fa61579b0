//! What people do to tasks: let them run now, set them aside, close them.

use model::TaskId;

use super::tasks::Board;
use crate::postgres::commit::Write;
use crate::postgres::failure::Done;
use crate::transition::Standing;

/// Moves each task that can be; how many were. Tasks that are not there are passed over.
pub(super) async fn each(
    write: &mut Write,
    tasks: &[TaskId],
    to: impl Fn(TaskId, Standing) -> Option<Standing> + Send,
) -> Done<u64> {
    let mut board = Board::of_ids(write, tasks).await?;
    let mut count = 0;
    for id in tasks {
        let Some(task) = board.get(*id) else { continue };
        let Some(standing) = to(*id, task.standing) else { continue };
        task.moved(standing);
        count += 1;
    }
    board.store(write).await?;
    Ok(count)
}
