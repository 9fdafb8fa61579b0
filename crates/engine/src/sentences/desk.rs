//! The words of the audit log (操作记录).

use model::Sentence;

pub(super) fn sentences() -> Vec<Sentence> {
    AUDIT.to_vec()
}

const AUDIT: &[Sentence] = &[
    Sentence::new("audit.retried", "让 {count} 个任务重试。", "Let {count} tasks run again.", "", ""),
    Sentence::new(
        "audit.ignored",
        "忽略了 {count} 个任务，原因：{reason}",
        "Set {count} tasks aside, because: {reason}",
        "",
        "",
    ),
    Sentence::new(
        "audit.ignored_until_changed",
        "忽略了 {count} 个任务，直到数据有变化，原因：{reason}",
        "Set {count} tasks aside until their records change, because: {reason}",
        "",
        "",
    ),
    Sentence::new("audit.job_asked", "新建作业 {job}：{work}", "Asked for job {job}: {work}", "", ""),
    Sentence::new("audit.job_steered", "把作业 {job} 置为 {state}", "Set job {job} to {state}", "", ""),
];
