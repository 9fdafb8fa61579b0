//! Which tasks a selection means, page by page.

use contract::store::{Store, StoreError, TaskFilter, TaskLine};
use model::task::{Selection, Task};
use model::{Cause, TaskId};

use crate::by_hand::is_in_doubt;

/// Most tasks looked at with one question.
const PAGE: usize = 500;

/// One page of what was looked at.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Those of it that are meant, by id.
    pub lines: Vec<TaskLine>,
    /// How many were looked at.
    pub seen: u64,
    /// Where to go on; `None` at the end.
    pub next: Option<TaskId>,
}

/// The tasks that are meant among the next ones behind that one. With ids named it is they alone, all on one page.
pub async fn page(
    store: &dyn Store,
    selection: &Selection,
    after: Option<TaskId>,
    limit: usize,
) -> Result<Chosen, StoreError> {
    if !selection.ids.is_empty() {
        return named(store, selection, after, limit).await;
    }
    let limit = limit.clamp(1, PAGE);
    let filter = TaskFilter { flow: selection.flow.clone(), states: selection.states.clone(), after, limit };
    let mut lines = store.tasks(&filter).await?;
    let seen = lines.len() as u64;
    let next = (lines.len() == limit).then(|| lines.last().map(|line| line.task.id)).flatten();
    lines.retain(|line| holds(selection, line));
    Ok(Chosen { lines, seen, next })
}

/// All that are meant, up to so many; whether there are more.
pub async fn all_of(
    store: &dyn Store,
    selection: &Selection,
    most: usize,
) -> Result<(Vec<TaskLine>, bool), StoreError> {
    let (mut lines, mut after) = (Vec::new(), None);
    loop {
        let chosen = page(store, selection, after, PAGE).await?;
        lines.extend(chosen.lines);
        if lines.len() > most {
            lines.truncate(most);
            return Ok((lines, true));
        }
        match chosen.next {
            Some(next) => after = Some(next),
            None => return Ok((lines, false)),
        }
    }
}

async fn named(
    store: &dyn Store,
    selection: &Selection,
    after: Option<TaskId>,
    limit: usize,
) -> Result<Chosen, StoreError> {
    let mut ids = selection.ids.clone();
    ids.sort_unstable();
    ids.dedup();
    ids.retain(|id| after.is_none_or(|after| *id > after.0));
    let next = (ids.len() > limit).then(|| ids.get(limit.saturating_sub(1)).copied().map(TaskId)).flatten();
    ids.truncate(limit);
    let mut lines = Vec::new();
    for id in &ids {
        let filter = TaskFilter { after: Some(TaskId(id - 1)), limit: 1, ..TaskFilter::default() };
        let found = store.tasks(&filter).await?;
        lines.extend(found.into_iter().filter(|line| line.task.id.0 == *id));
    }
    Ok(Chosen { lines, seen: ids.len() as u64, next })
}

/// Whether the task may be run again together with others: one whose document may exist already must be named, by itself or
/// by exactly its cause.
pub fn may_run_with_others(selection: &Selection, task: &Task) -> bool {
    let is_named = |code: &String| task.cause.as_ref().is_some_and(|cause| cause.code == code.as_str());
    !is_in_doubt(task) || selection.ids.contains(&task.id.0) || selection.code.as_ref().is_some_and(is_named)
}

/// Whether the task is meant.
pub fn holds(selection: &Selection, line: &TaskLine) -> bool {
    if !selection.ids.is_empty() {
        return selection.ids.contains(&line.task.id.0);
    }
    let task = &line.task;
    let is_tried = |test: &dyn Fn(i64) -> bool| line.tried.is_some_and(|tried| test(tried.0));
    selection.flow.as_ref().is_none_or(|flow| *flow == task.flow)
        && (selection.states.is_empty() || selection.states.contains(&task.state))
        && (selection.kinds.is_empty() || selection.kinds.contains(&task.kind))
        && selection.since.is_none_or(|since| is_tried(&|tried| tried >= since))
        && selection.until.is_none_or(|until| is_tried(&|tried| tried <= until))
        && is_because(selection, task.cause.as_ref())
        && selection.text.as_ref().is_none_or(|text| mentions(line, text))
}

