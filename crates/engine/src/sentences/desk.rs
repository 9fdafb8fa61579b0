//! The words of the audit log (操作记录), and for machines at the repair desk.

use model::Sentence;

pub(super) fn sentences() -> Vec<Sentence> {
    [AUDIT, JOBS, MACHINES].concat()
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
    Sentence::new(
        "audit.served_write",
        "通过服务接口写入（{how}）{connection} 的 {object} {number}，id {id}",
        "Wrote {object} {number} of {connection} through the served calls ({how}), id {id}",
        "",
        "",
    ),
    Sentence::new(
        "audit.served_failed",
        "通过服务接口写入（{how}）{connection} 的 {object} {id} 未成功：{cause}",
        "A write of {object} {id} of {connection} through the served calls ({how}) did not succeed: {cause}",
        "",
        "",
    ),
    Sentence::new("audit.job_steered", "把作业 {job} 置为 {state}", "Set job {job} to {state}", "", ""),
];

const JOBS: &[Sentence] = &[
    Sentence::new(
        "engine.job_waits_for_flow",
        "集成流 {flow} 里已有 {ready} 个任务待同步，作业等它们少一些再继续。",
        "The flow {flow} has {ready} tasks ready already; the job goes on when they are fewer.",
        "",
        "",
    ),
    Sentence::new(
        "engine.job_waits_for_connection",
        "连接 {connection} 暂停调用，作业等它恢复。",
        "The connection {connection} is paused; the job waits for it.",
        "原因见 qiao doctor 或 qiao tasks causes。",
        "qiao doctor or qiao tasks causes tells why.",
    ),
];

const MACHINES: &[Sentence] = &[
    Sentence::new(
        "desk.token",
        "令牌缺失、不对、已失效，或没有 {grant} 权限。",
        "The token is missing, wrong or no longer good, or has no grant {grant}.",
        "用 qiao token make 名称 --may {grant} 生成，放在请求头 Authorization: Bearer 里。",
        "Make one by qiao token make NAME --may {grant}, and send it as Authorization: Bearer.",
    ),
    Sentence::new("desk.missing", "没有找到 {text}。", "There is no {text}.", "", ""),
    Sentence::new(
        "desk.wrong",
        "请求中的 {field} 缺失或取值不对。",
        "{field} is missing in the call, or has a value that it cannot have.",
        "写法见 /api/v1/openapi.json。",
        "/api/v1/openapi.json says what it may be.",
    ),
    Sentence::new(
        "desk.job_stands",
        "作业 {job} 现在是 {state}，不能这样做。",
        "Job {job} is {state}, which does not allow that.",
        "",
        "",
    ),
];
