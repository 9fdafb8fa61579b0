//! What people do to tasks: let them run now, set them aside, close them.

use model::TaskId;

use super::tasks::{moved, moving};
use crate::sqlite::commit::Write;
use crate::sqlite::failure::Done;
use crate::transition::Standing;

/// Moves each task that can be; how many were. Tasks that are not there are passed over.
pub(super) fn each(
    write: &mut Write,
    tasks: &[TaskId],
    to: impl Fn(TaskId, Standing) -> Option<Standing>,
) -> Done<u64> {
    let mut count = 0;
    for task in tasks {
        let Some(task) = moving(write, *task)? else { continue };
        let Some(standing) = to(task.id, task.standing) else { continue };
        moved(write, &task, standing)?;
        count += 1;
    }
    Ok(count)
}
