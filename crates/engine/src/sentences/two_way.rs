//! The words of flows that go both ways (双向同步).

use model::Sentence;

pub(super) fn sentences() -> Vec<Sentence> {
    TWO_WAY.to_vec()
}

const TWO_WAY: &[Sentence] = &[
    Sentence::new(
        "engine.conflict",
        "来源和目标都改了 {field},需要人决定以哪边为准。来源 ↔ 目标(上次一致的值):{values}",
        "The source and the target both changed {field}; a person decides which is right. Source ↔ target (as last agreed): {values}",
        "用 qiao tasks decide {task} --take source 或 --take target 决定,可加 --field 只决定一个字段,--reason 写明原因。",
        "Decide with qiao tasks decide {task} --take source or --take target; --field decides one field alone, --reason says why.",
    ),
    Sentence::new(
        "engine.decided_elsewhere",
        "两边都改了同一字段,反方向的集成流 {flow} 的任务 {task} 正在等人决定,决定后这里自动继续。",
        "Both sides changed the same field; task {task} of the flow the other way, {flow}, asks a person already, and this goes on by itself once that is decided.",
        "请处理任务 {task}。",
        "Decide task {task}.",
    ),
    Sentence::new(
        "engine.never_at_rest",
        "没有人修改,{fields} 却在两个系统之间来回写了 {count} 次(这里 ↔ 那里:{values}),已停止。反方向的集成流是 {other}。",
        "Nobody edits it, and yet {fields} was written to and fro {count} times (here ↔ there: {values}), so it was stopped. The flow the other way is {other}.",
        "请检查是否有系统自动改写这些字段(触发器、工作流、格式化),或两条流的映射互不对应;改好后用 qiao tasks retry 继续。不需要双向的字段请从其中一条流中去掉。",
        "See whether a system rewrites these fields by itself (triggers, workflows, formats), or the mappings of the two flows do not fit; mend that and go on with qiao tasks retry. A field that need not go both ways should be taken out of one of the flows.",
    ),
    Sentence::new(
        "engine.other_way_unsettled",
        "反方向的集成流 {flow} 对同一条数据的写入还没有结果,等它有结果再继续。",
        "A write of the same record by the flow the other way, {flow}, is not settled yet; this goes on once it is.",
        "",
        "",
    ),
    Sentence::new(
        "engine.source_moved_on",
        "来源中的数据比读到的(第 {revision} 版)更新,已重新读取,按新的数据继续。",
        "The record at the source is newer than what was read (revision {revision}); it was read again and goes on as it is now.",
        "",
        "",
    ),
    Sentence::new(
        "config.conflict_one_way",
        "集成流 {flow} 写了 {field},但没有反方向的集成流,不起作用。",
        "The flow {flow} says {field}, and no flow goes the other way, so it does nothing.",
        "请建立反方向的集成流(来源与目标互换),或删除 conflict。",
        "Make a flow the other way (source and target exchanged), or remove conflict.",
    ),
    Sentence::new(
        "config.conflict_disagrees",
        "集成流 {flow} 与反方向的 {other} 对 {field} 的冲突规则互相矛盾。",
        "The flow {flow} and {other}, which goes the other way, say different things about conflicts of {field}.",
        "只在其中一条流上写 conflict 即可;两条都写时,一条的 source 对应另一条的 target,latest 和 ask 两边相同。",
        "Say conflict in one of them; where both do, source in one is target in the other, and latest and ask are the same in both.",
    ),
    Sentence::new(
        "audit.decided",
        "双向冲突:{fields} 以 {side} 为准,原因:{reason}",
        "Edited on both sides: took the {side} for right in {fields}, because: {reason}",
        "",
        "",
    ),
    Sentence::new(
        "desk.nothing_asked",
        "任务 {task} 没有等待人决定的字段。",
        "Task {task} asks nothing that a person could decide.",
        "请用 qiao tasks show {task} 看它现在的状态;值又变过时会重新提问。",
        "See how it stands with qiao tasks show {task}; it asks anew when values have changed.",
    ),
    Sentence::new(
        "desk.field_not_asked",
        "任务 {task} 等待决定的字段中没有 {field}。",
        "{field} is not among the fields that task {task} asks about.",
        "请用 qiao tasks show {task} 看有哪些字段。",
        "See which there are with qiao tasks show {task}.",
    ),
];