fn is_because(selection: &Selection, cause: Option<&Cause>) -> bool {
    let Selection { code, vendor_code, field, .. } = selection;
    if code.is_none() && vendor_code.is_none() && field.is_none() {
        return true;
    }
    let Some(cause) = cause else { return false };
    let inner = cause.inner();
    let causes = || std::iter::once(cause).chain(&inner);
    let is_code = |asked: &str, code: &str| match asked.ends_with('.') {
        true => code.starts_with(asked),
        false => code == asked,
    };
    let names = |name: &str, asked: &str| causes().any(|cause| cause.param(name) == Some(asked));
    code.as_ref().is_none_or(|asked| causes().any(|cause| is_code(asked, &cause.code)))
        && vendor_code.as_ref().is_none_or(|asked| names("code", asked))
        && field.as_ref().is_none_or(|asked| names("field", asked))
}

/// Whether the text stands in what people know the record by, or in what the cause names.
fn mentions(line: &TaskLine, text: &str) -> bool {
    let params =
        line.task.cause.iter().flat_map(|cause| cause.params.iter().map(|(_, value)| value.as_str()));
    let known_by = [Some(line.source_id.as_str()), line.number.as_deref(), line.name.as_deref()];
    known_by.into_iter().flatten().chain(params).any(|value| value.contains(text))
}

#[cfg(test)]
mod tests {
    use model::task::{Kind, State};
    use model::{RecordId, Timestamp};

    use super::*;

    fn line() -> TaskLine {
        let refused = Cause::new("kingdee.duplicate").with("code", "500").with("number", "C0001");
        let cause = Cause::new("engine.step_failed").with("field", "FNumber").because(&refused);
        TaskLine {
            task: Task {
                id: TaskId(7),
                flow: "customers-to-erp".into(),
                record: RecordId(1),
                kind: Kind::Deliver,
                state: State::Failed,
                cause: Some(cause),
                want: 1,
                done: 0,
                tries: 1,
                due: Timestamp(0),
                as_of: None,
            },
            source_id: "5f1".into(),
            number: Some("KH-001".into()),
            name: Some("深圳市前海智联有限公司".into()),
            has_intent: false,
            tried: Some(Timestamp(5_000)),
        }
    }

    #[test]
    fn a_task_is_meant_by_all_that_is_said_of_it() {
        let none = Selection::default;
        let text = |text: &str| Selection { text: Some(text.into()), ..none() };
        let code = |code: &str| Selection { code: Some(code.into()), ..none() };
        for (selection, is_meant) in [
            (none(), true),
            (Selection { ids: vec![7], flow: Some("other".into()), ..none() }, true),
            (Selection { ids: vec![8], ..none() }, false),
            (Selection { flow: Some("orders-to-erp".into()), ..none() }, false),
            (Selection { states: vec![State::Unknown], ..none() }, false),
            (Selection { kinds: vec![Kind::WriteBack], ..none() }, false),
            (code("kingdee.duplicate"), true),
            (code("engine.step_failed"), true),
            (code("kingdee."), true),
            (code("kingdee"), false),
            (code("fxiaoke."), false),
            (Selection { vendor_code: Some("500".into()), ..none() }, true),
            (Selection { vendor_code: Some("501".into()), ..none() }, false),
            (Selection { field: Some("FNumber".into()), ..none() }, true),
            (Selection { field: Some("FName".into()), ..none() }, false),
            (text("智联"), true),
            (text("KH-0"), true),
            (text("C0001"), true),
            (text("北京"), false),
            (Selection { since: Some(5_000), until: Some(5_000), ..none() }, true),
            (Selection { since: Some(5_001), ..none() }, false),
            (Selection { until: Some(4_999), ..none() }, false),
        ] {
            assert_eq!(holds(&selection, &line()), is_meant, "{selection:?}");
        }
        let untried = TaskLine { tried: None, ..line() };
        assert!(!holds(&Selection { until: Some(9_000), ..none() }, &untried), "it was never tried");
    }

    #[test]
    fn what_may_exist_already_is_run_again_by_name_only() {
        let cause = Some(Cause::new("engine.may_exist"));
        let doubted = Task { cause, ..line().task };
        let may = |selection: Selection| may_run_with_others(&selection, &doubted);
        assert!(!may(Selection { flow: Some("customers-to-erp".into()), ..Selection::default() }));
        assert!(!may(Selection { code: Some("engine.".into()), ..Selection::default() }));
        assert!(may(Selection { code: Some("engine.may_exist".into()), ..Selection::default() }));
        assert!(may(Selection { ids: vec![7], ..Selection::default() }));
        assert!(may_run_with_others(&Selection::default(), &line().task));
    }
}
