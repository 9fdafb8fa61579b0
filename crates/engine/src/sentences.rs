//! The words for the engine's causes.

mod alerts;
mod cards;
mod desk;
mod functions;
mod reconciling;
mod serving;
mod sweeping;
mod texts;
mod two_way;
mod webhooks;

use model::Sentence;

/// What happened, and what to do about it, in both languages.
pub fn sentences() -> Vec<Sentence> {
    let own = [DELIVERY, PARENTS, NOTICES, CONFIGURATION, cards::CARDS].concat();
    let rooms = [
        alerts::sentences,
        texts::sentences,
        functions::sentences,
        serving::sentences,
        webhooks::sentences,
        desk::sentences,
        reconciling::sentences,
        two_way::sentences,
        sweeping::sentences,
    ];
    own.into_iter().chain(rooms.into_iter().flat_map(|room| room())).collect()
}

const DELIVERY: &[Sentence] = &[
    Sentence::new(
        "engine.out_of_scope",
        "数据不在集成流的数据范围内。",
        "The record is outside the flow's scope.",
        "",
        "",
    ),
    Sentence::new(
        "engine.not_made_here",
        "目标系统中没有对应的单据，而集成流设为不新建。",
        "The target has no document of it, and the flow is set not to make any.",
        "",
        "",
    ),
    Sentence::new(
        "engine.void_there",
        "目标系统中对应的单据已作废，集成流只更新已有的单据，不恢复它。",
        "The document at the target is void; the flow only keeps documents in agreement and does not bring it back.",
        "",
        "",
    ),
    Sentence::new(
        "engine.void_kept",
        "数据已在源系统作废，按集成流的设置保留目标单据。",
        "The record was voided at its source; the flow keeps the target document.",
        "",
        "",
    ),
    Sentence::new(
        "engine.void_before_sync",
        "数据在同步之前已作废，目标系统中没有对应单据。",
        "The record was voided before it was ever synced; the target has no document of it.",
        "",
        "",
    ),
    Sentence::new(
        "engine.unreadable_record",
        "数据内容无法读取：{reason}。",
        "The record's content cannot be read: {reason}.",
        "原文已保留。请在源系统检查并重新保存该数据。",
        "It is kept as it came. Check the record at its source and save it again.",
    ),
    Sentence::new(
        "engine.file_not_carried",
        "“{record}”的附件“{file}”没有传过去：{cause}",
        "The file {file} of {record} was not carried over: {cause}",
        "单据本身和其他附件不受影响。处理后重放这个任务，附件会再传一次。",
        "The document and its other files are not affected. Replay this task once it is mended, and the file is carried again.",
    ),
    Sentence::new(
        "engine.file_row",
        "还不知道明细 {list} 的行 {line} 在目标单据上是哪一行。",
        "It is not known yet which row of {list} stands for the line {line} at the target.",
        "明细同步后会自动继续。",
        "It goes on by itself once the line is there.",
    ),
    Sentence::new(
        "engine.file_interrupted",
        "传送中断，稍后从头再传。",
        "The transfer was interrupted; it begins anew later.",
        "",
        "",
    ),
    Sentence::new(
        "engine.file_turn",
        "附件在排队，轮到后自动传送。",
        "The files wait for their turn.",
        "",
        "",
    ),
    Sentence::new(
        "engine.sibling_unknown",
        "另一条数据也从 {object} {parent} 下推，结果还不清楚；弄清以后自动继续。",
        "Another record is derived from {object} {parent} too, and it is not known yet what came of it; this one goes on by \
         itself after that.",
        "一直这样时，在任务里找状态为“结果不明”的那一条。",
        "Should it stay so, look among the tasks for the one that is unknown.",
    ),
    Sentence::new(
        "engine.document_busy",
        "另一条数据或调用方正在写同一张目标单据，或写了还没有结果；稍后自动继续。",
        "Another record or a caller is writing the same target document, or wrote it and its outcome is not known yet; this one goes on by itself.",
        "",
        "",
    ),
    Sentence::new(
        "engine.lease_short",
        "本进程对这条通道的占用即将到期，这次写入没有发出。",
        "This process may not own the lane long enough any more, so the write was not sent.",
        "无需处理：稍后由本进程或接管的进程继续。",
        "Nothing to do: this process, or the one that takes over, goes on.",
    ),
    Sentence::new(
        "engine.answer_lost",
        "写入已发出，但没有收到应答；正在目标系统中核实是否已写入，核实之前不会重复写入。",
        "The write went out and its answer did not come back; it is being looked for and is not repeated before that.",
        "无需处理，核实后自动继续。",
        "Nothing to do: it goes on by itself.",
    ),
    Sentence::new(
        "engine.unanswered",
        "目标系统的应答中没有这一条的结果。",
        "The target's answer says nothing of this record.",
        "无需处理，核实后自动继续。",
        "Nothing to do: it is looked for and goes on by itself.",
    ),
    Sentence::new(
        "engine.may_exist",
        "新建的应答丢失，而集成流没有可识别的键，无法判断单据是否已建立。",
        "The answer to a create was lost, and the flow has no key by which the document could be recognised.",
        "请在目标系统查看：已有则填写匹配字段后重试，没有则直接重试。建议为集成流设置 key。",
        "Look in the target: if it is there, set `match` and replay; if not, replay. Give the flow a `key`.",
    ),
    Sentence::new(
        "engine.line_unrecognised",
        "明细“{list}”的行 {line} 已写入目标单据，但在目标明细中认不出是哪一行，继续写可能重复。",
        "Line {line} of “{list}” was written, and which row of the target holds it cannot be told.",
        "请为该明细设置 key（目标行上的唯一字段），或在目标系统核对这张单据后重试。",
        "Give the list a `key` (a field of the row that is unique), or put the document right, then replay.",
    ),
    Sentence::new(
        "engine.no_parent_named",
        "源数据没有指明上游单据（{field} 为空），无法下推。",
        "The record names no parent ({field} is empty), so nothing can be derived.",
        "请在源系统填写后保存，会自动重新同步。",
        "Fill it in at the source and save; it is brought over again by itself.",
    ),
    Sentence::new(
        "engine.derived_unclear",
        "下推的应答丢失，上游单据 {id} 之后多出 {count} 张下游单据，无法判断哪一张是我们下推的。",
        "The answer to a derivation was lost, and {count} new documents came from {id} since; which is ours is unclear.",
        "请在目标系统查看，只留一张属于这条数据的单据，然后重试。",
        "Look in the target, keep the one that belongs to this record, then replay.",
    ),
    Sentence::new(
        "engine.key_not_unique",
        "目标系统中有 {count} 张单据带有同一个键。",
        "{count} documents in the target have the same key.",
        "请在目标系统中保留一张，然后重试。",
        "Keep one of them in the target, then replay.",
    ),
    Sentence::new(
        "engine.several_match",
        "按 {key} 在目标系统中找到 {count} 条：{found}，无法判断对应哪一条。",
        "{count} records of the target match {key}: {found}. Which one is meant cannot be told.",
        "请在目标系统合并或作废多余的，或修改集成流的 match 字段，然后重试。",
        "Merge or void the others in the target, or change the flow's `match`, then replay.",
    ),
    Sentence::new(
        "engine.no_key_value",
        "键字段 {field} 没有值，无法安全地新建单据。",
        "The key field {field} has no value, so a document cannot be created safely.",
        "请在源系统填写对应字段，或修改字段映射。",
        "Fill in the field at the source, or change the mapping.",
    ),
    Sentence::new(
        "engine.taken",
        "{object} {record} 与 {other} 指向同一张目标单据 {target}，它已对应 {other}；这一条没有写入，单据没有改动。",
        "{object} {record} and {other} lead to one target document, {target}, which belongs to {other}; this one was not written, and the document is as it was.",
        "两条数据可能重复：请在源系统合并或作废一条，或改正其中一条的编号；保存后自动重新同步。",
        "The two may be duplicates: merge them at the source, void one, or correct the number of one; it is brought over again once saved.",
    ),
    Sentence::new(
        "engine.target_gone",
        "目标系统中找不到已对应的单据（内码 {id}），可能已被删除。",
        "The linked document (id {id}) is not in the target; it may have been deleted.",
        "请在目标系统恢复该单据，然后重试。",
        "Restore it in the target, then replay.",
    ),
    Sentence::new(
        "engine.source_gone",
        "源系统中找不到要回写的数据（{id}）。",
        "The record to be written back to ({id}) is not at the source.",
        "如已删除可忽略此任务。",
        "If it was deleted there, ignore this task.",
    ),
    Sentence::new(
        "engine.read_back_differs",
        "写入成功，但目标系统保存的内容与发送的不同：{fields}。",
        "The write went well, but the target holds other values than were sent: {fields}.",
        "常见原因是基础资料编号不存在，请核对这些字段的值。",
        "Often a base-data number does not exist there: check these fields' values.",
    ),
    Sentence::new(
        "connection.quota_spent",
        "连接 {connection} 今日的接口调用次数已用完，零点后自动继续。",
        "The calls of connection {connection} are used up for today; it goes on after midnight by itself.",
        "如需更多请购买频次包，或放宽读取间隔。",
        "Buy more calls if you need them, or read less often.",
    ),
];

