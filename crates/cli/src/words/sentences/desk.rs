//! The sentences about tasks, jobs and history loads.

use model::Sentence;

use super::s;

pub(super) const SENTENCES: &[Sentence] = &[
    s(
        "cli.tasks.what",
        "没有说明是哪些任务。",
        "It is not said which tasks are meant.",
        "给出任务号,或用 --flow、--cause、--state 等选项;qiao tasks causes 会给出这些选项。",
        "Give their numbers, or options such as --flow, --cause, --state; qiao tasks causes tells them.",
    ),
    s(
        "cli.history.what",
        "没有说明要同步哪些历史数据。",
        "It is not said which records are meant.",
        "给出 id、--from / --to、--where,或 --linked。",
        "Give ids, --from / --to, --where, or --linked.",
    ),
    s(
        "cli.no_alert",
        "没有告警 {alert},或已过 90 天被清除。",
        "There is no alert {alert}, or it was forgotten after 90 days.",
        "qiao alerts list --all 列出全部。",
        "qiao alerts list --all lists them.",
    ),
    s(
        "cli.job_stands",
        "作业 {job} 现在是“{state}”,不能这样做。",
        "Job {job} is {state}, which does not allow that.",
        "",
        "",
    ),
];
