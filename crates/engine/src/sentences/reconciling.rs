//! The words of reconciliations (对账).

use model::Sentence;

pub(super) fn sentences() -> Vec<Sentence> {
    RECONCILING.to_vec()
}

const RECONCILING: &[Sentence] = &[
    Sentence::new(
        "reconcile.short_list",
        "{connection} 的 {object} 列表不完整:计数为 {counted},列出的不是这个数。没有列出的数据不作任何判断。",
        "The list of {object} of {connection} is not whole: {counted} were counted, and another number came. Nothing is said of what it did not show.",
        "稍后会接着对账;多次出现时请检查该系统。",
        "The reconciliation is gone on with later; look at the system if this comes again.",
    ),
    Sentence::new(
        "reconcile.much_is_gone",
        "{side} 一侧 {population} 条数据中已有 {count} 条查不到了,多得不寻常,对账在此停下等人确认。",
        "Of {population} documents of the side {side}, {count} are gone. That is more than is likely, so the reconciliation stops and asks.",
        "请先确认是否有人批量删除、切换了账套或收回了查询权限;确属正常时用 qiao reconcile 集成流 --go-on 继续。",
        "See first whether many were deleted, the account was changed or rights were taken; if it is as it should be, go on with qiao reconcile FLOW --go-on.",
    ),
    Sentence::new(
        "reconcile.gone_there",
        "目标系统中已没有这张单据(id {id})。",
        "The target has this document (id {id}) no more.",
        "需要它时“补传”会重新新建;不需要时可忽略并写明原因。",
        "Bring it over to make it again; or ignore it with a reason.",
    ),
    Sentence::new(
        "reconcile.gone_here",
        "来源系统中已没有这条数据(id {id}),目标的单据还在。",
        "The source has this record (id {id}) no more; the target's document is still there.",
        "请决定目标的单据是否作废(在目标系统操作),或取回到来源,或忽略。",
        "Decide whether the document is to be voided, at the target; or take it back, or ignore it.",
    ),
    Sentence::new(
        "reconcile.change_not_read",
        "来源的这次修改没有被读到过。",
        "This change at the source was never read.",
        "用“补传”读取并同步。",
        "Bring it over.",
    ),
    Sentence::new(
        "reconcile.never_read",
        "来源有这条数据,但从未读到过。",
        "The source has this record, and it was never read.",
        "用“补传”读取并同步,或认领目标中已有的单据。",
        "Bring it over, or adopt a document that the target has for it.",
    ),
    Sentence::new(
        "reconcile.never_brought",
        "这条数据在集成流的范围内,但从未同步到目标。",
        "The record is in the flow's scope and was never brought to the target.",
        "用“补传”同步,或认领目标中已有的单据。",
        "Bring it over, or adopt a document that the target has for it.",
    ),
    Sentence::new(
        "reconcile.nothing_to_bring",
        "来源没有这条数据,无可补传。",
        "The source has no such record to bring over.",
        "可以取回(take-back)、认领(adopt)或忽略。",
        "Take it back, adopt it or ignore it.",
    ),
    Sentence::new(
        "reconcile.nothing_to_take",
        "目标没有这张单据,无可取回。",
        "The target has no such document to take back.",
        "可以补传(bring-over)、认领(adopt)或忽略。",
        "Bring it over, adopt a document or ignore it.",
    ),
    Sentence::new(
        "reconcile.no_way_back",
        "没有反方向的集成流,不能以目标为准。",
        "No flow goes the other way, so the target's values cannot be taken back.",
        "请在来源系统修改,或新建一条反方向的集成流。",
        "Change the record at the source, or add a flow the other way.",
    ),
    Sentence::new(
        "reconcile.nothing_to_adopt",
        "只有“仅来源有”和“仅目标有”的差异可以认领。",
        "Only what is only here or only there can be adopted.",
        "",
        "",
    ),
    Sentence::new(
        "reconcile.linked_already",
        "两条中有一条已经对应了别的数据。",
        "One of the two is linked with another already.",
        "请用 qiao trace 查看它对应的是哪一条。",
        "See with qiao trace which one that is.",
    ),
    Sentence::new(
        "reconcile.write_open",
        "这条数据正有一次写入没有结果,暂不能修复。",
        "A write for this record has no outcome yet.",
        "等它有了结果再试。",
        "Try again once it has.",
    ),
    Sentence::new(
        "reconcile.flow_not_in_force",
        "集成流 {flow} 已不在使用。",
        "The flow {flow} is not in force any more.",
        "",
        "",
    ),
];