const PARENTS: &[Sentence] = &[
    Sentence::new(
        "engine.waits_for_parent",
        "等待它所引用的 {object} {number} 先同步。",
        "Waits for the {object} {number} that it refers to.",
        "无需处理，完成后自动继续。",
        "Nothing to do: it goes on by itself.",
    ),
    Sentence::new(
        "engine.waits_for_person",
        "人员 {who} 在连接“{connection}”中还没有绑定账户。",
        "{who} is not bound to an account in the connection “{connection}” yet.",
        "请运行 qiao binding set {source} {id} {connection} 对方编码，或 qiao binding match；绑定后自动继续。",
        "Run qiao binding set {source} {id} {connection} NUMBER, or qiao binding match; it then goes on by itself.",
    ),
    Sentence::new(
        "engine.waits_for_department",
        "部门 {who} 在连接“{connection}”中还没有绑定。",
        "The department {who} is not bound in the connection “{connection}” yet.",
        "请运行 qiao binding set {source} {id} {connection} 对方编码 --department，或 qiao binding match --department；绑定后自动继续。",
        "Run qiao binding set {source} {id} {connection} NUMBER --department, or qiao binding match --department; it then goes on by itself.",
    ),
    Sentence::new(
        "engine.waits_for_reading",
        "它所引用的 {object} {id} 尚未读到，正在从源系统读取。",
        "The {object} {id} that it refers to is being read from its source.",
        "",
        "",
    ),
    Sentence::new(
        "engine.parent_failed",
        "它所引用的 {object} {number} 同步失败，需先处理那一条。",
        "The {object} {number} that it refers to has failed and must be mended first.",
        "处理好那一条后，这一条自动继续。",
        "Once that is mended, this one goes on by itself.",
    ),
    Sentence::new(
        "engine.parent_failed_because",
        "它所引用的 {object} {number} 同步失败，需先处理那一条。失败原因：{cause}",
        "The {object} {number} that it refers to has failed and must be mended first. It failed because: {cause}",
        "处理好那一条后，这一条自动继续。",
        "Once that is mended, this one goes on by itself.",
    ),
    Sentence::new(
        "engine.waits_for_link",
        "它所引用的 {object} {id} 在 {connection} 中还没有对应的数据。",
        "The {object} {id} that it refers to is not linked to a record of {connection} yet.",
        "请在 {connection} 中建立它，同步过来并对应之后自动继续。如果它本来就不来自 {connection}，可在该引用上写 missing: skip。",
        "Make it in {connection}: once it comes over and is linked, this one goes on by itself. If it need not come from there, write missing: skip.",
    ),
    Sentence::new(
        "engine.waits_for_line",
        "它所引用的 {object} 明细行 {id}（{list}）还没有对应的明细行。",
        "The line {id} of {object} ({list}) that it refers to is not linked to a line of the other side yet.",
        "所属单据同步后自动继续。如果该行是手工添加的，可在该引用上写 missing: skip。",
        "It goes on once its document is synced. If people add such lines by hand, write missing: skip there.",
    ),
    Sentence::new(
        "engine.nothing_to_refer_to",
        "它所引用的 {object} {id} 没有对应的数据，按集成流的设置跳过。",
        "The {object} {id} that it refers to has no other side; the flow says to skip such records.",
        "",
        "",
    ),
    Sentence::new(
        "engine.number_not_unique",
        "它按编码引用 {object} {number}，但有多条数据使用这个编码，无法判断是哪一条。",
        "It refers to {object} by the number {number}, which several records have; which is meant cannot be told.",
        "请改正重复的编码，或改为按 id 引用，然后重试。",
        "Correct the doubled number, or refer by id, then replay.",
    ),
    Sentence::new(
        "engine.parent_skipped",
        "它所引用的 {object} {number} 不在其集成流的数据范围内，未同步。",
        "The {object} {number} that it refers to is outside its flow's scope and was not synced.",
        "请调整那条集成流的数据范围，或修改这条数据。",
        "Widen that flow's scope, or change this record.",
    ),
    Sentence::new(
        "engine.rows_not_shown",
        "{number} 已经写入,但目标系统还没有显示它,明细行的对应关系还不知道。",
        "{number} has been written, and the target does not show it yet, so the rows of its lines are not known.",
        "稍后会自动再读一次。",
        "It is read again by itself.",
    ),
    Sentence::new(
        "engine.status_not_reached",
        "{number} 的状态是 {status},而目标系统已经答复说到了 {wanted}。",
        "{number} is {status}, though the target answered that it is {wanted}.",
        "会自动再做一次;一直如此的,请看目标系统中是否有它自己的审批流程。",
        "It is done once more by itself; where it stays so, see whether the target has an approval of its own.",
    ),
    Sentence::new(
        "engine.rows_may_show",
        "可能已经写入的明细行还没有显示出来,等它显示或确认没有写入之后再继续。",
        "A line that may have been written does not show yet; it is waited until it does or surely was not written.",
        "不用处理,会自动继续。",
        "Nothing is to be done; it goes on by itself.",
    ),
    Sentence::new(
        "engine.parent_circle",
        "它和所引用的 {object} {number} 互相引用,谁都无法先同步。",
        "It and the {object} {number} refer to each other, so neither can be synced first.",
        "请在源系统去掉其中一个引用,或在集成流中给这个引用写 later: true。",
        "Remove one of the references at the source, or mark the reference later: true in the flow.",
    ),
    Sentence::new(
        "engine.parent_absent",
        "源系统中找不到它所引用的 {object} {id}。",
        "The {object} {id} that it refers to does not exist at the source.",
        "请在源系统改正这条数据的引用。",
        "Correct the reference at the source.",
    ),
    Sentence::new(
        "engine.no_flow_for_parent",
        "它引用了 {object} {id}，但没有集成流把 {object} 同步到目标系统。",
        "It refers to {object} {id}, and no flow carries {object} to the target.",
        "请为 {object} 建立集成流，或取消该引用。",
        "Make a flow for {object}, or drop the reference.",
    ),
];

