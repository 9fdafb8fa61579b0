//! The words of sweeps of ids (清点).

use model::Sentence;

pub(super) fn sentences() -> Vec<Sentence> {
    SWEEPING.to_vec()
}

const SWEEPING: &[Sentence] = &[
    Sentence::new("sweep.stopped", "{by} 停止了这次清点。", "{by} stopped this sweep.", "", ""),
    Sentence::new(
        "sweep.short_list",
        "{connection} 的 {object} 列表不完整:计数为 {counted},列出的不是这个数。没有列出的数据不作任何判断。",
        "The list of {object} of {connection} is not whole: {counted} were counted, and another number came. Nothing is said of what it did not show.",
        "稍后会接着清点;多次出现时请检查该系统。",
        "The sweep is gone on with later; look at the system if this comes again.",
    ),
    Sentence::new(
        "sweep.much_is_gone",
        "{connection} 的 {object}:已知的 {population} 条数据中已有 {count} 条在来源查不到了,多得不寻常,清点在此停下等人确认。没有作废任何数据。",
        "Of {population} known records of {object} of {connection}, {count} are gone at the source. That is more than is likely, so the sweep stops and asks. Nothing was voided.",
        "请先确认是否有人批量删除、切换了账套或收回了查询权限;确属正常时用 qiao reconcile ids {connection}/{object} --go-on 继续。",
        "See first whether many were deleted, the account was changed or rights were taken; if it is as it should be, go on with qiao reconcile ids {connection}/{object} --go-on.",
    ),
    Sentence::new(
        "sweep.quota_kept",
        "连接 {connection} 今天的调用已用 {spent} 次(每天 {daily} 次),另一半留给同步,清点先停下。",
        "{spent} of the {daily} calls a day of connection {connection} are spent; the other half is kept for syncing, and the sweep rests.",
        "零点之后会接着清点。",
        "It is gone on with after midnight.",
    ),
    Sentence::new(
        "sweep.not_wanted",
        "没有集成流读取 {connection} 的 {object},无从清点。",
        "No flow reads {object} of {connection}, so there is nothing to sweep.",
        "请换一个集成流读取的对象。",
        "Name an object that a flow reads.",
    ),
    Sentence::new(
        "sweep.cannot_be_asked",
        "{connection} 只推送数据,不能查询,因此 {object} 无法清点。",
        "{connection} only pushes and cannot be asked, so {object} cannot be swept.",
        "需要时请在来源系统重新推送。",
        "Let the source push again what is missing.",
    ),
    Sentence::new(
        "sweep.never_read",
        "{connection} 的 {object} 还没有读取过,无从清点。",
        "{object} of {connection} was never read yet, so there is nothing to sweep.",
        "先用 qiao serve 启动服务,读过一次之后再清点。",
        "Start qiao serve; sweep once it was read.",
    ),
    Sentence::new(
        "audit.gone_rests",
        "{connection} 的 {object}:来源已没有的 {count} 条数据不再提示。原因:{reason}",
        "{object} of {connection}: let {count} records rest that the source has no more. Reason: {reason}",
        "",
        "",
    ),
];
