//! The sentences of `qiao reconcile`.

use model::Sentence;

use super::s;

pub(super) const SENTENCES: &[Sentence] = &[
    s(
        "cli.reconcile.busy",
        "集成流 {flow} 正在由别的进程对账。",
        "Another process is reconciling the flow {flow}.",
        "用 qiao reconcile runs 看进度;它停下五分钟后可以接着做。",
        "See how far it is with qiao reconcile runs; once it stood still for five minutes, it can be gone on with.",
    ),
    s(
        "cli.sweep.busy",
        "{connection} 的 {object} 正在由别的进程清点。",
        "Another process is sweeping the {object} of {connection}.",
        "用 qiao reconcile ids runs 看进度;它停下五分钟后可以接着做。",
        "See how far it is with qiao reconcile ids runs; once it stood still for five minutes, it can be gone on with.",
    ),
    s(
        "cli.sweep.not_read",
        "没有集成流读取“{name}”。",
        "No flow reads \"{name}\".",
        "写成 连接/对象,如 crm/AccountObj;qiao flow show 显示集成流读取什么。",
        "Write connection/object, such as crm/AccountObj; qiao flow show tells what flows read.",
    ),
    s(
        "cli.reconcile.notices",
        "集成流 {flow} 只发通知,没有可比对的单据。",
        "The flow {flow} only notifies; there is nothing to compare.",
        "请换一个同步单据的集成流。",
        "Name a flow that brings documents over.",
    ),
    s(
        "cli.reconcile.export",
        "不知道把差异写成什么:{path}",
        "It is not said as what the differences are to be written: {path}",
        "文件名请以 .csv 或 .xlsx 结尾。",
        "Let the name end in .csv or .xlsx.",
    ),
];
