//! The words of the audit log (操作记录), and for machines at the repair desk.

use model::Sentence;

pub(super) fn sentences() -> Vec<Sentence> {
    [AUDIT, JOBS, MACHINES, MAPPINGS, HISTORY, EDITS].concat()
}

const AUDIT: &[Sentence] = &[
    Sentence::new("audit.retried", "让 {count} 个任务重试。", "Let {count} tasks run again.", "", ""),
    Sentence::new(
        "audit.retried_as_before",
        "让 {count} 个任务按原映射版本重试。",
        "Let {count} tasks run again with their original mapping.",
        "",
        "",
    ),
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
    Sentence::new(
        "audit.closed",
        "把 {count} 个任务记为已在别处完成，原因：{reason}",
        "Closed {count} tasks as done elsewhere, because: {reason}",
        "",
        "",
    ),
    Sentence::new(
        "audit.edited",
        "手工修改了 {path}：{before} → {after}，原因：{reason}",
        "Edited {path} by hand: {before} → {after}, because: {reason}",
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
        "desk.too_large",
        "请求体超过 {most} 字节，没有读。",
        "The body is larger than {most} bytes; it was not read.",
        "分几次提交。",
        "Send it in parts.",
    ),
    Sentence::new(
        "desk.busy",
        "同时收到的请求太多，请稍后再试。",
        "Too many bodies are being read at once.",
        "稍后再试。",
        "Try again in a moment.",
    ),
    Sentence::new(
        "desk.not_so",
        "{path} 不能用 {method}。",
        "{path} does not take {method}.",
        "写法见 /api/v1/openapi.json。",
        "/api/v1/openapi.json says how it is called.",
    ),
    Sentence::new(
        "desk.job_stands",
        "作业 {job} 现在是 {state}，不能这样做。",
        "Job {job} is {state}, which does not allow that.",
        "",
        "",
    ),
];

const MAPPINGS: &[Sentence] = &[
    Sentence::new(
        "engine.mapping_gone",
        "集成流 {flow} 当时的映射版本已不存在。",
        "The version of flow {flow} that was in force then is gone.",
        "用当前映射重试：qiao tasks retry --mapping current。",
        "Retry with the mapping in force: qiao tasks retry --mapping current.",
    ),
    Sentence::new(
        "engine.mapping_untried",
        "集成流 {flow} 的这个任务没有留下尝试记录，不知道原映射版本是哪个。",
        "No attempt at this task of flow {flow} is kept, so that its original mapping is not known.",
        "用当前映射重试：qiao tasks retry --mapping current。",
        "Retry with the mapping in force: qiao tasks retry --mapping current.",
    ),
    Sentence::new(
        "engine.mapping_unusable",
        "集成流 {flow} 的第 {version} 版映射现在用不了。",
        "Version {version} of flow {flow} cannot be used any more.",
        "多半是连接或对象后来改了。用当前映射重试。",
        "Mostly a connection or an object was changed since. Retry with the mapping in force.",
    ),
    Sentence::new(
        "engine.mapping_elsewhere",
        "集成流 {flow} 的第 {version} 版是另一个来源或目标。",
        "Version {version} of flow {flow} had another source or target.",
        "用当前映射重试。",
        "Retry with the mapping in force.",
    ),
];

const HISTORY: &[Sentence] = &[
    Sentence::new(
        "engine.condition_unreadable",
        "条件看不懂。",
        "The condition cannot be read.",
        "写法与集成流的 scope 相同，如 life_status == \"normal\"。",
        "It is written as the scope of a flow is, such as life_status == \"normal\".",
    ),
    Sentence::new(
        "engine.condition_fails",
        "无法对数据 {number} 判断条件。",
        "The condition cannot be said of record {number}.",
        "改写条件后重新建立作业。",
        "Write the condition so that it can, and ask again.",
    ),
];

const EDITS: &[Sentence] = &[
    Sentence::new(
        "desk.no_reason",
        "没有写原因。",
        "No reason is given.",
        "手工修改和关闭都要写明原因，记入操作记录。",
        "An edit and a close by hand need one, for the audit log.",
    ),
    Sentence::new(
        "desk.no_path",
        "“{path}”不是字段路径。",
        "“{path}” is no path of a field.",
        "写法如 receiver.city，明细行用行号（从 0 起）：products.0.quantity。",
        "Write receiver.city, or with the number of a row from 0: products.0.quantity.",
    ),
    Sentence::new(
        "desk.no_field",
        "数据中没有字段 {path}（找不到“{field}”）。",
        "The record has no field {path}: there is no “{field}”.",
        "qiao flow plan 或来源系统里可以看到字段名。",
        "The source system, or qiao object describe, tells its fields.",
    ),
    Sentence::new(
        "desk.no_field_near",
        "数据中没有字段 {path}，是不是“{nearest}”？",
        "The record has no field {path}. Did you mean “{nearest}”?",
        "",
        "",
    ),
    Sentence::new(
        "desk.no_row",
        "{path} 指的行“{row}”不存在，共 {rows} 行，行号从 0 起。",
        "{path} means row “{row}”, which is not there: there are {rows}, numbered from 0.",
        "",
        "",
    ),
    Sentence::new(
        "desk.no_json",
        "{path} 的值不是 JSON：{reason}",
        "The value for {path} is no JSON: {reason}",
        "文字要加双引号，如 \"深圳\"。",
        "A text stands in quotes, such as \"深圳\".",
    ),
    Sentence::new(
        "desk.edit_changes_nothing",
        "修改后与现在一样，什么都没有变。",
        "The record holds exactly that already; nothing was changed.",
        "",
        "",
    ),
    Sentence::new(
        "desk.changed_meanwhile",
        "{text} 刚刚有了新版本，修改没有生效。",
        "{text} changed at its source meanwhile; the edit was not made.",
        "看过新版本后再改。",
        "Look at what it is now, and edit again.",
    ),
];