const NOTICES: &[Sentence] = &[
    Sentence::new(
        "engine.waits_for_receipt",
        "通知已被接收，正在确认是否送达。",
        "The notice was accepted; it is being seen whether people got it.",
        "",
        "",
    ),
    Sentence::new(
        "engine.notice_pending",
        "通知（{receipt}）长时间没有送达结果。",
        "The notice ({receipt}) has had no result for long.",
        "请在消息系统的后台查看，然后重试或忽略。",
        "Look in the messenger's own console, then replay or ignore.",
    ),
    Sentence::new(
        "engine.notice_perhaps_sent",
        "发送通知的应答丢失，可能已经送达；为避免重复提醒，没有再次发送。",
        "The answer to a notice was lost; it may have arrived, so it was not sent again.",
        "如确认未收到，可重试。",
        "If nobody got it, replay.",
    ),
];

const CONFIGURATION: &[Sentence] = &[
    Sentence::new(
        "engine.flow_not_in_force",
        "集成流 {flow} 未启用或配置有误，任务保留。",
        "The flow {flow} is not in force or has a mistake; its tasks are kept.",
        "请修正并重新应用该集成流。",
        "Mend the flow and apply it again.",
    ),
    Sentence::new(
        "engine.flow_braked",
        "集成流 {flow} 的设置被目标系统拒绝，暂停后自动重试。",
        "The target refuses the settings of flow {flow}; it pauses and tries again by itself.",
        "请查看该集成流最近失败的原因。",
        "See why its last tasks failed.",
    ),
    Sentence::new(
        "config.files",
        "连接 {connection} 不能这样传送附件：{cause}",
        "The connection {connection} does not carry files so: {cause}",
        "请修改 files 中的这一条，或删除它。",
        "Change this rule of files, or remove it.",
    ),
    Sentence::new(
        "config.unknown_connector",
        "没有名为 {connector} 的连接器。",
        "There is no connector named {connector}.",
        "用 qiao connector lint 查看可用的连接器。",
        "See the connectors there are with qiao connector lint.",
    ),
    Sentence::new(
        "config.unknown_connection",
        "没有名为 {connection} 的连接。",
        "There is no connection named {connection}.",
        "请先应用该连接，或改正名称。",
        "Apply the connection first, or correct the name.",
    ),
    Sentence::new(
        "config.object_known",
        "{connection} 用的连接器 {connector} 自己知道对象 {object} 有哪些字段，这份对象描述不起作用。",
        "The connector {connector} of {connection} knows by itself what the object {object} is like; this text has no effect.",
        "请删除这份描述，或改正 connection。",
        "Remove the text, or correct its connection.",
    ),
    Sentence::new(
        "config.object_refers",
        "{connection} 的对象 {object} 引用了对象 {other}，而它没有描述。",
        "The object {object} of {connection} refers to the object {other}, which no text describes.",
        "需要同步它时，请为它写一份 kind: object。",
        "Describe it in a text of kind: object should it be synced too.",
    ),
    Sentence::new(
        "config.object_not_described",
        "{connection} 的对象 {object} 没有描述。已描述的有：{known}。",
        "No text describes the object {object} of {connection}. Described are: {known}.",
        "请为它写一份 kind: object（objects/{connection}/{object}.yaml），或改正名称。",
        "Describe it in a text of kind: object (objects/{connection}/{object}.yaml), or correct the name.",
    ),
    Sentence::new(
        "config.no_objects_described",
        "{connection} 的对象 {object} 没有描述，这个系统也不能自己说明有哪些字段。",
        "No text describes the object {object} of {connection}, and that system cannot tell by itself.",
        "请为它写一份 kind: object（objects/{connection}/{object}.yaml）。",
        "Describe it in a text of kind: object (objects/{connection}/{object}.yaml).",
    ),
    Sentence::new(
        "config.same_link",
        "集成流 {flow} 与 {other} 把同一对象同步到同一目标对象，会争用同一条数据映射。",
        "The flows {flow} and {other} carry the same object to the same target object and would share their links.",
        "请合并为一条集成流，或停用其中一条。",
        "Make one flow of them, or take one out.",
    ),
    Sentence::new(
        "config.other_filter",
        "集成流 {flow} 与 {other} 读取同一对象，但过滤条件不同；同一对象只读取一次，无法分别过滤。",
        "The flows {flow} and {other} read the same object through different filters; it is read once for both.",
        "请为两条集成流填写相同的 filter（或都不填），差异部分改用 scope。",
        "Give both the same `filter` (or none), and say what differs in `scope`.",
    ),
    Sentence::new(
        "config.cycle",
        "集成流互相引用，形成循环：{flows}。",
        "Flows refer to each other in a circle: {flows}.",
        "请把其中一个引用标为 later: true，使其在单据建立后再写。",
        "Mark one of the references `later: true`, so that it is written once the document exists.",
    ),
    Sentence::new(
        "config.lines_not_linked",
        "这里引用了 {object} 的明细行（{list}），但没有集成流为该明细保存行的对应关系。",
        "This refers to lines of {object} ({list}), and no flow keeps the line links of that list.",
        "请在写 {list} 的集成流中，为该明细加上 id（源明细行的唯一字段）；line_of 写的是那条流中目标明细的名字。",
        "Give that list an `id` in the flow that writes {list}; `line_of` names the list as that flow writes it.",
    ),
    Sentence::new(
        "config.derive_without_flow",
        "这条集成流由 {object} 下推，但没有集成流把数据同步为 {object}，找不到上游单据。",
        "This flow derives from {object}, and no flow carries records there, so no parent can be found.",
        "请先建立写 {object} 的集成流（来源与目标连接相同），或改正 derive 中的 from。",
        "Make a flow between the same connections that writes {object}, or correct `from` in derive.",
    ),
    Sentence::new(
        "config.variable_not_set",
        "连接 {connection} 的设置 {setting} 取自环境变量 {variable}，但该变量没有设置。",
        "The setting {setting} of connection {connection} comes from the variable {variable}, which is not set.",
        "请设置该环境变量后重新应用。",
        "Set the variable and apply again.",
    ),
    Sentence::new(
        "config.cannot_seal",
        "连接 {connection} 的密钥 {setting} 无法从文本中安全移除。",
        "The secret {setting} of connection {connection} cannot be taken out of the text safely.",
        "请改写为 {setting}: { env: 变量名 }。",
        "Write it as {setting}: { env: NAME }.",
    ),
];
