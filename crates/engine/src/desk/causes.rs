//! Why tasks stand still, gathered: what has one remedy is one group, however many records it is about.

use std::collections::BTreeMap;

use contract::store::{Store, StoreError, TaskLine};
use model::task::{Kind, Selection};
use model::{Cause, FlowName, TaskId, Timestamp};

use super::selecting;

/// Tasks that stand still for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CauseGroup {
    pub flow: FlowName,
    pub kind: Kind,
    /// The code that groups them: of the cause that the others are because of, where there is one.
    pub code: String,
    /// The system's own code of it.
    pub vendor_code: Option<String>,
    pub field: Option<String>,
    pub tasks: u64,
    /// The cause of one of them, to be told in words.
    pub example: Cause,
    pub first: TaskId,
    /// When the first and the last of them were tried last.
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

type Key = (FlowName, Kind, String, Option<String>, Option<String>);

/// The causes of what is meant, those of the most tasks first. Tasks without a cause are in no group.
pub async fn causes(store: &dyn Store, selection: &Selection) -> Result<Vec<CauseGroup>, StoreError> {
    let mut groups = BTreeMap::<Key, CauseGroup>::new();
    let mut after = None;
    loop {
        let chosen = selecting::page(store, selection, after, usize::MAX).await?;
        chosen.lines.into_iter().for_each(|line| add(&mut groups, line));
        match chosen.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let mut groups: Vec<CauseGroup> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.tasks));
    Ok(groups)
}

fn add(groups: &mut BTreeMap<Key, CauseGroup>, line: TaskLine) {
    let TaskLine { task, tried, .. } = line;
    let Some(cause) = task.cause else { return };
    let (code, vendor_code, field) = grouped_by(&cause);
    let key = (task.flow.clone(), task.kind, code.clone(), vendor_code.clone(), field.clone());
    let group = groups.entry(key).or_insert_with(|| CauseGroup {
        flow: task.flow,
        kind: task.kind,
        code,
        vendor_code,
        field,
        tasks: 0,
        example: cause.clone(),
        first: task.id,
        since: tried,
        until: tried,
    });
    group.tasks += 1;
    group.since = group.since.into_iter().chain(tried).min();
    group.until = group.until.into_iter().chain(tried).max();
}

/// What groups a cause with others: its code, the system's own code, and the field; of the cause that it is because of,
/// where there is one.
pub(crate) fn grouped_by(cause: &Cause) -> (String, Option<String>, Option<String>) {
    let inner = cause.inner();
    let told = inner.as_ref().unwrap_or(cause);
    let param = |name: &str| told.param(name).or_else(|| cause.param(name)).map(str::to_owned);
    (told.code.to_string(), param("code"), param("field"))
}
